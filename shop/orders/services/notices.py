"""What a buyer is told of an order, by SMS, and by mail where the address is verified.

The message's row is made in the transaction of the change that it tells of, so neither is there without the
other; sending it is the outbox's work and can fail without the order.
"""

from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.utils import translation

from accounts.models import SmsMessage
from accounts.services.mail import queue_mail
from accounts.services.sms import queue_sms
from kernel import clock, money
from shop.orders.models import Order
from shop.shipping.carriers import carrier_name

#: Seconds after which a notice is old news.
LIVES = 86_400

_TEMPLATES = ("order_paid", "order_shipped", "order_refunded", "after_sale")


def tell_paid(order: Order) -> None:
    """The buyer learns that the money has come."""
    _tell(order, "order_paid", amount=money.text(order.paid_amount))


def tell_shipped(order: Order) -> None:
    """The buyer learns that everything is on its way, with the last parcel's waybill."""
    parcel = order.parcels.order_by("-pk").first()
    carrier = carrier_name(parcel.carrier) if parcel else "商家配送"
    _tell(order, "order_shipped", carrier=carrier, waybill=parcel.waybill if parcel else order.number)


def tell_refunded(order: Order, *, amount: Decimal) -> None:
    """The buyer learns that so much goes back. Units: yuan."""
    _tell(order, "order_refunded", amount=money.text(amount))


def tell_after_sale(order: Order, *, answer: str) -> None:
    """The buyer learns how an application was answered; ``answer`` ends the sentence: 已通过, 未通过."""
    _tell(order, "after_sale", answer=answer)


def _tell(order: Order, template: str, **params: str) -> None:
    if settings.ORDER_NOTICES == "off":
        return
    buyer = order.user
    if not buyer.is_active:
        return
    values = {"number": order.number, **params}
    if buyer.mobile and not _told_enough(buyer.mobile):
        queue_sms(mobile=buyer.mobile, template=template, params=values, lives=LIVES)
    if settings.ORDER_NOTICES == "all" and buyer.email and buyer.email_active:
        text = settings.SMS_TEXTS[template]["text"].format(**values)
        # The language of whoever acts here, staff or a gateway, is not the buyer's.
        with translation.override(settings.LANGUAGE_CODE):
            queue_mail(
                to=buyer.email,
                template="order",
                params={"number": order.number, "text": text},
                lives=LIVES,
                user_id=buyer.pk,
            )


def _told_enough(mobile: str) -> bool:
    since = clock.now() - timedelta(days=1)
    sent = SmsMessage.objects.filter(mobile=mobile, template__in=_TEMPLATES, created_at__gt=since)
    return sent.count() >= settings.ORDER_NOTICES_PER_BUYER
