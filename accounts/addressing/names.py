"""How people write the names of areas, and finding a chain of areas in a piece of text."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from accounts.addressing.rules import FILLERS

_PEOPLES = (
    "蒙古族|蒙古|回族|藏族|维吾尔族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克|傣族|黎族|"
    "傈僳族|佤族|畲族|高山族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜|柯尔克孜族|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|"
    "仡佬族|锡伯族|锡伯|阿昌族|普米族|塔吉克|塔吉克族|怒族|乌孜别克族|俄罗斯族|鄂温克族|德昂族|保安族|裕固族|独龙族|鄂伦春族|各族"
)
#: 黔东南苗族侗族自治州 → 黔东南; the peoples stand right before the kind of unit.
_AUTONOMOUS = re.compile(rf"^(.{{2,}}?)(?:{_PEOPLES})+(?:自治州|自治县|自治旗|自治区)$|^(.{{2,}}?)自治[州县旗区]$")
_UNIT = re.compile(r"^(.{2,}?)(?:特别行政区|新区|地区|省|市|区|县|旗|盟|州|街道|镇|乡)$")
#: After a short name these make it the name of a street or a building, not of an area.
_STREET_AHEAD = re.compile(
    r"[东南西北中内外前后一二三四五]?(?:大?[路街道]|胡同)|[东南西北]?[门桥村巷弄站里园]"
    r"|(?:广场|大厦|花园|公园)(?![路街])"
)
#: A short name before one of these is another unit's: 朝阳区 is not the city 朝阳, 吉林市 not the province.
_OTHER_UNIT = {1: "市区县州盟旗", 2: "区县旗", 3: ""}
#: Counties become districts and cities; people keep writing what they were.
_FORMER_UNIT = "市区县"
#: Between two names of one chain people put these, or nothing.
_GAP = re.compile(r"[\s,，、/\\\-_·>:.。;；]*")


def short_names(name: str) -> set[str]:
    """What people call an area for short: 广西壮族自治区 is 广西, 朝阳区 is 朝阳."""
    short = set()
    if autonomous := _AUTONOMOUS.match(name):
        stem = autonomous.group(1) or autonomous.group(2)
        short.add(stem)
        if name.endswith("自治州"):
            short.add(stem + "州")
        if name.endswith("自治区"):
            short |= {stem + "省", stem + "自治区"}
        if name.endswith(("自治县", "自治旗")):
            short.add(stem + name[-1])
    elif unit := _UNIT.match(name):
        short.add(unit.group(1))
    return {one for one in short if len(one) > 1 and one != name}


@dataclass(frozen=True, slots=True)
class NamedArea:
    """An area as the index keeps it."""

    id: int
    name: str
    level: int
    parent: int | None


@dataclass(frozen=True, slots=True)
class Match:
    """A name of an area found in a text; ``end`` is where the text goes on."""

    area: NamedArea
    end: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """The areas found at one place of a text; what no name said but the others imply is there as well."""

    start: int
    end: int
    score: int
    province: NamedArea | None = None
    city: NamedArea | None = None
    district: NamedArea | None = None


@dataclass
class AreaIndex:
    """Every area in force by its names; built once per list and then only read."""

    areas: dict[int, NamedArea] = field(default_factory=dict)
    #: level → first two characters → (name, whole, area), longer names first
    _by_start: dict[int, dict[str, list[tuple[str, bool, NamedArea]]]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int | None, str, int]]) -> "AreaIndex":
        """An index of (id, parent, name, level)."""
        index = cls()
        starts: dict[int, dict[str, list[tuple[str, bool, NamedArea]]]] = {
            level: defaultdict(list) for level in (1, 2, 3)
        }
        for pk, parent, name, level in rows:
            area = NamedArea(id=pk, name=name, level=level, parent=parent)
            index.areas[pk] = area
            for spelling, whole in [(name, True), *((short, False) for short in short_names(name))]:
                starts[level][spelling[:2]].append((spelling, whole, area))
        for level, by_start in starts.items():
            index._by_start[level] = {
                start: sorted(names, key=lambda one: -len(one[0])) for start, names in by_start.items()
            }
        return index

    def chains(self, text: str) -> Iterator[Chain]:
        """Every chain of areas that starts somewhere in the text."""
        for start in range(len(text) - 1):
            found = self._chain_at(text, start)
            if found is not None:
                yield found

    def best_chain(self, text: str) -> Chain | None:
        """The chain that says most; of equals the one that comes first."""
        return max(self.chains(text), key=lambda chain: (chain.score, -chain.start), default=None)

    def _chain_at(self, text: str, start: int) -> Chain | None:
        candidates = [
            chain
            for level in (1, 2, 3)
            for match in self._matches(text, start, level)
            for chain in self._grown(text, start, match)
        ]
        return max(candidates, key=lambda chain: (chain.score, chain.end), default=None)

    def _grown(self, text: str, start: int, first: Match) -> Iterator[Chain]:
        """The chains that begin with this match."""
        if first.area.level == 1:
            yield self._below_province(text, start, first)
        elif first.area.level == 2:
            # 南宁 alone tells its province, if no other city is called so.
            if first.area.name not in FILLERS and self._only_one(text, start, first):
                yield self._below_city(text, start, first, province=self._above(first.area), score=_points(first))
        elif first.whole and self._only_one(text, start, first):
            city = self._above(first.area)
            yield Chain(start, first.end, 3, province=self._above(city), city=city, district=first.area)

    def _below_province(self, text: str, start: int, province: Match) -> Chain:
        at = _after_gap(text, province.end)
        # 北京市北京市朝阳区: some forms write the municipality twice.
        twice = next((one for one in self._matches(text, at, 1) if one.area == province.area), None)
        if twice is not None:
            at = _after_gap(text, twice.end)
        end = twice.end if twice else province.end
        score = max(_points(one) for one in (province, twice) if one) + 1
        options = [
            self._below_city(text, start, city, province=province.area, score=score + _points(city))
            for city in self._matches(text, at, 2)
            if city.area.parent == province.area.id
        ]
        districts = [
            one
            for one in self._matches(text, at, 3)
            if (above := self._above(one.area)) is not None and above.parent == province.area.id
        ]
        options += [
            Chain(start, match.end, score + _points(match), province.area, self._above(match.area), match.area)
            for match in districts
            if sum(other.whole == match.whole and other.end == match.end for other in districts) == 1
        ]
        options.append(Chain(start, end, score, province.area))
        return max(options, key=lambda chain: (chain.score, chain.end))

    def _below_city(self, text: str, start: int, city: Match, *, province: NamedArea | None, score: int) -> Chain:
        at = _after_gap(text, city.end)
        options = [Chain(start, city.end, score, province, city.area)]
        for match in self._matches(text, at, 3):
            if match.area.parent == city.area.id:
                options.append(Chain(start, match.end, score + _points(match), province, city.area, match.area))
            elif (
                match.whole
                and city.area.name in FILLERS
                and (above := self._above(match.area)) is not None
                and above.parent == city.area.parent
            ):
                # 重庆市 市辖区 城口县: forms that know one filler only.
                options.append(Chain(start, match.end, score + _points(match), province, above, match.area))
        return max(options, key=lambda chain: (chain.score, chain.end))

    def _matches(self, text: str, at: int, level: int) -> Iterator[Match]:
        """Every area of this level whose name, whole or short, stands exactly here."""
        names = self._by_start[level]
        # One character is a whole name only in Chongqing's 县.
        for spelling, whole, area in (*names.get(text[at : at + 2], ()), *names.get(text[at : at + 1], ())):
            if not text.startswith(spelling, at):
                continue
            end = at + len(spelling)
            if not whole:
                after = text[end : end + 1]
                if (after and after in _OTHER_UNIT[level]) or self._street_ahead(text, end, level):
                    continue
                if level == 3 and after and after in _FORMER_UNIT:
                    end += 1
            yield Match(area, end, whole)

    def _street_ahead(self, text: str, at: int, level: int) -> bool:
        """Whether the name before was a street's: 南京路 and 朝阳门, but not 台州路桥区 and 北京门头沟."""
        if not _STREET_AHEAD.match(text, at):
            return False
        return not any(
            text.startswith(spelling, at)
            for below in range(level + 1, 4)
            for spelling, _whole, _area in self._by_start[below].get(text[at : at + 2], ())
        )

    def _only_one(self, text: str, at: int, match: Match) -> bool:
        """Whether no other area of the level is written like that here."""
        return not any(
            other.area != match.area and other.end >= match.end for other in self._matches(text, at, match.area.level)
        )

    def _above(self, area: NamedArea | None) -> NamedArea | None:
        return self.areas.get(area.parent) if area is not None and area.parent is not None else None


def _points(match: Match) -> int:
    """How much a name says: whole names do not happen by chance, and districts are what is looked for."""
    return (4 if match.whole else 2) + (1 if match.area.level == 3 else 0)


def _after_gap(text: str, at: int) -> int:
    gap = _GAP.match(text, at)
    return gap.end() if gap else at
