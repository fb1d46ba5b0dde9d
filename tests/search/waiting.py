"""Waiting for what another program does, with an end."""

import time
from collections.abc import Callable


def until(happened: Callable[[], bool], *, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    pause = 0.01
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(pause)
        pause = min(pause * 1.5, 0.2)
