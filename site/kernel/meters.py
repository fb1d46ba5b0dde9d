"""Numbers that this process counts about itself: cheap enough for the hottest path, gone with the process.

Each web process has its own; whoever shows them asks each, or says that it speaks for one. Two threads that
count in the same instant may count once: these are for a person's eye, and nothing is decided by them.
"""


class Meter:
    """One number that only grows, under a name like ``hot_reads.hits``."""

    __slots__ = ("name", "value")

    def __init__(self, name: str) -> None:
        self.name = name
        self.value = 0
        _meters[name] = self


_meters: dict[str, Meter] = {}


def figures() -> dict[str, int]:
    """Every number of this process by its name."""
    return {name: meter.value for name, meter in sorted(_meters.items())}
