"""Captchas, SMS codes and counts through HTTP."""

import io
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from PIL import Image as Pillow

from accounts.models import SmsMessage
from tests.accounts.people import get, last_code, outbox, post, sms_rows, solved_captcha
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
MOBILE = "13812345678"


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


def test_a_captcha_is_a_small_jpeg_that_no_cache_keeps(api):
    answer = get(api, f"/image_codes/{uuid.uuid4()}/")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "no-store"
    assert Pillow.open(io.BytesIO(answer.content)).size == (132, 48)


@pytest.mark.parametrize("bad", ["x", "123", "../etc", "%00"])
def test_a_captcha_id_must_be_a_uuid(api, bad):
    assert get(api, f"/image_codes/{bad}/").status_code in {400, 404}


def test_pictures_are_not_made_without_end_for_one_address(api, settings):
    settings.ADDRESS_LIMITS = {**settings.ADDRESS_LIMITS, "image_codes": (2, 60)}
    answers = [get(api, f"/image_codes/{uuid.uuid4()}/").status_code for _ in range(3)]

    assert answers == [200, 200, 429]


def test_a_code_of_six_digits_leaves_by_the_outbox_and_stands_in_no_answer_log_or_row(api, commit, caplog):
    with commit(execute=True):
        answer = get(api, f"/sms_codes/{MOBILE}/")

    code = last_code(MOBILE)
    row = SmsMessage.objects.get(mobile=MOBILE)
    assert answer.json() == {"message": "OK"}
    assert len(code) == 6
    assert code.isdigit()
    assert code not in caplog.text
    assert MOBILE not in caplog.text
    assert row.state == "sent"
    assert row.sealed == ""
    assert row.cost is not None
    assert "分钟内有效" in outbox()[-1]["text"]


def test_a_code_that_waits_is_sealed_in_its_row(api, commit):
    with commit(execute=False):
        get(api, f"/sms_codes/{MOBILE}/")

    row = SmsMessage.objects.get(mobile=MOBILE)
    assert row.state == "queued"
    assert row.sealed.startswith("gAAAA")


def test_within_sixty_seconds_the_second_code_is_a_400_with_retry_after(api):
    get(api, f"/sms_codes/{MOBILE}/")

    answer = get(api, f"/sms_codes/{MOBILE}/")

    assert answer.status_code == 400
    assert answer.json()["code"] == "sms.too_soon"
    assert answer.json()["message"] == "发送短信过于频繁"
    assert answer.json()["non_field_errors"] == ["发送短信过于频繁"]
    assert 1 <= int(answer["Retry-After"]) <= 60


def test_above_the_quiet_limit_a_captcha_is_asked_for_and_lets_pass(api, monkeypatch):
    start = timezone.now()
    for minute in range(2):
        with time_machine.travel(start + timedelta(minutes=2 * minute), tick=False):
            assert get(api, f"/sms_codes/{MOBILE}/").status_code == 200
    with time_machine.travel(start + timedelta(minutes=5), tick=False):
        refused = get(api, f"/sms_codes/{MOBILE}/")
        solved = get(api, f"/sms_codes/{MOBILE}/", solved_captcha(api, monkeypatch))

    assert refused.status_code == 400
    assert refused.json()["code"] == "captcha.required"
    assert solved.status_code == 200


