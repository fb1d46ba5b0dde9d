"""Going through a login with the stand-in, as a browser does, one step at a time."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client

from accounts.oauth.providers.fake import give_code
from tests.accounts.people import get, post


def begin(client: Client, *, provider: str = "qq", next_path: str = "/") -> str:
    """Leave for the platform; returns the state, and the cookie stays in the client."""
    answer = get(client, f"/oauth/{provider}/authorization/", {"next": next_path})
    assert answer.status_code == 200, answer.content.decode()
    return parse_qs(urlsplit(answer.json()["login_url"]).query)["state"][0]


def come_back(client: Client, *, state: str, persona: str = "小美", provider: str = "qq", code: str = "") -> Any:
    """Come back with a code that this persona agreed to, or with this one."""
    return get(
        client,
        f"/oauth/{provider}/user/",
        {"code": code or give_code(provider=provider, persona=persona), "state": state},
    )


def bind_token(client: Client, *, persona: str = "小美", provider: str = "qq") -> str:
    """The token of somebody who logs in here for the first time."""
    answer = come_back(client, state=begin(client, provider=provider), persona=persona, provider=provider)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()["access_token"]


def tie(client: Client, *, token: str, mobile: str, code: str, password: str, provider: str = "qq") -> Any:
    """Tie the identity to a mobile."""
    return post(
        client,
        f"/oauth/{provider}/user/",
        {"mobile": mobile, "password": password, "sms_code": code, "access_token": token},
    )
