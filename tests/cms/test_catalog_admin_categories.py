"""Categories and brands in the back office."""

import csv
import io

import pytest
from django.urls import reverse

from shop.catalog.models import Brand, Category
from tests.factories.catalog import BrandFactory, CategoryFactory, LeafCategoryFactory, MallImageFactory, SpuFactory
from tests.factories.staff import clerk, logged_in, superuser

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return logged_in(superuser())


def _category(**fields):
    return {"name": "手机", "parent": "", "image": "", "is_shown": "on", "slug": "", "sort_order": "", **fields}


def _brand(**fields):
    return {"name": "华为", "logo": "", "description": "", "slug": "", "seo_title": "", "seo_description": "", **fields}


def test_a_category_is_made_by_the_service(admin):
    parent = CategoryFactory()

    answer = admin.post(reverse("category:add"), _category(parent=parent.pk))

    made = Category.objects.get(name="手机")
    assert answer.status_code == 302
    assert (made.level, made.parent, made.slug, made.is_shown) == (2, parent, "shou-ji", True)


def test_a_fourth_level_is_refused_at_the_field_and_nothing_is_saved(admin):
    leaf = LeafCategoryFactory()

    answer = admin.post(reverse("category:add"), _category(parent=leaf.pk))

    assert "parent" in answer.context["form"].errors
    assert Category.objects.count() == 3


@pytest.mark.parametrize(
    ("fields", "field", "text"),
    [
        ({"name": ""}, "name", "必"),
        ({"name": "已有"}, "name", "已有分类"),
        ({"slug": "taken"}, "slug", ""),
        ({"name": "坏\x00"}, "name", ""),
        ({"sort_order": "-1"}, "sort_order", ""),
    ],
)
def test_a_wrong_value_is_shown_at_its_field(admin, fields, field, text):
    CategoryFactory(name="已有", slug="taken")

    answer = admin.post(reverse("category:add"), _category(**fields))

    assert answer.status_code == 200
    assert field in answer.context["form"].errors, answer.context["form"].errors
    assert text in answer.context["form"].errors[field][0]
    assert Category.objects.count() == 1


def test_a_move_below_itself_is_refused_and_shown(admin):
    top = CategoryFactory()
    middle = CategoryFactory(parent=top)

    answer = admin.post(reverse("category:edit", args=[top.pk]), _category(name=top.name, parent=middle.pk))

    assert "自己" in answer.context["form"].errors["parent"][0]
    top.refresh_from_db()
    assert (top.level, top.parent) == (1, None)


def test_editing_keeps_the_place_when_the_field_is_empty(admin):
    category = CategoryFactory(sort_order=7, slug="s")

    admin.post(reverse("category:edit", args=[category.pk]), _category(slug="s"))

    category.refresh_from_db()
    assert (category.name, category.sort_order) == ("手机", 7)


def test_the_list_shows_the_tree_in_order_and_indented(admin):
    b = CategoryFactory(name="乙", sort_order=2)
    a = CategoryFactory(name="甲", sort_order=1)
    CategoryFactory(name="乙一", parent=b)
    leaf = CategoryFactory(name="甲一一", parent=CategoryFactory(name="甲一", parent=a))
    SpuFactory(category=leaf)

    rows = list(admin.get(reverse("category:index")).context["object_list"])

    assert [row.name for row in rows] == ["甲", "甲一", "甲一一", "乙", "乙一"]
    assert [row.product_count for row in rows] == [0, 0, 1, 0, 0]
    assert "\u3000\u3000甲一一" in admin.get(reverse("category:index")).content.decode()


@pytest.mark.parametrize(
    ("query", "names"), [("parent={a}", ["甲一"]), ("level=1", ["甲", "乙"]), ("q=甲一", ["甲一"])]
)
def test_the_list_is_filtered_and_searched(admin, query, names):
    a = CategoryFactory(name="甲")
    CategoryFactory(name="乙")
    CategoryFactory(name="甲一", parent=a)

    answer = admin.get(reverse("category:index") + "?" + query.format(a=a.pk))

    assert [row.name for row in answer.context["object_list"]] == names


@pytest.mark.parametrize("sort", ["", "?ordering=name"])
def test_the_list_takes_as_many_queries_for_many_rows_as_for_few(admin, django_assert_max_num_queries, sort):
    def queries(fill):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        fill()
        with CaptureQueriesContext(connection) as captured:
            admin.get(reverse("category:index") + sort)
        return len(captured)

    queries(lambda: LeafCategoryFactory(image=MallImageFactory()))
    few = queries(lambda: None)
    many = queries(lambda: [LeafCategoryFactory(image=MallImageFactory()) for _ in range(5)])
    # New thumbnails are made once; then the two lists cost the same.
    assert queries(lambda: None) == few <= many


