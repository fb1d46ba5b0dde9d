"""A Redis that says nothing costs one time-out, not one for each question.

A server that is gone refuses at once. One that hangs, or whose network swallows everything, lets each command wait for
its whole time-out, and a request may ask ten times. So whoever waited in vain tells the others of its process: for a
short while every command to that server fails at once, as it would at a dead one. Then a single connection tries.
"""

import threading
import time
from typing import Any

from redis import Connection, SSLConnection, UnixDomainSocketConnection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

#: Seconds that a server which did not answer is left alone, and so the longest that one which is back is not used.
REST = 3.0


class _Outage:
    """What this process knows of a server that did not answer."""

    def __init__(self, until: float) -> None:
        self.until = until
        self.tries: Any = None


_outages: dict[object, _Outage] = {}
_lock = threading.Lock()


class _FailingFast:
    """What the connections below share; mixed into redis-py's own."""

    def _place(self: Any) -> object:
        return getattr(self, "path", None) or (self.host, self.port)

    def _refuse_while_away(self) -> None:
        """Raises: redis' ConnectionError while the server is left alone and another connection tries it."""
        outage = _outages.get(self._place())
        if outage is None or outage.tries is self:
            return
        with _lock:
            now = time.monotonic()
            if outage.until > now:
                raise RedisConnectionError("Redis did not answer a moment ago")
            outage.tries, outage.until = self, now + REST

    def _note_silence(self) -> None:
        with _lock:
            _outages[self._place()] = _Outage(time.monotonic() + REST)

    def _note_answer(self) -> None:
        if _outages:
            _outages.pop(self._place(), None)

    def _connect(self) -> Any:
        self._refuse_while_away()
        try:
            return super()._connect()  # type: ignore[misc]
        except TimeoutError:
            self._note_silence()
            raise

    def send_packed_command(self, *args: Any, **kwargs: Any) -> Any:
        self._refuse_while_away()
        try:
            return super().send_packed_command(*args, **kwargs)  # type: ignore[misc]
        except RedisTimeoutError:
            self._note_silence()
            raise

    def read_response(self, *args: Any, **kwargs: Any) -> Any:
        try:
            answer = super().read_response(*args, **kwargs)  # type: ignore[misc]
        except RedisTimeoutError:
            self._note_silence()
            raise
        self._note_answer()
        return answer


class FailingFast(_FailingFast, Connection):
    """A connection to ``redis://``."""


class FailingFastTls(_FailingFast, SSLConnection):
    """A connection to ``rediss://``."""


class FailingFastLocal(_FailingFast, UnixDomainSocketConnection):
    """A connection to ``unix://``."""


def connection_class_of(url: str) -> type[Any]:
    """The connections that go with this address of a single server."""
    scheme = url.partition("://")[0]
    return {"rediss": FailingFastTls, "unix": FailingFastLocal}.get(scheme, FailingFast)
