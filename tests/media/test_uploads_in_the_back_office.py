"""Wagtail's own upload screens, over HTTP, with the files of the zoo."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from media.models import MallDocument, MallImage
from tests.media import zoo

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_superuser(username="editor", password="not asked for"))
    return client


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def _send(staff, name, content, kind="image/jpeg"):
    file = SimpleUploadedFile(name, content, content_type=kind)
    return staff.post(reverse("wagtailimages:add"), {"title": "图片", "file": file})


@pytest.mark.fault
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", zoo.SVG),
        ("a.jpg", zoo.SVG),
        ("a.jpg", zoo.HTML),
        ("a.html", zoo.photo()),
        ("a.jpg", zoo.photo(kind="PNG")),
        ("a.jpg", zoo.truncated_jpeg()),
        ("a.png", lambda: zoo.png_of(8000, 6250)),
        ("a.png", lambda: zoo.png_of(20_000, 20_000)),
        ("a.webp", lambda: zoo.webp_claiming(16_384, 16_384)),
        ("a.gif", lambda: zoo.animated_gif(frames=50, side=1000)),
        ("a.gif", b"GIF89a" + zoo.SCRIPT),
        ("a.jpg", lambda: zoo.photo() + b"\0" * (10 * 1024 * 1024)),
        ("a.jpg", b""),
    ],
    ids=[
        "svg", "svg-as-jpg", "html-as-jpg", "jpg-as-html", "png-as-jpg", "half-a-jpeg", "50-megapixels", "bomb",
        "canvas-bomb", "pixels-in-frames", "script-as-gif", "too-many-bytes", "empty",
    ],
)  # fmt: skip
def test_the_upload_form_says_why_and_keeps_nothing(staff, tmp_path, name, content):
    answer = _send(staff, name, content() if callable(content) else content)

    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert MallImage.objects.count() == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("name", "content", "size"),
    [
        ("photo.jpg", zoo.photo(mode="CMYK"), (320, 240)),
        ("moving.gif", zoo.animated_gif(), (32, 32)),
        ("../../x.jpg", zoo.photo(), (320, 240)),
        ("中文 name.jpeg", zoo.photo(), (320, 240)),
    ],
)
def test_a_real_picture_is_kept_under_a_random_name(staff, tmp_path, name, content, size):
    assert _send(staff, name, content).status_code == 302

    image = MallImage.objects.get()
    assert (image.width, image.height) == size
    stem = image.file.name.removeprefix("original_images/").partition(".")[0]
    assert len(stem) == 32
    assert int(stem, 16)
    assert [path.parent.name for path in tmp_path.rglob("*") if path.is_file()] == ["original_images"]


def test_the_same_name_twice_makes_two_files(staff):
    _send(staff, "a.jpg", zoo.photo())
    _send(staff, "a.jpg", zoo.photo(width=100))

    assert len(set(MallImage.objects.values_list("file", flat=True))) == 2


def test_the_uploader_of_many_pictures_checks_each(staff):
    file = SimpleUploadedFile("a.jpg", zoo.truncated_jpeg(), content_type="image/jpeg")

    answer = staff.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "图片", "files[]": file},
        headers={"x-requested-with": "XMLHttpRequest"},
    )

    assert json.loads(answer.content)["success"] is False
    assert MallImage.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "content", "taken"),
    [
        ("manual.pdf", b"%PDF-1.7\n", True),
        ("manual.pdf", zoo.HTML, False),
        ("page.html", zoo.HTML, False),
        ("list.xlsx", b"PK not an archive", False),
    ],
)
def test_documents_are_checked_in_both_upload_screens(staff, name, content, taken):
    one = staff.post(
        reverse("wagtaildocs:add"),
        {"title": "文件", "file": SimpleUploadedFile(name, content, content_type="application/pdf")},
    )
    many = staff.post(
        reverse("wagtaildocs:add_multiple"),
        {"title": "文件", "files[]": SimpleUploadedFile(name, content, content_type="application/pdf")},
        headers={"x-requested-with": "XMLHttpRequest"},
    )

    assert (one.status_code == 302) is taken
    assert json.loads(many.content)["success"] is taken
    assert MallDocument.objects.count() == (2 if taken else 0)


def test_a_document_keeps_its_file_when_only_its_title_changes(staff):
    staff.post(
        reverse("wagtaildocs:add"),
        {"title": "文件", "file": SimpleUploadedFile("a.pdf", b"%PDF-1.7\n", content_type="application/pdf")},
    )
    document = MallDocument.objects.get()

    answer = staff.post(reverse("wagtaildocs:edit", args=[document.pk]), {"title": "新标题"})

    assert answer.status_code == 302
    document.refresh_from_db()
    assert document.title == "新标题"
    with document.file.open() as file:
        assert file.read() == b"%PDF-1.7\n"