def test_children_are_dragged_among_their_siblings(admin):
    parent = CategoryFactory()
    a, b = CategoryFactory(name="a", parent=parent), CategoryFactory(name="b", parent=parent)
    CategoryFactory(name="别处")
    url = reverse("category:index") + f"?ordering=sort_order&parent={parent.pk}"

    assert [row.pk for row in admin.get(url).context["object_list"]] == [a.pk, b.pk]
    assert admin.post(reverse("category:reorder", args=[b.pk]) + "?position=0").json() == {"success": True}
    assert [row.pk for row in admin.get(url).context["object_list"]] == [b.pk, a.pk]
    admin.post(reverse("category:reorder", args=[b.pk]) + "?position=x")
    assert [row.pk for row in admin.get(url).context["object_list"]] == [a.pk, b.pk]


def test_dragging_without_a_chosen_parent_orders_the_top_level(admin):
    top = CategoryFactory()
    CategoryFactory(parent=top)

    answer = admin.get(reverse("category:index") + "?ordering=sort_order")

    assert list(answer.context["object_list"]) == [top]


def test_a_category_in_use_is_not_deleted_and_says_why(admin):
    leaf = LeafCategoryFactory()
    SpuFactory(category=leaf)

    answer = admin.post(reverse("category:delete", args=[leaf.pk]), follow=True)

    assert Category.objects.filter(pk=leaf.pk).exists()
    if answer.status_code == 200:
        assert "不能删除" in answer.content.decode()


def test_an_empty_category_is_deleted(admin):
    category = CategoryFactory()

    admin.post(reverse("category:delete", args=[category.pk]))

    assert not Category.objects.exists()


def test_the_tree_is_exported_with_full_paths(admin):
    leaf = LeafCategoryFactory(name="=危险")

    answer = admin.get(reverse("category:index") + "?export=csv")

    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert rows[-1]["完整路径"] == f"{leaf.parent.parent.name} › {leaf.parent.name} › =危险"
    assert rows[-1]["名称"] == "'=危险"


# -- brands


def test_a_brand_is_made_changed_and_deleted_by_the_services(admin):
    admin.post(reverse("brand:add"), _brand())
    brand = Brand.objects.get()
    assert (brand.first_letter, brand.slug) == ("H", "hua-wei")

    admin.post(reverse("brand:edit", args=[brand.pk]), _brand(name="小米", slug="mi"))
    brand.refresh_from_db()
    assert (brand.name, brand.first_letter, brand.slug) == ("小米", "X", "mi")

    admin.post(reverse("brand:delete", args=[brand.pk]))
    assert not Brand.objects.exists()


def test_a_second_brand_of_that_name_is_refused_at_the_field(admin):
    BrandFactory(name="华为")

    answer = admin.post(reverse("brand:add"), _brand())

    assert "name" in answer.context["form"].errors


def test_brands_are_filtered_by_letter_and_dragged(admin):
    BrandFactory(name="Apple")
    b = BrandFactory(name="Bosch")

    listed = admin.get(reverse("brand:index") + "?first_letter=B").context["object_list"]
    admin.post(reverse("brand:reorder", args=[b.pk]) + "?position=0")

    assert list(listed) == [b]
    assert list(Brand.objects.values_list("name", flat=True)) == ["Bosch", "Apple"]


def test_a_brand_in_use_stays(admin):
    brand = SpuFactory().brand

    admin.post(reverse("brand:delete", args=[brand.pk]))

    assert Brand.objects.filter(pk=brand.pk).exists()


# -- permissions


def test_staff_see_and_do_what_their_permissions_say():
    category = CategoryFactory()
    stranger = logged_in(clerk())
    editor = logged_in(clerk("shop.change_category"))

    assert stranger.get(reverse("category:index")).status_code in (302, 403)
    assert editor.get(reverse("category:index")).status_code == 200
    assert editor.get(reverse("category:edit", args=[category.pk])).status_code == 200
    assert editor.post(reverse("category:add"), _category()).status_code in (302, 403)
    editor.post(reverse("category:delete", args=[category.pk]))
    assert Category.objects.count() == 1
    stranger.post(reverse("category:reorder", args=[category.pk]) + "?position=0")
