"""What is on sale, and when that changes by itself."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from kernel import clock
from shop.catalog.models import Sku, Spu
from shop.catalog.selectors import is_on_sale, next_sale_switch, on_sale, skus_on_sale
from tests.factories.catalog import SkuFactory, SpuFactory

pytestmark = pytest.mark.django_db

MOMENT = timezone.datetime(2026, 11, 11, tzinfo=timezone.get_default_timezone())
SECOND = timedelta(seconds=1)

STATES = [
    ({}, True),
    ({"is_on_sale": False}, False),
    ({"spu__status": Spu.Status.DRAFT}, False),
    ({"spu__status": Spu.Status.OFF_SALE}, False),
    ({"spu__on_sale_at": MOMENT}, True),
    ({"spu__on_sale_at": MOMENT + SECOND}, False),
    ({"spu__off_sale_at": MOMENT}, False),
    ({"spu__off_sale_at": MOMENT + SECOND}, True),
    ({"spu__on_sale_at": MOMENT - SECOND, "spu__off_sale_at": MOMENT + SECOND}, True),
    ({"stock": 0}, True),
]


@pytest.mark.parametrize(("state", "expected"), STATES)
def test_the_query_and_the_row_in_hand_say_the_same(state, expected):
    sku = SkuFactory(**state)

    with clock.seen_at(MOMENT):
        assert skus_on_sale().filter(pk=sku.pk).exists() is expected
        assert is_on_sale(sku) is expected
    assert skus_on_sale(MOMENT).filter(pk=sku.pk).exists() is expected


def test_the_condition_is_also_about_products():
    live, draft = SpuFactory(), SpuFactory(status=Spu.Status.DRAFT)

    assert list(Spu.objects.filter(on_sale(spu=""))) == [live]
    assert draft.status == Spu.Status.DRAFT


@time_machine.travel(MOMENT, tick=False)
def test_the_next_switch_is_the_nearest_beginning_or_end_of_a_sale():
    assert next_sale_switch() is None
    SpuFactory(on_sale_at=MOMENT - SECOND)
    SpuFactory(off_sale_at=MOMENT)
    SpuFactory(on_sale_at=MOMENT + SECOND, status=Spu.Status.DRAFT)
    assert next_sale_switch() is None
    SpuFactory(on_sale_at=MOMENT + timedelta(hours=2))
    assert next_sale_switch() == MOMENT + timedelta(hours=2)
    SpuFactory(off_sale_at=MOMENT + timedelta(hours=1))

    assert next_sale_switch() == MOMENT + timedelta(hours=1)
    assert next_sale_switch(MOMENT + timedelta(hours=1)) == MOMENT + timedelta(hours=2)
    assert Sku.objects.count() == 0
