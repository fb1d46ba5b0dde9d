"""Row 54: whatever address users, staff or vendors hand us, no connection to it leaves. Sockets are watched."""

import json
import urllib.error
import urllib.request
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from django.test import Client
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.embeds.embeds import get_embed
from wagtail.embeds.exceptions import EmbedException

from accounts.oauth.errors import ProviderDown
from accounts.oauth.providers.qq import QQProvider
from accounts.oauth.providers.wechat import WeChatProvider
from accounts.oauth.providers.weibo import WeiboProvider
from accounts.sms.port import Sms
from accounts.sms.providers.yunpian import Yunpian
from cms import building
from kernel import clock
from meiduo.env import ROOT
from shop.exchange.pictures import PictureSource
from shop.payments.errors import GatewayUnknown
from shop.payments.gateways.alipay import AlipayGateway
from shop.shipping.tracking.port import TrackingFailed, Waybill
from shop.shipping.tracking.providers.kuaidi100 import Kuaidi100
from tests.accounts.people import bearer
from tests.factories.content import make_page
from tests.factories.people import StaffFactory
from tests.factories.trade import buyer_with_address, sku_with_stock, unpaid_order
from tests.fakes.alipay import APP_ID, keys
from tests.fakes.platforms import CLIENT, running
from tests.faults.watched_sockets import METADATA, connections_seen, trap

pytestmark = [pytest.mark.fault, pytest.mark.django_db]

OPENAPI = json.loads((ROOT / "api" / "openapi.json").read_text())


@pytest.fixture
def pit():
    with trap() as one:
        yield one


@pytest.fixture
def seen(pit):
    """What was connected to; at the end of a test neither witness may know of the trap or the metadata service."""
    with connections_seen() as places:
        yield places
    assert pit.visits == []
    assert [place for place in places if place[1] == pit.port or METADATA in place[0]] == []


# -- the watcher itself


def test_control_both_witnesses_see_a_connection(pit):
    with connections_seen() as places:
        httpx.get(pit.url, trust_env=False)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects())
        with pytest.raises(urllib.error.HTTPError) as moved:
            opener.open(f"http://localhost:{pit.port}/urllib", timeout=5)
        moved.value.close()

    assert len(pit.visits) == 2
    assert ("127.0.0.1", pit.port) in places
    assert ("localhost", pit.port) in places


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


# -- buyers


