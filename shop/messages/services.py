"""What buyers and staff do with messages."""

from collections.abc import Iterable
from functools import partial
from typing import IO, Any

from django.db import transaction

from kernel import clock, limits
from media.validators import cleaned_picture
from shop.messages.errors import AnswerEmpty, MessageNotFound
from shop.messages.models import BuyerMessage

MOST_BYTES = 5 * 1024 * 1024
#: So many messages a buyer may write in an hour.
MOST_AN_HOUR = 20


def leave_message(*, user_id: int, kind: int, subject: str, message: str, file: IO[Any] | None = None) -> BuyerMessage:
    """The shop has this message of the buyer, with the picture drawn anew by us.

    Units: bytes of the file that was sent, at most ``MOST_BYTES``.
    Raises: Limited past ``MOST_AN_HOUR``; NotAPicture, PictureTooBig, PictureTooManyPixels.
    """
    limits.take(limits.Window(limits.key("messages", user_id), MOST_AN_HOUR, 3600))
    row = BuyerMessage(user_id=user_id, kind=kind, subject=subject, message=message, created_at=clock.now())
    if file is not None:
        row.picture = cleaned_picture(file, max_bytes=MOST_BYTES, field="file")
    row.save()
    return row


def delete_message(*, user_id: int, message_id: int) -> None:
    """The buyer's message is gone, with its answer and its picture.

    Raises: MessageNotFound, also for someone else's.
    """
    if not _delete(BuyerMessage.objects.filter(user_id=user_id, pk=message_id)):
        raise MessageNotFound


def answer_message(*, message_id: int, answer: str, by_id: int) -> BuyerMessage:
    """The message has this answer, and the buyer sees it; a second answer replaces the first.

    Raises: MessageNotFound; AnswerEmpty.
    """
    text = answer.strip()
    if not text:
        raise AnswerEmpty
    changed = BuyerMessage.objects.filter(pk=message_id).update(
        answer=text, answered_at=clock.now(), answered_by_id=by_id
    )
    if not changed:
        raise MessageNotFound
    return BuyerMessage.objects.get(pk=message_id)


def erase_messages(*, user_id: int) -> int:
    """Nothing that this user wrote is left; returns how many messages there were."""
    return _delete(BuyerMessage.objects.filter(user_id=user_id))


@transaction.atomic
def _delete(rows: Iterable[BuyerMessage]) -> int:
    """These messages and, after the commit, their pictures are gone."""
    gone = list(rows)
    for row in gone:
        if row.picture.name:
            # A file that cannot be deleted now is an orphan, not a reason to keep the message.
            transaction.on_commit(partial(row.picture.storage.delete, row.picture.name), robust=True)
    BuyerMessage.objects.filter(pk__in=[row.pk for row in gone]).delete()
    return len(gone)
