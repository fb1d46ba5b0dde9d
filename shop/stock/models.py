"""The ledger behind every stock column."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StockMovement(models.Model):
    """One change of one SKU's stock, with its cause. Rows are never changed or deleted.

    The sum of a SKU's movements is its stock; ``audit_ledger`` says where it is not.
    """

    class Cause(models.TextChoices):
        INITIAL = "initial", _("初始库存")
        IMPORTED = "imported", _("导入")
        ADJUSTED = "adjusted", _("人工调整")
        ORDERED = "ordered", _("下单占用")
        RETURNED = "returned", _("取消归还")
        RESTOCKED = "restocked", _("退货入库")

    sku = models.ForeignKey("shop.Sku", models.CASCADE, related_name="movements", verbose_name=_("SKU"))
    delta = models.IntegerField(_("变动"))
    cause = models.CharField(_("原因"), max_length=20, choices=Cause)
    reference = models.CharField(_("单据"), max_length=64, blank=True, help_text=_("订单号、导入批次等"))
    note = models.CharField(_("说明"), max_length=200, blank=True)
    by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("操作人")
    )
    created_at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("库存流水")
        verbose_name_plural = _("库存流水")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(delta=0), name="shop_movement_moves_something")]
        indexes = [
            models.Index(fields=["sku", "-id"], name="shop_movement_of_sku"),
            models.Index(fields=["reference"], name="shop_movement_reference"),
        ]
