"""The SMS port's contract, over every adapter, and each vendor's own codes."""

import json
import stat
from decimal import Decimal

import httpx
import pytest

from accounts.sms import wire
from accounts.sms.port import Fault, MessageRefused, Receipt, Sms, SmsProvider, Unclear, VendorFailed
from accounts.sms.providers.aliyun import signature
from accounts.sms.providers.outbox import OutboxSms
from accounts.sms.registry import providers
from tests.fakes.sms_vendors import VENDORS, serving

CODE = Sms(mobile="13812345678", template="code", params={"code": "024680", "minutes": "5"}, reference="7")
WORDS = "您的验证码是024680，5分钟内有效。如非本人操作，请忽略本短信。"


@pytest.fixture(params=VENDORS)
def vendor(request):
    with serving(VENDORS[request.param]()) as fake:
        yield fake


@pytest.fixture(params=[*VENDORS, "outbox"])
def provider(request, tmp_path):
    if request.param == "outbox":
        yield OutboxSms(path=tmp_path / "deep" / "sms.jsonl")
        return
    with serving(VENDORS[request.param]()) as fake:
        yield fake.adapter()


def test_every_adapter_hands_a_message_over_and_brings_a_receipt(provider: SmsProvider):
    receipt = provider.send(CODE)

    assert isinstance(receipt, Receipt)
    assert receipt.vendor_id
    assert receipt.pieces == 1
    assert provider.name


def test_every_adapter_can_send_twice(provider: SmsProvider):
    assert provider.send(CODE).vendor_id
    assert provider.send(CODE).vendor_id


def test_the_outbox_is_a_file_of_lines_for_its_owner_only(tmp_path):
    path = tmp_path / "outbox" / "sms.jsonl"
    OutboxSms(path=path).send(CODE)
    OutboxSms(path=path).send(CODE)

    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["mobile"] for line in lines] == ["13812345678"] * 2
    assert lines[0]["params"]["code"] == "024680"
    assert lines[0]["text"] == WORDS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_each_vendor_gets_the_number_and_what_to_say(vendor):
    vendor.adapter().send(CODE)

    mobile, said = vendor.delivered[0]
    assert mobile == "13812345678"
    assert said in (["024680", "5"], {"code": "024680", "minutes": "5"}, f"【美多商城】{WORDS}")


def test_a_wrong_key_is_a_failure_of_the_vendor(vendor):
    adapter = vendor.adapter()
    for name in ("auth_token", "apikey", "access_key_secret"):
        if hasattr(adapter, name):
            setattr(adapter, name, "wrong")

    with pytest.raises(VendorFailed) as failed:
        adapter.send(CODE)

    assert failed.value.fault is Fault.KEYS
    assert vendor.delivered == []


def test_a_vendor_that_is_away_has_sent_nothing(vendor):
    adapter = vendor.adapter()
    adapter.url = "http://127.0.0.1:1"

    with pytest.raises(VendorFailed) as failed:
        adapter.send(CODE)

    assert failed.value.fault is Fault.UNREACHABLE


def test_an_answer_that_does_not_come_in_time_leaves_it_unclear(vendor, monkeypatch):
    monkeypatch.setattr(wire, "TIMEOUT", httpx.Timeout(0.2))
    vendor.say(b"{}", after=0.6)

    with pytest.raises(Unclear):
        vendor.adapter().send(CODE)

    assert vendor.requests == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"<html>502</html>", 502), (b"", 200), (b"[]", 200), (b"{}", 200), (b"null", 500), (b"\xff\xfe", 200), (b"", 0)],
)
def test_an_answer_that_makes_no_sense_leaves_it_unclear(vendor, body, status):
    vendor.say(body, status=status)

    with pytest.raises(Unclear):
        vendor.adapter().send(CODE)


def test_a_vendor_that_has_too_much_to_do_may_be_replaced(vendor):
    vendor.say(b"slow down", status=429)

    with pytest.raises(VendorFailed):
        vendor.adapter().send(CODE)


