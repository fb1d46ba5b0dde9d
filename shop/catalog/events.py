"""What happened in the catalog, by id."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from kernel.events import Event

#: So many ids travel in one event and one task; a large import makes batches, not thousands of tasks.
BATCH = 500


@dataclass(frozen=True)
class SkusChanged(Event):
    """Something that buyers or the search index see of these SKUs is different now."""

    sku_ids: tuple[int, ...]

    @classmethod
    def summed_up(cls, events: Sequence[Self]) -> Sequence[Self]:
        """All ids, each once, in full batches."""
        ids = sorted({sku_id for event in events for sku_id in event.sku_ids})
        return [cls(sku_ids=tuple(ids[start : start + BATCH])) for start in range(0, len(ids), BATCH)]


@dataclass(frozen=True)
class CatalogChanged(Event):
    """Categories or brands are different now: their names, order or place in the tree."""
