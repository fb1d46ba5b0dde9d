"""Production refuses to start on what is only safe for one person on one machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAFE = {
    "SECRET_KEY": "s" * 50,
    "JWT_SECRET_KEY": "j" * 50,
    "ALLOWED_HOSTS": "shop.example",
    "PUBLIC_URL": "https://shop.example",
    "DATABASE_URL": "postgres://mall@127.0.0.1/mall",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}


def start(tmp_path, print_="settings.DEBUG, settings.SECURE_SSL_REDIRECT", **changes):
    """What a process with these variables says when it loads production settings."""
    variables = {name: value for name, value in (SAFE | changes).items() if value}
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", f"from django.conf import settings; print({print_})"],
        env=kept
        | variables
        | {"DJANGO_SETTINGS_MODULE": "meiduo.settings.production", "PYTHONPATH": "site", "VAR_DIR": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_safe_settings_start(tmp_path):
    done = start(tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False", "True"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"JWT_SECRET_KEY": ""}, "JWT_SECRET_KEY is not set"),
        ({"JWT_SECRET_KEY": "s" * 50}, "JWT_SECRET_KEY must differ"),
        ({"SECRET_KEY": "short"}, "at least 32 characters"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is not set"),
        ({"ALLOWED_HOSTS": "*"}, "must name the shop's hosts"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is not set"),
        ({"DATABASE_URL": "sqlite:///mall.sqlite3"}, "must be PostgreSQL"),
        ({"REDIS_URL": ""}, "REDIS_URL is not set"),
        ({"PUBLIC_URL": "http://shop.example"}, "PUBLIC_URL must start with https"),
        ({"DEBUG": "true"}, "DEBUG is on"),
        ({"TRACKING": "fake"}, "TRACKING is fake"),
        ({"TRACKING": "kuaidi100"}, "KUAIDI100_CUSTOMER and KUAIDI100_KEY"),
        ({"KUAIDI100_KEY": "k"}, "KUAIDI100_CUSTOMER and KUAIDI100_KEY"),
    ],
)
def test_each_unsafe_setting_is_refused_by_name(tmp_path, changes, said):
    done = start(tmp_path, **changes)

    assert done.returncode != 0
    assert said in done.stderr


def test_a_wrong_value_is_named_with_its_variable(tmp_path):
    done = start(tmp_path, WEB_WORKERS="many")

    assert done.returncode != 0
    assert "web_workers" in done.stderr


def test_the_stand_in_for_alipay_is_switched_off_without_keys(tmp_path):
    done = start(tmp_path, print_="settings.ALIPAY_FAKE, settings.PAY_GATEWAYS")

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "False {}"


ALIPAY = {
    "ALIPAY_APP_ID": "2021000000000001",
    "ALIPAY_SELLER_ID": "2088000000000001",
    "ALIPAY_PRIVATE_KEY": "key.pem",
    "ALIPAY_PUBLIC_KEY": "alipay.pem",
}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ALIPAY_FAKE": "true"}, "ALIPAY_FAKE is on"),
        (ALIPAY | {"ALIPAY_SELLER_ID": ""}, "ALIPAY_SELLER_ID is not set"),
        (ALIPAY | {"ALIPAY_PRIVATE_KEY": ""}, "ALIPAY_PRIVATE_KEY is not set"),
        (ALIPAY | {"ALIPAY_PUBLIC_KEY": ""}, "ALIPAY_PUBLIC_KEY or ALIPAY_APP_CERTIFICATE is not set"),
        (ALIPAY | {"ALIPAY_APP_CERTIFICATE": "app.crt"}, "ALIPAY_ROOT_CERTIFICATE is not set"),
        (ALIPAY | {"ALIPAY_SANDBOX": "true"}, "ALIPAY_SANDBOX is on"),
        (ALIPAY | {"ALIPAY_NOTIFY_URL": "http://shop.example/notify/"}, "ALIPAY_NOTIFY_URL must be https"),
        (ALIPAY | {"ALIPAY_NOTIFY_URL": "https://shop.example/notify/?a=1"}, "without a query string"),
    ],
)
def test_payments_that_are_half_set_up_are_refused(tmp_path, changes, said):
    done = start(tmp_path, **changes)

    assert done.returncode != 0
    assert said in done.stderr


def test_a_shop_with_alipays_keys_starts_with_the_real_adapter(tmp_path):
    done = start(tmp_path, print_="settings.PAY_GATEWAYS['alipay']['class']", **ALIPAY)

    assert done.stdout.strip() == "shop.payments.gateways.alipay.AlipayGateway", done.stderr
