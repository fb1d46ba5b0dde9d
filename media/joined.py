"""The addresses of pictures, read in the query of the rows that show them.

For answers whose number of queries counts (cart, orders, search); other lists use ``renditions``.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Subquery

from media.models import SIZES, Rendition
from media.renditions import Urls, absolute, pictures


def card_file(image_id: Any) -> Subquery:
    """The file name of the newest card-sized rendition of this picture (an expression); NULL where none is made yet."""
    return size_file(image_id, "card")


def size_file(image_id: Any, size: str) -> Subquery:
    """The same for a size of ``media.models.SIZES``."""
    made = Rendition.objects.filter(image_id=image_id, filter_spec=SIZES[size])
    return Subquery(made.order_by("-pk").values("file")[:1])


def all_urls(found: Iterable[tuple[int | None, Mapping[str, str | None]]]) -> dict[int, Urls]:
    """The addresses of pictures given as (picture id, file name or None by size), as ``renditions.pictures`` has them.

    No query where every rendition is there; the missing ones are made now, which costs two.
    """
    by_id = {image_id: names for image_id, names in found if image_id is not None}
    urls: dict[int, Urls] = {}
    for image_id, names in by_id.items():
        thumb, card, full = (names[size] for size in ("thumb", "card", "full"))
        if thumb and card and full:
            urls[image_id] = Urls(thumb=_address(thumb), card=_address(card), full=_address(full))
    return urls | pictures(set(by_id) - set(urls))


def _address(name: str) -> str:
    return absolute(default_storage.url(name))


def card_urls(found: Iterable[tuple[int | None, str | None]]) -> dict[int, str]:
    """The card-sized addresses of pictures given as (picture id, file name or None).

    No query where every rendition is there; the missing ones are made now, which costs two.
    """
    pairs = [(image_id, name) for image_id, name in found if image_id is not None]
    urls = {image_id: _address(name) for image_id, name in pairs if name}
    missing = {image_id for image_id, _name in pairs} - set(urls)
    return urls | {image_id: sizes["card"] for image_id, sizes in pictures(missing).items()}
