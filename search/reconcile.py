"""Finding and mending what the index lacks or has too much: drift that no event told of."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from search.documents import read
from search.engine import SearchEngine, every_engine
from search.indexer import upsert
from shop.catalog.models import Sku

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Difference:
    """SKUs that the engine should know and does not, and those it should not know."""

    engine: str
    missing: Sequence[int]
    extra: Sequence[int]


def differences() -> list[Difference]:
    """Compare each engine's ids with the database. Raises: EngineDown, EngineRefused."""
    return [_difference(one) for one in every_engine()]


def _difference(one: SearchEngine) -> Difference:
    wanted = set(chain.from_iterable(_wanted()))
    found = set(chain.from_iterable(one.sku_ids()))
    return Difference(one.name, sorted(wanted - found), sorted(found - wanted))


def _wanted() -> Iterator[Iterable[int]]:
    last = 0
    while batch := list(Sku.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        yield (document.sku_id for document in read(batch).documents)
        last = batch[-1]


def reconcile() -> list[Difference]:
    """Each engine knows exactly the SKUs that it should, with the settings of the code; return what was not so.

    Raises: EngineDown, EngineRefused.
    """
    for one in every_engine():
        one.mend()
    found = differences()
    upsert([sku_id for difference in found for sku_id in (*difference.missing, *difference.extra)])
    return found
