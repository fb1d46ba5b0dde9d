"""Letting the whole program work on another database for a while, through the same connection settings."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

ALIAS = "default"


@contextmanager
def pointed_at(name: str) -> Iterator[None]:
    """Everything in this thread, and in threads begun meanwhile, reads and writes the database of this name."""
    settings = connections.settings
    before, settings_before = connections[ALIAS], settings[ALIAS]
    # A copy: the connection from before goes on by its own.
    settings[ALIAS] = {**settings_before, "NAME": name}
    connections[ALIAS] = connections.create_connection(ALIAS)
    try:
        yield
    finally:
        connections[ALIAS].close()
        settings[ALIAS] = settings_before
        connections[ALIAS] = before
