"""The demo's words: complete, within what the columns hold, and free of contradictions."""

from collections import Counter
from decimal import Decimal

import pytest

from meiduo.demo.data.brands import BRANDS
from meiduo.demo.data.categories import TREE
from meiduo.demo.data.goods import PRODUCTS, PROMISES, combinations, sku_count, top_of
from meiduo.demo.data.pages import ARTICLES, HOT_WORDS, NOTICES
from meiduo.demo.data.shapes import Product, spec
from meiduo.demo.data.stage import CASTS
from meiduo.demo.pictures.kinds import KINDS
from shop.catalog.matrix import MOST_COMBINATIONS, generated_name
from shop.catalog.models import Category, Sku, SpecOption, Spu


def longest(model: type, field: str) -> int:
    return model._meta.get_field(field).max_length


def test_there_is_enough_of_everything():
    branches = [branch for top in TREE for branch in top.branches]
    leaves = [leaf for branch in branches for leaf in branch.leaves]

    assert len(TREE) >= 8
    assert len(TREE) + len(branches) + len(leaves) >= 120
    assert len(BRANDS) >= 30
    assert len(PRODUCTS) >= 60
    assert sum(map(sku_count, PRODUCTS)) >= 250
    assert len(ARTICLES) >= 6


def test_names_that_others_refer_to_are_given_once():
    leaves = [leaf.name for top in TREE for branch in top.branches for leaf in branch.leaves]

    assert not [name for name, count in Counter(leaves).items() if count > 1]
    assert len({one.code for one in PRODUCTS}) == len(PRODUCTS)
    assert len({maker.name for maker in BRANDS}) == len({maker.latin.lower() for maker in BRANDS}) == len(BRANDS)
    assert len({article.slug for article in ARTICLES}) == len(ARTICLES)
    assert len(set(HOT_WORDS)) == len(HOT_WORDS)


def test_every_category_has_a_product_a_drawing_and_a_promise():
    leaves = {leaf.name: leaf for top in TREE for branch in top.branches for leaf in branch.leaves}

    assert set(leaves) == {product.category for product in PRODUCTS}
    assert {leaf.kind for leaf in leaves.values()} <= set(KINDS)
    assert {top.service for top in TREE} <= set(PROMISES)
    assert {top.name for top in TREE} == set(CASTS)
    assert {actor.kind for cast in CASTS.values() for actor in cast} <= set(KINDS)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.code)
def test_a_product_is_complete_and_fits_its_columns(product: Product):
    assert product.category in top_of()
    assert product.brand in {maker.name for maker in BRANDS}
    assert product.kind in KINDS
    assert len(product.name) <= longest(Spu, "name")
    assert 8 <= len(product.caption) <= longest(Spu, "caption")
    assert product.points
    assert product.facts
    assert product.packing
    assert product.grams > 0
    assert set(product.flags.split()) <= {"new", "hot", "recommended", "ship_free", "draft"}
    # A book is known by its title.
    assert product.brand in product.name or product.category in {"文学小说", "科技编程", "少儿读物"}


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.code)
def test_the_choices_of_a_product_make_sense(product: Product):
    values = [option.value for one in product.specs for option in one.options]
    made = list(combinations(product))

    # Options are found by their value, so it stands for one spec only.
    assert len(set(values)) == len(values)
    assert all(len(value) <= longest(SpecOption, "value") for value in values)
    assert 1 < len(made) <= MOST_COMBINATIONS
    assert len(set(made)) == len(made)
    assert {value for chosen in made for value in chosen} == set(values)
    assert {value for pair in product.without for value in pair} <= set(values)
    assert all(len(generated_name(product.name, chosen)) <= longest(Sku, "name") - 1 for chosen in made)
    # What the buyer may choose cannot be promised by the name already.
    assert not [value for value in values if value in product.name and len(value) > 1]


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.code)
def test_every_choice_costs_something(product: Product):
    cheapest = Decimal(product.price) + sum(min(option.extra for option in one.options) for one in product.specs)

    assert cheapest > 0


def test_category_names_fit_their_column():
    names = [top.name for top in TREE] + [branch.name for top in TREE for branch in top.branches]

    assert all(len(name) <= longest(Category, "name") for name in names)


def test_notices_lead_to_pages_that_exist():
    assert {slug for _title, slug in NOTICES} <= {article.slug for article in ARTICLES}


def test_an_option_is_written_as_value_ink_and_extra():
    (made,) = spec("颜色", "雾蓝 #7f9fc9: -10.50").options

    assert (made.value, made.ink, made.extra) == ("雾蓝", "#7f9fc9", Decimal("-10.50"))
    assert [option.value for option in spec("厚度", "5mm", "宽 2.0×高 2.7m: 30").options] == ["5mm", "宽 2.0×高 2.7m"]


@pytest.mark.parametrize("text", ["", "红 #XYZ123\n"])
def test_what_is_no_option_is_refused(text: str):
    with pytest.raises(ValueError, match="not an option"):
        spec("颜色", text)
