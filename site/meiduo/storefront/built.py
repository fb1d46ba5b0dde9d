"""The built storefront: which files a page needs."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from meiduo.env import ROOT

#: The application's source.
SOURCE = ROOT / "site" / "storefront"
#: Under STATIC_URL.
PREFIX = "storefront/"
_ENTRY = "src/main.ts"


@dataclass(frozen=True, slots=True)
class Files:
    """Addresses of what a page loads: styles, the one script, and what that will ask for at once."""

    styles: tuple[str, ...]
    script: str
    preloads: tuple[str, ...]


class Manifest:
    """What Vite wrote of its build."""

    def __init__(self, chunks: dict[str, Any]) -> None:
        self._chunks = chunks

    def files(self, page: str | None = None) -> Files:
        """What a page named like ``HomePage`` loads; an unknown name loads the start alone."""
        wanted = [_ENTRY]
        if page is not None and f"src/pages/{page}.vue" in self._chunks:
            wanted.append(f"src/pages/{page}.vue")
        chunks: dict[str, dict[str, Any]] = {}
        for name in wanted:
            for key, chunk in self._with_imports(name):
                chunks.setdefault(key, chunk)
        entry = chunks.pop(_ENTRY)
        # The start's own styles first: pages refine them.
        styles = dict.fromkeys(css for chunk in (entry, *chunks.values()) for css in chunk.get("css", ()))
        return Files(
            styles=tuple(map(_address, styles)),
            script=_address(entry["file"]),
            preloads=tuple(_address(chunk["file"]) for chunk in chunks.values()),
        )

    def every_file(self) -> Iterator[str]:
        """Scripts and styles of the whole build, by their paths in it."""
        for chunk in self._chunks.values():
            yield chunk["file"]
            yield from chunk.get("css", ())

    def _with_imports(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            key = waiting.pop(0)
            if key in seen:
                continue
            seen.add(key)
            yield key, self._chunks[key]
            waiting += self._chunks[key].get("imports", ())


def _address(file: str) -> str:
    return f"{settings.STATIC_URL}{PREFIX}{file}"


def manifest() -> Manifest | None:
    """The build that is served now, or None where there is none."""
    path: Path = settings.STOREFRONT_DIST / "manifest.json"
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        return None
    return _read(path, stamp)


@lru_cache(maxsize=4)
def _read(path: Path, stamp: int) -> Manifest:
    return Manifest(json.loads(path.read_text()))


@lru_cache(maxsize=1)
def own_paths() -> tuple[re.Pattern[str], ...]:
    """The addresses of the storefront's pages, as its own router knows them."""
    routes = json.loads((SOURCE / "routes.json").read_text())
    return tuple(re.compile(_pattern(route)) for route in routes)


def _pattern(route: str) -> str:
    """``/skus/:id(\\d+)/`` as a regular expression of the whole path."""
    pieces = re.split(r"(:\w+(?:\([^)]*\))?)", route)
    parts = [_part(piece) if piece.startswith(":") else re.escape(piece) for piece in pieces]
    return f"^{''.join(parts)}$"


def _part(piece: str) -> str:
    constraint = re.fullmatch(r":\w+\((.*)\)", piece)
    return f"(?:{constraint[1]})" if constraint else "[^/]+"
