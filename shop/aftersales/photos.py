"""Photos for applications: uploaded before, each with a pass that only its sender can use, for a day."""

from collections.abc import Sequence
from datetime import timedelta
from typing import IO, Any

from media.waiting import WaitingRoom, delete_files, file_url
from shop.aftersales.errors import PhotoUnknown, TooManyPhotos
from shop.aftersales.models import AfterSale

#: Photos of one application.
MOST = 6
#: Uploads of one buyer in an hour.
MOST_AN_HOUR = 60

_WAITING = WaitingRoom(folder="aftersales", salt="shop.aftersales.photos", unknown=PhotoUnknown)

photo_url, delete_photos = file_url, delete_files


def keep_photo(*, user_id: int, file: IO[Any]) -> tuple[str, str]:
    """The picture waits for an application of this buyer; returns its pass and its file name.

    Raises: Limited past ``MOST_AN_HOUR``; NotAPicture, PictureTooBig, PictureTooManyPixels.
    """
    return _WAITING.keep(user_id=user_id, file=file, most_an_hour=MOST_AN_HOUR)


def names_of(*, user_id: int, passes: Sequence[str]) -> list[str]:
    """The files behind these passes of this buyer.

    Raises: TooManyPhotos; PhotoUnknown for a pass that is forged, over, or somebody else's.
    """
    if len(passes) > MOST:
        raise TooManyPhotos(most=MOST)
    return _WAITING.names_of(user_id=user_id, passes=passes)


def forget_loose_photos() -> int:
    """Delete uploads of two days ago that no application took, and say how many. Safe to run twice."""
    day = _WAITING.day_to_clear()
    # A pass counts for a day: whoever took a photo applied no earlier than the day before its folder's end.
    rows = AfterSale.objects.filter(created_at__gte=day - timedelta(days=1)).exclude(photos=[])
    return _WAITING.forget_loose(
        day=day, taken=[name for names in rows.values_list("photos", flat=True) for name in names]
    )
