"""Huey autoloads this name only; importing a module here registers its tasks with the consumer."""

from tasks import content, index, sweeps

__all__ = ["content", "index", "sweeps"]
