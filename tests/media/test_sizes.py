"""The ready sizes: WebP, small, and without what the camera knew."""

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image as Pillow

from media.models import SIZES, MallImage, Rendition
from tests.media import zoo

# Wagtail 8.0.1 leaves the temporary file of a rendition to the garbage collector.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.SpooledTemporaryFile:ResourceWarning"),
]


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def _bytes(rendition: Rendition) -> bytes:
    with rendition.file.open() as file:
        return file.read()


def _image(content: bytes, name: str = "photo.jpg") -> MallImage:
    return MallImage.objects.create(title="照片", file=ContentFile(content, name=name))


@pytest.mark.parametrize(("size", "expected"), [("thumb", (160, 160)), ("card", (400, 400)), ("full", (1200, 800))])
def test_every_size_is_webp_of_its_measure(size, expected):
    rendition = _image(zoo.photo(width=1800, height=1200)).get_rendition(SIZES[size])

    assert rendition.file.name.endswith(".webp")
    seen = Pillow.open(io.BytesIO(_bytes(rendition)))
    assert (seen.format, seen.size) == ("WEBP", expected)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", zoo.photo(kind="PNG", mode="RGBA", width=900, height=900)),
        ("a.gif", zoo.animated_gif(side=500)),
        ("a.jpg", zoo.photo(mode="CMYK", width=900, height=900)),
        ("a.webp", zoo.photo(kind="WEBP", width=900, height=900)),
    ],
)
def test_every_kind_of_original_has_them(name, content):
    image = _image(content, name)

    for spec in SIZES.values():
        assert Pillow.open(io.BytesIO(_bytes(image.get_rendition(spec)))).format == "WEBP"


def test_the_place_and_the_camera_stay_out_of_what_buyers_load():
    image = _image(zoo.jpeg_with_place(orientation=6, width=900, height=600))

    for spec in SIZES.values():
        content = _bytes(image.get_rendition(spec))
        assert b"SECRET" not in content
        assert dict(Pillow.open(io.BytesIO(content)).getexif()) == {}
