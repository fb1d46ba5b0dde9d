"""A Redis of one test's own, which may be wiped, frozen and killed without harm to anybody."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests.faults.consumers import eventually
from tests.faults.private_postgres import free_port


class PrivateRedis:
    """One server without persistence: whoever restarts it finds it empty."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        """What REDIS_URL takes; the queue is in the database after it."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def queue_url(self) -> str:
        """What HUEY_REDIS_URL takes."""
        return f"redis://127.0.0.1:{self.port}/1"

    def client(self, url: str = "") -> "redis.Redis":
        """A client of the tests, which waits no longer than a second."""
        return redis.Redis.from_url(url or self.url, socket_timeout=1, socket_connect_timeout=1)

    def start(self) -> None:
        """It answers, and knows nothing."""
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError("redis-server is nowhere: install it")
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(
                [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        eventually(self._answers, within=30)

    def _answers(self) -> bool:
        try:
            return bool(self.client().ping())
        except redis.RedisError:
            return False

    def kill(self) -> None:
        """The process is gone: whoever connects is refused."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait(30)

    def freeze(self) -> None:
        """The process stands still: whoever connects is let in, and hears nothing."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def wipe(self) -> None:
        """Everything in it is gone, while it runs."""
        self.client().flushall()


@contextmanager
def private_redis(folder: Path) -> Iterator[PrivateRedis]:
    """A server that is gone at the end."""
    one = PrivateRedis(folder)
    try:
        yield one
    finally:
        one.kill()
