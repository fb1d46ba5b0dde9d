"""Where the reads of one request go."""

import logging
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, connections
from django.db.backends.signals import connection_created
from django.http import HttpRequest

from kernel import clock, metrics, reading
from kernel.network import client_ip
from meiduo.replicas import PRIMARY, positions, visitors
from meiduo.replicas.watch import ShowsLess, watch_of, watches

logger = logging.getLogger(__name__)


@dataclass
class Scope:
    """What is known of the request that this thread answers. Outside one everything is read from the primary."""

    request: HttpRequest
    #: Whether the route is one whose answers may be a little old.
    may_be_old: bool = False
    wrote: bool = False
    #: Users who logged in by this request.
    users: set[int] = field(default_factory=set)
    _chosen: str = ""

    @cached_property
    def marks(self) -> tuple[str, ...]:
        """The names of the visitor's marks."""
        return visitors.marks_of(self.request)

    def reads_from(self) -> str:
        """The database for the next query."""
        if (
            not self.may_be_old
            or self.wrote
            or reading.is_fresh()
            or not clock.is_real()
            or connections[PRIMARY].in_atomic_block
        ):
            return PRIMARY
        if not self._chosen:
            self._chosen = self._choose()
            metrics.count("mall_replica_requests_total", database=self._chosen)
        return self._chosen

    def leave_replica(self) -> None:
        """The rest of this request is read from the primary."""
        self._chosen = PRIMARY

    def _choose(self) -> str:
        """A replica that is fresh, shows the visitor's writes and answers; else the primary."""
        for one in watches():
            one.start()
        if not any(one.is_in_use for one in watches()):
            return PRIMARY
        place = visitors.needed(self.marks)
        fit = [one for one in watches() if one.is_in_use and one.shows(place)]
        # The same visitor stays with the same replica while it can: two are not equally far, and what was seen once
        # should not disappear again.
        visitor = self.marks[0] if self.marks else client_ip(self.request)
        fit.sort(key=lambda one: blake2b(f"{visitor} {one.alias}".encode(), digest_size=8).digest())
        for one in fit:
            connection = connections[one.alias]
            try:
                connection.close_if_health_check_failed()
                if connection.connection is None:
                    connection.ensure_connection()
                    one.confirm(connection)
            except (Error, positions.NotAStandby, ShowsLess) as trouble:
                connection.close()
                one.rest(trouble)
            else:
                return one.alias
        return PRIMARY


_scope: ContextVar[Scope | None] = ContextVar("replica_scope", default=None)


def current() -> Scope | None:
    """The scope of the request that is being answered here."""
    return _scope.get()


enter = _scope.set
leave = _scope.reset


def listen() -> None:
    """From now on statements tell their request that it wrote, and those that fail on a replica go to the primary."""
    connection_created.connect(_wrap, dispatch_uid="replicas.statements")
    for connection in connections.all(initialized_only=True):
        _wrap(connection)


def _wrap(connection: Any, **kwargs: Any) -> None:
    wrapper = _failing_over if connection.alias in settings.REPLICAS else _noticing_writes
    if wrapper not in connection.execute_wrappers:
        connection.execute_wrappers.append(wrapper)


Execute = Callable[[Any, Any, bool, dict[str, Any]], Any]


def _noticing_writes(execute: Execute, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Whatever is not plainly a question counts as a write, also of statements that a transaction takes back."""
    scope = current()
    if scope is not None and not scope.wrote and not _is_question(sql):
        scope.wrote = True
    return execute(sql, params, many, context)


def _is_question(sql: Any) -> bool:
    return isinstance(sql, str) and sql.lstrip(" (\n")[:7].upper() == "SELECT "


def _failing_over(execute: Execute, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """A question that the replica could not answer is put to the primary.

    The replica may be gone, or it took the rows away because its log went on (a recovery conflict). Outside a
    transaction each question stands alone, so asking it elsewhere changes nothing.
    """
    try:
        return execute(sql, params, many, context)
    except (OperationalError, InterfaceError) as trouble:
        scope, replica = current(), context["connection"]
        if scope is None or replica.in_atomic_block:
            raise
        logger.info("question goes to the primary", extra={"replica": replica.alias, "cause": type(trouble).__name__})
        scope.leave_replica()
        if replica.connection is not None and not replica.is_usable():
            replica.close()
            watch_of(replica.alias).rest(trouble)
        # Whoever called fetches from the same wrapper; only what is inside it changes.
        elsewhere = connections[PRIMARY].cursor()
        result = elsewhere.execute(sql, params)
        context["cursor"].cursor = elsewhere.cursor
        return result
