"""What accounts take and give. Input and output share nothing."""

import uuid
from datetime import date
from typing import Annotated, Literal

from django.utils.translation import gettext
from ninja import Schema
from pydantic import Field, StringConstraints, field_validator

from api.schemas.base import QueryIn
from kernel import clock

#: Text from a person; the parser has already refused what no database takes.
Text = str
#: The same with its outer spaces gone.
TrimmedText = Annotated[str, StringConstraints(strip_whitespace=True)]

Mobile = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^1[3-9][0-9]{9}$")]
Username = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=5, max_length=20, pattern=r"^\w+$"),
    Field(examples=["python"]),
]
#: A name, a mobile or an e-mail address.
Account = Annotated[TrimmedText, Field(min_length=1, max_length=254)]
NewPassword = Annotated[str, Field(min_length=8, max_length=20)]
#: A password as it was once set; staff may have longer ones than buyers.
GivenPassword = Annotated[str, Field(min_length=1, max_length=128)]
SmsCode = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{6}$")]
Token = Annotated[str, Field(min_length=1, max_length=2000)]
CaptchaText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10)]


class CaptchaIn(QueryIn):
    """A solved picture captcha."""

    text: CaptchaText = Field("", description="what the picture shows")
    image_code_id: uuid.UUID | None = Field(None, description="the id under which the picture was fetched")


class SmsCodeIn(CaptchaIn):
    purpose: Literal["sign_up", "login", "erasure"] = Field(
        "sign_up",
        description="what the code is for; `sign_up` also binds a login of another platform. "
        "A code for a lost password is sent by `/sms_codes/?access_token=`.",
    )


class AccessTokenIn(QueryIn):
    access_token: Token


class ProvedCodeIn(QueryIn):
    sms_code: SmsCode


class EmailTokenIn(QueryIn):
    token: Token


class SignUpIn(Schema):
    username: Username
    password: NewPassword
    password2: GivenPassword
    mobile: Mobile
    sms_code: SmsCode
    allow: bool = Field(description="the terms were read; must be true")


class LoginIn(Schema):
    username: Account = Field(description="name, mobile or verified e-mail")
    password: GivenPassword
    text: CaptchaText = Field("", description="a captcha's text, once `captcha.required` was answered")
    image_code_id: uuid.UUID | None = None

    @field_validator("image_code_id", mode="before")
    @classmethod
    def _empty_is_absent(cls, value: object) -> object:
        return None if value == "" else value


class CodeLoginIn(Schema):
    mobile: Mobile
    sms_code: SmsCode


class RefreshIn(Schema):
    refresh: Token


class LogoutIn(Schema):
    refresh: Annotated[str, Field(max_length=2000)] = ""


class ResetPasswordIn(Schema):
    password: NewPassword
    password2: GivenPassword
    access_token: Token


class ChangePasswordIn(Schema):
    old_password: GivenPassword
    password: NewPassword
    password2: GivenPassword


class ProfileIn(Schema):
    """What is named changes, what is not stays."""

    nickname: Annotated[TrimmedText, Field(max_length=30)] = ""
    gender: Literal[0, 1, 2] = Field(0, description="0 unknown, 1 male, 2 female")
    birthday: date | None = None

    @field_validator("gender", mode="before")
    @classmethod
    def _number(cls, value: object) -> object:
        return int(value) if isinstance(value, str) and value in {"0", "1", "2"} else value

    @field_validator("birthday", mode="before")
    @classmethod
    def _no_birthday(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("birthday")
    @classmethod
    def _born(cls, value: date | None) -> date | None:
        if value is not None and not date(1900, 1, 1) <= value <= clock.now().date():
            raise ValueError(gettext("日期超出范围"))
        return value


class EraseIn(Schema):
    """One of the two proves that it is you."""

    password: Annotated[str, Field(max_length=128)] = ""
    sms_code: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^([0-9]{6})?$")] = Field(
        "", description="sent for the purpose `erasure`"
    )


class EmailIn(Schema):
    email: Annotated[TrimmedText, Field(min_length=3, max_length=254)]


class MessageOut(Schema):
    message: str = Field(examples=["OK"])


class UsernameCountOut(Schema):
    username: str
    count: int = Field(description="1 when taken")


class MobileCountOut(Schema):
    mobile: str
    count: int = Field(description="1 when it has an account")


class SessionOut(Schema):
    user_id: int
    username: str
    token: str = Field(description="access token, for `Authorization: Bearer`")
    refresh: str = Field(description="works once, for a new pair")
    expires_in: int = Field(description="seconds left to `token`")


class SignedUpOut(Schema):
    id: int
    user_id: int
    username: str
    mobile: str
    token: str
    refresh: str
    expires_in: int


class LostPasswordOut(Schema):
    mobile: str = Field(description="masked", examples=["138****0000"])
    access_token: str


class ProvedCodeOut(Schema):
    user_id: int
    access_token: str


class UserOut(Schema):
    id: int
    username: str
    mobile: str | None
    email: str
    email_active: bool
    nickname: str
    gender: int
    birthday: date | None
    avatar: str | None = Field(description="absolute address")
    is_staff: bool


class EmailOut(Schema):
    id: int
    email: str
