"""``Idempotency-Key``: the same key and body get the same answer, and the work is done once."""

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Header, Schema
from ninja.responses import NinjaJSONEncoder
from pydantic import StringConstraints

from api.auth import BuyerRequest
from shop.idempotency.services import run_once

#: The header of a POST that moves money or stock: up to 255 visible characters, a UUID for preference.
IdempotencyKey = Annotated[
    str | None,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$"),
    Header(
        None, alias="Idempotency-Key", description="A random name of this attempt; sent again, it does nothing twice"
    ),
]


def once(
    request: BuyerRequest,
    *,
    key: str | None,
    body: Schema | None,
    schema: type[Schema],
    status: int,
    work: Callable[[], Any],
) -> HttpResponse:
    """Answer with the work's result through ``schema``; a replay says so in ``Idempotency-Replayed``.

    The work and the memory of its answer are one transaction, so there is never one without the other.
    """

    def rendered() -> tuple[int, Any]:
        return status, schema.model_validate(work(), from_attributes=True).model_dump(mode="json")

    outcome = run_once(
        user_id=request.auth.pk,
        route=f"{request.method} {request.path}"[:80],
        key=key,
        request=body.model_dump(mode="json") if body is not None else None,
        work=rendered,
    )
    response = HttpResponse(
        # Sorted, because PostgreSQL keeps no order of keys: a replay is the same to the byte.
        NinjaJSONEncoder(ensure_ascii=False, sort_keys=True).encode(outcome.answer),
        status=outcome.status,
        content_type="application/json; charset=utf-8",
    )
    response["Cache-Control"] = "no-store"
    if outcome.replayed:
        response["Idempotency-Replayed"] = "true"
    return response
