"""The queue as the settings name it: Huey's, and each message says since when it waits and for which request.

Loaded by Huey's Django part before any model is: nothing here may import one.
"""

import logging
import time
from dataclasses import dataclass
from typing import Any

from huey import MemoryHuey, PriorityRedisExpireHuey, SqliteHuey
from huey.storage import PriorityRedisExpireStorage

from kernel import tracing
from kernel.redis_address import Kind, address_of

logger = logging.getLogger(__name__)

#: Where the queue itself remembers that it stands still.
PAUSED = "mall.paused"
#: Seconds between two looks at it, and so the longest that a worker goes on after the word.
LOOK = 1.0


@dataclass(frozen=True)
class Envelope:
    """A message on its way, and what Huey's own does not carry."""

    message: Any
    since: float
    request_id: str


class Carrying:
    """What our queues add to Huey's."""

    _looked = float("-inf")
    _stands = False

    def serialize_task(self: Any, task: Any) -> bytes:
        # A task that is tried again keeps the request that it began with.
        name = getattr(task, "request_id", "") or tracing.request_id()
        message = self._registry.create_message(task)
        data: bytes = self.serializer.serialize(Envelope(message, time.time(), name))
        return data

    def deserialize_task(self: Any, data: bytes) -> Any:
        found = self.serializer.deserialize(data)
        if not isinstance(found, Envelope):
            # Queued by Huey's own class.
            return self._registry.create_task(found)
        task = self._registry.create_task(found.message)
        task.since, task.request_id = found.since, found.request_id
        return task

    def dequeue(self: Any) -> Any:
        if self.is_paused():
            # Storages that block give the worker no other rest.
            time.sleep(LOOK)
            return None
        return super().dequeue()  # type: ignore[misc]

    def execute(self: Any, task: Any, timestamp: Any = None) -> Any:
        """Run the task in the name of its request, so that its log lines and what it queues carry it on."""
        if self.immediate:
            return super().execute(task, timestamp)  # type: ignore[misc]
        with tracing.working_for(getattr(task, "request_id", "") or tracing.fresh()):
            return super().execute(task, timestamp)  # type: ignore[misc]

    # -- standing still

    def pause(self: Any) -> None:
        """No worker takes a task from now on, in any process; those that run go on to their end."""
        self.put(PAUSED, True)
        self._looked = float("-inf")

    def resume(self: Any) -> None:
        """Workers take tasks again."""
        self.delete(PAUSED)
        self._looked = float("-inf")

    def is_paused(self: Any) -> bool:
        """Whether the queue stands still. A queue that cannot be asked is for whoever takes from it to report."""
        now = time.monotonic()
        if now - self._looked >= LOOK:
            self._looked = now
            self._stands = bool(self.get(PAUSED, peek=True))
        return bool(self._stands)

    def oldest(self: Any, *, most: int = 200) -> float | None:
        """Since when (epoch seconds) the one waits that has waited longest; None: nothing waits.

        By priority the newest may stand first, so it is looked for among as many as are read at once.
        """
        found = [task.since for task in self.pending(most) if getattr(task, "since", None)]
        return min(found, default=None)


class MallRedisStorage(PriorityRedisExpireStorage):
    """Huey's storage, on the primary that Sentinels name as well."""

    def __init__(self, name: str = "huey", *args: Any, url: str = "", **options: Any) -> None:
        if url:
            # Imported here: without such an address nothing of it is needed.
            from kernel.redis_clients import pool_of

            address = address_of(url)
            # Workers wait a second for a task at a time; a primary that says nothing for five is gone. Behind a single
            # server nobody else is to be found: whoever queues a task has better things to do than to wait for it.
            connect, answer = (1, 3) if address.kind is Kind.SERVER else (2, 5)
            options["connection_pool"] = pool_of(address, connect_timeout=connect, timeout=answer)
            url = ""
        super().__init__(name, *args, url=url or None, **options)


class MallRedisHuey(Carrying, PriorityRedisExpireHuey):
    """The queue on Redis. The expiring class: results nobody reads go away, and it alone knows priorities there."""

    storage_class = MallRedisStorage


class MallSqliteHuey(Carrying, SqliteHuey):
    """The queue of the embedded size, in a file."""


class MallMemoryHuey(Carrying, MemoryHuey):
    """The queue of tests, which run each task where it is queued."""
