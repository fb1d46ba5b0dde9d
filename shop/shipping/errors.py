"""What can be wrong with sending."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Conflict, Invalid, NotFound


class NoDelivery(Conflict):
    """The shop does not send to this address."""

    code = "shipping.no_delivery"
    text = _("该地区暂不支持配送")
    field = "address"


class CarrierUnknown(Invalid):
    """No carrier of ours has this code or name."""

    code = "shipping.carrier"
    text = _("没有这个承运商：%(carrier)s")
    field = "carrier"


class WaybillWrong(Invalid):
    """A waybill is 6 to 40 letters, digits and hyphens."""

    code = "shipping.waybill"
    text = _("运单号应为 6 到 40 位字母、数字或连字符")
    field = "waybill"


class WaybillTaken(Conflict):
    """Another parcel travels under this waybill."""

    code = "shipping.waybill_taken"
    text = _("运单号 %(waybill)s 已用于另一个包裹")
    field = "waybill"


class ParcelNotFound(NotFound):
    code = "shipping.parcel_not_found"
    text = _("包裹不存在")


class NothingToShip(Invalid):
    """A parcel without a piece, or an order of which nothing is left to send."""

    code = "shipping.nothing"
    text = _("没有可发货的商品")
    field = "lines"


class TooManyToShip(Conflict):
    """More pieces than are bought, not refunded and not sent yet: ``left`` of the line."""

    code = "shipping.too_many"
    text = _("“%(name)s”最多还可发 %(left)s 件")
    field = "lines"


class OrderNotShippable(Conflict):
    """The order is not waiting to be sent: ``state``."""

    code = "shipping.state"
    text = _("订单当前状态不能发货")


class OrderInRefund(Conflict):
    """A refund of the order is being decided; nothing leaves meanwhile."""

    code = "shipping.refunding"
    text = _("订单正在退款，不能发货")
