"""Asking a platform over HTTP: short timeouts, no redirects, and no address with a secret in any message."""

import json
import logging
import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import httpx

from accounts.oauth.errors import ProviderDown

logger = logging.getLogger(__name__)

#: Seconds to connect, and to wait for each part of the answer.
CONNECT, READ = 3.0, 5.0
#: A platform's answer is a few hundred bytes.
MOST_BYTES = 64 * 1024

_JSONP = re.compile(r"^\s*callback\s*\(\s*(\{.*\})\s*\)\s*;?\s*$", re.DOTALL)


def ask(
    provider: str, url: str, params: Mapping[str, str], *, method: str = "GET", seconds: float | None = None
) -> dict[str, Any]:
    """The platform's answer as names and values, whether it speaks JSON, JSONP or a query string.

    Raises: ProviderDown when it is out of reach, too slow, redirects, fails, or is not understood.
    """
    patience = seconds or READ
    timeout = httpx.Timeout(patience, connect=min(CONNECT, patience))
    try:
        with httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False) as client:
            sent = {"params": params} if method == "GET" else {"data": params}
            with client.stream(method, url, **sent) as response:  # type: ignore[arg-type]
                body = _read(response, until=time.monotonic() + patience)
                status = response.status_code
    except (httpx.HTTPError, httpx.InvalidURL) as trouble:
        # Only the kind: some of these carry the address, and with it the secret.
        logger.warning("oauth provider out of reach", extra={"provider": provider, "cause": type(trouble).__name__})
        raise ProviderDown from None
    # Weibo says "wrong code" with a 400; what such an answer means is the adapter's to judge.
    if status >= 500 or 300 <= status < 400:
        logger.warning("oauth provider failed", extra={"provider": provider, "status": status})
        raise ProviderDown
    found = understood(body)
    if found is None:
        logger.warning("oauth provider not understood", extra={"provider": provider, "status": status})
        raise ProviderDown
    return found


def _read(response: httpx.Response, *, until: float) -> str:
    body = b""
    for chunk in response.iter_bytes():
        body += chunk
        # The timeout counts from chunk to chunk; an answer in drips would never end.
        if len(body) > MOST_BYTES or time.monotonic() > until:
            raise httpx.DecodingError("the answer is too long")
    return body.decode("utf-8", errors="replace")


def understood(body: str) -> dict[str, Any] | None:
    """The names and values of ``{…}``, ``callback( {…} );`` or ``a=1&b=2``; None for anything else."""
    wrapped = _JSONP.match(body)
    try:
        found = json.loads(wrapped.group(1) if wrapped else body)
    except (ValueError, RecursionError):
        pairs = parse_qsl(body.strip()) if re.fullmatch(r"[\w.%+\-=&]+", body.strip(), re.ASCII) else []
        return dict(pairs) or None
    return found if isinstance(found, dict) else None
