"""Clients that cost little: ready request bytes over kept connections, all in one thread."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator


async def _answer(reader: asyncio.StreamReader) -> str:
    """Read one answer whole, and give its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = head[9:12].decode()
    for line in head.split(b"\r\n"):
        if line.startswith(b"content-length:"):
            await reader.readexactly(int(line.partition(b":")[2]))
            return status
    if b"transfer-encoding: chunked" in head:
        while size := int(await reader.readuntil(b"\r\n"), 16):
            await reader.readexactly(size + 2)
        await reader.readexactly(2)
    return status


async def _run(port: int, connections: int, messages: Iterator[bytes], seconds: float) -> Counter[str]:
    statuses: Counter[str] = Counter()
    opened = [await asyncio.open_connection("127.0.0.1", port) for _number in range(connections)]
    end = time.monotonic() + seconds

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for message in messages:
            writer.write(message)
            statuses[await _answer(reader)] += 1
            if time.monotonic() >= end:
                break

    await asyncio.gather(*(client(*pair) for pair in opened))
    for _reader, writer in opened:
        writer.close()
    return statuses


def ask(*, port: int, connections: int, messages: Iterator[bytes], seconds: float) -> Counter[str]:
    """Send messages by so many clients side by side until the time is over or there are none; answers by status."""
    return asyncio.run(_run(port, connections, messages, seconds))
