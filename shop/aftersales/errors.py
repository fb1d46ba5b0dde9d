"""What can be wrong with an after-sale."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Conflict, Invalid, NotFound


class AfterSaleNotFound(NotFound):
    code = "after_sale.not_found"
    text = _("售后申请不存在")


class AfterSaleOpen(Conflict):
    """The order has one that is not decided yet, or another refund of it is under way."""

    code = "after_sale.open"
    text = _("该订单有正在处理的售后，请等它结束后再申请")


class AfterSaleTooLate(Conflict):
    code = "after_sale.too_late"
    text = _("收货超过 %(days)s 天，不能再申请售后")


class NotSentYet(Conflict):
    """Goods that were not sent cannot come back."""

    code = "after_sale.not_sent"
    text = _("订单尚未发货，请申请仅退款")
    field = "kind"


class AfterSaleStateConflict(Conflict):
    """Where the after-sale is, ``state``, this is not possible."""

    code = "after_sale.state"
    text = _("售后当前状态不允许该操作")


class NothingAsked(Invalid):
    code = "after_sale.nothing_asked"
    text = _("请选择要退款的商品")
    field = "lines"


class AmountNeeded(Invalid):
    """Money for no piece: how much only the buyer can say."""

    code = "after_sale.amount_needed"
    text = _("请填写退款金额")
    field = "amount"


class NoteNeeded(Invalid):
    code = "after_sale.note_needed"
    text = _("请填写处理说明")
    field = "note"


class PhotoUnknown(Invalid):
    """Not one of this buyer's own fresh uploads."""

    code = "after_sale.photo_unknown"
    text = _("照片无效或已过期，请重新上传")
    field = "photos"


class TooManyPhotos(Invalid):
    code = "after_sale.too_many_photos"
    text = _("最多上传 %(most)s 张照片")
    field = "photos"
