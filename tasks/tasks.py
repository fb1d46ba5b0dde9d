"""Huey autoloads this name only; importing a module here registers its tasks with the consumer."""

from tasks import content, heartbeat, index, sweeps

__all__ = ["content", "heartbeat", "index", "sweeps"]
