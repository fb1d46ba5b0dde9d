"""Around each request: whether it may read from a replica, and what it leaves behind if it wrote."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from api.session import follow_logins
from meiduo.replicas import scope, visitors

if TYPE_CHECKING:
    from accounts.models import User

_SAFE = frozenset({"GET", "HEAD"})


class ReplicaMiddleware:
    """Outside of whatever writes: sessions are saved inside."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        scope.listen()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        here = scope.Scope(request)
        if request.method not in _SAFE and request.method != "OPTIONS":
            visitors.begin_write(here.marks)
        token = scope.enter(here)
        try:
            response = self.get_response(request)
        finally:
            scope.leave(token)
        if here.wrote:
            arrived = {visitors.of_user(pk) for pk in here.users}
            visitors.end_write(request, response, {*here.marks, *arrived})
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """The route is known now; what was read before came from the primary."""
        here, match = scope.current(), request.resolver_match
        if here is not None and match is not None:
            here.may_be_old = request.method in _SAFE and match.route in settings.REPLICA_ROUTES


@follow_logins
def note_login(request: HttpRequest, response: HttpResponse, user: "User") -> None:
    """Who logs in has a mark from then on: the cart that moved in is to be seen at once."""
    here = scope.current()
    if here is not None:
        here.users.add(user.pk)
