"""Making the index agree with the database."""

from collections.abc import Sequence


def upsert(sku_ids: Sequence[int]) -> None:
    """Write or delete these SKUs' documents by their rows as they are now."""
