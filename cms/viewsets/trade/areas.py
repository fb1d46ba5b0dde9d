"""Areas as people write them: 广东省、深圳市南山区, one after the other, and back from their codes."""

import re
from collections.abc import Iterable
from functools import cached_property

from django.utils.translation import gettext as _

from accounts.addressing.rules import FILLERS
from accounts.selectors.areas import AreaNode, area_tree

_BETWEEN = re.compile(r"[、,，;；\n]+")
_INSIDE = re.compile(r"[\s/\\›>·-]+")


class AreaWrong(ValueError):
    """No area, or more than one, is meant by this text; the message is for people."""


class AreaBook:
    """Every area in force by its full name and its code. One query, made when first needed."""

    @cached_property
    def _paths(self) -> dict[int, tuple[str, ...]]:
        found: dict[int, tuple[str, ...]] = {}

        def walk(nodes: Iterable[AreaNode], above: tuple[str, ...]) -> None:
            for node in nodes:
                found[node["id"]] = (*above, node["name"])
                walk(node["subs"], found[node["id"]])

        walk(area_tree(), ())
        return found

    @cached_property
    def _codes(self) -> dict[str, set[int]]:
        """The codes that a text may mean: the path, with fillers or without, from any level on."""
        codes: dict[str, set[int]] = {}
        for code, path in self._paths.items():
            # 市辖区 stands in every municipality: without its city it names none of them.
            plain = path if path[-1] in FILLERS else tuple(name for name in path if name not in FILLERS)
            for start in range(len(plain)):
                codes.setdefault("".join(plain[start:]), set()).add(code)
            # Whoever writes the whole path of this area means no other.
            codes["".join(path)] = {code}
        return codes

    def name(self, code: int) -> str:
        """``北京市东城区``; the code itself where no area in force has it."""
        path = self._paths.get(code)
        if path is None:
            return str(code)
        return "".join(path if path[-1] in FILLERS else (name for name in path if name not in FILLERS))

    def text(self, codes: Iterable[int]) -> str:
        """These areas as one text that ``parse`` reads again."""
        return "、".join(self.name(int(code)) for code in codes)

    def parse(self, text: str) -> list[int]:
        """The codes of the areas that this text names, in its order.

        Raises: AreaWrong, naming the part that is none or is not clear.
        """
        codes: list[int] = []
        for part in _BETWEEN.split(text):
            wanted = _INSIDE.sub("", part)
            if wanted:
                codes.append(self._one(wanted, part.strip()))
        return list(dict.fromkeys(codes))

    def _one(self, wanted: str, said: str) -> int:
        if wanted.isascii() and wanted.isdecimal() and len(wanted) <= 9:
            # A retired area has no name any more; its code still stands in old rules.
            return int(wanted)
        found = self._codes.get(wanted, set())
        if not found:
            raise AreaWrong(_("没有这个地区：%(area)s") % {"area": said[:40]})
        if len(found) > 1:
            names = "、".join(sorted(self.name(code) for code in found)[:5])
            raise AreaWrong(_("“%(area)s”不止一个，请写全称：%(names)s") % {"area": said[:40], "names": names})
        return next(iter(found))
