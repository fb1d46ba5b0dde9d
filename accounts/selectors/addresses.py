"""Reads of buyers' addresses."""

from typing import TypedDict

from django.db.models import QuerySet

from accounts.addressing.errors import AddressNotFound
from accounts.addressing.rules import FILLERS
from accounts.models import Address
from accounts.selectors.paste import pasted_address
from kernel.prepared import Prepared


class AddressSnapshot(TypedDict):
    """An address as words, the way an order keeps it: no later change of areas or address reaches it."""

    receiver: str
    mobile: str
    tel: str
    email: str
    #: None where a line of text did not say.
    province_id: int | None
    province: str
    city_id: int | None
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
    found = _owned(user_id=user_id, address_id=address_id)
    if not found:
        raise AddressNotFound
    return found[0]


# Asked for every order.
_owned = Prepared(
    lambda user_id, address_id: live_addresses(user_id=user_id).filter(pk=address_id).order_by(),
    user_id=2_000_000_101,
    address_id=2_000_000_102,
)


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


def snapshot_of_line(*, text: str, receiver: str, mobile: str) -> AddressSnapshot:
    """What an order copies of an address that came as one line: the areas that the line names, and the line itself.

    What cannot be told apart stays in ``place``, so that nothing of the line is lost.
    """
    found = pasted_address(text=text)
    whole = bool(found.province and found.city)
    return {
        "receiver": receiver,
        "mobile": mobile,
        "tel": found.tel,
        "email": "",
        "province_id": found.province.id if found.province and whole else None,
        "province": found.province.name if found.province and whole else "",
        "city_id": found.city.id if found.city and whole else None,
        "city": found.city.name if found.city and whole else "",
        "district_id": found.district.id if found.district and whole else None,
        "district": found.district.name if found.district and whole else "",
        "place": found.place if whole and found.place else text,
        "text": text,
    }
