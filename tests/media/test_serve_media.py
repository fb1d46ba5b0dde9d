"""How stored files leave the house in the embedded size."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import re_path

from media.views import serve_media
from tests.media import zoo

urlpatterns = [re_path(r"^media/(?P<path>.*)$", serve_media)]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    (tmp_path / "secret.txt").write_text("outside")
    return settings.MEDIA_ROOT


@pytest.fixture
def get(client: Client):
    return lambda path, **headers: client.get(f"/media/{path}", headers=headers)


def _body(response):
    return b"".join(response.streaming_content)


def test_a_picture_is_shown_with_its_type_and_kept_for_good(get):
    name = default_storage.save("avatars/x.JPG", ContentFile(zoo.photo()))

    response = get(name)

    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in response.headers["Cache-Control"]
    assert "max-age=31536000" in response.headers["Cache-Control"]
    assert "Content-Disposition" not in response.headers or "inline" in response.headers["Content-Disposition"]
    assert _body(response) == zoo.photo()


@pytest.mark.fault
@pytest.mark.parametrize("name", ["page.html", "page.svg", "page.xml", "page.js", "page", "page.jpg.html", "a.csv.gz"])
def test_what_could_run_is_a_download_without_a_type(root, name, get):
    # Even if something else wrote it there: our own storage would not have kept the ending.
    (root / name).write_bytes(zoo.HTML)

    response = get(name)

    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert "Content-Encoding" not in response.headers
    _body(response)


def test_text_in_a_document_is_a_download_too(root, get):
    (root / "list.csv").write_bytes(b"=1+1")

    response = get("list.csv")

    assert response.headers["Content-Type"] == "text/csv"
    assert response.headers["Content-Disposition"].startswith("attachment")
    _body(response)


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "a/../../secret.txt",
        "..%2fsecret.txt",
        "nothing.jpg",
        "",
        ".",
        "a%00b.jpg",
        "x" * 4000,
        "/etc/passwd",
    ],
)
def test_nothing_outside_and_nothing_odd_is_found(path, get):
    assert get(path).status_code == 404


def test_documents_are_had_through_their_own_address_alone(root, get):
    (root / "documents").mkdir()
    (root / "documents" / "price.pdf").write_bytes(b"%PDF-1.7")

    for path in ("documents/price.pdf", "./documents/price.pdf", "x/../documents/price.pdf"):
        assert get(path).status_code == 404


def test_a_browser_that_has_it_is_told_so(get):
    name = default_storage.save("x.jpg", ContentFile(zoo.photo()))
    first = get(name)
    _body(first)

    again = get(name, if_modified_since=first.headers["Last-Modified"])

    assert again.status_code == 304
    assert "immutable" in again.headers["Cache-Control"]


def test_only_reading_is_possible(client):
    assert client.post("/media/x.jpg").status_code == 405


def test_the_local_store_forgets_names_and_unknown_endings():
    kept = default_storage.save("avatars/my holiday.JPG", ContentFile(b"x"))
    odd = default_storage.save("avatars/page.html", ContentFile(b"x"))

    assert kept.startswith("avatars/")
    assert kept.endswith(".jpg")
    assert "holiday" not in kept
    assert odd.startswith("avatars/")
    assert "." not in odd
