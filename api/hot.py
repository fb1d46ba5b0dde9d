"""Public answers rendered once to bytes, kept until an event or the next scheduled switch.

``@hot`` goes under the route's decorator. The view's result is rendered through the schema, kept in the
byte store and sent with its ETag. What it is kept under are the view's own arguments, parsed and checked:
an unknown query name, another order of the same names or ``page=01`` make no second copy. With the store
empty, down or switched off (``HOT_BYTES``) the route simply renders: it alone must be right.

The answer may depend on the arguments, the language and the clock, on nothing else: never on who asks.
"""

import functools
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from kernel import bytestore, clock

#: Clients may keep the answer but must ask whether it still holds: a publish shows at the next request.
REVALIDATE = "public, max-age=0, must-revalidate"
#: The shop as of another moment is for whoever asked, and for nobody's cache.
PREVIEW = "private, no-store"

View = Callable[..., Any]


def _name(view: View, arguments: dict[str, Any]) -> str:
    parsed = json.dumps(to_jsonable_python(arguments), sort_keys=True)
    return f"{view.__module__}.{view.__qualname__} {get_language()} {parsed}"


def hot(
    schema: Any,
    *,
    region: str,
    until: Callable[[], datetime | None] | None = None,
    keep: Callable[..., bool] | None = None,
    seen: Callable[..., object] | None = None,
) -> Callable[[View], Callable[..., HttpResponse]]:
    """Keep this public GET's answer as bytes in ``region``.

    ``until`` gives the next moment at which the answer changes by itself, or None. ``keep`` says for the
    view's arguments whether others will ask the same; what only one visitor asks (a price range typed by
    hand) would push out what many do. ``seen`` is called with the view's arguments for every answer sent,
    kept or not, except to HEAD.
    """
    adapter: TypeAdapter[Any] = TypeAdapter(schema)

    def render(view: View, request: HttpRequest, arguments: dict[str, Any]) -> bytes:
        return adapter.dump_json(adapter.validate_python(view(request, **arguments), from_attributes=True))

    def stored(view: View, request: HttpRequest, arguments: dict[str, Any]) -> bytestore.Stored:
        if not settings.HOT_BYTES or not (keep is None or keep(**arguments)):
            return bytestore.save(None, render(view, request, arguments))
        name = _name(view, arguments)
        kept = bytestore.load(region, name)
        if kept is None:
            # In this order: whatever changes from here on makes the bytes stale, or ends them sooner.
            key = bytestore.key_for(region, name)
            end = until() if until else None
            kept = bytestore.save(key, render(view, request, arguments), until=end)
        return kept

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def answer(request: HttpRequest, **arguments: Any) -> HttpResponse:
            kept = stored(view, request, arguments)
            if seen is not None and clock.is_real() and request.META.get("REQUEST_METHOD") != "HEAD":
                seen(**arguments)
            response = HttpResponse(kept.body, content_type="application/json")
            response["ETag"] = kept.etag
            response["Cache-Control"] = REVALIDATE if clock.is_real() else PREVIEW
            return response

        return answer

    return decorate
