"""Every operation of ``/api/mxshop/`` under questions that nobody wrote."""

import pytest

from tests.api.contract import mxshop_contract
from tests.api.fuzzing import ask_all, loaded, questions


@pytest.fixture(scope="module")
def schema():
    return loaded(mxshop_contract)


@pytest.mark.parametrize(("operation", "mode"), list(questions(mxshop_contract)))
def test_every_answer_is_declared(schema, fuzzer, operation, mode):
    ask_all(mxshop_contract, schema, operation=operation, mode=mode, token=fuzzer)
