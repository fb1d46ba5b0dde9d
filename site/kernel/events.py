"""Domain events: what happened, by id, told after the commit to whoever was wired to it.

A service emits; ``tasks/wiring.py`` is the one table of who hears what. Events are hints for speed:
every effect that must happen has a row that a sweep finds, so a lost event loses nothing.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any, Self, TypeVar

from django.db import transaction

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    """Something that happened. Subclasses carry ids only, never rows or texts."""

    @classmethod
    def summed_up(cls, events: Sequence[Self]) -> Sequence[Self]:
        """Fewer events that say the same as these of one kind; ``told_together`` asks. Here: each once."""
        return list(dict.fromkeys(events))


E = TypeVar("E", bound=Event)
_held: ContextVar[list[Event] | None] = ContextVar("held", default=None)
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
    """Call every listener of this event now, or after the work that is ``told_together``; for ``emit_on_commit``."""
    held = _held.get()
    if held is not None:
        held.append(event)
        return
    for handler in handlers_of(type(event)):
        try:
            handler(event)
        except Exception:
            logger.exception("event listener failed", extra={"event": type(event).__name__})


@contextmanager
def told_together() -> Iterator[None]:
    """Let a long piece of work with many commits tell once at its end, also when it breaks off, what it did.

    For loaders and the like, whose hundreds of small changes would each start the same tasks. A process that is
    killed tells nothing; the sweeps find what it did.
    """
    held: list[Event] = []
    token = _held.set(held)
    try:
        yield
    finally:
        _held.reset(token)
        by_kind: dict[type[Event], list[Event]] = {}
        for event in held:
            by_kind.setdefault(type(event), []).append(event)
        for kind, events in by_kind.items():
            for event in kind.summed_up(events):
                deliver(event)
