"""The one place where a failure becomes an answer: kind → status → ``application/problem+json``.

Every error of ``/api/v1/`` has this shape, whether a rule refused, the input did not parse, no route
fitted, or the database is away. ``docs/adr/0004`` says why.
"""

import json
import logging
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, ObjectDoesNotExist, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, ValidationError
from pydantic import ConfigDict, Field
from redis.exceptions import RedisError

from kernel.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotAuthenticated,
    NotFound,
    TooOften,
    Unavailable,
)

logger = logging.getLogger(__name__)

#: A kind's status; an error takes that of its nearest ancestor here.
STATUSES: dict[type[DomainError], int] = {
    Invalid: 400,
    NotAuthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    TooOften: 429,
    Unavailable: 503,
}


class FieldProblem(Schema):
    """What is wrong with one field."""

    field: str = Field(description="Where: a body key, a query name, or a path like ``items.0.count``")
    code: str
    message: str


class Problem(Schema):
    """RFC 9457, with the members that form clients read."""

    model_config = ConfigDict(title="Problem", extra="allow")

    type: str = Field(description="The page that explains ``code``")
    title: str
    status: int
    detail: str
    code: str = Field(description="Stable, for programs: ``stock.short``")
    message: str = Field(description="The first text, for people")
    errors: list[FieldProblem] = []
    non_field_errors: list[str] = []


def status_of(error: type[DomainError]) -> int:
    """The HTTP status of this kind of error."""
    for kind in error.__mro__:
        if kind in STATUSES:
            return STATUSES[kind]
    return 400


def problems(*errors: type[DomainError]) -> dict[int, Any]:
    """The failures that a route declares in OpenAPI, beside those that any route may give."""
    statuses = {status_of(error) for error in errors} | {400, 404, 507}
    return dict.fromkeys(sorted(statuses), Problem)


def guarded(*errors: type[DomainError]) -> dict[int, Any]:
    """The same for a route that needs a login."""
    return problems(NotAuthenticated, *errors)


def answer(
    *,
    status: int,
    code: str,
    message: str,
    field_problems: Iterable[dict[str, str]] = (),
    non_field: list[str] | None = None,
    extra: dict[str, Any] | None = None,
    retry_after: int | None = None,
) -> HttpResponse:
    """A problem+json answer."""
    listed = list(field_problems)
    body = {
        "type": f"{settings.PUBLIC_URL}/api/problems/#{code}",
        "title": HTTPStatus(status).phrase if status != 507 else "Insufficient Storage",
        "status": status,
        "detail": message,
        "code": code,
        "message": message,
        "errors": listed,
        "non_field_errors": non_field if non_field is not None else ([] if listed else [message]),
        **(extra or {}),
    }
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False, default=str), status=status, content_type="application/problem+json"
    )
    response["Cache-Control"] = "no-store"
    if retry_after is not None:
        response["Retry-After"] = str(max(1, retry_after))
    return response


def of_domain_error(error: DomainError, *, status: int | None = None) -> HttpResponse:
    """How a rule's refusal reads."""
    message = error.message
    fields = [{"field": error.field, "code": error.code, "message": message}] if error.field else []
    return answer(
        status=status or status_of(type(error)),
        code=error.code,
        message=message,
        field_problems=fields,
        extra={"params": error.params} if error.params else None,
        retry_after=error.params.get("retry_after"),
    )


def _texts() -> dict[str, str]:
    """Pydantic's error types in words that a buyer understands; looked up per answer, so translated."""
    return {
        "missing": _("必填"),
        "int_parsing": _("必须是整数"),
        "int_type": _("必须是整数"),
        "int_from_float": _("必须是整数"),
        "int_parsing_size": _("数值超出范围"),
        "float_parsing": _("必须是数字"),
        "decimal_parsing": _("必须是数字"),
        "decimal_type": _("必须是数字"),
        "decimal_max_digits": _("数值超出范围"),
        "decimal_max_places": _("小数位数过多"),
        "decimal_whole_digits": _("数值超出范围"),
        "finite_number": _("数值超出范围"),
        "bool_parsing": _("必须是 true 或 false"),
        "bool_type": _("必须是 true 或 false"),
        "string_type": _("必须是文字"),
        "string_too_short": _("长度至少为 {min_length}"),
        "string_too_long": _("长度最多为 {max_length}"),
        "string_pattern_mismatch": _("格式不正确"),
        "greater_than": _("必须大于 {gt}"),
        "greater_than_equal": _("不能小于 {ge}"),
        "less_than": _("必须小于 {lt}"),
        "less_than_equal": _("不能大于 {le}"),
        "enum": _("可选值：{expected}"),
        "literal_error": _("可选值：{expected}"),
        "too_long": _("最多 {max_length} 项"),
        "too_short": _("至少 {min_length} 项"),
        "list_type": _("必须是列表"),
        "dict_type": _("必须是对象"),
        "model_type": _("必须是对象"),
        "model_attributes_type": _("必须是对象"),
        "date_from_datetime_parsing": _("日期格式应为 YYYY-MM-DD"),
        "date_parsing": _("日期格式应为 YYYY-MM-DD"),
        "date_type": _("日期格式应为 YYYY-MM-DD"),
        "datetime_from_date_parsing": _("时间格式应为 ISO 8601"),
        "datetime_parsing": _("时间格式应为 ISO 8601"),
        "uuid_parsing": _("必须是 UUID"),
        "uuid_type": _("必须是 UUID"),
    }


