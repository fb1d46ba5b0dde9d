"""The three vendors as local HTTP servers that check what their documents ask for.

Each is written from the vendor's documents, not from our adapter: it recomputes the signature from the
raw request, and answers as the vendor does. ``say`` lets it answer something else next.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit

from accounts.sms.port import SmsProvider
from accounts.sms.providers.aliyun import AliyunSms
from accounts.sms.providers.yunpian import Yunpian
from accounts.sms.providers.yuntongxun import Yuntongxun

#: A prepared answer: seconds to wait, status, body.
Answer = tuple[float, int, bytes]


class FakeVendor:
    """A vendor on 127.0.0.1. ``delivered`` holds (mobile, parameters or text) of what it took."""

    def __init__(self) -> None:
        self.delivered: list[tuple[str, Any]] = []
        self.requests = 0
        self._prepared: list[Answer] = []
        self.url = ""

    def adapter(self) -> SmsProvider:
        raise NotImplementedError

    def take(self, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, Any]]:
        raise NotImplementedError

    def failing(self, code: str) -> bytes:
        """How this vendor says this code of its own."""
        raise NotImplementedError

    def say(self, body: bytes, *, status: int = 200, after: float = 0) -> None:
        """Answer the next request like this instead."""
        self._prepared.append((after, status, body))

    def answer(self, path: str, headers: Any, body: bytes) -> Answer:
        self.requests += 1
        if self._prepared:
            return self._prepared.pop(0)
        status, data = self.take(path, headers, body)
        return 0, status, json.dumps(data, ensure_ascii=False).encode()


class FakeYuntongxun(FakeVendor):
    account_sid, auth_token, app_id = "8a216da8fake", "c9e1tokenfake", "8aaf07appfake"

    def adapter(self) -> SmsProvider:
        return Yuntongxun(
            url=self.url,
            account_sid=self.account_sid,
            auth_token=self.auth_token,
            app_id=self.app_id,
            templates={"code": "117"},
        )

    def failing(self, code: str) -> bytes:
        return json.dumps({"statusCode": code, "statusMsg": "【账号】失败"}).encode()

    def take(self, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, Any]]:
        parts = urlsplit(path)
        if parts.path != f"/2013-12-26/Accounts/{self.account_sid}/SMS/TemplateSMS":
            return 200, {"statusCode": "111100", "statusMsg": "请求地址错误"}
        account, _, at = base64.b64decode(headers["Authorization"]).decode().partition(":")
        if account != self.account_sid or len(at) != 14:
            return 200, {"statusCode": "111102", "statusMsg": "主账户不存在"}
        # Beijing's time, good for 24 hours.
        made = datetime.strptime(at, "%Y%m%d%H%M%S").replace(tzinfo=UTC) - timedelta(hours=8)
        if abs(datetime.now(UTC) - made) > timedelta(hours=1):
            return 200, {"statusCode": "111109", "statusMsg": "时间戳过期"}
        wanted = (
            hashlib.md5((self.account_sid + self.auth_token + at).encode(), usedforsecurity=False).hexdigest().upper()
        )
        if parse_qs(parts.query).get("sig") != [wanted]:
            return 200, {"statusCode": "111109", "statusMsg": "请求地址Sig校验失败"}
        if "application/json" not in headers["Content-Type"] or headers["Accept"] != "application/json":
            return 200, {"statusCode": "111100", "statusMsg": "包头错误"}
        sent = json.loads(body)
        if sent["appId"] != self.app_id or sent["templateId"] != "117" or not isinstance(sent["datas"], list):
            return 200, {"statusCode": "160032", "statusMsg": "短信模板无效"}
        self.delivered.append((sent["to"], sent["datas"]))
        return 200, {
            "statusCode": "000000",
            "templateSMS": {"dateCreated": at, "smsMessageSid": f"ytx{len(self.delivered)}"},
        }


class FakeYunpian(FakeVendor):
    apikey, sign = "9b11127a9701975cfake", "美多商城"

    def adapter(self) -> SmsProvider:
        return Yunpian(url=self.url, apikey=self.apikey, sign=self.sign)

    def failing(self, code: str) -> bytes:
        return json.dumps({"http_status_code": 400, "code": int(code), "msg": "失败", "detail": "失败"}).encode()

    def take(self, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, Any]]:
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        if path != "/v2/sms/single_send.json" or "x-www-form-urlencoded" not in headers["Content-Type"]:
            return 400, {"http_status_code": 400, "code": 1, "msg": "请求参数缺失"}
        if form.get("apikey") != self.apikey:
            return 400, {"http_status_code": 400, "code": -1, "msg": "非法的apikey"}
        if not form["text"].startswith(f"【{self.sign}】"):
            return 400, {"http_status_code": 400, "code": 5, "msg": "未自动匹配到合适的模板"}
        self.delivered.append((form["mobile"], form["text"]))
        return 200, {
            "code": 0,
            "msg": "发送成功",
            "count": 1,
            "fee": 0.05,
            "unit": "RMB",
            "mobile": form["mobile"],
            "sid": 3_310_228_982 + len(self.delivered),
        }


class FakeAliyun(FakeVendor):
    key, secret, sign_name = "LTAIfakeid", "fakesecret", "美多商城"

    def __init__(self) -> None:
        super().__init__()
        self.nonces: set[str] = set()

    def adapter(self) -> SmsProvider:
        return AliyunSms(
            url=self.url,
            access_key_id=self.key,
            access_key_secret=self.secret,
            sign_name=self.sign_name,
            templates={"code": "SMS_153055065"},
        )

    def failing(self, code: str) -> bytes:
        return json.dumps({"Code": code, "Message": "失败", "RequestId": "fake"}).encode()

    def take(self, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, Any]]:
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        given = form.pop("Signature", "")
        pairs = sorted(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in form.items())
        to_sign = "POST&%2F&" + quote("&".join(pairs), safe="-_.~")
        wanted = base64.b64encode(hmac.new(f"{self.secret}&".encode(), to_sign.encode(), hashlib.sha1).digest())
        if form.get("AccessKeyId") != self.key:
            return 404, {"Code": "InvalidAccessKeyId.NotFound", "Message": "Specified access key is not found."}
        if not hmac.compare_digest(wanted.decode(), given):
            return 400, {"Code": "SignatureDoesNotMatch", "Message": "Specified signature is not matched."}
        if form["SignatureNonce"] in self.nonces:
            return 400, {"Code": "SignatureNonceUsed", "Message": "Specified signature nonce was used already."}
        self.nonces.add(form["SignatureNonce"])
        made = datetime.strptime(form["Timestamp"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if abs(datetime.now(UTC) - made) > timedelta(minutes=15):
            return 400, {"Code": "InvalidTimeStamp.Expired", "Message": "Specified time stamp is expired."}
        if (form["Action"], form["Version"]) != ("SendSms", "2017-05-25"):
            return 404, {"Code": "InvalidAction.NotFound", "Message": "Specified api is not found."}
        if form["SignName"] != self.sign_name:
            return 200, {"Code": "isv.SMS_SIGNATURE_ILLEGAL", "Message": "短信签名不合法"}
        if form["TemplateCode"] != "SMS_153055065":
            return 200, {"Code": "isv.SMS_TEMPLATE_ILLEGAL", "Message": "短信模板不合法"}
        self.delivered.append((form["PhoneNumbers"], json.loads(form["TemplateParam"])))
        return 200, {"Code": "OK", "Message": "OK", "BizId": f"biz{len(self.delivered)}^0", "RequestId": "fake"}


@contextmanager
def serving(vendor: FakeVendor, *, port: int = 0) -> Iterator[FakeVendor]:
    """Let this vendor listen on a local port; 0: on a free one."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            after, status, content = vendor.answer(self.path, self.headers, body)
            if after:
                time.sleep(after)
            try:
                if status == 0:
                    return  # hang up without a word
                self.send_response(status)
                self.send_header("Content-Type", "application/json;charset=utf-8")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except ConnectionError:
                return  # the caller gave up waiting, which is what the test is about

        def log_message(self, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    vendor.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield vendor
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


VENDORS: dict[str, Callable[[], FakeVendor]] = {
    "yuntongxun": FakeYuntongxun,
    "yunpian": FakeYunpian,
    "aliyun": FakeAliyun,
}
