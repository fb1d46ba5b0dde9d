"""Reading a file that lists areas: ``code, parent, name``, one per line."""

import csv
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from accounts.addressing.errors import AreaListInvalid

SHIPPED = Path(__file__).resolve().parent.parent / "data"
COLUMNS = ["code", "parent", "name"]
LEVELS = 3
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class ListedArea:
    """One area of a list, with the level that follows from those above it."""

    code: int
    parent: int | None
    name: str
    level: int


@dataclass(frozen=True)
class ListedAreas:
    """A whole list, parents before children, with the day it describes."""

    version: str
    digest: str
    areas: tuple[ListedArea, ...]


def shipped_list() -> Path:
    """The newest list that comes with the mall."""
    return max(SHIPPED.glob("areas-*.csv"))


def read_list(path: Path, *, version: str | None = None) -> ListedAreas:
    """The list in this file; its version is the day in its name unless told.

    Raises: AreaListInvalid with the line for what is no list of areas; OSError for no file.
    """
    found = version or "".join(re.findall(r"\d{4}-\d{2}-\d{2}", path.name)[-1:])
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", found):
        raise AreaListInvalid(line=0, reason=_("文件名中没有 YYYY-MM-DD 日期，请用 --as-of 指定"))
    raw = path.read_bytes()
    try:
        lines = raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as wrong:
        raise AreaListInvalid(line=raw[: wrong.start].count(b"\n") + 1, reason=_("必须是 UTF-8 编码")) from wrong
    reader = csv.reader(lines)
    if next(reader, None) != COLUMNS:
        raise AreaListInvalid(line=1, reason=_("首行应为 code,parent,name"))
    return ListedAreas(
        version=found, digest=hashlib.sha256(raw).hexdigest(), areas=_areas(list(enumerate(reader, start=2)))
    )


def _areas(rows: list[tuple[int, list[str]]]) -> tuple[ListedArea, ...]:
    """The rows as areas, provinces first, then cities, then districts."""
    parsed: dict[int, tuple[int, int | None, str]] = {}
    for line, row in rows:
        code, parent, name = _row(line, row)
        if code in parsed:
            raise AreaListInvalid(line=line, reason=_("代码 %(code)s 重复") % {"code": code})
        parsed[code] = (line, parent, name)
    areas = [
        ListedArea(code=code, parent=parent, name=name, level=_level(parsed, code))
        for code, (_line, parent, name) in parsed.items()
    ]
    return tuple(sorted(areas, key=lambda area: (area.level, area.code)))


def _row(line: int, row: list[str]) -> tuple[int, int | None, str]:
    if len(row) != len(COLUMNS):
        raise AreaListInvalid(line=line, reason=_("应有三列"))
    code, parent, name = (cell.strip() for cell in row)
    if not re.fullmatch(r"[1-9]\d{5}|[1-9]\d{8}", code) or not re.fullmatch(r"(?:[1-9]\d{5})?", parent):
        raise AreaListInvalid(line=line, reason=_("代码应为 6 位或 9 位数字"))
    if not 0 < len(name) <= LONGEST_NAME or "\x00" in name:
        raise AreaListInvalid(line=line, reason=_("名称为空或过长"))
    return int(code), int(parent) if parent else None, name


def _level(parsed: dict[int, tuple[int, int | None, str]], code: int) -> int:
    line, parent, _name = parsed[code]
    level = 1
    while parent is not None:
        if parent not in parsed:
            raise AreaListInvalid(line=line, reason=_("上级 %(code)s 不在名单中") % {"code": parent})
        level += 1
        if level > LEVELS:
            raise AreaListInvalid(line=line, reason=_("最多三级"))
        parent = parsed[parent][1]
    return level
