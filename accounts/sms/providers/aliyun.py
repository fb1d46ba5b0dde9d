"""阿里云短信 Aliyun dysmsapi 2017-05-25, ``SendSms`` by the RPC signature (version 1.0).

Source: the vendor's "签名机制" page: all parameters in byte order, percent-encoded by RFC 3986, joined and
encoded once more behind ``POST&%2F&``, signed by HMAC-SHA1 with the secret and ``&``.
"""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping
from datetime import UTC
from urllib.parse import quote

from accounts.sms.port import Fault, Receipt, Sms, Unclear, VendorFailed, trouble
from accounts.sms.texts import template_id
from accounts.sms.wire import post
from kernel import clock

FAULTS = {
    "isv.BUSINESS_LIMIT_CONTROL": Fault.TOO_OFTEN,
    "isv.DAY_LIMIT_CONTROL": Fault.BALANCE,
    "isv.MONTH_LIMIT_CONTROL": Fault.BALANCE,
    "isv.MOBILE_NUMBER_ILLEGAL": Fault.NUMBER,
    "isv.MOBILE_COUNT_OVER_LIMIT": Fault.NUMBER,
    "isv.BLACK_KEY_CONTROL_LIMIT": Fault.CONTENT,
    "isv.SMS_CONTENT_ILLEGAL": Fault.CONTENT,
    "isv.PARAM_LENGTH_LIMIT": Fault.CONTENT,
    "isv.AMOUNT_NOT_ENOUGH": Fault.BALANCE,
    "isv.OUT_OF_SERVICE": Fault.BALANCE,
    "isv.ACCOUNT_NOT_EXISTS": Fault.KEYS,
    "isv.ACCOUNT_ABNORMAL": Fault.KEYS,
    "isv.PRODUCT_UN_SUBSCRIPT": Fault.KEYS,
    "isv.PRODUCT_UNSUBSCRIBE": Fault.KEYS,
    "isp.RAM_PERMISSION_DENY": Fault.KEYS,
    "InvalidAccessKeyId.NotFound": Fault.KEYS,
    "InvalidAccessKeyId.Inactive": Fault.KEYS,
    "SignatureDoesNotMatch": Fault.KEYS,
    "SignatureNonceUsed": Fault.KEYS,
    "InvalidTimeStamp.Expired": Fault.KEYS,
    "isv.SMS_SIGNATURE_ILLEGAL": Fault.SIGNATURE,
    "isv.SMS_SIGN_ILLEGAL": Fault.SIGNATURE,
    "isv.SMS_SIGNATURE_SCENE_ILLEGAL": Fault.SIGNATURE,
    "isv.SIGN_STATE_ILLEGAL": Fault.SIGNATURE,
    "isv.SMS_TEMPLATE_ILLEGAL": Fault.TEMPLATE,
    "isv.TEMPLATE_MISSING_PARAMETERS": Fault.TEMPLATE,
    "isv.TEMPLATE_PARAMS_ILLEGAL": Fault.TEMPLATE,
    "isv.INVALID_JSON_PARAM": Fault.TEMPLATE,
    "isv.INVALID_PARAMETERS": Fault.OTHER,
    "isp.SYSTEM_ERROR": Fault.BUSY,
    "ServiceUnavailable": Fault.BUSY,
    "Throttling": Fault.BUSY,
    "Throttling.User": Fault.BUSY,
    "Throttling.Api": Fault.BUSY,
}


def encoded(text: str) -> str:
    """RFC 3986, as the signature wants it: a space is ``%20`` and ``~`` stays."""
    return quote(text, safe="~")


def signature(params: Mapping[str, str], *, secret: str, method: str = "POST") -> str:
    """The RPC signature of these parameters."""
    query = "&".join(f"{encoded(name)}={encoded(params[name])}" for name in sorted(params))
    to_sign = f"{method}&{encoded('/')}&{encoded(query)}"
    return base64.b64encode(hmac.digest(f"{secret}&".encode(), to_sign.encode(), hashlib.sha1)).decode()


class AliyunSms:
    """阿里云短信."""

    name = "aliyun"

    def __init__(
        self, *, url: str, access_key_id: str, access_key_secret: str, sign_name: str, templates: Mapping[str, str]
    ) -> None:
        self.url = url.rstrip("/")
        self.access_key_id = access_key_id
        self.access_key_secret = access_key_secret
        self.sign_name = sign_name
        self.templates = templates

    def send(self, sms: Sms) -> Receipt:
        """Hand this message to Aliyun once."""
        template = template_id(self.templates, sms)
        if template is None:
            raise VendorFailed(Fault.TEMPLATE, f"no template for {sms.template}")
        params = {
            "AccessKeyId": self.access_key_id,
            "Action": "SendSms",
            "Format": "JSON",
            "OutId": sms.reference,
            "PhoneNumbers": sms.mobile,
            "RegionId": "cn-hangzhou",
            "SignName": self.sign_name,
            "SignatureMethod": "HMAC-SHA1",
            "SignatureNonce": uuid.uuid4().hex,
            "SignatureVersion": "1.0",
            "TemplateCode": template,
            "TemplateParam": json.dumps(dict(sms.params), ensure_ascii=False),
            "Timestamp": clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Version": "2017-05-25",
        }
        params["Signature"] = signature(params, secret=self.access_key_secret)
        status, answer = post(f"{self.url}/", form=params)
        code = str(answer.get("Code", ""))
        if not code:
            raise Unclear(Fault.NO_ANSWER, f"HTTP {status}")
        if code != "OK":
            raise trouble(FAULTS.get(code, Fault.OTHER), code)
        return Receipt(vendor_id=str(answer.get("BizId", "")))
