"""An account goes: personal data is erased, orders stay. And before that: a file with all of it."""

import logging
import secrets
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.errors import ProofRequired, StaffStays
from accounts.models import MailMessage, RefreshFamily, SmsMessage, User
from accounts.personal_data import parts
from accounts.services.passwords import prove_password
from accounts.services.sms_codes import Purpose, use_code
from kernel import clock
from media.renditions import absolute

logger = logging.getLogger(__name__)


def erase_account(*, user: User, address: str, password: str = "", sms_code: str = "") -> None:
    """Nobody can log in to this account again and nothing personal is left in it.

    Proved by the password, or by a code to the account's mobile for the purpose ``erasure``.
    Raises: StaffStays, ProofRequired, PasswordWrong, SmsCodeWrong, LoginTooOften.
    """
    if user.is_staff or user.is_superuser:
        raise StaffStays
    if password:
        prove_password(user=user, password=password, address=address, field="password")
    elif sms_code and user.mobile:
        use_code(mobile=user.mobile, purpose=Purpose.ERASURE, code=sms_code)
    else:
        raise ProofRequired
    anonymise(user_id=user.pk)


@transaction.atomic
def anonymise(*, user_id: int) -> None:
    """Personal data of this user is gone, in every part that registered some; all or nothing.

    Locks: the user's row.
    """
    user = User.objects.select_for_update().get(pk=user_id)
    for part in parts():
        if part.erase is not None:
            part.erase(user_id)
    if user.mobile:
        SmsMessage.objects.filter(mobile=user.mobile).update(mobile="", sealed="")
    about = Q(user_id=user_id) | Q(to=user.email) if user.email else Q(user_id=user_id)
    MailMessage.objects.filter(about).update(to="", sealed="", user=None)
    RefreshFamily.objects.filter(user_id=user_id).delete()
    user.groups.clear()
    user.user_permissions.clear()
    avatar, storage = user.avatar.name, user.avatar.storage
    User.objects.filter(pk=user_id).update(
        username=f"deleted-{user_id}",
        # No hash of anything: nothing will ever fit it.
        password=f"!{secrets.token_hex(20)}",
        mobile=None,
        email="",
        email_active=False,
        email_nonce="",
        nickname="",
        first_name="",
        last_name="",
        gender=User.Gender.UNKNOWN,
        birthday=None,
        avatar="",
        last_login=None,
        is_active=False,
        token_version=user.token_version + 1,
    )
    if avatar:
        transaction.on_commit(partial(storage.delete, avatar), robust=True)
    # Who restores an older backup finds here whom to erase again.
    transaction.on_commit(partial(logger.info, "account erased", extra={"user_id": user_id}), robust=True)


def exported_data(*, user: User) -> dict[str, Any]:
    """Everything the mall knows of this user, as JSON values, one key per part."""
    return {
        "exported_at": timezone.localtime(clock.now()).isoformat(),
        "account": {
            "id": user.pk,
            "username": user.username,
            "mobile": user.mobile,
            "email": user.email,
            "email_active": user.email_active,
            "nickname": user.nickname,
            "gender": user.get_gender_display(),
            "birthday": user.birthday.isoformat() if user.birthday else None,
            "avatar": absolute(user.avatar.url) if user.avatar else None,
            "date_joined": user.date_joined.isoformat(),
            "last_login": user.last_login.isoformat() if user.last_login else None,
        },
        "logins": [
            {
                "opened": row.created_at.isoformat(),
                "used": row.used_at.isoformat(),
                "ended": row.revoked_at and row.revoked_at.isoformat(),
            }
            for row in RefreshFamily.objects.filter(user=user).order_by("-used_at")[:100]
        ],
        "messages_sent": [
            {"template": row.template, "state": row.state, "at": row.created_at.isoformat()}
            for row in SmsMessage.objects.filter(mobile=user.mobile or "-").order_by("-pk")[:500]
        ],
        **{part.name: part.export(user.pk) for part in parts()},
    }
