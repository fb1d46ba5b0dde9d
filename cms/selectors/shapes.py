"""What the selectors of content give: plain values, ready for the API's schemas and for templates alike."""

from typing import Any, Literal, TypedDict

from shop.catalog.selectors import SkuCard

LinkType = Literal["sku", "category", "page", "search", "url"]


class Link(TypedDict):
    """Where something leads: what it means, and the address that this has now."""

    type: LinkType
    id: int | None
    url: str
    title: str


class Pictures(TypedDict):
    """One picture in the sizes of a wide place, absolute addresses, WebP."""

    small: str
    large: str


class Split(TypedDict):
    """The other version of a banner or ad. ``share`` of a hundred visitors see it, chosen by ``key`` (cms.split)."""

    key: str
    share: int
    title: str
    image_url: str
    images: Pictures
    url: str
    text: str
    link: Link


class Item(TypedDict):
    """A banner, notice, ad, entry, logo, channel or tag. ``target`` is the window it opens in."""

    id: str
    title: str
    image_url: str | None
    images: Pictures | None
    url: str | None
    text: str
    target: str
    link: Link | None
    split: Split | None


class Spot(TypedDict):
    """A part of a picture that leads somewhere, in percent."""

    id: str
    title: str
    x: float
    y: float
    width: float
    height: float
    url: str
    target: str
    link: Link


class Tab(TypedDict):
    """One tab of a floor."""

    id: str
    title: str
    slot: str
    products: list[SkuCard]


class CategoryName(TypedDict):
    id: int
    name: str
    url: str


class Floor(TypedDict):
    """One category's part of the homepage."""

    id: str
    type: Literal["floor"]
    title: str
    slot: str
    category: CategoryName | None
    logo: Item | None
    channels: list[Item]
    tags: list[Item]
    ads: list[Item]
    tabs: list[Tab]


#: One block of a page in its place; ``type`` says which keys it has.
Block = dict[str, Any]
