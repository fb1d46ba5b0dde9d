"""The demo shop's freight."""

from decimal import Decimal

import pytest

from meiduo.demo.loading.sending import load_freight
from shop.shipping.freight import Goods, default_rules, freight
from shop.shipping.models import FreightTemplate
from tests.factories.trade import flat_freight

pytestmark = pytest.mark.django_db

CHONGQING = (500000, 500100, 500103)
URUMQI = (650000, 650100, 650102)
HOHHOT = (150000, 150100, 150102)


def fee(amount, to):
    return freight(rules=default_rules(), goods=[Goods(Decimal(amount), 1, 500)], area_codes=to)


def test_sending_costs_something_up_to_an_amount_and_more_to_the_far_west():
    for _time in range(2):
        load_freight()

    assert FreightTemplate.objects.get().name == "默认运费"
    assert [fee("98.99", to) for to in (CHONGQING, HOHHOT, URUMQI, ())] == [8, 15, 25, 8]
    assert [fee("99.00", to) for to in (CHONGQING, HOHHOT, URUMQI)] == [0, 0, 0]


def test_a_template_that_is_there_stays():
    kept = flat_freight("1.00")

    load_freight()

    assert list(FreightTemplate.objects.all()) == [kept]
