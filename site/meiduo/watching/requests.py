"""Every request has a name, and is counted by its route: how often, how long, how many statements."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connections
from django.db.backends.signals import connection_created
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from kernel import metrics, tracing

HEADER = "X-Request-ID"
#: Methods that are told apart; whatever else a client makes up is one.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_here = threading.local()


def _count_statement(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    _here.statements = getattr(_here, "statements", 0) + 1
    return execute(sql, params, many, context)


def _listen_to(connection: Any, **kwargs: Any) -> None:
    """A new connection counts its statements."""
    if _count_statement not in connection.execute_wrappers:
        connection.execute_wrappers.append(_count_statement)


def connect() -> None:
    """From now on the statements of every connection are counted, for the thread that sends them."""
    connection_created.connect(_listen_to, dispatch_uid="watching.statements")
    for connection in connections.all(initialized_only=True):
        _listen_to(connection)


def watch(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, outermost: the request has a name in its log lines, its tasks and its answer, and is counted."""
    connect()

    def middleware(request: HttpRequest) -> HttpResponseBase:
        begun = time.perf_counter()
        before = getattr(_here, "statements", 0)
        name = tracing.sane(request.META.get("HTTP_X_REQUEST_ID", ""))
        token = tracing.begin(name)
        try:
            response = get_response(request)
        finally:
            tracing.end(token)
        headers = response.headers
        if "Cache-Control" not in headers or "public" not in headers["Cache-Control"]:
            # What a shared cache may repeat to others does not carry the name of one request.
            headers[HEADER] = name
        match = request.resolver_match
        metrics.request(
            route=match.route if match else "",
            method=request.method if request.method in _METHODS else "OTHER",
            status=response.status_code,
            seconds=time.perf_counter() - begun,
            statements=getattr(_here, "statements", 0) - before,
        )
        return response

    return middleware
