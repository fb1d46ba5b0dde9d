"""What people search for, counted without saying who: for hot words, reports and suggestions.

Counts gather in this process and go to the database together, now and then and when the process ends. One that is
killed takes what it had not written along; counts may miss some, and nothing but counts depends on them.
"""

import atexit
import logging
import re
import secrets
import threading
from collections.abc import Callable
from datetime import date, timedelta

from django.conf import settings
from django.db import DatabaseError, IntegrityError, connections, transaction
from django.db.models import F
from django.utils import timezone

from kernel import clock, limits
from search.models import QueryClick, QueryCount
from search.text import canonical

logger = logging.getLogger(__name__)

#: Gathered searches are written after so many different ones at the latest.
_MOST_GATHERED = 200
#: Longer texts are no words that others search for, and may say something of their writer.
_LONGEST = 30
_PRIVATE = re.compile(r"\d{7,}|@")


def is_countable(text: str) -> bool:
    """Whether this text is a word to count: short, and nothing like a number or an address of a person."""
    joined = re.sub(r"[\s\-()（）]", "", text)
    return len(joined) > 0 and len(text) <= _LONGEST and not _PRIVATE.search(joined)


def _later(seconds: float, action: Callable[[], object]) -> None:
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()


class QueryLog:
    """Counts of this process on their way to the database."""

    def __init__(self, *, later: Callable[[float, Callable[[], object]], None] = _later) -> None:
        self._later = later
        self._lock = threading.Lock()
        #: By day and text: how often, and what the last one found; None while only kept answers were sent.
        self._gathered: dict[tuple[date, str], tuple[int, int | None]] = {}
        self._flush_is_coming = False
        self._ends_with_process = False

    def record(self, text: str, *, found: int | None, times: int = 1) -> None:
        """This text was searched so often and found so much; None: as much as before, its answer was kept."""
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
            count, before = self._gathered.get((today, key), (0, None))
            self._gathered[(today, key)] = (count + sample * times, before if found is None else found)
            due = len(self._gathered) >= _MOST_GATHERED
        if due:
            self.flush()
        elif settings.SEARCH_LOG_SECONDS > 0:
            self._flush_later()

    def _flush_later(self) -> None:
        with self._lock:
            is_coming, self._flush_is_coming = self._flush_is_coming, True
            is_told, self._ends_with_process = self._ends_with_process, True
        if not is_told:
            atexit.register(self.flush_and_hang_up)
        if not is_coming:
            self._later(settings.SEARCH_LOG_SECONDS, self.flush_and_hang_up)

    def flush_and_hang_up(self) -> None:
        """The same as ``flush``, in a thread or at an end that nobody closes connections for."""
        try:
            self.flush()
        finally:
            connections.close_all()

    def flush(self) -> None:
        """What was gathered is in the database, or lost with a line in the log."""
        with self._lock:
            gathered, self._gathered = self._gathered, {}
            self._flush_is_coming = False
        if not gathered:
            return
        try:
            with transaction.atomic():
                for (day, text), (count, found) in sorted(gathered.items(), key=lambda one: one[0]):
                    _add(day, text, count, found)
        except DatabaseError:
            logger.warning("search counts lost", extra={"count": len(gathered)}, exc_info=True)


def _add(day: date, text: str, count: int, found: int | None) -> None:
    rows = QueryCount.objects.filter(day=day, text=text)
    known = {} if found is None else {"found": found}
    if rows.update(count=F("count") + count, **known):
        return
    try:
        with transaction.atomic():
            QueryCount.objects.create(day=day, text=text, count=count, **known)
    except IntegrityError:
        rows.update(count=F("count") + count, **known)


def record_click(*, text: str, sku_id: int, address: str) -> None:
    """A SKU was opened from the answer to this text, unless a flood of the same address says so. Never fails for it.

    Only texts that were searched lately count, so that nobody writes others in.
    """
    if not _may_count(address):
        return
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


def _may_count(address: str) -> bool:
    by = limits.key("search.clicks", limits.network_of(address))
    try:
        limits.take(limits.Window(by, settings.SEARCH_CLICKS_PER_MINUTE, seconds=60))
    except limits.Limited:
        return False
    except Exception:
        # Counts are worth no failure; without the limit's store nothing is let in.
        logger.warning("click dropped: its limit cannot be counted", exc_info=True)
        return False
    return True


def expire() -> int:
    """Counts older than SEARCH_LOG_DAYS are gone; return how many rows were."""
    before = timezone.localdate(clock.now()) - timedelta(days=settings.SEARCH_LOG_DAYS)
    counts, _ = QueryCount.objects.filter(day__lt=before).delete()
    clicks, _ = QueryClick.objects.filter(day__lt=before).delete()
    return counts + clicks


log = QueryLog()
