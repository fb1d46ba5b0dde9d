"""Changing the category tree."""

import pytest

from shop.catalog.errors import (
    CategoryHoldsProducts,
    CategoryInUse,
    CategoryNameTaken,
    CategoryNotFound,
    CategoryTooDeep,
    CategoryUnderItself,
    FieldInvalid,
    Taken,
)
from shop.catalog.events import CatalogChanged, SkusChanged
from shop.catalog.models import Category
from shop.catalog.services import delete_category, place_category, save_category
from tests.factories.catalog import CategoryFactory, LeafCategoryFactory, SkuFactory, SpuFactory

pytestmark = pytest.mark.django_db


def test_a_new_category_gets_its_level_its_path_name_and_the_last_place(emitted):
    top = save_category(name="手机数码")
    middle = save_category(name="手机", parent_id=top.pk)
    first = save_category(name="智能手机", parent_id=middle.pk)
    second = save_category(name="老人机", parent_id=middle.pk)

    assert [(row.level, row.slug) for row in (top, middle, first)] == [
        (1, "shou-ji-shu-ma"),
        (2, "shou-ji"),
        (3, "zhi-neng-shou-ji"),
    ]
    assert (first.sort_order, second.sort_order) == (0, 1)
    assert set(emitted) == {CatalogChanged()}


def test_path_names_never_meet():
    slugs = [save_category(name="手机", parent_id=CategoryFactory().pk).slug for _ in range(3)]

    assert slugs == ["shou-ji", "shou-ji-2", "shou-ji-3"]


def test_a_name_without_letters_still_gets_a_path_name():
    assert save_category(name="！！").slug == "category"


def test_a_path_name_that_somebody_has_is_refused_at_its_field():
    CategoryFactory(slug="phones")

    with pytest.raises(Taken) as refused:
        save_category(name="手机", slug="phones")

    assert (refused.value.field, refused.value.params) == ("slug", {"value": "phones"})


def test_a_fourth_level_is_refused_and_nothing_is_made():
    leaf = LeafCategoryFactory()

    with pytest.raises(CategoryTooDeep) as refused:
        save_category(name="第四级", parent_id=leaf.pk)

    assert refused.value.field == "parent"
    assert Category.objects.count() == 3


def test_a_subtree_moves_with_everything_below_it_and_its_products_are_told(emitted):
    home = CategoryFactory()
    leaf = LeafCategoryFactory()
    middle = leaf.parent
    sku = SkuFactory(spu=SpuFactory(category=leaf))

    save_category(category_id=middle.pk, parent_id=home.pk)

    middle.refresh_from_db()
    leaf.refresh_from_db()
    sku.refresh_from_db()
    assert (middle.parent, middle.level, leaf.level) == (home, 2, 3)
    assert sku.index_dirty_at is not None
    assert list(emitted) == [CatalogChanged(), SkusChanged(sku_ids=(sku.pk,))]


def test_moving_to_the_top_lifts_what_is_below():
    middle = CategoryFactory(parent=CategoryFactory())
    child = CategoryFactory(parent=middle)

    save_category(category_id=middle.pk, parent_id=None)

    child.refresh_from_db()
    assert child.level == 2


def test_a_subtree_that_would_reach_a_fourth_level_stays_where_it_is():
    leaf = LeafCategoryFactory()
    target = CategoryFactory(parent=CategoryFactory())

    with pytest.raises(CategoryTooDeep):
        save_category(category_id=leaf.parent.pk, parent_id=target.pk)

    leaf.parent.refresh_from_db()
    assert leaf.parent.level == 2


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_category_cannot_go_below_itself(steps):
    target = LeafCategoryFactory()
    root = target.parent.parent
    for _ in range(2 - steps):
        target = target.parent

    with pytest.raises(CategoryUnderItself):
        save_category(category_id=root.pk, parent_id=target.pk)


def test_a_category_with_products_may_not_leave_the_third_level():
    leaf = LeafCategoryFactory()
    SpuFactory(category=leaf)

    with pytest.raises(CategoryHoldsProducts) as refused:
        save_category(category_id=leaf.pk, parent_id=leaf.parent.parent.pk)

    assert refused.value.params == {"name": leaf.name}


@pytest.mark.parametrize("at_top", [True, False])
def test_siblings_have_different_names(at_top):
    parent = None if at_top else CategoryFactory()
    CategoryFactory(name="手机", parent=parent)

    with pytest.raises(CategoryNameTaken) as refused:
        save_category(name="手机", parent_id=parent.pk if parent else None)

    assert refused.value.field == "name"
    assert save_category(name="手机", parent_id=CategoryFactory().pk).pk


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "长" * 31}, "name"),
        ({"name": "坏\x00名"}, "name"),
        ({"name": "手机", "image_id": 99999}, "image"),
        ({"name": "手机", "slug": "有 空格"}, "slug"),
    ],
)
def test_a_wrong_value_is_named_by_its_field(fields, field):
    with pytest.raises(FieldInvalid) as refused:
        save_category(**fields)

    assert refused.value.field == field
    assert not Category.objects.exists()


def test_unknown_categories_are_not_found():
    with pytest.raises(CategoryNotFound):
        save_category(category_id=99, name="x")
    with pytest.raises(CategoryNotFound) as refused:
        save_category(name="x", parent_id=99)
    assert refused.value.field == "parent"
    with pytest.raises(CategoryNotFound):
        delete_category(category_id=99)
    with pytest.raises(CategoryNotFound):
        place_category(category_id=99, position=0)


def test_saving_what_is_already_so_tells_nobody(emitted):
    category = CategoryFactory()

    save_category(category_id=category.pk, name=category.name)

    assert emitted == []


def test_what_is_not_said_stays():
    category = CategoryFactory(seo_title="标题")

    save_category(category_id=category.pk, name="新名")

    category.refresh_from_db()
    assert (category.name, category.seo_title) == ("新名", "标题")


def test_a_category_takes_its_new_place_among_its_siblings_only(emitted):
    parent = CategoryFactory()
    _a, _b, c = (CategoryFactory(parent=parent, name=name, sort_order=0) for name in "abc")
    stranger = CategoryFactory(sort_order=7)

    place_category(category_id=c.pk, position=0)

    assert list(parent.children.values_list("name", flat=True)) == ["c", "a", "b"]
    stranger.refresh_from_db()
    assert stranger.sort_order == 7
    assert list(emitted) == [CatalogChanged()]

    place_category(category_id=c.pk, position=99)
    assert list(parent.children.values_list("name", flat=True)) == ["a", "b", "c"]


def test_a_category_in_use_stays_and_an_empty_one_goes():
    leaf = LeafCategoryFactory()
    spu = SpuFactory(category=leaf)

    for used in (leaf, leaf.parent):
        with pytest.raises(CategoryInUse):
            delete_category(category_id=used.pk)

    spu.delete()
    delete_category(category_id=leaf.pk)
    assert not Category.objects.filter(pk=leaf.pk).exists()
