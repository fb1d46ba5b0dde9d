"""/orders/{id}/parcels/: what was sent and where it is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.fulfilment.services import ParcelIn, ship
from shop.shipping.tracking import asking
from shop.shipping.tracking.port import TrackingFailed
from tests.accounts.people import get
from tests.factories.catalog import SpuFactory
from tests.factories.people import UserFactory
from tests.factories.sending import new_waybill, shipped_order
from tests.factories.trade import paid_order, sku_with_stock

pytestmark = pytest.mark.django_db


def test_parcels_come_with_lines_and_steps(client):
    sku = sku_with_stock(spu=SpuFactory(), options={"颜色": "黑", "容量": "256G"})
    order = paid_order(items={sku: 2, sku_with_stock(): 1})
    first = order.lines.first()
    parcels = [ParcelIn("SF", "SF1234567890", {first.pk: 1}), ParcelIn("中通快递", "78901234567")]
    ship(order_id=order.pk, parcels=parcels, by=None)

    answer = get(client, f"/orders/{order.number}/parcels/", who=order.user)

    assert answer.status_code == 200
    one, two = answer.json()
    assert (one["carrier"], one["carrier_name"], one["waybill"]) == ("SF", "顺丰速运", "SF1234567890")
    kept = {"line": first.pk, "sku": sku.pk, "name": first.name, "options": "颜色：黑 / 容量：256G", "count": 1}
    assert one["lines"] == [kept]
    assert [line["count"] for line in two["lines"]] == [1, 1]
    assert (one["tracking"][0]["state"], one["tracking_note"]) == ("accepted", "")
    assert get(client, f"/orders/{order.number}/", who=order.user).json()["skus"][0]["options"] == kept["options"]


def test_an_order_that_has_not_left_has_no_parcels(client):
    order = paid_order()

    assert get(client, f"/orders/{order.number}/parcels/", who=order.user).json() == []


def test_a_carrier_that_does_not_answer_leaves_a_note(client, monkeypatch):
    class Down:
        name = "down"

        def follow(self, waybill):
            # Nothing is locked while somebody else's server is asked.
            assert not connection.in_atomic_block or connection.savepoint_ids == []
            raise TrackingFailed("down")

    monkeypatch.setattr(asking, "provider", Down)
    order = shipped_order()

    (one,) = get(client, f"/orders/{order.number}/parcels/", who=order.user).json()

    assert (one["tracking"], one["tracking_note"]) == ([], "暂时查不到物流信息，请稍后再看")


def test_parcels_are_for_their_buyer_alone(client):
    order = shipped_order()

    assert get(client, f"/orders/{order.number}/parcels/", who=UserFactory()).status_code == 404
    assert get(client, f"/orders/{order.number}/parcels/").status_code == 401
    assert get(client, "/orders/abc/parcels/", who=order.user).status_code in {400, 404}


def test_many_parcels_cost_as_much_as_one(client):
    order = paid_order(items={sku_with_stock(40): 31})
    line = order.lines.get()

    def counted():
        with CaptureQueriesContext(connection) as queries:
            answer = get(client, f"/orders/{order.number}/parcels/", who=order.user)
        # On the embedded size the cache is a table of the same database.
        return len([one for one in queries if "cache" not in one["sql"].lower()]), len(answer.json())

    ship(order_id=order.pk, parcels=[ParcelIn("SF", new_waybill(), {line.pk: 1})], by=None)
    get(client, f"/orders/{order.number}/parcels/", who=order.user)
    one = counted()
    ship(order_id=order.pk, parcels=[ParcelIn("SF", new_waybill(), {line.pk: 1}) for _number in range(29)], by=None)
    get(client, f"/orders/{order.number}/parcels/", who=order.user)
    many = counted()

    assert (one[0], one[1], many[1]) == (many[0], 1, 30)
