"""Blocks from code: the same form as stored ones, refused where the editor would refuse them."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.fields import StreamField

from cms.errors import ContentInvalid

#: A block as it is stored: ``{"type": …, "value": …}``, with or without an id.
RawBlock = Mapping[str, Any]

_IDS = uuid.UUID("6f3c6f0e-6f4d-4e0c-9a39-3b1d4c0a7c11")


def checked_stream(field: StreamField, raw: Sequence[RawBlock], *, place: str) -> Any:
    """The value of a stream field made of these blocks.

    Blocks without an id get one that follows from ``place`` and where they stand, so that the same
    blocks given again are the same value.

    Raises: ContentInvalid, naming the first block that the editor would refuse.
    """
    block = field.stream_block
    try:
        value = block.clean(block.to_python([_with_ids(one, f"{place}/{n}") for n, one in enumerate(raw)]))
    except ValidationError as wrong:
        where, reason = _first_reason(wrong)
        raise ContentInvalid(where=where, reason=reason) from wrong
    return value


def _with_ids(value: Any, place: str) -> Any:
    if isinstance(value, list):
        return [_with_ids(one, f"{place}/{number}") for number, one in enumerate(value)]
    if isinstance(value, Mapping):
        named = {name: _with_ids(inner, f"{place}/{name}") for name, inner in value.items()}
        if "type" in named and "value" in named and not named.get("id"):
            named["id"] = str(uuid.uuid5(_IDS, place))
        return named
    return value


def _first_reason(error: ValidationError) -> tuple[str, str]:
    """Where in the blocks the first refusal is, and its text."""
    inner: Mapping[Any, Any] = getattr(error, "block_errors", None) or getattr(error, "cell_errors", None) or {}
    for name, nested in inner.items():
        found = nested if isinstance(nested, ValidationError) else ValidationError(_messages(nested))
        where, reason = _first_reason(found)
        return f"{name}.{where}".rstrip("."), reason
    general = getattr(error, "non_block_errors", None)
    messages = _messages(general) if general else error.messages
    return "", messages[0] if messages else ""


def _messages(errors: Any) -> list[str]:
    if isinstance(errors, Iterable) and not isinstance(errors, str):
        return [message for one in errors for message in getattr(one, "messages", [str(one)])]
    return [str(errors)]
