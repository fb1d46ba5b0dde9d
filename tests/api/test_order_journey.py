"""From a guest's cart to a received order, through the API."""

import pytest

from tests.factories.people import PASSWORD
from tests.factories.trade import buyer_with_address, flat_freight, sku_with_stock

pytestmark = pytest.mark.django_db


def log_in(client, user):
    answer = client.post(
        "/api/v1/authorizations/",
        {"username": user.username, "password": PASSWORD},
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content
    return {"authorization": f"Bearer {answer.json()['token']}"}


def test_a_guest_fills_a_cart_logs_in_orders_and_cancels(client):
    user, sku = buyer_with_address(), sku_with_stock(5, price="20.00")
    flat_freight("8.00", free_from="99")

    added = client.post("/api/v1/cart/", {"sku_id": sku.pk, "count": 2}, content_type="application/json")
    assert (added.status_code, added.json()["total_count"]) == (201, 2)
    assert client.get("/api/v1/cart/").json()[0]["count"] == 2

    headers = log_in(client, user)
    assert client.cookies["cart"].value == ""
    cart = client.get("/api/v1/cart/", headers=headers).json()
    assert [(line["id"], line["count"], line["amount"]) for line in cart] == [(sku.pk, 2, "40.00")]

    settled = client.get("/api/v1/orders/settlement/", headers=headers).json()
    assert (settled["freight"], settled["payable"]) == ("8.00", "48.00")

    body = {"address": user.addresses.get().pk, "pay_method": 2}
    with_key = headers | {"idempotency-key": "one"}
    placed = client.post("/api/v1/orders/", body, content_type="application/json", headers=with_key)
    again = client.post("/api/v1/orders/", body, content_type="application/json", headers=with_key)
    assert placed.status_code == again.status_code == 201
    assert placed.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert client.get("/api/v1/cart/", headers=headers).json() == []

    sku.refresh_from_db()
    assert sku.stock == 3
    listed = client.get("/api/v1/orders/?status=1", headers=headers).json()
    assert [order["order_id"] for order in listed["results"]] == [placed.json()["order_id"]]

    address = f"/api/v1/orders/{placed.json()['order_id']}/"
    cancelled = client.put(f"{address}cancel/", {"reason": "other"}, content_type="application/json", headers=headers)
    assert cancelled.json()["status"] == 6
    sku.refresh_from_db()
    assert sku.stock == 5
    assert [event["kind"] for event in client.get(address, headers=headers).json()["events"]] == ["placed", "cancelled"]
