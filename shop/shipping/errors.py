"""What can be wrong with sending."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Conflict


class NoDelivery(Conflict):
    """The shop does not send to this address."""

    code = "shipping.no_delivery"
    text = _("该地区暂不支持配送")
    field = "address"
