"""Splitting one pasted line into the parts of an address, whatever their order.

Shape: people paste what a friend or another shop wrote: labels or none, commas, line breaks or nothing in between,
``+86`` and spaces in the number, areas written short. What cannot be found is said, never guessed at random.
"""

import re
import unicodedata
from dataclasses import dataclass

from accounts.addressing.names import AreaIndex, Chain, NamedArea
from accounts.addressing.people import name_at_the_end, reads_as_address, reads_as_name
from accounts.addressing.rules import LONGEST_RECEIVER

#: A pasted line is never longer than this.
LONGEST_PASTE = 500

_NAME_LABEL = r"收货人姓名|收件人姓名|收货人|收件人|联系人|姓名|名字|昵称|receiver|name"
_MOBILE_LABEL = r"手机号码|手机号|手机|联系电话|联系方式|电话号码|电话|座机|固话|mobile|phone|tel"
_AREA_LABEL = r"所在地区|所在区域|省市区|地区"
_PLACE_LABEL = r"详细地址|收货地址|收件地址|街道地址|详细住址|地址|住址|address"
_OTHER_LABEL = r"邮政编码|邮编|电子邮箱|邮箱|email|e-mail|zip"
_LABEL = re.compile(
    rf"(?:(?P<name>{_NAME_LABEL})|(?P<mobile>{_MOBILE_LABEL})|(?P<area>{_AREA_LABEL})|(?P<place>{_PLACE_LABEL})"
    rf"|(?P<other>{_OTHER_LABEL}))\s*[:=】\]]\s*",
    re.IGNORECASE,
)
_BARE_LABEL = re.compile("|".join([_NAME_LABEL, _MOBILE_LABEL, _AREA_LABEL, _PLACE_LABEL, _OTHER_LABEL]), re.IGNORECASE)
_EMAIL = re.compile(r"[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}", re.ASCII)
_MOBILE = re.compile(r"(?<!\d)(?:\(?(?:\+|00)?86\)?[\s-]*)?(1[3-9]\d[\s-]?\d{4}[\s-]?\d{4})(?!\d)", re.ASCII)
_TEL = re.compile(
    r"(?<![\d-])(?:(?P<code>0\d{2,3})[\s-]?(?P<number>[2-9]\d{6,7})(?:\s?[-转]\s?(?P<extension>\d{1,6}))?"
    r"|(?P<service>[48]00-?\d{3}-?\d{4}))(?!\d)",
    re.ASCII,
)
_POSTCODE = re.compile(r"(?:邮政编码|邮编)?\s*[:=]?\s*(?<!\d)\d{6}(?!\d)", re.ASCII)
_BREAK = re.compile(r"[\n\r\t,;|，；、。/\\]+|\s{2,}|[\[\]【】<>《》]+")
_TITLE = re.compile(r"\s*(?:先生|女士|小姐|收|\(收\))$")
_EDGES = " :=-_.·'\"()"


@dataclass(frozen=True)
class PastedAddress:
    """The parts that were found; an empty text or None for those that were not."""

    receiver: str
    mobile: str
    tel: str
    email: str
    province: NamedArea | None
    city: NamedArea | None
    district: NamedArea | None
    place: str

    @property
    def missing(self) -> list[str]:
        """The parts that the sender must still fill in."""
        needed = {
            "receiver": self.receiver,
            "mobile": self.mobile,
            "province": self.province,
            "city": self.city,
            "district": self.district,
            "place": self.place,
        }
        return [name for name, value in needed.items() if not value]


@dataclass
class _Piece:
    """A stretch of text between breaks, with the label before it, if there was one."""

    text: str
    label: str = ""


def parse_address(text: str, *, index: AreaIndex) -> PastedAddress:
    """The parts of this pasted text."""
    line = _plain(text)
    email, line = _take(_EMAIL, line)
    mobile, line = _take(_MOBILE, line)
    tel, line = _take_tel(line)
    pieces = _pieces(line)
    receiver = _labelled_name(pieces)
    pieces = _without_postcode([piece for piece in pieces if piece.text])
    chain, before, after, others = _areas(pieces, index)
    loose = [*before, *others]
    if not receiver:
        receiver = _loose_name(loose, after)
    place = " ".join(piece.text for piece in [*after, *loose] if piece.text)
    if not receiver and chain is not None:
        place, receiver = name_at_the_end(place)
    return PastedAddress(
        receiver=receiver[:LONGEST_RECEIVER],
        mobile=re.sub(r"\D", "", mobile)[-11:],
        tel=tel,
        email=email,
        province=chain.province if chain else None,
        city=chain.city if chain else None,
        district=chain.district if chain else None,
        place=place.strip(_EDGES),
    )


