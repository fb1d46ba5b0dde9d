"""What indexing 100,000 changed SKUs costs beside the shop. See README.md.

    createdb mall_sweep
    DATABASE_URL=postgres://localhost/mall_sweep REDIS_URL=redis://localhost:6379/9 \\
        MEILISEARCH_URL=… MEILISEARCH_KEY=… uv run python benchmarks/operations/sweep.py [--rounds 8]

Without MEILISEARCH_URL the database engine alone is written to.
"""

# ruff: noqa: E402 - Django is set up before its models are imported

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "site"), str(ROOT), str(ROOT / "benchmarks" / "orders")]

if sys.argv[1:2] == ["--sweeper"]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meiduo.settings.dev")
    import django

    django.setup()
else:
    # Prepares Django too, with a folder of its own.
    import clients
    import measure

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from search import indexer
from search.engine import every_engine
from shop.models import Order, Sku

#: SKUs between two looks at whether to go on.
STEP = 1000
#: Megabytes that the sweep may take.
MOST_MEMORY = 200
#: Share of a checkout's time that the sweep may add.
MOST_DELAY = 0.10


def memory(field: str) -> float:
    """Megabytes of this process: all (VmRSS), or what is its own and no file's (RssAnon)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{field}:"))


def sweeper(word: Path, told: Path) -> None:
    """Sweep while the word stands, and tell after each step how far it is and what it takes."""
    with told.open("a", buffering=1) as file:
        while True:
            if not word.exists():
                time.sleep(0.05)
                continue
            began, cpu = time.perf_counter(), time.process_time()
            done = indexer.sweep_dirty(most=STEP)
            step = {
                "done": done,
                "seconds": time.perf_counter() - began,
                "cpu": time.process_time() - cpu,
                "all": memory("VmRSS"),
                "own": memory("RssAnon"),
            }
            file.write(f"{json.dumps(step)}\n")
            if not done:
                time.sleep(0.2)


class Sweeping:
    """The sweeper's process, which goes on only while it is told to."""

    def __init__(self, folder: Path) -> None:
        self.word, self.told = folder / "go", folder / "told"
        self.told.touch()
        command = [sys.executable, __file__, "--sweeper", str(self.word), str(self.told)]
        # As the worker's: what it says of each thousand is nobody's to read here.
        self.process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"VAR_DIR": str(folder)})

    def steps(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.told.read_text().splitlines()]

    def go(self) -> None:
        """It is at work when this returns."""
        before = len(self.steps())
        self.word.touch()
        while len(self.steps()) == before:
            if self.process.poll() is not None:
                raise SystemExit("the sweeper died")
            time.sleep(0.05)

    def stay(self) -> None:
        """It is at rest when this returns."""
        self.word.unlink()
        while True:
            before = len(self.steps())
            time.sleep(1.5)
            if len(self.steps()) == before:
                return


def prepared(asked: Any) -> Any:
    """A shop with so many SKUs, and buyers with carts."""
    from benchmarks.search.generated import fill

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if Order.objects.exists() or Sku.objects.exists():
        raise SystemExit("the database has products or orders: give an empty one")
    began = time.monotonic()
    fill(asked.skus)
    for one in every_engine():
        one.mend()
    shop = measure.Shop(port=asked.port, buyers=asked.buyers)
    print(f"{Sku.objects.count()} SKUs after {time.monotonic() - began:.0f} s", flush=True)
    return shop


def mark_all() -> None:
    """Every SKU waits for the index."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE shop_sku SET index_dirty_at = clock_timestamp()")
        cursor.execute("VACUUM ANALYZE shop_sku")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--skus", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--buyers", type=int, default=1500, help="orders of a turn at the most")
    parser.add_argument("--port", type=int, default=8766)
    parser.add_argument("--turns-only", action="store_true", help="without the whole catalog at one go afterwards")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    if connection.vendor != "postgresql":
        raise SystemExit("set DATABASE_URL to an empty PostgreSQL database")
    shop = prepared(asked)
    mark_all()
    connections.close_all()
    engines = ", ".join(one.name for one in every_engine())
    print(f"engines: {engines}; {settings.SEARCH_ENGINE.rpartition('.')[2]}; {os.cpu_count()} cores")
    process = measure.web(asked.port, asked.workers)
    folder = Path(measure._SCRATCH.name)
    sweeping = Sweeping(folder)
    try:
        return measured(shop, sweeping, asked)
    finally:
        for one in (sweeping.process, process):
            one.send_signal(signal.SIGTERM)
            one.wait(60)


def turn(shop: Any, number: int, asked: Any) -> float:
    """Median milliseconds of a checkout by one buyer after the other."""
    outcome = clients.run(port=shop.port, clients=1, messages=shop.filled_carts(number), seconds=asked.seconds)
    if set(outcome.statuses) != {"201"}:
        raise SystemExit(f"not every order was placed: {outcome.statuses}")
    return float(outcome.percentile(0.5))


def measured(shop: Any, sweeping: Sweeping, asked: Any) -> int:
    """Turns with and without the sweep; 0 if it keeps what is promised."""
    turn(shop, 0, asked)
    print("| | p50 ms without | with | SKUs swept | sweep s per 1000 | sweep cpu | memory MB | load |")
    ratios = []
    for round_ in range(1, asked.rounds + 1):
        swept = len(sweeping.steps())
        p50 = {}
        for with_it in (False, True) if round_ % 2 else (True, False):
            if with_it:
                if Sku.objects.filter(index_dirty_at__isnull=False).count() < asked.skus / 3:
                    mark_all()
                sweeping.go()
            p50[with_it] = turn(shop, 2 * round_ + with_it, asked)
            if with_it:
                sweeping.stay()
        steps = [one for one in sweeping.steps()[swept:] if one["done"]]
        ratios.append(p50[True] / p50[False])
        seconds, cpu = (median(one[name] for one in steps) for name in ("seconds", "cpu"))
        print(
            f"| {round_} | {p50[False]:.1f} | {p50[True]:.1f} | {sum(one['done'] for one in steps)} | {seconds:.2f} "
            f"| {cpu / seconds:.0%} | {steps[-1]['own']:.0f} | {os.getloadavg()[0]:.1f} |",
            flush=True,
        )
    slower = median(ratios) - 1
    print(f"a checkout is {slower:+.1%} slower (median of {len(ratios)} turns); load average {os.getloadavg()[0]:.1f}")
    if asked.turns_only:
        return 0 if slower <= MOST_DELAY else 1
    # And all of them at one go, to see whether memory stays where it is.
    mark_all()
    before = len(sweeping.steps())
    sweeping.go()
    while Sku.objects.filter(index_dirty_at__isnull=False).exists():
        time.sleep(1)
    whole = [one for one in sweeping.steps()[before:] if one["done"]]
    most, early, late = max(one["own"] for one in whole), whole[len(whole) // 10]["own"], whole[-1]["own"]
    print(
        f"{sum(one['done'] for one in whole)} SKUs in {sum(one['seconds'] for one in whole):.0f} s; the sweeper's own "
        f"memory {early:.0f} MB after a tenth, {late:.0f} MB at the end, {most:.0f} MB at the most, "
        f"with shared files {max(one['all'] for one in whole):.0f} MB"
    )
    return 0 if most < MOST_MEMORY and slower <= MOST_DELAY else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--sweeper"]:
        sweeper(Path(sys.argv[2]), Path(sys.argv[3]))
    sys.exit(main())
