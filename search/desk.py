"""What the back office does with search and sees of it. ``SEARCH_DESK`` in the settings names this module,
because the rooms cms and search do not know each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Min, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel import clock
from kernel.errors import Invalid
from kernel.events import emit_on_commit
from search.breaker import breaker
from search.engine import Question, engine
from search.errors import EngineDown, EngineRefused, RebuildRunning
from search.events import RebuildAsked, SynonymsChanged
from search.models import HotWord, IndexWrite, Placement, QueryClick, QueryCount, Rebuild, Synonym
from search.queries import Result, search
from search.text import canonical
from shop.catalog.models import Sku

_MOST_ROWS = 50


class NotEnoughWords(Invalid):
    code = "search.synonym_alone"
    text = _("请至少填写两个不同的词，用逗号分隔")
    field = "words"


class NoText(Invalid):
    code = "search.text_empty"
    text = _("请填写搜索词")
    field = "text"


class PlacedTwice(Invalid):
    code = "search.placed_twice"
    text = _("该搜索词下已有这个商品")
    field = "spu"


class WordTaken(Invalid):
    code = "search.hot_word_taken"
    text = _("已有这个热词")
    field = "text"


class EndsBeforeStart(Invalid):
    code = "search.hot_word_ends_first"
    text = _("结束时间必须晚于开始时间")
    field = "ends_at"


# -- what staff write


@transaction.atomic
def save_synonym(*, synonym_id: int | None, words: str, one_way: bool) -> Synonym:
    """These words mean the same from now on, in the index as soon as it has learned them.

    Raises: NotEnoughWords. Emits: SynonymsChanged.
    """
    parts = words.replace("，", ",").replace("、", ",").split(",")
    kept = {canonical(part): part.strip() for part in reversed(parts) if canonical(part)}
    if len(kept) < 2:
        raise NotEnoughWords
    row = Synonym.objects.get(pk=synonym_id) if synonym_id else Synonym()
    row.words, row.one_way = ",".join(reversed(kept.values())), one_way
    row.save()
    emit_on_commit(SynonymsChanged())
    return row


@transaction.atomic
def delete_synonym(synonym_id: int) -> None:
    """These words mean the same no more. Emits: SynonymsChanged."""
    Synonym.objects.filter(pk=synonym_id).delete()
    emit_on_commit(SynonymsChanged())


@transaction.atomic
def save_placement(*, placement_id: int | None, text: str, spu_id: int, kind: str, rank: int) -> Placement:
    """The product stands at the top of the answer to this text, or is left out of it.

    Raises: NoText, PlacedTwice.
    """
    folded = canonical(text)
    if not folded:
        raise NoText
    if Placement.objects.filter(folded=folded, spu_id=spu_id).exclude(pk=placement_id or 0).exists():
        raise PlacedTwice
    row = Placement.objects.get(pk=placement_id) if placement_id else Placement()
    row.text, row.folded, row.spu_id, row.kind, row.rank = text.strip(), folded, spu_id, kind, rank
    row.save()
    return row


@transaction.atomic
def save_hot_word(
    *, word_id: int | None, text: str, rank: int, is_shown: bool, starts_at: datetime | None, ends_at: datetime | None
) -> HotWord:
    """The word stands at this place of the list. Raises: NoText, WordTaken, EndsBeforeStart."""
    if not canonical(text):
        raise NoText
    if starts_at and ends_at and ends_at <= starts_at:
        raise EndsBeforeStart
    if HotWord.objects.filter(text=text.strip()).exclude(pk=word_id or 0).exists():
        raise WordTaken
    row = HotWord.objects.get(pk=word_id) if word_id else HotWord()
    row.text, row.rank, row.is_shown, row.starts_at, row.ends_at = text.strip(), rank, is_shown, starts_at, ends_at
    row.save()
    return row


@transaction.atomic
def ask_for_rebuild() -> None:
    """A worker will build the index anew. Raises: RebuildRunning. Emits: RebuildAsked."""
    if Rebuild.objects.filter(state=Rebuild.State.RUNNING).exists():
        raise RebuildRunning
    emit_on_commit(RebuildAsked())


# -- what staff see


@dataclass(frozen=True, slots=True)
class IndexState:
    """How the index is. ``error`` is empty while the engine answers."""

    engine: str
    version: str
    documents: int
    drift: Sequence[str]
    outdated: str
    error: str
    is_left_alone: bool
    waiting: int
    oldest_mark: datetime | None
    writes_waiting: int
    writes_failed: int
    last_rebuild: Rebuild | None


def waiting_marks() -> tuple[int, datetime | None]:
    """How many SKUs wait to be indexed, and since when the oldest does; one query."""
    marks = Sku.objects.filter(index_dirty_at__isnull=False).aggregate(count=Count("pk"), oldest=Min("index_dirty_at"))
    return marks["count"], marks["oldest"]


def index_state() -> IndexState:
    """The engine's own account of itself, and what is on its way to it."""
    name, version, documents, error = engine().name, "", 0, ""
    drift: tuple[str, ...] = ()
    outdated = ""
    try:
        status = engine().status()
        version, documents, drift = status.version, status.documents, tuple(status.drift)
        outdated = status.outdated
    except (EngineDown, EngineRefused) as trouble:
        error = str(trouble)
    waiting_skus, oldest_mark = waiting_marks()
    states = dict(IndexWrite.objects.order_by().values_list("state").annotate(Count("pk")))
    waiting = states.pop(IndexWrite.State.WAITING, 0)
    return IndexState(
        engine=name,
        version=version,
        documents=documents,
        drift=drift,
        outdated=outdated,
        error=error,
        is_left_alone=breaker.is_open,
        waiting=waiting_skus,
        oldest_mark=oldest_mark,
        writes_waiting=waiting,
        writes_failed=sum(states.values()),
        last_rebuild=Rebuild.objects.first(),
    )


