"""Drawing many pictures at once, on every processor there is."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from meiduo.demo.pictures.orders import Order

#: More painters than this would only wait for whoever stores their pictures.
MOST_PAINTERS = 4
#: Fewer pictures than this are drawn before other processes would have started.
FEW = 12


def drawn(orders: Sequence[Order], *, painters: int | None = None) -> Iterator[bytes]:
    """The picture of every order, in their sequence, each as soon as it is done.

    ``painters``: processes that draw; the processors that this process may use, unless told.
    """
    count = min(painters or _processors(), MOST_PAINTERS)
    if count < 2 or len(orders) < FEW:
        yield from map(_draw, orders)
        return
    # Spawned, not forked: a copy of open database connections would be shared with the parent.
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_draw, orders, chunksize=4)


def _draw(order: Order) -> bytes:
    return order.draw()


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
