"""The back office's customers: who is listed, what is masked, disabling and enabling."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.models import OAuthBinding, SmsMessage, User
from accounts.services.login import logged_in
from cms.customer_panels import CustomerPanel, _panels, customer_panel
from shop.messages.models import BuyerMessage
from tests.accounts.people import get, post
from tests.factories.areas import install_areas, make_address
from tests.factories.people import StaffFactory, UserFactory
from tests.factories.trade import buyer_with_address, unpaid_order


def staff_with(*codenames: str) -> User:
    """Staff with access to the back office and these permissions."""
    user = UserFactory(mobile=None)
    group = Group.objects.create(name=f"可以 {user.pk}")
    wanted = Permission.objects.filter(codename__in=[*codenames, "access_admin"])
    group.permissions.set(wanted)
    user.groups.add(group)
    return user


@pytest.fixture
def desk(client: Client, db) -> Client:
    client.force_login(
        staff_with("view_customer", "change_customer"), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def _login(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _page(client: Client, customer: User):
    return client.get(reverse("customer:inspect", args=[customer.pk]))


def test_customers_are_listed_with_a_masked_mobile_and_staff_are_not(desk):
    UserFactory(username="buyer_one", mobile="13812340000")
    StaffFactory(username="the_boss", mobile="13900000000")
    staff_with("view_customer")

    page = desk.get(reverse("customer:index")).content.decode()

    assert "buyer_one" in page
    assert "138****0000" in page
    assert "13812340000" not in page
    assert "the_boss" not in page


def test_the_permission_shows_the_mobile_in_full(client, db):
    customer = UserFactory(mobile="13812340000", email="someone@example.com")
    _login(client, staff_with("view_customer", "view_full_mobile"))

    assert "13812340000" in client.get(reverse("customer:index")).content.decode()
    page = _page(client, customer).content.decode()
    assert "13812340000" in page
    assert "someone@example.com" in page


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lychee", True),
        ("荔枝", True),
        ("13812340000", True),
        ("138 1234 0000", True),
        ("1381234", False),
        ("0000", False),
        ("someone@example.com", True),
        ("example", False),
        ("\x00", True),
        ("nobody", False),
    ],
)
def test_search_finds_names_and_whole_numbers_but_never_parts_of_a_hidden_one(desk, text, found):
    UserFactory(username="lychee_lover", nickname="爱吃荔枝", mobile="13812340000", email="someone@example.com")

    page = desk.get(reverse("customer:index"), {"q": text})

    assert page.status_code == 200
    assert ("lychee_lover" in page.content.decode()) is found


def test_search_by_part_of_a_number_needs_the_permission(client, db):
    UserFactory(username="lychee_lover", mobile="13812340000")
    _login(client, staff_with("view_customer", "view_full_mobile"))

    assert "lychee_lover" in client.get(reverse("customer:index"), {"q": "1234000"}).content.decode()


def test_filters_by_state_and_by_day(desk):
    UserFactory(username="active_one")
    UserFactory(username="disabled_one", is_active=False)
    UserFactory(username="old_one", date_joined=timezone.now() - timedelta(days=400))

    disabled = desk.get(reverse("customer:index"), {"is_active": "False"}).content.decode()
    recent = desk.get(
        reverse("customer:index"), {"date_joined_from": f"{timezone.now() - timedelta(days=2):%Y-%m-%d}"}
    ).content.decode()

    assert "disabled_one" in disabled
    assert "active_one" not in disabled
    assert "old_one" not in recent
    assert "active_one" in recent


@pytest.mark.parametrize(
    "query", [{"p": "999"}, {"is_active": "x"}, {"date_joined_from": "nonsense"}, {"ordering": "password"}]
)
def test_wrong_list_values_are_no_crash(desk, query):
    assert desk.get(reverse("customer:index"), query).status_code in {200, 404}


def test_a_customer_is_shown_from_all_sides_without_secrets(desk):
    install_areas()
    customer = UserFactory(mobile="13812340000", email="someone@example.com")
    make_address(customer, receiver="张三", mobile="13987654321")
    OAuthBinding.objects.create(user=customer, provider="qq", openid="SECRETOPENID", nickname="小美")
    SmsMessage.objects.create(
        mobile="13812340000", template="code", sealed="SEALED", state="sent", expires_at=timezone.now()
    )

    page = _page(desk, customer).content.decode()

    assert "体育西路123号" in page
    assert "139****4321" in page
    assert "小美" in page
    assert "已发送" in page
    for secret in ("SECRETOPENID", "SEALED", "13812340000", "13987654321", "someone@example.com", customer.password):
        assert secret not in page


def test_times_are_on_the_shops_clock(desk):
    noon = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
    customer = UserFactory(date_joined=noon, last_login=None, email_active=True)
    OAuthBinding.objects.create(user=customer, provider="qq", openid="X")
    OAuthBinding.objects.update(created_at=noon)

    page = _page(desk, customer).content.decode()

    assert page.count("2026年3月1日 12:00") == 2
    values = re.findall(r"<dd>\s*(.*?)\s*</dd>", page)
    assert "-" in values
    assert not {"None", "True", "False"} & set(values)


def test_messages_show_only_to_staff_who_may_read_them(client, db):
    customer = UserFactory()
    BuyerMessage.objects.create(user=customer, subject="包装破损", message="…", created_at=timezone.now())

    _login(client, staff_with("view_customer"))
    assert "包装破损" not in _page(client, customer).content.decode()
    _login(client, staff_with("view_customer", "view_buyermessage"))
    assert "包装破损" in _page(client, customer).content.decode()


def test_orders_show_only_to_staff_who_may_read_them(client, db):
    customer = buyer_with_address()
    order = unpaid_order(customer)

    _login(client, staff_with("view_customer"))
    assert order.number not in _page(client, customer).content.decode()
    _login(client, staff_with("view_customer", "view_order"))
    page = _page(client, customer).content.decode()

    assert order.number in page
    assert "待付款" in page


def test_another_area_adds_its_own_table_behind_its_permission(client, db):
    customer = UserFactory()

    @customer_panel(order=10, permission="shop.view_order")
    def orders(customer, *, in_full):
        return CustomerPanel(title="订单表", columns=["单号"], rows=[["2026<b>"]], links=["/admin/x/"])

    try:
        _login(client, staff_with("view_customer"))
        assert "订单表" not in _page(client, customer).content.decode()
        _login(client, staff_with("view_customer", "view_order"))
        page = _page(client, customer).content.decode()
    finally:
        del _panels[f"{orders.__module__}.{orders.__qualname__}"]

    assert page.index("订单表") < page.index("收货地址")
    assert '<a href="/admin/x/">2026&lt;b&gt;</a>' in page


def test_disabling_ends_every_session_at_once_and_is_logged(desk, db):
    customer = UserFactory()
    session = logged_in(user=customer)
    api = Client()
    assert get(api, "/user/", who=session.token).status_code == 200

    asked = desk.get(reverse("customer:disable", args=[customer.pk]))
    done = desk.post(reverse("customer:disable", args=[customer.pk]), follow=True)

    assert asked.status_code == 200
    assert "已停用" in done.content.decode()
    customer.refresh_from_db()
    assert not customer.is_active
    assert get(api, "/user/", who=session.token).status_code == 401
    assert post(api, "/authorizations/refresh/", {"refresh": session.refresh}).status_code == 401
    assert ModelLogEntry.objects.filter(action="accounts.disable", object_id=str(customer.pk)).count() == 1


def test_enabling_lets_in_again_but_old_sessions_stay_over(desk, db):
    customer = UserFactory()
    session = logged_in(user=customer)
    desk.post(reverse("customer:disable", args=[customer.pk]))

    desk.post(reverse("customer:enable", args=[customer.pk]))

    customer.refresh_from_db()
    assert customer.is_active
    assert get(Client(), "/user/", who=session.token).status_code == 401


def test_asking_changes_nothing(desk):
    customer = UserFactory()

    desk.get(reverse("customer:disable", args=[customer.pk]))

    customer.refresh_from_db()
    assert customer.is_active


def test_staff_can_be_neither_seen_nor_disabled_here(desk):
    boss = StaffFactory()

    assert _page(desk, boss).status_code == 404
    assert desk.post(reverse("customer:disable", args=[boss.pk])).status_code == 404
    boss.refresh_from_db()
    assert boss.is_active


def test_seeing_is_not_switching(client, db):
    customer = UserFactory()
    _login(client, staff_with("view_customer"))

    page = _page(client, customer)
    refused = client.post(reverse("customer:disable", args=[customer.pk]))

    assert page.status_code == 200
    assert reverse("customer:disable", args=[customer.pk]) not in page.content.decode()
    customer.refresh_from_db()
    assert customer.is_active
    assert refused.status_code == 302


@pytest.mark.parametrize("name", ["index", "inspect", "disable", "enable"])
def test_staff_without_the_permission_and_buyers_are_kept_out(client, db, name):
    customer = UserFactory()
    address = reverse(f"customer:{name}", args=[] if name == "index" else [customer.pk])

    for visitor in (staff_with("view_sku"), customer):
        _login(client, visitor)
        assert client.get(address).status_code == 302
    client.logout()
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("name", ["add", "edit", "delete", "copy"])
def test_nobody_types_over_a_customer(name):
    with pytest.raises(NoReverseMatch):
        reverse(f"customer:{name}", args=[] if name == "add" else [1])


def test_the_list_costs_the_same_for_1_and_for_20(desk):
    UserFactory()
    desk.get(reverse("customer:index"))
    with CaptureQueriesContext(connection) as one:
        desk.get(reverse("customer:index"))
    UserFactory.create_batch(19)
    with CaptureQueriesContext(connection) as twenty:
        desk.get(reverse("customer:index"))

    assert len(twenty) == len(one)
