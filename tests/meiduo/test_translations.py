"""The English texts are complete, say the same as the Chinese, and the compiled file is theirs."""

import ast
import gettext
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

FOLDER = Path(settings.LOCALE_PATHS[0]) / "en" / "LC_MESSAGES"
ROOT = FOLDER.parents[3]
SOURCES = ["accounts", "api", "cms", "media", "search", "shop", "tasks", "site/kernel", "site/meiduo"]

PLACEHOLDER = re.compile(r"%\(\w+\)[-#0+ ]*[\d.]*[a-zA-Z]|\{\w*\}|</?\w+[^>]*>")
#: Chinese characters, and the punctuation that only stands between them.
CHINESE = re.compile(r"[\u3001-\u303f\u3400-\u9fff\uff00-\uffef]")


@dataclass
class Entry:
    """One message of a .po file: its forms in the source language, and in English."""

    context: str = ""
    source: list[str] = field(default_factory=list)
    english: list[str] = field(default_factory=list)
    is_fuzzy: bool = False

    @property
    def key(self):
        """As compiled files name it."""
        return f"{self.context}\x04{self.source[0]}" if self.context else self.source[0]

    @property
    def compiled(self):
        """What a compiled file must hold of it."""
        if len(self.source) == 1:
            return {self.key: self.english[0]}
        return {(self.key, number): text for number, text in enumerate(self.english)}


def _entry(block):
    entry = Entry()
    parts = []
    for line in block.splitlines():
        if line.startswith("#"):
            entry.is_fuzzy |= line.startswith("#,") and "fuzzy" in line
        elif line.startswith('"'):
            parts[-1] += ast.literal_eval(line)
        else:
            keyword, text = line.split(" ", 1)
            if keyword == "msgctxt":
                parts = [""]
            else:
                parts = entry.english if keyword.startswith("msgstr") else entry.source
                parts.append("")
            parts[-1] += ast.literal_eval(text)
            if keyword == "msgctxt":
                entry.context = parts[-1]
    return entry


@pytest.fixture(scope="module")
def entries():
    blocks = (FOLDER / "django.po").read_text(encoding="utf-8").strip().split("\n\n")
    header, *rest = [_entry(block) for block in blocks]
    assert header.source == [""]
    return rest


def test_the_file_has_no_leftovers(entries):
    written = (FOLDER / "django.po").read_text(encoding="utf-8")

    assert "\n#~" not in written
    assert max(Counter(entry.key for entry in entries).values()) == 1


def test_every_text_has_its_english(entries):
    assert len(entries) > 900
    assert [entry.source[0] for entry in entries if entry.is_fuzzy or not all(map(str.strip, entry.english))] == []


def test_both_numbers_of_a_plural_have_their_english(entries):
    plurals = [entry for entry in entries if len(entry.source) > 1]

    assert plurals
    assert [entry.source[0] for entry in plurals if len(entry.english) != 2] == []


def _called_texts(path):
    """The texts that a module hands to gettext, under whatever name it imported it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if "gettext" in alias.name
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield from [node.args[0].value] if isinstance(node.args[0], ast.Constant) else []


def test_every_text_of_the_code_is_in_the_file(entries):
    known = {entry.source[0] for entry in entries}
    modules = [module for source in SOURCES for module in sorted((ROOT / source).rglob("*.py"))]

    missing = [
        f"{module.relative_to(ROOT)}: {text}"
        for module in modules
        for text in _called_texts(module)
        if text not in known
    ]

    assert len(modules) > 100
    assert missing == [], "run makemessages -l en, translate, compilemessages -l en"


def test_what_is_filled_in_is_the_same_in_both_languages(entries):
    def told(text):
        return Counter(PLACEHOLDER.findall(text)), text.startswith("\n"), text.endswith("\n")

    differing = [
        (entry.source[0], text) for entry in entries for text in entry.english if told(text) != told(entry.source[0])
    ]

    assert differing == []


def test_no_chinese_is_left_in_the_english(entries):
    assert [text for entry in entries for text in entry.english if CHINESE.search(text)] == []


def test_the_compiled_file_says_what_the_written_one_says(entries):
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = dict(gettext.GNUTranslations(file)._catalog)
    del compiled[""]

    written = {}
    for entry in entries:
        written |= entry.compiled

    assert compiled == written


def test_a_plural_is_counted_in_english():
    chinese = "%(count)s 件商品已更新"

    with translation.override("en"):
        assert translation.ngettext(chinese, chinese, 1) == "%(count)s product updated"
        assert translation.ngettext(chinese, chinese, 2) == "%(count)s products updated"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "answered", "message"),
    [("en", "en", "There is no such product"), ("zh-hans", "zh-hans", "商品不存在")],
)
def test_the_api_tells_an_error_in_the_language_asked_for(client, asked, answered, message):
    response = client.get("/api/v1/skus/987654321/", headers={"Accept-Language": asked})

    assert response.status_code == 404
    assert response["Content-Language"] == answered
    assert message in response.json()["message"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "reason"), [("en", "Must be at most 128 characters long"), ("zh-hans", "长度最多为 128")]
)
def test_limits_are_filled_into_the_text_of_either_language(client, asked, reason):
    response = client.post(
        "/api/v1/authorizations/",
        {"username": "someone", "password": "y" * 300},
        content_type="application/json",
        headers={"Accept-Language": asked},
    )

    assert response.status_code == 400
    assert [problem["message"] for problem in response.json()["errors"]] == [reason]
