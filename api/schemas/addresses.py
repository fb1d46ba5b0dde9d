"""A buyer's addresses."""

from typing import Annotated, Any

from ninja import Schema
from pydantic import Field, StringConstraints, field_validator

from accounts.addressing.paste import LONGEST_PASTE
from accounts.addressing.rules import (
    EMAIL,
    LONGEST_EMAIL,
    LONGEST_PLACE,
    LONGEST_RECEIVER,
    LONGEST_TITLE,
    MOBILE,
    TEL,
)
from api.schemas.accounts import TrimmedText
from api.schemas.base import RowId

Title = Annotated[TrimmedText, Field(min_length=1, max_length=LONGEST_TITLE)]


class AddressIn(Schema):
    """An address as it is typed; everything but ``tel``, ``email`` and ``title`` is needed."""

    receiver: Annotated[TrimmedText, Field(min_length=1, max_length=LONGEST_RECEIVER)]
    province_id: RowId
    city_id: RowId
    district_id: RowId
    place: Annotated[TrimmedText, Field(min_length=1, max_length=LONGEST_PLACE)] = Field(description="street and house")
    mobile: Annotated[str, StringConstraints(strip_whitespace=True, pattern=MOBILE)]
    tel: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20, pattern=TEL)] = Field(
        "", examples=["010-88886666-801"]
    )
    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_EMAIL, pattern=EMAIL)] = ""
    title: Annotated[TrimmedText, Field(max_length=LONGEST_TITLE)] = Field("", description="empty: the receiver's name")

    @field_validator("tel", "email", "title", mode="before")
    @classmethod
    def _none_is_empty(cls, value: object) -> object:
        return "" if value is None else value


class TitleIn(Schema):
    title: Title


class AddressOut(Schema):
    id: int
    title: str
    receiver: str
    province_id: int
    province: str
    city_id: int
    city: str
    district_id: int | None
    district: str
    place: str
    mobile: str
    tel: str
    email: str
    is_default: bool


class AddressBookOut(Schema):
    user_id: int
    default_address_id: int | None
    limit: int = Field(description="so many addresses at the most")
    addresses: list[AddressOut]


class PasteIn(Schema):
    text: Annotated[TrimmedText, Field(min_length=1, max_length=LONGEST_PASTE)] = Field(
        examples=["张三 13812345678 广东省广州市天河区体育西路123号"]
    )


class PastedOut(Schema):
    """What was found; ``missing`` names what was not."""

    receiver: str
    mobile: str
    tel: str
    email: str
    province_id: int | None
    province: str
    city_id: int | None
    city: str
    district_id: int | None
    district: str
    place: str
    missing: list[str] = Field(description="receiver, mobile, province, city, district, place")


def address_out(address: Any) -> dict[str, Any]:
    """An address with the names of its areas."""
    return {
        "id": address.pk,
        "title": address.title,
        "receiver": address.receiver,
        "province_id": address.province_id,
        "province": address.province.name,
        "city_id": address.city_id,
        "city": address.city.name,
        "district_id": address.district_id,
        "district": address.district.name if address.district else "",
        "place": address.place,
        "mobile": address.mobile,
        "tel": address.tel,
        "email": address.email,
        "is_default": address.is_default,
    }
