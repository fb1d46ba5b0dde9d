"""SMS codes: asked for within budgets, kept as a digest, bound to mobile and purpose, used once."""

import enum
import secrets
import uuid

from django.conf import settings

from accounts.errors import CaptchaRequired, SmsCodeWrong, SmsTooOften, SmsTooSoon
from accounts.services.captchas import use_captcha
from accounts.services.sms import queue_sms
from kernel import limits, oneuse
from kernel.limits import Limited, Rule, Window

#: Seconds that a code counts, and guesses it stands.
LIVES = 300
TRIES = 5
#: Digits of a code, unless a client's form holds fewer.
DIGITS = 6
HOUR, DAY = 3600, 86_400


class Purpose(enum.StrEnum):
    """What a code is for; a code for one thing is nothing for another."""

    #: That someone new holds this mobile: for signing up, and for binding a login of another platform.
    SIGN_UP = "sign_up"
    LOGIN = "login"
    PASSWORD = "password"  # noqa: S105  # a purpose, not a secret
    ERASURE = "erasure"


def request_code(
    *,
    mobile: str,
    purpose: Purpose,
    address: str,
    captcha_id: uuid.UUID | None = None,
    captcha_text: str = "",
    captcha_stands: bool = False,
    deliver: bool = True,
    digits: int = DIGITS,
) -> None:
    """A fresh code is on its way to this mobile; older ones for the same purpose are void.

    ``captcha_stands`` says that an earlier step already asked for one. With ``deliver`` off everything
    is counted and nothing is sent: how an unknown account looks like a known one.
    Units: budgets per mobile, per client address and per day of the whole shop, all or none.
    Raises: CaptchaRequired, CaptchaWrong, SmsTooSoon (the 60-second rule), SmsTooOften.
    """
    given = bool(captcha_text or captcha_id)
    if given:
        use_captcha(captcha_id=captcha_id, text=captcha_text)
    elif settings.SMS_CAPTCHA == "always" and not captcha_stands:
        raise CaptchaRequired
    quiet = settings.SMS_CAPTCHA == "adaptive" and not (given or captcha_stands)
    _count(mobile=mobile, address=address, quiet=quiet)
    code = f"{secrets.randbelow(10**digits):0{digits}d}"
    oneuse.put(_name(mobile, purpose), code, seconds=LIVES, tries=TRIES)
    if deliver:
        queue_sms(mobile=mobile, template="code", params={"code": code, "minutes": str(LIVES // 60)}, lives=LIVES)


def use_code(*, mobile: str, purpose: Purpose, code: str) -> None:
    """The code was right and is used up.

    Raises: SmsCodeWrong for any code that does not count; a wrong one costs a try.
    """
    if not oneuse.use(_name(mobile, purpose), code):
        raise SmsCodeWrong


def _name(mobile: str, purpose: Purpose) -> str:
    return limits.key(f"sms_code.{purpose}", mobile)


def _count(*, mobile: str, address: str, quiet: bool) -> None:
    """Count one code under every budget; while quiet, the hourly ones are those below which no captcha is asked for."""
    network = limits.network_of(address)
    of_mobile, of_address, least = settings.SMS_PER_MOBILE, settings.SMS_PER_ADDRESS, settings.SMS_QUIET
    minute = Window(limits.key("sms.mobile.minute", mobile), of_mobile["minute"], 60)
    mobile_hour = (limits.key("sms.mobile.hour", mobile), of_mobile["hour"])
    address_hour = (limits.key("sms.address.hour", network), of_address["hour"])
    rules: list[Rule] = [
        minute,
        Window(mobile_hour[0], min(least["mobile"], mobile_hour[1]) if quiet else mobile_hour[1], HOUR),
        Window(limits.key("sms.mobile.day", mobile), of_mobile["day"], DAY),
        Window(address_hour[0], min(least["address"], address_hour[1]) if quiet else address_hour[1], HOUR),
        Window(limits.key("sms.address.day", network), of_address["day"], DAY),
        Window("sms.shop.day", settings.SMS_DAILY_BUDGET, DAY),
    ]
    hard = dict([mobile_hour, address_hour])
    try:
        limits.take(*rules)
    except Limited as limited:
        refused = {refusal.rule.key: refusal for refusal in limited.refusals}
        too_soon = refused.pop(minute.key, None)
        spent = [one for key, one in refused.items() if not (quiet and one.count < hard.get(key, 0))]
        if spent:
            raise SmsTooOften(retry_after=max(one.retry_after for one in spent)) from None
        if too_soon:
            raise SmsTooSoon(retry_after=too_soon.retry_after) from None
        raise CaptchaRequired from None
