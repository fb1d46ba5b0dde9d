"""What the mall asks of a platform whose accounts can log in here: QQ, Weibo, WeChat, or a stand-in.

To add one: a class with the members of ``OAuthProvider``, its dotted path in ``OAUTH_PROVIDERS``, a line in the
contract test. An adapter never trusts what it reads: ``clean_identity`` is the only way to an Identity.
"""

import re
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from accounts.oauth.errors import ProviderDown

_OPENID = re.compile(r"[\w\-.:]{1,128}", re.ASCII)


@dataclass(frozen=True)
class Identity:
    """Who logged in over there. ``unionid`` is the same for all apps of one owner, where a platform has it."""

    openid: str
    unionid: str = ""
    nickname: str = ""
    avatar: str = ""


class OAuthProvider(Protocol):
    """One platform, with the keys of this shop."""

    #: As buyers know it: 微信.
    title: str

    def authorize_url(self, *, state: str) -> str:
        """Where the browser goes to ask its user; it comes back with a code and this state."""
        ...

    def identity(self, *, code: str) -> Identity:
        """Who the code was given for. Every network call has a timeout.

        Raises: CodeRejected for a code that does not count; ProviderDown for anything else.
        """
        ...


def clean_identity(*, openid: object, unionid: object = "", nickname: object = "", avatar: object = "") -> Identity:
    """An Identity of what a platform said, cut to what we keep.

    Raises: ProviderDown when there is no usable openid.
    """
    if not isinstance(openid, str) or not _OPENID.fullmatch(openid):
        raise ProviderDown
    union = unionid if isinstance(unionid, str) and _OPENID.fullmatch(unionid) else ""
    name = "".join(one for one in nickname if one.isprintable())[:60] if isinstance(nickname, str) else ""
    return Identity(openid=openid, unionid=union, nickname=name.strip(), avatar=_picture(avatar))


def _picture(address: object) -> str:
    """The address if a page may show it as a picture; nobody here ever fetches it."""
    if not isinstance(address, str) or len(address) > 500 or not address.isascii() or not address.isprintable():
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return ""
    # Platforms still hand out http addresses that answer on https too.
    return parts._replace(scheme="https").geturl()
