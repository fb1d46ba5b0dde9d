"""How stored files leave the house in the embedded size."""

from contextlib import closing

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404
from django.test import RequestFactory

from media.views import serve_media
from tests.media import zoo


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    (tmp_path / "secret.txt").write_text("outside")
    return settings.MEDIA_ROOT


def _get(path, **headers):
    return serve_media(RequestFactory().get("/media/x", headers=headers), path)


def _body(response):
    with closing(response):
        return b"".join(response.streaming_content)


def test_a_picture_is_shown_with_its_type_and_kept_for_good():
    name = default_storage.save("avatars/x.JPG", ContentFile(zoo.photo()))

    response = _get(name)

    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in response.headers["Cache-Control"]
    assert "max-age=31536000" in response.headers["Cache-Control"]
    assert "Content-Disposition" not in response.headers or "inline" in response.headers["Content-Disposition"]
    assert _body(response) == zoo.photo()


@pytest.mark.parametrize("name", ["page.html", "page.svg", "page.xml", "page.js", "page", "page.jpg.html", "a.csv.gz"])
def test_what_could_run_is_a_download_without_a_type(root, name):
    # Even if something else wrote it there: our own storage would not have kept the ending.
    (root / name).write_bytes(zoo.HTML)

    response = _get(name)

    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert "Content-Encoding" not in response.headers
    _body(response)


def test_text_in_a_document_is_a_download_too(root):
    (root / "list.csv").write_bytes(b"=1+1")

    response = _get("list.csv")

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
        "a\x00b.jpg",
        "x" * 4000,
        "/etc/passwd",
    ],
)
def test_nothing_outside_and_nothing_odd_is_found(path):
    with pytest.raises(Http404):
        _get(path)


def test_documents_are_had_through_their_own_address_alone(root):
    (root / "documents").mkdir()
    (root / "documents" / "price.pdf").write_bytes(b"%PDF-1.7")

    for path in ("documents/price.pdf", "./documents/price.pdf", "x/../documents/price.pdf"):
        with pytest.raises(Http404):
            _get(path)


def test_a_browser_that_has_it_is_told_so():
    name = default_storage.save("x.jpg", ContentFile(zoo.photo()))
    first = _get(name)
    _body(first)

    again = _get(name, if_modified_since=first.headers["Last-Modified"])

    assert again.status_code == 304
    assert "immutable" in again.headers["Cache-Control"]


def test_only_reading_is_possible():
    assert serve_media(RequestFactory().post("/media/x"), "x.jpg").status_code == 405


def test_the_local_store_forgets_names_and_unknown_endings():
    kept = default_storage.save("avatars/my holiday.JPG", ContentFile(b"x"))
    odd = default_storage.save("avatars/page.html", ContentFile(b"x"))

    assert kept.startswith("avatars/")
    assert kept.endswith(".jpg")
    assert "holiday" not in kept
    assert odd.startswith("avatars/")
    assert "." not in odd
