"""A new password for whoever holds the account's mobile, in three steps that look the same for any name.

1. the account gets a sealed token and a masked mobile; a name nobody has gets ones that look alike;
2. the token sends a code to the mobile, or counts as if it had;
3. the code gets a token that sets a new password once.
"""

import secrets
import uuid

from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.errors import CaptchaRequired, ResetTokenRefused, SmsCodeWrong
from accounts.models import User
from accounts.sealing import seal, unseal
from accounts.selectors.users import user_by_account
from accounts.services.attempts import forget_attempts
from accounts.services.captchas import use_captcha
from accounts.services.passwords import check_new_password, set_password
from accounts.services.requests import count_request
from accounts.services.sms_codes import Purpose, request_code, use_code
from kernel import limits, oneuse
from kernel.limits import Limited, Window

#: Seconds for step 2 after step 1, and for setting the password after step 3.
SEND_WITHIN = 600
RESET_WITHIN = 600
#: Above so many starts an hour from one address a captcha is asked for, when SMS_CAPTCHA is adaptive.
QUIET = 5


def start(
    *, account: str, address: str, captcha_id: uuid.UUID | None = None, captcha_text: str = ""
) -> tuple[str, str]:
    """The masked mobile, and the token of step 2; the same for names that nobody has.

    Raises: CaptchaRequired, CaptchaWrong, Limited.
    """
    count_request(of="lost_password", address=address)
    if captcha_text or captcha_id:
        use_captcha(captcha_id=captcha_id, text=captcha_text)
    elif settings.SMS_CAPTCHA == "always":
        raise CaptchaRequired
    elif settings.SMS_CAPTCHA == "adaptive":
        try:
            limits.take(Window(limits.key("lost_password.quiet", limits.network_of(address)), QUIET, 3600))
        except Limited:
            raise CaptchaRequired from None
    _user, mobile = _holder(account)
    return masked(mobile), seal("lost_password", account)


def send_code(*, access_token: str, address: str) -> None:
    """A code is on its way to the account's mobile, if it has one.

    Raises: ResetTokenRefused, SmsTooSoon, SmsTooOften.
    """
    account = unseal("lost_password", access_token, seconds=SEND_WITHIN)
    if not isinstance(account, str):
        raise ResetTokenRefused
    user, mobile = _holder(account)
    request_code(
        mobile=mobile, purpose=Purpose.PASSWORD, address=address, captcha_stands=True, deliver=user is not None
    )


def prove_code(*, account: str, code: str, address: str) -> tuple[int, str]:
    """The user's id, and the token that sets a new password once.

    Raises: SmsCodeWrong, also for names that nobody has; Limited.
    """
    count_request(of="code_checks", address=address)
    user, mobile = _holder(account)
    use_code(mobile=mobile, purpose=Purpose.PASSWORD, code=code)
    if user is None:
        # Nobody was sent this code, so it was guessed.
        raise SmsCodeWrong
    token = secrets.token_urlsafe(32)
    # More than one try, or anybody could spoil it by sending rubbish; nobody guesses 256 bits.
    oneuse.put(_token_name(user.pk), token, seconds=RESET_WITHIN, tries=20)
    return user.pk, token


def reset_password(*, user_id: int, access_token: str, password: str, password2: str, address: str) -> None:
    """The password is this one now, every session is over, and the token is used up.

    Raises: PasswordsDiffer and PasswordUnfit before the token is used up; ResetTokenRefused.
    """
    # Without the user: "too close to the name" would tell a stranger the name.
    check_new_password(password=password, password2=password2)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not oneuse.use(_token_name(user.pk), access_token):
        raise ResetTokenRefused
    set_password(user=user, password=password)
    names = [user.username, user.mobile or "", user.email if user.email_active else ""]
    forget_attempts(accounts=[name for name in names if name], address=address)


def masked(mobile: str) -> str:
    """``138****0000``."""
    return f"{mobile[:3]}****{mobile[-4:]}"


def _token_name(user_id: int) -> str:
    return f"password_reset:{user_id}"


def _holder(account: str) -> tuple[User | None, str]:
    """Who has this account and can be reached, and the mobile; for all others one that looks right.

    It is made from the name, so that asking twice shows the same, as it would for a real one.
    """
    user = user_by_account(account)
    if user is not None and user.mobile and user.is_active:
        return user, user.mobile
    if account.isdigit() and len(account) == 11:
        return None, account
    number = int.from_bytes(salted_hmac("lost_password.nobody", account, algorithm="sha256").digest()[:8], "big")
    second = "3456789"[number % 7]
    return None, f"1{second}{number // 7 % 10**9:09d}"
