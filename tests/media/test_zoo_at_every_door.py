"""Every address that takes a file, over HTTP, with the files that people send by mistake or on purpose."""

import io
import re
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook
from PIL import Image as Pillow

from accounts.models import User
from media.models import MallDocument, MallImage
from shop.payments.models import BillDifference
from shop.shipping.models import Parcel
from tests.accounts.people import bearer
from tests.factories.people import UserFactory
from tests.media import zoo

pytestmark = [pytest.mark.django_db, pytest.mark.fault]

MESSAGE = {"type": 2, "subject": "包装破损", "message": "收到时外箱已经压扁。"}
MX_MESSAGE = {"message_type": 2, "subject": "包装破损", "message": "收到时外箱已经压扁。"}

#: Where buyers send pictures: address, the file's field, the other fields.
BUYERS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "avatar": ("/api/v1/user/avatar/", "avatar", {}),
    "review": ("/api/v1/reviews/pictures/", "file", {}),
    "after-sale": ("/api/v1/refunds/photos/", "file", {}),
    "message": ("/api/v1/messages/", "file", MESSAGE),
    "mxshop-message": ("/api/mxshop/messages/", "file", MX_MESSAGE),
}
REFUSED: dict[str, tuple[str, Any, str]] = {
    "svg-with-script": ("a.svg", zoo.SVG, "image/svg+xml"),
    "svg-as-jpg": ("a.jpg", zoo.SVG, "image/jpeg"),
    "html-as-jpg": ("a.jpg", zoo.HTML, "image/jpeg"),
    "gif-head-and-script": ("a.gif", b"GIF89a" + zoo.SCRIPT, "image/gif"),
    "half-a-jpeg": ("a.jpg", zoo.truncated_jpeg, "image/jpeg"),
    "200-megapixels": ("a.png", lambda: zoo.png_of(20_000, 10_000), "image/png"),
    "canvas-bomb": ("a.webp", lambda: zoo.webp_claiming(16_384, 16_384), "image/webp"),
    "50-megabytes": ("a.jpg", lambda: zoo.photo() + b"\0" * (50 * 1024 * 1024), "image/jpeg"),
    "pdf": ("a.jpg", b"%PDF-1.7\n" + zoo.SCRIPT, "image/jpeg"),
    "empty": ("a.jpg", b"", "image/jpeg"),
}
#: Names that would lead somewhere, or be run, if anybody kept them.
NAMES = [
    "../../../x.jpg",
    "..\\..\\x.jpg",
    "/etc/cron.d/x.jpg",
    "x.php.jpg",
    "x.jpg\x00.html",
    "x.html",
    "a" * 300 + ".jpg",
]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser(username="editor", password="not asked for"))
    return client


def _kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _send(client: Client, door: str, name: str, content: Any, kind: str) -> Any:
    address, field, others = BUYERS[door]
    file = SimpleUploadedFile("a", content() if callable(content) else content, content_type=kind)
    # Django's own class would already shorten it; what is sent is what the client says.
    file._name = name
    return client.post(address, {**others, field: file}, headers=bearer(UserFactory()))


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("door", BUYERS)
def test_upload_zoo_what_is_no_picture_is_refused_at_every_buyers_door_and_nothing_is_kept(
    client: Client, media: Path, door: str, sent: tuple[str, Any, str]
) -> None:
    answer = _send(client, door, *sent)

    assert answer.status_code == 400, answer.content[:300]
    assert answer.headers["Content-Type"].startswith("application/")
    assert _kept(media) == []


@pytest.mark.parametrize("door", BUYERS)
def test_upload_zoo_a_picture_that_is_a_script_too_is_drawn_anew(client: Client, media: Path, door: str) -> None:
    for content in (zoo.gif_with_script(), zoo.photo() + zoo.HTML, zoo.jpeg_with_place()):
        answer = _send(client, door, "a.gif", content, "image/gif")
        assert answer.status_code in {200, 201}, answer.content[:300]

    kept = _kept(media)
    assert kept
    for path in kept:
        text = path.read_bytes()
        assert not any(word in text for word in (b"alert", b"script", b"SECRET"))
        with Pillow.open(path) as picture:
            assert picture.format == "WEBP"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("door", BUYERS)
def test_upload_zoo_no_name_of_a_sender_is_kept_or_followed(client: Client, media: Path, door: str, name: str) -> None:
    answer = _send(client, door, name, zoo.photo(), "image/jpeg")

    # A name that cannot stand in a form is refused by Django itself.
    assert answer.status_code in {200, 201, 400}, answer.content[:300]
    assert [path for path in _kept(media.parent) if not path.is_relative_to(media)] == []
    assert all(re.fullmatch(r"[0-9a-f]{32}\.webp", path.name) for path in _kept(media))


def _stored(address: str, client: Client) -> Any:
    return client.get(address.removeprefix(settings.PUBLIC_URL))


