"""Questions to Meilisearch over a kept connection: what the client library adds costs more than most searches.

Answers are asked for unpacked. A packed one comes in pieces, and the second piece waits some 40 ms for the first to
be acknowledged (seen with 1.21).
"""

import http.client
import json
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings

from search.errors import EngineDown, EngineRefused

_local = threading.local()

#: Seconds that telling the state of an index may take; it is asked for in passing, and another question follows.
_STATE_TIMEOUT = 0.25


class _Exchange:
    """A few requests to one server that share one time limit."""

    def __init__(self, *, url: str, key: str, seconds: float) -> None:
        self._url = url
        self._key = key
        self._end = time.monotonic() + seconds

    def answer(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        """The JSON object that answers. Raises: EngineDown, EngineRefused."""
        try:
            status, answer = self._exchanged(method, path, body)
        except (OSError, http.client.HTTPException) as error:
            _forget(self._url)
            raise EngineDown from error
        if status >= 500:
            raise EngineDown
        if status != 200:
            raise EngineRefused(answer[:500].decode(errors="replace"))
        try:
            return dict(json.loads(answer))
        except (ValueError, TypeError) as error:
            raise EngineRefused("no answer of Meilisearch") from error

    def _exchanged(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        connection, is_fresh = _connection(self._url, self._left())
        try:
            return self._once(connection, method, path, body)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            # The server closes connections that rest. A fresh one that it closes means something else.
            _forget(self._url)
            if is_fresh:
                raise
        connection, _is_fresh = _connection(self._url, self._left())
        return self._once(connection, method, path, body)

    def _once(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None
    ) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        connection.request(method, f"{urlsplit(self._url).path.rstrip('/')}{path}", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def _left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class Asking:
    """One question under way: where it goes and how much of its time is left."""

    def __init__(self, *, url: str, key: str, index: str) -> None:
        self._index = index
        self._exchange = _Exchange(url=url, key=key, seconds=settings.MEILISEARCH_TIMEOUT)

    def send(self, queries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The answers to these queries, in their order. Raises: EngineDown, EngineRefused."""
        body = json.dumps({"queries": [{"indexUid": self._index, **query} for query in queries]}).encode()
        try:
            return list(self._exchange.answer("POST", "/multi-search", body)["results"])
        except KeyError as error:
            raise EngineRefused("no answer of Meilisearch") from error


def index_state(*, url: str, key: str, index: str) -> tuple[str, str]:
    """When this index was made and when it was written last. Raises: EngineDown, EngineRefused."""
    told = _Exchange(url=url, key=key, seconds=_STATE_TIMEOUT).answer("GET", f"/indexes/{quote(index, safe='')}")
    return str(told.get("createdAt")), str(told.get("updatedAt"))


class _Kept(dict[str, http.client.HTTPConnection]):
    """The connections of one thread, by address; they end with it."""

    def __del__(self) -> None:
        for connection in self.values():
            connection.close()


def _connection(url: str, seconds: float) -> tuple[http.client.HTTPConnection, bool]:
    """This thread's connection, every wait on it no longer than this. Shape: (connection, whether it is new)."""
    kept: _Kept | None = getattr(_local, "connections", None)
    if kept is None:
        kept = _local.connections = _Kept()
    connection = kept.get(url)
    if connection is not None and connection.sock is not None:
        connection.sock.settimeout(seconds)
        return connection, False
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    kept[url] = connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    return connection, True


def _forget(url: str) -> None:
    connection = getattr(_local, "connections", _Kept()).pop(url, None)
    if connection is not None:
        connection.close()
