"""Real consumers, as processes that tests start, stop and kill."""

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import redis
from django.conf import settings
from django.db import connection
from huey.registry import Message

from tasks.queue import Envelope, MallRedisHuey

ROOT = Path(__file__).resolve().parents[2]


def eventually(condition: Callable[[], Any], *, within: float = 90, why: str = "") -> Any:
    """What the condition gives once it is true. Another process makes it so; there is nothing to wait on but it."""
    until, rest = time.monotonic() + within, threading.Event()
    while time.monotonic() < until:
        if found := condition():
            return found
        rest.wait(0.1)
    raise AssertionError(f"it did not become true within {within} s {why}")


class Yard:
    """A folder, a queue and a database for consumers of one test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        cache = urlsplit(settings.CACHES["default"]["LOCATION"])
        number = int(cache.path.strip("/")) + 1
        self.queue_url = urlunsplit(cache._replace(path=f"/{number}"))
        redis.Redis.from_url(self.queue_url).flushdb()
        self.queue = MallRedisHuey("mall", url=self.queue_url)

    def start(self) -> subprocess.Popen[bytes]:
        """One more consumer with a scheduler."""
        base = urlsplit(os.environ["DATABASE_URL"])
        surroundings = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.faults.probe.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT)]),
            "DATABASE_URL": urlunsplit(base._replace(path=f"/{connection.settings_dict['NAME']}")),
            "REDIS_URL": str(settings.CACHES["default"]["LOCATION"]),
            "HUEY_REDIS_URL": self.queue_url,
            "VAR_DIR": str(self.folder / "var"),
            "PROBE_DIR": str(self.folder),
            "HUEY_WORKERS": "2",
            "LOG_FORMAT": "json",
            "MEILISEARCH_URL": "",
        }
        log = (self.folder / f"consumer-{len(self.processes)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run_huey"], cwd=ROOT, env=surroundings, stdout=log, stderr=log
        )
        log.close()
        self.processes.append(process)
        return process

    def put(self, name: str, *args: Any, retries: int = 2, task_id: str = "") -> str:
        """Queue a task of the probe."""
        task_id = task_id or str(uuid.uuid4())
        message = Message(
            task_id, f"tests.faults.probe.tasks.{name}", None, retries, 1, None, args, {}, retry_backoff=2
        )
        self.queue.storage.enqueue(self.queue.serializer.serialize(Envelope(message, time.time(), "request-of-test")))
        return task_id

    def waiting(self) -> list[str]:
        """The numbers of the tasks in the queue."""
        return [self.queue.serializer.deserialize(one).message.id for one in self.queue.storage.enqueued_items()]

    def lines(self, name: str) -> list[str]:
        """What tasks said so far."""
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else []

    def say(self, name: str) -> None:
        """Give the word that tasks wait for."""
        (self.folder / name).touch()

    def log(self) -> str:
        """Everything that the consumers wrote."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("consumer-*.log")))


@contextmanager
def yard(folder: Path) -> Iterator[Yard]:
    """A yard whose consumers are gone at the end."""
    one = Yard(folder)
    try:
        yield one
    finally:
        one.say("go")
        one.say("leave")
        for process in one.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait(30)
        redis.Redis.from_url(one.queue_url).flushdb()
