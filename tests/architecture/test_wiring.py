"""Every event has somebody who hears it."""

import tasks.wiring
from kernel.events import Event


def _all_events(kind=Event):
    for sub in kind.__subclasses__():
        yield sub
        yield from _all_events(sub)


def test_every_event_is_wired_to_a_task():
    wired = {event_type for event_type, _ in tasks.wiring.TABLE}

    ours = [event for event in _all_events() if not event.__module__.startswith("tests")]

    assert ours
    assert [event.__name__ for event in ours if event not in wired] == []
