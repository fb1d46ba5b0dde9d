"""The database engine keeps the contract, on whichever database the tests run."""

import pytest

from search.engines.database import DatabaseEngine
from tests.search.contract import EngineContract


class TestDatabaseEngine(EngineContract):
    @pytest.fixture
    def engine(self, db: None) -> DatabaseEngine:
        return DatabaseEngine()
