"""A stand-in for a platform, with a consent page of its own: the whole login without a key and without a network.

It never runs in production: ``OAUTH_FAKE`` is off there and the class refuses to be built.
"""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.oauth.errors import CodeRejected, ProviderDown
from accounts.oauth.port import Identity, clean_identity
from kernel import oneuse

#: Seconds that a code waits to be exchanged, as at the real ones.
LIVES = 600
#: Kept behind a code that stands for a platform that is down.
DOWN = "down"
PREFIX = "/oauth/fake"

TITLES: dict[str, str | Promise] = {"qq": _("QQ"), "weibo": _("微博"), "wechat": _("微信")}


@dataclass(frozen=True)
class Persona:
    """Somebody who has an account over there."""

    name: str
    about: str | Promise


PERSONAS = (
    Persona("小美", _("喜欢数码和咖啡")),
    Persona("阿东", _("刚注册的新用户")),
    Persona("老王", _("常来的老顾客")),
)


def give_code(*, provider: str, persona: str) -> str:
    """A code that says once that this persona agreed."""
    code = secrets.token_hex(16).upper()
    digest = hashlib.sha256(f"{provider}\x1f{persona}".encode()).hexdigest()
    who = Identity(openid=f"FAKE{digest[:28].upper()}", unionid=f"UNI{digest[28:56].upper()}", nickname=persona)
    oneuse.put(_name(provider, code), code, seconds=LIVES, payload=json.dumps(asdict(who)))
    return code


def give_code_that_fails(*, provider: str) -> str:
    """A code whose exchange finds the platform down."""
    code = secrets.token_hex(16).upper()
    oneuse.put(_name(provider, code), code, seconds=LIVES, payload=DOWN)
    return code


def _name(provider: str, code: str) -> str:
    return f"oauth.fake.{provider}.{hashlib.sha256(code.encode()).hexdigest()}"


class FakeProvider:
    """Answers like a platform, out of the cache."""

    def __init__(self, *, name: str, redirect_uri: str = "") -> None:
        if not settings.OAUTH_FAKE:
            raise ImproperlyConfigured("the stand-in for OAuth providers is switched off (OAUTH_FAKE)")
        self.name = name
        self.title = TITLES.get(name, name)
        self.redirect_uri = redirect_uri or f"{settings.PUBLIC_URL}{PREFIX}/{name}/callback/"

    def authorize_url(self, *, state: str) -> str:
        query = {"response_type": "code", "client_id": "demo", "redirect_uri": self.redirect_uri, "state": state}
        return f"{settings.PUBLIC_URL}{PREFIX}/{self.name}/authorize/?{urlencode(query)}"

    def identity(self, *, code: str) -> Identity:
        used = oneuse.use(_name(self.name, code), code)
        if not used:
            raise CodeRejected
        if used.payload == DOWN:
            raise ProviderDown
        return clean_identity(**json.loads(used.payload))
