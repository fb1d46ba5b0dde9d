"""Writing down which version of which agreement a user accepted."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import AcceptedAgreement
from kernel import clock


@dataclass(frozen=True, slots=True)
class Accepted:
    """One agreement in the version that was in force."""

    slug: str
    title: str
    version: int


def record_accepted(*, user_id: int, agreements: Iterable[Accepted]) -> None:
    """It is written down that this user accepted these now; twice is once. One statement, or none."""
    now = clock.now()
    rows = [
        AcceptedAgreement(user_id=user_id, slug=one.slug, title=one.title, version=one.version, accepted_at=now)
        for one in agreements
    ]
    if rows:
        AcceptedAgreement.objects.bulk_create(rows, ignore_conflicts=True)
