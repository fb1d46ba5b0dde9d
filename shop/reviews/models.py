"""What buyers say of what they bought."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Review(models.Model):
    """One review of one order line; shown once moderation lets it, with the merchant's reply."""

    class State(models.TextChoices):
        PENDING = "pending", _("待审核")
        SHOWN = "shown", _("已显示")
        HIDDEN = "hidden", _("已隐藏")

    order_line = models.OneToOneField("shop.OrderLine", models.CASCADE, related_name="review")
    sku = models.ForeignKey("shop.Sku", models.CASCADE, related_name="reviews", verbose_name=_("SKU"))
    spu = models.ForeignKey("shop.Spu", models.CASCADE, related_name="+", verbose_name=_("商品"))
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+", verbose_name=_("买家"))
    score = models.PositiveSmallIntegerField(_("评分"))
    text = models.CharField(_("评价"), max_length=1000)
    is_anonymous = models.BooleanField(_("匿名"), default=False)
    images = models.JSONField(_("图片"), default=list)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.SHOWN)
    reply = models.CharField(_("商家回复"), max_length=500, blank=True)
    replied_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="+")
    replied_at = models.DateTimeField(_("回复时间"), null=True, blank=True)
    created_at = models.DateTimeField(_("评价时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("商品评价")
        verbose_name_plural = _("商品评价")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(score__range=(0, 5)), name="shop_review_score_range")]
        indexes = [models.Index(fields=["sku", "state", "-id"], name="shop_review_of_sku")]
