"""Logging in with QQ, Weibo and WeChat."""

from typing import Annotated

from ninja import Schema
from pydantic import Field, StringConstraints

from api.schemas.accounts import GivenPassword, Mobile, SessionOut, SmsCode, Token
from api.schemas.base import Moment, QueryIn

#: What a provider's name in the path may look like; which of them exist is the shop's to say (404).
ProviderName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,19}$")]


class AuthorizationIn(QueryIn):
    next: Annotated[str, Field(max_length=500)] = Field("/", description="a path of this site to return to")


class AuthorizationOut(Schema):
    login_url: str = Field(description="send the browser there; it must keep the cookie that came along")


class CallbackIn(QueryIn):
    code: Annotated[str, Field(min_length=1, max_length=512)]
    state: Annotated[str, Field(min_length=1, max_length=200)]


class OAuthLoginOut(SessionOut):
    """The identity opens an account: this is its login."""

    next: str = Field(description="the path asked for at the beginning")


class BindTokenOut(Schema):
    """The identity opens no account yet."""

    access_token: str = Field(description="post it with mobile, password and code; 600 seconds, works once")
    next: str


class BindIn(Schema):
    mobile: Mobile
    password: GivenPassword = Field(description="of the account that has the mobile; 8 to 20 for a new one")
    sms_code: SmsCode = Field(description="sent by `/sms_codes/{mobile}/`")
    access_token: Token


class BindingOut(Schema):
    provider: str
    title: str
    nickname: str
    avatar: str
    bound_at: Moment


class ProviderOut(Schema):
    provider: str = Field(examples=["qq"])
    title: str = Field(examples=["QQ"])
