"""Who opens which screen of the trade desk, who presses which button, and which numbers the home screen shows."""

import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from cms.viewsets.trade.todo import ITEMS
from shop.payments.models import BillDifference
from tests.cms.trade.test_after_sales_desk import applied, reviewed
from tests.factories.people import UserFactory
from tests.factories.staff import clerk, logged_in, superuser
from tests.factories.trade import flat_freight, sku_with_stock

pytestmark = pytest.mark.django_db

#: Screen → the permissions of which all are needed; the screens that take a row name which one.
SCREENS: dict[str, tuple[str, str]] = {
    "order:index": ("", "shop.view_order"),
    "order:inspect": ("order", "shop.view_order"),
    "order:note": ("order", "shop.note_order"),
    "order:reprice": ("order", "shop.reprice_order"),
    "order:cancel": ("order", "shop.cancel_order"),
    "order:refund": ("order", "shop.add_refund"),
    "order:ship": ("order", "shop.add_parcel"),
    "order:waybill": ("parcel", "shop.change_parcel"),
    "order:bulk": ("", "shop.add_parcel"),
    "order:bulk_template": ("", "shop.add_parcel"),
    "aftersale:index": ("", "shop.view_aftersale"),
    "aftersale:inspect": ("after_sale", "shop.view_aftersale"),
    "aftersale:accept": ("after_sale", "shop.change_aftersale"),
    "aftersale:refuse": ("after_sale", "shop.change_aftersale"),
    "aftersale:receive": ("after_sale", "shop.receive_aftersale"),
    "refund:index": ("", "shop.view_refund"),
    "refund:inspect": ("refund", "shop.view_refund"),
    "refund:approve": ("refund", "shop.approve_refund"),
    "refund:refuse": ("refund", "shop.approve_refund"),
    "refund:ask": ("refund", "shop.change_refund"),
    "refund:cash": ("refund", "shop.change_refund"),
    "paymentattempt:index": ("", "shop.view_paymentattempt"),
    "paymentattempt:inspect": ("payment", "shop.view_paymentattempt"),
    "paymentattempt:ask": ("payment", "shop.change_paymentattempt"),
    "billdifference:index": ("", "shop.view_billdifference"),
    "billdifference:inspect": ("difference", "shop.view_billdifference"),
    "billdifference:upload": ("", "shop.add_billdifference"),
    "billdifference:settle": ("difference", "shop.change_billdifference"),
    "review:index": ("", "shop.view_review"),
    "review:inspect": ("review", "shop.view_review"),
    "review:show": ("review", "shop.change_review"),
    "review:hide": ("review", "shop.change_review"),
    "review:reply": ("review", "shop.change_review"),
    "freighttemplate:index": ("", "shop.view_freighttemplate"),
    "freighttemplate:add": ("", "shop.add_freighttemplate"),
    "freighttemplate:edit": ("freight", "shop.change_freighttemplate"),
    "freighttemplate:delete": ("freight", "shop.delete_freighttemplate"),
}

#: What each group opens of all screens; 管理员 opens all.
GROUPS = {
    "订单": {
        *(name for name in SCREENS if name.startswith("order:")),
        *("aftersale:index", "aftersale:inspect", "refund:index", "refund:inspect", "review:index", "review:inspect"),
        *("paymentattempt:index", "paymentattempt:inspect", "billdifference:index", "billdifference:inspect"),
        "freighttemplate:index",
    },
    "仓库": {
        *("order:index", "order:inspect", "order:note", "order:ship", "order:waybill", "order:bulk"),
        *("order:bulk_template", "aftersale:index", "aftersale:inspect", "aftersale:receive"),
    },
    "客服": {
        *("order:index", "order:inspect", "order:note", "order:reprice", "order:cancel"),
        *(name for name in SCREENS if name.startswith(("aftersale:", "review:"))),
    },
    "财务": {
        *("order:index", "order:inspect", "order:note", "order:refund", "aftersale:index", "aftersale:inspect"),
        *(name for name in SCREENS if name.startswith(("refund:", "paymentattempt:", "billdifference:"))),
    },
    "商品": {name for name in SCREENS if name.startswith("freighttemplate:")},
    "市场": set(),
    "管理员": set(SCREENS),
}


@pytest.fixture
def rows():
    """One row for every screen that takes one."""
    from shop.aftersales.services import accept_after_sale

    after_sale = applied()
    accept_after_sale(after_sale_id=after_sale.pk, by=superuser())
    after_sale.refresh_from_db()
    return {
        "order": after_sale.order,
        "parcel": after_sale.order.parcels.get(),
        "after_sale": after_sale,
        "refund": after_sale.refund,
        "payment": after_sale.refund.payment,
        "difference": BillDifference.objects.create(
            bill_date="2026-11-20", gateway="alipay", kind="amount", number="N1"
        ),
        "review": reviewed(),
        "freight": flat_freight(),
    }


