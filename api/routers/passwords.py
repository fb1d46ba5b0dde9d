"""Lost and changed passwords."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from accounts.errors import (
    CaptchaRequired,
    CaptchaWrong,
    LoginTooOften,
    PasswordsDiffer,
    PasswordUnfit,
    PasswordWrong,
    ResetTokenRefused,
    SmsCodeWrong,
)
from accounts.services.lost_passwords import prove_code, reset_password, start
from accounts.services.passwords import change_password
from api.auth import BuyerRequest, buyer
from api.problems import guarded, problems
from api.schemas.accounts import (
    Account,
    CaptchaIn,
    ChangePasswordIn,
    LostPasswordOut,
    MessageOut,
    ProvedCodeIn,
    ProvedCodeOut,
    ResetPasswordIn,
)
from api.schemas.base import RowId
from kernel.errors import NotFound, TooOften
from kernel.network import client_ip

router = Router(tags=["password"])

_OK = {"message": "OK"}


@router.get(
    "/accounts/{account}/sms/token/",
    operation_id="start_lost_password",
    response={200: LostPasswordOut, **problems(CaptchaRequired, CaptchaWrong, TooOften)},
)
def lost(request: HttpRequest, account: Path[Account], query: Query[CaptchaIn]) -> dict[str, Any]:
    """Lost password, step 1: a masked mobile and a token; the same whether or not the account exists."""
    mobile, token = start(
        account=account, address=client_ip(request), captcha_id=query.image_code_id, captcha_text=query.text
    )
    return {"mobile": mobile, "access_token": token}


@router.get(
    "/accounts/{account}/password/token/",
    operation_id="prove_lost_password",
    response={200: ProvedCodeOut, **problems(SmsCodeWrong, TooOften)},
)
def prove(request: HttpRequest, account: Path[Account], query: Query[ProvedCodeIn]) -> dict[str, Any]:
    """Lost password, step 3: the code from the SMS for a token that sets a new password once."""
    user_id, token = prove_code(account=account, code=query.sms_code, address=client_ip(request))
    return {"user_id": user_id, "access_token": token}


@router.post(
    "/users/{user_id}/password/",
    operation_id="reset_password",
    response={200: MessageOut, **problems(ResetTokenRefused, PasswordsDiffer, PasswordUnfit)},
)
def reset(request: HttpRequest, user_id: Path[RowId], body: ResetPasswordIn) -> dict[str, str]:
    """Lost password, last step: set a new one. Every login of the account ends."""
    reset_password(user_id=user_id, address=client_ip(request), **body.dict())
    return _OK


@router.put(
    "/users/{user_id}/password/",
    operation_id="change_password",
    auth=buyer,
    response={200: MessageOut, **guarded(PasswordWrong, PasswordsDiffer, PasswordUnfit, LoginTooOften)},
)
def change(request: BuyerRequest, user_id: Path[RowId], body: ChangePasswordIn) -> dict[str, str]:
    """Change my password. Every login of mine ends, this one too."""
    if user_id != request.auth.pk:
        raise NotFound
    change_password(user=request.auth, address=client_ip(request), **body.dict())
    return _OK
