"""The store of pictures and documents."""

import secrets
from collections.abc import Iterator

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from meiduo.env import env
from meiduo.parts import Finding, Level, Part


def ping() -> None:
    default_storage.exists("readyz")


def examine() -> Iterator[Finding]:
    word = secrets.token_bytes(16)
    name = default_storage.save("doctor/probe.txt", ContentFile(word))
    try:
        with default_storage.open(name) as file:
            same = file.read() == word
    finally:
        default_storage.delete(name)
    yield Finding(
        Level.GOOD if same else Level.BAD,
        "wrote and read back",
        "give the process write access to VAR_DIR/media, or check MEDIA_URL_S3",
    )


PART = Part(
    "files", "S3-compatible store" if env().media_url_s3 else "local folder", vital=False, ping=ping, examine=examine
)
