"""Pictures for reviews: uploaded before, each with a pass that only its sender can use, for a day."""

from collections.abc import Sequence
from datetime import timedelta
from typing import IO, Any

from media.waiting import WaitingRoom, delete_files, file_url
from shop.reviews.errors import PictureUnknown, TooManyPictures
from shop.reviews.models import Review

#: Pictures of one review.
MOST = 9
#: Uploads of one buyer in an hour.
MOST_AN_HOUR = 90

_WAITING = WaitingRoom(folder="reviews", salt="shop.reviews.pictures", unknown=PictureUnknown)

picture_url, delete_pictures = file_url, delete_files


def keep_picture(*, user_id: int, file: IO[Any]) -> tuple[str, str]:
    """The picture waits for a review of this buyer; returns its pass and its file name.

    Raises: Limited past ``MOST_AN_HOUR``; NotAPicture, PictureTooBig, PictureTooManyPixels.
    """
    return _WAITING.keep(user_id=user_id, file=file, most_an_hour=MOST_AN_HOUR)


def names_of(*, user_id: int, passes: Sequence[str]) -> list[str]:
    """The files behind these passes of this buyer.

    Raises: TooManyPictures; PictureUnknown for a pass that is forged, over, or somebody else's.
    """
    if len(passes) > MOST:
        raise TooManyPictures(most=MOST)
    return _WAITING.names_of(user_id=user_id, passes=passes)


def forget_loose_pictures() -> int:
    """Delete uploads of two days ago that no review took, and say how many. Safe to run twice."""
    day = _WAITING.day_to_clear()
    # A pass counts for a day: whoever used one wrote no earlier than the day before its folder's end.
    rows = Review.objects.filter(created_at__gte=day - timedelta(days=1)).exclude(images=[])
    return _WAITING.forget_loose(
        day=day, taken=[name for names in rows.values_list("images", flat=True) for name in names]
    )
