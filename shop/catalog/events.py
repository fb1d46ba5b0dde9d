"""What happened in the catalog, by id."""

from dataclasses import dataclass

from kernel.events import Event


@dataclass(frozen=True)
class SkusChanged(Event):
    """Something that buyers or the search index see of these SKUs is different now."""

    sku_ids: tuple[int, ...]


@dataclass(frozen=True)
class CatalogChanged(Event):
    """Categories or brands are different now: their names, order or place in the tree."""