def test_five_codes_an_hour_and_ten_a_day_are_the_end_with_or_without_captcha(api, monkeypatch):
    start = timezone.now()
    statuses = []
    for number in range(14):
        with time_machine.travel(start + timedelta(minutes=2 * number + 60 * (number // 6)), tick=False):
            statuses.append(get(api, f"/sms_codes/{MOBILE}/", solved_captcha(api, monkeypatch)).status_code)
            if statuses[-1] == 429:
                answer = get(api, f"/sms_codes/{MOBILE}/", solved_captcha(api, monkeypatch))
                assert answer.json()["code"] == "sms.too_often"
                assert int(answer["Retry-After"]) > 60

    assert statuses.count(200) == 10
    assert statuses[5] == 429


def test_one_address_has_a_budget_over_all_mobiles(api, settings):
    settings.SMS_CAPTCHA = "off"
    settings.SMS_PER_ADDRESS = {"hour": 3, "day": 100}

    statuses = [get(api, f"/sms_codes/1381234567{n}/").status_code for n in range(5)]

    assert statuses == [200, 200, 200, 429, 429]


def test_the_whole_shop_has_a_daily_budget(api, settings):
    settings.SMS_CAPTCHA = "off"
    settings.SMS_DAILY_BUDGET = 2

    statuses = [get(api, f"/sms_codes/1381234567{n}/", REMOTE_ADDR=f"198.51.100.{n}").status_code for n in range(4)]

    assert statuses == [200, 200, 429, 429]


def test_a_captcha_that_is_given_must_be_right_and_is_used_up_either_way(api, monkeypatch):
    solved = solved_captcha(api, monkeypatch)

    wrong = get(api, f"/sms_codes/{MOBILE}/", {**solved, "text": "XXXX"})
    late = get(api, f"/sms_codes/{MOBILE}/", solved)

    assert wrong.status_code == 400
    assert wrong.json()["errors"][0]["field"] == "text"
    assert late.json()["code"] == "captcha.wrong"
    assert not SmsMessage.objects.exists()


@pytest.mark.parametrize("typed", ["ab34", "AB34", " aB34 "])
def test_a_captcha_does_not_mind_case(api, monkeypatch, typed):
    solved = solved_captcha(api, monkeypatch, text="AB34")

    assert get(api, f"/sms_codes/{MOBILE}/", {**solved, "text": typed}).status_code == 200


def test_a_captcha_ends_after_300_seconds(api, monkeypatch):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        solved = solved_captcha(api, monkeypatch)
    with time_machine.travel(start + timedelta(seconds=301), tick=False):
        assert get(api, f"/sms_codes/{MOBILE}/", solved).status_code == 400


def test_with_captcha_always_the_first_code_needs_one(api, monkeypatch, settings):
    settings.SMS_CAPTCHA = "always"

    assert get(api, f"/sms_codes/{MOBILE}/").json()["code"] == "captcha.required"
    assert get(api, f"/sms_codes/{MOBILE}/", solved_captcha(api, monkeypatch)).status_code == 200


def test_empty_captcha_values_mean_none(api):
    assert get(api, f"/sms_codes/{MOBILE}/", {"text": "", "image_code_id": ""}).status_code == 200


@pytest.mark.parametrize(
    "mobile",
    ["1381234567", "138123456789", "12812345678", "1381234567a", "00000000000", "１３８12345678", "138-1234-567"],
)
def test_a_mobile_that_cannot_be_one_is_a_400_that_names_the_field(api, mobile):
    answer = get(api, f"/sms_codes/{mobile}/")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "mobile"


def test_an_unknown_purpose_is_a_400(api):
    assert get(api, f"/sms_codes/{MOBILE}/", {"purpose": "password"}).status_code == 400


def test_counts_tell_whether_a_name_and_a_mobile_are_taken(api):
    UserFactory(username="python_李", mobile=MOBILE)

    assert get(api, "/usernames/python_李/count/").json() == {"username": "python_李", "count": 1}
    assert get(api, "/usernames/somebody/count/").json() == {"username": "somebody", "count": 0}
    assert get(api, f"/mobiles/{MOBILE}/count/").json() == {"mobile": MOBILE, "count": 1}
    assert get(api, "/mobiles/13800000000/count/").json() == {"mobile": "13800000000", "count": 0}


@pytest.mark.parametrize("name", ["abcd", "a" * 21, "with space", "a%00bcde", "semi;colon"])
def test_a_name_that_cannot_be_one_is_a_400(api, name):
    assert get(api, f"/usernames/{name}/count/").status_code == 400


def test_counting_is_limited_per_address(api, settings):
    settings.ADDRESS_LIMITS = {**settings.ADDRESS_LIMITS, "counts": (2, 60)}

    statuses = [get(api, f"/mobiles/1380000000{n}/count/").status_code for n in range(3)]

    assert statuses == [200, 200, 429]


@pytest.mark.redis
def test_with_redis_down_codes_and_captchas_and_logins_fail_closed(api, settings):
    UserFactory(username="somebody")
    settings.CACHES = {
        **settings.CACHES,
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"},
    }

    answers = [
        get(api, f"/sms_codes/{MOBILE}/"),
        get(api, f"/image_codes/{uuid.uuid4()}/"),
        post(api, "/authorizations/", {"username": "somebody", "password": "lychee-on-ice-7"}),
        get(api, "/mobiles/13800000000/count/"),
    ]

    assert [answer.status_code for answer in answers] == [507] * 4
    assert answers[0].json()["message"] == "服务器内部错误"
    assert sms_rows(MOBILE) == []
