"""What happens at the HTTP edge when somebody logs in, however they did."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse

from accounts.services.sessions import Session

if TYPE_CHECKING:
    from accounts.models import User

#: Told of every login with the request, the answer that is being made (for its cookies), and the user.
Follower = Callable[[HttpRequest, HttpResponse, "User"], None]

_followers: list[Follower] = []


def follow_logins(follower: Follower) -> Follower:
    """From now on ``follower`` runs at every login: the guest's cart moves in, for one. A decorator."""
    if follower not in _followers:
        _followers.append(follower)
    return follower


def after_login(request: HttpRequest, response: HttpResponse, user: "User") -> None:
    """Call it in every route that opens a session, before answering."""
    for follower in _followers:
        follower(request, response, user)


def session_answer(request: HttpRequest, response: HttpResponse, session: Session) -> dict[str, Any]:
    """The answer of a login, after everything that follows one."""
    after_login(request, response, session.user)
    response["Cache-Control"] = "no-store"
    return {
        "user_id": session.user.pk,
        "username": session.user.username,
        "token": session.token,
        "refresh": session.refresh,
        "expires_in": session.expires_in,
    }
