"""QQ互联, through QQLoginTool's addresses.

QQLoginTool 0.3.0 fetches without a timeout, hides every cause and cuts JSONP by position, so its two fetches
are replaced; the address that the browser goes to is its own.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from QQLoginTool.QQtool import OAuthQQ

from accounts.oauth.errors import CodeRejected, ProviderDown
from accounts.oauth.port import Identity, clean_identity
from accounts.oauth.wire import ask

#: Where QQLoginTool sends everything.
GRAPH = "https://graph.qq.com"
#: Code or token wrong, reused, expired; every other error number is about our own keys or their servers.
REJECTED = {100013, 100014, 100015, 100016, 100019, 100020, 100021}


class QQTool(OAuthQQ):
    """QQLoginTool with fetches that end, understand every form of answer, and say what went wrong."""

    def __init__(self, *, base_url: str, name: str, **keys: str) -> None:
        super().__init__(**keys)
        self.base_url = base_url
        self.name = name

    def get_qq_url(self) -> str:
        """Where the browser goes."""
        return str(super().get_qq_url()).replace(GRAPH, self.base_url, 1)

    def get_access_token(self, code: str) -> str:
        """The token that this code buys. Raises: CodeRejected, ProviderDown."""
        said = ask(
            self.name,
            f"{self.base_url}/oauth2.0/token",
            {
                "grant_type": "authorization_code",
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "redirect_uri": self.redirect_uri,
                "code": code,
                "fmt": "json",
            },
        )
        token = refuse_errors(said).get("access_token")
        if not isinstance(token, str) or not token:
            raise ProviderDown
        return token

    def get_open_id(self, access_token: str) -> dict[str, Any]:
        """Whose token this is: openid and, where the app has one, unionid. Raises: CodeRejected, ProviderDown."""
        said = ask(
            self.name,
            f"{self.base_url}/oauth2.0/me",
            {"access_token": access_token, "unionid": "1", "fmt": "json"},
        )
        if refuse_errors(said).get("client_id") != self.client_id:
            # A token that was given to another app says nothing to us.
            raise ProviderDown
        return said


def refuse_errors(said: dict[str, Any]) -> dict[str, Any]:
    """What QQ said, unless it is an error. Raises: CodeRejected, ProviderDown."""
    number = said.get("error", said.get("code"))
    if number is None:
        return said
    try:
        rejected = int(number) in REJECTED
    except (TypeError, ValueError):
        rejected = False
    raise CodeRejected if rejected else ProviderDown


class QQProvider:
    """QQ."""

    title = _("QQ")

    def __init__(
        self, *, name: str, client_id: str, client_secret: str, redirect_uri: str, base_url: str = GRAPH
    ) -> None:
        self.name = name
        self.base_url = base_url.rstrip("/")
        self.keys = {"client_id": client_id, "client_secret": client_secret, "redirect_uri": redirect_uri}

    def authorize_url(self, *, state: str) -> str:
        return QQTool(base_url=self.base_url, name=self.name, state=state, **self.keys).get_qq_url()

    def identity(self, *, code: str) -> Identity:
        tool = QQTool(base_url=self.base_url, name=self.name, **self.keys)
        token = tool.get_access_token(code)
        me = tool.get_open_id(token)
        return clean_identity(openid=me.get("openid"), unionid=me.get("unionid"), **self._looks(token, me))

    def _looks(self, token: str, me: dict[str, Any]) -> dict[str, object]:
        """Nickname and picture; a login goes on without them."""
        try:
            said = ask(
                self.name,
                f"{self.base_url}/user/get_user_info",
                {"access_token": token, "oauth_consumer_key": self.keys["client_id"], "openid": str(me.get("openid"))},
                seconds=2,
            )
        except ProviderDown:
            return {}
        if said.get("ret") != 0:
            return {}
        return {
            "nickname": said.get("nickname"),
            "avatar": said.get("figureurl_qq_2") or said.get("figureurl_qq_1") or said.get("figureurl_2"),
        }
