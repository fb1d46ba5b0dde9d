"""Wagtail's own screens, where its Chinese ends."""

import gettext
import re
from pathlib import Path

import pytest
from django.urls import reverse

from tests.factories.staff import logged_in, superuser

FOLDER = Path(__file__).resolve().parents[2] / "site" / "locale" / "zh_Hans" / "LC_MESSAGES"


def _entries(po):
    """Each message of a .po file whose parts stand on one line each, as ours do: the first form and its text."""
    found = re.findall(r'^msgid "(.+)"\n(?:msgid_plural ".+"\n)?msgstr(?:\[0\])? "(.+)"$', po, re.MULTILINE)
    return {key.replace('\\"', '"'): text.replace('\\"', '"') for key, text in found}


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_compiled_file_says_what_the_written_one_says(domain):
    written = _entries((FOLDER / f"{domain}.po").read_text(encoding="utf-8"))
    with (FOLDER / f"{domain}.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog

    assert len(written) > 10
    assert {key: compiled.get(key, compiled.get((key, 0))) for key in written} == written


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["spu:index", "spu:add", "category:index", "brand:index", "stockmovement:index"])
def test_the_screens_of_the_catalog_have_no_english_sentence(name):
    page = logged_in(superuser()).get(reverse(name)).content.decode()
    shown = re.sub(r"<(script|style|template)\b.*?</\1>|<[^>]+>", "\n", page, flags=re.DOTALL)

    sentences = re.findall(r"[A-Z][a-z]+(?: [a-z]+){2,}", shown)

    assert sentences == []
