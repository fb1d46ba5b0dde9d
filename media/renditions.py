"""Pictures in their ready sizes, as absolute addresses, for whole lists at a time."""

import logging
from collections.abc import Iterable
from typing import IO, Any, TypedDict

from django.conf import settings
from django.db import DatabaseError
from wagtail.images.models import Filter

from kernel import clock
from media.models import SIZES, MallImage, Rendition

logger = logging.getLogger(__name__)

#: Seconds that a file which could not be read is left alone: opening it again for every list is slow.
LEFT_ALONE = 600
#: What this process could not read, by picture and file, until when. A new file is a new chance.
_unreadable: dict[tuple[int, str], float] = {}
_MOST_UNREADABLE = 10_000


class _Filter(Filter):
    """Wagtail's, that closes the file it was to write when the picture cannot be read (8.0.1 leaves it open)."""

    def run(self, image: MallImage, output: IO[bytes], *args: Any, **kwargs: Any) -> Any:
        try:
            return super().run(image, output, *args, **kwargs)
        except BaseException:
            output.close()
            raise


class Urls(TypedDict):
    """One picture: an absolute address per size of ``media.models.SIZES``."""

    thumb: str
    card: str
    full: str


def pictures(images: Iterable[MallImage | int | None]) -> dict[int, Urls]:
    """Every size of these pictures, by the picture's id. Two queries, however many pictures.

    A size that is missing is made now; ``ensure_renditions`` after the upload spares the first visitor
    the wait. A picture that does not exist or cannot be read is left out, logged, and not tried again for
    a while: it never breaks the list that it stands in.
    """
    ids = {image if isinstance(image, int) else image.pk for image in images if image is not None}
    if not ids:
        return {}
    rows = MallImage.objects.filter(pk__in=ids).prefetch_renditions(*SIZES.values())
    return {row.pk: urls for row in rows if (urls := _urls(row)) is not None}


def ensure_renditions(image_id: int) -> bool:
    """Make every size of this picture that is missing; whether all are there now. Safe to run twice."""
    for key in [key for key in _unreadable if key[0] == image_id]:
        del _unreadable[key]
    return bool(pictures([image_id]))


def absolute(url: str) -> str:
    """This address with the shop's host before it, unless the file store gave one of its own."""
    return url if url.startswith(("http://", "https://")) else f"{settings.PUBLIC_URL}{url}"


def with_absolute_media(html: str) -> str:
    """This HTML with the shop's host before every stored picture: a storefront may live on another origin."""
    if not html or settings.MEDIA_URL.startswith("http"):
        return html
    return html.replace(f'src="{settings.MEDIA_URL}', f'src="{settings.PUBLIC_URL}{settings.MEDIA_URL}')


def _urls(image: MallImage) -> Urls | None:
    filters = {size: _Filter(spec=spec) for size, spec in SIZES.items()}
    found = image.find_existing_renditions(*filters.values())
    if len(found) < len(filters):
        found |= _made(image, [one for one in filters.values() if one not in found])
    if len(found) < len(filters):
        return None
    urls = {size: absolute(found[one].url) for size, one in filters.items()}
    return Urls(thumb=urls["thumb"], card=urls["card"], full=urls["full"])


def _made(image: MallImage, missing: list[Filter]) -> dict[Filter, Rendition]:
    key = (image.pk, str(image.file.name))
    now = clock.now().timestamp()
    if _unreadable.get(key, 0) > now:
        return {}
    try:
        made: dict[Filter, Rendition] = image.create_renditions(*missing)
    except DatabaseError:
        raise
    except Exception:
        # A missing file, a damaged one, a store that is away: Pillow, Willow and the stores each raise their own.
        logger.exception("picture cannot be read", extra={"image_id": image.pk})
        if len(_unreadable) >= _MOST_UNREADABLE:
            _unreadable.clear()
        _unreadable[key] = now + LEFT_ALONE
        return {}
    return made
