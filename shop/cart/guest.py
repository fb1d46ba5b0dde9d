"""A guest's cart: plain values that travel in a signed cookie. No row, no session."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

from kernel import money

#: Different SKUs that fit in a cookie of 4 KB with room to spare.
MOST_LINES = 50


@dataclass(frozen=True)
class GuestLine:
    """So many pieces of one SKU, at the price the guest saw."""

    count: int
    selected: bool
    price_seen: Decimal


@dataclass
class GuestCart:
    """Lines by SKU id, the oldest first."""

    lines: dict[int, GuestLine] = field(default_factory=dict)

    def as_values(self) -> dict[str, list[Any]]:
        """JSON values, short, for the cookie."""
        return {
            str(sku_id): [line.count, int(line.selected), money.text(line.price_seen)]
            for sku_id, line in self.lines.items()
        }

    @classmethod
    def from_values(cls, values: Any) -> Self:
        """The cart of a cookie that was signed by us.

        Raises: ValueError for anything of another shape (an old format, say).
        """
        cart = cls()
        try:
            for sku_id, (count, selected, seen) in dict(values).items():
                if not 1 <= int(count) <= 10**6:
                    raise ValueError("no sensible count")
                cart.lines[int(sku_id)] = GuestLine(int(count), bool(selected), money.yuan(str(seen)))
        except (TypeError, AttributeError) as other:
            raise ValueError("not a cart") from other
        return cart
