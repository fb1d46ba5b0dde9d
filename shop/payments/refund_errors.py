"""What can be wrong with a refund."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Conflict, Forbidden, Invalid, NotFound


class RefundNotFound(NotFound):
    code = "refund.not_found"
    text = _("退款不存在")


class NothingPaid(Conflict):
    """No money of this order has come, so none can go back."""

    code = "refund.nothing_paid"
    text = _("该订单没有可退的款项")


class RefundUnderWay(Conflict):
    """One refund of an order after the other: ``number`` is not ended yet."""

    code = "refund.under_way"
    text = _("该订单有一笔退款正在处理，请等它结束后再操作")


class RefundEmpty(Invalid):
    code = "refund.empty"
    text = _("退款金额须大于 0")
    field = "amount"


class RefundLineUnknown(Invalid):
    """A line of another order, or one that is named twice."""

    code = "refund.line_unknown"
    text = _("退款商品不属于该订单")
    field = "lines"


class RestBeforeShipping(Conflict):
    """Nothing was sent and nothing shall be: then all money goes back, ``rest``, not a part of it."""

    code = "refund.rest_before_shipping"
    text = _("未发货订单的商品全部退款时，须退还全部余额 %(rest)s 元")
    field = "amount"


class RefundStateConflict(Conflict):
    """Where the refund is, ``state``, this is not possible."""

    code = "refund.state"
    text = _("退款当前状态不允许该操作")


class SecondPersonNeeded(Forbidden):
    """Who asked for a refund, or gets its money, does not approve it."""

    code = "refund.second_person"
    text = _("退款须由申请人以外的员工复核")