def _filled(schema, with_):
    """A body of this shape whose every text is the address."""
    if "$ref" in schema:
        schema = OPENAPI["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return _filled(schema[several][0], with_)
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        return {name: _filled(one, with_) for name, one in schema.get("properties", {}).items()}
    if kind == "array":
        return [_filled(schema.get("items", {}), with_)]
    return {"integer": 1, "number": 1, "boolean": True, "null": None}.get(kind, with_)


def _operations():
    for path, methods in OPENAPI["paths"].items():
        for method, operation in methods.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                yield method, path, operation


def test_ssrf_no_route_of_the_api_connects_to_an_address_that_a_buyer_sends(seen, pit):
    buyer = buyer_with_address()
    order = unpaid_order(buyer)
    sku = sku_with_stock()
    known = {"order_id": order.number, "sku_id": sku.pk, "address_id": buyer.addresses.get().pk}
    client = Client(raise_request_exception=False)
    sent = 0
    for method, path, operation in _operations():
        given = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
        place = path
        for name in given:
            place = place.replace(f"{{{name}}}", str(known.get(name, 1)))
        query = {one["name"]: pit.url for one in operation.get("parameters", ()) if one["in"] == "query"}
        content = operation.get("requestBody", {}).get("content", {})
        shape = content.get("application/json", {}).get("schema")
        for address in (pit.url, pit.addresses[2], pit.addresses[-1]):
            headers = bearer(buyer) | {
                "Referer": address,
                "Origin": address,
                "X-Forwarded-Host": urlsplit(address).netloc,
            }
            # Numbers that stay numbers, so that some of it gets past the forms.
            for asked in ({}, query):
                target = place + ("?" + "&".join(f"{name}={address}" for name in asked) if asked else "")
                body = json.dumps(_filled(shape, address)) if shape else ""
                client.generic(method.upper(), target, body, content_type="application/json", headers=headers)
                sent += 1
    assert sent > 300
    # What did connect is what the shop is set up with: its cache, and the gateway.
    assert {host for host, _port in seen} <= {"127.0.0.1", "localhost", "::1"}


@pytest.mark.parametrize(
    ("name", "adapter"), [("qq", QQProvider), ("weibo", WeiboProvider), ("wechat", WeChatProvider)]
)
def test_ssrf_a_picture_that_a_platform_tells_of_is_not_fetched(seen, pit, name, adapter):
    with running(name) as platform:
        for number, address in enumerate(pit.addresses):
            platform.picture = address
            platform.codes[f"code-{number}"] = f"OPENID-{number}"
            assert adapter(name=name, base_url=platform.url, **CLIENT).identity(code=f"code-{number}").openid
        port = urlsplit(platform.url).port

    assert {place[1] for place in seen} == {port}


# -- vendors that answer with a redirect


def _ask_vendors(url):
    """Every adapter that speaks to a vendor asks this one once; how each failed."""

    def oauth(adapter, name):
        return lambda: adapter(name=name, base_url=url, **CLIENT).identity(code="code")

    options = {"app_id": APP_ID, "seller_id": "2088", "private_key": keys().app_private}
    gateway = AlipayGateway(
        name="alipay",
        **options,
        public_key=keys().gateway_public,
        notify_url="http://shop.example/n/",
        return_url="http://shop.example/r/",
        url=f"{url}/gateway.do",
    )
    tracking = Kuaidi100(url=url, customer="c", key="k", names={"sf": "shunfeng"})
    number = f"{url}/x"
    sms = Sms(mobile="13812345678", template="code", params={"code": "1", "minutes": "5"}, reference="1")
    asks = {
        "qq": oauth(QQProvider, "qq"),
        "weibo": oauth(WeiboProvider, "weibo"),
        "wechat": oauth(WeChatProvider, "wechat"),
        "alipay": lambda: gateway.query(out_trade_no=number),
        "kuaidi100": lambda: tracking.follow(Waybill("sf", number, clock.now() - timedelta(days=1))),
        "yunpian": lambda: Yunpian(url=url, apikey="k", sign="s").send(sms),
    }
    for name, ask in asks.items():
        with pytest.raises(Exception) as failed:  # noqa: PT011 - each has its own kind
            ask()
        yield name, failed.value


def test_ssrf_no_adapter_follows_a_redirect_of_its_vendor(seen, pit):
    with trap(leads_to=pit.url) as vendor:
        failures = dict(_ask_vendors(f"http://127.0.0.1:{vendor.port}"))

    assert len(vendor.visits) >= len(failures) == 6
    assert {type(failures[name]) for name in ("qq", "weibo", "wechat")} == {ProviderDown}
    assert isinstance(failures["alipay"], GatewayUnknown)
    assert isinstance(failures["kuaidi100"], TrackingFailed)
    assert {place[1] for place in seen} == {vendor.port}


# -- staff


@pytest.fixture
def staff():
    client = Client(raise_request_exception=False)
    client.force_login(StaffFactory())
    return client


def test_ssrf_embeds_links_and_redirects_of_editors_are_never_fetched(seen, pit, staff):
    for number, address in enumerate(pit.addresses):
        with pytest.raises(EmbedException):
            get_embed(address)
        staff.post(reverse("wagtailembeds:chooser_upload"), {"embed-chooser-url": address})
        link = {"external-link-chooser-url": address, "external-link-chooser-link_text": "x"}
        staff.post(reverse("wagtailadmin_choose_page_external_link"), link)
        html = f'<p><a href="{address}">x</a><img src="{address}"></p><embed embedtype="media" url="{address}"/>'
        page = make_page(building.rich_text(html), slug=f"trap-{number}")
        for place in (reverse("wagtailadmin_pages:edit", args=[page.pk]), f"/api/v1/pages/{page.slug}/"):
            assert staff.get(place).status_code == 200
        staff.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
        Redirect.objects.create(old_path=f"/from-{number}", redirect_link=address)
        staff.get(f"/from-{number}")


def test_ssrf_a_picture_of_an_import_is_a_file_and_never_an_address(seen, pit, tmp_path):
    source = PictureSource(tmp_path)
    source.examine(pit.addresses)

    assert all(source.problem(address) for address in pit.addresses)
