"""Domain events: what happened, by id, told after the commit to whoever was wired to it.

A service emits; ``tasks/wiring.py`` is the one table of who hears what. Events are hints for speed:
every effect that must happen has a row that a sweep finds, so a lost event loses nothing.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.db import transaction

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    """Something that happened. Subclasses carry ids only, never rows or texts."""


E = TypeVar("E", bound=Event)
_handlers: dict[type[Event], list[Callable[[Any], object]]] = defaultdict(list)


def listen(event_type: type[E], handler: Callable[[E], object]) -> None:
    """From now on ``handler`` hears every event of exactly this type."""
    if handler not in _handlers[event_type]:
        _handlers[event_type].append(handler)


def handlers_of(event_type: type[Event]) -> tuple[Callable[[Any], object], ...]:
    """Who hears this event; for the architecture test that finds unwired ones."""
    return tuple(_handlers[event_type])


def emit_on_commit(event: Event) -> None:
    """Tell the listeners once the surrounding transaction commits; never after a rollback.

    A listener that fails (a queue that is down, say) is logged and hurts neither the caller, whose
    work is already committed, nor the other listeners: the sweep is what makes sure.
    """
    transaction.on_commit(partial(deliver, event))


def deliver(event: Event) -> None:
    """Call every listener of this event now; for ``emit_on_commit``."""
    for handler in handlers_of(type(event)):
        try:
            handler(event)
        except Exception:
            logger.exception("event listener failed", extra={"event": type(event).__name__})
