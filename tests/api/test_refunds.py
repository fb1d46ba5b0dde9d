"""/refunds/ and /orders/{id}/refunds/: asking for money back, and seeing what became of it."""

import io
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.services.erasure import anonymise, exported_data
from shop.aftersales.models import AfterSale
from shop.aftersales.photos import MOST_AN_HOUR, forget_loose_photos
from shop.aftersales.services import accept_after_sale, follow_refund, receive_return, refuse_after_sale
from shop.audit.selectors import drifts
from shop.orders.models import Order
from shop.orders.states import OrderState
from shop.payments.services import send_refund
from tests.accounts.people import bearer, get, picture, post, put
from tests.factories.people import StaffFactory, UserFactory
from tests.factories.refunds import order_with_payment, received
from tests.factories.trade import flat_freight, sku_with_stock, unpaid_order
from tests.fakes.gateways import memory_gateway

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    memory_gateway(settings)
    yield
    assert list(drifts()) == []


@pytest.fixture
def order(db):
    flat_freight("8.00")
    return order_with_payment(items={sku_with_stock(10, price=Decimal("10.00")): 3})


@pytest.fixture
def staff():
    return StaffFactory()


def ask(api, order, who=None, key=None, **changed):
    extra = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
    body = {"reason": "faulty", **changed}
    return post(api, f"/orders/{order.number}/refunds/", body, who=who or order.user, **extra)


def upload(api, who, file=None):
    return api.post("/api/v1/refunds/photos/", {"file": file or picture("JPEG")}, headers=bearer(who))


def files(settings):
    return [one for one in Path(settings.MEDIA_ROOT).rglob("*") if one.is_file()]


def test_asking_for_everything_answers_with_the_application(api, order):
    answer = ask(api, order, text="  按键失灵\r\n请退款 ")

    assert answer.status_code == 201
    said = answer.json()
    line = order.lines.get()
    expected = {
        "order_id": order.number,
        "kind": "refund",
        "kind_name": "仅退款",
        "state": "applied",
        "reason": "faulty",
        "reason_name": "质量问题",
        "text": "按键失灵\n请退款",
        "photos": [],
        "amount": "38.00",
        "freight": "8.00",
        "lines": [
            {"line": line.pk, "sku_id": line.sku_id, "name": line.name, "count": 3, "amount": "30.00"},
        ],
        "money": None,
    }
    assert said | expected == said
    assert get(api, f"/orders/{order.number}/", who=order.user).json()["status"] == OrderState.REFUNDING


def test_lines_are_named_by_id_or_by_sku_and_numbers_may_be_text(api, order):
    line = order.lines.get()
    first = ask(api, order, lines=[{"line": line.pk, "count": "2", "amount": "15.5"}])
    assert (first.json()["amount"], first.json()["lines"][0]["count"]) == ("15.50", 2)
    put(api, f"/refunds/{first.json()['number']}/withdraw/", who=order.user)

    assert ask(api, order, lines=[{"sku_id": line.sku_id}]).json()["amount"] == "10.00"


def test_the_same_key_asks_once_and_another_body_under_it_is_refused(api, order):
    first, second = ask(api, order, key="k"), ask(api, order, key="k")

    assert (second.content, second["Idempotency-Replayed"]) == (first.content, "true")
    assert ask(api, order, key="k", text="别的").json()["code"] == "idempotency.mismatch"
    assert AfterSale.objects.count() == 1


