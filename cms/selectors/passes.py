"""Who may see what is not public yet: staff by their rights, anybody else by a pass that staff signed.

A pass is a signed text that names what it opens and when it ends. It also carries the number of the last time
that passes of its page were ended; ending them is an entry in the page's log, so every older pass is void from
then on and the log says who did it. (A log that was cleared makes passes void too, never valid again.)
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from django.core import signing
from django.db.models import Max
from django.utils import timezone
from wagtail.models import PageLogEntry

Kind = Literal["page", "moment"]

#: Whoever may look at category ads with their schedules may look at everything that is scheduled.
RIGHT = "cms.view_categoryad"
#: The log's action that voids every pass made before it.
ENDED = "cms.end_previews"
#: A pass is never longer; more is not worth looking at.
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Pass:
    """What a pass opens: the latest draft of one page, or (``moment``) the public shop as of one moment."""

    kind: Kind
    page_id: int
    at: datetime | None
    expires: datetime


def may_see_coming(user: Any) -> bool:
    """Whether this user may see what is scheduled, before it is public."""
    return bool(user and user.is_active and user.is_staff and user.has_perm(RIGHT))


def signer() -> signing.TimestampSigner:
    """What signs passes. Three parts joined by dots, as other signed tokens that no log shows."""
    return signing.TimestampSigner(salt="cms.preview-pass", sep=".")


def generation_of(page_id: int) -> int:
    """The number of the last time that this page's passes were ended; 0 for never."""
    ended = PageLogEntry.objects.filter(page=page_id, action=ENDED).aggregate(last=Max("pk"))
    return int(ended["last"] or 0)


def pass_from(raw: str) -> Pass | None:
    """What this pass opens now; None for one that is not ours, is over, or was ended."""
    if not raw or len(raw) > LONGEST:
        return None
    try:
        said = signer().unsign_object(raw)
        expires = datetime.fromtimestamp(said["until"], UTC)
        found = Pass(
            kind=said["kind"],
            page_id=int(said["page"]),
            at=datetime.fromisoformat(said["at"]) if said["at"] else None,
            expires=expires,
        )
        generation = said["generation"]
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
    # By the wall clock, whatever moment is being looked at.
    if expires <= timezone.now() or generation != generation_of(found.page_id):
        return None
    return found


def pass_opens_moment(raw: str, moment: datetime) -> bool:
    """Whether this pass lets its bearer see the shop as of exactly this moment."""
    found = pass_from(raw)
    return found is not None and found.kind == "moment" and found.at == moment