@pytest.mark.parametrize(("door", "field"), [("avatar", "avatar"), ("review", "url"), ("after-sale", "url")])
def test_upload_zoo_what_was_kept_is_handed_out_as_a_picture_and_nothing_else(
    client: Client, door: str, field: str
) -> None:
    said = _send(client, door, "a.gif", zoo.gif_with_script(), "image/gif").json()

    answer = _stored(said[field], client)

    assert answer.status_code == 200
    assert answer.getvalue().startswith(b"RIFF")
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


# -- the back office


@pytest.mark.parametrize("name", NAMES)
def test_upload_zoo_staff_who_send_odd_names_leave_none_behind(staff: Client, media: Path, name: str) -> None:
    for url, content, kind in (
        (reverse("wagtailimages:add"), zoo.photo(), "image/jpeg"),
        (reverse("wagtaildocs:add"), b"a,b\n1,2\n", "text/csv"),
    ):
        file = SimpleUploadedFile("a", content, content_type=kind)
        file._name = name
        answer = staff.post(url, {"title": "x", "file": file})
        assert answer.status_code in {200, 302, 400}

    assert [path for path in _kept(media.parent) if not path.is_relative_to(media)] == []
    for path in _kept(media):
        # Renditions of Wagtail's carry what was done to them after the random name.
        assert re.match(r"[0-9a-f]{32}\.", path.name)
        assert path.suffix in {".jpg", ".webp", ".csv", ".png"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", zoo.SVG),
        ("a.html", zoo.HTML),
        ("a.pdf", zoo.HTML),
        ("a.xlsx", b"PK\x03\x04 and nothing"),
        ("a.jpg", zoo.photo()),
        ("a.csv", lambda: b"a," * (25 * 1024 * 1024)),
    ],
)
def test_upload_zoo_what_is_no_document_is_refused_and_not_kept(
    staff: Client, media: Path, name: str, content: Any
) -> None:
    file = SimpleUploadedFile(name, content() if callable(content) else content)

    answer = staff.post(reverse("wagtaildocs:add"), {"title": "x", "file": file})

    assert answer.context["form"].errors["file"]
    assert MallDocument.objects.count() == 0
    assert _kept(media) == []
    assert MallImage.objects.count() == 0


def _workbook(**members: bytes) -> bytes:
    """A real workbook with some of its files replaced."""
    plain = io.BytesIO()
    book = Workbook()
    book.worksheets[0].append(["订单号", "承运商", "运单号"])
    book.save(plain)
    made = io.BytesIO()
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            key = Path(name).stem
            target.writestr(name, members.pop(key, None) or source.read(name))
        for key, content in members.items():
            target.writestr(f"xl/{key}.xml", content)
    return made.getvalue()


def _laughs() -> bytes:
    """A name that stands for ten of another, nine times over: a billion."""
    names = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{names}]><worksheet>&l9;</worksheet>'.encode()


SHEETS: dict[str, tuple[str, Any]] = {
    "a-bomb": ("x.xlsx", lambda: _workbook(padding=b"0" * (200 * 1024 * 1024))),
    "a-billion-laughs": ("x.xlsx", lambda: _workbook(sheet1=_laughs())),
    "an-outside-entity": (
        "x.xlsx",
        lambda: _workbook(
            sheet1=b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet><c>&e;</c></worksheet>'
        ),
    ),
    "html": ("x.csv", zoo.HTML),
    "a-picture": ("x.xlsx", zoo.photo()),
    "50-megabytes": ("x.csv", lambda: b"a," * (25 * 1024 * 1024)),
}


@pytest.mark.parametrize("sent", SHEETS.values(), ids=SHEETS)
def test_upload_zoo_a_file_of_shipments_that_is_a_bomb_ends_at_the_form(staff: Client, sent: tuple[str, Any]) -> None:
    name, content = sent
    file = SimpleUploadedFile(name, content() if callable(content) else content)
    started = time.process_time()

    answer = staff.post(reverse("order:bulk"), {"file": file})

    # Unpacking the bomb or counting the laughs takes many times that.
    assert time.process_time() - started < 10
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert "root:" not in answer.content.decode()
    assert not Parcel.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bill.csv", zoo.HTML),
        ("bill.csv", zoo.photo()),
        ("bill.csv", lambda: _workbook(sheet1=_laughs())),
        ("../../bill.csv", b"\x00" * 1000),
        ("bill.csv", lambda: b"a," * (25 * 1024 * 1024)),
    ],
    ids=["html", "picture", "laughs", "zeroes", "50-megabytes"],
)
def test_upload_zoo_a_bill_that_is_none_ends_at_the_form(staff: Client, name: str, content: Any) -> None:
    file = SimpleUploadedFile(name, content() if callable(content) else content)

    answer = staff.post(reverse("billdifference:upload"), {"file": file, "gateway": "alipay", "date": "2026-11-20"})

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not BillDifference.objects.exists()
