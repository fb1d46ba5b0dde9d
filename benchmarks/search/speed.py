"""How fast search is: ``python -m benchmarks.search.speed [--sizes 1000 20000 100000]`` (README.md beside this).

Grows one catalog from size to size; at each it rebuilds the index, starts granian and the worker as the Procfile does,
and asks. Give it a DATABASE_URL, REDIS_URL and MEILISEARCH_URL of its own.
"""

# ruff: noqa: E402 - Django is set up before its models are imported

import argparse
import itertools
import json
import os
import random
import secrets
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "site"), str(ROOT / "benchmarks" / "hot_reads")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meiduo.settings.dev")

import django

django.setup()

import httpx
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from throughput import Server

from benchmarks.search.generated import Product, fill
from benchmarks.search.graded import questions
from kernel import clock
from search.engine import Question, engine
from search.engines import meilisearch_questions
from search.engines.meilisearch_wire import Asking
from search.text import canonical
from shop.catalog.models import Sku, Spu
from shop.catalog.services import skus_changed

SEARCH = "/api/v1/skus/search/?"
SUGGEST = "/api/v1/search/suggestions/?q="
#: Seconds after which an edit that is not found ends the run, and between two looks for it.
LATEST, LOOK_EVERY = 20.0, 0.02


def percentile(taken: list[float], of: float) -> float:
    ordered = sorted(taken)
    return ordered[min(len(ordered) - 1, int(len(ordered) * of))]


def told(name: str, taken: list[float], seconds: float) -> None:
    per_second = f"{len(taken) / seconds:8.0f}" if seconds else " " * 8
    middle, high = percentile(taken, 0.5) * 1000, percentile(taken, 0.95) * 1000
    load = os.getloadavg()[0]
    print(f"  {name:44}{per_second} /s   p50 {middle:7.1f} ms   p95 {high:7.1f} ms   load {load:.1f}", flush=True)


def asked(connection_: HTTPConnection, path: str, body: bytes | None = None, **headers: str) -> bytes:
    connection_.request("POST" if body else "GET", path, body, headers)
    answer = connection_.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{answer.status} {path} {content[:300]!r}")
    return content


def at_once(base: str, clients: int, seconds: float, path: Callable[[random.Random], str], name: str = "") -> None:
    """So many clients, each on one kept connection, ask as fast as they are answered. Nameless: to warm up."""
    taken: list[float] = []
    place = urlsplit(base)
    end = time.perf_counter() + seconds

    def ask(number: int) -> None:
        dice = random.Random(number)
        mine = HTTPConnection(place.hostname or "", place.port, timeout=30)
        while (began := time.perf_counter()) < end:
            asked(mine, path(dice))
            taken.append(time.perf_counter() - began)
        mine.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if name:
        told(name, taken, seconds)


def popular(texts: list[str], dice: random.Random) -> str:
    """Few texts are asked often and many seldom, as people do (Zipf)."""
    return texts[min(int(dice.paretovariate(0.6)) - 1, 10**6) % len(texts)]


def measure_answers(base: str, texts: list[str], clients: int, seconds: float, warm: float) -> None:
    def search(dice: random.Random, **more: Any) -> str:
        return SEARCH + urlencode({"text": popular(texts, dice), "page_size": 20, **more})

    def never_asked(dice: random.Random) -> str:
        # A price that nothing exceeds: the same products, and yet no answer to remember.
        return search(dice, max_price=100_000 + dice.randrange(10**6))

    def suggest(dice: random.Random) -> str:
        text = popular(texts, dice)
        return SUGGEST + quote(text[: dice.randint(1, len(text))])

    at_once(base, clients, seconds, lambda dice: search(dice), "search with facets, just started")
    at_once(base, clients, warm, lambda dice: search(dice))
    at_once(base, clients, seconds, lambda dice: search(dice), "search with facets, as people ask")
    at_once(base, clients, seconds, lambda dice: search(dice, facets="false"), "search without facets, as people ask")
    at_once(base, clients, seconds, never_asked, "search with facets, never asked before")
    at_once(base, clients, seconds, suggest, "suggestions, just started")
    at_once(base, clients, warm, suggest)
    at_once(base, clients, seconds, suggest, "suggestions while typing")


class Recorded:
    """What our engine sends to Meilisearch for a question."""

    def __init__(self) -> None:
        self.sent: list[list[dict[str, Any]]] = []

    def of(self, question: Question) -> list[list[dict[str, Any]]]:
        recorded, self.sent = self, []

        class Telling(Asking):
            def send(self, queries: Any) -> Any:
                recorded.sent.append([dict(one) for one in queries])
                return super().send(queries)

        meilisearch_questions.Asking = Telling  # type: ignore[misc]
        try:
            engine().ask(question)
        finally:
            meilisearch_questions.Asking = Asking  # type: ignore[misc]
        return self.sent


