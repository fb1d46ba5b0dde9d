"""What people search for, counted without saying who: for hot words, reports and suggestions.

Counts gather in this process and go to the database together, now and then. A process that ends
takes what it had not written along; counts may miss some, and nothing but counts depends on them.
"""

import logging
import re
import secrets
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta

from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from kernel import clock
from search.models import QueryClick, QueryCount
from search.text import canonical

logger = logging.getLogger(__name__)

#: Gathered searches are written after so many different ones, or so many seconds.
_MOST_GATHERED = 200
_SECONDS = 10.0
#: Longer texts are no words that others search for, and may say something of their writer.
_LONGEST = 30
_PRIVATE = re.compile(r"\d{7,}|@")


def is_countable(text: str) -> bool:
    """Whether this text is a word to count: short, and nothing like a number or an address of a person."""
    joined = re.sub(r"[\s\-()（）]", "", text)
    return len(joined) > 0 and len(text) <= _LONGEST and not _PRIVATE.search(joined)


class QueryLog:
    """Counts of this process on their way to the database."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._gathered: dict[tuple[date, str], tuple[int, int]] = {}
        self._written_at = monotonic()

    def record(self, text: str, *, found: int) -> None:
        """This text was searched and found so much."""
        sample = settings.SEARCH_LOG_SAMPLE
        key = canonical(text)
        if (
            not clock.is_real()
            or not key
            or not is_countable(text.strip())
            or (sample > 1 and secrets.randbelow(sample))
        ):
            return
        today = timezone.localdate(clock.now())
        with self._lock:
            count, _found = self._gathered.get((today, key), (0, 0))
            self._gathered[(today, key)] = (count + sample, found)
            due = len(self._gathered) >= _MOST_GATHERED or self._monotonic() - self._written_at >= _SECONDS
        if due:
            self.flush()

    def flush(self) -> None:
        """What was gathered is in the database, or lost with a line in the log."""
        with self._lock:
            gathered, self._gathered = self._gathered, {}
            self._written_at = self._monotonic()
        try:
            with transaction.atomic():
                for (day, text), (count, found) in sorted(gathered.items()):
                    _add(day, text, count, found)
        except DatabaseError:
            logger.warning("search counts lost", extra={"count": len(gathered)}, exc_info=True)


def _add(day: date, text: str, count: int, found: int) -> None:
    rows = QueryCount.objects.filter(day=day, text=text)
    if rows.update(count=F("count") + count, found=found):
        return
    try:
        with transaction.atomic():
            QueryCount.objects.create(day=day, text=text, count=count, found=found)
    except IntegrityError:
        rows.update(count=F("count") + count, found=found)


def record_click(*, text: str, sku_id: int) -> None:
    """A SKU was opened from the answer to this text.

    Only texts that were searched lately count, so that nobody writes others in.
    """
    key = canonical(text)
    today = timezone.localdate(clock.now())
    yesterday = today - timedelta(days=1)
    if not is_countable(key) or not QueryCount.objects.filter(day__in=[today, yesterday], text=key).exists():
        return
    rows = QueryClick.objects.filter(day=today, text=key, sku_id=sku_id)
    if rows.update(count=F("count") + 1):
        return
    try:
        with transaction.atomic():
            QueryClick.objects.create(day=today, text=key, sku_id=sku_id, count=1)
    except IntegrityError:
        rows.update(count=F("count") + 1)


def expire() -> int:
    """Counts older than SEARCH_LOG_DAYS are gone; return how many rows were."""
    before = timezone.localdate(clock.now()) - timedelta(days=settings.SEARCH_LOG_DAYS)
    counts, _ = QueryCount.objects.filter(day__lt=before).delete()
    clicks, _ = QueryClick.objects.filter(day__lt=before).delete()
    return counts + clicks


log = QueryLog()
