"""What storefronts tell about what was seen and clicked."""

from typing import Literal

from ninja import Schema
from pydantic import Field


class SightingIn(Schema):
    """One thing that was seen or clicked."""

    id: str = Field(
        min_length=1,
        max_length=64,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="of a block, of a banner, ad, entry or notice in it, or of a category's ad: the `id` of the answer",
    )
    kind: Literal["impression", "click"]
    variant: Literal["", "a", "b"] = Field("", description="which version, where the item has a `split`")


class BeaconIn(Schema):
    """Up to 50 things at once, as `navigator.sendBeacon` sends them when a page is left."""

    visitor: str = Field(
        pattern=r"^[A-Za-z0-9_-]{16,64}$",
        description="the random id that the storefront made for this browser; only a hash of it and of the day is kept",
    )
    items: list[SightingIn] = Field(min_length=1, max_length=50)
