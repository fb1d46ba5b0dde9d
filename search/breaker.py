"""The circuit breaker: an engine that failed is left alone for a while instead of being asked at every request.

Its state is in this process, and in the cache for the others. The cache being down leaves each
process to itself.
"""

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache

logger = logging.getLogger(__name__)

KEY = "search:engine:open"
#: Seconds between two looks at what other processes know.
_LOOK_EVERY = 2.0


class Breaker:
    """Closed: ask. Open: do not. Half open: one asks for all, and its luck decides."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until = 0.0
        self._probing = False
        self._looked_at = float("-inf")

    @property
    def is_open(self) -> bool:
        """Whether the engine is being left alone right now."""
        return self._failures > 0

    def lets_through(self) -> bool:
        """Whether this request may ask the engine. Whoever may must report with ``succeeded`` or ``failed``."""
        now = self._monotonic()
        with self._lock:
            if not self._failures:
                look = now - self._looked_at >= _LOOK_EVERY
                if look:
                    self._looked_at = now
            elif now < self._open_until or self._probing:
                return False
            else:
                self._probing = True
                return True
        return not (look and self._others_found_it_down(now))

    def _others_found_it_down(self, now: float) -> bool:
        try:
            down = cache.get(KEY) is not None
        except Exception:
            logger.warning("breaker cannot read the cache", exc_info=True)
            return False
        if down:
            with self._lock:
                self._failures = max(self._failures, 1)
                self._open_until = now + settings.SEARCH_BREAK_SECONDS[0]
        return down

    def succeeded(self) -> None:
        """The engine answered: ask it again from now on."""
        with self._lock:
            was_open = self._failures > 0
            self._failures = 0
            self._probing = False
        if was_open:
            logger.warning("search engine answers again")
            self._tell(None)

    def failed(self) -> None:
        """The engine did not answer: leave it alone, longer after each failure in a row."""
        first, longest = settings.SEARCH_BREAK_SECONDS
        with self._lock:
            if self._failures and not self._probing:
                # Asked before it opened: the same outage, not another one.
                return
            self._failures += 1
            self._probing = False
            rest = min(first * 2 ** (self._failures - 1), longest)
            self._open_until = self._monotonic() + rest
        self._tell(rest)

    def _tell(self, rest: float | None) -> None:
        try:
            if rest is None:
                cache.delete(KEY)
            else:
                cache.set(KEY, True, rest)
        except Exception:
            logger.warning("breaker cannot write the cache", exc_info=True)

    def forget(self) -> None:
        """This process asks again as if nothing had ever failed."""
        with self._lock:
            self._failures = 0
            self._open_until = 0.0
            self._probing = False
            self._looked_at = float("-inf")

    def reset(self) -> None:
        """Every process asks again as if nothing had ever failed: the engine is known to be well."""
        self.forget()
        self._tell(None)


breaker = Breaker()
