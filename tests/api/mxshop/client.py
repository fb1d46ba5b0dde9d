"""How this contract's client talks: a JWT header, JSON bodies, and no version in the address."""

import json
from typing import Any

from django.test import Client

from accounts.tokens import access_token_for


def ask(client: Client, method: str, path: str, data: Any = None, *, who: Any = None, **extra: Any) -> Any:
    """One request below ``/api/mxshop``; a GET's data is its query."""
    headers = {"Authorization": f"JWT {access_token_for(who)}"} if who else {}
    if method == "get":
        return client.get(f"/api/mxshop{path}", data or {}, headers=headers, **extra)
    sent = {"data": json.dumps(data), "content_type": "application/json"} if data is not None else {}
    return getattr(client, method)(f"/api/mxshop{path}", headers=headers, **sent, **extra)
