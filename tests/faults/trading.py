"""What the fault tests of trade share: orders sent through HTTP, by buyers who are logged in already."""

from typing import Any

from django.test import Client

from accounts.models import User
from shop.catalog.models import Sku
from tests.accounts.people import post


def order_body(user: User, *skus: Sku, **changed: Any) -> dict[str, Any]:
    """One piece each of these SKUs by "buy now", or the ticked lines of the cart where none is named."""
    body: dict[str, Any] = {"address": user.addresses.get().pk, "pay_method": 2}
    if skus:
        body["items"] = [{"sku_id": sku.pk, "count": 1} for sku in skus]
    return body | changed


def order(user: User, *skus: Sku, key: str | None = None, **changed: Any) -> Any:
    """POST /orders/ as this buyer, whatever it answers, a 500 too."""
    extra = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
    client = Client(raise_request_exception=False)
    return post(client, "/orders/", order_body(user, *skus, **changed), who=user, **extra)


def code(answer: Any) -> str:
    """``201`` for what went well, else the stable code of the problem."""
    return "201" if answer.status_code == 201 else answer.json()["code"]
