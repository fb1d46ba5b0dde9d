"""Public answers rendered once to bytes, kept until an event or the next scheduled switch.

``@hot`` goes under the route's decorator. The view's result is rendered through the schema, kept in
the byte store under the request's path and query, and sent with its ETag. With the store empty or
down the route simply renders: it alone must be right.
"""

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from pydantic import TypeAdapter

from kernel import bytestore

#: Clients may keep the answer but must ask whether it still holds: a publish shows at the next request.
REVALIDATE = "public, max-age=0, must-revalidate"


def _name(request: HttpRequest) -> str:
    pairs = sorted((name, value) for name, values in request.GET.lists() for value in values)
    return f"{request.path}?{pairs}"


def hot(
    schema: Any, *, region: str, until: Callable[[], datetime | None] | None = None
) -> Callable[[Callable[..., Any]], Callable[..., HttpResponse]]:
    """Keep this public GET's answer as bytes in ``region``.

    ``until`` gives the next moment at which the answer changes by itself, or None.
    """
    adapter: TypeAdapter[Any] = TypeAdapter(schema)

    def decorate(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            name = _name(request)
            stored = bytestore.load(region, name)
            if stored is None:
                key = bytestore.key_for(region, name)
                end = until() if until else None
                rendered = adapter.dump_json(
                    adapter.validate_python(view(request, *args, **kwargs), from_attributes=True)
                )
                stored = bytestore.save(key, rendered, until=end)
            response = HttpResponse(stored.body, content_type="application/json")
            response["ETag"] = stored.etag
            response["Cache-Control"] = REVALIDATE
            return response

        return answer

    return decorate
