"""From an unpaid order to the gateway's page."""

import logging
from datetime import timedelta

from django.db import transaction

from accounts.models import User
from kernel import clock, limits
from shop.orders.models import Order
from shop.orders.services import order_locked
from shop.orders.states import OrderState, PayMethod
from shop.payments.errors import GatewayUnknown, OrderNotPayable, TradeMismatch
from shop.payments.models import PaymentAttempt
from shop.payments.numbers import next_number
from shop.payments.port import Channel, PaymentGateway
from shop.payments.registry import gateway
from shop.payments.services.querying import query_payment
from shop.payments.services.settling import settle_trade

logger = logging.getLogger(__name__)

#: Pay method → gateway.
GATEWAYS = {PayMethod.ALIPAY: "alipay"}
#: The first question about a payment whose notice may be lost.
FIRST_QUERY = timedelta(seconds=60)
#: Questions that a buyer who asks again may cause, per payment: (how many, in how many seconds).
LOOKS = (6, 60)


def start_payment(*, number: str, owner: User, channel: Channel, force_new: bool = False) -> str:
    """The address of the page where the buyer pays this order.

    An order has one open payment: asking again leads to the same page, unless the gateway says that it ended. When
    the price changed since (or with ``force_new``), the old one is closed at its gateway first. A payment found
    there on the way counts. No transaction is open while the gateway is called.
    Units: yuan. Locks: the order, twice and shortly.
    Raises: OrderNotFound, also for someone else's; OrderNotPayable; GatewayMissing; GatewayUnknown when the old
    payment could not be closed: asking later helps; TradeMismatch.
    """
    order, reusable, old = _looked_at(number, owner)
    name = GATEWAYS[PayMethod(order.pay_method)]
    at = gateway(name)
    passed: set[int] = set()
    if force_new or reusable is None:
        passed = {attempt.pk for attempt in old}
        for attempt in old:
            settle_trade(attempt=attempt, trade=at.close(out_trade_no=attempt.out_trade_no), at=at)
    else:
        _look_after(reusable)
    return _page(at, *_opened(number, owner, name, passed), channel=channel)


def _look_after(attempt: PaymentAttempt) -> None:
    """A page that was given out before may be paid or closed by now; when nobody knows, it is as good as before."""
    most, seconds = LOOKS
    try:
        limits.take(limits.Window(limits.key("pay.start", attempt.out_trade_no), most=most, seconds=seconds))
        query_payment(attempt_id=attempt.pk)
    except (limits.Limited, GatewayUnknown, TradeMismatch) as trouble:
        logger.info("old payment not asked for", extra={"payment": attempt.out_trade_no, "why": str(trouble)})


def _page(at: PaymentGateway, order: Order, attempt: PaymentAttempt, *, channel: Channel) -> str:
    return at.start(
        out_trade_no=attempt.out_trade_no,
        amount=attempt.amount,
        subject=f"美多商城订单 {order.number}",
        channel=channel,
        expires_at=order.expires_at,
        order_number=order.number,
    )


@transaction.atomic
def _looked_at(number: str, owner: User) -> tuple[Order, PaymentAttempt | None, list[PaymentAttempt]]:
    """The order, the open payment that still fits its price, and all open ones.

    Raises: OrderNotFound, OrderNotPayable.
    """
    order = _payable(number, owner)
    name = GATEWAYS[PayMethod(order.pay_method)]
    old = list(_pending(order, name))
    return order, next((attempt for attempt in old if attempt.amount == order.payable), None), old


@transaction.atomic
def _opened(number: str, owner: User, name: str, passed: set[int]) -> tuple[Order, PaymentAttempt]:
    """The order's open payment over its price of now, made where there is none.

    Raises: OrderNotFound, OrderNotPayable.
    """
    order = _payable(number, owner)
    for attempt in _pending(order, name):
        if attempt.pk not in passed and attempt.amount == order.payable:
            return order, attempt
    attempt = PaymentAttempt.objects.create(
        order=order,
        gateway=name,
        out_trade_no=next_number(order),
        amount=order.payable,
        next_query_at=clock.now() + FIRST_QUERY,
    )
    logger.info("payment started", extra={"payment": attempt.out_trade_no})
    return order, attempt


def _payable(number: str, owner: User) -> Order:
    order = order_locked(number=number, owner=owner)
    in_time = order.expires_at is not None and order.expires_at > clock.now()
    if order.state != OrderState.UNPAID or order.pay_method not in GATEWAYS or not in_time or order.payable <= 0:
        raise OrderNotPayable(state=order.state)
    return order


def _pending(order: Order, name: str) -> list[PaymentAttempt]:
    """Newest first."""
    open_ones = PaymentAttempt.objects.filter(order=order, gateway=name, state=PaymentAttempt.State.PENDING)
    return list(open_ones.order_by("-pk"))
