"""The mall as it runs: web processes and consumers on a database and a Redis that tests may break."""

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
from django.conf import settings
from django.db import connection
from huey.registry import Message

from accounts.models import User
from accounts.tokens import access_token_for
from tasks.queue import Envelope, MallRedisHuey
from tests.fakes.alipay import NOTIFY_PATH, StandIn
from tests.faults.consumers import ROOT, eventually
from tests.faults.private_postgres import free_port

#: Seconds that a test's client waits for one answer: what is not there then hangs.
PATIENCE = 30.0


def tell(line: str) -> None:
    """Say a figure that was seen, for whoever runs the test with ``-s``."""
    sys.stdout.write(f"{line}\n")


def database_url() -> str:
    """The database of this test, as DATABASE_URL takes it."""
    base = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(base._replace(path=f"/{connection.settings_dict['NAME']}"))


def gateway_of(alipay: StandIn) -> dict[str, str]:
    """The variables of a shop that is paid through this stand-in."""
    options = alipay.options
    return {
        "ALIPAY_APP_ID": options["app_id"],
        "ALIPAY_SELLER_ID": options["seller_id"],
        "ALIPAY_PRIVATE_KEY": options["private_key"],
        "ALIPAY_PUBLIC_KEY": options["public_key"],
        "ALIPAY_GATEWAY_URL": options["url"],
    }


class Stand:
    """A folder with a web server and consumers; their surroundings are given as environment variables."""

    def __init__(self, folder: Path, *, database_url: str, redis_url: str, queue_url: str, **more: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.processes: list[subprocess.Popen[bytes]] = []
        self.clients: list[Client] = []
        self.queue = MallRedisHuey("mall", url=queue_url)
        self.surroundings = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.faults.probe.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT)]),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "HUEY_REDIS_URL": queue_url,
            "MEILISEARCH_URL": "",
            "VAR_DIR": str(folder / "var"),
            "PROBE_DIR": str(folder),
            "HUEY_WORKERS": "2",
            "LOG_FORMAT": "json",
            # Tokens that tests sign count there.
            "SECRET_KEY": settings.SECRET_KEY,
            "JWT_SECRET_KEY": settings.JWT_SECRET_KEY,
            **more,
        }

    @property
    def url(self) -> str:
        """Where the shop answers."""
        return f"http://127.0.0.1:{self.port}"

    def web(self, *, workers: int = 2) -> subprocess.Popen[bytes]:
        """The web processes as the Procfile starts them, once they answer."""
        process = self._start(
            "web",
            *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port)),
            *("--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--workers-kill-timeout", "30"),
            *("--respawn-failed-workers", "--log-level", "warning", "meiduo.wsgi:application"),
        )
        eventually(self._lives, within=120, why=self.log("web")[-3000:])
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        """One more consumer with a scheduler."""
        return self._start("worker", "manage.py", "run_huey")

    def _lives(self) -> bool:
        try:
            return httpx.get(f"{self.url}/livez", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def _start(self, kind: str, *words: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{kind}-{len(self.processes)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, env=self.surroundings, stdout=log, stderr=log, start_new_session=True
        )
        log.close()
        self.processes.append(process)
        return process

    def put(self, name: str, *args: Any, retries: int = 2) -> str:
        """Queue a task of the probe."""
        task_id = str(uuid.uuid4())
        path = f"tests.faults.probe.tasks.{name}"
        message = Message(task_id, path, None, retries, 1, None, args, {}, retry_backoff=2)
        self.queue.storage.enqueue(self.queue.serializer.serialize(Envelope(message, time.time(), "request-of-test")))
        return task_id

    def lines(self, name: str) -> list[str]:
        """What tasks of the probe said so far."""
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else []

    def log(self, kind: str = "") -> str:
        """Everything that the processes of this kind wrote."""
        return "".join(path.read_text() for path in sorted(self.folder.glob(f"{kind}*.log")))

    def client(self, user: User | None = None) -> "Client":
        """A guest, or this buyer with a login."""
        one = Client(self.url, access_token_for(user) if user else "")
        self.clients.append(one)
        return one

    def end(self) -> None:
        """All processes are gone."""
        for one in self.clients:
            one.close()
        for process in self.processes:
            if process.poll() is None:
                # granian's workers are children of the process that we know.
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)


@contextmanager
def stand(folder: Path, **given: str) -> Iterator[Stand]:
    """A stand whose processes are gone at the end."""
    one = Stand(folder, **given)
    try:
        yield one
    finally:
        one.end()


@dataclass
class Asked:
    """One request and what became of it; status 0: no answer came."""

    at: float
    seconds: float
    status: int
    answer: Any = None
    code: str = ""


@dataclass
class Client:
    """Somebody with a connection to the shop, who notes every answer."""

    url: str
    token: str = ""
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        self._http = httpx.Client(base_url=self.url, headers=headers, timeout=PATIENCE)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Asked:
        """Send this request once."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        at = time.monotonic()
        try:
            answer = self._http.request(method, f"/api/v1{path}", json=body, headers=given)
        except httpx.HTTPError as error:
            one = Asked(at, time.monotonic() - at, 0, code=type(error).__name__)
        else:
            is_json = "json" in answer.headers.get("Content-Type", "")
            told = answer.json() if is_json else None
            code = str(told.get("code", "")) if isinstance(told, dict) else ""
            one = Asked(at, time.monotonic() - at, answer.status_code, told, code)
        self.asked.append(one)
        return one

    def order(self, body: Any, *, key: str) -> Asked:
        """POST this order under this key, once."""
        return self.ask("POST", "/orders/", body, idempotency_key=key)

    def pay(self, number: str, alipay: StandIn) -> str:
        """Go to the pay page, pay there, and let the gateway's notice come; what the shop answers it."""
        page = self.ask("GET", f"/orders/{number}/payment/")
        assert page.status == 200, page
        trade = alipay.pay(page.answer["alipay_url"], notices=1)
        told = self._http.post(NOTIFY_PATH, data=alipay.notice(trade.out_trade_no))
        return told.text

    def close(self) -> None:
        """No connection is left open."""
        self._http.close()


@contextmanager
def going_on(*works: Callable[[], object]) -> Iterator[threading.Event]:
    """Each of these is done again and again, side by side, until the block ends; what one raises is raised then."""
    over = threading.Event()
    failures: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        while not over.is_set():
            try:
                work()
            except BaseException as error:
                failures.append(error)
                return
            # The machine has other work, too.
            over.wait(0.02)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield over
    finally:
        over.set()
        for thread in threads:
            thread.join(2 * PATIENCE)
    if failures:
        raise failures[0]
