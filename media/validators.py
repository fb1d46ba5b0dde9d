"""Checks of uploaded pictures by what they contain, whatever their name claims."""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps, ImageSequence

from kernel.errors import Invalid
from media.storages import random_name

logger = logging.getLogger(__name__)

#: Pillow's format names that buyers and staff may send, with the ending each is stored under.
ACCEPTED = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif"}
#: The longer side of a buyer's picture after cleaning, in pixels: a full screen, not a poster.
LONGEST_SIDE = 1600


class NotAPicture(Invalid):
    code = "picture.unreadable"
    text = _("不是有效的图片，请上传 JPG、PNG、WebP 或 GIF")
    field = "file"


class PictureTooBig(Invalid):
    code = "picture.too_big"
    text = _("图片不能超过 %(megabytes)s MB")
    field = "file"


class PictureTooManyPixels(Invalid):
    code = "picture.too_many_pixels"
    text = _("图片不能超过 %(megapixels)s 百万像素")
    field = "file"


def check_picture(file: IO[Any], *, max_bytes: int | None = None, field: str | None = None) -> str:
    """Make sure this is a whole picture of a kind we take, and return the ending to store it under.

    Every frame of an animation is decoded. Leaves the file at its start.
    Units: bytes; pixels of all frames together.
    Raises: PictureTooBig, PictureTooManyPixels, NotAPicture (also for one that breaks off).
    """
    _check_size(file, max_bytes=max_bytes or settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE, field=field)
    with _decoding(file, field=field) as picture:
        for frame in ImageSequence.Iterator(picture):
            frame.load()
        return ACCEPTED[picture.format or ""]


def cleaned_picture(
    file: IO[Any], *, longest_side: int = LONGEST_SIDE, max_bytes: int | None = None, field: str | None = None
) -> ContentFile[bytes]:
    """A picture of our own making that looks like the sent one, as a WebP file with a random name.

    For what buyers send (avatars, review pictures). Nothing of the sent bytes is kept: the place and
    the camera, colour profiles, comments and anything appended are gone; the camera's orientation is
    applied, wide colours are brought to sRGB, an animation becomes its first frame.
    Units: pixels of the longer side at most; bytes that are read at most.
    Raises: as ``check_picture``.
    """
    _check_size(file, max_bytes=max_bytes or settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE, field=field)
    with _decoding(file, field=field) as picture:
        profile = picture.info.get("icc_profile")
        # Before anything is decoded: a JPEG is then read at a fraction of its size.
        picture.thumbnail((longest_side, longest_side), Pillow.Resampling.LANCZOS)
        upright = ImageOps.exif_transpose(picture)
        drawn = _in_srgb(upright, profile)
        buffer = io.BytesIO()
        # Pillow copies no metadata into a WebP that it is not given, except the profile.
        drawn.save(buffer, "WEBP", quality=85, icc_profile=b"", exif=b"", xmp=b"")
    return ContentFile(buffer.getvalue(), name=random_name("picture.webp"))


def _check_size(file: IO[Any], *, max_bytes: int, field: str | None) -> None:
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    if size > max_bytes:
        raise PictureTooBig(field=field, megabytes=max_bytes // 1024 // 1024)


@contextmanager
def _decoding(file: IO[Any], *, field: str | None) -> Iterator[Pillow.Image]:
    """The opened picture, not yet decoded, inside our pixel limit; what fails inside is told as our errors."""
    most_pixels = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS
    try:
        with warnings.catch_warnings():
            # Our own pixel limit is the one that counts, and odd metadata is no reason to warn.
            warnings.simplefilter("ignore")
            with Pillow.open(file, formats=list(ACCEPTED)) as picture:
                frames = getattr(picture, "n_frames", 1)
                if picture.width * picture.height * frames > most_pixels:
                    raise PictureTooManyPixels(field=field, megapixels=most_pixels // 1_000_000)
                yield picture
    except (Invalid, MemoryError):
        raise
    except Pillow.DecompressionBombError as bomb:
        raise PictureTooManyPixels(field=field, megapixels=most_pixels // 1_000_000) from bomb
    except Exception as broken:
        # Pillow's decoders raise nearly anything for bytes that are not what they claim.
        raise NotAPicture(field=field) from broken
    finally:
        file.seek(0)


def _in_srgb(picture: Pillow.Image, profile: bytes | None) -> Pillow.Image:
    """The picture as plain RGB or RGBA, its colours brought to sRGB where it says what they mean."""
    if picture.mode.startswith("I;16"):
        # Pillow's own conversion cuts off at 255 instead of scaling.
        picture = picture.point(lambda value: value / 256).convert("L")
    see_through = picture.has_transparency_data
    mode = "RGBA" if see_through else "RGB"
    if profile and picture.mode in {"RGB", "RGBA", "CMYK", "L"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB" if picture.mode != "RGBA" else "RGBA"
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            # A profile that is broken, or of another kind of picture, says nothing about the colours.
            logger.info("colour profile ignored", extra={"mode": picture.mode})
        else:
            if converted is not None:
                return converted.convert(mode)
    return picture.convert(mode)
