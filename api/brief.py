"""Public answers that hold for a moment: sent again out of this process's memory, kept in no store.

``@brief`` goes where ``@hot`` would, for routes that are asked ever new questions: writing each answer to the byte
store would cost more than it saves and push out what lasts. The answer is marked for ``meiduo.hot_reads`` with the
version of its region and a moment near at hand, and that is all; where the layer is off, every answer is made anew.
"""

import functools
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from pydantic import TypeAdapter

from api.hot import MARK, Mark, View, sent
from kernel import bytestore, clock, reading


def brief(
    schema: Any,
    *,
    region: str,
    seconds: Callable[[], float],
    keep: Callable[..., bool],
    until: Callable[[str], datetime | None] | None = None,
    holds: Callable[..., Callable[[], bool]] | None = None,
    seen: Callable[..., object] | None = None,
) -> Callable[[View], Callable[..., HttpResponse]]:
    """This public GET's answer may be sent to others for so many ``seconds``, or until its region is dropped.

    ``keep`` says for the view's arguments whether others will ask the same. ``until`` gives, for the region's version,
    the next moment at which the answer changes by itself. ``holds`` gives, before the view is called with these
    arguments, what will say whether its answer still holds. ``seen`` is called with them, and with ``times``, for
    answers sent without asking this route.
    """
    adapter: TypeAdapter[Any] = TypeAdapter(schema)

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def answer(request: HttpRequest, **arguments: Any) -> HttpResponse:
            # In this order: whatever changes from here on makes the bytes stale, and they are no younger than this.
            end = clock.now() + timedelta(seconds=seconds())
            may_keep = settings.HOT_BYTES and clock.is_real() and seconds() > 0 and keep(**arguments)
            key = bytestore.key_for(region, "") if may_keep else None
            still = holds(**arguments) if key is not None and holds is not None else None
            # What a replica shows may be older than the version, and would then be sent under it.
            with reading.fresh() if key is not None else nullcontext():
                if key is not None and until is not None:
                    end = min(end, until(bytestore.place_of(key)[1]) or end)
                body = adapter.dump_json(adapter.validate_python(view(request, **arguments), from_attributes=True))
            response = sent(request, bytestore.save(None, body, until=end))
            if key is not None:
                place, version = bytestore.place_of(key)
                count = functools.partial(seen, **arguments) if seen is not None else None
                request.META[MARK] = Mark(place, version, end.timestamp(), response["ETag"], count, still)
            return response

        return answer

    return decorate
