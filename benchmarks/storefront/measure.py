"""How heavy and how fast the storefront is, against a running shop (``manage.py demo``).

    uv run python benchmarks/storefront/measure.py http://127.0.0.1:8000

Loads the homepage in Chromium with the processor slowed down four times, several times in fresh contexts, and
prints the median of each number beside its limit; then changes pages inside the application.
"""

import argparse
import os
import shutil
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

SCREENS = {
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "device_scale_factor": 2},
    "desk": {"viewport": {"width": 1280, "height": 800}},
}
SLOWED = 4
LIMITS = {"js KB": 110, "css KB": 20, "lcp ms": 1500, "cls": 0.02, "api calls": 2, "route ms": 200}

WATCH = """
window.seen = { lcp: 0, cls: 0 };
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.seen.lcp = one.startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.seen.cls += one.value;
}).observe({ type: "layout-shift", buffered: true });
"""

# From the click to the first frame that shows the other page.
CHANGE = """
([link, target]) => new Promise((done) => {
  const begun = performance.now();
  const look = () => {
    if (document.querySelector(target)) requestAnimationFrame(() => done(performance.now() - begun));
    else requestAnimationFrame(look);
  };
  document.querySelector(link).click();
  look();
})
"""


@dataclass
class Load:
    """What one load cost."""

    bytes_of: dict[str, int] = field(default_factory=lambda: {"Script": 0, "Stylesheet": 0, "Image": 0, "Document": 0})
    api: list[str] = field(default_factory=list)


def watch_network(session: CDPSession) -> Load:
    """Count bytes as they travel, by kind, and the calls of the API."""
    load = Load()
    kinds: dict[str, str] = {}

    def answered(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]
        path = urlsplit(event["response"]["url"]).path
        if path.startswith("/api/"):
            load.api.append(path)

    def ended(event: dict[str, Any]) -> None:
        kind = kinds.get(event["requestId"], "")
        load.bytes_of[kind] = load.bytes_of.get(kind, 0) + int(event["encodedDataLength"])

    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", ended)
    session.send("Network.enable")
    return load


def measure(browser: Browser, address: str, screen: str) -> dict[str, float]:
    """One cold load of the homepage and one change to a product and back."""
    context = browser.new_context(locale="zh-CN", **SCREENS[screen])  # type: ignore[arg-type]
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    load = watch_network(session)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(2500)
    seen = page.evaluate("window.seen")
    numbers = {
        "js KB": load.bytes_of["Script"] / 1024,
        "css KB": load.bytes_of["Stylesheet"] / 1024,
        "html KB": load.bytes_of["Document"] / 1024,
        "images KB": load.bytes_of["Image"] / 1024,
        "lcp ms": seen["lcp"],
        "cls": seen["cls"],
        "api calls": len([path for path in load.api if "/beacons/" not in path]),
        "route ms": change_page(page),
    }
    context.close()
    return numbers


def change_page(page: Page) -> float:
    """The second change to a product: its code is there by then, as it is for whoever looks at a second one."""
    page.evaluate(CHANGE, [".card-name a", ".sku-name"])
    page.evaluate("() => history.back()")
    page.wait_for_selector(".blocks .card-name a")
    page.wait_for_function("() => !document.querySelector('.sku-name')")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    return float(page.evaluate(CHANGE, [".blocks .card:nth-of-type(2) .card-name a", ".sku-name"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    binary = os.environ.get("CHROMIUM_BIN") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=binary, args=["--no-sandbox", "--disable-background-networking"]
        )
        for screen in SCREENS:
            runs = [measure(browser, options.address, screen) for _ in range(options.runs)]
            print(f"{screen} (processor slowed {SLOWED} times, median of {options.runs})")
            for name in runs[0]:
                value = median(run[name] for run in runs)
                limit = LIMITS.get(name)
                verdict = "" if limit is None else f"   limit {limit}  {'ok' if value <= limit else 'OVER'}"
                print(f"  {name:10} {value:10.3f}{verdict}")
        browser.close()


if __name__ == "__main__":
    main()
