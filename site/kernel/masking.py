"""What no log may hold: mobile numbers, codes, passwords, tokens and keys, wherever a line or a traceback has them."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from kernel import tracing

_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_TOKEN = re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*")
_AUTHORIZATION = re.compile(r"(?i)\b(Bearer|JWT|Basic|Token)(\s+)(?!<)[\w.~+/=-]{8,}")
_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----.*?(?:-----END \1-----|\Z)", re.DOTALL)
#: Names whose values are secrets, as they stand in queries, JSON, keyword arguments and addresses.
_NAMES = (
    r"(?:[\w-]*(?:password\d?|passwd|secret(?:_?key)?|api_?key|private_?key|access_?key(?:_?(?:id|secret))?|"
    r"(?:access|refresh|auth|metrics|csrfmiddleware)_?token)|(?:sms|image|verify|auth)_?code|otp|apikey|openid|token)"
)
_NAMES_A_SECRET = re.compile(_NAMES, re.IGNORECASE)
_ASSIGNED = re.compile(
    rf"""(?ix)
    (?<![\w-]) (['"]?) ({_NAMES}) \1 (\s*[=:]\s*)
    (?: (['"]) (?!<) (?:\\.|(?!\4).)* \4 | (?!<)[^\s,;&'"<>(){{}}\[\]]+ )
    """
)
_IN_ADDRESS = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://[^\s:/@]*):[^\s/@]+@")
#: Six or four digits that somebody calls a code, in either language; gateways' own codes have five.
_CODE = re.compile(r"(?i)(验证码|校验码|\bcode\b|\botp\b)((?:\s|[:：=是为'\"])*)(?:\d{6}|\d{4})(?!\d)")


def masked(text: str) -> str:
    """The text with the middle of every mobile number, and every secret that can be told by its looks, struck out."""
    text = _PEM.sub("<key>", text)
    text = _TOKEN.sub("<token>", text)
    text = _AUTHORIZATION.sub(r"\1\2<token>", text)
    text = _IN_ADDRESS.sub(r"\1:<secret>@", text)
    text = _ASSIGNED.sub(lambda found: f"{found[1]}{found[2]}{found[1]}{found[3]}<secret>", text)
    text = _CODE.sub(r"\1\2<code>", text)
    return _MOBILE.sub(r"\1****\2", text)


def masked_deeply(value: Any) -> Any:
    """The same structure with every text in it masked, and every value whose name says that it is a secret."""
    if isinstance(value, dict):
        return {
            key: "<secret>" if isinstance(key, str) and _NAMES_A_SECRET.fullmatch(key) else masked_deeply(one)
            for key, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [masked_deeply(one) for one in value]
    return masked(value) if isinstance(value, str) else value


class MaskingFormatter(logging.Formatter):
    """The last thing that touches a line before it is written, its traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        name = tracing.request_id()
        return masked(f"{line} [{name}]" if name else line)


#: What every record has; whatever else hangs on one was given as ``extra``.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """One JSON object per line: when, how bad, who, what, the request it was for, and every ``extra``; masked."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": masked(record.getMessage()),
            "process": record.process,
            "thread": record.threadName,
        }
        if name := tracing.request_id():
            said["request_id"] = name
        for key, value in vars(record).items():
            if key not in _USUAL and not key.startswith("_"):
                said[key] = _shown(key, value)
        if record.exc_info:
            said["exception"] = masked(self.formatException(record.exc_info))
        if record.stack_info:
            said["stack"] = masked(self.formatStack(record.stack_info))
        return json.dumps(said, ensure_ascii=False)


def _shown(key: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | float):
        return value
    if _NAMES_A_SECRET.fullmatch(key):
        return "<secret>"
    text = masked(str(value))
    # A number that is no mobile stays one.
    return value if isinstance(value, int) and text == str(value) else text
