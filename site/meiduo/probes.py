"""A door of their own for ``/livez`` and ``/readyz``.

While an engine hangs, buyers' requests hold every thread of the web process, and a probe would wait behind them for
just what it asks about. This door has threads of its own. All web processes of a machine listen at the same address;
the system hands each probe to one of them.
"""

import socketserver
import threading
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from meiduo.health import Environ, Probes

#: Seconds after which somebody who connected and asks nothing is sent away.
PATIENCE = 5


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    # A process that is told to end does not wait for probes.
    daemon_threads = True
    allow_reuse_port = True

    def server_bind(self) -> None:
        # As the parent's, without asking the name service for this machine's name.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[0], self.server_address[1]  # type: ignore[assignment]
        self.setup_environ()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asked has gone before the answer; nobody is left to be told."""


class _Handler(WSGIRequestHandler):
    timeout = PATIENCE

    def log_message(self, format: str, *args: Any) -> None:
        """Probes come every few seconds and are no news."""


def _nothing_else(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("404 Not Found", [("Content-Type", "text/plain"), ("Content-Length", "0")])
    return []


def listen(address: str) -> None:
    """Answer probes at ``host:port`` from now on, in threads that end with the process."""
    host, _colon, port = address.rpartition(":")
    server = _Server((host.strip("[]"), int(port)), _Handler)
    server.set_app(Probes(_nothing_else))
    threading.Thread(target=server.serve_forever, name="probes", daemon=True).start()
