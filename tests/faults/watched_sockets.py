"""Who is connected to while a test looks: by a listening server that remembers, and by Python's own audit events."""

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

#: Where clouds keep the keys of a machine.
METADATA = "169.254.169.254"

_watching: list[list[tuple[str, int]]] = []
_is_hooked = False


def _hear(event: str, args: tuple[Any, ...]) -> None:
    if not _watching:
        return
    if event == "socket.connect" and isinstance(args[1], tuple):
        place = str(args[1][0]), int(args[1][1])
    elif event == "socket.getaddrinfo":
        # A name that is looked up at all has left the house already.
        place = str(args[0]), int(args[1]) if str(args[1]).isdecimal() else 0
    else:
        return
    for seen in _watching:
        seen.append(place)


@contextmanager
def connections_seen() -> Iterator[list[tuple[str, int]]]:
    """Every (host, port) that Python code of this process connects to, or looks up, until the block ends."""
    global _is_hooked
    if not _is_hooked:
        # A hook stays for the life of the process; it hears nothing while nobody looks.
        sys.addaudithook(_hear)
        _is_hooked = True
    seen: list[tuple[str, int]] = []
    _watching.append(seen)
    try:
        yield seen
    finally:
        _watching.remove(seen)


@dataclass
class Trap:
    """A server that nobody may reach, on IPv4 and IPv6. It leads whoever comes to where keys are kept."""

    port: int
    visits: list[bytes] = field(default_factory=list)

    @property
    def addresses(self) -> list[str]:
        """Ways to write its address, and that of the metadata service."""
        hosts = ("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "user@127.0.0.1")
        return [*(f"http://{host}:{self.port}/x.png" for host in hosts), f"http://{METADATA}/latest/meta-data/"]

    @property
    def url(self) -> str:
        """The plainest of them."""
        return self.addresses[0]


_REDIRECT = f"HTTP/1.1 302 Found\r\nLocation: http://{METADATA}/latest/\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def trap(*, leads_to: str = "") -> Iterator[Trap]:
    """A trap, until the block ends."""
    listeners = [socket.create_server(("127.0.0.1", 0))]
    port = listeners[0].getsockname()[1]
    if socket.has_ipv6:
        try:
            listeners.append(socket.create_server(("::1", port), family=socket.AF_INET6))
        except OSError:
            # A machine without IPv6: nothing can be reached there.
            listeners = listeners[:1]
    one, over = Trap(port), threading.Event()
    answer = _REDIRECT.replace(f"http://{METADATA}/latest/", leads_to) if leads_to else _REDIRECT

    def listen(listener: socket.socket) -> None:
        listener.settimeout(0.1)
        while not over.is_set():
            try:
                visitor, _address = listener.accept()
            except TimeoutError:
                continue
            with visitor:
                visitor.settimeout(2)
                try:
                    one.visits.append(visitor.recv(4096))
                    visitor.sendall(answer.encode())
                except OSError:
                    one.visits.append(b"")

    threads = [threading.Thread(target=listen, args=(listener,)) for listener in listeners]
    for thread in threads:
        thread.start()
    try:
        yield one
    finally:
        over.set()
        for thread in threads:
            thread.join()
        for listener in listeners:
            listener.close()
