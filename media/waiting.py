"""Pictures uploaded before what they belong to exists, each with a pass that only its sender can use, for a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import IO, Any

from django.core import signing
from django.core.files.storage import default_storage
from django.utils import timezone

from kernel import clock, limits
from kernel.errors import DomainError
from media.validators import cleaned_picture

MOST_BYTES = 5 * 1024 * 1024
#: Seconds that an upload waits for what it belongs to.
KEPT = 86_400


@dataclass(frozen=True)
class WaitingRoom:
    """Where the pictures of one kind wait. ``unknown`` is raised for a pass that does not count."""

    folder: str
    salt: str
    unknown: type[DomainError]

    def keep(self, *, user_id: int, file: IO[Any], most_an_hour: int) -> tuple[str, str]:
        """The picture, drawn anew by us, waits for this user; returns its pass and its file name.

        Call it outside of a transaction: the file may travel to a store on the network.
        Units: bytes of the file that was sent, at most ``MOST_BYTES``.
        Raises: Limited past ``most_an_hour``; NotAPicture, PictureTooBig, PictureTooManyPixels.
        """
        limits.take(limits.Window(limits.key(f"waiting.{self.folder}", user_id), most_an_hour, 3600))
        picture = cleaned_picture(file, max_bytes=MOST_BYTES, field="file")
        name = default_storage.save(f"{self._of(timezone.localdate(clock.now()))}/{picture.name}", picture)
        return signing.dumps([user_id, name], salt=self.salt, compress=True), name

    def names_of(self, *, user_id: int, passes: Sequence[str]) -> list[str]:
        """The files behind these passes of this user, each once.

        Raises: ``unknown`` for a pass that is forged, over, or somebody else's.
        """
        return list(dict.fromkeys(self._name_of(user_id, one) for one in passes))

    def day_to_clear(self) -> datetime:
        """The moment two days ago: whatever was uploaded on that day was taken since, or never will be."""
        return clock.now() - timedelta(days=2)

    def forget_loose(self, *, day: datetime, taken: Iterable[str]) -> int:
        """Delete the uploads of this day that nothing took, and say how many. Safe to run twice."""
        folder = self._of(timezone.localdate(day))
        try:
            _folders, files = default_storage.listdir(folder)
        except FileNotFoundError:
            return 0
        loose = {f"{folder}/{file}" for file in files} - set(taken)
        delete_files(loose)
        return len(loose)

    def _of(self, day: date) -> str:
        return f"{self.folder}/{day:%Y%m%d}"

    def _name_of(self, user_id: int, one: str) -> str:
        try:
            owner, name = signing.loads(one, salt=self.salt, max_age=KEPT)
        except (signing.BadSignature, ValueError, TypeError) as wrong:
            raise self.unknown from wrong
        if owner != user_id:
            raise self.unknown
        return str(name)


def file_url(name: str) -> str:
    """Where the picture is, from the root of the shop or of its file store."""
    return default_storage.url(name)


def delete_files(names: Iterable[str]) -> None:
    """These files are gone."""
    for name in names:
        default_storage.delete(name)
