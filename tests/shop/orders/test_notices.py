"""What buyers are told of their orders, and when nobody is told."""

from decimal import Decimal

import pytest
from django.db import transaction

from accounts.models import MailMessage, SmsMessage
from accounts.sealing import unseal
from accounts.services.mail import deliver_mail
from kernel import clock
from shop.orders.services import (
    RefundedPieces,
    book_refund,
    end_refunding,
    mark_paid,
    mark_shipped,
    start_refunding,
)
from shop.orders.services.notices import tell_after_sale
from tests.accounts.people import outbox
from tests.factories.sending import shipped_order
from tests.factories.trade import buyer_with_address, paid_order, sku_with_stock, unpaid_order

pytestmark = pytest.mark.django_db


def told(order):
    rows = SmsMessage.objects.filter(mobile=order.user.mobile).order_by("pk")
    return [(row.template, unseal("sms", row.sealed)) for row in rows]


def give_back(order):
    line = order.lines.get()
    start_refunding(order_id=order.pk, actor="staff")
    pieces = [RefundedPieces(line_id=line.pk, count=line.count, amount=line.amount, restock=False)]
    book_refund(order_id=order.pk, amount=line.amount, pieces=pieces, actor="staff")
    end_refunding(order_id=order.pk, actor="staff")


def test_paid_shipped_and_refunded_are_told_each_once(db):
    order = shipped_order(items={sku_with_stock(price="10.00"): 2})
    give_back(order)

    waybill = order.parcels.get().waybill
    assert told(order) == [
        ("order_paid", {"number": order.number, "amount": "20.00"}),
        ("order_shipped", {"number": order.number, "carrier": "顺丰速运", "waybill": waybill}),
        ("order_refunded", {"number": order.number, "amount": "20.00"}),
    ]
    assert MailMessage.objects.count() == 0


def test_the_words_reach_the_outbox(django_capture_on_commit_callbacks):
    order = unpaid_order()
    with django_capture_on_commit_callbacks(execute=True):
        mark_paid(order_id=order.pk, amount=order.payable, at=clock.now())

    line = [one for one in outbox() if one["mobile"] == order.user.mobile][-1]
    assert line["text"] == f"您的订单{order.number}已付款{order.payable}元，我们会尽快发货。"


def test_a_verified_address_gets_a_mail_too_and_an_unverified_one_none(mailoutbox):
    verified = paid_order(buyer_with_address(email="a@example.com", email_active=True))
    paid_order(buyer_with_address(email="b@example.com", email_active=False))

    mail = MailMessage.objects.get()
    assert (mail.to, mail.template, mail.user_id) == ("a@example.com", "order", verified.user_id)
    deliver_mail(message_id=mail.pk)
    assert verified.number in mailoutbox[0].subject
    assert "已付款" in mailoutbox[0].body


def test_a_change_that_is_taken_back_tells_nobody():
    order = unpaid_order()

    with transaction.atomic():
        assert mark_paid(order_id=order.pk, amount=order.payable, at=clock.now())
        assert len(told(order)) == 1
        transaction.set_rollback(True)

    assert told(order) == []


def test_a_payment_that_comes_twice_is_told_once():
    order = paid_order()

    assert not mark_paid(order_id=order.pk, amount=order.payable, at=clock.now())
    assert len(told(order)) == 1


def test_the_setting_silences_mail_or_all(settings):
    buyer = buyer_with_address(email="a@example.com", email_active=True)
    settings.ORDER_NOTICES = "sms"
    order = paid_order(buyer)
    assert (len(told(order)), MailMessage.objects.count()) == (1, 0)
    settings.ORDER_NOTICES = "off"
    mark_shipped(order_id=order.pk, by=None)
    assert len(told(order)) == 1


def test_nobody_is_told_without_a_mobile_or_an_account(settings):
    nameless = paid_order(buyer_with_address(mobile=None))
    gone = unpaid_order()
    gone.user.is_active = False
    gone.user.save()
    assert mark_paid(order_id=gone.pk, amount=gone.payable, at=clock.now())

    assert SmsMessage.objects.filter(mobile__in=[nameless.user.mobile or "", gone.user.mobile]).count() == 0


def test_a_buyer_gets_so_many_messages_a_day_and_orders_go_on(settings):
    settings.ORDER_NOTICES_PER_BUYER = 2
    buyer, sku = buyer_with_address(), sku_with_stock(9)

    orders = [paid_order(buyer, items={sku: 1}) for _number in range(3)]

    assert len(told(orders[0])) == 2
    assert orders[-1].paid_amount > Decimal(0)


def test_an_answered_application_is_told():
    order = paid_order()

    tell_after_sale(order, answer="已通过")

    assert told(order)[-1] == ("after_sale", {"number": order.number, "answer": "已通过"})
