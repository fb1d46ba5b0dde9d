"""The pictures of a page: those of products and those in wide places, in two queries together.

``media.renditions`` makes a row object of every picture and of every size. For the 170 pictures of the demo
shop's homepage that was 35 of the 60 ms that building it took; reading the columns alone takes 11. Making what
is missing stays over there.
"""

import logging
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from types import SimpleNamespace

from django.db import DatabaseError
from wagtail.images.models import Filter

from cms.selectors.shapes import Pictures
from media.models import SIZES, MallImage, Rendition
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


@cache
def _vary() -> tuple[str, ...]:
    """Columns of a picture that a size may depend on. Not at import: Wagtail's answer needs every hook loaded."""
    filters = (*_SQUARE.values(), *_WIDE.values())
    operations = [operation for one in filters for operation in one.operations]
    return tuple(sorted({column for one in operations for column in getattr(one, "vary_fields", ())}))


#: File names by size specification, and the part that the focal point has in the choice.
_Made = dict[tuple[str, str], str]


def pictures_of(
    *, products: Iterable[int | None], wide: Iterable[int | None]
) -> tuple[dict[int, Urls], dict[int, Pictures]]:
    """Pictures by id: of products in the sizes that every list has, and those in wide places.

    Sizes that are missing are made now. What does not exist or cannot be read is left out.
    """
    square_ids = {pk for pk in products if pk}
    wide_ids = {pk for pk in wide if pk}
    ids = square_ids | wide_ids
    squares: dict[int, Urls] = {}
    wides: dict[int, Pictures] = {}
    if not ids:
        return squares, wides
    made = _made(ids)
    unmade = []
    for pk, *focal_point in MallImage.objects.filter(pk__in=ids).values_list("pk", *_vary()):
        there = made.get(pk, {})
        keys = _keys(tuple(focal_point))
        if pk in square_ids:
            if (sizes := _sizes(_SQUARE, keys, there)) is not None:
                squares[pk] = Urls(thumb=sizes["thumb"], card=sizes["card"], full=sizes["full"])
            else:
                unmade.append(pk)
        if pk in wide_ids:
            sizes = _sizes(_WIDE, keys, there) or _make_wide(pk)
            if sizes is not None:
                wides[pk] = Pictures(small=sizes["small"], large=sizes["large"])
    return squares | make_pictures(unmade), wides


def _made(ids: set[int]) -> dict[int, _Made]:
    """What is there already, by picture."""
    rows = Rendition.objects.filter(image_id__in=ids, filter_spec__in=[*SIZES.values(), *WIDE.values()])
    found: dict[int, _Made] = {}
    for image_id, spec, focal_point, name in rows.values_list("image_id", "filter_spec", "focal_point_key", "file"):
        found.setdefault(image_id, {})[spec, focal_point] = name
    return found


@lru_cache(maxsize=1024)
def _keys(focal_point: tuple[int | None, ...]) -> Mapping[str, str]:
    """The part that a focal point has in the choice of each size; most pictures have none set."""
    image = SimpleNamespace(**dict(zip(_vary(), focal_point, strict=True)))
    return {one.spec: one.get_cache_key(image) for one in (*_SQUARE.values(), *_WIDE.values())}


def _sizes(wanted: Mapping[str, Filter], keys: Mapping[str, str], made: _Made) -> dict[str, str] | None:
    """Each wanted size for the focal point that the picture has now; None when one is missing."""
    names = {size: made.get((one.spec, keys[one.spec])) for size, one in wanted.items()}
    storage = Rendition._meta.get_field("file").storage
    found = {size: absolute(storage.url(name)) for size, name in names.items() if name is not None}
    return found if len(found) == len(wanted) else None


def _make_wide(image_id: int) -> dict[str, str] | None:
    # What cannot be read is found out, logged and left alone for a while over there.
    if not make_pictures([image_id]):
        return None
    try:
        made = MallImage.objects.get(pk=image_id).create_renditions(*_WIDE.values())
    except DatabaseError:
        raise
    except Exception:
        # As in media.renditions: each decoder and store has exceptions of its own, and no page breaks by them.
        logger.exception("picture cannot be made wide", extra={"image_id": image_id})
        return None
    return {size: absolute(made[one].url) for size, one in _WIDE.items()}
