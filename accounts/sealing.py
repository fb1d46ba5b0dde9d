"""Texts that only we can read: encrypted and signed with a key made from ``SECRET_KEY``.

Every purpose has its own key, so what was sealed for one is noise to another.
"""

import base64
import hashlib
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


@lru_cache(maxsize=32)
def _box(purpose: str, keys: tuple[str, ...]) -> MultiFernet:
    boxes = [
        Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"mall.sealing\x1f{purpose}\x1f{key}".encode()).digest()))
        for key in keys
    ]
    return MultiFernet(boxes)


def _box_for(purpose: str) -> MultiFernet:
    return _box(purpose, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def seal(purpose: str, value: Any) -> str:
    """This JSON value as a text that says nothing to others and carries the moment it was made."""
    return _box_for(purpose).encrypt(json.dumps(value, ensure_ascii=False).encode()).decode()


def unseal(purpose: str, sealed: str, *, seconds: int | None = None) -> Any:
    """What was sealed for this purpose, or None when it is not ours, was changed, or is older than ``seconds``."""
    try:
        return json.loads(_box_for(purpose).decrypt(sealed.encode(), ttl=seconds))
    except (InvalidToken, UnicodeError):
        return None
