"""Searching as buyers do it, with the database engine."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from kernel import clock
from search import indexer, queries, querylog, terms, words
from search.engine import DEEPEST_HIT, Question
from search.models import HotWord, Placement, QueryClick, QueryCount, Synonym, Term
from search.text import canonical
from shop.catalog.errors import PriceRangeReversed
from shop.catalog.models import Sku
from tests.search.catalog import product, sku

pytestmark = pytest.mark.django_db

PHONES = ("手机数码", "手机通讯", "手机")


def search(text: str = "", **choices):
    return queries.search(Question(at=clock.now(), text=text, **choices))


def names(text: str = "", **choices) -> list[str]:
    return [found.card.name for found in search(text, **choices).rows]


@pytest.fixture
def phones() -> list[Sku]:
    made = [
        sku(product("华为手机", brand="华为", way=PHONES), sales=9),
        sku(product("荣耀手机", brand="荣耀", way=PHONES), sales=5),
        sku(product("小米手机", brand="小米", way=PHONES), sales=1),
    ]
    indexer.upsert([one.pk for one in made])
    terms.refresh()
    return made


def placed(text: str, one: Sku, kind: str, rank: int = 0) -> None:
    Placement.objects.create(text=text, folded=canonical(text), spu=one.spu, kind=kind, rank=rank)


def test_pins_stand_on_top_in_staffs_order_and_pages_go_on_behind_them(phones):
    placed("手機", phones[2], "pin", 1)
    placed("手机 ", phones[1], "pin", 2)

    assert names("手机") == ["小米手机", "荣耀手机", "华为手机"]
    assert names("手机", limit=2) == ["小米手机", "荣耀手机"]
    assert names("手机", limit=2, offset=2) == ["华为手机"]
    assert search("手机").count == 3


def test_a_pin_needs_no_word_but_must_fit_the_filters(phones):
    tablet = sku(product("平板", brand="华为", way=("数码", "电脑", "平板")), price="3000.00")
    indexer.upsert([tablet.pk])
    placed("手机", tablet, "pin")

    assert names("手机")[0] == "平板"
    assert "平板" not in names("手机", max_price=Decimal("200.00"))
    assert "平板" not in names("荣耀")


def test_pins_are_in_every_count_whether_or_not_their_words_fit(phones):
    tablet = sku(product("平板", brand="华为", way=("数码", "电脑", "平板")), price="3000.00", options={"颜色": "金色"})
    indexer.upsert([tablet.pk])
    huawei = tablet.spu.brand_id
    placed("手机", tablet, "pin")
    placed("手机", phones[0], "pin", 1)

    counts = search("手机", facets=True).counts
    chosen = search("手机", facets=True, brand_ids=(phones[1].spu.brand_id,)).counts

    assert search("手机").count == 4
    assert counts.brands[huawei] == 2
    assert counts.specs == {"颜色": {"金色": 1}}
    assert sum(counts.brands.values()) == counts.in_stock == 4
    assert counts.max_price == Decimal("3000.00")
    assert chosen.brands == counts.brands, "what was chosen in a facet does not narrow that facet"
    assert chosen.in_stock == 1


def test_a_hidden_product_is_not_in_the_answer_to_that_text_only(phones):
    placed("手机", phones[0], "hide")

    assert names("手机") == ["荣耀手机", "小米手机"]
    assert names("华为手机") == ["华为手机"]


def test_pins_do_not_disturb_an_order_that_the_buyer_chose(phones):
    placed("手机", phones[2], "pin")

    assert names("手机", ordering="-sales") == ["华为手机", "荣耀手机", "小米手机"]


def test_synonyms_of_staff_find_each_other_and_one_way_ones_do_not(phones):
    Synonym.objects.create(words="大哥大,手机", one_way=True)
    Synonym.objects.create(words="遥遥领先，华为")

    assert len(names("大哥大")) == 3
    assert names("遥遥领先手机")[0] == "华为手机"


@pytest.mark.parametrize("meant_as", ["手基", "收机", "守机"])
def test_what_sounds_alike_is_offered_and_not_mixed_in(phones, meant_as):
    result = search(meant_as)

    assert result.count == 0
    assert list(result.rows) == []
    assert result.did_you_mean == "手机"


@pytest.mark.parametrize(("typed", "meant"), [("shouju", "手机"), ("xaiomi", "小米"), ("华伟手机", "华为手机")])
def test_a_mistyped_word_is_offered_as_it_was_meant(phones, typed, meant):
    result = search(typed)

    assert result.did_you_mean == meant


def test_nothing_is_offered_where_something_is_found_or_nothing_is_near(phones):
    assert search("手机").did_you_mean is None
    assert search("饕餮盛宴").did_you_mean is None
    assert search("").did_you_mean is None


def test_prices_the_wrong_way_round_are_refused(phones):
    with pytest.raises(PriceRangeReversed):
        search("手机", min_price=Decimal(2), max_price=Decimal(1))


def test_deeper_than_anybody_reads_is_an_empty_page_with_the_count(phones):
    result = search("手机", offset=DEEPEST_HIT, limit=10)

    assert list(result.rows) == []
    assert result.count == 3


def test_the_same_queries_for_one_row_and_for_thirty(phones, django_assert_num_queries, django_assert_max_num_queries):
    more = [sku(product(f"华为手机 {n}", brand="华为", way=PHONES)) for n in range(30)]
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as few:
        search("手机", facets=True)
    indexer.upsert([one.pk for one in more])
    with CaptureQueriesContext(connection) as many:
        assert len(search("手机", facets=True, limit=30).rows) == 30

    assert len(few) == len(many)


def test_an_upsert_reads_in_the_same_queries_for_one_and_for_thirty(phones):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    more = [sku(product(f"华为手机 {n}", brand="华为", way=PHONES)) for n in range(30)]
    with CaptureQueriesContext(connection) as one:
        indexer.upsert([more[0].pk])
    with CaptureQueriesContext(connection) as many:
        indexer.upsert([sku.pk for sku in more])

    assert len(many) <= len(one) + 2


def test_edits_that_wait_are_indexed_together_and_the_tasks_behind_find_nothing_to_do(phones, monkeypatch):
    from shop.catalog.services import skus_changed

    written = []
    real = indexer.write_to

    def counted(one, documents, *rest, **more):
        written.append(len(documents))
        return real(one, documents, *rest, **more)

    monkeypatch.setattr(indexer, "write_to", counted)
    for one in phones:
        skus_changed([one.pk])

    indexer.catch_up([phones[1].pk])
    indexer.catch_up([phones[0].pk])
    indexer.catch_up([phones[2].pk])

    assert written == [3]
    assert not Sku.objects.filter(index_dirty_at__isnull=False).exists()


def test_a_deleted_sku_is_found_no_more_though_it_has_no_mark(phones):
    gone = phones[0].pk
    Sku.objects.filter(pk=gone).delete()

    indexer.catch_up([gone])

    assert gone not in {pk for batch in indexer.every_engine()[0].sku_ids() for pk in batch}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("手", "手机"),
        ("shou", "手机"),
        ("sj", "手机"),
        ("hua", "华为"),
        ("hw", "华为"),
        ("华为手", "华为手机"),
    ],
)
def test_suggestions_come_by_characters_pinyin_and_first_letters(phones, typed, expected):
    assert expected in [one.text for one in words.suggestions(typed)]


def test_past_searches_that_found_something_are_suggested(phones):
    querylog.log.record("手机壳透明", found=3)
    querylog.log.record("手机壳没有", found=0)
    querylog.log.flush()

    texts = [one.text for one in words.suggestions("手机壳")]

    assert texts == ["手机壳透明"]


@pytest.mark.parametrize("typed", ["", "   ", "😀", "%", "_", "\x00", "'"])
def test_nothing_typed_suggests_nothing(phones, typed):
    assert words.suggestions(typed) == []


def test_hot_words_are_staffs_first_then_the_measured(phones):
    HotWord.objects.create(text="新品手机", rank=1)
    HotWord.objects.create(text="年货节", rank=0)
    HotWord.objects.create(text="旧词", rank=2, is_shown=False)
    HotWord.objects.create(text="明天", rank=0, starts_at=clock.now() + timedelta(days=1))
    today = timezone.localdate()
    for text, count, found in [("耳机", 5, 1), ("手机", 9, 1), ("没有", 99, 0), ("旧词", 50, 1), ("年货节", 70, 1)]:
        QueryCount.objects.create(day=today, text=text, count=count, found=found)
    QueryCount.objects.create(day=today - timedelta(days=30), text="很久以前", count=999, found=1)

    assert words.hot_words() == ["年货节", "新品手机", "手机", "耳机"]


def test_searches_are_counted_together_and_by_day(phones):
    for _ in range(3):
        search("手机")
    search("手機")
    search("手机", offset=10)
    querylog.log.flush()

    row = QueryCount.objects.get()
    assert (row.text, row.count, row.found) == ("手机", 4, 3)


@pytest.mark.parametrize(
    "text", ["13812345678", "138 1234 5678", "a@b.cn", "身份证110101199003070000", "手机" * 20, ""]
)
def test_what_may_say_something_of_a_person_is_not_counted(text):
    querylog.log.record(text, found=1)
    querylog.log.flush()

    assert not QueryCount.objects.exists()


def test_counts_expire(settings):
    settings.SEARCH_LOG_DAYS = 7
    today = timezone.localdate()
    QueryCount.objects.create(day=today - timedelta(days=8), text="旧", count=1)
    QueryCount.objects.create(day=today, text="新", count=1)

    assert querylog.expire() == 1
    assert QueryCount.objects.get().text == "新"


def test_a_click_counts_for_a_text_that_was_searched_and_for_no_other(phones):
    search("手机")
    querylog.log.flush()

    for _ in range(2):
        querylog.record_click(text="手機", sku_id=phones[0].pk, address="192.0.2.1")
    querylog.record_click(text="没人搜过", sku_id=phones[0].pk, address="192.0.2.1")

    click = QueryClick.objects.get()
    assert (click.text, click.count) == ("手机", 2)


def test_a_flood_of_clicks_from_one_address_counts_up_to_the_limit_and_fails_nobody(phones, settings):
    settings.SEARCH_CLICKS_PER_MINUTE = 3
    search("手机")
    querylog.log.flush()

    for _ in range(9):
        querylog.record_click(text="手机", sku_id=phones[0].pk, address="192.0.2.1")
    assert QueryClick.objects.get().count == 3
    querylog.record_click(text="手机", sku_id=phones[0].pk, address="192.0.2.2")

    assert QueryClick.objects.get().count == 4


def test_a_click_whose_limit_cannot_be_counted_is_dropped_and_fails_nobody(phones, monkeypatch):
    search("手机")
    querylog.log.flush()
    monkeypatch.setattr("kernel.limits.take", lambda *rules: (_ for _ in ()).throw(OSError("store down")))

    querylog.record_click(text="手机", sku_id=phones[0].pk, address="192.0.2.1")

    assert not QueryClick.objects.exists()


def test_counts_wait_for_a_moment_or_the_end_of_the_process_and_are_written_once(db, settings):
    settings.SEARCH_LOG_SECONDS = 10
    coming, ends = [], []
    log = querylog.QueryLog(later=lambda seconds, action: coming.append((seconds, action)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(querylog.atexit, "register", ends.append)
        patch.setattr(querylog.connections, "close_all", lambda: None)
        log.record("手机", found=3)
        log.record("手机", found=None, times=4)
        log.record("耳机", found=0)
        assert not QueryCount.objects.exists()
        assert [seconds for seconds, _action in coming] == [10]
        coming[0][1]()
        assert sorted(QueryCount.objects.values_list("text", "count", "found")) == [("手机", 5, 3), ("耳机", 1, 0)]

        log.record("手机", found=None, times=2)
        assert len(coming) == 2
        assert len(ends) == 1
        ends[0]()
        coming[1][1]()

    assert QueryCount.objects.get(text="手机").count == 7
    assert QueryCount.objects.get(text="手机").found == 3


def test_terms_follow_the_products(phones):
    assert Term.objects.get(kind="category", text="手机").weight == 3
    Sku.objects.all().delete()
    for one in phones:
        one.spu.delete()

    terms.refresh()

    assert not Term.objects.exists()
