"""The page behind every problem's ``type``: each code with its status and its text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from api.problems import status_of
from kernel.errors import DomainError


@dataclass(frozen=True, slots=True)
class Listed:
    """One code as the page shows it."""

    code: str
    status: int
    text: str


#: What a text is filled in with, as the texts write it.
PARAMETER = re.compile(r"%\((\w+)\)s")


def _kinds(kind: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for sub in kind.__subclasses__():
        yield sub
        yield from _kinds(sub)


def listed_problems() -> list[Listed]:
    """Every code that an answer may carry, in order; the texts in the active language."""
    by_code: dict[str, Listed] = {}
    for kind in _kinds():
        # A subclass without a code of its own is the same problem with other words around it.
        if "code" in vars(kind):
            by_code.setdefault(kind.code, Listed(kind.code, status_of(kind), PARAMETER.sub(r"‹\1›", str(kind.text))))
    return [by_code[code] for code in sorted(by_code)]


@require_safe
def problem_list(request: HttpRequest) -> HttpResponse:
    """The list as one page, with an anchor per code."""
    return render(request, "api/problems.html", {"problems": listed_problems()})
