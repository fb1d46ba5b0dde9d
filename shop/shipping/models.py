"""What sending costs, and what was sent. Area codes are those of the address book."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class FreightTemplate(models.Model):
    """How freight is counted; exactly one is the shop's default."""

    class Basis(models.TextChoices):
        FLAT = "flat", _("固定运费")
        WEIGHT = "weight", _("按重量（克）")
        PIECES = "pieces", _("按件数")

    name = models.CharField(_("名称"), max_length=60, unique=True)
    basis = models.CharField(_("计费方式"), max_length=10, choices=Basis, default=Basis.FLAT)
    is_default = models.BooleanField(_("默认"), default=False)
    free_from = models.DecimalField(
        _("满额包邮"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("商品金额达到即免运费；留空：不包邮"),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("运费模板")
        verbose_name_plural = _("运费模板")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="shop_one_default_freight_template"
            )
        ]

    def __str__(self) -> str:
        return self.name


class FreightRule(models.Model):
    """One line of a template: the first unit and each further unit, for some areas or for all others."""

    template = models.ForeignKey(FreightTemplate, models.CASCADE, related_name="rules")
    area_codes = models.JSONField(
        _("地区"), default=list, blank=True, help_text=_("省、市或区的代码；留空：其余所有地区")
    )
    no_delivery = models.BooleanField(_("不配送"), default=False)
    first_units = models.PositiveIntegerField(_("首重/首件"), default=1, help_text=_("克或件；固定运费时忽略"))
    first_fee = models.DecimalField(_("首费"), max_digits=12, decimal_places=2, default=0)
    further_units = models.PositiveIntegerField(_("续重/续件"), default=1)
    further_fee = models.DecimalField(_("续费"), max_digits=12, decimal_places=2, default=0)
    sort_order = models.PositiveIntegerField(_("顺序"), default=0)

    class Meta:
        verbose_name = _("运费规则")
        verbose_name_plural = _("运费规则")
        ordering = ["sort_order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_fee__gte=0, further_fee__gte=0, first_units__gte=1, further_units__gte=1),
                name="shop_freight_rule_sane",
            )
        ]


class Parcel(models.Model):
    """One parcel of an order with its carrier and waybill; an order may have several."""

    order = models.ForeignKey("shop.Order", models.CASCADE, related_name="parcels", verbose_name=_("订单"))
    carrier = models.CharField(_("承运商"), max_length=30, help_text=_("如 SF、YTO、ZTO"))
    waybill = models.CharField(_("运单号"), max_length=64)
    by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("发货时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("包裹")
        verbose_name_plural = _("包裹")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["carrier", "waybill"], name="shop_waybill_once")]


class ParcelLine(models.Model):
    """How many pieces of an order's line travel in a parcel."""

    parcel = models.ForeignKey(Parcel, models.CASCADE, related_name="lines")
    order_line = models.ForeignKey("shop.OrderLine", models.PROTECT, related_name="parcel_lines")
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parcel", "order_line"], name="shop_parcel_line_once"),
            models.CheckConstraint(condition=Q(count__gte=1), name="shop_parcel_line_has_pieces"),
        ]
