"""One signed question to a gateway over HTTP, with an end to all patience."""

import time

import httpx

from shop.payments.errors import GatewayUnknown

#: Seconds to connect, at the most.
CONNECT = 1.5
#: An answer of Alipay is one or two kilobytes.
MOST_BYTES = 256 * 1024


def ask(url: str, signed: str, *, seconds: float) -> str:
    """The gateway's answer to these signed parameters.

    No redirect is followed, no proxy of the environment taken.
    Raises: GatewayUnknown when it is out of reach, too slow, or fails. What it did then nobody knows.
    """
    until = time.monotonic() + seconds
    connect = min(CONNECT, seconds / 3)
    timeout = httpx.Timeout(seconds - connect, connect=connect)
    body = b""
    try:
        with (
            httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False) as client,
            # The charset must stand in the address: it says how the rest is read.
            client.stream(
                "POST",
                f"{url}?charset=utf-8",
                content=signed.encode(),
                headers={"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"},
            ) as response,
        ):
            if response.status_code != 200:
                raise GatewayUnknown(f"HTTP {response.status_code}")
            for chunk in response.iter_bytes():
                body += chunk
                # The time-out counts from chunk to chunk; an answer in drips would never end.
                if len(body) > MOST_BYTES or time.monotonic() > until:
                    raise GatewayUnknown("an answer without an end")
    except (httpx.HTTPError, httpx.InvalidURL) as trouble:
        # Only the kind: some of these carry the whole address.
        raise GatewayUnknown(type(trouble).__name__) from None
    return body.decode("utf-8", errors="replace")
