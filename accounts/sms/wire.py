"""One POST to a vendor, with time-outs, and every way it can fail told apart."""

import json
from collections.abc import Mapping
from typing import Any

import httpx

from accounts.sms.port import Fault, Unclear, VendorFailed

#: Seconds to connect, and to wait for the answer.
TIMEOUT = httpx.Timeout(5.0, connect=3.0)


def post(
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, Any]]:
    """Send once and return the status with the JSON answer. No redirects, no retries.

    Raises: VendorFailed when nothing was sent; Unclear when the answer is missing or makes no sense.
    """
    try:
        # The environment's proxies are for people, not for messages with codes in them.
        with httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
            answer = client.post(url, data=dict(form) if form else None, json=body, headers=dict(headers or {}))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
        raise VendorFailed(Fault.UNREACHABLE, type(error).__name__) from error
    except httpx.HTTPError as error:
        raise Unclear(Fault.NO_ANSWER, type(error).__name__) from error
    if answer.status_code == 429:
        raise VendorFailed(Fault.BUSY, "HTTP 429")
    try:
        parsed = answer.json()
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise Unclear(Fault.NO_ANSWER, f"HTTP {answer.status_code}") from error
    if not isinstance(parsed, dict):
        raise Unclear(Fault.NO_ANSWER, f"HTTP {answer.status_code}")
    return answer.status_code, parsed
