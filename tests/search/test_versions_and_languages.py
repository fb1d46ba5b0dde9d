"""An index knows by which version of the code it was built, and there is one for each language."""

import pytest

from kernel import clock
from search import languages, queries
from search.documents import read
from search.engine import Question, engine, every_engine, fallback
from search.engines import database, meilisearch_settings
from search.engines.meilisearch_settings import VERSION, as_stored, digest
from search.indexer import upsert
from search.models import IndexVersion, SearchDocument
from tests.search.catalog import product, sku

pytestmark = pytest.mark.django_db
PHONES = ("手机数码", "手机通讯", "手机")

#: What each version looks like. A change of settings or documents gets a new version and a new line here.
DIGESTS = {3: {"zh-hans": "62a660627384918e", "en": "2ad1b49914e426e4"}}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_change_of_the_settings_is_a_new_version(language):
    assert digest(language) == DIGESTS[VERSION][language]


@pytest.fixture
def phone():
    one = sku(product("华为手机", brand="华为", way=PHONES))
    upsert([one.pk])
    return one


def test_an_empty_index_lacks_nothing_and_one_that_was_filled_by_this_code_neither(db):
    assert fallback().status().outdated == ""
    upsert([sku(product("华为手机", brand="华为", way=PHONES)).pk])

    assert fallback().status().outdated == ""
    assert IndexVersion.objects.get().version == database.VERSION


def test_what_an_older_version_built_is_named_until_it_is_rebuilt(phone):
    IndexVersion.objects.update(version=1)
    assert "version 1" in fallback().status().outdated

    one = fallback()
    one.swap(one.begin())

    assert one.status().outdated == ""


def test_documents_from_before_versions_were_counted_ask_for_a_rebuild(phone):
    IndexVersion.objects.all().delete()
    assert SearchDocument.objects.exists()

    upsert([phone.pk])

    assert "before versions" in fallback().status().outdated


def test_the_doctor_names_it_and_says_how_to_mend_it(phone, monkeypatch):
    from meiduo.parts import Level
    from meiduo.parts.search import examine

    # It would close the test's own.
    monkeypatch.setattr("meiduo.parts.search.close_old_connections", lambda: None)
    IndexVersion.objects.update(version=1)

    told = [(found.level, found.said, found.fix) for found in examine()]

    assert (
        Level.WARNING,
        f"database: built by version 1, the code has version {database.VERSION}",
        "run: manage.py search_rebuild",
    ) in told


def test_the_night_builds_anew_what_an_older_version_built(phone):
    from tasks.index import mend_index

    IndexVersion.objects.update(version=1)
    mend_index.call_local()

    assert fallback().status().outdated == ""


def test_meilisearch_names_another_version_and_mends_by_a_rebuild(meilisearch, phone, settle):
    from django.core.management import call_command

    upsert([phone.pk])
    settle(meilisearch, meilisearch.write([]))
    assert meilisearch.status().outdated == ""
    IndexVersion.objects.filter(index=meilisearch.index).update(digest="another")
    call_command("search_rebuild", verbosity=0)

    assert meilisearch.status().outdated == ""
    assert IndexVersion.objects.get(index=meilisearch.index).digest == digest("zh-hans")


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("zh-hans", "zh-hans"),
        ("en", "en"),
        ("en-gb", "en"),
        ("zh-hant", "zh-hans"),
        ("fr", "zh-hans"),
        (None, "zh-hans"),
    ],
)
def test_a_language_without_an_index_is_answered_by_its_like_or_the_first(settings, wanted, chosen):
    settings.SEARCH_LANGUAGES = ["zh-hans", "en"]

    assert languages.chosen(wanted) == chosen


def test_each_language_has_an_index_with_settings_and_documents_of_its_own(meilisearch, settings, settle):
    settings.SEARCH_LANGUAGES = ["zh-hans", "en"]
    chinese, english = engine("zh-hans"), engine("en")
    try:
        assert [one.name for one in every_engine()] == ["database", "meilisearch", "meilisearch"]
        one = sku(product("Apple iPhone 16 手机", brand="Apple", way=PHONES))
        upsert([one.pk])
        for each in (chinese, english):
            settle(each, each.write([]))
            assert list(each.status().drift) == []
            assert each._client().index(each.index).get_settings()["localizedAttributes"][0]["locales"] == [
                meilisearch_settings.locale(each.language)
            ]

        def found(text: str, language: str) -> int:
            return queries.search(Question(at=clock.now(), text=text, language=language), logged=False).count

        from tests.search.waiting import until

        until(lambda: found("iphone", "zh-hans") == found("the iphone", "en") == 1)
        assert chinese.index != english.index
        assert found("shouji", "zh-hans") == 1
        document = read([one.pk]).documents[0]
        assert "pinyin" in as_stored(document, "zh-hans")
        assert "pinyin" not in as_stored(document, "en"), "letters are words in English, and no readings"
        assert found("shouji", "fr") == 1
    finally:
        english._client().delete_index(english.index)


def test_the_route_asks_in_the_language_of_its_reader(api, phone, settings, monkeypatch):
    from search import placing

    settings.SEARCH_LANGUAGES = ["zh-hans", "en"]
    asked = []
    real = placing.ask
    monkeypatch.setattr(
        placing, "ask", lambda question, **more: asked.append(question.language) or real(question, **more)
    )

    api.get("/api/v1/skus/search/", {"text": "手机"}, headers={"Accept-Language": "en-GB,en"})
    api.get("/api/v1/skus/search/", {"text": "手机"}, headers={"Accept-Language": "fr"})

    assert asked == ["en", "zh-hans"]
