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
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from api.compression import WORTH, gzipped, takes_gzip
from kernel import bytestore, clock, reading

#: Clients may keep the answer but must ask whether it still holds: a publish shows at the next request.
REVALIDATE = "public, max-age=0, must-revalidate"
#: The shop as of another moment is for whoever asked, and for nobody's cache.
PREVIEW = "private, no-store"

#: Where the WSGI environment holds the ``Mark`` of an answer that may be kept in the process's memory.
MARK = "mall.hot"
#: Set there by whoever asks a second time for the same visitor: that is no second view.
ASKED_AGAIN = "mall.hot.again"

View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """Until when, and under which version of which region, an answer holds; and who counts its views.

    ``meiduo.hot_reads`` reads it. ``seen`` takes ``times``; ``holds`` may end it before its time.
    """

    region: str
    version: str
    until: float
    etag: str
    seen: Callable[..., object] | None
    holds: Callable[[], bool] | None = None


def _name(view: View, arguments: dict[str, Any]) -> str:
    parsed = json.dumps(to_jsonable_python(arguments), sort_keys=True)
    return f"{view.__module__}.{view.__qualname__} {get_language()} {parsed}"


def sent(request: HttpRequest, kept: bytestore.Stored) -> HttpResponse:
    """These bytes as an answer to this request."""
    body, etag = kept.body, kept.etag
    is_packed = len(body) >= WORTH and takes_gzip(request.headers.get("Accept-Encoding", ""))
    if is_packed:
        # Other bytes under the same name: only a weak ETag may say that they mean the same.
        body, etag = gzipped(body), f"W/{etag}"
    response = HttpResponse(body, content_type="application/json")
    if is_packed:
        response["Content-Encoding"] = "gzip"
    if len(kept.body) >= WORTH:
        patch_vary_headers(response, ["Accept-Encoding"])
    response["ETag"] = etag
    response["Cache-Control"] = REVALIDATE if clock.is_real() else PREVIEW
    return response


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
    kept or not, except to HEAD; it takes ``times`` too, for answers sent without asking this route.
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
            # What a replica shows may be older than the version, and would then be kept under it.
            with reading.fresh() if key is not None else nullcontext():
                end = until() if until else None
                kept = bytestore.save(key, render(view, request, arguments), until=end)
        return kept

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def answer(request: HttpRequest, **arguments: Any) -> HttpResponse:
            kept = stored(view, request, arguments)
            count = functools.partial(seen, **arguments) if seen is not None else None
            asked_twice = request.META.get("REQUEST_METHOD") == "HEAD" or request.META.get(ASKED_AGAIN)
            if count and clock.is_real() and not asked_twice:
                count()
            response = sent(request, kept)
            if kept.key is not None:
                region, version = bytestore.place_of(kept.key)
                request.META[MARK] = Mark(region, version, kept.until, response["ETag"], count)
            return response

        return answer

    return decorate
