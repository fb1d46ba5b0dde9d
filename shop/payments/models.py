"""Money in and out: attempts, refunds, and what the gateway's bill says otherwise."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PaymentAttempt(models.Model):
    """One try to pay an order: one ``out_trade_no`` at one gateway. The gateway's word, verified, ends it."""

    class State(models.TextChoices):
        PENDING = "pending", _("待支付")
        PAID = "paid", _("已支付")
        CLOSED = "closed", _("已关闭")

    order = models.ForeignKey("shop.Order", models.PROTECT, related_name="payments", verbose_name=_("订单"))
    gateway = models.CharField(_("渠道"), max_length=20)
    out_trade_no = models.CharField(_("商户单号"), max_length=64, unique=True)
    trade_no = models.CharField(_("渠道流水号"), max_length=64, blank=True, db_index=True)
    amount = models.DecimalField(_("金额"), max_digits=12, decimal_places=2)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PENDING)
    #: Whether this payment is the one that paid the order; further ones are refunded by themselves.
    counts = models.BooleanField(_("有效付款"), default=False)
    paid_at = models.DateTimeField(_("付款时间"), null=True)
    next_query_at = models.DateTimeField(_("下次查询"), null=True)
    queries = models.PositiveIntegerField(_("查询次数"), default=0)
    last_error = models.CharField(_("最近错误"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("付款")
        verbose_name_plural = _("付款")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(counts=True), name="shop_one_counting_payment_per_order"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="shop_payment_amount_positive"),
        ]
        indexes = [
            models.Index(fields=["next_query_at"], condition=Q(state="pending"), name="shop_payment_to_query"),
        ]


class Refund(models.Model):
    """Money going back from one payment, under its own ``out_request_no``; a time-out leaves it ``unknown``.

    The sum of a payment's refunds that are not failed or refused never exceeds its amount.
    """

    class State(models.TextChoices):
        AWAITING_APPROVAL = "awaiting_approval", _("待复核")
        QUEUED = "queued", _("待退款")
        UNKNOWN = "unknown", _("结果未知")
        SUCCEEDED = "succeeded", _("已退款")
        FAILED = "failed", _("失败")
        REFUSED = "refused", _("已驳回")

    class Cause(models.TextChoices):
        AFTER_SALE = "after_sale", _("售后")
        STAFF = "staff", _("人工")
        LATE_PAYMENT = "late_payment", _("订单已关闭后到账")
        DOUBLE_PAYMENT = "double_payment", _("重复付款")

    payment = models.ForeignKey(PaymentAttempt, models.PROTECT, related_name="refunds", verbose_name=_("付款"))
    order = models.ForeignKey("shop.Order", models.PROTECT, related_name="refunds", verbose_name=_("订单"))
    out_request_no = models.CharField(_("退款单号"), max_length=64, unique=True)
    amount = models.DecimalField(_("金额"), max_digits=12, decimal_places=2)
    freight_amount = models.DecimalField(_("其中运费"), max_digits=12, decimal_places=2, default=0)
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.QUEUED)
    cause = models.CharField(_("缘由"), max_length=20, choices=Cause)
    reason = models.CharField(_("说明"), max_length=200, blank=True)
    requested_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    approved_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    attempts = models.PositiveIntegerField(_("尝试次数"), default=0)
    next_try_at = models.DateTimeField(_("下次尝试"), null=True)
    last_error = models.CharField(_("最近错误"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    done_at = models.DateTimeField(_("完成时间"), null=True)

    class Meta:
        verbose_name = _("退款")
        verbose_name_plural = _("退款")
        ordering = ["-id"]
        permissions = [("approve_refund", _("可以复核退款"))]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="shop_refund_amount_positive")]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state__in=["queued", "unknown"]), name="shop_refund_to_try"
            ),
        ]


class RefundLine(models.Model):
    """Which pieces a refund is for, and whether they go back to stock."""

    refund = models.ForeignKey(Refund, models.CASCADE, related_name="lines")
    order_line = models.ForeignKey("shop.OrderLine", models.PROTECT, related_name="refund_lines")
    count = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    restock = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["refund", "order_line"], name="shop_refund_line_once")]


class BillDifference(models.Model):
    """Where the gateway's daily bill and our books do not say the same; staff settle each."""

    class Kind(models.TextChoices):
        MISSING_HERE = "missing_here", _("账单有、系统无")
        MISSING_THERE = "missing_there", _("系统有、账单无")
        AMOUNT = "amount", _("金额不一致")
        STATE = "state", _("状态不一致")

    bill_date = models.DateField(_("账单日期"))
    gateway = models.CharField(_("渠道"), max_length=20)
    kind = models.CharField(_("差异"), max_length=20, choices=Kind)
    number = models.CharField(_("单号"), max_length=64)
    ours = models.DecimalField(_("系统金额"), max_digits=12, decimal_places=2, null=True)
    theirs = models.DecimalField(_("账单金额"), max_digits=12, decimal_places=2, null=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    settled_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("对账差异")
        verbose_name_plural = _("对账差异")
        ordering = ["-bill_date", "number"]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "bill_date", "kind", "number"], name="shop_bill_difference_once")
        ]