def url_of(screen, rows):
    row = SCREENS[screen][0]
    return reverse(screen, args=[rows[row].pk] if row else [])


def opens(browser, url) -> bool:
    """Whether the page is shown; who may not is sent home with a message."""
    answer = browser.get(url)
    assert answer.status_code in (200, 302), url
    if answer.status_code == 302:
        assert answer.url == reverse("wagtailadmin_home")
    return answer.status_code == 200


def test_each_screen_opens_with_its_permission_and_with_no_other(rows):
    everything = {permission for _row, permission in SCREENS.values()}
    for screen, (_row, permission) in SCREENS.items():
        url = url_of(screen, rows)
        assert opens(logged_in(clerk(permission)), url), screen
        assert not opens(logged_in(clerk(*(everything - {permission}))), url) or screen == "freighttemplate:index", (
            screen
        )


def test_each_button_is_refused_without_its_permission_and_changes_nothing(rows):
    reader = logged_in(clerk(*{one for _row, one in SCREENS.values() if ".view_" in one}))
    before = {name: vars(type(row).objects.get(pk=row.pk)) for name, row in rows.items()}

    for screen, (_row, permission) in SCREENS.items():
        if ".view_" in permission:
            continue
        answer = reader.post(url_of(screen, rows), {"note": "x", "reply": "x", "reason": "x"})
        assert (answer.status_code, answer.url) == (302, reverse("wagtailadmin_home")), screen

    for name, row in rows.items():
        now = vars(type(row).objects.get(pk=row.pk))
        assert {key: value for key, value in now.items() if key != "_state"} == {
            key: value for key, value in before[name].items() if key != "_state"
        }, name


@pytest.mark.parametrize("group", GROUPS)
def test_each_group_opens_what_its_work_needs_and_no_more(rows, group):
    user = UserFactory(mobile=None)
    user.groups.add(Group.objects.get(name=group))
    browser = logged_in(User.objects.get(pk=user.pk))

    assert {screen for screen in SCREENS if opens(browser, url_of(screen, rows))} == GROUPS[group]


def test_a_guest_and_a_buyer_open_nothing(client, rows):
    buyer = logged_in(UserFactory())
    for screen in SCREENS:
        url = url_of(screen, rows)
        assert client.get(url).status_code == 302, screen
        assert buyer.get(url).status_code == 302, screen


# -- the home screen


def shown(browser):
    page = browser.get(reverse("wagtailadmin_home")).content.decode()
    return {str(item.label) for item in ITEMS if f"</strong>{item.label}</a>" in page}


@pytest.mark.parametrize(
    ("group", "labels"),
    [
        ("仓库", {"待发货", "超过 48 小时未发货", "退货待签收", "低库存 SKU"}),
        ("客服", {"售后待处理", "退货待签收", "待审核评价"}),
        ("财务", {"退款待复核", "退款结果未知", "对账差异待处理"}),
        ("市场", set()),
    ],
)
def test_each_group_sees_the_numbers_of_its_work(group, labels):
    user = UserFactory(mobile=None)
    user.groups.add(Group.objects.get(name=group))

    assert shown(logged_in(User.objects.get(pk=user.pk))) == labels


def test_every_number_leads_to_a_list_that_counts_the_same(rows):
    sku_with_stock(2)
    browser = logged_in(superuser())

    for item in ITEMS:
        page = browser.get(item.url())
        assert page.status_code == 200, item.label
        assert page.context["items_count"] == item.count(), item.label


def test_the_home_screen_costs_the_same_for_1_and_for_30(rows):
    browser = logged_in(superuser())

    def queries():
        with CaptureQueriesContext(connection) as captured:
            browser.get(reverse("wagtailadmin_home"))
        return len(captured)

    queries()
    few = queries()
    for _number in range(10):
        applied()

    assert queries() == few


# -- the history


def test_the_history_of_the_site_names_what_was_done_and_leads_to_it(rows):
    order = rows["order"]
    browser = logged_in(superuser())
    browser.post(reverse("order:note", args=[order.pk]), {"note": "周末送"})

    page = browser.get(reverse("wagtailadmin_reports:site_history"))

    text = page.content.decode()
    assert page.status_code == 200
    assert "修改订单备注" in text
    assert reverse("order:inspect", args=[order.pk]) in text


def test_the_group_form_offers_each_permission_of_the_desk(rows):
    page = logged_in(superuser()).get(reverse("wagtailusers_groups:add")).content.decode()

    def offered(codename):
        pk = Permission.objects.get(content_type__app_label="shop", codename=codename).pk
        return re.search(rf'<input[^>]*name="permissions"[^>]*value="{pk}"', page) is not None

    # Screens with forms are seen by whoever may add, change or delete.
    missing = [one for _row, one in SCREENS.values() if not offered(one.removeprefix("shop."))]
    assert missing == ["shop.view_freighttemplate"]
    assert not offered("delete_order")
    assert not offered("delete_parcel")
