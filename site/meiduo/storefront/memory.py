"""Pages as they were last rendered: the same answers of the API make the same page."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock

from api.compression import gzipped

#: Plain and packed.
Rendered = tuple[bytes, bytes]


class PageMemory:
    """Rendered pages of one process, the least used forgotten first. Nothing in it can be stale: a page is kept
    under everything that it was made of."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._size = 0
        self._pages: OrderedDict[bytes, Rendered] = OrderedDict()
        self._lock = Lock()

    def page(self, parts: Iterable[str | bytes], render: Callable[[], bytes]) -> Rendered:
        """The page that these parts make, rendered now if it is not there."""
        key = _key(parts)
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
                return self._pages[key]
        plain = render()
        made = (plain, gzipped(plain))
        with self._lock:
            if key not in self._pages:
                self._pages[key] = made
                self._size += len(made[0]) + len(made[1])
            while self._size > self._most:
                _, (old, packed) = self._pages.popitem(last=False)
                self._size -= len(old) + len(packed)
        return made


def _key(parts: Iterable[str | bytes]) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.digest()