def test_a_second_application_while_one_is_open_is_409(api, order):
    ask(api, order)

    assert (ask(api, order).status_code, ask(api, order).json()["code"]) == (409, "after_sale.open")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": "because"}, "reason"),
        ({"reason": None}, "reason"),
        ({"kind": "exchange"}, "kind"),
        ({"text": "长" * 501}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"lines": []}, "lines"),
        ({"lines": "all"}, "lines"),
        ({"lines": [{}]}, "lines.0"),
        ({"lines": [{"line": 1, "sku_id": 1}]}, "lines.0"),
        ({"lines": [{"line": 0}]}, "lines.0.line"),
        ({"lines": [{"line": 2**63}]}, "lines.0.line"),
        ({"lines": [{"sku_id": 1, "count": -1}]}, "lines.0.count"),
        ({"lines": [{"sku_id": 1, "count": 1.5}]}, "lines.0.count"),
        ({"lines": [{"sku_id": 1, "count": 10**9}]}, "lines.0.count"),
        ({"lines": [{"sku_id": 1, "amount": "-0.01"}]}, "lines.0.amount"),
        ({"lines": [{"sku_id": 1, "amount": "1.001"}]}, "lines.0.amount"),
        ({"lines": [{"sku_id": 1, "amount": "1e30"}]}, "lines.0.amount"),
        ({"lines": [{"sku_id": 1, "amount": "NaN"}]}, "lines.0.amount"),
        ({"lines": [{"sku_id": 10**12}]}, "lines"),
        ({"photos": ["x"] * 7}, "photos"),
        ({"photos": [""]}, "photos.0"),
        ({"photos": ["nonsense"]}, "photos"),
    ],
)
def test_bad_input_is_400_with_the_field_named_and_nothing_is_kept(api, order, changed, field):
    answer = ask(api, order, **changed)

    assert answer.status_code == 400, answer.content.decode()
    assert answer.json()["errors"][0]["field"] == field
    assert (AfterSale.objects.count(), Order.objects.get().state) == (0, OrderState.TO_SHIP)


@pytest.mark.parametrize(
    ("line", "status", "code", "field"),
    [
        ({"count": 4}, 409, "refund.too_many_pieces", "count"),
        ({"count": 1, "amount": "10.01"}, 409, "refund.too_high", "amount"),
        ({"count": 0}, 400, "after_sale.amount_needed", "amount"),
        ({"count": 1, "amount": "0.00"}, 400, "refund.empty", "amount"),
    ],
)
def test_more_than_was_bought_or_paid_is_refused_by_name(api, order, line, status, code, field):
    answer = ask(api, order, lines=[{"sku_id": order.lines.get().sku_id, **line}])

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["errors"][0]["field"] == field


def test_unknown_keys_are_ignored(api, order):
    said = ask(api, order, state="done", amount="0.01", user_id=1, staff_note="同意", refund={"state": "succeeded"})

    assert (said.json()["state"], said.json()["amount"], said.json()["answer"]) == ("applied", "38.00", "")


def test_an_unpaid_order_has_nothing_to_give_back(api):
    order = unpaid_order()

    assert (ask(api, order).status_code, ask(api, order).json()["code"]) == (409, "refund.nothing_paid")


def test_a_return_before_shipping_names_the_kind(api, order):
    answer = ask(api, order, kind="return")

    assert (answer.status_code, answer.json()["code"], answer.json()["errors"][0]["field"]) == (
        409,
        "after_sale.not_sent",
        "kind",
    )


def test_a_return_from_asking_to_the_money(api, order, staff):
    received(order)
    number = ask(api, order, kind="return").json()["number"]
    after_sale = AfterSale.objects.get()
    accept_after_sale(after_sale_id=after_sale.pk, by=staff, note="广州市天河区某路 1 号")
    told = get(api, f"/refunds/{number}/", who=order.user).json()
    assert (told["state"], told["answer"]) == ("to_return", "广州市天河区某路 1 号")

    sent = put(api, f"/refunds/{number}/waybill/", {"carrier": " SF ", "waybill": "SF1234567"}, who=order.user)
    assert (sent.status_code, sent.json()["state"], sent.json()["carrier"]) == (200, "returning", "SF")
    assert put(api, f"/refunds/{number}/withdraw/", who=order.user).json()["code"] == "after_sale.state"

    receive_return(after_sale_id=after_sale.pk, by=staff)
    refunding = get(api, f"/refunds/{number}/", who=order.user).json()
    assert (refunding["state"], refunding["money"]["state"]) == ("refunding", "queued")
    after_sale.refresh_from_db()
    send_refund(refund_id=after_sale.refund_id)
    follow_refund(refund_id=after_sale.refund_id)

    done = get(api, f"/refunds/{number}/", who=order.user).json()
    assert (done["state"], done["money"]["state"], done["money"]["amount"]) == ("done", "succeeded", "30.00")
    shown = get(api, f"/orders/{order.number}/", who=order.user).json()
    # The freight stays with the shop, and there is nothing left to review.
    assert (shown["refunded_amount"], shown["status"]) == ("30.00", OrderState.DONE)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"carrier": "", "waybill": "SF123"}, "carrier"),
        ({"carrier": "x" * 31, "waybill": "SF123"}, "carrier"),
        ({"carrier": "SF", "waybill": "<script>"}, "waybill"),
        ({"carrier": "SF"}, "waybill"),
    ],
)
def test_a_waybill_that_is_none_is_400(api, order, body, field):
    number = ask(api, order).json()["number"]

    answer = put(api, f"/refunds/{number}/waybill/", body, who=order.user)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_a_waybill_where_none_is_waited_for_is_409(api, order):
    number = ask(api, order).json()["number"]

    answer = put(api, f"/refunds/{number}/waybill/", {"carrier": "SF", "waybill": "SF123"}, who=order.user)

    assert (answer.status_code, answer.json()["code"]) == (409, "after_sale.state")


