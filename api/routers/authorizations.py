"""Logging in, carrying on, logging out."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from accounts.errors import (
    CaptchaRequired,
    CaptchaWrong,
    LoginRefused,
    LoginTooOften,
    MobileUnknown,
    RefreshRefused,
    SmsCodeWrong,
)
from accounts.services.login import log_in, log_in_by_code
from accounts.services.requests import count_request
from accounts.services.sessions import close_all_sessions, close_session, refresh_session
from api.auth import BuyerRequest, bearer_token, buyer
from api.problems import guarded, problems
from api.schemas.accounts import CodeLoginIn, LoginIn, LogoutIn, RefreshIn, SessionOut
from api.session import session_answer
from kernel.errors import TooOften
from kernel.network import client_ip

router = Router(tags=["login"])


@router.post(
    "/authorizations/",
    operation_id="log_in",
    response={200: SessionOut, **problems(LoginRefused, LoginTooOften, CaptchaRequired, CaptchaWrong)},
)
def create(request: HttpRequest, response: HttpResponse, body: LoginIn) -> dict[str, Any]:
    """Log in by name, mobile or verified e-mail. After failures the wait grows: 429 with `Retry-After`."""
    session = log_in(
        account=body.username,
        password=body.password,
        address=client_ip(request),
        captcha_id=body.image_code_id,
        captcha_text=body.text,
    )
    return session_answer(request, response, session)


@router.post(
    "/authorizations/sms/",
    operation_id="log_in_by_sms",
    response={200: SessionOut, **problems(SmsCodeWrong, MobileUnknown, LoginRefused, TooOften)},
)
def create_by_code(request: HttpRequest, response: HttpResponse, body: CodeLoginIn) -> dict[str, Any]:
    """Log in by a code that was sent for the purpose `login`."""
    session = log_in_by_code(
        mobile=body.mobile,
        code=body.sms_code,
        address=client_ip(request),
        sign_up=settings.SMS_LOGIN_SIGNS_UP,
    )
    return session_answer(request, response, session)


@router.post(
    "/authorizations/refresh/",
    operation_id="refresh_login",
    response={200: SessionOut, **problems(RefreshRefused, TooOften)},
)
def refresh(request: HttpRequest, response: HttpResponse, body: RefreshIn) -> dict[str, Any]:
    """A new pair for a refresh token, which works once: using it again ends the whole login."""
    count_request(of="refresh", address=client_ip(request))
    session = refresh_session(refresh=body.refresh)
    response["Cache-Control"] = "no-store"
    return {
        "user_id": session.user.pk,
        "username": session.user.username,
        "token": session.token,
        "refresh": session.refresh,
        "expires_in": session.expires_in,
    }


@router.delete("/authorizations/", operation_id="log_out", response={204: None, **problems(RefreshRefused)})
def delete(request: HttpRequest, body: LogoutIn | None = None) -> Status[None]:
    """End this login on this device, access token included. The refresh token or the bearer token says which."""
    close_session(refresh=body.refresh if body else "", access=bearer_token(request))
    return Status(204, None)


@router.delete("/authorizations/all/", operation_id="log_out_everywhere", auth=buyer, response={204: None, **guarded()})
def delete_all(request: BuyerRequest) -> Status[None]:
    """End every login on every device at once."""
    close_all_sessions(user_id=request.auth.pk)
    return Status(204, None)
