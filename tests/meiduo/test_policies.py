"""No answer of the mall lets a browser run what stands in a page, frame it from elsewhere, or guess its type."""

import re
from pathlib import Path
from typing import Any

import pytest
import wagtail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from meiduo import health
from meiduo.inline_scripts import NotUnderstood, mark_for

pytestmark = pytest.mark.django_db

#: An answer of each part, and what it is.
ADDRESSES = {
    "/admin/login/": 200,
    "/": 200,
    "/api/v1/home/": 200,
    "/api/v1/docs": 200,
    "/api/v1/openapi.json": 200,
    "/nowhere/": 404,
    "/admin/nowhere/": 302,
    "/api/v1/nowhere/": 404,
    "/media/nothing.jpg": 404,
    "/documents/1/nothing.pdf": 404,
    "/static/nothing.js": 404,
    "/livez": 200,
    "/metrics": 404,
}


def policy(answer: Any) -> dict[str, list[str]]:
    """The directives of an answer's policy."""
    text = answer.headers["Content-Security-Policy"]
    return {words[0]: words[1:] for part in text.split(";") if (words := part.split())}


def check(answer: Any) -> None:
    rules = policy(answer)
    scripts = rules.get("script-src", rules["default-src"])
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:", "data:"} & set(scripts)
    assert rules.get("object-src", rules["default-src"]) == ["'none'"]
    assert rules["frame-ancestors"] in (["'self'"], ["'none'"])
    assert rules["base-uri"] in (["'self'"], ["'none'"])
    assert rules["form-action"] in (["'self'"], ["'none'"])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] in {"SAMEORIGIN", "DENY"}
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]


@pytest.mark.parametrize(("address", "status"), ADDRESSES.items())
def test_every_part_sends_the_headers_its_errors_too(client: Client, address: str, status: int) -> None:
    answer = client.get(address)

    assert answer.status_code == status
    check(answer)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_an_error_of_ours_sends_them_as_well(monkeypatch: pytest.MonkeyPatch, accept: str) -> None:
    def broken() -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(health, "look", broken)

    answer = Client(raise_request_exception=False).get("/readyz", headers={"Accept": accept})

    assert answer.status_code == 500
    check(answer)
    assert "hunter2" not in answer.content.decode()


def test_data_may_load_nothing_at_all(client: Client) -> None:
    assert policy(client.get("/api/v1/home/"))["default-src"] == ["'none'"]


def test_what_has_not_changed_leaves_a_page_the_policy_that_it_came_with(client: Client) -> None:
    page = client.get("/api/v1/docs")

    again = client.get("/api/v1/docs", headers={"If-None-Match": page.headers["ETag"]})

    assert "script-src" in policy(page)
    assert again.status_code == 304
    assert "Content-Security-Policy" not in again.headers


#: A script with something in it that a browser would run.
_INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"']?(?:application/(?:ld\+)?json|text/(?:x-)?(?:template|django)))"
)
_HANDLER = re.compile(r"<[^>]+\son(?:click|load|error|change|submit|input|focus)\s*=", re.IGNORECASE)


@pytest.mark.parametrize(
    "name",
    [
        *("wagtailadmin_home", "wagtailadmin_explore_root", "wagtailimages:index", "wagtailimages:add"),
        *("wagtaildocs:index", "wagtaildocs:add", "wagtailadmin_account", "wagtailusers_users:add"),
        *("wagtailusers_groups:add", "wagtailadmin_workflows:index", "wagtailadmin_workflows:add"),
        *("spu:add", "spu:index", "sku:index", "category:add", "brand:add", "order:index", "order:bulk"),
        *("billdifference:upload", "wagtailadmin_reports:site_history", "wagtailredirects:add"),
    ],
)
def test_no_screen_of_the_back_office_has_a_script_in_its_page(client: Client, name: str) -> None:
    client.force_login(
        User.objects.create_superuser(username="editor", password="not asked for"),
        backend="django.contrib.auth.backends.ModelBackend",
    )

    answer = client.get(reverse(name), follow=True)

    assert answer.status_code == 200
    check(answer)
    text = answer.content.decode()
    assert _INLINE.findall(text) == []
    assert _HANDLER.findall(text) == []


@pytest.mark.parametrize(
    ("script", "started", "given"),
    [
        ('new ImageChooser("id_cover", {"modalUrl": "/a/"});', "ImageChooser", "id_cover"),
        ('createTaskChooser("id_task");', "createTaskChooser", "id_task"),
    ],
)
def test_what_a_script_would_start_is_said_by_a_mark(script: str, started: str, given: str) -> None:
    mark = mark_for(script)

    assert f'data-mall-start="{started}"' in mark
    assert given in mark
    assert "<script" not in mark


@pytest.mark.parametrize("script", ["alert(1)", "new Chooser(x);", "new A('id'); new B('id');"])
def test_a_script_of_another_form_is_not_guessed_at(script: str) -> None:
    with pytest.raises(NotUnderstood):
        mark_for(script)


def test_what_wagtail_starts_by_scripts_is_what_we_start_in_their_place() -> None:
    """A new version of Wagtail with one more of them shows here, before a browser refuses it."""
    templates = Path(wagtail.__file__).parent
    found = {
        path.name
        for path in templates.rglob("*.html")
        if "search_promotions" not in path.parts and "test" not in path.parts and _INLINE.search(path.read_text())
    }

    assert found == {
        *("date_input.html", "datetime_input.html", "time_input.html"),
        *("inline_panel.html", "multiple_chooser_panel.html"),
    }
