"""After-sales and reviews at the desk."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from wagtail.models import ModelLogEntry

from kernel import clock
from shop.aftersales.models import AfterSale
from shop.aftersales.reasons import Reason
from shop.aftersales.services import apply_after_sale, send_back
from shop.fulfilment.services import ParcelIn, ship
from shop.orders.services import confirm_receipt
from shop.orders.states import OrderState
from shop.payments.models import PaymentAttempt, Refund
from shop.reviews.models import Review
from shop.reviews.services import write_review
from tests.factories.staff import clerk, logged_in, superuser
from tests.factories.trade import buyer_with_address, paid_order, sku_with_stock

pytestmark = pytest.mark.django_db

_parcels = iter(range(10**6))


@pytest.fixture
def desk():
    return logged_in(superuser())


def sent_order(buyer=None, count=2):
    order = paid_order(buyer, items={sku_with_stock(): count})
    PaymentAttempt.objects.create(
        order=order,
        gateway="alipay",
        out_trade_no=f"P{order.number}",
        amount=order.payable,
        state="paid",
        counts=True,
        paid_at=clock.now(),
    )
    ship(order_id=order.pk, parcels=[ParcelIn("SF", f"SF{next(_parcels):010d}")], by=None)
    order.refresh_from_db()
    return order


def applied(buyer=None, kind=AfterSale.Kind.REFUND, **changed):
    order = sent_order(buyer)
    values = {"kind": kind, "reason": Reason.DAMAGED, "text": "屏幕碎了<script>"}
    return apply_after_sale(number=order.number, owner=order.user, **values | changed)


def act(browser, name, row, **data):
    return browser.post(reverse(f"aftersale:{name}", args=[row.pk]), data)


# -- the queue


def test_the_tabs_part_the_queue_and_count_it(desk):
    waiting, returning = applied(), applied(kind=AfterSale.Kind.RETURN)
    act(desk, "accept", returning, note="广州市天河区 仓库收")

    def tab(state):
        return list(desk.get(reverse("aftersale:index"), {"state": state}).context["object_list"])

    assert tab("applied") == [waiting]
    assert tab("to_return") == [returning]
    send_back(number=returning.number, by=returning.user, carrier="SF", waybill="SF0001110001")
    assert tab("to_return") == []
    assert tab("returning") == [returning]
    page = desk.get(reverse("aftersale:index"))
    assert [count for _label, count, _url, _open in page.context["tabs"]] == [1, 0, 1, 0, 0, 2]
    assert list(page.context["object_list"]) == [returning, waiting]
    assert list(desk.get(reverse("aftersale:index"), {"q": waiting.number}).context["object_list"]) == [waiting]
    assert list(desk.get(reverse("aftersale:index"), {"kind": "refund"}).context["object_list"]) == [waiting]


def test_the_page_shows_words_photos_and_what_may_be_done(desk):
    row = applied()
    AfterSale.objects.filter(pk=row.pk).update(photos=["aftersales/1/one.png"])

    page = desk.get(reverse("aftersale:inspect", args=[row.pk]))

    text = page.content.decode()
    assert "屏幕碎了&lt;script&gt;" in text
    assert "aftersales/1/one.png" in text
    assert "商品破损" in text
    assert [label for label, _url, _serious in page.context["actions"]] == ["同意", "拒绝"]


# -- decisions


def test_a_granted_refund_sends_the_money_and_both_logs_say_who(desk):
    row = applied()
    line = row.order.lines.get()

    told = desk.post(
        reverse("aftersale:accept", args=[row.pk]), {"note": "抱歉", f"restock_{line.pk}": "on"}, follow=True
    )

    row.refresh_from_db()
    assert row.state == AfterSale.State.REFUNDING
    assert (row.refund.amount, row.refund.lines.get().restock) == (Decimal("198"), True)
    assert "正在退回" in told.content.decode()
    assert ModelLogEntry.objects.filter(action="shop.accept_after_sale").count() == 2


def test_above_the_limit_a_second_person_is_announced(desk, settings):
    settings.REFUND_APPROVAL_FROM = Decimal("1")
    row = applied()

    told = desk.post(reverse("aftersale:accept", args=[row.pk]), {"note": ""}, follow=True)

    assert "须由另一位员工复核" in told.content.decode()
    assert Refund.objects.get().state == Refund.State.AWAITING_APPROVAL


def test_a_return_needs_an_address_then_the_goods_then_pays(desk):
    row = applied(kind=AfterSale.Kind.RETURN)
    line = row.order.lines.get()
    stock = line.sku.stock

    assert act(desk, "accept", row, note="").context["form"].errors["note"]
    act(desk, "accept", row, note="广州市天河区 仓库收")
    row.refresh_from_db()
    assert (row.state, row.staff_note) == (AfterSale.State.TO_RETURN, "广州市天河区 仓库收")

    act(desk, "receive", row, note="", **{f"restock_{line.pk}": ""})
    row.refresh_from_db()
    assert row.state == AfterSale.State.REFUNDING
    assert row.lines.get().restock is False
    line.sku.refresh_from_db()
    assert line.sku.stock == stock


def test_a_refusal_needs_a_reason_and_lets_the_order_go_on(desk):
    row = applied()

    assert act(desk, "refuse", row, note=" ").context["form"].errors["note"]
    act(desk, "refuse", row, note="已过退货期")

    row.refresh_from_db()
    assert (row.state, row.staff_note) == (AfterSale.State.REFUSED, "已过退货期")
    assert row.order.state == OrderState.SHIPPED
    assert ModelLogEntry.objects.filter(action="shop.refuse_after_sale").exists()


def test_an_application_is_decided_once(desk):
    row = applied()
    act(desk, "refuse", row, note="不行")

    answer = act(desk, "accept", row, note="")

    assert "不允许该操作" in answer.content.decode()
    assert not Refund.objects.exists()


def test_the_warehouse_takes_goods_in_and_decides_nothing_else():
    row = applied(kind=AfterSale.Kind.RETURN)
    act(logged_in(clerk("shop.view_aftersale", "shop.change_aftersale")), "accept", row, note="仓库")
    keeper = logged_in(clerk("shop.view_aftersale", "shop.receive_aftersale"))

    page = keeper.get(reverse("aftersale:inspect", args=[row.pk]))
    assert [label for label, _url, _serious in page.context["actions"]] == ["确认收到退货"]
    act(keeper, "refuse", row, note="x")
    row.refresh_from_db()
    assert row.state == AfterSale.State.TO_RETURN
    act(keeper, "receive", row, note="")
    row.refresh_from_db()
    assert row.state == AfterSale.State.REFUNDING


# -- reviews


def reviewed(buyer=None, score=5, text="质量很好，推荐", **changed):
    order = sent_order(buyer, count=1)
    confirm_receipt(number=order.number, by=order.user)
    line = order.lines.get()
    row = write_review(number=order.number, sku_id=line.sku_id, by=order.user, score=score, text=text)
    Review.objects.filter(pk=row.pk).update(**changed)
    row.refresh_from_db()
    return row


def test_reviews_are_found_and_filtered(desk):
    good = reviewed(score=5, images=["reviews/1/a.png"])
    bad = reviewed(score=1, text="包装破了很失望", state="hidden", reply="抱歉")

    def listed(**query):
        return list(desk.get(reverse("review:index"), query).context["object_list"])

    assert listed() == [bad, good]
    assert listed(state="hidden") == [bad]
    assert listed(score=["5", "4"]) == [good]
    assert listed(pictures="yes") == [good]
    assert listed(pictures="no") == [bad]
    assert listed(reply="no") == [good]
    assert listed(reply="yes") == [bad]
    assert listed(q="包装") == [bad]
    assert listed(q=good.sku.code) == [good]
    assert listed(q=good.order_line.order.number) == [good]
    assert "reviews/1/a.png" in desk.get(reverse("review:index")).content.decode()


def test_a_review_is_hidden_shown_and_answered(desk):
    row = reviewed()
    sku = row.sku

    desk.post(reverse("review:hide", args=[row.pk]))
    sku.refresh_from_db()
    row.refresh_from_db()
    assert (row.state, sku.comments) == ("hidden", 0)
    desk.post(reverse("review:show", args=[row.pk]))
    sku.refresh_from_db()
    assert sku.comments == 1
    assert desk.post(reverse("review:reply", args=[row.pk]), {"reply": ""}).context["form"].errors["reply"]
    desk.post(reverse("review:reply", args=[row.pk]), {"reply": "谢谢支持"})
    row.refresh_from_db()
    assert (row.reply, row.replied_by.is_superuser) == ("谢谢支持", True)
    done = set(ModelLogEntry.objects.filter(object_id=str(row.pk)).values_list("action", flat=True))
    assert done == {"shop.hide_review", "shop.show_review", "shop.reply_review"}
    assert "谢谢支持" in desk.get(reverse("review:inspect", args=[row.pk])).content.decode()


def bulk(browser, action, query):
    url = reverse("wagtail_bulk_action", args=["shop", "review", action])
    return browser.post(f"{url}?{query}&next={reverse('review:index')}")


def test_ticked_reviews_are_hidden_together(desk):
    rows = [reviewed(), reviewed(), reviewed()]

    page = desk.get(
        reverse("wagtail_bulk_action", args=["shop", "review", "hide"]) + f"?id={rows[0].pk}&next=/admin/review/"
    )
    assert rows[0].text in page.content.decode()
    bulk(desk, "hide", f"id={rows[0].pk}&id={rows[1].pk}")

    assert list(Review.objects.filter(state="hidden").order_by("pk")) == rows[:2]
    assert ModelLogEntry.objects.filter(action="shop.hide_review").count() == 2


def test_all_reviews_of_a_filter_are_hidden_and_no_other(desk):
    bad, good = reviewed(score=1), reviewed(score=5)

    bulk(desk, "hide", "id=all&score=1")

    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == ("hidden", "shown")


def test_reading_reviews_is_not_moderating_them():
    row = reviewed()
    reader = logged_in(clerk("shop.view_review"))

    assert reader.get(reverse("review:index")).status_code == 200
    bulk(reader, "hide", f"id={row.pk}")
    for name in ("hide", "show", "reply"):
        assert reader.post(reverse(f"review:{name}", args=[row.pk])).status_code == 302
    row.refresh_from_db()
    assert row.state == "shown"


# -- lists


@pytest.mark.parametrize("name", ["aftersale", "review"])
@pytest.mark.parametrize("verb", ["add", "edit", "delete"])
def test_no_address_types_over_what_buyers_wrote(name, verb):
    with pytest.raises(NoReverseMatch):
        reverse(f"{name}:{verb}", args=[] if verb == "add" else [1])


@pytest.mark.parametrize("export", ["", "csv"])
@pytest.mark.parametrize(("listing", "make"), [("aftersale:index", applied), ("review:index", reviewed)])
def test_the_lists_cost_the_same_for_1_and_for_30(desk, listing, make, export):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            answer = desk.get(reverse(listing), {"export": export} if export else {})
            assert answer.getvalue() if export else answer.content
        return len(captured)

    buyer = buyer_with_address()
    make(buyer)
    queries()
    few = queries()
    for _number in range(29):
        make(buyer)

    assert queries() == few


def test_an_export_runs_no_formula_of_a_buyer(desk):
    applied(text="=HYPERLINK(1)")
    reviewed(text="@SUM(1+1)*cmd")

    assert "'=HYPERLINK" in desk.get(reverse("aftersale:index"), {"export": "csv"}).getvalue().decode()
    assert "'@SUM" in desk.get(reverse("review:index"), {"export": "csv"}).getvalue().decode()
