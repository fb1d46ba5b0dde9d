"""Files in a bucket of any S3-compatible store.

A module of its own: the client takes half a second to import, and the embedded size needs none.
"""

from functools import cached_property
from typing import Any

from botocore.config import Config
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

from media.kinds import content_type, is_picture
from media.storages import random_name

#: A store that does not answer must not hold a web thread for botocore's own full minute.
_LIMITS = Config(
    connect_timeout=3,
    read_timeout=20,
    retries={"mode": "standard", "max_attempts": 3},
    # Since 1.36 botocore adds checksums that several S3-compatible stores refuse.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


class S3MediaStorage(S3Storage):
    """Files in one bucket of any S3-compatible store."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.client_config: Config = self.client_config.merge(_LIMITS)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        taken: str = super().get_available_name(random_name(name), max_length)
        return taken

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """What the store answers with: our own type, never the one that the sender claimed."""
        parameters: dict[str, Any] = super().get_object_parameters(name)
        parameters["ContentType"] = content_type(name)
        if not is_picture(name):
            parameters["ContentDisposition"] = "attachment"
        return parameters

    @cached_property
    def _public_base(self) -> str:
        """The address of the bucket, asked of botocore once: it takes a millisecond for every address it builds."""
        base: str = super().url("probe")
        return base.removesuffix("probe")

    def url(
        self,
        name: str | None,
        parameters: dict[str, Any] | None = None,
        expire: int | None = None,
        http_method: str | None = None,
    ) -> str:
        if self.querystring_auth or parameters or http_method or not name:
            address: str = super().url(name, parameters, expire, http_method)
            return address
        return self._public_base + filepath_to_uri(self._normalize_name(name))
