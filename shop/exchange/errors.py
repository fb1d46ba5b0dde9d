"""Files that cannot be read at all, and cells that cannot be understood."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Invalid


class FileUnreadable(Invalid):
    """Nothing can be imported from this file: ``reason``, at ``row`` and ``column`` where that is known."""

    code = "exchange.unreadable"
    text = _("%(reason)s")

    def __init__(self, reason: str, *, row: int | None = None, column: str = "") -> None:
        super().__init__(reason=reason)
        self.reason = reason
        self.row = row
        self.column = column


class CellWrong(Exception):
    """One cell does not hold what its column needs; the message is for people."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
