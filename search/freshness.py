"""Whether the index still answers as it did: what was remembered of it holds until it changes.

The engine tells its state in no time (``SearchEngine.state``); a process asks for it at most every half second, one
thread for all. So an answer may be remembered for long while nobody writes, and not longer than that once somebody
did, whoever wrote and whatever became of it: an edit, a rebuild that was swapped in, other synonyms.
"""

import logging
import threading
import time
from collections.abc import Callable, Hashable

from search.breaker import breaker
from search.engine import engine

logger = logging.getLogger(__name__)

#: Seconds between two looks.
LOOK_EVERY = 0.5


class Freshness:
    """What the engine of one language said of its state last."""

    def __init__(self, language: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._language = language
        self._monotonic = monotonic
        self._looking = threading.Lock()
        self._looked_at = float("-inf")
        self._state: Hashable = None

    def state(self) -> Hashable:
        """The state as it was half a second ago at the most, or while one thread asks, before that."""
        now = self._monotonic()
        if now - self._looked_at >= LOOK_EVERY and self._looking.acquire(blocking=False):
            try:
                self._state = self._looked(now)
                self._looked_at = self._monotonic()
            finally:
                self._looking.release()
        return self._state

    def _looked(self, now: float) -> Hashable:
        if not breaker.is_open:
            try:
                return engine(self._language).state()
            except Exception:
                # Whoever asks it next will find out; the breaker goes by answers.
                logger.info("search engine does not tell its state", exc_info=True)
        # Nobody knows: what is remembered holds until the next look.
        return ("unknown", now)

    def forget(self) -> None:
        """The next one to ask looks."""
        self._looked_at = float("-inf")


_of_language: dict[str, Freshness] = {}


def state(language: str) -> Hashable:
    """What changes whenever the index that answers this language does."""
    return _of_language.setdefault(language, Freshness(language)).state()


def unchanged(language: str) -> Callable[[], bool]:
    """Says, from now on, whether the index still is what it is now."""
    before = state(language)
    return lambda: state(language) == before


def forget() -> None:
    """Look anew."""
    for one in _of_language.values():
        one.forget()
