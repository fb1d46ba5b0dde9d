"""The one place where a failure becomes an answer: kind → status → ``application/problem+json``.

Every error of ``/api/v1/`` has this shape, whether a rule refused, the input did not parse, no route
fitted, or the database is away. ``docs/adr/0004`` says why.
"""

import json
import logging
import math
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, ObjectDoesNotExist, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, Throttled, ValidationError
from pydantic import ConfigDict, Field
from redis.exceptions import RedisClusterException, RedisError

from api.wording import field_problems
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
from kernel.locks import is_lock_trouble
from shop.idempotency.errors import RowsBusy

logger = logging.getLogger(__name__)


class BodyUnreadable(Invalid):
    code = "body.unreadable"
    text = _("请求体不是有效的 JSON 或表单")


class BodyTooBig(DomainError):
    code = "body.too_big"
    text = _("请求体过大")


class MethodNotAllowed(DomainError):
    code = "method.not_allowed"
    text = _("该地址不支持这种请求方法")


class StorageTrouble(DomainError):
    """The database or Redis does not answer."""

    code = "storage.trouble"
    text = _("服务器内部错误")


class Unexpected(DomainError):
    """A defect of the mall; the log has the trace."""

    code = "internal"
    text = _("服务器内部错误")


#: A kind's status; an error takes that of its nearest ancestor here.
STATUSES: dict[type[DomainError], int] = {
    Invalid: 400,
    NotAuthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    MethodNotAllowed: 405,
    Conflict: 409,
    BodyTooBig: 413,
    TooOften: 429,
    Unexpected: 500,
    Unavailable: 503,
    StorageTrouble: 507,
}


#: The storage is away or refuses to work. What it refuses for its content (DataError, IntegrityError) is a defect of
#: ours, and a 500. A Redis Cluster none of whose nodes answers has a class of its own.
STORAGE_FAILURES: tuple[type[Exception], ...] = (OperationalError, InterfaceError, RedisError, RedisClusterException)


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
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": message,
        "code": code,
        "message": message,
        "errors": listed,
        "non_field_errors": non_field if non_field is not None else ([] if listed else [message]),
        **(extra or {}),
    }
    # Half a surrogate pair, echoed from what was sent, becomes its JSON escape instead of an encoding error.
    encoded = json.dumps(body, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace")
    response = HttpResponse(encoded, status=status, content_type="application/problem+json")
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


def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    found = field_problems(error.errors)
    named = [one for one in found if one["field"]]
    general = [one["message"] for one in found if not one["field"]]
    first = found[0] if found else {"field": "", "message": str(Invalid.text)}
    message = f"{first['field']}: {first['message']}" if first["field"] else first["message"]
    return answer(status=400, code=Invalid.code, message=message, field_problems=named, non_field=general)


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    # The one 400 that Ninja raises by itself is a body that does not parse; ours may be its cause.
    if isinstance(error.__cause__, DomainError):
        return of_domain_error(error.__cause__)
    kinds: dict[int, type[DomainError]] = {
        400: BodyUnreadable,
        401: NotAuthenticated,
        403: Forbidden,
        404: NotFound,
        405: MethodNotAllowed,
    }
    kind = kinds.get(error.status_code)
    if kind is not None:
        return of_domain_error(kind())
    return answer(status=error.status_code, code=f"http.{error.status_code}", message=str(error))


def _throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    return of_domain_error(TooOften(retry_after=math.ceil(error.wait or 1)))


def _refuse(kind: type[DomainError]) -> Callable[[HttpRequest, Exception], HttpResponse]:
    def handler(request: HttpRequest, error: Exception) -> HttpResponse:
        return of_domain_error(kind())

    return handler


def storage_trouble(request: HttpRequest, error: Exception) -> HttpResponse:
    """The database or Redis does not work: 507, and the cause goes to the log only.

    A row that stayed locked is no such trouble but a queue: 409, and the client may send the same again.
    """
    if is_lock_trouble(error):
        logger.warning("rows stayed locked", extra={"path": request.path})
        return of_domain_error(RowsBusy(retry_after=1))
    logger.error("storage trouble", exc_info=error, extra={"path": request.path})
    return of_domain_error(StorageTrouble())


def unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    """A defect of ours: 500 in the same shape, and the trace goes to the log."""
    logger.error("unexpected error", exc_info=error, extra={"path": request.path})
    return of_domain_error(Unexpected())


def method_not_allowed(*, allow: str = "") -> HttpResponse:
    """405, naming what is allowed."""
    response = of_domain_error(MethodNotAllowed())
    if allow:
        response["Allow"] = allow
    return response


def register(api: NinjaAPI) -> None:
    """From now on every failure of this API answers with problem+json."""
    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        DomainError: lambda request, error: of_domain_error(error),
        ValidationError: _validation,
        AuthenticationError: _refuse(NotAuthenticated),
        AuthorizationError: _refuse(Forbidden),
        HttpError: _http_error,
        Throttled: _throttled,
        Http404: _refuse(NotFound),
        ObjectDoesNotExist: _refuse(NotFound),
        RequestDataTooBig: _refuse(BodyTooBig),
        UnreadablePostError: _refuse(BodyUnreadable),
        MultiPartParserError: _refuse(BodyUnreadable),
        SuspiciousOperation: _refuse(Invalid),
        BadRequest: _refuse(Invalid),
        **dict.fromkeys(STORAGE_FAILURES, storage_trouble),
        Exception: unexpected,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
