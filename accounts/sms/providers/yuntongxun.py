"""容联云通讯 Yuntongxun, REST 2013-12-26, template messages.

Source: the vendor's "模板短信" page: ``sig`` is the upper-case MD5 of account, token and time together,
``Authorization`` the base64 of ``account:time``; times are Beijing's, ``yyyyMMddHHmmss``.
"""

import base64
import hashlib
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from accounts.sms.port import Fault, Receipt, Sms, Unclear, VendorFailed, trouble
from accounts.sms.texts import ordered, template_id
from accounts.sms.wire import post
from kernel import clock

BEIJING = ZoneInfo("Asia/Shanghai")

FAULTS = {
    "111000": Fault.KEYS,
    "111100": Fault.KEYS,
    "111101": Fault.KEYS,
    "111102": Fault.KEYS,
    "111109": Fault.KEYS,
    "111181": Fault.KEYS,
    "111182": Fault.KEYS,
    "111188": Fault.KEYS,
    "112310": Fault.KEYS,
    "160000": Fault.BUSY,
    "160031": Fault.TEMPLATE,
    "160032": Fault.TEMPLATE,
    "160033": Fault.CONTENT,
    "160034": Fault.BLOCKED,
    "160035": Fault.BALANCE,
    "160036": Fault.CONTENT,
    "160038": Fault.TOO_OFTEN,
    "160039": Fault.TOO_OFTEN,
    "160040": Fault.TOO_OFTEN,
    "160041": Fault.TOO_OFTEN,
    "160042": Fault.NUMBER,
    "160043": Fault.TEMPLATE,
    "160050": Fault.BUSY,
}


class Yuntongxun:
    """容联云通讯."""

    name = "yuntongxun"

    def __init__(
        self, *, url: str, account_sid: str, auth_token: str, app_id: str, templates: Mapping[str, str]
    ) -> None:
        self.url = url.rstrip("/")
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.app_id = app_id
        self.templates = templates

    def send(self, sms: Sms) -> Receipt:
        """Hand this message to Yuntongxun once."""
        template = template_id(self.templates, sms)
        if template is None:
            raise VendorFailed(Fault.TEMPLATE, f"no template for {sms.template}")
        at = clock.now().astimezone(BEIJING).strftime("%Y%m%d%H%M%S")
        # MD5 is what the vendor's protocol asks for.
        digest = hashlib.md5(f"{self.account_sid}{self.auth_token}{at}".encode(), usedforsecurity=False)
        status, answer = post(
            f"{self.url}/2013-12-26/Accounts/{self.account_sid}/SMS/TemplateSMS?sig={digest.hexdigest().upper()}",
            body={"to": sms.mobile, "appId": self.app_id, "templateId": template, "datas": ordered(sms)},
            headers={
                "Accept": "application/json",
                "Authorization": base64.b64encode(f"{self.account_sid}:{at}".encode()).decode(),
            },
        )
        code = str(answer.get("statusCode", ""))
        if not code:
            raise Unclear(Fault.NO_ANSWER, f"HTTP {status}")
        if code != "000000":
            raise trouble(FAULTS.get(code, Fault.OTHER), code)
        return Receipt(vendor_id=str((answer.get("templateSMS") or {}).get("smsMessageSid", "")))
