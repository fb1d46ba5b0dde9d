"""What a buyer asks for after paying, and how staff answer."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AfterSale(models.Model):
    """One application: money back, or goods and money back. The refund itself is a ``payments.Refund``."""

    class Kind(models.TextChoices):
        REFUND = "refund", _("仅退款")
        RETURN = "return", _("退货退款")

    class State(models.TextChoices):
        APPLIED = "applied", _("待处理")
        REFUSED = "refused", _("已拒绝")
        WITHDRAWN = "withdrawn", _("已撤销")
        TO_RETURN = "to_return", _("待寄回")
        RETURNING = "returning", _("寄回中")
        REFUNDING = "refunding", _("退款中")
        DONE = "done", _("已完成")

    OPEN = ("applied", "to_return", "returning", "refunding")

    number = models.CharField(_("售后单号"), max_length=32, unique=True)
    order = models.ForeignKey("shop.Order", models.PROTECT, related_name="after_sales", verbose_name=_("订单"))
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("买家"))
    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.APPLIED)
    reason = models.CharField(_("原因"), max_length=40)
    text = models.CharField(_("说明"), max_length=500, blank=True)
    photos = models.JSONField(_("照片"), default=list)
    amount = models.DecimalField(_("申请金额"), max_digits=12, decimal_places=2)
    staff_note = models.CharField(_("处理说明"), max_length=300, blank=True)
    handled_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    return_carrier = models.CharField(_("寄回承运商"), max_length=30, blank=True)
    return_waybill = models.CharField(_("寄回运单号"), max_length=64, blank=True)
    refund = models.OneToOneField(
        "shop.Refund", models.SET_NULL, null=True, related_name="after_sale", verbose_name=_("退款")
    )
    created_at = models.DateTimeField(_("申请时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    class Meta:
        verbose_name = _("售后")
        verbose_name_plural = _("售后")
        ordering = ["-id"]
        permissions = [("receive_aftersale", _("可以签收退货"))]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state__in=["applied", "to_return", "returning", "refunding"]),
                name="shop_one_open_after_sale_per_order",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="shop_after_sale_amount_positive"),
        ]


class AfterSaleLine(models.Model):
    """The pieces that an application is about."""

    after_sale = models.ForeignKey(AfterSale, models.CASCADE, related_name="lines")
    order_line = models.ForeignKey("shop.OrderLine", models.PROTECT, related_name="+")
    count = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    restock = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["after_sale", "order_line"], name="shop_after_sale_line_once")]
