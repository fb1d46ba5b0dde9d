"""The homepage, its parts, ads, and the site's own details."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from api.schemas.base import Moment, QueryIn, RowId
from api.schemas.skus import SkuCardOut
from cms.selectors import BlocksNow


class AdsIn(QueryIn):
    """Which slot; for a category's slots, of which category."""

    slot: str = Field(min_length=1, max_length=40, examples=["index_lbt", "index_1f_ssxp", "category_list"])
    category: RowId | None = Field(
        None, description="for `category_list` and `sku_detail`; its parents' ads count. Without it: of every category"
    )


class LinkOut(Schema):
    """What a link means; `url` is the address that this has now: a path of the storefront, or an http(s) address."""

    type: Literal["sku", "category", "page", "search", "url"]
    id: int | None = Field(description="of the product, category or page")
    url: str
    title: str = Field(description="the target's own name")


class WideOut(Schema):
    """One picture of a wide place, WebP, absolute addresses."""

    small: str = Field(description="at most 750 wide")
    large: str = Field(description="at most 1920 wide")


class SplitOut(Schema):
    """The other version of a banner or ad, seen by `share` of a hundred visitors instead of the first.

    Which one a visitor sees: FNV-1a (32 bits) over the UTF-8 bytes of `key + ":" + visitor`, then
    `h ^= h >> 16; h *= 2146121005; h ^= h >> 15; h *= 2221713035; h ^= h >> 16` with 32 bits each; version `b` when
    `h % 100 < share`, else `a`. `visitor` is the random id that the storefront keeps for the browser.
    """

    key: str
    share: int = Field(ge=0, le=100)
    title: str
    image_url: str
    images: WideOut
    url: str
    text: str
    link: LinkOut


class ItemOut(Schema):
    """A banner, notice, ad, entry, logo, channel or tag."""

    id: str = Field(description="stays the same through every edit")
    title: str = Field(description="also the picture's alternative text")
    image_url: str | None
    images: WideOut | None
    url: str | None
    text: str
    target: Literal["_self", "_blank"]
    link: LinkOut | None
    split: SplitOut | None = Field(description="the other version, while this one is tested against it")


class SpotOut(Schema):
    """A part of a picture that leads somewhere, in percent of its width and height."""

    id: str
    title: str
    x: float
    y: float
    width: float
    height: float
    url: str
    target: Literal["_self", "_blank"]
    link: LinkOut


class TabOut(Schema):
    """One tab of a floor."""

    id: str
    title: str
    slot: str = Field(description="the last part of its slot's key, or empty")
    products: list[SkuCardOut]


class CategoryNameOut(Schema):
    """A category with its path in the storefront."""

    id: int
    name: str
    url: str


class FloorOut(Schema):
    """One category's part of the homepage."""

    id: str
    title: str
    slot: str = Field(description="`1f`, `2f`, `3f` or empty: its parts are in `/ads/?slot=index_1f_…`")
    category: CategoryNameOut | None
    logo: ItemOut | None
    channels: list[ItemOut]
    tags: list[ItemOut]
    ads: list[ItemOut]
    tabs: list[TabOut]


AudienceOut = Literal["everyone", "web", "app", "new", "signed_in", "tag"]


class PlacedOut(Schema):
    """What every block says: its place among those of `/home/` and `/home/personal/`, and for whom it is."""

    id: str
    position: int = Field(description="blocks of both answers, ordered by it, are the page")
    audience: AudienceOut = Field(
        description="`web`, `app`: for that kind of storefront; what is for some visitors only is in `/home/personal/`"
    )


class CarouselOut(PlacedOut):
    """The place of banners; they stand in `banners`."""

    type: Literal["carousel"]
    seconds: int
    banner_ids: list[str]


class NoticesOut(PlacedOut):
    """The place of notices; they stand in `notices`."""

    type: Literal["notices"]
    title: str
    notice_ids: list[str]


class FloorPlaceOut(PlacedOut):
    """The place of a floor; it stands in `floors` under the same id."""

    type: Literal["floor"]


class RecommendedOut(PlacedOut):
    """The place of recommended products; they stand in `recommended`."""

    type: Literal["recommended"]
    title: str
    sku_ids: list[int]


class EntriesOut(PlacedOut):
    """Quick entries."""

    type: Literal["entries"]
    entries: list[ItemOut]


