"""The personal data that areas of the shop keep beside orders."""

from typing import Any

from django.utils import timezone

from accounts.personal_data import PersonalData, register
from shop.interest.models import Favorite, Visit
from shop.interest.services import erase_interest
from shop.messages.models import BuyerMessage
from shop.messages.services import erase_messages


def register_parts() -> None:
    """Favourites, history and messages belong to every export and every erasure."""
    register(PersonalData(name="interest", export=_interest, erase=_erase_interest))
    register(PersonalData(name="messages", export=_messages, erase=_erase_messages))


def _erase_interest(user_id: int) -> None:
    erase_interest(user_id=user_id)


def _erase_messages(user_id: int) -> None:
    erase_messages(user_id=user_id)


def _interest(user_id: int) -> dict[str, Any]:
    favorites = Favorite.objects.filter(user_id=user_id).select_related("sku").order_by("-pk")
    visits = Visit.objects.filter(user_id=user_id).select_related("sku").order_by("-seen_at")
    return {
        "favorites": [{"sku": row.sku.name, "at": timezone.localtime(row.created_at).isoformat()} for row in favorites],
        "history": [{"sku": row.sku.name, "at": timezone.localtime(row.seen_at).isoformat()} for row in visits],
    }


def _messages(user_id: int) -> list[dict[str, Any]]:
    return [
        {
            "kind": row.get_kind_display(),
            "subject": row.subject,
            "message": row.message,
            "picture": row.picture.url if row.picture else None,
            "answer": row.answer,
            "at": timezone.localtime(row.created_at).isoformat(),
        }
        for row in BuyerMessage.objects.filter(user_id=user_id)
    ]
