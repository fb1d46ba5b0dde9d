"""The outbox rows of SMS and mail: sent once, tried again, given up, found by the sweep."""

import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from accounts.models import MailMessage, SmsMessage
from accounts.services.mail import deliver_mail, mails_to_send_again, queue_mail
from accounts.services.outbox import claim, forget_old
from accounts.services.sms import deliver_sms, queue_sms, sms_to_send_again
from accounts.sms.port import Fault, MessageRefused, Receipt, Unclear, VendorFailed
from tasks import sms as sms_tasks
from tasks.sessions import forget_old_messages
from tests.fakes.parallel import at_once
from tests.fakes.sms_vendors import VENDORS, serving

MOBILE = "13812345678"


class ScriptedVendor:
    """Answers what it was told to, in turn, then takes everything."""

    script: list = []
    sent: list = []

    def __init__(self, *, name):
        self.name = name

    def send(self, sms):
        step = self.script.pop(0) if self.script else None
        if isinstance(step, Exception):
            raise step
        self.sent.append((self.name, sms.mobile, dict(sms.params)))
        return Receipt(vendor_id=f"{self.name}-1")


@pytest.fixture
def vendor(settings):
    """Two scripted vendors, a and b, sharing one script."""
    ScriptedVendor.script, ScriptedVendor.sent = [], []
    settings.SMS_VENDORS = ["a", "b"]
    settings.SMS_PROVIDERS = {
        name: {"class": f"{__name__}.ScriptedVendor", "options": {"name": name}} for name in ("a", "b")
    }
    return ScriptedVendor


def queued(lives=300):
    return queue_sms(mobile=MOBILE, template="code", params={"code": "024680", "minutes": "5"}, lives=lives)


@pytest.mark.django_db
def test_a_message_leaves_once_however_often_its_task_runs(vendor):
    message_id = queued()

    for _ in range(5):
        deliver_sms(message_id=message_id)

    assert len(vendor.sent) == 1
    row = SmsMessage.objects.get(pk=message_id)
    assert (row.state, row.vendor, row.vendor_id, row.attempts, row.sealed) == ("sent", "a", "a-1", 1, "")


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_a_message_leaves_once_when_ten_workers_have_it(vendor):
    message_id = queued()

    at_once(10, lambda number: deliver_sms(message_id=message_id))

    assert len(vendor.sent) == 1


@pytest.mark.django_db
def test_when_the_first_vendor_fails_the_second_sends_and_the_row_says_so(vendor):
    vendor.script = [VendorFailed(Fault.BALANCE, "3")]
    message_id = queued()

    deliver_sms(message_id=message_id)

    assert [name for name, _mobile, _params in vendor.sent] == ["b"]
    row = SmsMessage.objects.get(pk=message_id)
    assert (row.state, row.vendor) == ("sent", "b")
    assert "a: balance 3" in row.error


@pytest.mark.django_db
def test_when_every_vendor_fails_it_waits_and_is_tried_again(vendor):
    vendor.script = [VendorFailed(Fault.BUSY), VendorFailed(Fault.UNREACHABLE)]
    message_id = queued()

    assert deliver_sms(message_id=message_id) == 5
    assert deliver_sms(message_id=message_id) is None
    assert vendor.sent == []
    with time_machine.travel(timezone.now() + timedelta(seconds=6), tick=False):
        deliver_sms(message_id=message_id)

    assert len(vendor.sent) == 1
    assert SmsMessage.objects.get(pk=message_id).attempts == 2


@pytest.mark.django_db
def test_after_six_rounds_it_has_failed_and_says_nothing_any_more(vendor):
    vendor.script = [VendorFailed(Fault.UNREACHABLE)] * 12
    message_id = queued(lives=86_400)
    at = timezone.now()
    for _ in range(7):
        with time_machine.travel(at, tick=False):
            deliver_sms(message_id=message_id)
        at += timedelta(seconds=1000)

    row = SmsMessage.objects.get(pk=message_id)
    assert (row.state, row.attempts, row.sealed) == ("failed", 6, "")
    assert vendor.sent == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("trouble", "state"),
    [(MessageRefused(Fault.NUMBER, "160042"), "failed"), (Unclear(Fault.NO_ANSWER, "ReadTimeout"), "unknown")],
)
def test_what_is_refused_or_may_have_left_is_sent_by_nobody_else(vendor, trouble, state):
    vendor.script = [trouble]
    message_id = queued()

    deliver_sms(message_id=message_id)
    with time_machine.travel(timezone.now() + timedelta(seconds=60), tick=False):
        assert message_id not in sms_to_send_again()
        deliver_sms(message_id=message_id)

    assert vendor.sent == []
    assert SmsMessage.objects.get(pk=message_id).state == state


@pytest.mark.django_db
def test_a_message_whose_task_was_lost_is_found_by_the_sweep(vendor):
    message_id = queued()
    assert sms_to_send_again() == []
    with time_machine.travel(timezone.now() + timedelta(seconds=30), tick=False):
        sms_tasks.sweep_sms.call_local()

    assert SmsMessage.objects.get(pk=message_id).state == "sent"
    assert len(vendor.sent) == 1


