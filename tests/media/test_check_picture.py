"""What is let in as a picture, by content."""

import io

import pytest

from media.validators import NotAPicture, PictureTooBig, PictureTooManyPixels, check_picture
from tests.media import zoo


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (zoo.photo(), ".jpg"),
        (zoo.photo(mode="CMYK"), ".jpg"),
        (zoo.jpeg_with_place(orientation=6), ".jpg"),
        (zoo.photo(kind="PNG"), ".png"),
        (zoo.photo(kind="PNG", mode="RGBA"), ".png"),
        (zoo.photo(kind="WEBP"), ".webp"),
        (zoo.animated_gif(), ".gif"),
    ],
    ids=["jpeg", "cmyk", "phone", "png", "see-through", "webp", "animation"],
)
def test_real_pictures_are_taken_under_the_ending_of_their_content(content, ending):
    file = io.BytesIO(content)

    assert check_picture(file) == ending
    assert file.tell() == 0


@pytest.mark.fault
@pytest.mark.parametrize(
    ("content", "error"),
    [
        (zoo.SVG, NotAPicture),
        (zoo.HTML, NotAPicture),
        (b"", NotAPicture),
        (b"GIF89a" + zoo.SCRIPT, NotAPicture),
        (zoo.truncated_jpeg(), NotAPicture),
        (zoo.photo()[:20], NotAPicture),
        (zoo.animated_gif()[:-60], NotAPicture),
        (zoo.photo(kind="BMP"), NotAPicture),
        (zoo.photo(kind="TIFF"), NotAPicture),
        (lambda: zoo.png_of(8000, 6250), PictureTooManyPixels),
        (lambda: zoo.png_of(20_000, 20_000), PictureTooManyPixels),
        (zoo.webp_claiming(16_384, 16_384), PictureTooManyPixels),
        (lambda: zoo.animated_gif(frames=50, side=1000), PictureTooManyPixels),
        (lambda: b"\xff\xd8" + b"\0" * (10 * 1024 * 1024), PictureTooBig),
    ],
    ids=[
        "svg", "html", "empty", "script-as-gif", "half-a-jpeg", "a-few-bytes", "animation-breaking-off", "bmp", "tiff",
        "50-megapixels", "bomb-of-400-megapixels", "canvas-bomb", "pixels-in-frames", "too-many-bytes",
    ],
)  # fmt: skip
def test_the_zoo_stays_outside(content, error):
    # The large ones are made when their turn comes, not while tests are collected.
    file = io.BytesIO(content() if callable(content) else content)

    with pytest.raises(error) as refused:
        check_picture(file)

    assert refused.value.field == "file"
    assert refused.value.message
    assert file.tell() == 0


def test_the_field_and_the_limit_are_the_callers():
    with pytest.raises(PictureTooBig) as refused:
        check_picture(io.BytesIO(zoo.photo()), max_bytes=1024, field="avatar")

    assert refused.value.field == "avatar"
