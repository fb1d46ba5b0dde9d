"""What no log may hold: mobile numbers and bearer tokens, wherever a line or a traceback carries them."""

import logging
import re

_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_TOKEN = re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*")


def masked(text: str) -> str:
    """The text with the middle of every mobile number, and every signed token, struck out."""
    return _TOKEN.sub("<token>", _MOBILE.sub(r"\1****\2", text))


class MaskingFormatter(logging.Formatter):
    """The last thing that touches a line before it is written, its traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))
