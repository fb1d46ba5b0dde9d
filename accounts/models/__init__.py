"""Who buys and who works here."""

from accounts.models.users import RefreshFamily, User

__all__ = ["RefreshFamily", "User"]
