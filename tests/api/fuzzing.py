"""Thousands of questions that nobody wrote: whatever is asked, the answer is one that the document declares.

``FUZZ_EXAMPLES`` sets how many are tried per operation; CI tries 200. Runs are always the same, so that a failure
comes back; with ``FUZZ_RANDOM`` set each run is different.
"""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode

from tests.api.contract import Contract

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))
REPEATABLE = "FUZZ_RANDOM" not in os.environ

application = get_wsgi_application()


def questions(contract: Contract) -> Iterator[Any]:
    """Every operation with right values and, where it takes any, with wrong ones."""
    for path, methods in sorted(contract.document["paths"].items()):
        for method, operation in methods.items():
            name = f"{method.upper()} {path}"
            yield pytest.param(name, GenerationMode.POSITIVE, id=f"{name} right")
            if operation.get("parameters") or operation.get("requestBody"):
                yield pytest.param(name, GenerationMode.NEGATIVE, id=f"{name} wrong")


def loaded(contract: Contract) -> Any:
    """The document as schemathesis reads it."""
    return schemathesis.openapi.from_dict(json.loads(json.dumps(contract.document)))


def ask_all(contract: Contract, schema: Any, *, operation: str, mode: Any, token: str) -> None:
    """Ask ``EXAMPLES`` questions of one operation.

    Raises: AssertionError at an answer that is not declared, or a 500.
    """
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
    def ask(case: Any) -> None:
        response = case.call(headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"})
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
