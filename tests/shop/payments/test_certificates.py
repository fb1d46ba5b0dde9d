"""Alipay's certificate mode, with certificates made here, through the SDK against the stand-in."""

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest
from alipay import DCAliPay
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from shop.payments.errors import GatewayUnknown, NoticeForged
from shop.payments.port import Channel, RefundOutcome, TradeState
from tests.fakes.alipay import keys, running


def _name(common):
    parts = [
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, "Ant Financial"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "Certification Authority"),
        (NameOID.COMMON_NAME, common),
    ]
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def _certificate(subject, public, issuer, signer):
    now = timezone.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(signer, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


def _serial(pem):
    """Alipay's serial of a certificate: MD5 of its issuer and its number."""
    certificate = x509.load_pem_x509_certificate(pem.encode())
    named = {attribute.oid: attribute.value for attribute in certificate.issuer}
    common, unit = named[NameOID.COMMON_NAME], named[NameOID.ORGANIZATIONAL_UNIT_NAME]
    issuer = f"CN={common},OU={unit},O={named[NameOID.ORGANIZATION_NAME]},C={named[NameOID.COUNTRY_NAME]}"
    return hashlib.md5(f"{issuer}{certificate.serial_number}".encode(), usedforsecurity=False).hexdigest()


@pytest.fixture(scope="module")
def certificates():
    """A root of two certificates, as Alipay's file has several, and what it vouches for."""
    root_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    app, gateway = (
        serialization.load_pem_public_key(pem.encode()) for pem in (keys().app_public, keys().gateway_public)
    )
    roots = [_certificate(f"Root {number}", root_key.public_key(), f"Root {number}", root_key) for number in (1, 2)]
    return {
        "app_certificate": _certificate("the app", app, "Root 1", root_key),
        "alipay_certificate": _certificate("Alipay", gateway, "Root 1", root_key),
        "root_certificate": "\r\n".join(roots),
        "serials": "_".join(_serial(root) for root in roots),
    }


@pytest.fixture
def alipay(certificates):
    serials = (_serial(certificates["app_certificate"]), certificates["serials"])
    with running(certificates=(*serials, _serial(certificates["alipay_certificate"]))) as stand_in:
        yield stand_in


def adapter_of(alipay, certificates, **changed):
    given = {name: value for name, value in certificates.items() if name.endswith("certificate")}
    return alipay.adapter(**given | {"public_key": ""} | changed)


def test_everything_works_with_certificates(alipay, certificates):
    adapter = adapter_of(alipay, certificates)
    assert isinstance(adapter._sdk, DCAliPay)

    url = adapter.start(out_trade_no="T1", amount=Decimal("9.90"), subject="书", channel=Channel.PAGE, expires_at=None)
    assert "app_cert_sn=" in url
    alipay.pay(url, notices=1)

    assert adapter.parse_notice(alipay.notice("T1")).state is TradeState.PAID
    assert adapter.query(out_trade_no="T1").state is TradeState.PAID
    answer = adapter.refund(out_trade_no="T1", out_request_no="R1", amount=Decimal("1.00"), reason="")
    assert answer.outcome is RefundOutcome.DONE
    with pytest.raises(NoticeForged):
        adapter.parse_notice(alipay.notice("T1") | {"total_amount": "1.00"})


def test_certificates_may_be_files(alipay, certificates, tmp_path):
    paths = {}
    for name in ("app_certificate", "alipay_certificate", "root_certificate"):
        paths[name] = str(tmp_path / f"{name}.crt")
        (tmp_path / f"{name}.crt").write_text(certificates[name], newline="")

    assert adapter_of(alipay, paths).query(out_trade_no="T").state is TradeState.ABSENT


def test_a_hanging_gateway_ends_in_time_with_certificates_too(alipay, certificates):
    alipay.mood("", "hang")

    with pytest.raises(GatewayUnknown):
        adapter_of(alipay, certificates, patience=0.3).query(out_trade_no="T1")


def test_another_apps_certificate_is_refused_by_the_gateway(alipay, certificates):
    other = certificates["alipay_certificate"]

    with pytest.raises(GatewayUnknown, match=r"isv\.invalid-app-cert-sn"):
        adapter_of(alipay, certificates, app_certificate=other).query(out_trade_no="T1")


BROKEN = "-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----"


@pytest.mark.parametrize("name", ["app_certificate", "alipay_certificate", "root_certificate"])
@pytest.mark.parametrize("broken", ["nonsense", BROKEN])
def test_a_broken_certificate_is_refused_at_once(alipay, certificates, name, broken):
    with pytest.raises(ImproperlyConfigured):
        adapter_of(alipay, certificates, **{name: broken})
