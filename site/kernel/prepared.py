"""Queries that are asked for every order or request: built and compiled by the ORM once, then only given values.

Making the SQL of a joined query takes the ORM longer than PostgreSQL takes to answer it. Here the text is made at
the first call and kept; rows become the same objects as always. Written for the compiler of Django 5.2.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection, models
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=models.Model)


class Prepared(Generic[M]):
    """``Prepared(build, name=stand_in, …)`` makes a function of a query; calling it with values gives the objects.

    ``build`` is called once with the stand-ins, values that nothing else in the query has; where they end up
    among the SQL's parameters, the values go. So ``build`` must not look at what it is given, and a value may be
    a whole number, a text, a time or a UUID, never None. A tuple stands for a list of up to so many values, at
    least one, that may well be there twice (``pk__in``): a shorter list is filled up with its last.
    """

    def __init__(self, build: Callable[..., "models.QuerySet[M]"], **stand_ins: Any) -> None:
        self._build = build
        self._stand_ins = stand_ins
        self._compiled: dict[str, _Objects] = {}

    def __call__(self, **values: Any) -> list[M]:
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            compiled = self._compiled[connection.vendor] = _Objects(self._build(**self._stand_ins), self._stand_ins)
        return list(compiled.objects(values))


class PreparedRows:
    """The same for a query of ``values_list``: calling it gives the rows, in the order of its columns."""

    def __init__(self, build: Callable[..., "models.QuerySet[Any, Any]"], **stand_ins: Any) -> None:
        self._build = build
        self._stand_ins = stand_ins
        self._compiled: dict[str, _Text] = {}

    def __call__(self, **values: Any) -> Sequence[Sequence[Any]]:
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            compiled = self._compiled[connection.vendor] = _Text(self._build(**self._stand_ins), self._stand_ins)
        return list(compiled.rows(values))


class _Text:
    """The text of a query, where its values go, and how the columns of its rows are read."""

    def __init__(self, queryset: "models.QuerySet[Any, Any]", stand_ins: Mapping[str, Any]) -> None:
        self.compiler = queryset.query.get_compiler(connection=connection)
        self._sql, params = self.compiler.as_sql()
        #: Of a stand-in: its name, and its place in the tuple.
        names: dict[Any, tuple[str, int]] = {}
        for name, value in stand_ins.items():
            several = value if isinstance(value, tuple) else (value,)
            names |= {_adapted(one): (name, place) for place, one in enumerate(several)}
        self._slots = [names.get(param) if isinstance(param, int | str | UUID | datetime) else None for param in params]
        self._params = list(params)
        if missing := {name for name, _place in set(names.values()) - set(self._slots)}:
            raise ValueError(f"not in the query: {', '.join(sorted(missing))}")
        self._longest = {name: len(value) for name, value in stand_ins.items() if isinstance(value, tuple)}
        self._converters = self.compiler.get_converters([column[0] for column in self.compiler.select])

    def rows(self, values: Mapping[str, Any]) -> Any:
        given: dict[str, list[Any]] = {}
        for name, value in values.items():
            longest = self._longest.get(name)
            if longest is None:
                given[name] = [_adapted(value)]
                continue
            if not 1 <= len(value) <= longest:
                raise ValueError(f"{name}: from 1 to {longest} values, not {len(value)}")
            given[name] = [_adapted(one) for one in value]
            given[name] += given[name][-1:] * (longest - len(value))
        params = [
            constant if slot is None else given[slot[0]][slot[1]]
            for slot, constant in zip(self._slots, self._params, strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, params)
            rows: Any = cursor.fetchall()
        return self.compiler.apply_converters(rows, self._converters) if self._converters else rows


class _Objects(_Text):
    """A query whose rows become objects."""

    def __init__(self, queryset: "models.QuerySet[Any]", stand_ins: Mapping[str, Any]) -> None:
        super().__init__(queryset, stand_ins)
        info = self.compiler.klass_info
        columns = info["select_fields"]
        self._model: type[models.Model] = info["model"]
        self._own = slice(columns[0], columns[-1] + 1)
        self._names = [column[0].target.attname for column in self.compiler.select[self._own]]
        # The stubs are those of Django 6, where it takes one more.
        self._related = get_related_populators(info, self.compiler.select, connection.alias)  # type: ignore[call-arg]
        self._annotations = dict(self.compiler.annotation_col_map)

    def objects(self, values: Mapping[str, Any]) -> Iterator[Any]:
        for row in self.rows(values):
            one = self._model.from_db(connection.alias, self._names, row[self._own])
            for related in self._related:
                related.populate(row, one)
            for name, place in self._annotations.items():
                setattr(one, name, row[place])
            yield one


def _adapted(value: Any) -> Any:
    """As the driver wants it: SQLite has no types for UUIDs and times."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value.hex if isinstance(value, UUID) and not connection.features.has_native_uuid_field else value
