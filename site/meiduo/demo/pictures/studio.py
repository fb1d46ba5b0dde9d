"""Drawing many pictures at once, on every processor there is."""

import io
import os
import signal
from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from meiduo.demo.pictures.orders import Order
from meiduo.demo.pictures.sizes import Copy, copied

#: More painters than this would only wait for whoever stores their pictures.
MOST_PAINTERS = 4
#: Fewer pictures than this are drawn before other processes would have started.
FEW = 12


@dataclass(frozen=True, slots=True)
class Painted:
    """A finished picture as JPEG bytes, and its smaller copies. Units: pixels."""

    content: bytes
    width: int
    height: int
    copies: tuple[Copy, ...]


def painted(
    orders: Sequence[Order], *, filters: Sequence[str] = (), painters: int | None = None
) -> Generator[Painted, None, None]:
    """The picture of every order, in their sequence, each as soon as it is done.

    ``filters``: the smaller copies that are made of each, as ``sizes`` reads them. ``painters``: processes
    that draw; as many as there are processors, unless told.
    """
    work = partial(paint, filters=tuple(filters))
    count = min(painters or _processors(), MOST_PAINTERS)
    if count < 2 or len(orders) < FEW:
        yield from map(work, orders)
        return
    try:
        # Spawned, not forked: a copy of open database connections would be shared with the parent.
        pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_leave_interrupts)
    except (OSError, NotImplementedError):
        # Some sandboxes have no semaphores to share.
        yield from map(work, orders)
        return
    with pool:
        yield from pool.map(work, orders, chunksize=4)


def paint(order: Order, *, filters: tuple[str, ...] = ()) -> Painted:
    """The picture of one order."""
    picture = order.draw()
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    copies = (copied(picture, text) for text in filters)
    return Painted(out.getvalue(), picture.width, picture.height, tuple(copy for copy in copies if copy))


def _leave_interrupts() -> None:
    """Ctrl-C is for the parent, which then lets its painters go."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
