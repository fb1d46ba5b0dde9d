"""Every answer in these tests is held against the OpenAPI document, whatever else the test is about."""

from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.api.contract import contract

_request = Client.request


@pytest.fixture(autouse=True)
def declared_answers_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test fails on an answer that its operation does not declare."""

    def request(self: Client, **environ: Any) -> HttpResponse:
        response = _request(self, **environ)
        contract.check(
            method=environ.get("REQUEST_METHOD", "GET"),
            path=environ.get("PATH_INFO", "/"),
            status=response.status_code,
            content_type=response.get("Content-Type", ""),
            body=b"" if response.streaming else response.content,
        )
        return response

    monkeypatch.setattr(Client, "request", request)


@pytest.fixture(autouse=True)
def _own_tallies(settings: Any, tmp_path: Path) -> None:
    settings.TALLY_DIR = tmp_path / "tallies"


@pytest.fixture(params=[True, False], ids=["hot", "cold"])
def hot_bytes(request: pytest.FixtureRequest, settings: Any) -> bool:
    """The test runs with the byte store on, and again with it off: the routes alone must be right."""
    settings.HOT_BYTES = request.param
    return request.param
