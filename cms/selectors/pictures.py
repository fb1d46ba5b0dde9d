"""The pictures of a page: those of products and those in wide places, in two queries together."""

import logging
from collections.abc import Iterable, Mapping

from django.db import DatabaseError
from wagtail.images.models import Filter

from cms.selectors.shapes import Pictures
from media.models import SIZES, MallImage
from media.renditions import Urls, absolute
from media.renditions import pictures as make_pictures

logger = logging.getLogger(__name__)

#: Sizes of a picture in a wide place; a phone takes the small one.
WIDE: Mapping[str, str] = {
    "small": "max-750x1500|format-webp|webpquality-80",
    "large": "max-1920x1920|format-webp|webpquality-82",
}
_WIDE = {size: Filter(spec=spec) for size, spec in WIDE.items()}
_SQUARE = {size: Filter(spec=spec) for size, spec in SIZES.items()}


def pictures_of(
    *, products: Iterable[int | None], wide: Iterable[int | None]
) -> tuple[dict[int, Urls], dict[int, Pictures]]:
    """Pictures by id: of products in the sizes that every list has, and those in wide places.

    Sizes that are missing are made now. What does not exist or cannot be read is left out.
    """
    square_ids = {pk for pk in products if pk}
    wide_ids = {pk for pk in wide if pk}
    squares: dict[int, Urls] = {}
    wides: dict[int, Pictures] = {}
    if not square_ids | wide_ids:
        return squares, wides
    rows = MallImage.objects.filter(pk__in=square_ids | wide_ids).prefetch_renditions(*SIZES.values(), *WIDE.values())
    unmade = []
    for row in rows:
        if row.pk in wide_ids and (urls := _wide(row)):
            wides[row.pk] = urls
        if row.pk in square_ids:
            found = row.find_existing_renditions(*_SQUARE.values())
            if len(found) == len(_SQUARE):
                sizes = {size: absolute(found[one].url) for size, one in _SQUARE.items()}
                squares[row.pk] = Urls(thumb=sizes["thumb"], card=sizes["card"], full=sizes["full"])
            else:
                unmade.append(row.pk)
    return squares | make_pictures(unmade), wides


def _wide(image: MallImage) -> Pictures | None:
    found = image.find_existing_renditions(*_WIDE.values())
    missing = [one for one in _WIDE.values() if one not in found]
    if missing:
        try:
            found |= image.create_renditions(*missing)
        except DatabaseError:
            raise
        except Exception:
            # As in media.renditions: each decoder and store has exceptions of its own, and no page breaks by them.
            logger.exception("picture cannot be read", extra={"image_id": image.pk})
            return None
    return Pictures(small=absolute(found[_WIDE["small"]].url), large=absolute(found[_WIDE["large"]].url))
