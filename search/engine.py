"""What a search engine is to the mall: questions in, ids and counts out. Engines share one contract test.

An engine knows what matches and in which order. It never decides what is shown: its hits are joined
with the database, where price, stock and being on sale come from.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Literal, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from search import languages
from shop.catalog.selectors import Ordering

#: Nobody reads further, and ranking the way there costs the engine time.
DEEPEST_HIT = 1000

#: The real limits of a sale without times.
ALWAYS = 0
NEVER = 253_402_300_799


@dataclass(frozen=True, slots=True)
class Question:
    """What a buyer asked, typed. Engines build their own filters from it; no text of a client is ever one.

    ``text`` is canonical (``search.text``); empty means everything that the filters leave.
    Values of one spec are alternatives, different specs hold together.
    """

    at: datetime
    text: str = ""
    category_id: int | None = None
    brand_ids: tuple[int, ...] = ()
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    in_stock: bool | None = None
    specs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ordering: Ordering | None = None
    offset: int = 0
    limit: int = 10
    facets: bool = False
    #: Whether anybody looks at ``Answer.total``; without, an engine may leave off where the page ends.
    counted: bool = True
    #: Of the buyer; ``search.languages`` says whose index answers.
    language: str = ""
    #: SPUs that staff took out of the answer to this text.
    hidden_spu_ids: tuple[int, ...] = ()
    #: Nothing but these SPUs, where given.
    only_spu_ids: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    sku_id: int
    spu_id: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many products each choice would leave, all other choices standing."""

    categories: Mapping[int, int] = field(default_factory=dict)
    brands: Mapping[int, int] = field(default_factory=dict)
    specs: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    in_stock: int = 0
    min_price: Decimal | None = None
    max_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The best SKU of each product that fits, in order, and how many products fit.

    ``total`` is exact where the question is counted; else it only tells something from nothing.

    ``loosened`` says that only part of the words fit, because no product fits them all.
    """

    hits: Sequence[Hit]
    total: int
    counts: Counts | None = None
    loosened: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that matching, filtering and ordering need to know of one SKU."""

    sku_id: int
    spu_id: int
    name: str
    spu_name: str
    caption: str
    brand_id: int | None
    brand: str
    #: From the top level down.
    category_ids: tuple[int, ...]
    categories: tuple[str, ...]
    specs: tuple[tuple[str, str], ...]
    price: Decimal
    sales: int
    comments: int
    created: int
    in_stock: bool
    on_sale_at: int
    off_sale_at: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """A write that the engine took and may still fail: its number there."""

    task: int
    index: str


@dataclass(frozen=True, slots=True)
class Status:
    """How the engine is, for staff and for ``doctor``."""

    engine: str
    version: str
    documents: int
    #: Settings of the index that differ from those in code.
    drift: Sequence[str] = ()
    #: What its documents lack against the code's version; only a rebuild gives it to them.
    outdated: str = ""


@dataclass(frozen=True, slots=True)
class TaskOutcome:
    state: Literal["waiting", "done", "failed"]
    error: str = ""


class SearchEngine(Protocol):
    """One engine. Anything but ``ask`` may raise EngineDown or EngineRefused; so may ``ask``.

    ``index`` names one of its indexes: "" is the one that answers, another name is being filled.
    ``one_language``: there is one for each of ``SEARCH_LANGUAGES``, made with ``language=``; else one for all.
    """

    name: str
    one_language: bool

    def ask(self, question: Question) -> Answer:
        """Answer within ``MEILISEARCH_TIMEOUT``. Raises: EngineDown, EngineRefused."""
        ...

    def state(self) -> Hashable:
        """Another value whenever the index may answer otherwise; told in no time. Raises: EngineDown, EngineRefused."""
        ...

    def write(self, documents: Sequence[Document], *, index: str = "") -> Receipt | None:
        """These documents stand in the index, or will once the task of the receipt is done."""
        ...

    def delete(self, sku_ids: Sequence[int], *, index: str = "") -> Receipt | None:
        """No document of these SKUs is in the index, or will be once the task is done."""
        ...

    def outcomes(self, receipts: Sequence[Receipt]) -> Sequence[TaskOutcome]:
        """What became of these writes, in their order; a write that the engine knows nothing of has failed."""
        ...

    def sku_ids(self) -> Iterator[Sequence[int]]:
        """The ids of all documents that answer, in batches."""
        ...

    def begin(self) -> str:
        """A new, empty index with the settings of the code; its name."""
        ...

    def count(self, *, index: str = "") -> int:
        """Documents in the index, all writes so far included."""
        ...

    def swap(self, index: str) -> None:
        """From one moment to the next the filled index answers; the old one is gone soon after."""
        ...

    def discard(self, index: str) -> None:
        """The half-filled index is gone."""
        ...

    def status(self) -> Status:
        """Version, size, drift of settings."""
        ...

    def mend(self) -> Sequence[str]:
        """The settings of the answering index are those of the code; the names of those that were not."""
        ...


@lru_cache(maxsize=32)
def _kept(path: str, language: str = "") -> SearchEngine:
    factory: Callable[..., SearchEngine] = import_string(path)
    return factory(language=language) if language else factory()


def _of_language(path: str, language: str) -> SearchEngine:
    return _kept(path, languages.chosen(language) if import_string(path).one_language else "")


def engine(language: str = "") -> SearchEngine:
    """The engine that settings name, for those who read this language; one per process."""
    return _of_language(settings.SEARCH_ENGINE, language)


def fallback(language: str = "") -> SearchEngine:
    """The engine that answers when the configured one does not; the same one when that is the database."""
    return _of_language(settings.SEARCH_FALLBACK, language)


def every_engine() -> list[SearchEngine]:
    """All that are kept in step, of every language. The database first: it costs no network, and answers while the
    other is away.
    """
    found = [one(language) for one in (fallback, engine) for language in languages.spoken()]
    return list(dict.fromkeys(found))
