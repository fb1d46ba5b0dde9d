"""The document of the API: complete, unchanged unless meant, and readable without the internet."""

import re
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.core.management import CommandError, call_command

from meiduo.management.commands import openapi_snapshot
from tests.api.contract import Contract, contract

METHODS = {"get", "post", "put", "patch", "delete"}


def operations():
    for path, methods in contract.document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_every_operation_has_a_name_of_its_own_a_summary_a_tag_and_a_description():
    names = {}
    for path, method, operation in operations():
        where = f"{method.upper()} {path}"
        name = operation["operationId"]
        assert "api_routers" not in name, f"{where} has no operation_id"
        # One operation may have two methods; two operations never have one name.
        assert names.setdefault(name, path) == path, f"{name} is used by {names[name]} and {path}"
        assert operation["summary"], where
        assert operation.get("tags"), f"{where} has no tag"
        assert operation.get("description"), f"{where} has no docstring"


def test_every_operation_declares_what_any_route_may_answer():
    for path, method, operation in operations():
        missing = {"400", "404", "507"} - set(operation["responses"])
        assert not missing, f"{method.upper()} {path} does not declare {missing}"


#: (operation, status) that a gateway reads, not a client of ours: one plain word.
PLAIN = {("alipay_notify", "400")}


def test_every_failure_is_declared_as_a_problem():
    for path, method, operation in operations():
        for status, response in operation["responses"].items():
            if (operation["operationId"], status) in PLAIN:
                assert list(response["content"]) == ["text/plain"]
            elif int(status) >= 400:
                content = response["content"]
                assert list(content) == ["application/problem+json"], f"{method.upper()} {path} {status}"
                assert content["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_every_address_ends_with_a_slash():
    assert [path for path in contract.document["paths"] if not path.endswith("/")] == []


def test_a_guarded_operation_declares_401():
    for path, method, operation in operations():
        if operation.get("security"):
            assert "401" in operation["responses"], f"{method.upper()} {path}"


def test_the_snapshot_is_what_is_served():
    call_command("openapi_snapshot", "--check")


def test_the_command_writes_what_it_then_finds_unchanged(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(openapi_snapshot, "ROOT", tmp_path)
    monkeypatch.setattr(openapi_snapshot, "SNAPSHOT", tmp_path / "openapi.json")
    with pytest.raises(CommandError, match="The API changed"):
        call_command("openapi_snapshot", "--check")

    call_command("openapi_snapshot")
    call_command("openapi_snapshot", "--check")
    call_command("openapi_snapshot")

    assert capsys.readouterr().out == "openapi.json: written\nopenapi.json: unchanged\n"


def test_the_document_is_served(client):
    response = client.get("/api/v1/openapi.json")

    assert response.status_code == 200
    assert response.json() == contract.document
    assert client.get("/api/v1/openapi.json", headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_the_docs_page_names_no_foreign_host_and_its_files_are_ours(client):
    page = client.get("/api/v1/docs").content.decode()

    links = re.findall(r"""(?:src|href)=["']([^"']+)""", page)
    assert len(links) >= 4
    for link in links:
        parts = urlsplit(link)
        assert not parts.netloc, link
        assert finders.find(parts.path.removeprefix("/static/")), link
    assert not re.search(r"https?://", page)
    assert '"validatorUrl": null' in page


# -- the checker itself


def _checked(**answer):
    Contract().check(
        **{
            "method": "GET",
            "path": "/api/v1/brands/",
            "status": 200,
            "content_type": "application/json",
            "body": b"[]",
            **answer,
        }
    )


def test_the_checker_lets_declared_answers_pass():
    _checked()
    _checked(path="/api/v1/docs", content_type="text/html")
    _checked(method="POST", status=405, content_type="application/problem+json", body=b"{}")


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 418},
        {"status": 500, "content_type": "application/problem+json", "body": b"{}"},
        {"status": 404, "content_type": "application/problem+json", "body": b"{}"},
        {"status": 404, "content_type": "text/html", "body": b"<html>"},
        {"content_type": "text/html"},
        {"body": b'[{"id": "one"}]'},
        {"body": b"{}"},
        {"status": 304},
        {"path": "/api/v1/nothing/"},
        {"method": "HEAD"},
    ],
)
def test_the_checker_stops_what_is_not_declared(answer):
    with pytest.raises(AssertionError):
        _checked(**answer)
