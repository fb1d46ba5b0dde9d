"""A login that left for another platform: kept on the server until the same browser comes back with its state.

The state is random and says nothing; where to go afterwards stays here. The browser holds a cookie of its
own, and only both together end the login: a state that leaked is of no use elsewhere, and is used up by
whoever tries it without the cookie.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass

from accounts.oauth.errors import StateRejected
from accounts.oauth.paths import safe_path
from kernel import oneuse

#: A login takes a minute; one left open for longer starts again.
SECONDS = 600
#: What a state of ours never exceeds.
LONGEST = 200


@dataclass(frozen=True)
class Dance:
    """What a browser needs to begin: the state for the platform, and a cookie of its own for each login."""

    state: str
    cookie_name: str
    cookie_value: str


def cookie_name(state: str) -> str:
    """The cookie that belongs to this state; two logins in two tabs do not disturb each other."""
    return f"oauth_{hashlib.sha256(state.encode()).hexdigest()[:16]}"


def begin_dance(*, provider: str, next_path: str) -> Dance:
    """A login with this platform is under way for ``SECONDS``.

    Raises: PathRefused when the place to return to is not ours.
    """
    state, browser = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    payload = json.dumps({"next": safe_path(next_path)})
    oneuse.put(_name(provider, state), browser, seconds=SECONDS, tries=1, payload=payload)
    return Dance(state=state, cookie_name=cookie_name(state), cookie_value=browser)


def end_dance(*, provider: str, state: str, cookie_value: str) -> str:
    """The login is over, and this is where its browser wanted to go. Never true twice for one state.

    Raises: StateRejected when the state is unknown, used, too old, of another platform or another browser.
    """
    used = oneuse.use(_name(provider, state), cookie_value)
    if not used:
        raise StateRejected
    return str(json.loads(used.payload)["next"])


def _name(provider: str, state: str) -> str:
    # The state itself stays out of the store: who reads the store cannot end anybody's login.
    return f"oauth.state.{provider}.{hashlib.sha256(state.encode()).hexdigest()}"
