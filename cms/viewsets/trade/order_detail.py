"""What the one page of an order shows, read in a constant number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from accounts.selectors.customers import masked_mobile
from cms.viewsets.columns import with_pictures, yuan
from shop.aftersales.models import AfterSale
from shop.orders.models import Order, OrderEvent, OrderLine
from shop.orders.services import CancelReason
from shop.orders.states import OrderState
from shop.payments.models import PaymentAttempt, Refund
from shop.shipping.carriers import carrier_name
from shop.shipping.models import Parcel, ParcelLine

Text = str | Promise

#: What happened, in words, by the kind that a service wrote.
EVENTS: dict[str, Text] = {
    "placed": gettext_lazy("下单"),
    "paid": gettext_lazy("付款"),
    "cancelled": gettext_lazy("取消订单"),
    "expired": gettext_lazy("超时未付款，自动关闭"),
    "repriced": gettext_lazy("改价"),
    "noted": gettext_lazy("内部备注"),
    "shipped": gettext_lazy("全部发货"),
    "received": gettext_lazy("买家确认收货"),
    "received_by_time": gettext_lazy("到期自动确认收货"),
    "done": gettext_lazy("全部评价，订单完成"),
    "refunding": gettext_lazy("进入退款"),
    "refund_ended": gettext_lazy("退款结束，订单继续"),
    "refunded": gettext_lazy("全额退款"),
    "refund_booked": gettext_lazy("退款到账"),
    "refund_requested": gettext_lazy("申请退款"),
    "refund_approved": gettext_lazy("退款复核通过"),
    "refund_refused": gettext_lazy("退款被驳回"),
    "refund_failed": gettext_lazy("退款失败"),
    "stray_money_returned": gettext_lazy("多余款项已退回"),
    "parcel_sent": gettext_lazy("发出包裹"),
    "waybill_corrected": gettext_lazy("更正运单号"),
    "after_sale_applied": gettext_lazy("申请售后"),
    "after_sale_withdrawn": gettext_lazy("撤销售后"),
    "after_sale_accepted": gettext_lazy("同意售后"),
    "after_sale_refused": gettext_lazy("拒绝售后"),
    "after_sale_done": gettext_lazy("售后完成"),
    "after_sale_reopened": gettext_lazy("退款未成，售后待重新处理"),
    "return_sent": gettext_lazy("买家寄回商品"),
    "return_received": gettext_lazy("收到退货"),
    "return_overdue": gettext_lazy("逾期未寄回，售后关闭"),
    "stray_payment": gettext_lazy("收到多余款项"),
}

CANCEL_REASONS: dict[str, Text] = {
    CancelReason.CHANGED_MIND: gettext_lazy("不想要了"),
    CancelReason.WRONG_ADDRESS: gettext_lazy("地址填错"),
    CancelReason.FOUND_CHEAPER: gettext_lazy("别处更便宜"),
    CancelReason.OTHER: gettext_lazy("其他"),
    CancelReason.EXPIRED: gettext_lazy("超时未付款"),
    CancelReason.STAFF: gettext_lazy("客服取消"),
}


def shown_orders() -> QuerySet[Order]:
    """Orders with everything their page shows."""
    lines = with_pictures(OrderLine.objects.select_related("sku").order_by("pk"), "image")
    parcels = Parcel.objects.select_related("by").prefetch_related(
        Prefetch("lines", ParcelLine.objects.select_related("order_line").order_by("pk"))
    )
    refunds = Refund.objects.select_related("requested_by", "approved_by", "payment").order_by("pk")
    return Order.objects.select_related("user").prefetch_related(
        Prefetch("lines", lines),
        Prefetch("parcels", parcels.order_by("pk")),
        Prefetch("payments", PaymentAttempt.objects.order_by("pk")),
        Prefetch("refunds", refunds),
        Prefetch("after_sales", AfterSale.objects.order_by("pk")),
        Prefetch("events", OrderEvent.objects.select_related("by").order_by("-pk")),
    )


@dataclass(frozen=True)
class Entry:
    """One line of the timeline."""

    what: Text
    who: str
    at: Any
    steps: str
    note: str


def timeline(order: Order) -> list[Entry]:
    """Everything that happened to the order, the newest first."""
    return [
        Entry(
            what=EVENTS.get(event.kind, event.kind),
            who=_who(event),
            at=event.created_at,
            steps=_steps(event),
            note="，".join(part for part in (event.note, _data(event)) if part),
        )
        for event in order.events.all()
    ]


def sums(order: Order) -> Sequence[tuple[Text, str]]:
    """The order's amounts, in the order in which they add up."""
    rows: list[tuple[Text, Decimal]] = [
        (gettext("商品金额"), order.goods_amount),
        (gettext("运费"), order.freight),
    ]
    if order.discount:
        rows.append((gettext("优惠"), -order.discount))
    if order.adjustment:
        rows.append((gettext("改价"), order.adjustment))
    rows += [(gettext("应付"), order.payable), (gettext("实付"), order.paid_amount)]
    if order.refunded_amount:
        rows.append((gettext("已退"), order.refunded_amount))
    return [(label, signed(amount)) for label, amount in rows]


def signed(amount: Decimal) -> str:
    """An amount with its minus before the sign of the currency."""
    return f"-{yuan(-amount)}" if amount < 0 else yuan(amount)


def address_shown(order: Order, *, in_full: bool) -> dict[str, str]:
    """Where the parcels go, from the order's own copy."""
    kept = order.address
    return {
        "receiver": order.receiver,
        "mobile": order.receiver_mobile if in_full else masked_mobile(order.receiver_mobile),
        "tel": (kept.get("tel") or "") if in_full else "",
        "text": kept.get("text") or "",
    }


def cancel_reason(order: Order) -> Text:
    """Why the order was closed; nothing while it is not."""
    return CANCEL_REASONS.get(order.cancel_reason, order.cancel_reason)


def _who(event: OrderEvent) -> str:
    side = str(event.get_actor_display())
    return f"{side}（{event.by.get_username()}）" if event.by else side


def _steps(event: OrderEvent) -> str:
    if event.to_state is None:
        return ""
    to = str(OrderState(event.to_state).label)
    return to if event.from_state is None else f"{OrderState(event.from_state).label} → {to}"


def _data(event: OrderEvent) -> str:
    """The figures that a service kept with the event."""
    found = event.data
    if event.kind == "repriced":
        return gettext("应付 ¥%(before)s 改为 ¥%(after)s") % found
    if event.kind == "waybill_corrected":
        return f"{_carriage(found['before'])} → {_carriage(found['after'])}"
    parts = [found[name] for name in ("refund", "after_sale") if found.get(name)]
    if found.get("waybill"):
        parts.append(_carriage(found))
    if found.get("pieces"):
        parts.append(gettext("%(count)s 件") % {"count": found["pieces"]})
    if found.get("amount"):
        parts.append(f"¥{found['amount']}")
    if found.get("waits"):
        parts.append(gettext("待复核"))
    return "，".join(parts)


def _carriage(found: Mapping[str, str]) -> str:
    return f"{carrier_name(found['carrier'])} {found['waybill']}"
