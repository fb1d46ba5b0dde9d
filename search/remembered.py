"""What this process keeps in mind for a moment: looked up by one thread, while the others wait for it."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Answer(Generic[V]):
    """One looked-up value, or one that a thread is looking up."""

    __slots__ = ("born", "come", "value")

    def __init__(self, born: float) -> None:
        self.born = born
        self.come = threading.Event()
        self.value: list[V] = []


class Remembered(Generic[K, V]):
    """Values by their keys, each for ``seconds`` from the moment its looking up began; 0 keeps nothing.

    Whoever asks while another thread looks the same thing up gets that thread's value.
    """

    def __init__(
        self, *, seconds: Callable[[], float], most: int = 1, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._most = most
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._answers: dict[K, _Answer[V]] = {}

    def get(self, key: K, look_up: Callable[[], V], *, holds: Callable[[V], bool] | None = None) -> V:
        """The value of this key. Raises: what ``look_up`` raises, to its own thread.

        ``holds`` may end a value before its time.
        """
        seconds = self._seconds()
        if seconds <= 0:
            return look_up()
        now = self._monotonic()
        with self._lock:
            answer = self._answers.get(key)
            mine = answer is None or now - answer.born >= seconds
            if answer is not None and not mine and holds is not None and answer.value:
                mine = not holds(answer.value[0])
            if answer is None or mine:
                answer = self._answers[key] = _Answer(now)
                self._make_room()
        if not mine:
            answer.come.wait()
            # Nothing came: the other thread failed, and this one may have more luck.
            return answer.value[0] if answer.value else look_up()
        try:
            answer.value.append(look_up())
        except BaseException:
            with self._lock:
                if self._answers.get(key) is answer:
                    del self._answers[key]
            raise
        finally:
            answer.come.set()
        return answer.value[0]

    def knows(self, key: K, *, holds: Callable[[V], bool] | None = None) -> bool:
        """Whether ``get`` would answer without looking up, or wait for a thread that does."""
        with self._lock:
            answer = self._answers.get(key)
            if answer is None or self._monotonic() - answer.born >= self._seconds():
                return False
            return holds is None or not answer.value or holds(answer.value[0])

    def _make_room(self) -> None:
        while len(self._answers) > self._most:
            del self._answers[next(iter(self._answers))]

    def forget(self) -> None:
        """Look everything up anew; what is on its way may be older than this moment and is not kept."""
        with self._lock:
            self._answers = {}
