"""Every operation of ``/api/v1/`` under questions that nobody wrote."""

import pytest

from tests.api.contract import contract
from tests.api.fuzzing import ask_all, loaded, questions


@pytest.fixture(scope="module")
def schema():
    return loaded(contract)


@pytest.mark.parametrize(("operation", "mode"), list(questions(contract)))
def test_every_answer_is_declared(schema, fuzzer, operation, mode):
    ask_all(contract, schema, operation=operation, mode=mode, token=fuzzer)
