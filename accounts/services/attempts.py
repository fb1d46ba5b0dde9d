"""Slowing down who guesses passwords, without locking out whose password it is.

Three counters, taken together before the password is looked at, so that 50 guesses at once are not 50:

- account and client address: three at once, then the wait doubles from a second to an hour. This is
  what stops guessing; only whoever shares the owner's address shares the wait.
- client address: the wait doubles with every ten failures, over all accounts. This stops trying one
  password on many names.
- account, from everywhere: after twenty failures in two hours a login needs a picture captcha, unless
  the address is one from which this account logged in within 30 days. Never more than that, so guessing
  from a thousand addresses gets slow and dear, and the owner still gets in.

The account is what was typed, known or not: the answers are the same for names that do not exist, and
counters do not tell which name and mobile belong together. A right password takes its attempt back.
"""

import uuid
from dataclasses import dataclass, replace

from accounts.errors import CaptchaRequired, LoginTooOften
from accounts.services.captchas import use_captcha
from kernel import limits
from kernel.limits import KEPT, Backoff, Limited, Rule, Window

FREE = 3
FREE_PER_ADDRESS = 10
FREE_PER_ACCOUNT = 20
KNOWN_FOR = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try that was let through, to be settled if it was right."""

    pair: str
    address: str
    account: str
    known: str
    #: Whether it counted for the account from everywhere; only then is that taken back.
    everywhere: bool = True


def begin_attempt(
    *,
    account: str,
    address: str,
    captcha_id: uuid.UUID | None = None,
    captcha_text: str = "",
    from_everywhere: bool = True,
) -> Attempt:
    """Count one try before it is made; with ``from_everywhere`` off, without the counter over all addresses.

    Raises: LoginTooOften; CaptchaRequired when the account is being guessed at from many places and this
    address is new to it; CaptchaWrong.
    """
    typed, network = account.strip().lower(), limits.network_of(address)
    attempt = Attempt(
        pair=limits.key("login.pair", typed, network),
        address=limits.key("login.address", network),
        account=limits.key("login.account", typed),
        known=limits.key("login.known", typed, network),
    )
    waits: list[Rule] = [
        Backoff(attempt.pair, free=FREE),
        Backoff(attempt.address, free=FREE_PER_ADDRESS, per=10),
    ]
    everywhere: list[Rule] = [Window(attempt.account, FREE_PER_ACCOUNT, KEPT)] if from_everywhere else []
    try:
        limits.take(*waits, *everywhere)
    except Limited as limited:
        waiting = [refusal for refusal in limited.refusals if refusal.rule.key != attempt.account]
        if waiting:
            raise LoginTooOften(retry_after=max(refusal.retry_after for refusal in waiting)) from None
        if not limits.marked(attempt.known):
            if not (captcha_text or captcha_id):
                raise CaptchaRequired from None
            use_captcha(captcha_id=captcha_id, text=captcha_text)
        _take_waits(waits)
        return replace(attempt, everywhere=False)
    return replace(attempt, everywhere=from_everywhere)


def attempt_was_right(attempt: Attempt) -> None:
    """The try counts no longer, and this address is known to the account from now on."""
    undo = [attempt.address, attempt.account] if attempt.everywhere else [attempt.address]
    limits.settle(clear=[attempt.pair], undo=undo, mark={attempt.known: KNOWN_FOR})


def forget_attempts(*, accounts: list[str], address: str) -> None:
    """After a proof by SMS the owner need not wait for what was mistyped before, at this address."""
    network = limits.network_of(address)
    limits.settle(clear=[limits.key("login.pair", account.strip().lower(), network) for account in accounts])


def _take_waits(waits: list[Rule]) -> None:
    try:
        limits.take(*waits)
    except Limited as limited:
        raise LoginTooOften(retry_after=limited.retry_after) from None
