"""``?at=``: a public route as of another moment, for staff and for who has their signed pass.

The answer is made anew for whoever asks: ``kernel.clock`` says that the time is not the real one, so nothing of it
is kept anywhere (``api.hot``, ``kernel.bytestore``). ``@at_any_moment`` goes right under the route's decorator.
"""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja.operation import Operation
from ninja.utils import contribute_operation_callback

from accounts.tokens import user_of_access_token
from api.auth import bearer_token
from cms.errors import MomentForbidden
from cms.selectors.moments import moment_from
from cms.selectors.passes import may_see_coming, pass_opens_moment
from kernel import clock

View = Callable[..., Any]

PARAMETERS = [
    {
        "in": "query",
        "name": "at",
        "required": False,
        "description": "See the shop as of this moment, in ISO 8601: for staff (Authorization), or with `pass`",
        "schema": {"title": "At", "type": "string", "format": "date-time"},
    },
    {
        "in": "query",
        "name": "pass",
        "required": False,
        "description": "A signed pass for exactly that moment, made by staff in the back office",
        "schema": {"title": "Pass", "type": "string"},
    },
]


def at_any_moment(view: View) -> View:
    """Let those who may see this public GET as of the moment in ``at``."""

    @functools.wraps(view)
    def answer(request: HttpRequest, **arguments: Any) -> Any:
        raw = request.GET.get("at", "")
        if not raw:
            return view(request, **arguments)
        moment = moment_from(raw)
        given = request.GET.get("pass", "")
        if not (pass_opens_moment(given, moment) if given else _is_staff(request)):
            raise MomentForbidden
        with clock.seen_at(moment):
            return view(request, **arguments)

    contribute_operation_callback(answer, _declare)
    return answer


def _is_staff(request: HttpRequest) -> bool:
    token = bearer_token(request)
    return may_see_coming(user_of_access_token(token)) if token else False


def _declare(operation: Operation) -> None:
    operation.response_models[403] = operation.response_models[400]
    operation.openapi_extra = {**(operation.openapi_extra or {}), "parameters": PARAMETERS}
