"""Pictures of the demo in the picture library, in a collection of their own, ready in all their sizes."""

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import cast

from django.core.files.base import ContentFile
from django.db import models, transaction
from wagtail.images.models import Filter
from wagtail.models import Collection
from wagtail.search.backends import get_search_backends

from kernel.events import emit_on_commit
from media.events import PictureStored
from media.models import SIZES, MallImage, Rendition
from media.renditions import ensure_renditions
from media.services import content_hash
from meiduo.demo.pictures import Copy, Order, Painted, painted


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture that the library shall hold."""

    order: Order
    title: str
    alt: str


#: The collection's name, and what it is called until everything has been loaded once.
COLLECTION = "演示图片"
UNFINISHED = "演示图片（加载中）"


def is_unfinished() -> bool:
    """Whether a loading broke off before its end."""
    return bool(Collection.objects.filter(name=UNFINISHED).exists())


class Library:
    """Stores drawn pictures with every ready size, so that the first visitor does not wait.

    The painters make the sizes from the picture that they have in hand; letting Wagtail open every file again
    takes four times as long. Rows are written in groups for the same reason.
    """

    def __init__(self, *, painters: int | None = None) -> None:
        self._collection_id: int = _collection().pk
        self._painters = painters

    @contextmanager
    def hanging(
        self, groups: Sequence[Sequence[Wanted]], *, sizes: Sequence[str] = ()
    ) -> Iterator[Iterator[list[int]]]:
        """The ids of each group's pictures, in sequence, each group as soon as it is stored. Safe to break off.

        ``sizes``: filters of copies that these pictures need beside the ready sizes.
        Use it outside of a transaction: files travel to their store, and drawing takes its time.
        """
        orders = [one.order for group in groups for one in group]
        filters = [*SIZES.values(), *sizes]
        # Closed, so that whoever breaks off does not wait for pictures that nobody wants any more.
        with closing(painted(orders, filters=filters, painters=self._painters)) as pictures:
            yield (self._store([(one, next(pictures)) for one in group], len(filters)) for group in groups)

    def finish(self) -> None:
        """From now on the demo counts as loaded."""
        Collection.objects.filter(pk=self._collection_id).update(name=COLLECTION)

    def _store(self, group: Sequence[tuple[Wanted, Painted]], sizes: int) -> list[int]:
        hashes = [content_hash(io.BytesIO(picture.content)) for _wanted, picture in group]
        by_hash = {row.file_hash: row for row in MallImage.objects.filter(file_hash__in=hashes).order_by("-pk")}
        for image in by_hash.values():
            # Left behind by a loading that broke off; its sizes may be missing.
            ensure_renditions(image.pk)
        images, copies = [], []
        for (wanted, picture), digest in zip(group, hashes, strict=True):
            if digest not in by_hash:
                by_hash[digest] = image = self._image(wanted, picture, digest)
                images.append(image)
                copies += [_rendition(image, copy) for copy in picture.copies]
        with transaction.atomic():
            MallImage.objects.bulk_create(images)
            Rendition.objects.bulk_create(copies)
            complete = Counter(copy.image.pk for copy in copies)
            for image in images:
                if complete[image.pk] < sizes:
                    # A size that the painters do not know how to make is a worker's to make.
                    emit_on_commit(PictureStored(image_id=image.pk))
        _make_searchable(images)
        return [by_hash[digest].pk for digest in hashes]

    def _image(self, wanted: Wanted, picture: Painted, digest: str) -> MallImage:
        return MallImage(
            file=_stored(MallImage(), "picture.jpg", picture.content),
            title=wanted.title[:255],
            alt=wanted.alt[:200],
            collection_id=self._collection_id,
            width=picture.width,
            height=picture.height,
            file_size=len(picture.content),
            file_hash=digest,
        )


def _rendition(image: MallImage, copy: Copy) -> Rendition:
    return Rendition(
        file=_stored(Rendition(), "picture.webp", copy.content),
        image=image,
        filter_spec=copy.filter,
        focal_point_key=Filter(spec=copy.filter).get_cache_key(image),
        width=copy.width,
        height=copy.height,
    )


def _stored(row: MallImage | Rendition, name: str, content: bytes) -> str:
    """Put a file where the rows of this model do, and return its name; a field given the bytes would decode them."""
    field = cast(models.FileField, row._meta.get_field("file"))
    return field.storage.save(field.generate_filename(row, name), ContentFile(content))


def _make_searchable(images: Sequence[MallImage]) -> None:
    """Let the back office find pictures that were written in a group, without the signals of single rows."""
    for backend in get_search_backends(with_auto_update=True) if images else ():
        backend.add_bulk(MallImage, images)


def _collection() -> Collection:
    root = Collection.get_first_root_node() or Collection.add_root(name="Root")
    known = root.get_children().filter(name__in=[COLLECTION, UNFINISHED]).first()
    return known or root.add_child(name=UNFINISHED)
