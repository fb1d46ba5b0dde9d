"""When a periodic job is due: by the clock on the shop's wall, from the last time it ran."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone


@dataclass(frozen=True)
class Rhythm:
    """Once in every ``period``, ``offset`` after it begins."""

    period: timedelta
    offset: timedelta = timedelta()

    def after(self, moment: datetime) -> datetime:
        """The first moment of this rhythm that is later."""
        shift = timezone.localtime(moment).utcoffset() or timedelta()
        period = self.period.total_seconds()
        start = self.offset.total_seconds() - shift.total_seconds()
        beats = math.floor((moment.timestamp() - start) / period) + 1
        return datetime.fromtimestamp(start + beats * period, UTC)

    def is_due(self, next_due: datetime, *, at: datetime) -> bool:
        """Whether its time has come, or is so far off that the clock must have been wrong when it was written."""
        return next_due <= at or next_due > at + 2 * self.period


def minutely(every: int = 1) -> Rhythm:
    """Every so many minutes."""
    return Rhythm(timedelta(minutes=every))


def hourly(minute: int) -> Rhythm:
    """Every hour at this minute."""
    return Rhythm(timedelta(hours=1), timedelta(minutes=minute))


def daily(hour: int, minute: int) -> Rhythm:
    """Every day at this time of the shop."""
    return Rhythm(timedelta(days=1), timedelta(hours=hour, minutes=minute))
