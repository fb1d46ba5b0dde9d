"""How long a login lasts here: this client has no way to renew it."""

from datetime import timedelta

#: An access token's life; its end comes earlier with a new password, as everywhere.
TOKEN_LIFE = timedelta(days=7)
