"""The trade desk in a real browser: an order is sent, a freight rule gets its areas from the picker."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from shop.orders.states import OrderState
from shop.shipping.models import FreightTemplate
from tests.factories.areas import install_areas
from tests.factories.staff import superuser
from tests.factories.trade import paid_order


@pytest.fixture
def desk(transactional_db: None, signed_in: Callable[[User], Page]) -> Page:
    """The back office, open for somebody who may do everything."""
    install_areas()
    return signed_in(superuser())


def test_an_order_goes_from_the_home_screen_to_its_parcel(live_server: Any, desk: Page):
    order = paid_order()

    desk.goto(f"{live_server.url}/admin/")
    desk.locator(".trade-todo a", has_text="待发货").first.click()
    desk.get_by_role("link", name=order.number).first.click()
    desk.get_by_role("link", name="发货", exact=True).click()
    desk.locator("[name=waybill_0]").fill("SF1234567890")
    desk.get_by_role("button", name="发货", exact=True).click()

    expect(desk.locator("body")).to_contain_text("已全部发货")
    expect(desk.locator(".trade-timeline")).to_contain_text("顺丰速运 SF1234567890")
    order.refresh_from_db()
    assert order.state == OrderState.SHIPPED


def test_a_freight_rule_is_added_and_its_areas_are_picked(live_server: Any, desk: Page):
    desk.goto(f"{live_server.url}/admin/freighttemplate/new/")
    desk.locator("[name=name]").fill("偏远加价")
    desk.get_by_role("button", name="添加规则").click()
    rule = desk.locator("[data-rule]").nth(1)
    rule.locator("[data-level='1']").select_option("广东省")
    rule.locator("[data-level='2']").select_option("广州市")
    rule.locator("[data-level='3']").select_option("天河区")
    rule.locator("[data-add]").click()
    rule.locator("[data-level='1']").select_option("北京市")
    rule.locator("[data-add]").click()
    rule.locator("[name=rules-1-first_fee]").fill("25")
    expect(rule.locator("[data-areas]")).to_have_value("广东省广州市天河区、北京市")
    desk.get_by_role("button", name="保存").click()

    expect(desk.locator("body")).to_contain_text("运费模板“偏远加价”已保存")
    rules = FreightTemplate.objects.get().rules.all()
    assert [(one.area_codes, one.first_fee) for one in rules] == [([], 0), ([440106, 110000], 25)]
