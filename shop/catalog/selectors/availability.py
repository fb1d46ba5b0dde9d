"""How many are left, in the words that buyers are told."""

from enum import StrEnum

#: With so many pieces or fewer a SKU is ``low``, and buyers are told how many; above it nobody needs the number.
LOW = 5


class StockState(StrEnum):
    """What buyers learn of the stock."""

    IN_STOCK = "in_stock"
    LOW = "low"
    SOLD_OUT = "sold_out"


def stock_state(stock: int) -> StockState:
    """In stock, low, or sold out."""
    if stock <= 0:
        return StockState.SOLD_OUT
    return StockState.LOW if stock <= LOW else StockState.IN_STOCK


def stock_left(stock: int) -> int | None:
    """The pieces left where buyers are told the number: only when there are few."""
    return max(stock, 0) if stock <= LOW else None
