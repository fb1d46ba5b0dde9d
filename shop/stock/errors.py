"""What can be wrong with stock."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Conflict, Invalid


class StockShort(Conflict):
    """Fewer pieces are left than asked for: ``sku_id``, ``left``."""

    code = "stock.short"
    text = _("库存不足")


class StockTooHigh(Invalid):
    """More pieces than anyone has: a typing mistake rather than a delivery."""

    code = "stock.too_high"
    text = _("库存不能超过 %(most)s 件")
    field = "stock"
