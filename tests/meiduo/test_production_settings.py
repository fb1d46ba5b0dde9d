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


def start(tmp_path, **changes):
    """What a process with these variables says when it loads production settings."""
    variables = {name: value for name, value in (SAFE | changes).items() if value}
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; print(settings.DEBUG, settings.SECURE_SSL_REDIRECT)"],
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
