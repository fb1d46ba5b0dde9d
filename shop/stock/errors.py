"""What can be wrong with stock."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Conflict


class StockShort(Conflict):
    """Fewer pieces are left than asked for: ``sku_id``, ``left``."""

    code = "stock.short"
    text = _("库存不足")
