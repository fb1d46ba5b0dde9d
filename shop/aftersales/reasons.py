"""Why buyers want their money back."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """The list that a buyer picks from."""

    CHANGED_MIND = "changed_mind", _("不想要了")
    WRONG_ORDER = "wrong_order", _("拍错或多拍")
    NOT_ARRIVED = "not_arrived", _("没有收到货")
    LATE = "late", _("发货太慢")
    DAMAGED = "damaged", _("商品破损")
    FAULTY = "faulty", _("质量问题")
    NOT_AS_DESCRIBED = "not_as_described", _("与描述不符")
    WRONG_GOODS = "wrong_goods", _("发错或少发")
    PRICE = "price", _("补偿差价")
    OTHER = "other", _("其他")


def reason_text(reason: str) -> str:
    """How the reason reads; one that is no longer on the list reads as it was stored."""
    return str(Reason(reason).label) if reason in Reason.values else reason
