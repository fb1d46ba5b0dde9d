"""Row 58, the whole way: what web processes and consumers write while somebody signs up, orders, pays and fails to."""

import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from accounts.models import MailMessage
from shop.orders.models import Order
from tests.factories.areas import install_areas
from tests.factories.trade import flat_freight, sku_with_stock
from tests.faults.consumers import eventually
from tests.faults.private_postgres import PrivatePostgres, free_port, here, private_postgres
from tests.faults.private_redis import private_redis
from tests.faults.stand import Stand, stand

pytestmark = [pytest.mark.fault, pytest.mark.postgres, pytest.mark.redis, pytest.mark.django_db(transaction=True)]

MOBILE = "13987650123"
PASSWORD = "correct horse 77"
WRONG = "an old pass 99"
RECEIVER = "欧阳不留名"
PLACE = "无名路 4711 弄 8 号 1503 室"
EMAIL = "nobody.at.all@shop.example"
FORGED = "c2lnbmVkIGJ5IG5vYm9keSBhdCBhbGw="


@pytest.fixture(scope="module")
def cluster(django_db_setup: None, django_db_blocker: Any) -> Iterator[PrivatePostgres]:
    with private_postgres() as one, django_db_blocker.unblock(), here(one):
        yield one


def _key() -> tuple[str, str]:
    """A private key as PEM, and its public half."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


class Journey:
    """One buyer before the shop, who keeps every secret that passes."""

    def __init__(self, shop: Stand) -> None:
        self.shop = shop
        self.secrets: dict[str, str] = {}
        self.http = httpx.Client(base_url=f"{shop.url}/api/v1", timeout=60)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.request(method, path, json=body, headers=given)

    def code(self) -> str:
        """The code that the worker wrote to the stand-in for a vendor."""
        assert self.ask("GET", f"/sms_codes/{MOBILE}/").status_code == 200
        path = self.shop.folder / "var" / "outbox" / "sms.jsonl"
        eventually(path.exists, within=120, why=self.shop.log("worker")[-2000:])
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        return str(next(line["params"]["code"] for line in reversed(lines) if line["mobile"] == MOBILE))


@pytest.mark.parametrize(("level", "form"), [("INFO", "json"), ("DEBUG", "line")])
def test_log_scrub_nothing_of_a_buyer_or_a_key_is_in_what_any_process_writes(
    cluster: PrivatePostgres, tmp_path: Path, level: str, form: str
) -> None:
    private, public = _key()
    nowhere = free_port()
    with (
        private_redis(tmp_path) as server,
        stand(
            tmp_path,
            database_url=cluster.url.replace("mall@", "mall:hunter-of-databases@"),
            redis_url=server.url,
            queue_url=server.queue_url,
            LOG_LEVEL=level,
            LOG_FORMAT=form,
            # Nobody is there: mail and money fail, and what fails is logged.
            EMAIL_URL=f"smtp://postman:mail-pass-phrase-1@127.0.0.1:{nowhere}",
            ALIPAY_APP_ID="2021000000000001",
            ALIPAY_SELLER_ID="2088000000000001",
            ALIPAY_PRIVATE_KEY=private,
            ALIPAY_PUBLIC_KEY=public,
            ALIPAY_GATEWAY_URL=f"http://127.0.0.1:{nowhere}/gateway.do",
            METRICS_TOKEN="metrics-are-for-one-alone-0123456789",
        ) as shop,
    ):
        install_areas()
        flat_freight()
        sku = sku_with_stock(100)
        shop.web(workers=1)
        shop.worker()
        secrets = _walk(Journey(shop), sku.pk)
        eventually(
            lambda: MailMessage.objects.filter(attempts__gt=0).exists(), within=120, why=shop.log("worker")[-2000:]
        )
        written = shop.log()

    # What failed was told, in the web process and in the worker: else that nothing is there says nothing.
    assert "mail server failed" in written
    assert "forged notice" in written
    secrets |= {
        "mobile": MOBILE,
        "password": PASSWORD,
        "wrong password": WRONG,
        "receiver": RECEIVER,
        "place": "4711 弄",
        "email": EMAIL,
        "forged signature": FORGED,
        "password of the database": "hunter-of-databases",
        "password of the mail server": "mail-pass-phrase-1",
        "token of the metrics": "metrics-are-for-one-alone",
        "signing key": str(shop.surroundings["SECRET_KEY"]),
        "signing key of tokens": str(shop.surroundings["JWT_SECRET_KEY"]),
        "Alipay's private key": private.splitlines()[3],
    }
    # Six digits may stand inside of any name that was drawn by lot.
    patterns = {name: re.escape(one) if name != "code" else rf"(?<!\w){one}(?!\w)" for name, one in secrets.items()}
    found = {
        name: written[max(0, at.start() - 200) : at.end() + 60]
        for name, pattern in patterns.items()
        if (at := re.search(pattern, written))
    }
    assert found == {}


def _walk(buyer: Journey, sku: int) -> dict[str, str]:
    """Sign up, log in the right and the wrong way, order, try to pay, and send what makes errors."""
    code = buyer.code()
    body = {
        "username": "nobody_2026",
        "password": PASSWORD,
        "password2": PASSWORD,
        "mobile": MOBILE,
        "sms_code": code,
        "allow": True,
    }
    wrong = buyer.ask("POST", "/users/", body | {"sms_code": "000000" if code != "000000" else "111111"})
    assert wrong.status_code == 400
    signed = buyer.ask("POST", "/users/", body)
    assert signed.status_code == 201, signed.text
    assert buyer.ask("POST", "/authorizations/", {"username": MOBILE, "password": WRONG}).status_code in {400, 401}
    login = buyer.ask("POST", "/authorizations/", {"username": MOBILE, "password": PASSWORD})
    assert login.status_code == 200, login.text
    token, refresh = login.json()["token"], login.json()["refresh"]
    mine = {"Authorization": f"Bearer {token}"}
    assert buyer.ask("PUT", "/email/", {"email": EMAIL}, **mine).status_code == 200
    area = {"province_id": 440000, "city_id": 440100, "district_id": 440106}
    address = buyer.ask("POST", "/addresses/", {"receiver": RECEIVER, "place": PLACE, "mobile": MOBILE, **area}, **mine)
    assert address.status_code == 201, address.text
    order = buyer.ask(
        "POST",
        "/orders/",
        {"address": address.json()["id"], "pay_method": 2, "items": [{"sku_id": sku, "count": 1}]},
        Idempotency_Key=uuid.uuid4().hex,
        **mine,
    )
    assert order.status_code == 201, order.text
    number = order.json()["order_id"]
    assert Order.objects.filter(number=number).exists()
    buyer.ask("GET", f"/orders/{number}/payment/", **mine)
    # The way back from Alipay asks its gateway, which is not there.
    buyer.ask("PUT", f"/payment/status/?out_trade_no={number}&sign={FORGED}", **mine)
    notice = {"out_trade_no": number, "buyer_logon_id": MOBILE, "sign": FORGED, "sign_type": "RSA2"}
    assert buyer.http.post("/payment/alipay/notify/", data=notice).status_code == 400
    # What nobody expects, with secrets wherever somebody may put them.
    for path in (f"/nowhere/{MOBILE}/", f"/home/?token={token}", f"/accounts/{MOBILE}/sms/token/"):
        buyer.ask("GET", path)
    buyer.http.post("/authorizations/", content=f'{{"username": "{MOBILE}", "password": "{PASSWORD}"')
    buyer.ask("GET", "/orders/", Authorization=f"Bearer {token}x")
    buyer.ask("POST", "/authorizations/refresh/", {"refresh": f"{refresh}x"})
    buyer.ask("POST", "/authorizations/refresh/", {"refresh": refresh})
    base = buyer.shop.url
    httpx.post(f"{base}/admin/login/", data={"username": MOBILE, "password": WRONG}, timeout=60)
    httpx.get(f"{base}/", headers={"Host": f"{MOBILE}.evil.example"}, timeout=60)
    httpx.get(f"{base}/metrics", headers={"Authorization": "Bearer metrics-are-for-one-alone-0123456789"}, timeout=60)
    buyer.http.close()
    return {"code": f"{code}", "token": token, "refresh token": refresh, "signature of the token": token.split(".")[2]}
