"""Trees, lists, cards, matrices: what the selectors give, whoever asks."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from kernel import clock, tally
from shop.catalog.errors import BrandNotFound, CategoryNotFound, PriceRangeReversed, SkuNotFound
from shop.catalog.models import Sku, Spu
from shop.catalog.selectors import (
    LOW,
    SkuFilters,
    StockState,
    brand_by_id,
    brands_in,
    breadcrumb,
    cards_by_id,
    category_tree,
    children_of,
    for_cards,
    ids_below,
    shown_category,
    sku_cards,
    sku_detail,
    skus_in_category,
    skus_of_brand,
    spec_matrix,
    stock_left,
    stock_state,
)
from shop.catalog.services import views
from tests.factories.catalog import (
    BrandFactory,
    CategoryFactory,
    LeafCategoryFactory,
    MallImageFactory,
    SkuFactory,
    SpuFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_tallies(settings, tmp_path):
    settings.TALLY_DIR = tmp_path


# -- stock, in words


@pytest.mark.parametrize(
    ("stock", "state", "left"),
    [
        (-1, StockState.SOLD_OUT, 0),
        (0, StockState.SOLD_OUT, 0),
        (1, StockState.LOW, 1),
        (LOW, StockState.LOW, LOW),
        (LOW + 1, StockState.IN_STOCK, None),
    ],
)
def test_stock_is_told_in_words_and_in_numbers_only_where_it_is_low(stock, state, left):
    assert (stock_state(stock), stock_left(stock)) == (state, left)


# -- categories


def test_a_branch_is_everything_shown_under_a_category():
    leaf = LeafCategoryFactory()
    CategoryFactory(parent=leaf.parent, is_shown=False)
    LeafCategoryFactory()

    assert set(ids_below(leaf.parent.parent_id)) == {leaf.parent.parent_id, leaf.parent_id, leaf.pk}
    assert ids_below(leaf.pk) == [leaf.pk]


@pytest.mark.parametrize("hidden", ["is_shown", "parent__is_shown", "parent__parent__is_shown"])
def test_a_category_is_not_there_if_it_or_anything_above_it_is_hidden(hidden):
    leaf = LeafCategoryFactory(**{hidden: False})

    for ask in (ids_below, shown_category):
        with pytest.raises(CategoryNotFound):
            ask(leaf.pk)
    with pytest.raises(CategoryNotFound):
        skus_in_category(category_id=leaf.pk)


def test_the_tree_is_empty_in_an_empty_shop_and_keeps_the_order():
    assert category_tree() == []
    first, second = CategoryFactory(sort_order=5), CategoryFactory(sort_order=4)

    assert [node.id for node in category_tree()] == [second.pk, first.pk]
    assert children_of(first.pk) == []


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_way_has_as_many_steps_as_its_category_is_deep(level, django_assert_num_queries):
    leaf = LeafCategoryFactory()
    line = [leaf.parent.parent, leaf.parent, leaf]

    with django_assert_num_queries(1):
        way = breadcrumb(shown_category(line[level - 1].pk))

    assert [way.cat1, way.cat2, way.cat3] == [*line[:level], *([None] * (3 - level))]


# -- lists


def test_a_reversed_price_range_is_refused_and_an_equal_one_is_not():
    leaf = LeafCategoryFactory()

    with pytest.raises(PriceRangeReversed):
        skus_in_category(category_id=leaf.pk, filters=SkuFilters(min_price=2, max_price=1))
    assert list(skus_in_category(category_id=leaf.pk, filters=SkuFilters(min_price=1, max_price=1))) == []


def test_a_brand_that_does_not_exist_has_no_list():
    with pytest.raises(BrandNotFound):
        brand_by_id(1)
    with pytest.raises(BrandNotFound):
        skus_of_brand(brand_id=1)


def test_brands_in_a_category_come_in_the_merchants_order():
    leaf = LeafCategoryFactory()
    last, first = BrandFactory(sort_order=2), BrandFactory(sort_order=1)
    for brand in (last, first, first):
        SkuFactory(spu__category=leaf, spu__brand=brand)

    assert brands_in([leaf.pk]) == [first, last]
    assert brands_in([]) == []


def test_cards_come_in_the_order_asked_for_and_leave_out_what_is_not_on_sale(django_assert_num_queries):
    made = [SkuFactory(default_image=MallImageFactory()) for _ in range(3)]
    gone = SkuFactory(is_on_sale=False)
    wanted = [made[2].pk, gone.pk, made[0].pk, 999_999, made[2].pk, made[1].pk]
    cards_by_id(wanted)

    with django_assert_num_queries(1):
        cards = cards_by_id(wanted)

    assert [card.id for card in cards] == [made[2].pk, made[0].pk, made[1].pk]
    assert all(card.default_image_url == card.images["card"] for card in cards)


def test_cards_by_id_are_the_cards_of_every_other_list_whatever_their_number():
    own, of_the_product = MallImageFactory(), MallImageFactory()
    made = [
        SkuFactory(default_image=own, spu__default_image=of_the_product, market_price="9999.00"),
        SkuFactory(spu__default_image=of_the_product, stock=0),
        *SkuFactory.create_batch(99),
    ]

    for number in (1, 2, 10, 11, 100, 101):
        wanted = [one.pk for one in made[:number]]
        others = sku_cards(for_cards(Sku.objects.filter(pk__in=wanted)).order_by("pk"))
        assert cards_by_id(sorted(wanted)) == others
    assert None not in (others[0].images, others[1].images)
    assert others[0].images != others[1].images
    assert others[2].images is None


def test_each_moment_has_its_own_cards():
    sku, now = SkuFactory(), clock.now()
    Spu.objects.filter(pk=sku.spu_id).update(on_sale_at=now + timedelta(hours=1), off_sale_at=now + timedelta(hours=2))

    for hours, shown in ((0, False), (1, True), (1.5, True), (2, False)):
        with clock.seen_at(now + timedelta(hours=hours)):
            assert bool(cards_by_id([sku.pk])) is shown


def test_nothing_asked_gives_no_cards():
    assert cards_by_id([]) == []


# -- one SKU


def test_a_sku_that_is_not_on_sale_has_no_page():
    for sku in (SkuFactory(is_on_sale=False), SkuFactory(spu__status=Spu.Status.OFF_SALE)):
        with pytest.raises(SkuNotFound):
            sku_detail(sku.pk)


def test_a_matrix_of_three_specs_leads_one_step_in_each_direction():
    spu = SpuFactory()
    by = {
        (a, b, c): SkuFactory(spu=spu, options={"甲": a, "乙": b, "丙": c})
        for a in "12"
        for b in "12"
        for c in "12"
        if (a, b, c) != ("2", "1", "1")
    }

    matrix = spec_matrix(by["1", "1", "1"], Sku.objects.filter(spu=spu))

    leads = {spec.name: [one.sku_id for one in spec.options] for spec in matrix}
    assert leads == {
        "甲": [by["1", "1", "1"].pk, None],
        "乙": [by["1", "1", "1"].pk, by["1", "2", "1"].pk],
        "丙": [by["1", "1", "1"].pk, by["1", "1", "2"].pk],
    }


def test_a_sku_that_lacks_an_option_is_reached_only_by_one_that_lacks_it_too():
    spu = SpuFactory()
    whole = SkuFactory(spu=spu, options={"颜色": "黑", "内存": "8"})
    partial = SkuFactory(spu=spu, options={"颜色": "白"})

    colours, memory = spec_matrix(partial, Sku.objects.filter(spu=spu))

    assert {one.value: one.sku_id for one in colours.options} == {"黑": None, "白": partial.pk}
    assert [one.selected for one in memory.options] == [False]
    assert whole.pk not in [one.sku_id for one in colours.options]


def test_two_skus_with_the_same_options_do_not_break_the_matrix():
    spu = SpuFactory()
    first = SkuFactory(spu=spu, options={"颜色": "黑"})
    SkuFactory(spu=spu, options={"颜色": "黑"})
    white = SkuFactory(spu=spu, options={"颜色": "白"})

    (colours,) = spec_matrix(white, Sku.objects.filter(spu=spu))

    assert {one.value: one.sku_id for one in colours.options} == {"黑": first.pk, "白": white.pk}


# -- views


def test_views_of_several_skus_add_up_on_their_products(django_assert_num_queries):
    first, second = SkuFactory(), SkuFactory()
    sibling = SkuFactory(spu=first.spu)
    Spu.objects.filter(pk=first.spu_id).update(views=10)
    for sku in (first, sibling, sibling, second):
        views.count_view(sku.pk)

    with django_assert_num_queries(2):
        assert views.flush_views() == 4

    assert Spu.objects.get(pk=first.spu_id).views == 13
    assert Spu.objects.get(pk=second.spu_id).views == 1


def test_views_that_could_not_be_written_are_counted_the_next_time(monkeypatch):
    monkeypatch.setattr(views, "BATCH", 1)
    skus = [SkuFactory() for _ in range(3)]
    for sku in skus:
        views.count_view(sku.pk)
    real, calls = views._add, []

    def once(by_spu):
        calls.append(by_spu)
        if len(calls) == 2:
            raise OperationalError("lock timeout")
        real(by_spu)

    monkeypatch.setattr(views, "_add", once)
    with pytest.raises(OperationalError):
        views.flush_views()
    monkeypatch.undo()

    assert views.flush_views() == 2
    assert [Spu.objects.get(pk=sku.spu_id).views for sku in skus] == [1, 1, 1]
    assert tally.drain(views.VIEWS) == {}
