"""Payments, made the way buyers make them: through the stand-in."""

from typing import Any

from accounts.models import User
from shop.orders.models import Order
from shop.payments.models import PaymentAttempt
from shop.payments.port import Channel
from shop.payments.services import query_payment, start_payment
from tests.factories.trade import buyer_with_address, unpaid_order
from tests.fakes.alipay import StandIn


def started_payment(alipay: StandIn, order: Order | None = None, **given: Any) -> tuple[str, PaymentAttempt]:
    """The pay address of an unpaid order, and its payment."""
    order = order or unpaid_order(**given)
    url = start_payment(number=order.number, owner=order.user, channel=Channel.PAGE)
    return url, PaymentAttempt.objects.filter(order=order).latest("pk")


def order_paid_at(alipay: StandIn, user: User | None = None, **given: Any) -> Order:
    """An order whose money the stand-in has, and we know."""
    order = unpaid_order(user or buyer_with_address(), **given)
    url, attempt = started_payment(alipay, order)
    alipay.pay(url)
    query_payment(attempt_id=attempt.pk)
    order.refresh_from_db()
    return order
