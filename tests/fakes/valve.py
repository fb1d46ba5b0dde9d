"""A way to an engine that a test can close: whoever is connected, or connects then, is never answered."""

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Valve:
    """Hands bytes on between its own port and an engine's, while it is open."""

    def __init__(self, host: str, port: int) -> None:
        self._behind = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open = threading.Event()
        self._open.set()
        self._over = threading.Event()
        self._sockets: list[socket.socket] = []
        self._carriers: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def close(self) -> None:
        """From now on nobody hears anything, and nobody is refused."""
        self._open.clear()

    def open(self) -> None:
        """What waited goes on."""
        self._open.set()

    def end(self) -> None:
        """All connections are gone, and so are the threads that carried them."""
        self._over.set()
        self._open.set()
        with suppress(OSError):
            # Wakes the thread that accepts; closing alone would not.
            self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join(10)
        self._listener.close()
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for carrier in self._carriers:
            carrier.join(10)

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self._listener.accept()
            except OSError:
                # The test is over.
                return
            self._sockets.append(near)
            carrier = threading.Thread(target=self._carry, args=(near,), daemon=True)
            self._carriers.append(carrier)
            carrier.start()

    def _carry(self, near: socket.socket) -> None:
        # Whoever left while nobody was heard is no news.
        with near, suppress(OSError):
            self._open.wait()
            if self._over.is_set():
                return
            with socket.create_connection(self._behind, timeout=10) as far, selectors.DefaultSelector() as both:
                far.settimeout(None)
                self._sockets.append(far)
                both.register(near, selectors.EVENT_READ, far)
                both.register(far, selectors.EVENT_READ, near)
                while not self._over.is_set():
                    for ready, _events in both.select(timeout=5):
                        self._open.wait()
                        data = ready.fileobj.recv(65_536)  # type: ignore[union-attr]
                        if not data:
                            return
                        ready.data.sendall(data)


@contextmanager
def valve(host: str, port: int) -> Iterator[Valve]:
    """An open one, gone at the end."""
    one = Valve(host, port)
    try:
        yield one
    finally:
        one.end()
