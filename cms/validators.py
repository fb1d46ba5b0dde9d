"""What an address in content may be."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

#: One slash that is not followed by another (``//host`` leaves the site), nothing invisible, no backslash.
_SITE_PATH = re.compile(r"/(?![/\\])[^\s\\\x00-\x1f\x7f<>\"]*")
_web_address = URLValidator(schemes=["http", "https"])

REFUSED = _("请填写以 http:// 或 https:// 开头的网址，或以 / 开头的站内路径")


def is_safe_address(value: str) -> bool:
    """Whether this is an http(s) address or a path of this site; never a script, never ``//host``."""
    if _SITE_PATH.fullmatch(value):
        return True
    try:
        _web_address(value)
    except ValidationError:
        return False
    return "\\" not in value


def check_address(value: str) -> None:
    """Refuse what is neither an http(s) address nor a path of this site.

    Raises: ValidationError.
    """
    if not is_safe_address(value):
        raise ValidationError(REFUSED, code="address")
