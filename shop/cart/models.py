"""A signed-in buyer's cart; a guest's is a signed cookie until login."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CartLine(models.Model):
    """So many pieces of one SKU that a buyer means to buy. Nothing is reserved by it."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="cart_lines")
    sku = models.ForeignKey("shop.Sku", models.CASCADE, related_name="+")
    count = models.PositiveIntegerField(_("数量"))
    selected = models.BooleanField(_("勾选"), default=True)
    price_seen = models.DecimalField(_("加入时价格"), max_digits=12, decimal_places=2)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "sku"], name="shop_cart_line_once_per_sku"),
            models.CheckConstraint(condition=Q(count__gte=1), name="shop_cart_line_has_pieces"),
        ]