@dataclass(frozen=True, slots=True)
class QueryRow:
    text: str
    count: int
    found: int
    clicks: int


@dataclass(frozen=True, slots=True)
class Report:
    """Searches of some days: the most frequent, those that found nothing, and how many each day."""

    top: Sequence[QueryRow]
    nothing: Sequence[QueryRow]
    trend: Sequence[tuple[date, int, int]]


def report(*, days: int) -> Report:
    """What was searched in the last days. Shape of the trend: (day, searches, those that found nothing)."""
    since = timezone.localdate(clock.now()) - timedelta(days=days - 1)
    rows = QueryCount.objects.filter(day__gte=since).order_by()
    clicks = dict(QueryClick.objects.filter(day__gte=since).order_by().values_list("text").annotate(times=Sum("count")))
    grouped = rows.values_list("text").annotate(times=Sum("count"), best=Sum("found"))
    daily = dict(rows.values_list("day").annotate(Sum("count")))
    empty = dict(rows.filter(found=0).values_list("day").annotate(Sum("count")))
    dates = [since + timedelta(days=n) for n in range(days)]

    def listed(found: Iterable[tuple[str, int, int]]) -> list[QueryRow]:
        return [QueryRow(text, times, best, clicks.get(text, 0)) for text, times, best in found]

    return Report(
        top=listed(grouped.order_by("-times", "text")[:_MOST_ROWS]),
        nothing=listed(grouped.filter(best=0).order_by("-times", "text")[:_MOST_ROWS]),
        trend=[(day, daily.get(day, 0), empty.get(day, 0)) for day in dates],
    )


def preview(text: str, *, limit: int = 20) -> Result:
    """What buyers see for this text now, placements included; not counted as a search."""
    return search(Question(at=clock.now(), text=text, limit=limit), logged=False, fresh=True)


def placements_of(text: str) -> Mapping[int, str]:
    """What staff decided for this text. Shape: SPU id → pin or hide."""
    return dict(Placement.objects.filter(folded=canonical(text)).values_list("spu_id", "kind"))
