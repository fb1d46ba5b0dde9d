"""How the shop is paid."""

import ipaddress
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from meiduo.parts import Finding, Level, Part
from meiduo.settings.parts.payments import alipay_problems
from shop.payments.errors import GatewayUnknown
from shop.payments.registry import gateway
from shop.payments.selectors import open_differences, payments_needing_a_person

#: Seconds for a look from outside.
PATIENCE = 5


def ping() -> None:
    """Orders wait for a gateway that is away: it closes nothing, so readiness does not ask it."""


def examine() -> Iterator[Finding]:
    if not settings.PAY_GATEWAYS:
        yield Finding(Level.WARNING, "no gateway: buyers pay cash on delivery only", "set ALIPAY_APP_ID and its keys")
    if settings.ALIPAY_FAKE:
        yield Finding(
            Level.WARNING, "a stand-in takes play money for Alipay's", "set ALIPAY_APP_ID and its keys to be paid"
        )
    else:
        for problem in alipay_problems():
            yield Finding(Level.BAD, problem, "see the environment table in the README")
    for name in settings.PAY_GATEWAYS:
        yield from _keys(name)
    if settings.PAY_GATEWAYS and not settings.ALIPAY_FAKE:
        yield from _notices(settings.PAY_GATEWAYS["alipay"]["options"]["notify_url"])
    yield from _work()


def _keys(name: str) -> Iterator[Finding]:
    """A question about a trade that nobody has: the answer proves both keys and the way there."""
    try:
        found = gateway(name).query(out_trade_no="DOCTOR0")
    except ImproperlyConfigured as wrong:
        yield Finding(Level.BAD, f"{name}: {wrong}", "compare the keys with the ones on Alipay's open platform")
    except GatewayUnknown as unknown:
        fix = (
            "start it: python -m shop.payments.gateways.fake --help"
            if settings.ALIPAY_FAKE
            else "isv.invalid-signature: the app's public key on the open platform is another; "
            "wrong signature: ALIPAY_PUBLIC_KEY is not Alipay's; else: the network"
        )
        yield Finding(Level.WARNING if settings.ALIPAY_FAKE else Level.BAD, f"{name}: {unknown}", fix)
    else:
        yield Finding(Level.GOOD, f"{name} answers and both signatures hold ({found.state.value})")


def _notices(address: str) -> Iterator[Finding]:
    """Whether the gateway can reach us: by https, at a public address, and at our own route."""
    fix = "set PUBLIC_URL or ALIPAY_NOTIFY_URL to the https address that the internet sees"
    parts = urlsplit(address)
    if parts.scheme != "https":
        yield Finding(Level.BAD, f"notices go to {address}, which is not https", fix)
        return
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(parts.hostname, parts.port or 443)}
    except OSError:
        yield Finding(Level.BAD, f"{parts.hostname} has no address", fix)
        return
    if not any(ipaddress.ip_address(one).is_global for one in found):
        yield Finding(Level.BAD, f"{parts.hostname} is not a public address", fix)
        return
    try:
        # Nothing that anybody signed: our own route refuses it with this one word.
        answer = httpx.post(address, data={"doctor": "1"}, timeout=PATIENCE, follow_redirects=False)
    except httpx.HTTPError as trouble:
        yield Finding(Level.BAD, f"{address} does not answer: {type(trouble).__name__}", fix)
        return
    if (answer.status_code, answer.text) == (400, "failure"):
        yield Finding(Level.GOOD, f"notices reach {address}")
    else:
        said = f"{address} answers {answer.status_code}, not as our route does"
        yield Finding(Level.BAD, said, "let the proxy pass this path on, without login, redirect or cache")


def _work() -> Iterator[Finding]:
    marked, differing = payments_needing_a_person().count(), open_differences().count()
    said = f"{marked} payments need a person, {differing} differences with bills are open"
    bad = bool(marked or differing)
    yield Finding(Level.WARNING if bad else Level.GOOD, said, "look at payments and reconciliation in the back office")


PART = Part("payments", ", ".join(settings.PAY_GATEWAYS) or "none", vital=False, ping=ping, examine=examine)
