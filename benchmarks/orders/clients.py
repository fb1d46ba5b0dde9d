"""Clients that cost little: ready request bytes over kept connections, all in one thread."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """What a run gave: how long each answer took (seconds), and how many there were of each kind."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)

    def percentile(self, share: float) -> float:
        """Milliseconds."""
        ranked = sorted(self.latencies)
        return 1000 * ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else 0.0


def request(*, port: int, path: str, token: str, key: str, body: bytes) -> bytes:
    """One POST as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        f"Idempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: bytes) -> tuple[str, bytes]:
    writer.write(message)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.partition(b":")[2]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
    )
    return head[9:12].decode(), await reader.readexactly(length)


async def _run(port: int, clients: int, messages: Iterator[bytes], seconds: float | None) -> Outcome:
    outcome = Outcome()
    opened = [await asyncio.open_connection("127.0.0.1", port) for _number in range(clients)]
    began = time.perf_counter()
    end = began + seconds if seconds else None

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for message in messages:
            sent = time.perf_counter()
            status, _body = await _ask(reader, writer, message)
            now = time.perf_counter()
            outcome.latencies.append(now - sent)
            outcome.statuses[status] = outcome.statuses.get(status, 0) + 1
            if end is not None and now >= end:
                break

    await asyncio.gather(*(client(*pair) for pair in opened))
    outcome.seconds = time.perf_counter() - began
    for _reader, writer in opened:
        writer.close()
    return outcome


def run(*, port: int, clients: int, messages: Sequence[bytes], seconds: float | None = None) -> Outcome:
    """Send the messages, each once, by so many clients side by side; stop when the time is over."""
    return asyncio.run(_run(port, clients, iter(messages), seconds))


async def _each(port: int, queues: Sequence[Sequence[bytes]]) -> Outcome:
    outcome = Outcome()
    opened = [await asyncio.open_connection("127.0.0.1", port) for _queue in queues]
    began = time.perf_counter()

    async def buyer(pair: tuple[asyncio.StreamReader, asyncio.StreamWriter], queue: Sequence[bytes]) -> None:
        for message in queue:
            sent = time.perf_counter()
            status, body = await _ask(*pair, message)
            outcome.latencies.append(time.perf_counter() - sent)
            kind = "409 stock.short" if status == "409" and b"stock.short" in body else status
            outcome.statuses[kind] = outcome.statuses.get(kind, 0) + 1
            if status != "201":
                break

    await asyncio.gather(*(buyer(pair, queue) for pair, queue in zip(opened, queues, strict=True)))
    outcome.seconds = time.perf_counter() - began
    for _reader, writer in opened:
        writer.close()
    return outcome


def until_refused(*, port: int, queues: Sequence[Sequence[bytes]]) -> Outcome:
    """A buyer for each queue sends its messages one after the other, until one is refused."""
    return asyncio.run(_each(port, queues))