class AdRowOut(PlacedOut):
    """A row of ads."""

    type: Literal["ads"]
    title: str
    slot: str
    ads: list[ItemOut]


class ProductsOut(PlacedOut):
    """A grid of products."""

    type: Literal["products"]
    title: str
    more: LinkOut | None
    products: list[SkuCardOut]


class CountdownOut(PlacedOut):
    """Products under a clock that runs to `ends_at`."""

    type: Literal["countdown"]
    title: str
    ends_at: Moment
    images: WideOut | None
    link: LinkOut | None
    products: list[SkuCardOut]


class RichTextOut(PlacedOut):
    """Clean HTML."""

    type: Literal["rich_text"]
    html: str


class HotSpotsOut(PlacedOut):
    """A picture with several targets."""

    type: Literal["hotspots"]
    title: str
    image_url: str
    images: WideOut
    spots: list[SpotOut]


BlockOut = Annotated[
    CarouselOut
    | NoticesOut
    | FloorPlaceOut
    | RecommendedOut
    | EntriesOut
    | AdRowOut
    | ProductsOut
    | CountdownOut
    | RichTextOut
    | HotSpotsOut,
    Field(discriminator="type"),
]


class BlocksOut(Schema):
    """A page made of blocks. Nothing stands twice: `blocks` gives the order, and the content of other types."""

    banners: list[ItemOut]
    notices: list[ItemOut]
    floors: list[FloorOut]
    recommended: list[SkuCardOut]
    blocks: list[BlockOut]


class SeoPageOut(Schema):
    """What search engines and shared links show."""

    title: str
    description: str
    canonical_url: str
    share_image: WideOut | None


class FooterLinkOut(Schema):
    """A link of the footer."""

    title: str
    url: str
    target: Literal["_self", "_blank"]
    link: LinkOut


class FooterColumnOut(Schema):
    """A titled column of the footer."""

    title: str
    links: list[FooterLinkOut]


class SiteOut(Schema):
    """The shop's own details, shown on every page."""

    name: str
    slogan: str
    logo_url: str | None
    service_phone: str
    service_hours: str
    hotline: str
    company_name: str
    copyright: str
    icp_number: str
    icp_url: str
    police_number: str
    footer: list[FooterColumnOut]


class HomeOut(BlocksOut):
    """Everything that the homepage shows now, in one call."""

    title: str
    seo: SeoPageOut
    site: SiteOut
    personal: bool = Field(description="whether `/home/personal/` may have blocks for some visitors")


def personal_out(blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """One visitor's blocks as ``BlocksOut`` wants them."""
    cards = {card.id: card for block in blocks if block["type"] == "recommended" for card in block["products"]}
    return {
        "banners": [one for block in blocks if block["type"] == "carousel" for one in block["banners"]],
        "notices": [one for block in blocks if block["type"] == "notices" for one in block["notices"]],
        "floors": [block for block in blocks if block["type"] == "floor"],
        "recommended": list(cards.values()),
        "blocks": [_placed(block) for block in blocks],
    }


def blocks_out(now: BlocksNow) -> dict[str, Any]:
    """Blocks as ``BlocksOut`` wants them."""
    return {
        "banners": now.banners,
        "notices": now.notices,
        "floors": now.floors,
        "recommended": now.recommended,
        "blocks": [_placed(block) for block in now.blocks],
    }


def _placed(block: dict[str, Any]) -> dict[str, Any]:
    """A block in its place: what has a list of its own is only named."""
    match block["type"]:
        case "carousel":
            return {**block, "banner_ids": [one["id"] for one in block["banners"]]}
        case "notices":
            return {**block, "notice_ids": [one["id"] for one in block["notices"]]}
        case "recommended":
            return {**block, "sku_ids": [card.id for card in block["products"]]}
    return block


def home_out(now: BlocksNow) -> dict[str, Any]:
    """The homepage as ``HomeOut`` wants it."""
    return {
        **blocks_out(now),
        "title": now.title,
        "seo": {
            "title": now.seo_title or now.title or now.site["name"],
            "description": now.seo_description,
            "canonical_url": now.canonical_url,
            "share_image": now.share_images,
        },
        "site": now.site,
        "personal": now.has_personal,
    }
