"""What can be wrong with a cart."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Conflict, NotFound


class LineNotFound(NotFound):
    code = "cart.line_not_found"
    text = _("购物车中没有该商品")
    field = "sku_id"


class LineFull(Conflict):
    """More pieces of one SKU than a line may hold: ``most``."""

    code = "cart.line_full"
    text = _("每件商品最多购买 %(most)s 件")
    field = "count"


class CartFull(Conflict):
    """More different SKUs than a cart may hold: ``most``."""

    code = "cart.full"
    text = _("购物车最多放 %(most)s 种商品")
    field = "sku_id"
