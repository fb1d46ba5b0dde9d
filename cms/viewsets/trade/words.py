"""Chinese words for codes that the shop keeps."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shop.aftersales.reasons import Reason
from shop.payments.refunds import CASH

GATEWAYS: dict[str, str | Promise] = {
    "alipay": _("支付宝"),
    "alipay_fake": _("支付宝（测试）"),
    CASH: _("现金"),
}


def gateway_name(name: str) -> str | Promise:
    """The gateway as people call it; one without a name here names itself."""
    return GATEWAYS.get(name, name)


def reason_text(value: str) -> str | Promise:
    """Why a buyer wants money back; a reason that the list no longer has names itself."""
    return Reason(value).label if value in Reason.values else value
