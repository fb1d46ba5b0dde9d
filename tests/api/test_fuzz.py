"""Thousands of questions that nobody wrote: whatever is asked, the answer is one that the document declares.

``FUZZ_EXAMPLES`` sets how many are tried per operation. The normal run is small and always the same; with
the variable set each run is different.
"""

import json
import os

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode

from accounts.models import User
from accounts.tokens import access_token_for
from tests.api.contract import contract
from tests.factories.catalog import MallImageFactory, PictureFactory, SkuFactory

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))
REPEATABLE = "FUZZ_EXAMPLES" not in os.environ


def _questions():
    """Every operation with right values and, where it takes any, with wrong ones."""
    for path, methods in sorted(contract.document["paths"].items()):
        for method, operation in methods.items():
            name = f"{method.upper()} {path}"
            yield pytest.param(name, GenerationMode.POSITIVE, id=f"{name} right")
            if operation.get("parameters") or operation.get("requestBody"):
                yield pytest.param(name, GenerationMode.NEGATIVE, id=f"{name} wrong")


application = get_wsgi_application()


@pytest.fixture(scope="module")
def schema():
    return schemathesis.openapi.from_dict(json.loads(json.dumps(contract.document)))


@pytest.fixture
def _one_connection():
    """As Django's test client: a request ends no connection, for it is the one with the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(db, _one_connection) -> str:
    sku = SkuFactory(pk=1, options={"颜色": "黑色"}, default_image=MallImageFactory())
    PictureFactory(spu=sku.spu)
    return access_token_for(User.objects.create_user(username="fuzzer", password="fuzz1234"))


@pytest.mark.parametrize(("operation", "mode"), list(_questions()))
def test_every_answer_is_declared(schema, token, operation, mode):
    target = schema.find_operation_by_label(operation)
    target.app = application

    @given(case=target.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        derandomize=REPEATABLE,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case):
        response = case.call(headers={"Authorization": f"Bearer {token}"})
        content_type = (response.headers.get("content-type") or [""])[0]
        # 507 is declared everywhere, but here the storage is well.
        assert response.status_code not in (500, 507), response.text
        contract.check(
            method=case.method,
            path=case.formatted_path if hasattr(case, "formatted_path") else case.path,
            status=response.status_code,
            content_type=content_type,
            body=response.content,
        )

    try:
        ask()
    except Unsatisfiable:
        # A path of any text has no wrong value. Right values there are always.
        assert mode is GenerationMode.NEGATIVE
