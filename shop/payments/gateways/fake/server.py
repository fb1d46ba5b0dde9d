"""The stand-in as a running service: a threading HTTP server, and a messenger that looks around every second."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from shop.payments.gateways.fake.app import App
from shop.payments.gateways.fake.gateway import Gateway


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    #: A buyer's page may ask for several things at once.
    request_queue_size = 64


class _Quiet(WSGIRequestHandler):
    timeout = 40

    def log_message(self, *args: Any) -> None:
        """Say nothing: addresses carry whole requests."""


@contextmanager
def serving(gateway: Gateway, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """Serve while inside, on the port that is yielded."""
    server = make_server(host, port, App(gateway), server_class=_Server, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        gateway.moods.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()


def look_around(gateway: Gateway, stop: threading.Event, *, every: float = 1.0) -> None:
    """Until stopped: let late money come, and send the notices that are due."""
    while not stop.wait(every):
        gateway.pay_the_late()
        gateway.messenger.deliver()
