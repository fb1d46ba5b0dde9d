"""Moments as people write them."""

from datetime import datetime

from django.utils import timezone

from cms.errors import MomentUnreadable

#: Beyond these years nothing is scheduled, and time zones do odd things.
YEARS = range(2000, 2101)


def moment_from(raw: str) -> datetime:
    """The moment that this text means; without an offset it is the shop's own time.

    Raises: MomentUnreadable.
    """
    try:
        # In an address a plus sign arrives as a blank.
        found = datetime.fromisoformat(raw.strip().replace(" ", "+") if "T" in raw else raw.strip())
    except ValueError:
        raise MomentUnreadable from None
    if found.year not in YEARS:
        raise MomentUnreadable
    return timezone.make_aware(found) if timezone.is_naive(found) else found
