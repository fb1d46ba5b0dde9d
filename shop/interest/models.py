"""What buyers like and what they looked at."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Sku


class Favorite(models.Model):
    """A SKU that a buyer keeps in mind. ``Spu.favorites`` counts these rows."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="favorites")
    sku = models.ForeignKey(Sku, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(_("收藏时间"))

    class Meta:
        verbose_name = _("收藏")
        verbose_name_plural = _("收藏")
        constraints = [models.UniqueConstraint(fields=["user", "sku"], name="shop_favorite_once")]
        indexes = [models.Index(fields=["user", "-id"], name="shop_favorite_newest")]


class Visit(models.Model):
    """When a buyer last looked at a SKU; one row each, the newest ``BROWSE_HISTORY_LIMIT`` kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="visits")
    sku = models.ForeignKey(Sku, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(_("浏览时间"))

    class Meta:
        verbose_name = _("浏览记录")
        verbose_name_plural = _("浏览记录")
        constraints = [models.UniqueConstraint(fields=["user", "sku"], name="shop_visit_once")]
        indexes = [models.Index(fields=["user", "-seen_at", "-id"], name="shop_visit_newest")]
