"""One spelling for everything that is searched: what is indexed and what is asked go the same way."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

#: Longer questions are refused at the edge; engines never see more than this.
LONGEST = 100

_CJK = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CJK_RUN = re.compile(rf"[{_CJK}]+")
_WORD = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_AMOUNT = re.compile(
    r"(\d+(?:\.\d+)?)\s*(gb|tb|mb|kg|ml|mah|mm|cm|英寸|公斤|千克|毫升|毫安时|毫安|厘米|毫米|毫克|升|寸|克|瓦|匹|w|l|g|t"
    r"|[段片包盒条人岁码米支瓶袋罐抽卷件只双])(?![a-z])"
)
_UNITS = {
    "gb": "g",
    "tb": "t",
    "mb": "m",
    "英寸": "寸",
    "公斤": "kg",
    "千克": "kg",
    "毫升": "ml",
    "毫安时": "mah",
    "毫安": "mah",
    "厘米": "cm",
    "毫米": "mm",
    "毫克": "mg",
    "升": "l",
    "克": "g",
    "瓦": "w",
}
_LETTER_DIGIT = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")
#: An amount no longer than this stays one word; a longer one would come within a typo of its neighbours.
_SHORT_AMOUNT = 4
_SHORT_TEXT = 40


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    path = Path(__file__).parent / "data" / "traditional.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (pair for line in lines if not line.startswith("#") for pair in line.split())
    return {ord(pair[0]): pair[1] for pair in pairs}


def folded(text: str) -> str:
    """The same text in lower case, half width and simplified characters, one character for each where that is possible.

    Control characters (NUL breaks PostgreSQL) become spaces.
    """
    plain = unicodedata.normalize("NFKC", text).lower().translate(_simplified())
    if plain.isprintable():
        return plain
    return "".join(" " if unicodedata.category(one)[0] == "C" else one for one in plain)


def canonical(text: str) -> str:
    """The words of this text as they are indexed and asked, separated by single spaces.

    Amounts get one unit (256GB and 256G, 500升 and 500L are the same); letters and digits part
    (iPhone16 is iphone 16); punctuation is gone, so nothing in it can be an engine's operator.
    """
    return _canonical_kept(text) if len(text) <= _SHORT_TEXT else _canonical(text)


def _canonical(text: str) -> str:
    plain = _AMOUNT.sub(_amount, folded(text))
    words: list[str] = []
    for word in _WORD.findall(plain):
        if is_chinese(word) or _is_short_amount(word):
            words.append(word)
        else:
            words.extend(_LETTER_DIGIT.sub(" ", word).split())
    return " ".join(words)


#: Names of brands, categories and options come again with every SKU.
_canonical_kept = lru_cache(maxsize=8_000)(_canonical)


def _amount(found: re.Match[str]) -> str:
    number, unit = found.group(1), _UNITS.get(found.group(2), found.group(2))
    glued = f"{number}{unit}"
    return f" {glued} " if "." not in number and len(glued) <= _SHORT_AMOUNT else f" {number} {unit} "


def _is_short_amount(word: str) -> bool:
    return len(word) <= _SHORT_AMOUNT and re.fullmatch(r"\d+(?:g|t|m|kg|ml|mah|mm|cm|mg|l|w)", word) is not None


def is_chinese(text: str) -> bool:
    """Whether this text is Chinese characters and nothing else."""
    return _CJK_RUN.fullmatch(text) is not None


def chinese_runs(text: str) -> list[str]:
    """The unbroken runs of Chinese characters in this text, in order."""
    return _CJK_RUN.findall(text)


def pairs(run: str) -> list[str]:
    """Every two neighbours in a run of Chinese characters; a run of one is itself."""
    return [run[i : i + 2] for i in range(len(run) - 1)] if len(run) > 1 else [run]


@lru_cache(maxsize=10_000)
def spelled_out(pair: str) -> str:
    """A pair of characters as one word of letters, so that no engine's word breaker takes it apart.

    It begins as nothing that people type does, lest the start of a word they type fits it.
    """
    return "zzzq" + "".join(_letters(ord(one)) for one in pair)


def _letters(number: int) -> str:
    found = ""
    for _ in range(4):
        number, digit = divmod(number, 26)
        found = chr(ord("a") + digit) + found
    return found
