"""Opening a catalog file, whatever it was saved as."""

from shop.exchange.reading.opening import Table, open_table

__all__ = ["Table", "open_table"]
