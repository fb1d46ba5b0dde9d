"""What can be wrong with an order."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Conflict, Invalid, NotFound


class OrderNotFound(NotFound):
    code = "order.not_found"
    text = _("订单不存在")


class NothingSelected(Invalid):
    code = "order.nothing_selected"
    text = _("请先勾选要购买的商品")
    field = "items"


class TooManyItems(Invalid):
    code = "order.too_many_items"
    text = _("一次最多购买 %(most)s 种商品")
    field = "items"


class AmountTooHigh(Invalid):
    """More yuan than a column holds: a price that somebody mistyped."""

    code = "order.amount_too_high"
    text = _("订单金额不能超过 %(most)s 元")
    field = "items"


class SkuNotForSale(Conflict):
    """A SKU of the order left the shelf: ``sku_id``."""

    code = "order.sku_not_for_sale"
    text = _("“%(name)s”已下架")


class PayableChanged(Conflict):
    """The buyer saw another sum than the server's: ``payable``."""

    code = "order.payable_changed"
    text = _("订单金额已变为 %(payable)s 元，请确认后重新提交")


class OrderNotCancellable(Conflict):
    code = "order.not_cancellable"
    text = _("订单当前状态不能取消")


class OrderStateConflict(Conflict):
    """The transition table does not know this step from where the order is: ``state``."""

    code = "order.state"
    text = _("订单当前状态不允许该操作")


class OrderNotRepriceable(Conflict):
    code = "order.not_repriceable"
    text = _("只有待付款的订单可以改价")


class PayableNegative(Invalid):
    code = "order.payable_negative"
    text = _("减免后应付金额不能小于 0")
    field = "adjustment"


class RefundTooHigh(Conflict):
    """More than what was paid and not yet refunded: ``most``."""

    code = "refund.too_high"
    text = _("最多还可退款 %(most)s 元")
    field = "amount"


class RefundTooManyPieces(Conflict):
    code = "refund.too_many_pieces"
    text = _("退款件数超过可退件数")
    field = "count"
