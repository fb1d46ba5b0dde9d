"""The gateways that this shop is paid through; settings name them."""

from django.conf import settings
from django.utils.module_loading import import_string

from shop.payments.errors import GatewayMissing
from shop.payments.port import PaymentGateway


def gateway(name: str) -> PaymentGateway:
    """The gateway of this name with our keys; built anew, so a changed setting counts at once.

    Raises: GatewayMissing when this shop does not have it.
    """
    entry = settings.PAY_GATEWAYS.get(name)
    if entry is None:
        raise GatewayMissing
    built: PaymentGateway = import_string(entry["class"])(name=name, **entry["options"])
    return built
