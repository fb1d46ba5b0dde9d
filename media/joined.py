"""The card-sized address of a picture, read in the query of the rows that show it.

For answers whose number of queries counts (cart, orders); lists that need every size use ``renditions``.
"""

from collections.abc import Iterable
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Subquery

from media.models import SIZES, Rendition
from media.renditions import absolute, pictures


def card_file(image_id: Any) -> Subquery:
    """The file name of the newest card-sized rendition of this picture (an expression); NULL where none is made yet."""
    made = Rendition.objects.filter(image_id=image_id, filter_spec=SIZES["card"])
    return Subquery(made.order_by("-pk").values("file")[:1])


def card_urls(found: Iterable[tuple[int | None, str | None]]) -> dict[int, str]:
    """The card-sized addresses of pictures given as (picture id, file name or None).

    No query where every rendition is there; the missing ones are made now, which costs two.
    """
    pairs = [(image_id, name) for image_id, name in found if image_id is not None]
    urls = {image_id: absolute(default_storage.url(name)) for image_id, name in pairs if name}
    missing = {image_id for image_id, _name in pairs} - set(urls)
    return urls | {image_id: sizes["card"] for image_id, sizes in pictures(missing).items()}
