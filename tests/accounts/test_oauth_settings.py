"""Which platforms the environment switches on, and that production never runs the stand-in."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "s" * 50,
    "JWT_SECRET_KEY": "j" * 50,
    "ALLOWED_HOSTS": "shop.example",
    "PUBLIC_URL": "https://shop.example",
    "DATABASE_URL": "postgres://mall@127.0.0.1/mall",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}
ASK = (
    "import json; from django.conf import settings as s; "
    "print(json.dumps([s.OAUTH_FAKE, s.OAUTH_PROVIDERS, s.OAUTH_CLIENTS]))"
)


def _start(tmp_path, settings_module: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    fixed = {"DJANGO_SETTINGS_MODULE": settings_module, "PYTHONPATH": "site", "VAR_DIR": str(tmp_path)}
    return subprocess.run(
        [sys.executable, "-c", ASK], env=kept | variables | fixed, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_an_empty_environment_offers_the_stand_in_for_qq(tmp_path):
    fake, providers, _clients = json.loads(_start(tmp_path, "meiduo.settings.dev").stdout)

    assert fake is True
    assert providers == {"qq": "accounts.oauth.providers.fake.FakeProvider"}


def test_keys_switch_the_real_platform_on_and_the_stand_in_off(tmp_path):
    done = _start(
        tmp_path, "meiduo.settings.dev", WEIBO_CLIENT_ID="1", WEIBO_CLIENT_SECRET="2", WEIBO_REDIRECT_URI="http://x/y"
    )
    fake, providers, clients = json.loads(done.stdout)

    assert fake is False
    assert providers == {"weibo": "accounts.oauth.providers.weibo.WeiboProvider"}
    assert clients["weibo"] == {"client_id": "1", "client_secret": "2", "redirect_uri": "http://x/y"}


def test_the_stand_in_can_be_switched_off(tmp_path):
    assert json.loads(_start(tmp_path, "meiduo.settings.dev", OAUTH_FAKE="0").stdout)[:2] == [False, {}]


def test_production_without_keys_offers_nothing(tmp_path):
    done = _start(tmp_path, "meiduo.settings.production", **PRODUCTION)

    assert json.loads(done.stdout) == [False, {}, {}], done.stderr


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"OAUTH_FAKE": "1"}, "OAUTH_FAKE is on"),
        ({"QQ_CLIENT_ID": "101"}, "QQ_CLIENT_SECRET is not set"),
        ({"WECHAT_CLIENT_ID": "wx1"}, "WECHAT_CLIENT_SECRET is not set"),
    ],
)
def test_production_refuses_what_is_unsafe_by_name(tmp_path, changes, said):
    done = _start(tmp_path, "meiduo.settings.production", **PRODUCTION, **changes)

    assert done.returncode != 0
    assert said in done.stderr


def test_production_with_keys_starts(tmp_path):
    done = _start(tmp_path, "meiduo.settings.production", **PRODUCTION, QQ_CLIENT_ID="101", QQ_CLIENT_SECRET="k")

    fake, providers, clients = json.loads(done.stdout)
    assert (fake, list(providers)) == (False, ["qq"])
    assert clients["qq"]["redirect_uri"] == "https://shop.example/oauth/qq/callback/"
