"""Logging in, by password or by SMS code."""

import uuid
from datetime import timedelta

from accounts.errors import LoginRefused, MobileUnknown
from accounts.models import User
from accounts.selectors.users import user_by_account, user_by_mobile
from accounts.services.attempts import attempt_was_right, begin_attempt
from accounts.services.passwords import password_fits
from accounts.services.requests import count_request
from accounts.services.sessions import Session, open_session
from accounts.services.sign_up import sign_up_by_mobile
from accounts.services.sms_codes import Purpose, use_code
from kernel import clock


def log_in(
    *,
    account: str,
    password: str,
    address: str,
    captcha_id: uuid.UUID | None = None,
    captcha_text: str = "",
    lifetime: timedelta | None = None,
) -> Session:
    """A login of whoever has this name, mobile or verified e-mail and this password.

    Raises: LoginTooOften and CaptchaRequired before the password is looked at; CaptchaWrong; LoginRefused,
    the same and after the same work for unknown names, wrong passwords and disabled accounts.
    """
    attempt = begin_attempt(account=account, address=address, captcha_id=captcha_id, captcha_text=captcha_text)
    user = user_by_account(account)
    if not password_fits(user=user, password=password) or user is None or not user.is_active:
        raise LoginRefused
    attempt_was_right(attempt)
    return logged_in(user=user, lifetime=lifetime)


def log_in_by_code(*, mobile: str, code: str, address: str, sign_up: bool) -> Session:
    """A login of whoever holds this mobile; with ``sign_up`` an unknown one gets an account.

    Raises: SmsCodeWrong; MobileUnknown, only after the code was right; LoginRefused for a disabled account;
    Limited.
    """
    count_request(of="code_checks", address=address)
    use_code(mobile=mobile, purpose=Purpose.LOGIN, code=code)
    user = user_by_mobile(mobile)
    if user is None:
        if not sign_up:
            raise MobileUnknown
        user = sign_up_by_mobile(mobile=mobile)
    if not user.is_active:
        raise LoginRefused
    return logged_in(user=user)


def logged_in(*, user: User, lifetime: timedelta | None = None) -> Session:
    """A new login of a user whose identity is proved. Two queries.

    Also for logins of other platforms. ``lifetime`` is the access token's, for clients that cannot refresh it.
    """
    now = clock.now()
    User.objects.filter(pk=user.pk).update(last_login=now)
    user.last_login = now
    return open_session(user=user, lifetime=lifetime)