@pytest.mark.fault
@pytest.mark.django_db
def test_a_message_that_a_killed_worker_was_sending_is_never_sent_again(vendor):
    message_id = queued()
    assert claim(SmsMessage, message_id)  # and then the worker dies
    with time_machine.travel(timezone.now() + timedelta(seconds=121), tick=False):
        sms_tasks.sweep_sms.call_local()
        sms_tasks.sweep_sms.call_local()

    row = SmsMessage.objects.get(pk=message_id)
    assert (row.state, row.error, row.sealed) == ("unknown", "abandoned", "")
    assert vendor.sent == []


@pytest.mark.django_db
def test_a_code_that_is_too_old_is_not_sent(vendor):
    message_id = queued()
    with time_machine.travel(timezone.now() + timedelta(seconds=301), tick=False):
        deliver_sms(message_id=message_id)
        sms_tasks.sweep_sms.call_local()

    row = SmsMessage.objects.get(pk=message_id)
    assert (row.state, row.error, row.sealed) == ("failed", "expired", "")
    assert vendor.sent == []


@pytest.mark.django_db
def test_a_message_sealed_with_a_lost_key_has_failed(vendor, settings):
    message_id = queued()
    settings.SECRET_KEY = "another key, and the old one is nowhere kept"

    deliver_sms(message_id=message_id)

    assert SmsMessage.objects.get(pk=message_id).error == "unreadable"


@pytest.mark.django_db
def test_a_message_sealed_with_the_key_before_is_still_readable(vendor, settings):
    message_id = queued()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the new key, while the old one is a fallback"

    deliver_sms(message_id=message_id)

    assert len(vendor.sent) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", VENDORS)
def test_a_real_adapter_sends_by_its_vendor_and_the_next_one_stands_in(settings, name, caplog):
    with serving(VENDORS[name]()) as first, serving(VENDORS["yunpian"]()) as second:
        options = {name: value for name, value in vars(first.adapter()).items() if name != "name"}
        cls = type(first.adapter())
        settings.SMS_VENDORS = ["first", "second"]
        settings.SMS_PROVIDERS = {
            "first": {"class": f"{cls.__module__}.{cls.__name__}", "options": options},
            "second": {
                "class": "accounts.sms.providers.yunpian.Yunpian",
                "options": {"url": second.url, "apikey": second.apikey, "sign": second.sign},
            },
        }
        deliver_sms(message_id=queued())
        assert len(first.delivered) == 1
        first.say(b"busy", status=429)
        deliver_sms(message_id=queued())

    assert len(second.delivered) == 1
    assert [row.state for row in SmsMessage.objects.all()] == ["sent", "sent"]
    assert "024680" not in caplog.text
    assert MOBILE not in caplog.text


def mailed(lives=86_400):
    return queue_mail(
        to="python@example.com",
        template="verify_email",
        params={"name": "python", "link": "https://mall.example/verify?token=t", "hours": "24"},
        lives=lives,
    )


@pytest.mark.django_db
def test_a_mail_leaves_once_however_often_its_task_runs():
    message_id = mailed()

    for _ in range(3):
        deliver_mail(message_id=message_id)

    assert len(mail.outbox) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "trouble",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        smtplib.SMTPServerDisconnected("x"),
        smtplib.SMTPAuthenticationError(535, b""),
    ],
)
def test_when_the_mail_server_is_away_it_is_tried_again(monkeypatch, trouble):
    from django.core.mail.backends.locmem import EmailBackend

    message_id = mailed()
    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", _raising(trouble))
        assert deliver_mail(message_id=message_id) == 5
    with time_machine.travel(timezone.now() + timedelta(seconds=40), tick=False):
        assert mails_to_send_again() == [message_id]
        deliver_mail(message_id=message_id)

    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_an_address_that_the_server_refuses_for_good_is_not_tried_again(monkeypatch):
    from django.core.mail.backends.locmem import EmailBackend

    message_id = mailed()
    refused = smtplib.SMTPRecipientsRefused({"python@example.com": (550, b"no such user")})
    monkeypatch.setattr(EmailBackend, "send_messages", _raising(refused))

    assert deliver_mail(message_id=message_id) is None
    assert MailMessage.objects.get(pk=message_id).state == "failed"


def _raising(error):
    def send_messages(self, messages):
        raise error

    return send_messages


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [SmsMessage, MailMessage])
def test_what_ended_long_ago_is_deleted_and_nothing_else(kind, settings):
    settings.MESSAGES_KEPT_DAYS = 30
    now = timezone.now()
    given = {"template": "code", "expires_at": now}

    def made(days, state):
        return kind.objects.create(created_at=now - timedelta(days=days), state=state, **given).pk

    states = kind.State
    old = [made(31, state) for state in (states.SENT, states.FAILED, states.UNKNOWN) for _ in range(3)]
    kept = [made(31, states.QUEUED), made(31, states.SENDING), made(29, states.SENT), made(0, states.UNKNOWN)]

    assert forget_old(kind, at_once=2) == len(old)
    assert list(kind.objects.order_by("pk").values_list("pk", flat=True)) == kept
    assert forget_old(kind, at_once=2) == 0


@pytest.mark.django_db
def test_the_sweep_of_old_messages_looks_at_both_kinds(settings):
    settings.MESSAGES_KEPT_DAYS = 30
    long_ago = timezone.now() - timedelta(days=31)
    for kind in (SmsMessage, MailMessage):
        kind.objects.create(template="code", expires_at=long_ago, created_at=long_ago, state=kind.State.SENT)

    forget_old_messages.call_local()

    assert (SmsMessage.objects.count(), MailMessage.objects.count()) == (0, 0)
