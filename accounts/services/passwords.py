"""Passwords: what is fit to be one, and changing it with the old one in hand."""

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.errors import PasswordsDiffer, PasswordUnfit, PasswordWrong
from accounts.models import User
from accounts.services.attempts import attempt_was_right, begin_attempt
from accounts.services.sessions import close_all_sessions

SHORTEST, LONGEST = 8, 20


def check_new_password(*, password: str, password2: str, user: User | None = None) -> None:
    """Both are the same and fit to be a password.

    Raises: PasswordsDiffer, PasswordUnfit (too common, too close to the name …).
    """
    if password != password2:
        raise PasswordsDiffer
    try:
        validate_password(password, user)
    except ValidationError as unfit:
        raise PasswordUnfit(reason=" ".join(unfit.messages)) from unfit


def password_fits(*, user: User | None, password: str) -> bool:
    """Whether this is the user's password; for no user the same work is done and the answer is no.

    An old kind of hash is renewed on the way, which ends no session.
    """
    if user is None or not user.has_usable_password():
        make_password(password)
        return False

    def renew(raw: str) -> None:
        User.objects.filter(pk=user.pk, password=user.password).update(password=make_password(raw))

    return check_password(password, user.password, renew)


def change_password(*, user: User, old_password: str, password: str, password2: str, address: str) -> None:
    """The user's password is this one now, and every session is over.

    Raises: PasswordsDiffer, PasswordUnfit, PasswordWrong, LoginTooOften.
    """
    check_new_password(password=password, password2=password2, user=user)
    prove_password(user=user, password=old_password, address=address)
    set_password(user=user, password=password)


def prove_password(*, user: User, password: str, address: str, field: str = "old_password") -> None:
    """Someone who is already logged in knows the password; guessing is slowed down as at the login.

    Raises: PasswordWrong, LoginTooOften.
    """
    # No name starts like this, so nobody who is logged out can use these tries up.
    attempt = begin_attempt(account=f"\x00{user.pk}", address=address, from_everywhere=False)
    if not password_fits(user=user, password=password):
        raise PasswordWrong(field=field)
    attempt_was_right(attempt)


def set_password(*, user: User, password: str) -> None:
    """The password is this one now, and every session is over."""
    hashed = make_password(password)
    User.objects.filter(pk=user.pk).update(password=hashed)
    close_all_sessions(user_id=user.pk)
