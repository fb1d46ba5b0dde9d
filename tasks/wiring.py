"""The one visible table: which event starts which task. An architecture test finds events left out."""

from collections.abc import Callable
from typing import Any

from kernel.events import Event, listen
from shop.catalog.events import CatalogChanged, SkusChanged
from tasks import content, index

TABLE: list[tuple[type[Event], Callable[[Any], object]]] = [
    (SkusChanged, lambda event: index.index_skus(list(event.sku_ids))),
    (SkusChanged, lambda event: content.drop_catalog_bytes()),
    (CatalogChanged, lambda event: content.drop_catalog_bytes()),
]


def connect() -> None:
    """Let every event of the table start its task."""
    for event_type, handler in TABLE:
        listen(event_type, handler)
