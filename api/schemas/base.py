"""Types that every schema shares: money, times, ids, pictures, query values."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import urlencode

from django.utils import timezone
from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, model_validator

from kernel import money

#: Yuan as text with two places, ``"6499.00"``.
Yuan = Annotated[
    Decimal,
    PlainSerializer(money.text, return_type=str),
    Field(json_schema_extra={"type": "string", "pattern": r"^-?\d+\.\d{2}$", "examples": ["6499.00"]}),
]

#: ISO 8601 with the shop's offset.
Moment = Annotated[datetime, PlainSerializer(lambda at: timezone.localtime(at).isoformat(), return_type=str)]

#: A row's number; more digits than a column holds is a bad value, not a crash.
RowId = Annotated[int, Field(ge=1, le=2**63 - 1)]

#: A price in a filter.
PriceFilter = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]


class QueryIn(Schema):
    """Query values. Clients send ``min_price=`` for "no lower price": empty means absent.

    A route has one such schema with all its query values: kept bytes and the addresses of other pages
    are made from it, so what is not in it does not exist.
    """

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, values: Any) -> Any:
        given = getattr(values, "_obj", values)
        if not isinstance(given, dict):
            return values
        return {
            name: [one for one in value if one != ""] if isinstance(value, list) else value
            for name, value in given.items()
            if value not in ("", [], [""])
        }

    def as_query(self, **changed: Any) -> str:
        """These values, with some of them changed, as they stand in an address; defaults are left out."""
        values = self.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude_none=True)
        values.update(changed)
        return urlencode(
            {name: str(value).lower() if isinstance(value, bool) else value for name, value in values.items()},
            doseq=True,
        )


class Told(BaseModel):
    """What is answered in rows by the dozen, from plain values of selectors.

    Ninja's own schema wraps each object to call methods and read managers, which takes longer than all the rest of
    validating; what selectors return has neither.
    """

    model_config = ConfigDict(from_attributes=True)


class ImagesOut(Told):
    """One picture in ready sizes, WebP, absolute addresses."""

    thumb: str = Field(description="160 × 160, cut around the focal point")
    card: str = Field(description="400 × 400, cut around the focal point")
    full: str = Field(description="at most 1200 × 1200, whole")