def measure_our_part(base: str, texts: list[str], times: int) -> None:
    """One client: a question that nobody asked before, and the bare engine's time for what that sends, in turns."""
    mall, bare = urlsplit(base), urlsplit(settings.MEILISEARCH_URL)
    ours, theirs = HTTPConnection(mall.hostname or "", mall.port), HTTPConnection(bare.hostname or "", bare.port)
    headers = {"Authorization": f"Bearer {settings.MEILISEARCH_KEY}", "Content-Type": "application/json"}
    index, dice, recorded = engine().index, random.Random(3), Recorded()  # type: ignore[attr-defined]
    for facets in (False, True):
        added, alone = [], []
        for number in range(times):
            text = popular(texts, dice)
            top = 2 * 10**6 + number * 2 + facets
            query = {"text": text, "page_size": 20, "facets": str(facets).lower(), "max_price": top}
            question = Question(at=clock.now(), text=canonical(text), max_price=top, limit=20, facets=facets)
            # Once for both, and then in turns first: whoever asks the engine again is answered sooner.
            bodies = [
                json.dumps({"queries": [{"indexUid": index, **one} for one in queries]}).encode()
                for queries in recorded.of(question)
            ]
            turns: list[Callable[[], object]] = [
                lambda query=query: asked(ours, SEARCH + urlencode(query)),
                lambda bodies=bodies: [asked(theirs, "/multi-search", body, **headers) for body in bodies],
            ]
            taken = [0.0, 0.0]
            for place in (0, 1) if number % 2 else (1, 0):
                began = time.perf_counter()
                turns[place]()
                taken[place] = time.perf_counter() - began
            whole, engine_took = taken
            alone.append(engine_took)
            added.append(whole - engine_took)
        what = "with facets" if facets else "without facets"
        told(f"the bare engine, {what}, 1 client", alone, 0)
        told(f"what we add to it, {what}", added, 0)


@contextmanager
def worker() -> Iterator[None]:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}"}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run_huey"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        # It is up, and through with what earlier runs left to do, when a mark that is set now is gone.
        ids = list(Sku.objects.order_by("pk").values_list("pk", flat=True)[:1])
        with transaction.atomic():
            skus_changed(ids)
        while Sku.objects.filter(index_dirty_at__isnull=False).exists():
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(30)


def measure_edits(base: str, products: list[Product], seconds: float, per_second: int) -> None:
    """Products get new names, so many a second; every second one is looked for until it is found by its new name."""
    place = urlsplit(base)
    # In turn, so that none has another name again before it is found by this one.
    turns = itertools.cycle(random.Random(5).sample(products, len(products)))
    edited: list[tuple[str, float]] = []
    end = time.perf_counter() + seconds

    def edit() -> None:
        turn = time.perf_counter()
        while turn < end:
            product = next(turns)
            word = "q" + "".join(secrets.choice("bcdfghkmnpqrstvwxz") for _ in range(11))
            with transaction.atomic():
                Spu.objects.filter(pk=product.spu_id).update(name=f"{product.name} {word}")
                ids = list(Sku.objects.filter(spu_id=product.spu_id).values_list("pk", flat=True))
                skus_changed(ids)
            edited.append((word, time.perf_counter()))
            turn += 1 / per_second
            time.sleep(max(0.0, turn - time.perf_counter()))
        connection.close()

    editing = threading.Thread(target=edit)
    editing.start()
    asking = HTTPConnection(place.hostname or "", place.port, timeout=30)
    taken: list[float] = []
    while time.perf_counter() < end - 1:
        time.sleep(0.2)
        if not edited:
            continue
        word, changed = edited[-1]
        path = SEARCH + urlencode({"text": word, "facets": "false"})
        while b'"count":0,' in asked(asking, path):
            if time.perf_counter() - changed > LATEST:
                raise SystemExit(f"{word} is not found")
            time.sleep(LOOK_EVERY)
        taken.append(time.perf_counter() - changed)
    editing.join()
    told(f"an edit is found, {per_second} edits/s", taken, 0)
    print(f"  {len(edited)} edits, latest found after {max(taken):.2f} s, median {statistics.median(taken):.2f} s")
    for product in products:
        Spu.objects.filter(pk=product.spu_id).exclude(name=product.name).update(name=product.name)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 20_000, 100_000])
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--warm", type=float, default=20, help="seconds of asking before what has just started is over")
    wanted = parser.parse_args()
    call_command("migrate", verbosity=0)
    for size in wanted.sizes:
        products = fill(size)
        with connection.cursor() as cursor:
            # A shop's database knows its tables; this one was filled a moment ago.
            cursor.execute("ANALYZE")
        print(f"\n{Sku.objects.count()} SKUs, {len(products)} products, load {os.getloadavg()[0]:.1f}", flush=True)
        began, worked = time.perf_counter(), time.process_time()
        call_command("search_rebuild")
        wall, own = time.perf_counter() - began, time.process_time() - worked
        print(f"  full rebuild: {wall:.1f} s, of it our process {own:.1f} s; load {os.getloadavg()[0]:.1f}", flush=True)
        # Graded from the first thousand, so that every size is asked the same.
        texts = [one.text for one in questions(products[:300]) if one.group != "exact"]
        random.Random(1).shuffle(texts)
        with Server("meiduo.wsgi:application", HOT_LAYER="1", DEBUG="0") as base:
            httpx.get(f"{base}{SEARCH}text=手机", timeout=30)
            measure_answers(base, texts, wanted.clients, wanted.seconds, wanted.warm)
            measure_our_part(base, texts, 120)
            with worker():
                measure_edits(base, products, wanted.seconds + 5, 20)


if __name__ == "__main__":
    main()
