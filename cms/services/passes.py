"""Making and ending the passes by which people without a login see what is not public yet."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page

from cms.errors import PassTooLong
from cms.selectors.addresses import root_of_site
from cms.selectors.passes import ENDED, Kind, generation_of, signer

#: The log's action of making one.
MADE = "cms.make_preview"
#: No pass lives longer.
MOST = timedelta(days=7)


def make_page_pass(*, page: Page, by: Any, lasts: timedelta, at: datetime | None = None) -> str:
    """Whoever has this text sees the page's latest draft, as of ``at`` if told, until it ends.

    Raises: PassTooLong.
    """
    return _signed("page", page=page, by=by, lasts=lasts, at=at)


def make_moment_pass(*, at: datetime, by: Any, lasts: timedelta) -> str:
    """Whoever has this text may ask the API for the shop as of this moment, until it ends.

    Raises: PassTooLong.
    """
    home = root_of_site()
    if home is None:
        raise LookupError("there is no site")
    return _signed("moment", page=home, by=by, lasts=lasts, at=at)


@transaction.atomic
def end_passes(*, page: Page, by: Any) -> None:
    """Every pass made for this page so far opens nothing any more; those of the homepage include the API's."""
    log(instance=page, action=ENDED, user=by)


@transaction.atomic
def _signed(kind: Kind, *, page: Page, by: Any, lasts: timedelta, at: datetime | None) -> str:
    if not timedelta(0) < lasts <= MOST:
        raise PassTooLong(days=MOST.days)
    until = timezone.now() + lasts
    log(instance=page, action=MADE, user=by, data={"until": until.isoformat(), "kind": kind})
    said = {
        "kind": kind,
        "page": page.pk,
        "at": at.isoformat() if at else None,
        "until": int(until.timestamp()),
        "generation": generation_of(page.pk),
    }
    return signer().sign_object(said)
