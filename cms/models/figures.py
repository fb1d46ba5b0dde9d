"""What was seen and clicked, by block and day. Nothing here says who: visitors are hashes that change every day."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Variant(models.TextChoices):
    """Which version of a banner: none is tested, the first, or the other."""

    NONE = "", "—"
    A = "a", _("版本 A")
    B = "b", _("版本 B")


class BlockFigure(models.Model):
    """One day of one block, banner or ad.

    ``visitors`` saw it and ``clickers`` clicked on it, each once a day; impressions and clicks count again after
    a while. Orders were placed within a day after a click, and belong to the last thing clicked.
    """

    day = models.DateField(_("日期"))
    block_key = models.CharField(_("区块"), max_length=64)
    variant = models.CharField(_("版本"), max_length=1, choices=Variant, blank=True, default=Variant.NONE)
    impressions = models.PositiveBigIntegerField(_("曝光"), default=0)
    clicks = models.PositiveBigIntegerField(_("点击"), default=0)
    visitors = models.PositiveBigIntegerField(_("访客"), default=0)
    clickers = models.PositiveBigIntegerField(_("点击访客"), default=0)
    orders = models.PositiveBigIntegerField(_("下单"), default=0)
    amount = models.DecimalField(_("下单金额"), max_digits=14, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("区块数据")
        verbose_name_plural = _("区块数据")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["day", "block_key", "variant"], name="cms_one_figure_per_block_and_day")
        ]
        indexes = [models.Index(fields=["block_key", "day"], name="cms_figure_of_block")]

    def __str__(self) -> str:
        return f"{self.day} {self.block_key}{self.variant}"


class BlockTrace(models.Model):
    """That a visitor of this day saw or clicked something; kept two days, to tell repeats and to find last clicks."""

    day = models.DateField()
    visitor = models.CharField(max_length=32, help_text="A hash that is another one tomorrow.")
    block_key = models.CharField(max_length=64)
    variant = models.CharField(max_length=1, choices=Variant, blank=True, default=Variant.NONE)
    seen_at = models.DateTimeField(null=True)
    clicked_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["visitor", "block_key", "variant"], name="cms_one_trace_per_visitor")
        ]
        indexes = [models.Index(fields=["day"], name="cms_trace_of_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.block_key}{self.variant}"


class AttributedOrder(models.Model):
    """That an order came from a click; one row per order, so that none counts twice."""

    number = models.CharField(max_length=32, unique=True)
    day = models.DateField()
    block_key = models.CharField(max_length=64)
    variant = models.CharField(max_length=1, choices=Variant, blank=True, default=Variant.NONE)
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["block_key", "day"], name="cms_order_of_block")]

    def __str__(self) -> str:
        return self.number
