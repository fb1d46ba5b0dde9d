"""Checks of uploads by what they contain, whatever their name claims."""

import warnings
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image as Pillow

from kernel.errors import Invalid

#: Pillow's format names that buyers and staff may send, with the ending each is stored under.
ACCEPTED = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif"}


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

    Leaves the file at its start.
    Units: bytes; pixels of all frames together.
    Raises: PictureTooBig, PictureTooManyPixels, NotAPicture (also for one that breaks off).
    """
    max_bytes = max_bytes or settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE
    most_pixels = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    if size > max_bytes:
        raise PictureTooBig(field=field, megabytes=max_bytes // 1024 // 1024)
    try:
        with warnings.catch_warnings():
            # Our own pixel limit below is the one that counts.
            warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
            picture = Pillow.open(file, formats=list(ACCEPTED))
            frames = getattr(picture, "n_frames", 1)
            if picture.width * picture.height * frames > most_pixels:
                raise PictureTooManyPixels(field=field, megapixels=most_pixels // 1_000_000)
            kind = picture.format or ""
            picture.load()
    except (PictureTooManyPixels, MemoryError):
        raise
    except Pillow.DecompressionBombError as bomb:
        raise PictureTooManyPixels(field=field, megapixels=most_pixels // 1_000_000) from bomb
    except Exception as broken:
        # Pillow's decoders raise nearly anything for bytes that are not what they claim.
        raise NotAPicture(field=field) from broken
    finally:
        file.seek(0)
    return ACCEPTED[kind]
