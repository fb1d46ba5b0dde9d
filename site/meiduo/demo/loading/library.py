"""Pictures of the demo in the picture library, in a collection of their own."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from wagtail.models import Collection

from media.models import MallImage
from media.renditions import ensure_renditions
from media.services import store_picture
from meiduo.demo.pictures import Order, drawn


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture that the library shall hold."""

    order: Order
    title: str
    alt: str


class Library:
    """Stores drawn pictures. ``ready``: with all their sizes made, so that the first visitor does not wait."""

    def __init__(self, *, ready: bool = True) -> None:
        self._ready = ready
        self._collection_id = _collection().pk

    def hang(self, wanted: Sequence[Wanted]) -> Iterator[int]:
        """The id of each picture, in sequence, each as soon as it is stored. Safe to break off.

        Call it outside of a transaction: files travel to their store, and drawing takes its time.
        """
        for one, content in zip(wanted, drawn([one.order for one in wanted]), strict=True):
            yield self._store(one, content)

    def _store(self, wanted: Wanted, content: bytes) -> int:
        stored = store_picture(file=io.BytesIO(content), title=wanted.title)
        image_id = stored.image.pk
        if stored.is_new:
            # By query: the picture is new, nobody keeps bytes that show it.
            MallImage.objects.filter(pk=image_id).update(alt=wanted.alt[:200], collection_id=self._collection_id)
        if self._ready:
            ensure_renditions(image_id)
        return image_id


def _collection() -> Collection:
    name = _("演示图片")
    root = Collection.get_first_root_node() or Collection.add_root(name="Root")
    return root.get_children().filter(name=name).first() or root.add_child(name=name)


def in_batches(ids: Iterator[int], sizes: Iterable[int]) -> Iterator[list[int]]:
    """The ids in groups of these sizes."""
    for size in sizes:
        yield [next(ids) for _number in range(size)]
