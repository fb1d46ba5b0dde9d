"""Requests per second of hot routes through the layer, without it, and of a bare Ninja route, in one run.

    python benchmarks/hot_reads/throughput.py [--seconds 4] [--rounds 3]

Needs wrk. Starts each server with two workers on a port of its own, one after the other in every round, so that
whatever else the machine does falls on all of them.
"""

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
GRANIAN = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--workers", "2"]
SHOP = ["--blocking-threads", "4", "--no-ws", "--log-level", "warning"]


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


class Server:
    """A granian of our own, ended with the block."""

    def __init__(self, app: str, **extra: str) -> None:
        self.port = free_port()
        paths = f"{ROOT / 'site'}:{ROOT}:{Path(__file__).parent}"
        given = {"DJANGO_SETTINGS_MODULE": "meiduo.settings.dev", **os.environ, "PYTHONPATH": paths, **extra}
        self.command = [*GRANIAN, "--port", str(self.port), *SHOP, app]
        self.environment = given

    def __enter__(self) -> str:
        self.process = subprocess.Popen(self.command, env=self.environment, cwd=ROOT)
        base = f"http://127.0.0.1:{self.port}"
        for _ in range(300):
            try:
                httpx.get(f"{base}/livez", timeout=5)
            except httpx.TransportError:
                time.sleep(0.2)
            else:
                return base
        raise SystemExit("the server does not answer")

    def __exit__(self, *args: object) -> None:
        self.process.terminate()
        self.process.wait(20)


def rate(url: str, seconds: int, *headers: str) -> float:
    """Requests per second that wrk counts, after a second of warming up; every answer must be a 2xx or 3xx."""
    wrk = ["wrk", "-t1", "-c16", "--timeout", "10s", *(part for one in headers for part in ("-H", one))]
    subprocess.run([*wrk, "-d1s", url], check=True, capture_output=True)
    told = subprocess.run([*wrk, f"-d{seconds}s", url], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise SystemExit(f"{url}: {told}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])


def routes(base: str) -> dict[str, str]:
    with httpx.Client(base_url=f"{base}/api/v1/", timeout=30) as client:
        category = client.get("categories/").json()[0]["id"]
        sku = client.get(f"categories/{category}/skus/").json()["results"][0]["id"]
    return {"home": "home/", "category list": f"categories/{category}/skus/", "SKU detail": f"skus/{sku}/"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is missing: apt-get install wrk")
    found: dict[str, list[float]] = {}
    for _ in range(asked.rounds):
        with Server("bare:application") as base:
            found.setdefault("bare Ninja route", []).append(rate(f"{base}/bare/", asked.seconds))
        for name, layer in (("layer on", "1"), ("layer off", "0")):
            with Server("meiduo.wsgi:application", HOT_LAYER=layer) as base:
                for route, path in routes(base).items():
                    url = f"{base}/api/v1/{path}"
                    packed = "Accept-Encoding: gzip"
                    found.setdefault(f"{route}, {name}", []).append(rate(url, asked.seconds, packed))
                    if layer == "1":
                        etag = httpx.get(url, timeout=30).headers["ETag"]
                        unchanged = rate(url, asked.seconds, packed, f"If-None-Match: {etag}")
                        found.setdefault(f"{route}, {name}, 304", []).append(unchanged)
                        found.setdefault(f"{route}, {name}, not packed", []).append(rate(url, asked.seconds))
    yardstick = statistics.median(found["bare Ninja route"])
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print("| answer | requests/s (median) | rounds | times the bare route |\n|---|---|---|---|")
    for name, rates in found.items():
        middle = statistics.median(rates)
        listed = " ".join(f"{one:.0f}" for one in rates)
        print(f"| {name} | {middle:,.0f} | {listed} | {middle / yardstick:.2f} |")


if __name__ == "__main__":
    main()
