"""快递100 Kuaidi100, its real-time query (实时快递查询).

Source: the vendor's page of ``poll/query.do``: a form with ``customer``, ``param`` (JSON with com, num, phone,
resultv2) and ``sign``, the upper-case MD5 of param + key + customer; the answer has ``status`` "200" with
``data`` (time, context, statusCode), newest first, or ``result`` false with ``returnCode`` and ``message``.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx
from django.utils import timezone

from shop.shipping.tracking.port import Happening, Step, TrackingFailed, Waybill

#: Seconds to connect, and to wait for the answer.
TIMEOUT = httpx.Timeout(4.0, connect=2.0)
#: An answer is some kilobytes; a longer one is none of Kuaidi100's.
MOST_BYTES = 512 * 1024
MOST_EVENTS = 200

_STEPS = {
    "0": Step.IN_TRANSIT,
    "1": Step.ACCEPTED,
    "2": Step.TROUBLE,
    "3": Step.SIGNED,
    "4": Step.RETURNING,
    "5": Step.DELIVERING,
    "6": Step.RETURNING,
    "7": Step.IN_TRANSIT,
    "8": Step.IN_TRANSIT,
    "14": Step.TROUBLE,
}
#: No parcel is known by this number yet: no failure.
_NOTHING_FOUND = {"500"}


class Kuaidi100:
    """快递100."""

    name = "kuaidi100"

    def __init__(self, *, url: str, customer: str, key: str, names: Mapping[str, str]) -> None:
        self.url = url.rstrip("/")
        self.customer = customer
        self.key = key
        self.names = names

    def follow(self, waybill: Waybill) -> Sequence[Happening]:
        """What Kuaidi100 says now. Raises: TrackingFailed."""
        company = self.names.get(waybill.carrier)
        if company is None:
            return []
        wanted = {"com": company, "num": waybill.number, "phone": waybill.mobile[-4:], "resultv2": "4"}
        param = json.dumps(wanted, ensure_ascii=False, separators=(",", ":"))
        answer = self._post({"customer": self.customer, "sign": self.signature(param), "param": param})
        if str(answer.get("status")) == "200":
            return _events(answer)
        code = str(answer.get("returnCode", answer.get("status", "")))
        if code in _NOTHING_FOUND:
            return []
        raise TrackingFailed(f"kuaidi100 {code}")

    def signature(self, param: str) -> str:
        """What proves that the question is ours: Kuaidi100 asks for MD5."""
        plain = f"{param}{self.key}{self.customer}".encode()
        return hashlib.md5(plain, usedforsecurity=False).hexdigest().upper()

    def _post(self, form: dict[str, str]) -> dict[str, Any]:
        try:
            with (
                httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client,
                client.stream("POST", f"{self.url}/poll/query.do", data=form) as answer,
            ):
                body = b""
                for chunk in answer.iter_bytes():
                    body += chunk
                    if len(body) > MOST_BYTES:
                        raise TrackingFailed("answer too long")
            parsed = json.loads(body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise TrackingFailed(type(error).__name__) from error
        except ValueError as error:
            raise TrackingFailed("no JSON") from error
        if not isinstance(parsed, dict):
            raise TrackingFailed("no JSON object")
        return parsed


def _events(answer: dict[str, Any]) -> list[Happening]:
    rows = answer.get("data")
    if not isinstance(rows, list):
        raise TrackingFailed("no data")
    whole = str(answer.get("state", "0"))
    found = []
    for place, row in enumerate(rows[:MOST_EVENTS]):
        try:
            at = timezone.make_aware(datetime.fromisoformat(str(row["time"])))
            text = str(row["context"])[:300]
            said = str(row.get("statusCode") or (whole if place == 0 else "0"))
        except (KeyError, TypeError, ValueError, AttributeError) as odd:
            raise TrackingFailed("odd event") from odd
        # Finer codes begin with the digit of the coarse one: 301 is signed, as 3 is.
        found.append(Happening(at, text, _STEPS.get(said) or _STEPS.get(said[:1], Step.IN_TRANSIT)))
    return found
