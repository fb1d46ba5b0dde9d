"""What both kinds of file look like once they are open."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from shop.exchange.cells import Raw

#: Rows that one import takes; beyond it a file is better split.
MOST_ROWS = 200_000
#: Columns that are looked at; no merchant's sheet has so many.
MOST_COLUMNS = 500

#: A row with its number as the spreadsheet shows it, from 1.
Row = tuple[int, list[Raw]]


@dataclass(slots=True)
class Table:
    """The header of a file and its rows, which are read as they are asked for."""

    header_row: int
    titles: list[str]
    rows: Iterator[Row]
    #: For messages: how the file was understood.
    encoding: str = ""
    others: list[str] = field(default_factory=list)


def is_blank(values: list[Raw]) -> bool:
    """Whether nothing stands in the row."""
    return all(value is None or (isinstance(value, str) and not value.strip()) for value in values)
