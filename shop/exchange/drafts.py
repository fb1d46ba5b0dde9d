"""What a file says about each product, put together from its rows, before the shop is asked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class SkuDraft:
    """One row as a SKU: only what the file says. ``options``: spec name → value, or None where no spec is given."""

    code: str
    row: int
    values: dict[str, Any] = field(default_factory=dict)
    options: dict[str, str] | None = None


@dataclass(slots=True)
class SpuDraft:
    """The rows of one product: only what the file says, and in which row it says it first."""

    code: str
    row: int
    values: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    skus: list[SkuDraft] = field(default_factory=list)
    #: Something is wrong with one of its rows, so none of it may go in.
    is_bad: bool = False

    @property
    def size(self) -> int:
        """How much of a batch it takes."""
        return max(len(self.skus), 1)

    def pictures(self) -> Iterator[tuple[str, str, int]]:
        """Every picture named for it: the column, the file, the row."""
        for key in ("image", "pictures"):
            for name in _names(self.values.get(key)):
                yield key, name, self.rows[key]
        for sku in self.skus:
            for key in ("sku_image", "sku_pictures"):
                for name in _names(sku.values.get(key)):
                    yield key, name, sku.row


def _names(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return value if isinstance(value, tuple) else ()