def _plain(text: str) -> str:
    """Full-width forms become plain ones, and what nobody sees goes away."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST_PASTE])
    return "".join(one if one in "\n\r\t" or unicodedata.category(one)[0] != "C" else "" for one in folded).strip()


def _take(pattern: re.Pattern[str], line: str) -> tuple[str, str]:
    """What the pattern finds first, and the line with a break in its place."""
    found = pattern.search(line)
    if found is None:
        return "", line
    kept = found.group(1) if pattern.groups else found.group()
    return kept, f"{line[: found.start()]}\n{line[found.end() :]}"


def _take_tel(line: str) -> tuple[str, str]:
    found = _TEL.search(line)
    if found is None:
        return "", line
    if found["service"]:
        number = found["service"]
    else:
        number = f"{found['code']}-{found['number']}" + (f"-{found['extension']}" if found["extension"] else "")
    return number, f"{line[: found.start()]}\n{line[found.end() :]}"


def _pieces(line: str) -> list[_Piece]:
    """The line cut at breaks and labels."""
    pieces: list[_Piece] = []
    label, start = "", 0
    for found in [*_LABEL.finditer(line), None]:
        stretch = line[start : found.start() if found else len(line)]
        parts = [part.strip(_EDGES) for part in _BREAK.split(stretch)]
        parts = [part for part in parts if part]
        # A label speaks for what stands right behind it.
        pieces += [_Piece(part, label if number == 0 else "") for number, part in enumerate(parts)]
        if found:
            label, start = found.lastgroup or "", found.end()
    # A label whose value was taken out as a number may stand there without its colon.
    bare = re.compile(
        rf"^(?:{_NAME_LABEL}|{_MOBILE_LABEL}|{_AREA_LABEL}|{_PLACE_LABEL}|{_OTHER_LABEL})$", re.IGNORECASE
    )
    return [piece for piece in pieces if not bare.match(piece.text)]


def _labelled_name(pieces: list[_Piece]) -> str:
    """The name behind 收货人：, taken out of the pieces. Words behind it in the same piece stay."""
    for piece in pieces:
        if piece.label == "name":
            name, _space, rest = piece.text.partition(" ")
            if not name.isascii():
                piece.text, piece.label = rest.strip(_EDGES), ""
                return _without_title(name)
            name, piece.text = piece.text, ""
            return name
    return ""


def _without_postcode(pieces: list[_Piece]) -> list[_Piece]:
    return [piece for piece in pieces if not _POSTCODE.fullmatch(piece.text)]


def _areas(pieces: list[_Piece], index: AreaIndex) -> tuple[Chain | None, list[_Piece], list[_Piece], list[_Piece]]:
    """The areas, what stood before them in their piece, what came right behind them, and all other pieces."""
    joined, starts = "", []
    for piece in pieces:
        starts.append(len(joined))
        joined += piece.text + "\n"
    chain = index.best_chain(joined)
    if chain is None:
        return None, [], [], _split(pieces)
    first = max(number for number, start in enumerate(starts) if start <= chain.start)
    last = max(number for number, start in enumerate(starts) if start < chain.end)
    before = _Piece(joined[starts[first] : chain.start].strip(_EDGES))
    rest = joined[chain.end : starts[last] + len(pieces[last].text)].strip(_EDGES)
    after = _split([_Piece(rest, "place")]) if rest else []
    others = [*pieces[:first], *pieces[last + 1 :]]
    return chain, _split([before]) if before.text else [], after, _split(others)


def _split(pieces: list[_Piece]) -> list[_Piece]:
    """Single spaces part the pieces too, except inside Latin names."""
    parted = []
    for piece in pieces:
        for number, raw in enumerate(re.split(r"(?<![A-Za-z.])\s+|\s+(?![A-Za-z])", piece.text)):
            if word := raw.strip(_EDGES):
                parted.append(_Piece(word, piece.label if number == 0 else ""))
    return parted


def _loose_name(loose: list[_Piece], after: list[_Piece]) -> str:
    """The piece that reads most like a person's name, taken out of where it was."""
    # What follows the areas is the street, unless the street is clearly somewhere else.
    street_elsewhere = any(reads_as_address(piece.text) for piece in [*loose, *after[1:]])
    candidates = [piece for piece in loose if piece.label not in {"place", "area"}]
    candidates += [*reversed(after[1:]), *(after[:1] if street_elsewhere else [])]
    for strict in (True, False):
        for piece in candidates:
            name = _without_title(piece.text)
            if reads_as_name(name, strict=strict) and not reads_as_address(name):
                piece.text = ""
                return name
    return ""


def _without_title(name: str) -> str:
    """黄大宝先生 is 黄大宝, but 黄先生 stays: it is all we know."""
    bare = _TITLE.sub("", name)
    return bare if len(bare) > 1 else name
