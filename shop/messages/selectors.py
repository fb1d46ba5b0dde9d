"""Reads of messages between buyers and the shop."""

from django.db.models import QuerySet

from shop.messages.models import BuyerMessage


def messages_of(*, user_id: int) -> QuerySet[BuyerMessage]:
    """What the buyer wrote, with the answers, newest first."""
    return BuyerMessage.objects.filter(user_id=user_id).order_by("-id")


def unanswered_messages() -> QuerySet[BuyerMessage]:
    """What still waits for an answer, oldest first."""
    return BuyerMessage.objects.filter(answer="").order_by("id")
