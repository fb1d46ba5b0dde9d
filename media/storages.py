"""Where files go. Names are random, so that nothing is guessed, overwritten or cached wrongly."""

import secrets
from pathlib import PurePosixPath

from django.core.files.storage import FileSystemStorage

from media.kinds import ending_of


def random_name(name: str) -> str:
    """The same folder with 16 random bytes for a stem; the sender's own name is forgotten.

    The ending stays if it is of a kind that we keep, so ``page.html`` becomes a file without one.
    """
    return str(PurePosixPath(name).with_name(secrets.token_hex(16) + ending_of(name)))


class LocalMediaStorage(FileSystemStorage):
    """Files under ``MEDIA_ROOT``, for the embedded size and single hosts."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return super().get_available_name(random_name(name), max_length)
