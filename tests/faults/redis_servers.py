"""Redis as many processes: a primary with a replica and three Sentinels, or a Cluster; killed as tests need it."""

import random
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path

import redis

from tests.faults.consumers import eventually

HOST = "127.0.0.1"
#: Such a one must survive its way through a URL.
PASSWORD = "s:e/c@ret"
IN_URL = "s%3Ae%2Fc%40ret"


def _free(port: int) -> bool:
    with socket.socket() as one:
        try:
            one.bind((HOST, port))
        except OSError:
            return False
    return True


def ports(count: int) -> list[int]:
    """So many ports that nobody has; each with the one 10,000 above, where nodes of a Cluster talk."""
    found: list[int] = []
    while len(found) < count:
        port = random.randint(20_000, 30_000)
        if port not in found and _free(port) and _free(port + 10_000):
            found.append(port)
    return found


class Servers:
    """Processes of redis-server in one folder, by their ports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, port: int, *options: str, conf: str = "") -> None:
        """One more, which answers."""
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError("redis-server is nowhere: install it")
        home = self.folder / str(port)
        home.mkdir(exist_ok=True)
        given = []
        if conf:
            (home / "sentinel.conf").write_text(conf)
            given = [str(home / "sentinel.conf"), "--sentinel"]
        with (self.folder / f"{port}.log").open("ab") as log:
            self.processes[port] = subprocess.Popen(
                [program, *given, "--port", str(port), "--bind", HOST, *options], cwd=home, stdout=log, stderr=log
            )
        eventually(lambda: self.answers(port), within=60, why=(self.folder / f"{port}.log").read_text()[-2000:])

    def client(self, port: int, *, secret: bool = True) -> "redis.Redis":
        """A client of the tests', which waits no longer than a second."""
        return redis.Redis(
            HOST, port, password=PASSWORD if secret else None, socket_timeout=1, socket_connect_timeout=1
        )

    def answers(self, port: int) -> bool:
        """Whether this server is there, with or without a password."""
        for secret in (True, False):
            with suppress(redis.RedisError), self.client(port, secret=secret) as one:
                return bool(one.ping())
        return False

    def kill(self, port: int) -> None:
        """As ``kill -9`` does it."""
        process = self.processes.pop(port)
        process.kill()
        process.wait(30)

    def end(self) -> None:
        for port in [*self.processes]:
            self.kill(port)


class Watched(Servers):
    """A primary, a replica, and three Sentinels that let a second of silence pass."""

    SERVICE = "mymaster"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.primary, self.replica, *self.sentinels = ports(5)
        self._server(self.primary)
        self._server(self.replica, "--replicaof", HOST, str(self.primary))
        eventually(lambda: self.client(self.replica).info("replication")["master_link_status"] == "up")
        for port in self.sentinels:
            self.start(
                port,
                conf=f"sentinel monitor {self.SERVICE} {HOST} {self.primary} 2\n"
                f"sentinel auth-pass {self.SERVICE} {PASSWORD}\n"
                f"sentinel down-after-milliseconds {self.SERVICE} 1000\n"
                f"sentinel failover-timeout {self.SERVICE} 6000\n",
            )
        eventually(lambda: all(self._sees_all(port) for port in self.sentinels), why="the Sentinels know each other")

    def _server(self, port: int, *options: str) -> None:
        self.start(
            port, "--save", "", "--appendonly", "yes", "--requirepass", PASSWORD, "--masterauth", PASSWORD, *options
        )

    def _sees_all(self, port: int) -> bool:
        state = self.client(port, secret=False).sentinel_masters()[self.SERVICE]
        return bool(state["num-slaves"] == 1 and state["num-other-sentinels"] == 2)

    def url(self, database: int = 0) -> str:
        """What REDIS_URL takes. A dead Sentinel stands first, as after the loss of its machine."""
        [nobody] = ports(1)
        hosts = ",".join(f"{HOST}:{port}" for port in (nobody, *self.sentinels))
        return f"sentinel://:{IN_URL}@{hosts}/{self.SERVICE}/{database}"

    def let_pass(self, milliseconds: int) -> None:
        """So long may the primary be silent until the Sentinels take it for dead."""
        for port in self.sentinels:
            self.client(port, secret=False).sentinel_set(self.SERVICE, "down-after-milliseconds", milliseconds)

    def is_promoted(self) -> bool:
        """Whether the replica takes writes now, and the Sentinels say so."""
        with suppress(redis.RedisError):
            state = self.client(self.sentinels[0], secret=False).sentinel_masters()[self.SERVICE]
            return state["port"] == self.replica and self.client(self.replica).role()[0] == b"master"
        return False

    def replicated(self) -> None:
        """What was written so far is on the replica, too."""
        eventually(
            lambda: (
                self.client(self.primary).info("replication")["master_repl_offset"]
                == self.client(self.replica).info("replication")["slave_repl_offset"]
            )
        )

    def fail_over(self) -> None:
        """The primary dies, and the replica takes its place."""
        self.kill(self.primary)
        eventually(self.is_promoted)


class Cluster(Servers):
    """Three primaries that share the slots, and as many replicas as asked for."""

    def __init__(self, folder: Path, *, replicas: int = 0) -> None:
        super().__init__(folder)
        self.nodes = ports(3 * (1 + replicas))
        for port in self.nodes:
            self.start(
                port,
                *("--save", "", "--cluster-enabled", "yes", "--cluster-node-timeout", "1500"),
                *("--requirepass", PASSWORD, "--masterauth", PASSWORD, "--maxmemory", "64mb"),
                *("--maxmemory-policy", "allkeys-lru"),
            )
        program = shutil.which("redis-cli")
        assert program, "redis-cli is nowhere: install it"
        places = [f"{HOST}:{port}" for port in self.nodes]
        subprocess.run(
            [
                *(program, "-a", PASSWORD, "--no-auth-warning", "--cluster", "create", *places),
                *("--cluster-replicas", str(replicas), "--cluster-yes"),
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )
        eventually(lambda: all(self._is_whole(port) for port in self.nodes))

    def _is_whole(self, port: int) -> bool:
        client = self.client(port)
        told = client.execute_command("CLUSTER INFO")
        text = told.decode() if isinstance(told, bytes) else str(told)
        link = client.info("replication").get("master_link_status", "up")
        return "cluster_state" in text and "fail" not in text.split("cluster_slots", 1)[0] and link == "up"

    @cached_property
    def url(self) -> str:
        """What REDIS_URL takes; one node that answers is enough."""
        [nobody] = ports(1)
        return f"cluster://:{IN_URL}@{HOST}:{nobody},{HOST}:{self.nodes[0]},{HOST}:{self.nodes[1]}"


@contextmanager
def ending(servers: Servers) -> Iterator[Servers]:
    """The processes are gone at the end."""
    try:
        yield servers
    finally:
        servers.end()
