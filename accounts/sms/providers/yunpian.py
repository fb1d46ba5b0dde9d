"""云片 Yunpian, API v2, ``single_send``: the whole text goes out and must match an approved template.

Source: the vendor's "单条发送" page: a form with ``apikey``, ``mobile`` and ``text``; the answer carries
``code`` 0 with ``sid``, ``count`` (pieces) and ``fee`` (yuan), or another ``code``.
"""

from decimal import Decimal, InvalidOperation

from accounts.sms.port import Fault, Receipt, Sms, Unclear, trouble
from accounts.sms.texts import text_of
from accounts.sms.wire import post

FAULTS = {
    1: Fault.OTHER,
    2: Fault.NUMBER,
    3: Fault.BALANCE,
    4: Fault.CONTENT,
    5: Fault.TEMPLATE,
    7: Fault.TEMPLATE,
    8: Fault.TOO_OFTEN,
    9: Fault.TOO_OFTEN,
    10: Fault.BLOCKED,
    15: Fault.SIGNATURE,
    16: Fault.SIGNATURE,
    17: Fault.TOO_OFTEN,
    20: Fault.NUMBER,
    22: Fault.TOO_OFTEN,
    33: Fault.TOO_OFTEN,
    53: Fault.TOO_OFTEN,
    -1: Fault.KEYS,
    -2: Fault.KEYS,
    -3: Fault.KEYS,
    -4: Fault.BUSY,
    -5: Fault.BUSY,
    -51: Fault.BUSY,
}


class Yunpian:
    """云片."""

    name = "yunpian"

    def __init__(self, *, url: str, apikey: str, sign: str) -> None:
        self.url = url.rstrip("/")
        self.apikey = apikey
        self.sign = sign

    def send(self, sms: Sms) -> Receipt:
        """Hand this message to Yunpian once."""
        status, answer = post(
            f"{self.url}/v2/sms/single_send.json",
            form={
                "apikey": self.apikey,
                "mobile": sms.mobile,
                "text": f"【{self.sign}】{text_of(sms)}",
                "uid": sms.reference,
            },
            headers={"Accept": "application/json;charset=utf-8"},
        )
        code = answer.get("code")
        if not isinstance(code, int):
            raise Unclear(Fault.NO_ANSWER, f"HTTP {status}")
        if code != 0:
            raise trouble(FAULTS.get(code, Fault.OTHER), str(code))
        return Receipt(
            vendor_id=str(answer.get("sid", "")), pieces=int(answer.get("count", 1)), cost=_yuan(answer.get("fee"))
        )


def _yuan(fee: object) -> Decimal | None:
    try:
        return Decimal(str(fee))
    except InvalidOperation:
        return None
