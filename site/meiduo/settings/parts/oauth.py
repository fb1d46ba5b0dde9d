"""Logins with QQ, Weibo and WeChat: each is offered once its keys are set; with none, a stand-in for QQ."""

from meiduo.env import env

#: Name → dotted path of its adapter; what is not here answers 404.
OAUTH_PROVIDERS: dict[str, str] = {}
#: Name → what its adapter is built with.
OAUTH_CLIENTS: dict[str, dict[str, str]] = {}

_keys = {
    "qq": (env().qq_client_id, env().qq_client_secret, env().qq_redirect_uri, env().qq_base_url),
    "weibo": (env().weibo_client_id, env().weibo_client_secret, env().weibo_redirect_uri, env().weibo_base_url),
    "wechat": (env().wechat_client_id, env().wechat_client_secret, env().wechat_redirect_uri, env().wechat_base_url),
}
_adapters = {
    "qq": "accounts.oauth.providers.qq.QQProvider",
    "weibo": "accounts.oauth.providers.weibo.WeiboProvider",
    "wechat": "accounts.oauth.providers.wechat.WeChatProvider",
}

for _name, (_id, _secret, _redirect, _base) in _keys.items():
    if _id:
        OAUTH_PROVIDERS[_name] = _adapters[_name]
        OAUTH_CLIENTS[_name] = {
            "client_id": _id,
            "client_secret": _secret,
            "redirect_uri": _redirect or f"{env().public_url}/oauth/{_name}/callback/",
            **({"base_url": _base} if _base else {}),
        }

#: Whether the stand-in with its consent page runs here; production switches it off.
OAUTH_FAKE = env().oauth_fake and not OAUTH_PROVIDERS
if OAUTH_FAKE:
    OAUTH_PROVIDERS["qq"] = "accounts.oauth.providers.fake.FakeProvider"
    OAUTH_CLIENTS["qq"] = {"redirect_uri": env().qq_redirect_uri}
