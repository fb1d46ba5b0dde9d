"""A real web process says which part hangs, within its second, however long it hangs and however often it is asked.

An engine that refuses is the easy case; one that accepts and never answers holds whoever asks it.
"""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest
from django.conf import settings

from tests.fakes.valve import Valve, valve
from tests.faults.consumers import eventually
from tests.faults.private_postgres import free_port
from tests.faults.stand import Stand, stand

pytestmark = [
    pytest.mark.fault,
    pytest.mark.postgres,
    pytest.mark.redis,
    pytest.mark.meilisearch,
    pytest.mark.enable_socket,
]

#: Seconds within which an answer must be here. The promise is one; a busy machine is slower, and no engine's own
#: timeout (the database's is five) fits in.
SOON = 3.0
#: The part, and whether the shop closes without it.
PARTS = {"database": True, "cache": True, "queue": True, "search": False}


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "127.0.0.1", parts.port or {"postgres": 5432, "redis": 6379}[parts.scheme[:8]]


def _through(url: str, one: Valve) -> str:
    """The same engine, by way of this valve."""
    parts = urlsplit(url)
    credentials = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return urlunsplit(parts._replace(netloc=f"{credentials}127.0.0.1:{one.port}"))


class Probed:
    """A web process whose engines are reached through valves."""

    def __init__(self, shop: Stand, valves: dict[str, Valve], door: int) -> None:
        self.shop, self.valves, self.door = shop, valves, door

    def ask(self, *, at_the_door: bool = False) -> tuple[float, dict[str, object]]:
        started = time.monotonic()
        answer = httpx.get(f"http://127.0.0.1:{self.door if at_the_door else self.shop.port}/readyz", timeout=60)
        took = time.monotonic() - started
        return took, answer.json() | {"code": answer.status_code}

    def working(self) -> bool:
        """Whether all engines answer; no worker runs here, and the files are this machine's."""
        return {part for part, told in self.ask()[1]["parts"].items() if told["state"] != "ok"} <= {"worker"}

    def threads(self) -> int:
        """Of the server's own process and those that it started."""
        mine = str(self.shop.processes[0].pid)
        family = {mine}
        stats = {path.name: _parent(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
        while more := {pid for pid, parent in stats.items() if parent in family} - family:
            family |= more
        return sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in family if Path(f"/proc/{pid}").exists())


def _parent(process: Path) -> str:
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[1]
    except OSError:
        # It has just ended.
        return ""


@pytest.fixture
def probed(tmp_path: Path) -> Iterator[Probed]:
    database, redis = os.environ["DATABASE_URL"], str(settings.CACHES["default"]["LOCATION"])
    search, door = os.environ["MEILISEARCH_URL"], free_port()
    with (
        valve(*_place(database)) as to_database,
        valve(*_place(redis)) as to_cache,
        valve(*_place(redis)) as to_queue,
        valve(*_place(search)) as to_search,
        stand(
            tmp_path,
            database_url=_through(database, to_database),
            redis_url=_through(redis, to_cache),
            queue_url=_through(redis, to_queue),
            MEILISEARCH_URL=_through(search, to_search),
            PROBES_ADDRESS=f"127.0.0.1:{door}",
        ) as shop,
    ):
        shop.web(workers=1)
        valves = {"database": to_database, "cache": to_cache, "queue": to_queue, "search": to_search}
        one = Probed(shop, valves, door)
        eventually(one.working, within=60, why=shop.log("web")[-2000:])
        yield one
        for each in one.valves.values():
            each.open()


@pytest.mark.parametrize("part", PARTS)
def test_ready_hang_a_part_that_accepts_and_never_answers_is_named_in_time_and_by_few_threads(
    probed: Probed, part: str
) -> None:
    before = probed.threads()
    probed.valves[part].close()

    with ThreadPoolExecutor(3) as probes:
        answers = list(probes.map(lambda _: probed.ask(), range(24)))

    for took, answer in answers:
        assert took < SOON
        assert part in answer["failing"]
        assert answer["code"] == (503 if PARTS[part] else 200)
        # The others are not held up by it. The consumer's sign of life lies in the cache.
        assert set(answer["failing"]) <= {part, "worker"}
    assert answers[-1][1]["parts"][part]["state"] in {"timeout", "failing"}
    # One thread for each part at the most, whatever the number of probes.
    assert probed.threads() <= before + len(answers[0][1]["parts"])

    probed.valves[part].open()
    eventually(probed.working, within=60)


def test_ready_hang_all_engines_at_once_are_all_named_in_one_second(probed: Probed) -> None:
    for one in probed.valves.values():
        one.close()

    took, answer = probed.ask()

    assert took < SOON
    assert set(PARTS) <= set(answer["failing"])
    assert answer["status"] == "unready"
    assert httpx.get(f"{probed.shop.url}/livez", timeout=60).text == "ok"


def test_ready_hang_a_process_that_is_told_to_end_does_not_wait_for_what_hangs(probed: Probed) -> None:
    for one in probed.valves.values():
        one.close()
    probed.ask()

    process = probed.shop.processes[0]
    process.send_signal(signal.SIGTERM)

    # The server itself would be patient for 30 seconds.
    assert process.wait(20) == 0


def test_ready_hang_buyers_who_wait_for_the_database_keep_no_probe_waiting_at_its_own_door(probed: Probed) -> None:
    probed.valves["database"].close()
    # More than the process has threads; each is held until the database's own timeout.
    with ThreadPoolExecutor(16) as buyers:
        held = [buyers.submit(httpx.get, f"{probed.shop.url}/nowhere/{one}/", timeout=60) for one in range(16)]
        behind = buyers.submit(probed.ask)
        answers = [probed.ask(at_the_door=True) for _ in range(3)]
        waiting = sum(not one.done() for one in held)
        lives = httpx.get(f"http://127.0.0.1:{probed.door}/livez", timeout=60)
        queued, _answer = behind.result()
    assert waiting > 4, "the shop's threads were not held, so this shows nothing"

    for took, answer in answers:
        assert took < SOON
        assert "database" in answer["failing"]
        assert answer["code"] == 503
    assert lives.text == "ok"
    # The control: at the shop's own door a probe waits behind the buyers.
    assert queued > SOON


def test_the_door_for_probes_opens_nothing_else(probed: Probed) -> None:
    for path in ("/", "/admin/", "/api/v1/home/", "/metrics"):
        assert httpx.get(f"http://127.0.0.1:{probed.door}{path}", timeout=60).status_code == 404
