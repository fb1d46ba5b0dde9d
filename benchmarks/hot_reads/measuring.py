"""What ``latency.py`` measures, once Django is set up."""

import argparse
import io
import os
import random
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from django.test.utils import CaptureQueriesContext
from throughput import Server, routes

from cms import building, services
from cms.models import CategoryAd, HomePage
from cms.selectors import home_now
from kernel import bytestore, clock, regions
from meiduo.hot_reads import HotReads
from shop.catalog.models import Sku


def milliseconds(action: Callable[[], Any], times: int, clock: Callable[[], float] = time.perf_counter) -> float:
    taken = []
    for _ in range(times):
        start = clock()
        action()
        taken.append((clock() - start) * 1000)
    return statistics.median(taken)


def told(action: Callable[[], Any], times: int) -> str:
    """By the clock on the wall, and by what this process itself worked: the machine is seldom idle."""
    wall, own = milliseconds(action, times), milliseconds(action, times, time.process_time)
    return f"{wall:.1f} ms, of it our process {own:.1f} ms"


def asked_once(server: str, path: str) -> bytes:
    """One answer over a fresh connection, so that the operating system hands them to both workers."""
    asking = HTTPConnection(server, timeout=10)
    try:
        asking.request("GET", f"/api/v1/{path}")
        return asking.getresponse().read()
    finally:
        asking.close()


def seen_after(base: str, path: str, sku: Sku, price: str) -> float:
    """Seconds from the drop until the start of the last request that was still answered with the old price."""
    server = urlsplit(base).netloc
    # Visitors come all the time, and a publish at any point between two look-ups of the versions.
    quiet = time.perf_counter() + 0.5 + random.random()
    while time.perf_counter() < quiet:
        asked_once(server, path)
    Sku.objects.filter(pk=sku.pk).update(price=price)
    bytestore.drop(regions.CATALOG)
    dropped = time.perf_counter()
    last_stale = 0.0
    while (asked := time.perf_counter() - dropped) < max(1.5, last_stale + 0.7):
        if f'"price":"{price}"'.encode() not in asked_once(server, path):
            last_stale = asked
    return last_stale


def publishes(times: int) -> None:
    with Server("meiduo.wsgi:application", HOT_LAYER="1") as base:
        path = routes(base)["SKU detail"]
        sku = Sku.objects.get(pk=int(path.split("/")[1]))
        try:
            seen = sorted(seen_after(base, path, sku, f"{1000 + number}.00") for number in range(times))
        finally:
            Sku.objects.filter(pk=sku.pk).update(price=sku.price)
            bytestore.drop(regions.CATALOG)
    print(f"publish seen by every worker: median {statistics.median(seen):.2f} s, latest {seen[-1]:.2f} s of {times}")


def first_build(times: int = 15) -> None:
    home_now()
    with CaptureQueriesContext(connection) as captured:
        home_now()
    print(f"first build of the homepage: {told(home_now, times)}; {len(captured)} queries")


def hit(layer: HotReads) -> Callable[[], Any]:
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/api/v1/home/",
        "QUERY_STRING": "",
        "HTTP_HOST": "127.0.0.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }
    return lambda: layer({**environ}, lambda status, headers: None)


def scheduled_items() -> None:
    """With 1,000 scheduled lines on the homepage and, apart from those, 1,000 scheduled ads; rolled back."""
    layer = HotReads(get_wsgi_application(), later=lambda *args: None)
    ask = hit(layer)
    settings.DEBUG = False
    # Django would close the connection, and with it the transaction that is rolled back at the end.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)

    def figures(what: str) -> None:
        bytestore.drop(regions.HOME)
        ask()
        ask()
        with CaptureQueriesContext(connection) as captured:
            home_now()
        hit_cost = milliseconds(ask, 5000) * 1000
        print(f"{what}: build {told(home_now, 9)}, {len(captured)} queries; hit {hit_cost:.1f} µs", flush=True)

    figures("0 scheduled items")
    soon = clock.now() + timedelta(days=1)
    home = HomePage.objects.get()
    blocks = home.body.get_prep_value()
    with transaction.atomic():
        ad = CategoryAd.objects.first()
        if ad is None:
            raise SystemExit("the shop has no category ad: load the demo shop")
        for number in range(1000):
            CategoryAd.objects.bulk_create(
                [_copy(ad, title=f"排期 {number}", go_live_at=soon + timedelta(minutes=number))]
            )
        figures("1,000 scheduled category ads")
        more = [
            building.notices(
                title=f"排期 {group}",
                lines=[
                    building.notice(title=f"{group}-{number}", times=building.schedule(soon + timedelta(hours=number)))
                    for number in range(25)
                ],
            )
            for group in range(40)
        ]
        services.publish_home(blocks=[*blocks, *more])
        figures("and 1,000 scheduled lines on the homepage")
        transaction.set_rollback(True)
    bytestore.drop(regions.HOME)


def _copy(ad: CategoryAd, **changed: Any) -> CategoryAd:
    copied = CategoryAd.objects.get(pk=ad.pk)
    copied.pk = None
    for name, value in changed.items():
        setattr(copied, name, value)
    return copied


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--publishes", type=int, default=15)
    asked = parser.parse_args()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    first_build()
    scheduled_items()
    publishes(asked.publishes)
