"""The routes of settlement and orders."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.cart.services import add_to_cart
from shop.catalog.models import Sku
from shop.orders.models import Order
from shop.orders.services import mark_shipped, note_order
from shop.orders.states import PayMethod
from shop.shipping.models import Parcel
from tests.accounts.people import bearer, get, post, put
from tests.factories.catalog import MallImageFactory
from tests.factories.people import StaffFactory, UserFactory
from tests.factories.trade import buyer_with_address, flat_freight, paid_order, sku_with_stock, unpaid_order

pytestmark = pytest.mark.django_db

#: What opens and closes transactions is no statement that does work.
CONTROL = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")


@pytest.fixture
def buyer():
    return buyer_with_address()


def body(buyer, **changed):
    return {"address": buyer.addresses.get().pk, "pay_method": 2} | changed


def statements(counted):
    return [query["sql"] for query in counted.captured_queries if not query["sql"].startswith(CONTROL)]


def test_an_order_of_two_lines_takes_twelve_statements_at_the_most_login_and_key_included(client, buyer):
    flat_freight("8.00")
    image = MallImageFactory()
    for _number in range(2):
        add_to_cart(user=buyer, sku_id=sku_with_stock(9, default_image=image).pk, count=1)

    given = body(buyer, payable="206.00")
    with CaptureQueriesContext(connection) as counted:
        placed = post(client, "/orders/", given, who=buyer, HTTP_IDEMPOTENCY_KEY="k")

    assert placed.status_code == 201, placed.content
    # PostgreSQL takes one statement for all that an order writes.
    most = 7 if connection.vendor == "postgresql" else 12
    assert len(statements(counted)) <= most, "\n".join(statements(counted))


def test_an_order_of_twenty_lines_takes_as_many_statements_as_one_of_two(client, buyer):
    taken = []
    for lines in (2, 20):
        for _number in range(lines):
            add_to_cart(user=buyer, sku_id=sku_with_stock(9).pk, count=1)
        given = body(buyer)
        with CaptureQueriesContext(connection) as counted:
            assert post(client, "/orders/", given, who=buyer, HTTP_IDEMPOTENCY_KEY=f"k{lines}").status_code == 201
        taken.append(len(statements(counted)))

    assert taken[0] == taken[1] <= 12


def test_buying_now_answers_what_clients_print_and_leaves_the_cart_alone(client, buyer):
    flat_freight("8.00")
    sku = sku_with_stock(9, price="10.00")
    add_to_cart(user=buyer, sku_id=sku.pk, count=1)

    items = [{"sku_id": str(sku.pk), "count": "2"}]
    placed = post(client, "/orders/", body(buyer, pay_method="2", items=items, remark=" 周末送 "), who=buyer)

    assert placed.status_code == 201, placed.content
    assert placed.json()["payable"] == "28.00"
    assert buyer.cart_lines.count() == 1
    order = get(client, f"/orders/{placed.json()['order_id']}/", who=buyer).json()
    assert (order["remark"], order["status"], order["pay_method"], order["total_amount"], order["freight"]) == (
        "周末送",
        1,
        2,
        "28.00",
        "8.00",
    )
    (line,) = order["skus"]
    assert (line["count"], line["price"], line["sku"]["id"], line["sku"]["name"]) == (2, "10.00", sku.pk, sku.name)
    assert (order["address"]["receiver"], order["address"]["city"]) == ("张三", "广州市")
    assert len(order["create_time"]) == len("2026-05-01 12:00:00")


def test_cash_on_delivery_has_nothing_to_wait_for(client, buyer):
    sku = sku_with_stock()

    placed = post(client, "/orders/", body(buyer, pay_method=1, items=[{"sku_id": sku.pk}]), who=buyer)

    assert placed.json()["expires_at"] is None
    assert get(client, "/orders/?status=2", who=buyer).json()["count"] == 1


def test_someone_elses_address_is_404_and_nothing_is_ordered(client, buyer):
    stranger, sku = buyer_with_address(), sku_with_stock(5)
    given = body(buyer, address=stranger.addresses.get().pk, items=[{"sku_id": sku.pk}])

    assert post(client, "/orders/", given, who=buyer).status_code == 404
    assert (
        get(client, "/orders/settlement/", {"address": given["address"], "sku_id": sku.pk}, who=buyer).status_code
        == 404
    )
    assert (Order.objects.count(), Sku.objects.get().stock) == (0, 5)


def test_an_empty_selection_is_400(client, buyer):
    answers = [
        post(client, "/orders/", body(buyer), who=buyer),
        post(client, "/orders/", body(buyer, items=[]), who=buyer),
        get(client, "/orders/settlement/", who=buyer),
    ]

    assert [answer.status_code for answer in answers] == [400] * 3


def test_prices_states_and_sums_that_a_client_sends_are_ignored(client, buyer):
    sku = sku_with_stock(9, price="10.00")
    forged = {"freight": "0.00", "goods_amount": "0.01", "state": 5, "status": 5, "paid_amount": "10.00", "user": 1}
    items = [{"sku_id": sku.pk, "count": 1, "price": "0.01", "amount": "0.01"}]

    placed = post(client, "/orders/", body(buyer, items=items, **forged), who=buyer)

    assert placed.json()["payable"] == "10.00"
    order = Order.objects.get()
    assert (order.user, order.state, order.paid_amount) == (buyer, 1, 0)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"address": 0}, "address"),
        ({"address": 10**30}, "address"),
        ({"address": None}, "address"),
        ({"pay_method": 3}, "pay_method"),
        ({"pay_method": "alipay"}, "pay_method"),
        ({"remark": "长" * 201}, "remark"),
        ({"remark": "a\x00b"}, "remark"),
        ({"remark": {}}, "remark"),
        ({"payable": "1e30"}, "payable"),
        ({"payable": "NaN"}, "payable"),
        ({"payable": "-1"}, "payable"),
        ({"items": "x"}, "items"),
        ({"items": [{"sku_id": 1}] * 121}, "items"),
        ({"items": [{"sku_id": 10**30}]}, "items.0.sku_id"),
    ],
    ids=str,
)
def test_bad_input_is_400_with_the_field_named(client, buyer, changed, field):
    given = body(buyer, items=[{"sku_id": sku_with_stock().pk}])

    answer = post(client, "/orders/", given | changed, who=buyer)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_a_body_that_is_no_json_is_400(client, buyer):
    answer = client.post("/api/v1/orders/", "{", content_type="application/json", headers=bearer(buyer))

    assert answer.status_code == 400


ROUTES = {
    "detail": (get, "", None),
    "cancel": (put, "cancel/", {}),
    "receipt": (put, "receipt/", {}),
}


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("who", ["stranger", "staff", "nobody"])
def test_bola_another_buyers_order_is_404_on_every_route_and_nothing_moves(client, route, who):
    order = paid_order()
    mark_shipped(order_id=order.pk, by=None)
    method, path, given = ROUTES[route]
    caller = {"stranger": UserFactory, "staff": StaffFactory, "nobody": lambda: None}[who]()

    by_number = method(client, f"/orders/{order.number}/{path}", given, who=caller)
    by_row_id = method(client, f"/orders/{order.pk}/{path}", given, who=caller)

    expected = 401 if who == "nobody" else 404
    assert (by_number.status_code, by_row_id.status_code) == (expected, expected)
    if caller:
        assert get(client, "/orders/", who=caller).json()["count"] == 0
    order.refresh_from_db()
    assert order.state == 3


@pytest.mark.parametrize("number", ["x", "1" * 33, "%00", "٣" * 22, "0"])
def test_a_number_that_is_none_is_refused_and_never_a_crash(client, buyer, number):
    assert get(client, f"/orders/{number}/", who=buyer).status_code in {400, 404}


def test_cancel_with_and_without_a_body(client, buyer):
    with_reason, without = unpaid_order(buyer), unpaid_order(buyer)

    answer = put(client, f"/orders/{with_reason.number}/cancel/", {"reason": "wrong_address"}, who=buyer)
    assert answer.json() == {"order_id": with_reason.number, "status": 6}
    assert client.put(f"/api/v1/orders/{without.number}/cancel/", headers=bearer(buyer)).json()["status"] == 6
    again = put(client, f"/orders/{without.number}/cancel/", {}, who=buyer)
    assert (again.status_code, again.json()["code"]) == (409, "order.not_cancellable")
    bad = put(client, f"/orders/{unpaid_order(buyer).number}/cancel/", {"reason": "expired"}, who=buyer)
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (400, "reason")


def test_receipt_is_confirmed_once_the_order_was_sent(client, buyer):
    order = paid_order(buyer)
    early = put(client, f"/orders/{order.number}/receipt/", who=buyer)
    assert (early.status_code, early.json()["code"]) == (409, "order.state")
    Parcel.objects.create(order=order, carrier="SF", waybill="SF1")
    mark_shipped(order_id=order.pk, by=None)

    assert put(client, f"/orders/{order.number}/receipt/", who=buyer).json()["status"] == 4

    detail = get(client, f"/orders/{order.number}/", who=buyer).json()
    assert [event["kind"] for event in detail["events"]] == ["placed", "paid", "shipped", "received"]
    assert [(parcel["carrier"], parcel["waybill"]) for parcel in detail["parcels"]] == [("SF", "SF1")]


def test_what_staff_note_is_not_shown_to_buyers(client, buyer):
    order = unpaid_order(buyer)
    note_order(order_id=order.pk, by=StaffFactory(), note="难缠的客户")

    shown = get(client, f"/orders/{order.number}/", who=buyer)

    assert "难缠" not in shown.content.decode()
    assert [event["kind"] for event in shown.json()["events"]] == ["placed"]


def test_orders_are_listed_newest_first_by_state_and_in_pages(client, buyer):
    sku = sku_with_stock(50)
    orders = [unpaid_order(buyer, items={sku: 1}) for _number in range(3)]
    on_delivery = unpaid_order(buyer, items={sku: 1}, pay_method=PayMethod.CASH_ON_DELIVERY)
    unpaid_order()

    first = get(client, "/orders/", {"page_size": 2}, who=buyer).json()

    assert (first["count"], [order["order_id"] for order in first["results"]]) == (
        4,
        [on_delivery.number, orders[2].number],
    )
    assert [order["order_id"] for order in get(client, "/orders/?status=2", who=buyer).json()["results"]] == [
        on_delivery.number
    ]
    counts = get(client, "/orders/counts/", who=buyer).json()["counts"]
    assert counts == {"1": 3, "2": 1} | dict.fromkeys("345678", 0)
    for wrong in ({"status": 9}, {"status": "x"}, {"page_size": 101}, {"page": 0}, {"page_size": 10**9}):
        assert get(client, "/orders/", wrong, who=buyer).status_code == 400
    assert get(client, "/orders/", {"status": ""}, who=buyer).json()["count"] == 4


def test_the_list_takes_four_statements_for_a_page_of_any_size(client, buyer):
    image = MallImageFactory()
    skus = [sku_with_stock(99, default_image=image) for _number in range(3)]
    unpaid_order(buyer, items=dict.fromkeys(skus, 1))
    get(client, "/orders/", who=buyer)  # the first look makes the picture's sizes

    def counted():
        with CaptureQueriesContext(connection) as queries:
            answer = get(client, "/orders/", {"page_size": 100}, who=buyer).json()
        return len(queries), len(answer["results"]), answer["results"][0]["skus"][0]["sku"]["default_image_url"]

    assert counted()[:2] == (4, 1)
    for _number in range(29):
        unpaid_order(buyer, items=dict.fromkeys(skus, 1))
    taken, orders, picture = counted()
    assert (taken, orders) == (4, 30)
    assert picture.startswith("http")


def test_the_settlement_is_what_the_order_costs(client, buyer):
    flat_freight("8.00", free_from="99")
    sku = sku_with_stock(9, price="10.00")

    now = get(client, "/orders/settlement/", {"sku_id": sku.pk, "count": 2}, who=buyer).json()
    assert (now["goods_amount"], now["freight"], now["discounts"], now["payable"]) == ("20.00", "8.00", [], "28.00")
    assert [(line["id"], line["count"], line["amount"]) for line in now["skus"]] == [(sku.pk, 2, "20.00")]
    placed = post(
        client,
        "/orders/",
        body(buyer, items=[{"sku_id": sku.pk, "count": 2}], payable=now["payable"]),
        who=buyer,
    )
    assert placed.status_code == 201
    short = get(client, "/orders/settlement/", {"sku_id": sku.pk, "count": 8}, who=buyer)
    assert (short.status_code, short.json()["code"]) == (409, "stock.short")
