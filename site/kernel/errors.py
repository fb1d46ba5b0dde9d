"""What can go wrong, as codes. Nothing here knows HTTP: ``api/problems.py`` maps kinds to statuses."""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A refusal with a stable ``code``, parameters, and the field it is about, if any.

    ``text`` is for people and translated; only ``code`` identifies the error. Each parameter may
    stand in the text as ``%(name)s``.
    """

    code: ClassVar[str] = "error"
    text: ClassVar[str | Promise] = _("请求无法完成")
    field: str | None = None

    def __init__(self, *, field: str | None = None, **params: Any) -> None:
        super().__init__(self.code)
        self.params = params
        if field is not None:
            self.field = field

    @property
    def message(self) -> str:
        """The text in the active language, with its parameters filled in."""
        return str(self.text) % self.params if self.params else str(self.text)

    def __str__(self) -> str:
        return f"{self.code} {self.params}" if self.params else self.code


class Invalid(DomainError):
    """What was sent cannot be right, whatever the state of the shop."""

    code = "invalid"
    text = _("参数错误")


class NotFound(DomainError):
    """There is no such thing, or it is someone else's: the two are never told apart."""

    code = "not_found"
    text = _("内容不存在")


class Conflict(DomainError):
    """It was right, but the state of the shop says no."""

    code = "conflict"
    text = _("当前状态不允许该操作")


class Forbidden(DomainError):
    """The asker is known and may not."""

    code = "forbidden"
    text = _("没有权限")


class NotAuthenticated(DomainError):
    """A login is needed and there is none, or it no longer counts."""

    code = "auth.required"
    text = _("请先登录")


class TooOften(DomainError):
    """A limit was reached; ``retry_after`` seconds from now it may be free again."""

    code = "too_often"
    text = _("操作过于频繁，请稍后再试")

    def __init__(self, *, retry_after: int, field: str | None = None, **params: Any) -> None:
        super().__init__(field=field, retry_after=retry_after, **params)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """Something outside that is needed does not answer; asking again later may help."""

    code = "unavailable"
    text = _("服务暂时不可用，请稍后再试")
