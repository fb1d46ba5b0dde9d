"""SKUs: the card of every list, the detail page, what lists are filtered by."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from api.pagination import PageIn
from api.schemas.base import ImagesOut, PriceFilter, RowId, Told, Yuan
from api.schemas.catalog import BreadcrumbOut, SeoOut, breadcrumb_out
from media.renditions import with_absolute_media
from shop.catalog.selectors import Ordering, SkuDetail, SkuFilters, stock_left

#: ``in_stock``: 6 pieces or more; ``low``: 1 to 5; ``sold_out``: none.
StockStateOut = Literal["in_stock", "low", "sold_out"]

SpecFilter = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^[^:：]{1,20}[:：][^:：].{0,29}$"),
    Field(examples=["颜色:黑色"]),
]
#: More than this nobody ticks; each costs the database a look.
MOST_SPECS = 20


class SkusIn(PageIn):
    """Page, order and filters of a list of SKUs."""

    ordering: Ordering = Field(Ordering.CREATE_TIME_DOWN, description="`-` is downwards")
    min_price: PriceFilter | None = None
    max_price: PriceFilter | None = None
    in_stock: bool = Field(False, description="only what can be bought now")
    spec: list[SpecFilter] = Field(
        [],
        max_length=MOST_SPECS,
        description="`spec:option`, repeated; options of one spec are alternatives, different specs must all fit",
    )

    @property
    def filters(self) -> SkuFilters:
        pairs = (text.replace("：", ":", 1).partition(":") for text in self.spec)
        return SkuFilters(
            min_price=self.min_price,
            max_price=self.max_price,
            brand_id=getattr(self, "brand", None),
            in_stock=self.in_stock,
            specs=[(spec.strip(), option.strip()) for spec, _colon, option in pairs],
        )

    @property
    def is_asked_by_many(self) -> bool:
        """Whether the shop's own links ask this: any order, the first pages, no filter that a visitor makes up."""
        made_up = {"min_price", "max_price", "spec", "brand", "page_size"}
        fields = type(self).model_fields
        return self.page <= 20 and all(getattr(self, name) == fields[name].default for name in made_up & set(fields))


class CategorySkusIn(SkusIn):
    """The same for a category, where a brand may be chosen."""

    brand: RowId | None = Field(None, description="a brand's id")


class SkuCardOut(Told):
    """One SKU of a list."""

    id: int
    name: str
    caption: str
    price: Yuan
    market_price: Yuan | None
    default_image_url: str | None = Field(description="400 × 400, WebP; null without a picture")
    images: ImagesOut | None
    sales: int
    comments: int
    stock_state: StockStateOut


class OptionOut(Schema):
    """One option of a spec."""

    id: int
    value: str
    selected: bool
    sku_id: int | None = Field(description="the SKU that differs in this option alone; null where none is on sale")
    sold_out: bool = Field(description="nothing can be bought there, or there is no such SKU")


class SpecOut(Schema):
    """One spec with its options in the merchant's order."""

    id: int
    name: str
    options: list[OptionOut]


class PictureOut(ImagesOut):
    """A picture of the gallery."""

    alt: str = Field(description="what it shows, for those who cannot see it")


class SkuBrandOut(Schema):
    """The maker."""

    id: int
    name: str
    logo: ImagesOut | None


class SpuOut(Schema):
    """The product that the SKU is one choice of. The texts are clean HTML."""

    id: int
    name: str
    caption: str
    slug: str
    detail: str
    packing: str
    service: str
    ship_free: bool
    is_new: bool
    is_hot: bool


class AdImagesOut(Schema):
    """One picture in the sizes of a wide place, WebP."""

    small: str
    large: str


class AdOut(Schema):
    """The ad of the product's category, or of the nearest one above it that has any."""

    title: str
    text: str
    image_url: str | None
    images: AdImagesOut | None
    url: str | None
    target: str = Field(description="the window it opens in: `_self` or `_blank`")


class ReviewsOut(Schema):
    """The SKU's reviews in numbers."""

    count: int
    average: float | None = Field(description="0 to 5 with one place; null without reviews")
    good_rate: int | None = Field(description="percent with 4 stars or 5; null without reviews")
    with_images: int = Field(description="how many have pictures")
    stars: dict[int, int] = Field(description="how many have so many stars")


class SkuDetailOut(SkuCardOut):
    """Everything that the detail page shows."""

    stock_left: int | None = Field(description="pieces, only where `stock_state` is not `in_stock`")
    weight_grams: int
    spu: SpuOut
    brand: SkuBrandOut | None
    pictures: list[PictureOut] = Field(description="the SKU's own first")
    specs: list[SpecOut]
    breadcrumb: BreadcrumbOut
    ad: AdOut | None
    reviews: ReviewsOut
    related: list[SkuCardOut]
    seo: SeoOut


def detail_out(detail: SkuDetail, *, ad: Any, reviews: Any) -> dict[str, Any]:
    """A detail as ``SkuDetailOut`` wants it."""
    sku, spu, card = detail.sku, detail.sku.spu, detail.card
    return {
        **{name: getattr(card, name) for name in SkuCardOut.model_fields},
        "stock_left": stock_left(sku.stock),
        "weight_grams": sku.weight_grams,
        "spu": {
            **{name: getattr(spu, name) for name in SpuOut.model_fields},
            **{name: with_absolute_media(getattr(spu, name)) for name in ("detail", "packing", "service")},
        },
        "brand": {"id": detail.brand.pk, "name": detail.brand.name, "logo": detail.brand_logo}
        if detail.brand
        else None,
        "pictures": [{**picture.images, "alt": picture.alt} for picture in detail.gallery],
        "specs": detail.specs,
        "breadcrumb": breadcrumb_out(detail.breadcrumb),
        "ad": ad,
        "reviews": reviews,
        "related": detail.related,
        "seo": {
            "title": spu.seo_title or sku.name,
            "description": spu.seo_description or spu.caption,
        },
    }
