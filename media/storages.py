"""Where files go. Names are random, so that nothing is guessed, overwritten or cached wrongly."""

import secrets
from pathlib import PurePosixPath

from django.core.files.storage import FileSystemStorage
from storages.backends.s3 import S3Storage


def random_name(name: str) -> str:
    """The same folder and ending with 16 random bytes for a stem; the sender's own name is forgotten."""
    path = PurePosixPath(name)
    return str(path.with_name(secrets.token_hex(16) + path.suffix.lower()))


class LocalMediaStorage(FileSystemStorage):
    """Files under ``MEDIA_ROOT``, for the embedded size and single hosts."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return super().get_available_name(random_name(name), max_length)


class S3MediaStorage(S3Storage):
    """Files in one bucket of any S3-compatible store."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        taken: str = super().get_available_name(random_name(name), max_length)
        return taken
