"""新浪微博 (open.weibo.com)."""

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from accounts.oauth.errors import CodeRejected, ProviderDown
from accounts.oauth.port import Identity, clean_identity
from accounts.oauth.wire import ask

#: grant invalid, and token expired, used or revoked.
REJECTED = {21325, 21314, 21315, 21316, 21317, 21327}


class WeiboProvider:
    """Weibo; its ``uid`` is the openid."""

    title = _("微博")

    def __init__(
        self,
        *,
        name: str,
        client_id: str,
        client_secret: str,
        redirect_uri: str,
        base_url: str = "https://api.weibo.com",
    ) -> None:
        self.name = name
        self.client_id = client_id
        self.client_secret = client_secret
        self.redirect_uri = redirect_uri
        self.base_url = base_url.rstrip("/")

    def authorize_url(self, *, state: str) -> str:
        query = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "state": state,
        }
        return f"{self.base_url}/oauth2/authorize?{urlencode(query)}"

    def identity(self, *, code: str) -> Identity:
        said = ask(
            self.name,
            f"{self.base_url}/oauth2/access_token",
            {
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "grant_type": "authorization_code",
                "redirect_uri": self.redirect_uri,
                "code": code,
            },
            method="POST",
        )
        if "error" in said:
            raise CodeRejected if said.get("error_code") in REJECTED else ProviderDown
        # Old apps get a number, newer ones a text.
        uid = str(said["uid"]) if isinstance(said.get("uid"), int) else said.get("uid")
        token = said.get("access_token")
        if not isinstance(token, str) or not token:
            raise ProviderDown
        return clean_identity(openid=uid, **self._looks(token, str(uid)))

    def _looks(self, token: str, uid: str) -> dict[str, Any]:
        """Name and picture; a login goes on without them."""
        try:
            said = ask(self.name, f"{self.base_url}/2/users/show.json", {"access_token": token, "uid": uid}, seconds=2)
        except ProviderDown:
            return {}
        return {"nickname": said.get("screen_name"), "avatar": said.get("avatar_large")}
