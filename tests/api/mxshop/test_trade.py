"""Cart and orders of the second contract, over the same rows as the first."""

from decimal import Decimal

import pytest

from accounts.tokens import access_token_for
from shop.audit.selectors import drifts
from shop.cart.models import CartLine
from shop.catalog.models import Spu
from shop.orders.models import Order
from tests.api.mxshop.client import ask
from tests.factories.areas import install_areas, make_address
from tests.factories.catalog import SkuFactory
from tests.factories.people import UserFactory
from tests.factories.trade import flat_freight, sku_with_stock

pytestmark = pytest.mark.django_db

MOBILE = "13912345678"


@pytest.fixture
def buyer(db):
    install_areas()
    return UserFactory()


def order(**changed):
    return {
        "post_script": "快点",
        "address": "广东省广州市天河区体育西路123号",
        "signer_name": "张三",
        "singer_mobile": MOBILE,
        "order_mount": 0.01,
        **changed,
    }


def placed(api, buyer, *skus):
    for sku in skus:
        assert ask(api, "post", "/shopcarts/", {"goods": sku.spu_id, "nums": 1}, who=buyer).status_code == 201
    answer = ask(api, "post", "/orders/", order(), who=buyer)
    assert answer.status_code == 201, answer.content
    return answer.json()


def fill(api, buyer, path, number):
    """So many rows more in this list."""
    install_areas()
    for _time in range(number):
        sku = sku_with_stock()
        if path == "/userfavs/":
            ask(api, "post", path, {"goods": sku.spu_id}, who=buyer)
        elif path == "/address/":
            make_address(buyer)
        elif path == "/messages/":
            ask(api, "post", path, {"subject": "a", "message": "b", "message_type": 1}, who=buyer)
        elif path == "/shopcarts/":
            ask(api, "post", path, {"goods": sku.spu_id, "nums": 1}, who=buyer)
        else:
            placed(api, buyer, sku)


def test_the_cart_adds_sets_and_removes_by_goods(api, buyer):
    sku = SkuFactory(price=Decimal("9.90"))
    dear = SkuFactory(spu=sku.spu, price=Decimal("99"))

    added = ask(api, "post", "/shopcarts/", {"goods": sku.spu_id, "nums": 2}, who=buyer)
    again = ask(api, "post", "/shopcarts/", {"goods": sku.spu_id, "goods_num": "3"}, who=buyer)
    assert (added.json()["nums"], again.json()["nums"]) == (2, 5)
    assert CartLine.objects.get().sku_id == sku.pk

    row = ask(api, "get", "/shopcarts/", who=buyer).json()[0]
    assert (row["nums"], row["goods"]["id"], row["goods"]["shop_price"]) == (5, sku.spu_id, 9.9)

    # The other contract put the dear variant in as well: both are these goods.
    CartLine.objects.create(user=buyer, sku=dear, count=1, price_seen=dear.price)
    assert ask(api, "get", f"/shopcarts/{sku.spu_id}/", who=buyer).json()["nums"] == 6
    changed = ask(api, "patch", f"/shopcarts/{sku.spu_id}/", {"nums": 4}, who=buyer)
    assert changed.json()["nums"] == 4
    assert CartLine.objects.get().count == 4

    assert ask(api, "delete", f"/shopcarts/{sku.spu_id}/", who=buyer).status_code == 204
    assert ask(api, "get", "/shopcarts/", who=buyer).json() == []
    assert ask(api, "delete", f"/shopcarts/{sku.spu_id}/", who=buyer).status_code == 404


@pytest.mark.parametrize(("nums", "field"), [(0, "nums"), (-1, "nums"), ("x", "nums"), (11, "nums"), (10**9, "nums")])
def test_a_bad_count_is_told_at_nums(api, buyer, nums, field):
    sku = SkuFactory(stock=10)
    answer = ask(api, "post", "/shopcarts/", {"goods": sku.spu_id, "nums": nums}, who=buyer)
    assert answer.status_code == 400
    assert list(answer.json()) == [field]
    assert not CartLine.objects.exists()


