"""Which of two versions a visitor sees: chosen by the storefront, the same for one visitor every time.

The public answer holds both versions, so its bytes are the same for all. The rule, for whoever draws it:

1. The storefront makes a random id for the browser once, at least 16 characters, and keeps it.
2. ``hash`` is FNV-1a with 32 bits over the UTF-8 bytes of ``key + ":" + visitor``: begin with 2166136261; for each
   byte, XOR it in, multiply by 16777619, keep the lowest 32 bits. Then mix: ``h ^= h >> 16``, multiply by
   2146121005, ``h ^= h >> 15``, multiply by 2221713035, ``h ^= h >> 16``, each time keeping the lowest 32 bits.
   (Without the mixing, ids that differ only at their end fall beside each other.)
3. The visitor sees version ``b`` when ``hash % 100 < share``, else ``a``.
4. Every beacon about this item says which version it was.

In JavaScript: ``Math.imul`` multiplies, ``>>>`` shifts, and ``>>> 0`` makes the result positive.
"""

from typing import Literal

_MASK = 0xFFFFFFFF


def bucket(*, key: str, visitor: str) -> int:
    """0 to 99, the same for the same two."""
    h = 2166136261
    for byte in f"{key}:{visitor}".encode():
        h = ((h ^ byte) * 16777619) & _MASK
    h = ((h ^ (h >> 16)) * 2146121005) & _MASK
    h = ((h ^ (h >> 15)) * 2221713035) & _MASK
    return (h ^ (h >> 16)) % 100


def version_for(*, key: str, visitor: str, share: int) -> Literal["a", "b"]:
    """The version that this visitor sees, when ``share`` of a hundred see the other one."""
    return "b" if bucket(key=key, visitor=visitor) < share else "a"
