"""Every answer in these tests is held against the OpenAPI document, whatever else the test is about."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from accounts.tokens import access_token_for
from tests.api.contract import CONTRACTS
from tests.factories.catalog import MallImageFactory, PictureFactory, SkuFactory

_request = Client.request


@pytest.fixture(autouse=True)
def declared_answers_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test fails on an answer that its operation does not declare."""

    def request(self: Client, **environ: Any) -> HttpResponse:
        response = _request(self, **environ)
        for contract in CONTRACTS:
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


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """As Django's test client: a request ends no connection, for it is the one with the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def fuzzer(db: None, _one_connection: None) -> str:
    """The token of a buyer in a shop with one product, for questions asked past Django's test client."""
    sku = SkuFactory(pk=1, options={"颜色": "黑色"}, default_image=MallImageFactory())
    PictureFactory(spu=sku.spu)
    return access_token_for(User.objects.create_user(username="fuzzer", password="fuzz1234"))