def test_no_trouble_tells_the_code_or_the_number(vendor):
    vendor.say(b"<html>13812345678 024680</html>", status=502)

    with pytest.raises(Unclear) as unclear:
        vendor.adapter().send(CODE)

    assert "024680" not in f"{unclear.value!r} {CODE!r}"


@pytest.mark.parametrize(
    ("name", "code", "kind", "fault"),
    [
        ("yuntongxun", "160038", MessageRefused, Fault.TOO_OFTEN),
        ("yuntongxun", "160040", MessageRefused, Fault.TOO_OFTEN),
        ("yuntongxun", "160042", MessageRefused, Fault.NUMBER),
        ("yuntongxun", "160034", MessageRefused, Fault.BLOCKED),
        ("yuntongxun", "160032", VendorFailed, Fault.TEMPLATE),
        ("yuntongxun", "111109", VendorFailed, Fault.KEYS),
        ("yuntongxun", "999999", VendorFailed, Fault.OTHER),
        ("yunpian", "22", MessageRefused, Fault.TOO_OFTEN),
        ("yunpian", "33", MessageRefused, Fault.TOO_OFTEN),
        ("yunpian", "4", MessageRefused, Fault.CONTENT),
        ("yunpian", "3", VendorFailed, Fault.BALANCE),
        ("yunpian", "-51", VendorFailed, Fault.BUSY),
        ("yunpian", "-50", VendorFailed, Fault.OTHER),
        ("aliyun", "isv.BUSINESS_LIMIT_CONTROL", MessageRefused, Fault.TOO_OFTEN),
        ("aliyun", "isv.MOBILE_NUMBER_ILLEGAL", MessageRefused, Fault.NUMBER),
        ("aliyun", "isv.AMOUNT_NOT_ENOUGH", VendorFailed, Fault.BALANCE),
        ("aliyun", "isv.SMS_SIGNATURE_ILLEGAL", VendorFailed, Fault.SIGNATURE),
        ("aliyun", "isp.SYSTEM_ERROR", VendorFailed, Fault.BUSY),
        ("aliyun", "isv.NEVER_SEEN", VendorFailed, Fault.OTHER),
    ],
)
def test_the_vendors_codes_become_ours(name, code, kind, fault):
    with serving(VENDORS[name]()) as fake:
        fake.say(fake.failing(code), status=200 if name != "yunpian" else 400)

        with pytest.raises(kind) as trouble:
            fake.adapter().send(CODE)

    assert (trouble.value.fault, trouble.value.vendor_code) == (fault, code)


@pytest.mark.parametrize("name", ["yuntongxun", "aliyun"])
def test_a_template_the_vendor_does_not_know_goes_to_the_next_one(name):
    with serving(VENDORS[name]()) as fake:
        adapter = fake.adapter()
        adapter.templates = {}

        with pytest.raises(VendorFailed) as failed:
            adapter.send(CODE)

    assert failed.value.fault is Fault.TEMPLATE
    assert fake.requests == 0


def test_the_fee_that_yunpian_names_is_the_cost():
    with serving(VENDORS["yunpian"]()) as fake:
        assert fake.adapter().send(CODE).cost == Decimal("0.05")


def test_the_rpc_signature_is_that_of_the_vendors_worked_example():
    params = {
        "AccessKeyId": "testid",
        "Action": "DescribeRegions",
        "Format": "XML",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf",
        "SignatureVersion": "1.0",
        "Timestamp": "2016-02-23T12:46:24Z",
        "Version": "2014-05-26",
    }

    assert signature(params, secret="testsecret", method="GET") == "OLeaidS1JvxuMvnyHOwuJ+uX5qY="


def test_vendors_are_built_from_settings_in_their_order(settings):
    settings.SMS_VENDORS = ["aliyun", "yunpian", "yuntongxun", "outbox"]

    assert [provider.name for provider in providers()] == ["aliyun", "yunpian", "yuntongxun", "outbox"]


def test_a_vendor_that_nobody_knows_is_named(settings):
    from django.core.exceptions import ImproperlyConfigured

    settings.SMS_VENDORS = ["pigeon"]

    with pytest.raises(ImproperlyConfigured, match="pigeon"):
        providers()
