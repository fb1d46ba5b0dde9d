"""What a buyer does to the address book. Everything holds the user's row, so its counts and its default are true."""

from dataclasses import dataclass

from django.db import transaction

from accounts.addressing.errors import AreaUnfit, TooManyAddresses
from accounts.addressing.rules import LONGEST_TITLE, MOST_ADDRESSES
from accounts.models import Address, Area, User
from accounts.selectors.addresses import live_addresses, owned_address


@dataclass(frozen=True, kw_only=True)
class AddressParts:
    """An address as it was typed; its texts already fit ``accounts.addressing.rules``."""

    receiver: str
    province_id: int
    city_id: int
    district_id: int | None
    place: str
    mobile: str
    tel: str = ""
    email: str = ""
    #: Empty: the receiver's name, or what it was before.
    title: str = ""


@transaction.atomic
def add_address(*, user_id: int, parts: AddressParts) -> Address:
    """The buyer has one address more; the first one is the default.

    Locks: the user.
    Raises: AreaUnfit, TooManyAddresses.
    """
    _check_chain(parts)
    _lock_book(user_id)
    kept = list(live_addresses(user_id=user_id).values_list("is_default", flat=True))
    if len(kept) >= MOST_ADDRESSES:
        raise TooManyAddresses(limit=MOST_ADDRESSES)
    address = Address(user_id=user_id, is_default=not any(kept))
    _fill(address, parts)
    address.save()
    return owned_address(user_id=user_id, address_id=address.pk)


@transaction.atomic
def change_address(*, user_id: int, address_id: int, parts: AddressParts) -> Address:
    """The address is as given; title and default stay unless a title is given.

    An address keeps areas that were retired meanwhile, as long as it does not move.
    Locks: the user.
    Raises: AddressNotFound, AreaUnfit.
    """
    _lock_book(user_id)
    address = owned_address(user_id=user_id, address_id=address_id)
    if (address.province_id, address.city_id, address.district_id) != (
        parts.province_id,
        parts.city_id,
        parts.district_id,
    ):
        _check_chain(parts)
    _fill(address, parts)
    address.save()
    return owned_address(user_id=user_id, address_id=address_id)


@transaction.atomic
def delete_address(*, user_id: int, address_id: int) -> None:
    """The buyer does not see the address any more; a deleted default passes to the one changed last.

    Locks: the user.
    Raises: AddressNotFound.
    """
    _lock_book(user_id)
    address = owned_address(user_id=user_id, address_id=address_id)
    was_default = address.is_default
    address.is_default, address.is_deleted = False, True
    address.save(update_fields=["is_default", "is_deleted", "updated_at"])
    heir = live_addresses(user_id=user_id).first() if was_default else None
    if heir is not None:
        Address.objects.filter(pk=heir.pk).update(is_default=True)


@transaction.atomic
def make_default(*, user_id: int, address_id: int) -> None:
    """This address, and no other, is the buyer's default.

    Locks: the user.
    Raises: AddressNotFound.
    """
    _lock_book(user_id)
    address = owned_address(user_id=user_id, address_id=address_id)
    Address.objects.filter(user_id=user_id, is_default=True).exclude(pk=address.pk).update(is_default=False)
    Address.objects.filter(pk=address.pk).update(is_default=True)


@transaction.atomic
def rename_address(*, user_id: int, address_id: int, title: str) -> Address:
    """The address has this title.

    Locks: the user.
    Raises: AddressNotFound.
    """
    _lock_book(user_id)
    address = owned_address(user_id=user_id, address_id=address_id)
    address.title = title
    address.save(update_fields=["title", "updated_at"])
    return address


@transaction.atomic
def erase_addresses(*, user_id: int) -> int:
    """No address of this user is left, deleted ones included; returns how many there were."""
    _lock_book(user_id)
    erased, _by_model = Address.objects.filter(user_id=user_id).delete()
    return erased


def _lock_book(user_id: int) -> None:
    """Wait for whoever else changes this user's addresses."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user_id)


def _fill(address: Address, parts: AddressParts) -> None:
    address.receiver = parts.receiver
    address.province_id = parts.province_id
    address.city_id = parts.city_id
    address.district_id = parts.district_id
    address.place = parts.place
    address.mobile = parts.mobile
    address.tel = parts.tel
    address.email = parts.email
    address.title = (parts.title or address.title or parts.receiver)[:LONGEST_TITLE]


def _check_chain(parts: AddressParts) -> None:
    """Each area is in force and lies in the one above it.

    Raises: AreaUnfit naming the first that does not.
    """
    chain = {"province_id": parts.province_id, "city_id": parts.city_id}
    if parts.district_id is not None:
        chain["district_id"] = parts.district_id
    found = {area.pk: area for area in Area.objects.filter(pk__in=chain.values(), is_valid=True)}
    above: int | None = None
    for level, (field, area_id) in enumerate(chain.items(), start=1):
        area = found.get(area_id)
        if area is None or area.level != level or area.parent_id != above:
            raise AreaUnfit(field=field)
        above = area.pk
