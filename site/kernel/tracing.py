"""One name for everything that one request causes: its answer, its log lines, its tasks."""

import itertools
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token

#: What a caller may name a request; anything else could forge lines or fill a log.
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}", re.ASCII)

_request_id: ContextVar[str] = ContextVar("request_id", default="")

_process = ""
_numbers = itertools.count()


def _of_this_process() -> None:
    global _process, _numbers
    _process, _numbers = secrets.token_hex(6), itertools.count(secrets.randbelow(2**31))


_of_this_process()
# Two children of one process would give the same names.
os.register_at_fork(after_in_child=_of_this_process)


def request_id() -> str:
    """The name of the request that is being worked for; empty where there is none."""
    return _request_id.get()


def fresh() -> str:
    """A name that no other request has: this process's own random part, and the next number."""
    return f"{_process}{next(_numbers) & 0xFFFFFFFF:08x}"


def sane(given: str) -> str:
    """The name that a caller gave its request, or a fresh one where it gave none that can be used."""
    return given if given and _SANE.fullmatch(given) else fresh()


def begin(name: str) -> "Token[str]":
    """Let what follows in this thread carry this name, until ``end``. For the path of every request."""
    return _request_id.set(name)


def end(token: "Token[str]") -> None:
    """What follows carries the name from before."""
    _request_id.reset(token)


@contextmanager
def working_for(name: str) -> Iterator[None]:
    """Let everything inside carry this name."""
    token = _request_id.set(name)
    try:
        yield
    finally:
        _request_id.reset(token)
