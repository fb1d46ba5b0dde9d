"""Queries that are asked for every order or request: built and compiled by the ORM once, then only given values.

Making the SQL of a joined query takes the ORM longer than PostgreSQL takes to answer it. Here the text is made at
the first call and kept; rows become the same objects as always. Written for the compiler of Django 5.2.
"""

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection, models
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=models.Model)


class Prepared(Generic[M]):
    """``Prepared(build, name=stand_in, …)`` makes a function of a query; calling it with values gives the objects.

    ``build`` is called once with the stand-ins, values that nothing else in the query has; where they end up
    among the SQL's parameters, the values go. So ``build`` must not look at what it is given, and a value may be
    a whole number, a text or a UUID, never None.
    """

    def __init__(self, build: Callable[..., "models.QuerySet[M]"], **stand_ins: Any) -> None:
        self._build = build
        self._stand_ins = stand_ins
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, **values: Any) -> list[M]:
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            compiled = self._compiled[connection.vendor] = _Compiled(self._build(**self._stand_ins), self._stand_ins)
        return list(compiled.objects(values))


class _Compiled:
    """The text of a query, where its values go, and how its rows are read."""

    def __init__(self, queryset: "models.QuerySet[Any]", stand_ins: dict[str, Any]) -> None:
        self._compiler = compiler = queryset.query.get_compiler(connection=connection)
        self._sql, params = compiler.as_sql()
        names = {_adapted(value): name for name, value in stand_ins.items()}
        self._slots = [names.get(param) if isinstance(param, int | str | UUID) else None for param in params]
        self._params = list(params)
        if missing := set(stand_ins) - set(self._slots):
            raise ValueError(f"not in the query: {', '.join(sorted(missing))}")
        info = compiler.klass_info
        columns = info["select_fields"]
        self._model: type[models.Model] = info["model"]
        self._own = slice(columns[0], columns[-1] + 1)
        self._names = [column[0].target.attname for column in compiler.select[self._own]]
        # The stubs are those of Django 6, where it takes one more.
        self._related = get_related_populators(info, compiler.select, connection.alias)  # type: ignore[call-arg]
        self._annotations = dict(compiler.annotation_col_map)
        self._converters = compiler.get_converters([column[0] for column in compiler.select])

    def objects(self, values: dict[str, Any]) -> Iterator[Any]:
        params = [
            constant if name is None else _adapted(values[name])
            for name, constant in zip(self._slots, self._params, strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, params)
            rows: Any = cursor.fetchall()
        if self._converters:
            rows = self._compiler.apply_converters(rows, self._converters)
        for row in rows:
            one = self._model.from_db(connection.alias, self._names, row[self._own])
            for related in self._related:
                related.populate(row, one)
            for name, place in self._annotations.items():
                setattr(one, name, row[place])
            yield one


def _adapted(value: Any) -> Any:
    """As the driver wants it: SQLite has no type for UUIDs."""
    return value.hex if isinstance(value, UUID) and not connection.features.has_native_uuid_field else value
