"""Failures as this contract's client reads them: lists of texts by field, at 400.

Every refusal is made as a problem first, by the same code as for the other contract, and turned here.
"""

import json
from typing import Any

from django.http import HttpResponse
from ninja import Schema
from ninja.responses import NinjaJSONEncoder
from pydantic import ConfigDict, RootModel

from kernel.errors import DomainError, NotAuthenticated

#: What the client cannot tell apart it hears as "your input": it has no branch for these.
_AS_400 = {409, 413, 422, 429}

#: Our names of fields, in its words; by the first part of the address, then for every address.
_FIELDS: dict[str, dict[str, str]] = {
    "address": {
        "receiver": "signer_name",
        "mobile": "signer_mobile",
        "place": "address",
        "province_id": "province",
        "city_id": "city",
        "district_id": "district",
    },
    "orders": {"receiver": "signer_name", "mobile": "singer_mobile", "remark": "post_script", "items": "goods"},
    "messages": {"type": "message_type"},
    "users": {"nickname": "name"},
    "": {"sms_code": "code", "sku_id": "goods", "spu_id": "goods", "count": "nums"},
}


class FieldErrors(RootModel[dict[str, list[str]]]):
    """``{"field": ["text"], "non_field_errors": ["text"]}``."""

    model_config = ConfigDict(title="FieldErrors")


class Detail(Schema):
    """A failure that is about no field."""

    model_config = ConfigDict(title="Detail")

    detail: str
    non_field_errors: list[str]


def failures(*errors: type[DomainError]) -> dict[int, Any]:
    """The failures that a route declares."""
    declared: dict[int, Any] = {400: FieldErrors, 404: Detail, 507: Detail}
    if any(issubclass(error, NotAuthenticated) for error in errors):
        declared[401] = Detail
    return declared


def guarded(*errors: type[DomainError]) -> dict[int, Any]:
    """The same for a route that needs a login."""
    return failures(NotAuthenticated, *errors)


def as_field_errors(problem: HttpResponse, *, area: str) -> HttpResponse:
    """The problem's answer in this contract's shape; ``area`` is the first part of the address."""
    # A HEAD's answer has lost its body already.
    told: dict[str, Any] = json.loads(problem.content or b'{"errors": [], "non_field_errors": [], "message": ""}')
    status = 400 if problem.status_code in _AS_400 else problem.status_code
    body: dict[str, Any]
    if status == 400:
        body = {}
        for one in told["errors"]:
            body.setdefault(_field(one["field"], area), []).append(one["message"])
        if told["non_field_errors"]:
            body["non_field_errors"] = told["non_field_errors"]
    else:
        body = {"detail": told["message"], "non_field_errors": [told["message"]]}
    answer = HttpResponse(
        NinjaJSONEncoder(ensure_ascii=False).encode(body).encode("utf-8", "backslashreplace"),
        status=status,
        content_type="application/json; charset=utf-8",
    )
    for header in ("Cache-Control", "Retry-After", "Allow"):
        if problem.has_header(header):
            answer[header] = problem[header]
    return answer


def _field(name: str, area: str) -> str:
    first = name.split(".", 1)[0]
    return _FIELDS.get(area, {}).get(first) or _FIELDS[""].get(first, first)
