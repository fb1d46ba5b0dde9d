"""How the shop is paid: Alipay once its keys are set, else the stand-in service with play money."""

from typing import Any
from urllib.parse import urlsplit

from meiduo.env import env

#: Name → the adapter's dotted path, and what it is built with. Payments keep the name, so it never changes.
PAY_GATEWAYS: dict[str, dict[str, Any]] = {}

_addresses = {
    "notify_url": env().alipay_notify_url or f"{env().public_url}/api/v1/payment/alipay/notify/",
    "return_url": env().alipay_return_url or f"{env().public_url}/pay/{{order_id}}/result/",
}

#: Whether the stand-in takes the money here; production switches it off.
ALIPAY_FAKE = env().alipay_fake and not env().alipay_app_id
#: Where the stand-in keeps its keys and trades; both sides read the keys there.
ALIPAY_FAKE_DIR = env().var_dir / "alipay-fake"

if env().alipay_app_id:
    PAY_GATEWAYS["alipay"] = {
        "class": "shop.payments.gateways.alipay.AlipayGateway",
        "options": {
            "app_id": env().alipay_app_id,
            "seller_id": env().alipay_seller_id,
            "private_key": env().alipay_private_key,
            "public_key": env().alipay_public_key,
            "app_certificate": env().alipay_app_certificate,
            "alipay_certificate": env().alipay_certificate,
            "root_certificate": env().alipay_root_certificate,
            "sandbox": env().alipay_sandbox,
            "url": env().alipay_gateway_url,
            **_addresses,
        },
    }
elif ALIPAY_FAKE:
    PAY_GATEWAYS["alipay"] = {
        "class": "shop.payments.gateways.standin.StandInGateway",
        "options": {
            "app_id": "2021000000000000",
            "folder": ALIPAY_FAKE_DIR,
            "url": f"{env().alipay_fake_url.rstrip('/')}/gateway.do",
            **_addresses,
        },
    }


def alipay_problems() -> list[str]:
    """What a shop that takes real money must not start with, each with its cure."""
    found = []
    if "alipay_fake" in env().model_fields_set and env().alipay_fake:
        found.append("ALIPAY_FAKE is on: the stand-in lets anybody pay with play money; remove it")
    if not env().alipay_app_id:
        return found
    needed = {"ALIPAY_SELLER_ID": env().alipay_seller_id, "ALIPAY_PRIVATE_KEY": env().alipay_private_key}
    if env().alipay_app_certificate:
        needed |= {
            "ALIPAY_CERTIFICATE": env().alipay_certificate,
            "ALIPAY_ROOT_CERTIFICATE": env().alipay_root_certificate,
        }
    else:
        needed["ALIPAY_PUBLIC_KEY or ALIPAY_APP_CERTIFICATE"] = env().alipay_public_key
    found += [f"{name} is not set" for name, value in needed.items() if not value]
    if env().alipay_sandbox:
        found.append("ALIPAY_SANDBOX is on: its money is not real; remove it")
    notify = urlsplit(_addresses["notify_url"])
    if notify.scheme != "https" or notify.query:
        found.append("ALIPAY_NOTIFY_URL must be https and without a query string")
    return found
