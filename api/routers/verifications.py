"""Captchas, SMS codes, and whether a name is taken."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from accounts.errors import (
    CaptchaRequired,
    CaptchaWrong,
    ResetTokenRefused,
    SmsTooOften,
    SmsTooSoon,
)
from accounts.selectors.users import mobile_count, username_count
from accounts.services.captchas import new_captcha
from accounts.services.lost_passwords import send_code
from accounts.services.requests import count_request
from accounts.services.sms_codes import Purpose, request_code
from api.problems import problems
from api.schemas.accounts import (
    AccessTokenIn,
    MessageOut,
    Mobile,
    MobileCountOut,
    SmsCodeIn,
    Username,
    UsernameCountOut,
)
from kernel.errors import TooOften
from kernel.network import client_ip

router = Router(tags=["verification"])

_OK = {"message": "OK"}


@router.get(
    "/image_codes/{image_code_id}/",
    operation_id="get_image_code",
    response={200: Any, **problems(TooOften)},
    openapi_extra={"responses": {200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}}},
)
def image_code(request: HttpRequest, image_code_id: uuid.UUID) -> HttpResponse:
    """A picture of four characters; good for 300 seconds and one use, whatever the case of its letters."""
    count_request(of="image_codes", address=client_ip(request))
    response = HttpResponse(new_captcha(captcha_id=image_code_id), content_type="image/jpeg")
    response["Cache-Control"] = "no-store"
    return response


@router.get(
    "/sms_codes/{mobile}/",
    operation_id="send_sms_code",
    response={200: MessageOut, **problems(SmsTooSoon, SmsTooOften, CaptchaRequired, CaptchaWrong)},
)
def sms_code(request: HttpRequest, mobile: Path[Mobile], query: Query[SmsCodeIn]) -> dict[str, str]:
    """Send six digits to a mobile: good for 300 seconds, five tries and one use, for one purpose.

    Within 60 seconds of the last one: 400 `sms.too_soon` with `Retry-After`.
    """
    request_code(
        mobile=mobile,
        purpose=Purpose(query.purpose),
        address=client_ip(request),
        captcha_id=query.image_code_id,
        captcha_text=query.text,
    )
    return _OK


@router.get(
    "/sms_codes/",
    operation_id="send_lost_password_code",
    response={200: MessageOut, **problems(ResetTokenRefused, SmsTooSoon, SmsTooOften)},
)
def lost_password_code(request: HttpRequest, query: Query[AccessTokenIn]) -> dict[str, str]:
    """Lost password, step 2: send a code to the account's mobile."""
    send_code(access_token=query.access_token, address=client_ip(request))
    return _OK


@router.get(
    "/usernames/{username}/count/",
    operation_id="count_username",
    response={200: UsernameCountOut, **problems(TooOften)},
)
def count_username(request: HttpRequest, username: Path[Username]) -> dict[str, Any]:
    """Is this name taken?"""
    count_request(of="counts", address=client_ip(request))
    return {"username": username, "count": username_count(username)}


@router.get(
    "/mobiles/{mobile}/count/", operation_id="count_mobile", response={200: MobileCountOut, **problems(TooOften)}
)
def count_mobile(request: HttpRequest, mobile: Path[Mobile]) -> dict[str, Any]:
    """Has this mobile an account?"""
    count_request(of="counts", address=client_ip(request))
    return {"mobile": mobile, "count": mobile_count(mobile)}
