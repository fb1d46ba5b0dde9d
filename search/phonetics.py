"""How Chinese is typed without a Chinese keyboard: full pinyin and initials, of words and of parts of names.

The characters of a whole run decide each reading (重庆 is chongqing, 重量 zhongliang), by the phrases
of pypinyin and those below that shops need beside them.
"""

from collections.abc import Iterable
from functools import lru_cache

from pypinyin import Style, lazy_pinyin, load_phrases_dict

from search.text import canonical, chinese_runs

load_phrases_dict(
    {
        "长粒香": [["cháng"], ["lì"], ["xiāng"]],
        "长粒": [["cháng"], ["lì"]],
        "长款": [["cháng"], ["kuǎn"]],
        "中长款": [["zhōng"], ["cháng"], ["kuǎn"]],
        "重装": [["zhòng"], ["zhuāng"]],
        "单肩": [["dān"], ["jiān"]],
        "大疆": [["dà"], ["jiāng"]],
        "调味": [["tiáo"], ["wèi"]],
        "行车": [["xíng"], ["chē"]],
        "冠益乳": [["guàn"], ["yì"], ["rǔ"]],
    }
)

#: How many characters of a name are typed together, at the least and the most.
_SYLLABLES = (2, 4)
_INITIALS = (3, 6)


@lru_cache(maxsize=6_000)
def syllables(run: str) -> tuple[str, ...]:
    """The reading of each character in this run, without tones; ü is typed v."""
    found = lazy_pinyin(run, style=Style.NORMAL)
    # A rare character without a reading comes back joined to its like; each must have its own place.
    return tuple(found) if len(found) == len(run) else tuple(lazy_pinyin(one, style=Style.NORMAL)[0] for one in run)


@lru_cache(maxsize=6_000)
def full(term: str) -> str:
    """A term as one word of letters: 华为手机 → huaweishouji. What is not Chinese stays."""
    return "".join("".join(syllables(word)) if chinese_runs(word) else word for word in canonical(term).split())


@lru_cache(maxsize=6_000)
def initials(term: str) -> str:
    """The first letters of a term: 手机 → sj."""
    return "".join(
        "".join(one[0] for one in syllables(word)) if chinese_runs(word) else word for word in canonical(term).split()
    )


def _windows(sizes: tuple[int, int], count: int) -> Iterable[tuple[int, int]]:
    for size in range(sizes[0], sizes[1] + 1):
        for start in range(count - size + 1):
            yield start, start + size


def parts_in_full(text: str) -> list[str]:
    """Every few neighbouring characters of this text as typed in full, each once."""
    found: dict[str, None] = {}
    for run in chinese_runs(canonical(text)):
        read = syllables(run)
        for start, end in _windows(_SYLLABLES, len(read)):
            found["".join(read[start:end])] = None
    return list(found)


def parts_by_initials(text: str) -> list[str]:
    """Every few neighbouring characters of this text as typed by their first letters, each once.

    Three at the least: two letters fit far too much to say anything.
    """
    found: dict[str, None] = {}
    for run in chinese_runs(canonical(text)):
        firsts = "".join(one[0] for one in syllables(run))
        for start, end in _windows(_INITIALS, len(firsts)):
            found[firsts[start:end]] = None
    return list(found)
