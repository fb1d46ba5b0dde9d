"""A clock that processes of a test live by, and that jumps while they run.

By libfaketime: it answers in the C library's place, so Python, granian and every library see the same wrong moment, as
they would on a machine whose clock was put right. A seam in our own code would only move what asks it. The monotonic
clock stays, as it does in a real jump; so does the database's, as on another machine.
"""

import os
from pathlib import Path

import pytest


def library() -> str:
    """Where it is. Ends the test where it is not: skipped, or failed where every engine must be there."""
    found = sorted(Path("/usr").glob("lib*/**/faketime/libfaketimeMT.so.1"))
    if found:
        return str(found[0])
    if os.environ.get("REQUIRE_ENGINES"):
        pytest.fail("libfaketime is not there: install faketime")
    pytest.skip("needs libfaketime: install faketime")


class FakedClock:
    """The moment of all processes that were started with its surroundings."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.jump(0)

    @property
    def surroundings(self) -> dict[str, str]:
        """What a process is started with."""
        return {
            "LD_PRELOAD": library(),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # Seconds until a jump is seen.
            "FAKETIME_CACHE_DURATION": "1",
        }

    def jump(self, minutes: int) -> None:
        """From now on it is so many minutes later than it is, or earlier."""
        draft = self._file.with_suffix(".draft")
        draft.write_text(f"{60 * minutes:+d}\n")
        draft.replace(self._file)
