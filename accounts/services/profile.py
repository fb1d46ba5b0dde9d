"""What a buyer says of themselves, and their picture."""

from collections.abc import Mapping
from functools import partial
from typing import IO, Any

from django.db import transaction

from accounts.models import User
from media.validators import cleaned_picture

#: Units: pixels of the longer side.
AVATAR_SIDE = 512
AVATAR_BYTES = 5 * 1024 * 1024

_FIELDS = frozenset({"nickname", "gender", "birthday"})


def update_profile(*, user: User, changes: Mapping[str, Any]) -> User:
    """These of nickname, gender and birthday are different now; what is not named stays."""
    if unknown := set(changes) - _FIELDS:
        raise ValueError(f"not a profile field: {sorted(unknown)}")
    if changes:
        User.objects.filter(pk=user.pk).update(**changes)
        for name, value in changes.items():
            setattr(user, name, value)
    return user


def set_avatar(*, user: User, file: IO[Any]) -> User:
    """The picture, drawn anew by us, is the user's avatar; the file before it is gone.

    Locks: the user's row, while the name is exchanged.
    Raises: NotAPicture, PictureTooBig, PictureTooManyPixels.
    """
    picture = cleaned_picture(file, longest_side=AVATAR_SIDE, max_bytes=AVATAR_BYTES, field="avatar")
    column = User._meta.get_field("avatar")
    storage = column.storage
    # Written before the transaction: a store may be on another machine.
    name = storage.save(column.generate_filename(user, picture.name or "avatar.webp"), picture)
    try:
        _exchange_avatar(user, name)
    except BaseException:
        storage.delete(name)
        raise
    return user


def remove_avatar(*, user: User) -> User:
    """The user has no avatar, and its file is gone."""
    _exchange_avatar(user, "")
    return user


@transaction.atomic
def _exchange_avatar(user: User, name: str) -> None:
    row = User.objects.select_for_update().only("pk", "avatar").get(pk=user.pk)
    before, storage = row.avatar.name, row.avatar.storage
    User.objects.filter(pk=user.pk).update(avatar=name)
    user.avatar.name = name
    if before:
        transaction.on_commit(partial(storage.delete, before), robust=True)