def test_withdrawn_the_order_goes_on(api, order):
    number = ask(api, order).json()["number"]

    assert put(api, f"/refunds/{number}/withdraw/", who=order.user).json()["state"] == "withdrawn"
    assert get(api, f"/orders/{order.number}/", who=order.user).json()["status"] == OrderState.TO_SHIP


def test_the_lists_are_mine_newest_first_and_by_state(api, order, staff):
    first = ask(api, order).json()["number"]
    refuse_after_sale(after_sale_id=AfterSale.objects.get().pk, by=staff, note="不支持")
    second = ask(api, order).json()["number"]
    other = order_with_payment()
    ask(api, other)

    listed = get(api, "/refunds/", who=order.user).json()
    assert (listed["count"], [one["number"] for one in listed["results"]]) == (2, [second, first])
    refused = get(api, "/refunds/", {"state": "refused"}, who=order.user).json()
    assert [(one["number"], one["answer"]) for one in refused["results"]] == [(first, "不支持")]
    assert get(api, "/refunds/", {"state": "gone"}, who=order.user).status_code == 400
    assert get(api, "/refunds/", {"page_size": 101}, who=order.user).status_code == 400
    of_order = get(api, f"/orders/{order.number}/refunds/", who=order.user).json()
    assert [one["number"] for one in of_order] == [second, first]


def test_strangers_find_nothing(api, order):
    number, stranger = ask(api, order).json()["number"], UserFactory()
    waybill = {"carrier": "SF", "waybill": "SF123"}

    answers = [
        ask(api, order, who=stranger),
        get(api, f"/orders/{order.number}/refunds/", who=stranger),
        get(api, f"/refunds/{number}/", who=stranger),
        put(api, f"/refunds/{number}/withdraw/", who=stranger),
        put(api, f"/refunds/{number}/waybill/", waybill, who=stranger),
        get(api, "/refunds/1/", who=order.user),
    ]

    assert [answer.status_code for answer in answers] == [404] * 6
    assert get(api, "/refunds/", who=stranger).json()["count"] == 0
    assert AfterSale.objects.get().state == "applied"


def test_a_guest_is_401(api, order):
    for answer in (
        get(api, "/refunds/"),
        get(api, "/refunds/reasons/"),
        post(api, f"/orders/{order.number}/refunds/", {"reason": "faulty"}),
        get(api, f"/orders/{order.number}/refunds/"),
        api.post("/api/v1/refunds/photos/", {"file": picture()}),
    ):
        assert answer.status_code == 401


def test_answers_about_me_are_not_kept_by_anybody(api, order):
    assert ask(api, order)["Cache-Control"] == "no-store"


def test_the_reasons_are_listed_in_the_askers_language(api, order):
    reasons = get(api, "/refunds/reasons/", who=order.user).json()

    assert {"reason": "faulty", "name": "质量问题"} in reasons


