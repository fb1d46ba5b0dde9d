"""Logging in with another platform: finding the account, tying the first login to a mobile, untying it."""

import secrets
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction

from accounts.errors import PasswordWrong
from accounts.models import OAuthBinding, User
from accounts.oauth.dances import Dance, begin_dance, end_dance
from accounts.oauth.errors import AlreadyBound, BindTokenRejected, LastWayIn, NotBound, PasswordUnfitting
from accounts.oauth.port import Identity
from accounts.oauth.registry import provider as provider_named
from accounts.sealing import seal, unseal
from accounts.selectors.bindings import binding_of_identity
from accounts.selectors.users import user_by_mobile
from accounts.services.login import logged_in
from accounts.services.passwords import check_new_password, prove_password
from accounts.services.requests import count_request
from accounts.services.sessions import Session
from accounts.services.sign_up import sign_up_by_mobile
from accounts.services.sms_codes import Purpose, use_code
from kernel import limits, oneuse

#: Seconds in which the first login must be tied to a mobile.
BIND_SECONDS = 600
#: Logins that one client address may begin, and in how many seconds.
STARTS = (60, 600)
_PURPOSE = "oauth.bind"


@dataclass(frozen=True)
class Departure:
    """Where the browser goes, and the cookie that it must bring back."""

    login_url: str
    dance: Dance


@dataclass(frozen=True)
class Arrival:
    """Who came back from a platform: a login, or a sealed identity that still needs a mobile; and where to go."""

    next_path: str
    session: Session | None = None
    bind_token: str = ""


def depart(*, provider: str, next_path: str, address: str) -> Departure:
    """A login with this platform may begin, and will end at ``next_path`` of our site.

    Raises: ProviderUnknown, PathRefused; Limited when one address begins more than ``STARTS`` allows.
    """
    platform = provider_named(provider)
    limits.take(limits.Window(limits.key("oauth.start", limits.network_of(address)), *STARTS))
    dance = begin_dance(provider=provider, next_path=next_path)
    return Departure(login_url=platform.authorize_url(state=dance.state), dance=dance)


def arrive(*, provider: str, code: str, state: str, cookie_value: str) -> Arrival:
    """The login with a platform is over: its user is logged in here, or may tie the identity to a mobile.

    The state is used up first, so that nobody can make us ask the platform without one.
    Raises: ProviderUnknown, StateRejected, CodeRejected, ProviderDown.
    """
    platform = provider_named(provider)
    next_path = end_dance(provider=provider, state=state, cookie_value=cookie_value)
    identity = platform.identity(code=code)
    binding = binding_of_identity(provider=provider, identity=identity)
    if binding is None or not binding.user.is_active:
        # A disabled account answers like an unknown one; binding then asks for its password and refuses.
        return Arrival(next_path=next_path, bind_token=_sealed(provider, identity))
    _remember_looks(binding, identity)
    return Arrival(next_path=next_path, session=logged_in(user=binding.user))


def bind(*, provider: str, access_token: str, mobile: str, password: str, sms_code: str, address: str) -> Session:
    """The identity opens the account of this mobile from now on, made new if nobody has the mobile.

    The mobile is proved by its code, and an account that exists by its password too: holding the phone for a
    minute is not enough to take an account over.
    Raises: ProviderUnknown, BindTokenRejected, Limited, SmsCodeWrong, PasswordUnfitting, LoginTooOften,
    PasswordUnfit, AlreadyBound.
    """
    provider_named(provider)
    identity, ticket = _unsealed(provider, access_token)
    count_request(of="code_checks", address=address)
    use_code(mobile=mobile, purpose=Purpose.SIGN_UP, code=sms_code)
    user = user_by_mobile(mobile)
    if user is not None:
        _prove(user, password=password, address=address)
    else:
        # A password that is too weak costs a code, not the whole way through the platform.
        check_new_password(password=password, password2=password)
    # One token ties once, also for two requests at the same moment.
    if not oneuse.use(_ticket_name(ticket), ticket):
        raise BindTokenRejected
    with transaction.atomic():
        if user is None:
            user = sign_up_by_mobile(mobile=mobile, password=password)
        _tie(user, provider=provider, identity=identity)
    return logged_in(user=user)


@transaction.atomic
def unbind(*, user_id: int, provider: str) -> None:
    """The platform's identity opens this account no more.

    Locks: the user, so that two platforms untied at once cannot both be the one left.
    Raises: NotBound; LastWayIn when neither password nor mobile nor another platform would be left.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    bound = list(OAuthBinding.objects.filter(user_id=user_id).values_list("provider", flat=True))
    if provider not in bound:
        raise NotBound
    if len(bound) == 1 and not user.has_usable_password() and not user.mobile:
        raise LastWayIn
    OAuthBinding.objects.filter(user_id=user_id, provider=provider).delete()


def erase_bindings(*, user_id: int) -> int:
    """No platform opens this account any more, whatever else is left; returns how many did."""
    erased, _by_model = OAuthBinding.objects.filter(user_id=user_id).delete()
    return erased


def _sealed(provider: str, identity: Identity) -> str:
    ticket = secrets.token_urlsafe(16)
    oneuse.put(_ticket_name(ticket), ticket, seconds=BIND_SECONDS)
    return seal(_PURPOSE, {"provider": provider, "ticket": ticket, **asdict(identity)})


def _unsealed(provider: str, access_token: str) -> tuple[Identity, str]:
    kept = unseal(_PURPOSE, access_token, seconds=BIND_SECONDS)
    if kept is None or kept.pop("provider") != provider:
        raise BindTokenRejected
    ticket = kept.pop("ticket")
    return Identity(**kept), ticket


def _ticket_name(ticket: str) -> str:
    return f"oauth.bind.{ticket}"


def _prove(user: User, *, password: str, address: str) -> None:
    if not user.is_active:
        raise PasswordUnfitting
    try:
        prove_password(user=user, password=password, address=address)
    except PasswordWrong:
        raise PasswordUnfitting from None


def _tie(user: User, *, provider: str, identity: Identity) -> None:
    """Add the binding; the database decides who was first."""
    try:
        with transaction.atomic():
            OAuthBinding.objects.create(user=user, provider=provider, **asdict(identity))
    except IntegrityError:
        raise AlreadyBound from None


def _remember_looks(binding: OAuthBinding, identity: Identity) -> None:
    """Nickname and picture follow the platform; a changed openid of the same unionid stays as it was bound."""
    looks = {"nickname": identity.nickname, "avatar": identity.avatar}
    changed = {name: value for name, value in looks.items() if value and getattr(binding, name) != value}
    if changed:
        OAuthBinding.objects.filter(pk=binding.pk).update(**changed)
