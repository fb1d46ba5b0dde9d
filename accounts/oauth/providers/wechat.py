"""微信开放平台: the QR page for web sites."""

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from accounts.oauth.errors import CodeRejected, ProviderDown
from accounts.oauth.port import Identity, clean_identity
from accounts.oauth.wire import ask

#: Code wrong, used or expired; token wrong or expired; openid wrong. 40001 and 40125 are our own secret.
REJECTED = {40003, 40014, 40029, 40163, 41008, 42001, 42003}


class WeChatProvider:
    """WeChat; the page for browsers and the API answer at different hosts."""

    title = _("微信")

    def __init__(
        self,
        *,
        name: str,
        client_id: str,
        client_secret: str,
        redirect_uri: str,
        base_url: str = "https://api.weixin.qq.com",
        page_url: str = "https://open.weixin.qq.com",
    ) -> None:
        self.name = name
        self.client_id = client_id
        self.client_secret = client_secret
        self.redirect_uri = redirect_uri
        self.base_url = base_url.rstrip("/")
        self.page_url = page_url.rstrip("/")

    def authorize_url(self, *, state: str) -> str:
        query = {
            "appid": self.client_id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": "snsapi_login",
            "state": state,
        }
        # WeChat's page does not open without the fragment.
        return f"{self.page_url}/connect/qrconnect?{urlencode(query)}#wechat_redirect"

    def identity(self, *, code: str) -> Identity:
        said = ask(
            self.name,
            f"{self.base_url}/sns/oauth2/access_token",
            {
                "appid": self.client_id,
                "secret": self.client_secret,
                "code": code,
                "grant_type": "authorization_code",
            },
        )
        if said.get("errcode"):
            raise CodeRejected if said["errcode"] in REJECTED else ProviderDown
        token, openid = said.get("access_token"), said.get("openid")
        if not isinstance(token, str) or not token or not isinstance(openid, str):
            raise ProviderDown
        looks = self._looks(token, openid)
        return clean_identity(openid=openid, **{"unionid": said.get("unionid"), **looks})

    def _looks(self, token: str, openid: str) -> dict[str, Any]:
        """Name, picture and unionid; a login goes on without them."""
        try:
            said = ask(self.name, f"{self.base_url}/sns/userinfo", {"access_token": token, "openid": openid}, seconds=2)
        except ProviderDown:
            return {}
        if said.get("errcode"):
            return {}
        looks = {"nickname": said.get("nickname"), "avatar": said.get("headimgurl")}
        if said.get("unionid"):
            looks["unionid"] = said["unionid"]
        return looks
