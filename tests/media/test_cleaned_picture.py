"""What becomes of pictures that buyers send."""

import io
import re

import pytest
from PIL import Image as Pillow
from PIL import ImageCms

from media.validators import NotAPicture, PictureTooManyPixels, cleaned_picture
from tests.media import zoo


def _opened(content: bytes, **options: int) -> Pillow.Image:
    made = cleaned_picture(io.BytesIO(content), **options)
    return Pillow.open(io.BytesIO(made.read()))


def test_place_camera_and_comment_are_gone():
    sent = zoo.jpeg_with_place()
    assert b"SECRET-CAMERA" in sent
    assert Pillow.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)

    made = cleaned_picture(io.BytesIO(sent)).read()

    assert b"SECRET" not in made
    seen = Pillow.open(io.BytesIO(made))
    assert dict(seen.getexif()) == {}
    assert {"exif", "xmp", "icc_profile", "comment"} & set(seen.info) == set()


def test_a_phone_held_upright_makes_an_upright_picture():
    assert _opened(zoo.jpeg_with_place(orientation=6, width=320, height=240)).size == (240, 320)


def test_the_longer_side_is_capped_and_small_pictures_stay():
    assert _opened(zoo.photo(width=4000, height=1000)).size == (1600, 400)
    assert _opened(zoo.photo(width=4000, height=1000), longest_side=400).size == (400, 100)
    assert _opened(zoo.photo(width=50, height=40)).size == (50, 40)


def test_the_file_is_webp_under_a_random_name():
    names = {cleaned_picture(io.BytesIO(zoo.photo())).name for _ in range(3)}

    assert len(names) == 3
    assert all(re.fullmatch(r"[0-9a-f]{32}\.webp", name) for name in names)
    assert _opened(zoo.photo()).format == "WEBP"


def test_what_was_appended_to_the_picture_does_not_survive():
    assert b"alert" not in cleaned_picture(io.BytesIO(zoo.gif_with_script())).read()


def test_an_animation_becomes_its_first_frame():
    still = _opened(zoo.animated_gif())

    assert getattr(still, "n_frames", 1) == 1
    assert still.convert("RGB").getpixel((5, 5)) == pytest.approx((0, 0, 200), abs=12)


@pytest.mark.parametrize(
    ("mode", "kind"), [("CMYK", "JPEG"), ("L", "PNG"), ("P", "PNG"), ("1", "PNG"), ("I;16", "PNG")]
)
def test_every_mode_of_colour_keeps_its_light_and_dark(mode, kind):
    buffer = io.BytesIO()
    if mode == "I;16":
        Pillow.new("I;16", (40, 40), 200 * 256).save(buffer, kind)
    else:
        Pillow.new("L", (40, 40), 200 if mode != "1" else 255).convert("RGB").convert(mode).save(buffer, kind)

    level = _opened(buffer.getvalue()).convert("L").getpixel((20, 20))

    assert level == pytest.approx(200 if mode != "1" else 255, abs=6)


def test_transparency_stays():
    buffer = io.BytesIO()
    Pillow.new("RGBA", (20, 20), (255, 0, 0, 0)).save(buffer, "PNG")

    assert _opened(buffer.getvalue()).getpixel((3, 3))[3] == 0


def test_a_colour_profile_is_applied_and_a_broken_one_ignored():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    for profile in (lab, b"nonsense"):
        seen = _opened(zoo.photo(icc_profile=profile))
        assert seen.mode == "RGB"
        assert "icc_profile" not in seen.info


def test_cleaning_refuses_what_checking_refuses():
    with pytest.raises(NotAPicture):
        cleaned_picture(io.BytesIO(zoo.truncated_jpeg()))
    with pytest.raises(NotAPicture):
        cleaned_picture(io.BytesIO(zoo.SVG), field="avatar")
    with pytest.raises(PictureTooManyPixels):
        cleaned_picture(io.BytesIO(zoo.png_of(20_000, 20_000)))
