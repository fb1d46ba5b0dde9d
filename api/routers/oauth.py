"""Logging in with QQ, Weibo and WeChat, and which of them open my account."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status

from accounts.errors import LoginTooOften, PasswordUnfit, SmsCodeWrong
from accounts.oauth.dances import SECONDS, cookie_name
from accounts.oauth.errors import (
    AlreadyBound,
    BindTokenRejected,
    CodeRejected,
    LastWayIn,
    NotBound,
    PasswordUnfitting,
    PathRefused,
    ProviderDown,
    ProviderUnknown,
    StateRejected,
)
from accounts.oauth.registry import offered
from accounts.selectors.bindings import bindings_of
from accounts.services.bindings import arrive, bind, depart, unbind
from api.auth import BuyerRequest, buyer
from api.problems import guarded, problems
from api.schemas.accounts import SignedUpOut
from api.schemas.oauth import (
    AuthorizationIn,
    AuthorizationOut,
    BindIn,
    BindingOut,
    BindTokenOut,
    CallbackIn,
    OAuthLoginOut,
    ProviderName,
    ProviderOut,
)
from api.session import session_answer
from kernel.errors import TooOften
from kernel.network import client_ip

router = Router(tags=["oauth"])


def _cookie_path(request: HttpRequest) -> str:
    """Only the routes of this router get the cookie."""
    return request.path.partition("/oauth/")[0] + "/oauth/"


@router.get("/", operation_id="list_bindings", auth=buyer, response={200: list[BindingOut], **guarded()})
def list_bindings(request: BuyerRequest) -> list[dict[str, Any]]:
    """The platforms that open my account."""
    titles = dict(offered())
    return [
        {
            "provider": row.provider,
            "title": titles.get(row.provider, row.provider),
            "nickname": row.nickname,
            "avatar": row.avatar,
            "bound_at": row.created_at,
        }
        for row in bindings_of(user_id=request.auth.pk)
    ]


@router.get("/providers/", operation_id="list_oauth_providers", response={200: list[ProviderOut], **problems()})
def list_providers(request: HttpRequest) -> list[dict[str, str]]:
    """The platforms that this shop offers; a login page shows a button for each."""
    return [{"provider": name, "title": title} for name, title in offered()]


@router.get(
    "/{provider}/authorization/",
    operation_id="begin_oauth",
    response={200: AuthorizationOut, **problems(ProviderUnknown, PathRefused, TooOften)},
)
def begin(
    request: HttpRequest, response: HttpResponse, provider: Path[ProviderName], query: Query[AuthorizationIn]
) -> dict[str, str]:
    """Where to send the browser. What it brings back counts once, within ten minutes, in this browser."""
    departure = depart(provider=provider, next_path=query.next, address=client_ip(request))
    response.set_cookie(
        departure.dance.cookie_name,
        departure.dance.cookie_value,
        max_age=SECONDS,
        path=_cookie_path(request),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    response["Cache-Control"] = "no-store"
    return {"login_url": departure.login_url}


@router.get(
    "/{provider}/user/",
    operation_id="finish_oauth",
    response={
        200: OAuthLoginOut | BindTokenOut,
        **problems(ProviderUnknown, StateRejected, CodeRejected, ProviderDown),
    },
)
def finish(
    request: HttpRequest, response: HttpResponse, provider: Path[ProviderName], query: Query[CallbackIn]
) -> dict[str, Any]:
    """The browser is back: log in, or get a token that ties the identity to a mobile."""
    cookie = cookie_name(query.state)
    arrival = arrive(
        provider=provider, code=query.code, state=query.state, cookie_value=request.COOKIES.get(cookie, "")
    )
    response.delete_cookie(cookie, path=_cookie_path(request), samesite="Lax")
    response["Cache-Control"] = "no-store"
    if arrival.session is None:
        return {"access_token": arrival.bind_token, "next": arrival.next_path}
    return {**session_answer(request, response, arrival.session), "next": arrival.next_path}


@router.post(
    "/{provider}/user/",
    operation_id="bind_oauth",
    response={
        201: SignedUpOut,
        **problems(
            ProviderUnknown,
            BindTokenRejected,
            SmsCodeWrong,
            PasswordUnfitting,
            PasswordUnfit,
            LoginTooOften,
            TooOften,
            AlreadyBound,
        ),
    },
)
def create_binding(
    request: HttpRequest, response: HttpResponse, provider: Path[ProviderName], body: BindIn
) -> Status[dict[str, Any]]:
    """Tie the identity to the account of this mobile, opened now if there is none, and log in."""
    session = bind(
        provider=provider,
        access_token=body.access_token,
        mobile=body.mobile,
        password=body.password,
        sms_code=body.sms_code,
        address=client_ip(request),
    )
    opened = session_answer(request, response, session)
    return Status(201, {**opened, "id": session.user.pk, "mobile": session.user.mobile})


@router.delete(
    "/{provider}/",
    operation_id="unbind_oauth",
    auth=buyer,
    response={204: None, **guarded(NotBound, LastWayIn)},
)
def delete_binding(request: BuyerRequest, provider: Path[ProviderName]) -> Status[None]:
    """This platform opens my account no more. The last way in stays."""
    unbind(user_id=request.auth.pk, provider=provider)
    return Status(204, None)
