"""What production asks of the SMS vendors before it starts."""

import pytest

from meiduo.parts import Level
from meiduo.parts.sms import PART
from tests.meiduo.test_production_settings import start

YUNPIAN = {"SMS_VENDORS": "yunpian", "YUNPIAN_APIKEY": "9b11127a9701975c"}


def test_a_vendor_with_its_keys_starts(tmp_path):
    done = start(tmp_path, **YUNPIAN)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SMS_VENDORS": "yunpian"}, "YUNPIAN_APIKEY"),
        ({"SMS_VENDORS": "aliyun,yunpian", "YUNPIAN_APIKEY": "x"}, "ALIYUN_SMS_ACCESS_KEY_SECRET"),
        ({"SMS_VENDORS": "yuntongxun"}, "YUNTONGXUN_AUTH_TOKEN"),
        ({"SMS_VENDORS": "outbox"}, "outbox"),
        ({"SMS_VENDORS": "pigeon"}, "pigeon"),
    ],
)
def test_what_is_missing_is_named(tmp_path, changes, named):
    done = start(tmp_path, **changes)

    assert done.returncode != 0
    assert named in done.stderr


@pytest.mark.django_db
def test_the_doctor_says_where_messages_go_and_how_they_fare(settings):
    findings = list(PART.examine())
    assert any("sms.jsonl" in finding.said for finding in findings)
    assert findings[-1].level is Level.GOOD

    settings.SMS_VENDORS = []

    assert any(finding.level is Level.BAD for finding in PART.examine())
