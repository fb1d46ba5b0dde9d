"""My addresses."""

from typing import Any

from ninja import Router, Status

from accounts.addressing.errors import AddressNotFound, AreaUnfit, TooManyAddresses
from accounts.addressing.rules import MOST_ADDRESSES
from accounts.selectors.addresses import live_addresses
from accounts.selectors.paste import pasted_address
from accounts.services.addresses import (
    AddressParts,
    add_address,
    change_address,
    delete_address,
    make_default,
    rename_address,
)
from api.auth import BuyerRequest, buyer
from api.problems import guarded
from api.schemas.accounts import MessageOut
from api.schemas.addresses import AddressBookOut, AddressIn, AddressOut, PastedOut, PasteIn, TitleIn, address_out
from api.schemas.base import RowId

router = Router(tags=["addresses"], auth=buyer)


@router.get("/", operation_id="list_addresses", response={200: AddressBookOut, **guarded()})
def list_addresses(request: BuyerRequest) -> dict[str, Any]:
    """My addresses, the one changed last first, and which of them is the default."""
    rows = list(live_addresses(user_id=request.auth.pk))
    return {
        "user_id": request.auth.pk,
        "default_address_id": next((row.pk for row in rows if row.is_default), None),
        "limit": MOST_ADDRESSES,
        "addresses": [address_out(row) for row in rows],
    }


@router.post("/", operation_id="add_address", response={201: AddressOut, **guarded(AreaUnfit, TooManyAddresses)})
def create(request: BuyerRequest, body: AddressIn) -> Status[dict[str, Any]]:
    """Keep one more address; the first one is the default. At most 20."""
    return Status(201, address_out(add_address(user_id=request.auth.pk, parts=AddressParts(**body.dict()))))


@router.post("/parse/", operation_id="parse_address", response={200: PastedOut, **guarded()})
def parse(request: BuyerRequest, body: PasteIn) -> dict[str, Any]:
    """Split one pasted line into name, mobile, areas and street, in whatever order they stand. Stores nothing."""
    found = pasted_address(text=body.text)
    answer: dict[str, Any] = {
        "receiver": found.receiver,
        "mobile": found.mobile,
        "tel": found.tel,
        "email": found.email,
        "place": found.place,
        "missing": found.missing,
    }
    for level in ("province", "city", "district"):
        area = getattr(found, level)
        answer |= {f"{level}_id": area.id if area else None, level: area.name if area else ""}
    return answer


@router.put(
    "/{int:address_id}/",
    operation_id="change_address",
    response={200: AddressOut, **guarded(AddressNotFound, AreaUnfit)},
)
def update(request: BuyerRequest, address_id: RowId, body: AddressIn) -> dict[str, Any]:
    """Replace everything but the title (unless it is sent) and whether it is the default."""
    parts = AddressParts(**body.dict())
    return address_out(change_address(user_id=request.auth.pk, address_id=address_id, parts=parts))


@router.delete("/{int:address_id}/", operation_id="delete_address", response={204: None, **guarded(AddressNotFound)})
def delete(request: BuyerRequest, address_id: RowId) -> Status[None]:
    """Forget an address; if it was the default, the one changed last is now."""
    delete_address(user_id=request.auth.pk, address_id=address_id)
    return Status(204, None)


@router.put(
    "/{int:address_id}/status/",
    operation_id="make_default_address",
    response={200: MessageOut, **guarded(AddressNotFound)},
)
def make_it_default(request: BuyerRequest, address_id: RowId) -> dict[str, str]:
    """Make this address the default."""
    make_default(user_id=request.auth.pk, address_id=address_id)
    return {"message": "OK"}


@router.put(
    "/{int:address_id}/title/",
    operation_id="rename_address",
    response={200: AddressOut, **guarded(AddressNotFound)},
)
def rename(request: BuyerRequest, address_id: RowId, body: TitleIn) -> dict[str, Any]:
    """Give the address another title."""
    return address_out(rename_address(user_id=request.auth.pk, address_id=address_id, title=body.title))
