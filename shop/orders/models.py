"""What was ordered, at which price, for which address: copies, so that later edits change no order."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from shop.orders.states import OrderState, PayMethod


class Order(models.Model):
    """One order. Its state changes only by a guarded UPDATE in ``shop.orders.services``.

    Units: yuan. ``payable = goods_amount + freight - discount + adjustment``, and never less than zero.
    """

    number = models.CharField(_("订单号"), max_length=32, unique=True)
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="orders", verbose_name=_("买家"))
    state = models.PositiveSmallIntegerField(_("状态"), choices=OrderState, default=OrderState.UNPAID)
    state_before_refund = models.PositiveSmallIntegerField(choices=OrderState, null=True, editable=False)
    pay_method = models.PositiveSmallIntegerField(_("支付方式"), choices=PayMethod)

    goods_amount = models.DecimalField(_("商品金额"), max_digits=12, decimal_places=2)
    freight = models.DecimalField(_("运费"), max_digits=12, decimal_places=2)
    discount = models.DecimalField(_("优惠"), max_digits=12, decimal_places=2, default=0)
    adjustment = models.DecimalField(
        _("改价"), max_digits=12, decimal_places=2, default=0, help_text=_("客服改价，负数为减免")
    )
    payable = models.DecimalField(_("应付"), max_digits=12, decimal_places=2)
    paid_amount = models.DecimalField(_("实付"), max_digits=12, decimal_places=2, default=0)
    refunded_amount = models.DecimalField(_("已退"), max_digits=12, decimal_places=2, default=0)
    total_count = models.PositiveIntegerField(_("件数"))

    address = models.JSONField(_("收货地址"), help_text=_("下单时的快照"))
    receiver = models.CharField(_("收货人"), max_length=50)
    receiver_mobile = models.CharField(_("收货电话"), max_length=20, db_index=True)
    remark = models.CharField(_("买家留言"), max_length=200, blank=True)
    staff_note = models.TextField(_("内部备注"), blank=True)
    cancel_reason = models.CharField(_("取消原因"), max_length=40, blank=True)

    created_at = models.DateTimeField(_("下单时间"), auto_now_add=True)
    expires_at = models.DateTimeField(_("付款截止"), null=True)
    paid_at = models.DateTimeField(_("付款时间"), null=True)
    shipped_at = models.DateTimeField(_("发货时间"), null=True)
    auto_receipt_at = models.DateTimeField(_("自动确认时间"), null=True)
    received_at = models.DateTimeField(_("收货时间"), null=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True)

    class Meta:
        verbose_name = _("订单")
        verbose_name_plural = _("订单")
        ordering = ["-id"]
        permissions = [
            ("note_order", _("可以写订单内部备注")),
            ("reprice_order", _("可以改价")),
            ("cancel_order", _("可以取消订单")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(payable__gte=0), name="shop_order_payable_not_negative"),
            models.CheckConstraint(condition=Q(freight__gte=0), name="shop_order_freight_not_negative"),
            # SQLite adds decimals as floats, hence half a cent of room.
            models.CheckConstraint(
                condition=Q(
                    payable__gt=F("goods_amount")
                    + F("freight")
                    - F("discount")
                    + F("adjustment")
                    - Value(Decimal("0.005")),
                    payable__lt=F("goods_amount")
                    + F("freight")
                    - F("discount")
                    + F("adjustment")
                    + Value(Decimal("0.005")),
                ),
                name="shop_order_payable_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(refunded_amount__gte=0, refunded_amount__lte=F("paid_amount")),
                name="shop_order_refunds_within_payment",
            ),
            models.CheckConstraint(condition=Q(state__in=OrderState.values), name="shop_order_state_known"),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="shop_order_of_user"),
            models.Index(fields=["state", "-id"], name="shop_order_by_state"),
            models.Index(fields=["expires_at"], condition=Q(state=1), name="shop_order_unpaid_expiry"),
            models.Index(fields=["auto_receipt_at"], condition=Q(state=3), name="shop_order_auto_receipt"),
            models.Index(fields=["created_at"], name="shop_order_created"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """So many pieces of one SKU at the price of that moment.

    ``amount`` is the line's share of what the buyer pays for goods (price × count - its share of
    discount + its share of adjustment); the shares of all lines sum to ``payable - freight`` exactly.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    sku = models.ForeignKey("shop.Sku", models.PROTECT, related_name="order_lines", verbose_name=_("SKU"))
    name = models.CharField(_("名称"), max_length=160)
    options = models.CharField(_("规格"), max_length=200, blank=True)
    image = models.ForeignKey("media.MallImage", models.SET_NULL, null=True, related_name="+")
    price = models.DecimalField(_("单价"), max_digits=12, decimal_places=2)
    count = models.PositiveIntegerField(_("数量"))
    amount = models.DecimalField(_("金额"), max_digits=12, decimal_places=2)
    weight_grams = models.PositiveIntegerField(default=0)
    shipped_count = models.PositiveIntegerField(_("已发"), default=0)
    refunded_count = models.PositiveIntegerField(_("已退件数"), default=0)
    refunded_amount = models.DecimalField(_("已退金额"), max_digits=12, decimal_places=2, default=0)
    restocked_count = models.PositiveIntegerField(_("已回库"), default=0)
    reviewed_at = models.DateTimeField(_("评价时间"), null=True)

    class Meta:
        verbose_name = _("订单商品")
        verbose_name_plural = _("订单商品")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "sku"], name="shop_order_line_once_per_sku"),
            models.CheckConstraint(condition=Q(count__gte=1), name="shop_order_line_has_pieces"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="shop_order_line_amount_not_negative"),
            models.CheckConstraint(
                condition=Q(
                    refunded_count__lte=F("count"), shipped_count__lte=F("count"), restocked_count__lte=F("count")
                ),
                name="shop_order_line_counts_within_order",
            ),
            models.CheckConstraint(
                condition=Q(refunded_amount__gte=0, refunded_amount__lte=F("amount")),
                name="shop_order_line_refund_within_amount",
            ),
        ]


class OrderEvent(models.Model):
    """One entry of an order's timeline: who did what, when and why. Never changed or deleted."""

    class Actor(models.TextChoices):
        BUYER = "buyer", _("买家")
        STAFF = "staff", _("员工")
        SYSTEM = "system", _("系统")
        GATEWAY = "gateway", _("支付渠道")

    order = models.ForeignKey(Order, models.CASCADE, related_name="events")
    kind = models.CharField(_("事件"), max_length=40)
    from_state = models.PositiveSmallIntegerField(choices=OrderState, null=True)
    to_state = models.PositiveSmallIntegerField(choices=OrderState, null=True)
    actor = models.CharField(_("操作方"), max_length=10, choices=Actor)
    by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("操作人"))
    note = models.CharField(_("说明"), max_length=300, blank=True)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("订单事件")
        verbose_name_plural = _("订单事件")
        ordering = ["id"]
        indexes = [models.Index(fields=["order", "id"], name="shop_event_of_order")]
