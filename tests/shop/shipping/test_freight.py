"""What sending costs, by template, place and goods."""

from decimal import Decimal

import pytest

from shop.shipping.errors import NoDelivery
from shop.shipping.freight import Goods, default_rules, freight
from shop.shipping.models import FreightRule, FreightTemplate
from tests.factories.trade import flat_freight

GUANGZHOU = (440000, 440100, 440106)
BEIJING = (110000, 110100, 110105)


def rules(*given, basis="flat", free_from=None):
    """Unsaved rules of one template; the last of them is for everywhere else unless it names areas."""
    template = FreightTemplate(basis=basis, free_from=Decimal(free_from) if free_from else None)
    return [FreightRule(template=template, **one) for one in given]


def goods(amount="10.00", pieces=1, grams=500, ship_free=False):
    return Goods(Decimal(amount), pieces, grams, ship_free)


def fee(rows, *of, to=GUANGZHOU):
    return freight(rules=rows, goods=of or (goods(),), area_codes=to)


def test_without_a_template_everything_travels_free():
    assert fee([]) == Decimal("0.00")


def test_a_flat_fee_is_the_same_for_one_piece_and_for_many():
    flat = rules({"first_fee": Decimal("8")})

    assert fee(flat) == fee(flat, goods(pieces=99, grams=10**6)) == Decimal("8.00")


@pytest.mark.parametrize(("amount", "expected"), [("98.99", "8.00"), ("99.00", "0.00"), ("99.01", "0.00")])
def test_freight_is_free_from_the_templates_amount_on(amount, expected):
    assert fee(rules({"first_fee": Decimal("8")}, free_from="99"), goods(amount)) == Decimal(expected)


def test_goods_that_ship_free_count_for_the_free_amount_but_weigh_nothing():
    by_weight = rules(
        {"first_units": 1000, "first_fee": Decimal("6"), "further_units": 1000, "further_fee": Decimal("2")},
        basis="weight",
        free_from="99",
    )

    assert fee(by_weight, goods(grams=900), goods(grams=5000, ship_free=True)) == Decimal("6.00")
    assert fee(by_weight, goods(ship_free=True)) == Decimal("0.00")
    assert fee(by_weight, goods("10.00"), goods("90.00", ship_free=True)) == Decimal("0.00")


@pytest.mark.parametrize(("grams", "expected"), [(1, "6"), (1000, "6"), (1001, "8"), (2000, "8"), (2001, "10")])
def test_each_begun_further_kilogram_is_paid(grams, expected):
    by_weight = rules(
        {"first_units": 1000, "first_fee": Decimal("6"), "further_units": 1000, "further_fee": Decimal("2")},
        basis="weight",
    )

    assert fee(by_weight, goods(grams=grams)) == Decimal(expected)


def test_by_pieces_the_pieces_of_all_lines_are_counted_together():
    by_pieces = rules(
        {"first_units": 2, "first_fee": Decimal("5"), "further_units": 1, "further_fee": Decimal("1.5")},
        basis="pieces",
    )

    assert fee(by_pieces, goods(pieces=2), goods(pieces=3)) == Decimal("9.50")


def test_the_narrowest_area_decides_whatever_the_order_of_the_rules():
    rows = rules(
        {"first_fee": Decimal("10")},
        {"first_fee": Decimal("7"), "area_codes": [440000]},
        {"first_fee": Decimal("3"), "area_codes": ["440106"]},
        {"first_fee": Decimal("5"), "area_codes": [440100]},
    )

    assert fee(rows) == Decimal("3.00")
    assert fee(rows, to=(440000, 440100, 440105)) == Decimal("5.00")
    assert fee(rows, to=(440000, 441900, None)) == Decimal("7.00")
    assert fee(rows, to=BEIJING) == fee(rows, to=()) == Decimal("10.00")


def test_where_the_shop_does_not_send_no_amount_helps():
    rows = rules({"first_fee": Decimal("8")}, {"no_delivery": True, "area_codes": [440000]}, free_from="1")

    with pytest.raises(NoDelivery):
        fee(rows, goods("1000.00"))
    assert fee(rows, to=BEIJING) == Decimal("0.00")


@pytest.mark.django_db
def test_the_default_template_comes_in_one_query(django_assert_num_queries):
    flat_freight("8.00")
    FreightTemplate.objects.create(name="另一个")

    with django_assert_num_queries(1):
        (rule,) = default_rules()
        assert rule.template.name == "默认运费"
