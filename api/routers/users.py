"""Signing up, and what a user has and does here: profile, avatar, a file of everything, erasure."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Router, Status, UploadedFile

from accounts.errors import (
    LoginTooOften,
    MobileTaken,
    NotAllowed,
    PasswordsDiffer,
    PasswordUnfit,
    PasswordWrong,
    ProofRequired,
    SmsCodeWrong,
    StaffStays,
    UsernameTaken,
    UsernameUnfit,
)
from accounts.services.agreements import Accepted
from accounts.services.erasure import erase_account, exported_data
from accounts.services.login import logged_in
from accounts.services.profile import remove_avatar, set_avatar, update_profile
from accounts.services.requests import count_request
from accounts.services.sign_up import sign_up
from api.auth import BuyerRequest, buyer
from api.problems import guarded, problems
from api.schemas.accounts import EraseIn, ProfileIn, SignedUpOut, SignUpIn, UserOut
from api.session import session_answer
from cms.selectors.agreements import agreements_now
from kernel.errors import TooOften
from kernel.network import client_ip
from media.renditions import absolute
from media.validators import NotAPicture, PictureTooBig, PictureTooManyPixels

router = Router(tags=["account"])


@router.post(
    "/users/",
    operation_id="sign_up",
    response={
        201: SignedUpOut,
        **problems(
            NotAllowed,
            UsernameUnfit,
            UsernameTaken,
            PasswordsDiffer,
            PasswordUnfit,
            SmsCodeWrong,
            MobileTaken,
            TooOften,
        ),
    },
)
def create(request: HttpRequest, response: HttpResponse, body: SignUpIn) -> Status[dict[str, Any]]:
    """Open an account for a mobile proved by a code, and log in to it.

    `allow` accepts the agreements in the versions that are in force; which these were is kept.
    """
    accepted = [Accepted(slug=one.slug, title=one.title, version=one.version) for one in agreements_now()]
    user = sign_up(**body.dict(), address=client_ip(request), agreements=accepted)
    opened = session_answer(request, response, logged_in(user=user))
    return Status(201, {**opened, "id": user.pk, "mobile": user.mobile})


def _shown(user: Any) -> dict[str, Any]:
    return {
        "id": user.pk,
        "username": user.username,
        "mobile": user.mobile,
        "email": user.email,
        "email_active": user.email_active,
        "nickname": user.nickname,
        "gender": user.gender,
        "birthday": user.birthday,
        "avatar": absolute(user.avatar.url) if user.avatar else None,
        "is_staff": user.is_staff,
    }


@router.get("/user/", operation_id="get_me", auth=buyer, response={200: UserOut, **guarded()})
def show(request: BuyerRequest) -> dict[str, Any]:
    """Who I am."""
    return _shown(request.auth)


@router.patch("/user/", operation_id="change_me", auth=buyer, response={200: UserOut, **guarded()})
def change(request: BuyerRequest, body: ProfileIn) -> dict[str, Any]:
    """Change my nickname, gender or birthday; what the body does not name stays."""
    return _shown(update_profile(user=request.auth, changes=body.dict(exclude_unset=True)))


@router.post(
    "/user/avatar/",
    operation_id="set_avatar",
    auth=buyer,
    response={200: UserOut, **guarded(NotAPicture, PictureTooBig, PictureTooManyPixels)},
)
def upload_avatar(request: BuyerRequest, avatar: File[UploadedFile]) -> dict[str, Any]:
    """Upload my picture (multipart field `avatar`, at most 5 MB); it is drawn anew, nothing of the file stays."""
    return _shown(set_avatar(user=request.auth, file=avatar))


@router.delete("/user/avatar/", operation_id="remove_avatar", auth=buyer, response={200: UserOut, **guarded()})
def delete_avatar(request: BuyerRequest) -> dict[str, Any]:
    """Remove my picture."""
    return _shown(remove_avatar(user=request.auth))


@router.get(
    "/user/export/",
    operation_id="export_me",
    auth=buyer,
    response={200: dict[str, Any], **guarded(TooOften)},
)
def export(request: BuyerRequest) -> HttpResponse:
    """Everything the mall knows of me, as a JSON file."""
    count_request(of="export", address=f"user {request.auth.pk}")
    data = json.dumps(exported_data(user=request.auth), ensure_ascii=False, indent=2, default=str)
    response = HttpResponse(data, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="meiduo-{request.auth.pk}.json"'
    response["Cache-Control"] = "no-store"
    return response


@router.delete(
    "/user/",
    operation_id="erase_me",
    auth=buyer,
    response={204: None, **guarded(ProofRequired, PasswordWrong, SmsCodeWrong, StaffStays, LoginTooOften)},
)
def erase(request: BuyerRequest, body: EraseIn) -> Status[None]:
    """Erase my account for good: my orders stay without my name in the account, everything personal goes."""
    erase_account(user=request.auth, address=client_ip(request), password=body.password, sms_code=body.sms_code)
    return Status(204, None)
