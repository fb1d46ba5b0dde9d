"""Making accounts."""

import re
import secrets
from collections.abc import Sequence

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from accounts.errors import MobileTaken, NotAllowed, UsernameTaken, UsernameUnfit
from accounts.models import User
from accounts.services.agreements import Accepted, record_accepted
from accounts.services.passwords import check_new_password
from accounts.services.requests import count_request
from accounts.services.sms_codes import Purpose, use_code

_USERNAME = re.compile(r"(?!\d+\Z)\w{5,20}")


def sign_up(
    *,
    username: str,
    password: str,
    password2: str,
    mobile: str,
    sms_code: str,
    allow: bool,
    address: str,
    agreements: Sequence[Accepted] = (),
) -> User:
    """A new buyer with a proved mobile, who accepted these versions of the agreements.

    Everything that can be seen without the code is checked before the code is used up; that a mobile has
    an account is told only to whoever holds it.
    Raises: NotAllowed, UsernameUnfit, PasswordsDiffer, PasswordUnfit, UsernameTaken, SmsCodeWrong, MobileTaken,
    Limited.
    """
    if not allow:
        raise NotAllowed
    check_username(username)
    check_new_password(password=password, password2=password2, user=User(username=username, mobile=mobile))
    if User.objects.filter(username=username).exists():
        raise UsernameTaken
    count_request(of="code_checks", address=address)
    use_code(mobile=mobile, purpose=Purpose.SIGN_UP, code=sms_code)
    with transaction.atomic():
        user = create_buyer(username=username, mobile=mobile, password=password)
        record_accepted(user_id=user.pk, agreements=agreements)
    return user


def sign_up_with_mobile(*, mobile: str, password: str, sms_code: str, address: str) -> User:
    """A new buyer who gave a proved mobile and a password, and whose name is made by chance.

    The password is checked before the code is used up.
    Raises: PasswordUnfit, SmsCodeWrong, MobileTaken, Limited.
    """
    check_new_password(password=password, password2=password, user=User(mobile=mobile))
    count_request(of="code_checks", address=address)
    use_code(mobile=mobile, purpose=Purpose.SIGN_UP, code=sms_code)
    return sign_up_by_mobile(mobile=mobile, password=password)


def sign_up_by_mobile(*, mobile: str, password: str | None = None) -> User:
    """A new buyer of whom only a proved mobile is known, with a name made by chance.

    Raises: MobileTaken, PasswordUnfit.
    """
    if password is not None:
        check_new_password(password=password, password2=password)
    return create_buyer(username=f"u_{secrets.token_hex(6)}", mobile=mobile, password=password)


def check_username(username: str) -> None:
    """This may be a name.

    Raises: UsernameUnfit.
    """
    if not _USERNAME.fullmatch(username):
        raise UsernameUnfit


def create_buyer(*, username: str, mobile: str, password: str | None) -> User:
    """A row for a new buyer; of two at once with the same name or mobile one is told which it was.

    Raises: UsernameTaken, MobileTaken.
    """
    # Hashing takes a while, so it is done before the row is locked.
    hashed = make_password(password)
    try:
        with transaction.atomic():
            return User.objects.create(username=username, mobile=mobile, password=hashed)
    except IntegrityError:
        if User.objects.filter(mobile=mobile).exists():
            raise MobileTaken from None
        raise UsernameTaken from None
