"""Reads of buyers' addresses."""

from typing import TypedDict

from django.db.models import QuerySet

from accounts.addressing.errors import AddressNotFound
from accounts.addressing.rules import FILLERS
from accounts.models import Address


class AddressSnapshot(TypedDict):
    """An address as words, the way an order keeps it: no later change of areas or address reaches it."""

    receiver: str
    mobile: str
    tel: str
    email: str
    province_id: int
    province: str
    city_id: int
    city: str
    district_id: int | None
    district: str
    place: str
    text: str


def live_addresses(*, user_id: int) -> QuerySet[Address]:
    """The buyer's addresses with the names of their areas, the one changed last first."""
    return Address.objects.filter(user_id=user_id, is_deleted=False).select_related("province", "city", "district")


def owned_address(*, user_id: int, address_id: int) -> Address:
    """This address, if it is the buyer's and not deleted.

    Raises: AddressNotFound, also for someone else's.
    """
    address = live_addresses(user_id=user_id).filter(pk=address_id).first()
    if address is None:
        raise AddressNotFound
    return address


def address_text(address: Address) -> str:
    """One line for an envelope: 北京市东城区东华门街道1号, without what only fills a level."""
    areas = [address.province.name, address.city.name, address.district.name if address.district else ""]
    return "".join(name for name in areas if name not in FILLERS) + address.place


def address_snapshot(address: Address) -> AddressSnapshot:
    """What an order copies. No query for an address that came from ``live_addresses`` or ``owned_address``."""
    return {
        "receiver": address.receiver,
        "mobile": address.mobile,
        "tel": address.tel,
        "email": address.email,
        "province_id": address.province_id,
        "province": address.province.name,
        "city_id": address.city_id,
        "city": address.city.name,
        "district_id": address.district_id,
        "district": address.district.name if address.district else "",
        "place": address.place,
        "text": address_text(address),
    }
