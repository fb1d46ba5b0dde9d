"""Bodies that may come as JSON or as a form: only a form can carry a file, and most clients send JSON."""

from typing import Any, TypeVar

from django.http import HttpRequest
from ninja import Schema
from ninja.errors import HttpError, ValidationError
from pydantic import ValidationError as Refused

from api.parsing import CheckedParser

S = TypeVar("S", bound=Schema)
FORMS = {"multipart/form-data", "application/x-www-form-urlencoded"}


def read_body(request: HttpRequest, schema: type[S]) -> S:
    """The request's body as this schema, whichever way it came.

    Raises: what Ninja raises for a body that does not parse or does not fit.
    """
    if request.content_type in FORMS:
        sent: Any = CheckedParser().parse_querydict(request.POST, [], request)
    else:
        try:
            sent = CheckedParser().parse_body(request)
        except ValueError as wrong:
            raise HttpError(400, "Cannot parse request body") from wrong
    try:
        return schema.model_validate(sent)
    except Refused as refused:
        errors = [dict(error) for error in refused.errors(include_url=False)]
        raise ValidationError(errors) from refused


def documented(schema: type[Schema], *, file: str) -> dict[str, Any]:
    """What such a route says of its body in OpenAPI: the schema as JSON, or as a form with one file more."""
    described = schema.model_json_schema()
    described.pop("title", None)
    with_file = {**described, "properties": {**described["properties"], file: {"type": "string", "format": "binary"}}}
    return {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": described},
                "multipart/form-data": {"schema": with_file},
            },
        }
    }