def _field_problem(error: dict[str, Any], texts: dict[str, str]) -> dict[str, str]:
    # Ninja's path starts with the source (query, body …) and, for bodies, the view's parameter name.
    where = [str(part) for part in error.get("loc", ())]
    if where and where[0] in {"query", "path", "body", "form", "file", "header", "cookie"}:
        dropped = 2 if where[0] in {"body", "form"} and len(where) > 2 else 1
        where = where[dropped:]
    kind = str(error.get("type", "invalid"))
    wrong = error.get("ctx", {}).get("error")
    if isinstance(wrong, DomainError):
        return {"field": wrong.field or ".".join(where), "code": wrong.code, "message": wrong.message}
    text = texts.get(kind)
    message = text.format(**error.get("ctx", {})) if text else str(error.get("msg", _("参数错误")))
    return {"field": ".".join(where), "code": kind, "message": message.removeprefix("Value error, ")}


def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    texts = _texts()
    listed = [_field_problem(one, texts) for one in error.errors]
    named = [one for one in listed if one["field"]]
    general = [one["message"] for one in listed if not one["field"]]
    first = listed[0] if listed else {"field": "", "message": _("参数错误")}
    message = f"{first['field']}: {first['message']}" if first["field"] else first["message"]
    return answer(status=400, code="invalid", message=message, field_problems=named, non_field=general)


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    status = error.status_code
    if status == 400:
        # The one 400 that Ninja raises by itself: a body that does not parse.
        return answer(status=400, code="body.unreadable", message=_("请求体不是有效的 JSON"))
    codes = {401: NotAuthenticated, 403: Forbidden, 404: NotFound}
    kind = codes.get(status)
    return answer(
        status=status, code=kind.code if kind else f"http.{status}", message=str(kind.text) if kind else str(error)
    )


def _refuse(kind: type[DomainError]) -> Callable[[HttpRequest, Exception], HttpResponse]:
    def handler(request: HttpRequest, error: Exception) -> HttpResponse:
        return of_domain_error(kind())

    return handler


def storage_trouble(request: HttpRequest, error: Exception) -> HttpResponse:
    """The database or Redis does not work: 507, and the cause goes to the log only."""
    logger.error("storage trouble", exc_info=error, extra={"path": request.path})
    return answer(status=507, code="storage.trouble", message=_("服务器内部错误"))


def unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    """A defect of ours: 500 in the same shape, and the trace goes to the log."""
    logger.error("unexpected error", exc_info=error, extra={"path": request.path})
    return answer(status=500, code="internal", message=_("服务器内部错误"))


def _body_too_big(request: HttpRequest, error: Exception) -> HttpResponse:
    return answer(status=413, code="body.too_big", message=_("请求体过大"))


def register(api: NinjaAPI) -> None:
    """From now on every failure of this API answers with problem+json."""
    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        DomainError: lambda request, error: of_domain_error(error),
        ValidationError: _validation,
        AuthenticationError: _refuse(NotAuthenticated),
        AuthorizationError: _refuse(Forbidden),
        HttpError: _http_error,
        Http404: _refuse(NotFound),
        ObjectDoesNotExist: _refuse(NotFound),
        RequestDataTooBig: _body_too_big,
        UnreadablePostError: _refuse(Invalid),
        SuspiciousOperation: _refuse(Invalid),
        BadRequest: _refuse(Invalid),
        DatabaseError: storage_trouble,
        RedisError: storage_trouble,
        Exception: unexpected,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
