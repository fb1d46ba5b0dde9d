"""Putting pictures into the library from code: imports, the demo shop, other people's servers."""

from dataclasses import dataclass
from typing import IO, Any

from django.core.files.base import File
from wagtail.utils.file import hash_filelike

from media.models import MallImage
from media.validators import check_picture


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A picture of the library, and whether it had to be added."""

    image: MallImage
    is_new: bool


def content_hash(file: IO[Any]) -> str:
    """The hash under which the library knows this content; the file stays where it is read to."""
    digest: str = hash_filelike(file)
    return digest


def store_picture(*, file: IO[Any], title: str, uploaded_by_id: int | None = None) -> StoredPicture:
    """The library holds a picture with exactly this content; the oldest one that has it is taken.

    Call it outside of a transaction: the file may travel to a store on the network.
    Raises: as ``check_picture``.
    """
    ending = check_picture(file)
    digest = content_hash(file)
    known = MallImage.objects.filter(file_hash=digest).order_by("pk").first()
    if known is not None:
        return StoredPicture(known, is_new=False)
    image = MallImage(title=title[:255], uploaded_by_user_id=uploaded_by_id, file=File(file, name=f"picture{ending}"))
    image.file_size = image.file.size
    image.file_hash = digest
    image.save()
    return StoredPicture(image, is_new=True)
