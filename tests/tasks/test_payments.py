"""The tasks of payments, run as the consumer runs them."""

import pytest
from huey.contrib.djhuey import HUEY

from shop.orders.states import OrderState
from shop.payments.models import PaymentAttempt
from shop.payments.port import Channel
from shop.payments.services import query_payment
from tasks import payments
from tests.factories.payment import started_payment
from tests.factories.trade import unpaid_order
from tests.fakes.alipay import running

pytestmark = pytest.mark.django_db


@pytest.fixture
def alipay(settings):
    with running() as stand_in:
        settings.PAY_GATEWAYS = {
            "alipay": {"class": "shop.payments.gateways.alipay.AlipayGateway", "options": stand_in.options}
        }
        yield stand_in


def test_the_consumer_knows_the_sweep():
    assert "query_payments" in {type(task).__name__ for task in HUEY._registry.periodic_tasks}


def test_the_sweep_books_what_is_due_and_a_second_run_changes_nothing(alipay):
    order = unpaid_order()
    url, attempt = started_payment(alipay, order)
    alipay.pay(url)
    PaymentAttempt.objects.update(next_query_at=attempt.created_at)

    for _run in range(2):
        payments.query_payments.call_local()

    order.refresh_from_db()
    assert order.state == OrderState.TO_SHIP
    assert alipay.gateway.asked == ["alipay.trade.query"]


def test_the_money_of_one_payment_closes_the_page_of_another(alipay, django_capture_on_commit_callbacks):
    order = unpaid_order()
    url, first = started_payment(alipay, order)
    paid = alipay.open(url)
    other = PaymentAttempt.objects.create(
        order=order, gateway="alipay", out_trade_no=f"{order.number}P9", amount=order.payable
    )
    page = alipay.adapter().start(
        out_trade_no=other.out_trade_no, amount=other.amount, subject="x", channel=Channel.PAGE, expires_at=None
    )
    alipay.open(page)
    alipay.gateway.pay(paid)

    with django_capture_on_commit_callbacks(execute=True):
        query_payment(attempt_id=first.pk)

    other.refresh_from_db()
    assert (other.state, alipay.trade(other.out_trade_no).state) == (PaymentAttempt.State.CLOSED, "TRADE_CLOSED")