def test_lists_cost_the_same_for_1_and_for_30(api, order):
    buyer = order.user

    def cost(path):
        with CaptureQueriesContext(connection) as queries:
            assert get(api, path, {"page_size": 50}, who=buyer).status_code == 200
        return len(queries)

    number = ask(api, order).json()["number"]
    one, one_of_order = cost("/refunds/"), cost(f"/orders/{order.number}/refunds/")
    for _number in range(29):
        put(api, f"/refunds/{number}/withdraw/", who=buyer)
        number = ask(api, order).json()["number"]

    assert (cost("/refunds/"), cost(f"/orders/{order.number}/refunds/")) == (one, one_of_order) == (4, 4)
    assert cost(f"/refunds/{number}/") <= 4


# -- photos


def test_a_photo_is_drawn_anew_and_goes_with_the_application(api, order, settings):
    sent = picture("JPEG")
    sent.seek(0, io.SEEK_END)
    sent.write(b"<script>alert(1)</script>")
    sent.seek(0)
    uploaded = upload(api, order.user, sent)
    assert uploaded.status_code == 201
    (kept,) = files(settings)
    assert kept.suffix == ".webp"
    assert b"script" not in kept.read_bytes()

    said = ask(api, order, photos=[uploaded.json()["photo"]] * 2).json()

    assert said["photos"] == [uploaded.json()["url"]]
    assert said["photos"][0].startswith("http")
    assert said["photos"][0].endswith(kept.name)


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("a.jpg", b"<html><script>alert(1)</script>", "image/jpeg"),
        SimpleUploadedFile("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
        SimpleUploadedFile("../../a.png", b"", "image/png"),
    ],
    ids=["html", "svg", "empty"],
)
def test_what_is_no_picture_is_400_and_nothing_is_stored(api, order, settings, file):
    answer = upload(api, order.user, file)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "file")
    assert files(settings) == []


def test_photos_of_others_forged_ones_and_old_ones_are_refused(api, order):
    mine, others = upload(api, order.user).json()["photo"], upload(api, UserFactory()).json()["photo"]
    forged = signing.dumps([order.user_id, "avatars/x.webp"], salt="another")

    for photo in (others, forged, mine[:-1]):
        assert ask(api, order, photos=[photo]).json()["code"] == "after_sale.photo_unknown"
    with time_machine.travel(timezone.now() + timedelta(days=1, seconds=5)):
        assert ask(api, order, photos=[mine]).json()["code"] == "after_sale.photo_unknown"


def test_too_many_uploads_are_429(api, order, monkeypatch):
    monkeypatch.setattr("shop.aftersales.photos.MOST_AN_HOUR", 2)
    assert MOST_AN_HOUR > 2
    for _number in range(2):
        assert upload(api, order.user).status_code == 201

    assert upload(api, order.user).status_code == 429
    assert upload(api, UserFactory()).status_code == 201


def test_photos_that_no_application_took_are_forgotten_after_two_days(api, order, settings):
    taken = upload(api, order.user).json()["photo"]
    upload(api, order.user)
    ask(api, order, photos=[taken])
    assert (len(files(settings)), forget_loose_photos()) == (2, 0)

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert (forget_loose_photos(), forget_loose_photos()) == (1, 0)

    (left,) = files(settings)
    assert get(api, "/refunds/", who=order.user).json()["results"][0]["photos"][0].endswith(left.name)


def test_my_data_holds_what_i_said_and_erasing_the_account_erases_it(
    api, order, settings, django_capture_on_commit_callbacks
):
    photo = upload(api, order.user).json()["photo"]
    ask(api, order, text="家里没人，打 13900001111", photos=[photo])
    (exported,) = exported_data(user=order.user)["after_sales"]
    assert (exported["text"], exported["reason"], exported["amount"]) == (
        "家里没人，打 13900001111",
        "质量问题",
        "38.00",
    )
    assert len(exported["photos"]) == 1

    with django_capture_on_commit_callbacks(execute=True):
        anonymise(user_id=order.user_id)

    row = AfterSale.objects.get()
    assert (row.text, row.photos, row.amount) == ("", [], Decimal("38.00"))
    assert files(settings) == []
