"""``python -m shop.payments.gateways.fake``: run the stand-in until it is told to end."""

import argparse
import signal
import threading
from pathlib import Path
from typing import Any

from shop.payments.gateways.fake.gateway import Gateway
from shop.payments.gateways.fake.keys import Keys
from shop.payments.gateways.fake.notices import ALIPAYS_GAPS, SHORT_GAPS, Messenger
from shop.payments.gateways.fake.server import look_around, serving
from shop.payments.gateways.fake.store import Store


def main() -> None:
    """Serve, and look around for late money and due notices."""
    parser = argparse.ArgumentParser(description="A stand-in for Alipay: no real money moves.")
    parser.add_argument("--folder", type=Path, required=True, help="where keys and trades are kept")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8200)
    parser.add_argument("--app-id", default="2021000000000000")
    parser.add_argument("--alipays-gaps", action="store_true", help="repeat notices after minutes and hours, as Alipay")
    given = parser.parse_args()
    keys = Keys.in_folder(given.folder)
    store = Store(given.folder / "gateway.sqlite3")
    messenger = Messenger(store, gaps=ALIPAYS_GAPS if given.alipays_gaps else SHORT_GAPS)
    gateway = Gateway(keys=keys, store=store, messenger=messenger, app_id=given.app_id)
    stop = threading.Event()

    def end(*_signal: Any) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    with serving(gateway, host=given.host, port=given.port):
        look_around(gateway, stop)
    store.close()


if __name__ == "__main__":
    main()