def test_an_order_takes_the_whole_cart_and_the_server_counts(api, buyer):
    flat_freight("8.00")
    one, two = sku_with_stock(5, price=Decimal("10.00")), sku_with_stock(5, price=Decimal("2.50"))
    made = placed(api, buyer, one, two)

    assert made["order_mount"] == 20.5
    assert (made["pay_status"], made["address"]) == ("paying", "广东省广州市天河区体育西路123号")
    assert made["alipay_url"].startswith("http")
    assert {row["goods"]["id"] for row in made["goods"]} == {one.spu_id, two.spu_id}
    assert not CartLine.objects.exists()
    kept = Order.objects.get()
    assert (kept.address["province"], kept.address["district"], kept.receiver) == ("广东省", "天河区", "张三")
    assert (kept.remark, kept.receiver_mobile) == ("快点", MOBILE)
    one.refresh_from_db()
    assert one.stock == 4
    assert list(drifts()) == []

    listed = ask(api, "get", "/orders/", who=buyer).json()
    assert [row["order_sn"] for row in listed] == [kept.number]
    v1 = api.get(f"/api/v1/orders/{kept.number}/", headers={"Authorization": f"Bearer {access_token_for(buyer)}"})
    assert v1.json()["payable"] == "20.50"


def test_an_address_that_nobody_can_parse_still_ships(api, buyer):
    sku = sku_with_stock()
    ask(api, "post", "/shopcarts/", {"goods": sku.spu_id, "nums": 1}, who=buyer)

    made = ask(api, "post", "/orders/", order(address="村口大树旁第三家"), who=buyer)

    assert made.status_code == 201, made.content
    kept = Order.objects.get()
    assert (kept.address["place"], kept.address["province_id"]) == ("村口大树旁第三家", None)
    shown = api.get(f"/api/v1/orders/{kept.number}/", headers={"Authorization": f"Bearer {access_token_for(buyer)}"})
    assert shown.status_code == 200


def test_what_left_the_shelf_stays_in_the_cart_and_hinders_nothing(api, buyer):
    live, gone = sku_with_stock(), sku_with_stock()
    for sku in (live, gone):
        ask(api, "post", "/shopcarts/", {"goods": sku.spu_id, "nums": 1}, who=buyer)
    Spu.objects.filter(pk=gone.spu_id).update(status=Spu.Status.OFF_SALE)

    made = ask(api, "post", "/orders/", order(), who=buyer)

    assert [row["goods"]["id"] for row in made.json()["goods"]] == [live.spu_id]
    assert CartLine.objects.get().sku_id == gone.pk


def test_an_empty_cart_is_no_order(api, buyer):
    answer = ask(api, "post", "/orders/", order(), who=buyer)
    assert answer.status_code == 400
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"signer_name": ""}, "signer_name"), ({"singer_mobile": "1"}, "singer_mobile"), ({"address": ""}, "address")],
)
def test_a_bad_order_is_told_at_the_clients_field(api, buyer, changed, field):
    answer = ask(api, "post", "/orders/", order(**changed), who=buyer)
    assert (answer.status_code, list(answer.json())) == (400, [field])


def test_the_right_spelling_of_the_mobile_is_taken_too(api, buyer):
    sku = sku_with_stock()
    ask(api, "post", "/shopcarts/", {"goods": sku.spu_id, "nums": 1}, who=buyer)
    body = order()
    body["signer_mobile"] = body.pop("singer_mobile")
    assert ask(api, "post", "/orders/", body, who=buyer).status_code == 201


def test_delete_cancels_and_gives_the_pieces_back(api, buyer):
    sku = sku_with_stock(3)
    made = placed(api, buyer, sku)

    assert ask(api, "delete", f"/orders/{made['id']}/", who=UserFactory()).status_code == 404
    assert ask(api, "delete", f"/orders/{made['id']}/", who=buyer).status_code == 204

    sku.refresh_from_db()
    assert sku.stock == 3
    shown = ask(api, "get", f"/orders/{made['id']}/", who=buyer).json()
    assert (shown["pay_status"], shown["alipay_url"]) == ("TRADE_CLOSED", "")
    assert ask(api, "delete", f"/orders/{made['id']}/", who=buyer).status_code == 400


def test_a_forged_notice_and_a_forged_return_change_nothing(api, buyer, settings):
    made = placed(api, buyer, sku_with_stock())
    claim = {"out_trade_no": made["order_sn"], "trade_status": "TRADE_SUCCESS", "sign": "AAAA", "sign_type": "RSA2"}

    notice = api.post("/api/mxshop/alipay/return/", claim)
    back = api.get("/api/mxshop/alipay/return/", claim)

    assert notice.status_code == 400
    assert notice.content != b"success"
    assert (back.status_code, back["Location"]) == (302, settings.MXSHOP_CLIENT_URL)
    assert back.cookies["nextPath"].value == "pay"
    assert ask(api, "get", f"/orders/{made['id']}/", who=buyer).json()["pay_status"] == "paying"
