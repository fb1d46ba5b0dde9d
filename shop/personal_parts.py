"""The personal data that areas of the shop keep beside orders."""

from typing import Any

from django.utils import timezone

from accounts.personal_data import PersonalData, register
from shop.aftersales.models import AfterSale
from shop.aftersales.photos import photo_url
from shop.aftersales.reasons import reason_text
from shop.aftersales.services import erase_after_sales
from shop.interest.models import Favorite, Visit
from shop.interest.services import erase_interest
from shop.messages.models import BuyerMessage
from shop.messages.services import erase_messages
from shop.reviews.models import Review
from shop.reviews.pictures import picture_url
from shop.reviews.services import erase_reviews


def register_parts() -> None:
    """Favourites, history, messages, reviews and what was said in after-sales belong to every export and erasure."""
    register(PersonalData(name="interest", export=_interest, erase=_erase_interest))
    register(PersonalData(name="messages", export=_messages, erase=_erase_messages))
    register(PersonalData(name="reviews", export=_reviews, erase=_erase_reviews))
    register(PersonalData(name="after_sales", export=_after_sales, erase=_erase_after_sales))


def _erase_interest(user_id: int) -> None:
    erase_interest(user_id=user_id)


def _erase_messages(user_id: int) -> None:
    erase_messages(user_id=user_id)


def _erase_after_sales(user_id: int) -> None:
    erase_after_sales(user_id=user_id)


def _erase_reviews(user_id: int) -> None:
    erase_reviews(user_id=user_id)


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


def _after_sales(user_id: int) -> list[dict[str, Any]]:
    return [
        {
            "number": row.number,
            "order": row.order.number,
            "kind": row.get_kind_display(),
            "state": row.get_state_display(),
            "reason": reason_text(row.reason),
            "text": row.text,
            "photos": [photo_url(name) for name in row.photos],
            "amount": str(row.amount),
            "answer": row.staff_note,
            "waybill": row.return_waybill,
            "at": timezone.localtime(row.created_at).isoformat(),
        }
        for row in AfterSale.objects.filter(user_id=user_id).select_related("order")
    ]


def _reviews(user_id: int) -> list[dict[str, Any]]:
    rows = Review.objects.filter(user_id=user_id).select_related("order_line__order").order_by("-pk")
    return [
        {
            "order": row.order_line.order.number,
            "sku": row.order_line.name,
            "score": row.score,
            "text": row.text,
            "anonymous": row.is_anonymous,
            "pictures": [picture_url(name) for name in row.images],
            "reply": row.reply,
            "at": timezone.localtime(row.created_at).isoformat(),
        }
        for row in rows
    ]
