"""What can go wrong with money."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Conflict, Invalid, NotFound, Unavailable


class GatewayMissing(NotFound):
    """This shop has no gateway of that name."""

    code = "payment.no_gateway"
    text = _("本店不支持该支付渠道")


class GatewayUnknown(Unavailable):
    """Nobody can say what happened at the gateway: a time-out, a 5xx, a system error. Ask again. ``detail`` is its
    code, for staff."""

    code = "payment.unknown"
    text = _("支付渠道暂时没有响应，请稍后再试")

    def __init__(self, detail: str = "") -> None:
        super().__init__()
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code} ({self.detail})" if self.detail else self.code


class NoticeForged(Invalid):
    """The signature does not hold, or what it signs cannot be a message of the gateway. ``detail`` is for the log."""

    code = "payment.forged"
    text = _("签名验证失败")

    def __init__(self, detail: str = "") -> None:
        super().__init__()
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code} ({self.detail})" if self.detail else self.code


class TradeUnknown(NotFound):
    """The gateway vouches for a trade that this shop never started."""

    code = "payment.trade_unknown"
    text = _("没有对应的付款单")


class TradeMismatch(Conflict):
    """What the gateway vouches for is for another app, seller or amount than ours."""

    code = "payment.mismatch"
    text = _("付款信息与订单不符")


class OrderNotPayable(Conflict):
    """Paid already, closed, out of time, nothing to pay, or paid at the door."""

    code = "payment.not_payable"
    text = _("订单当前不能付款")
