"""Reading requests: what no column can hold is refused here, once, for every route."""

from types import NoneType
from typing import Any

import ninja.schema
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from ninja.parser import Parser
from pydantic_core import PydanticCustomError

from kernel.errors import Invalid


class ObjectGetter(ninja.schema.DjangoGetter):
    """Ninja's way to a schema's fields, for values that have any.

    Ninja 1.7.1 reads the fields of whatever was sent with ``getattr`` and calls what is callable, so the
    body ``[]`` has a field ``count``: the method, called without its argument, and the route fails with 500.
    """

    def __init__(self, obj: Any, *args: Any, **kwargs: Any) -> None:
        # Exactly what JSON has beside objects; what selectors return is none of these.
        if type(obj) in (str, int, float, bool, list, NoneType):
            raise PydanticCustomError("model_type", "Input should be an object")
        super().__init__(obj, *args, **kwargs)


ninja.schema.DjangoGetter = ObjectGetter  # type: ignore[misc]


class TextHasNul(Invalid):
    """PostgreSQL holds every character but this one."""

    code = "text.nul"
    text = _("不能包含空字符")


class CheckedParser(Parser):
    """Ninja's parser, that refuses a NUL character wherever it stands, naming the field."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        body = super().parse_body(request)
        # A NUL can only come escaped: JSON forbids the bare character.
        if b"\\u0000" in request.body:
            _refuse_nul(body, "")
        return body

    def parse_querydict(self, data: MultiValueDict, list_fields: list[str], request: HttpRequest) -> dict[str, Any]:
        for name, values in data.lists():
            if any("\x00" in value for value in (name, *values) if isinstance(value, str)):
                raise TextHasNul(field=name.replace("\x00", ""))
        return super().parse_querydict(data, list_fields, request)


def _refuse_nul(value: object, where: str) -> None:
    """Raises: TextHasNul at the first text that has one."""
    waiting: list[tuple[object, str]] = [(value, where)]
    while waiting:
        value, where = waiting.pop()
        if isinstance(value, str) and "\x00" in value:
            raise TextHasNul(field=where)
        if isinstance(value, dict):
            if any("\x00" in name for name in value):
                raise TextHasNul(field=where)
            waiting += [(inner, f"{where}.{name}".lstrip(".")) for name, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(inner, f"{where}.{place}".lstrip(".")) for place, inner in enumerate(value)]
