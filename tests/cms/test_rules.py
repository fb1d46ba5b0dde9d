"""Products by rule: newest, best-selling, cheapest; narrowed by category, brand, price and mark."""

from datetime import timedelta
from decimal import Decimal

import pytest

from cms import building
from cms.selectors import home_now
from kernel import clock
from shop.catalog.models import Spu
from tests.factories.catalog import BrandFactory, CategoryFactory, LeafCategoryFactory, SkuFactory, SpuFactory
from tests.factories.content import make_home

pytestmark = pytest.mark.django_db


def found(count: int = 8, when_gone: str = "hide", **rule) -> list[str]:
    make_home(building.products(title="规则", source=[building.rule(**rule)], count=count, when_gone=when_gone))
    return [card.name for block in home_now().of_type("products") for card in block["products"]]


def test_newest_first_by_the_moment_of_going_on_sale():
    now = clock.now()
    SkuFactory(name="旧", spu=SpuFactory(on_sale_at=now - timedelta(days=9)))
    SkuFactory(name="新", spu=SpuFactory(on_sale_at=now - timedelta(days=1)))
    SkuFactory(name="未到", spu=SpuFactory(on_sale_at=now + timedelta(days=1)))
    Spu.objects.update(created_at=now - timedelta(days=30))

    assert found() == ["新", "旧"]


def test_best_sellers_count_all_skus_of_a_product_and_show_the_one_sold_most():
    one = SpuFactory()
    SkuFactory(name="甲-1", spu=one, sales=3)
    SkuFactory(name="甲-2", spu=one, sales=4)
    SkuFactory(name="乙", sales=6)

    assert found(order="best_selling") == ["甲-2", "乙"]


def test_cheapest_first():
    SkuFactory(name="贵", price=Decimal("90"))
    SkuFactory(name="廉", price=Decimal("9.90"))

    assert found(order="cheapest") == ["廉", "贵"]


def test_a_category_counts_with_everything_below_it():
    leaf = LeafCategoryFactory()
    SkuFactory(name="里", spu=SpuFactory(category=leaf))
    SkuFactory(name="外", spu=SpuFactory(category=CategoryFactory()))

    for category in (leaf, leaf.parent, leaf.parent.parent):
        assert found(category=category.pk) == ["里"]


def test_brand_price_and_mark_narrow_together():
    brand = BrandFactory()
    SkuFactory(name="中", price=Decimal("50"), spu=SpuFactory(brand=brand, is_hot=True))
    SkuFactory(name="别的牌", price=Decimal("50"), spu=SpuFactory(is_hot=True))
    SkuFactory(name="太贵", price=Decimal("51"), spu=SpuFactory(brand=brand, is_hot=True))
    SkuFactory(name="不热", price=Decimal("50"), spu=SpuFactory(brand=brand))

    assert found(brand=brand.pk, min_price=Decimal("50"), max_price=Decimal("50"), mark="is_hot") == ["中"]


def test_the_price_range_chooses_the_sku_that_is_in_it():
    spu = SpuFactory()
    SkuFactory(name="大", spu=spu, price=Decimal("90"), sales=9)
    SkuFactory(name="小", spu=spu, price=Decimal("10"))

    assert found(max_price=Decimal("20")) == ["小"]


def test_sold_out_products_make_room_for_others_unless_they_are_to_be_shown():
    now = clock.now()
    SkuFactory(name="有货", spu=SpuFactory(on_sale_at=now - timedelta(days=2)))
    SkuFactory(name="售罄", stock=0, spu=SpuFactory(on_sale_at=now - timedelta(days=1)))

    assert found(count=1) == ["有货"]
    assert found(count=1, when_gone="show") == ["售罄"]


def test_a_rule_fills_up_what_was_picked_without_repeating_it():
    skus = SkuFactory.create_batch(5)
    picked = building.picked(skus[4].pk, skus[0].pk)
    make_home(building.products(title="精选", source=[picked, building.rule()], count=4))

    shown = [card.id for card in home_now().of_type("products")[0]["products"]]

    assert shown[:2] == [skus[4].pk, skus[0].pk]
    assert len(shown) == len(set(shown)) == 4


def test_a_rule_about_a_deleted_category_finds_nothing():
    category = CategoryFactory()
    SkuFactory()
    make_home(building.products(title="规则", source=[building.rule(category=category.pk)]))
    category.delete()

    assert home_now().blocks == []


def test_many_rules_are_each_answered():
    wanted = []
    blocks = []
    for number in range(30):
        sku = SkuFactory(name=f"商品 {number}")
        wanted.append([sku.pk])
        blocks.append(building.products(title="规则", source=[building.rule(brand=sku.spu.brand_id)]))
    make_home(*blocks)

    assert [[card.id for card in block["products"]] for block in home_now().blocks] == wanted
