"""What this contract's client sends and reads. Money is a JSON number, "goods" is an SPU."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Schema
from pydantic import Field, PlainSerializer, StringConstraints, field_validator, model_validator

from accounts.addressing.rules import LONGEST_PLACE, LONGEST_RECEIVER, MOBILE
from api.pagination import DEEPEST, MOST, PageIn
from api.schemas.accounts import GivenPassword, NewPassword, TrimmedText
from api.schemas.base import PriceFilter, RowId
from shop.catalog.selectors import ProductFilters, ProductOrdering

#: Yuan as a JSON number.
YuanNumber = Annotated[Decimal, PlainSerializer(float, return_type=float)]
#: Local time to the minute, as the client prints it.
Minute = Annotated[datetime, PlainSerializer(lambda at: f"{timezone.localtime(at):%Y-%m-%d %H:%M}", return_type=str)]
MobileText = Annotated[str, StringConstraints(strip_whitespace=True, pattern=MOBILE)]
Signer = Annotated[TrimmedText, Field(min_length=1, max_length=LONGEST_RECEIVER)]
#: The client's own page size.
PAGE_SIZE = 12


def _either(name: str, other: str) -> Any:
    """A validator that takes what was sent as ``other`` for ``name``, where that is absent or empty."""

    def read(values: Any) -> Any:
        given = getattr(values, "_obj", values)
        if isinstance(given, dict) and given.get(name) in (None, "") and given.get(other) not in (None, ""):
            return {**given, name: given[other]}
        return values

    return model_validator(mode="before")(read)


class CodeIn(Schema):
    mobile: MobileText


class CodeOut(Schema):
    mobile: str


class SignUpIn(Schema):
    username: MobileText = Field(description="the mobile")
    password: NewPassword
    code: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{4,6}$")]


class LoginIn(Schema):
    username: Annotated[TrimmedText, Field(min_length=1, max_length=254)] = Field(description="name or mobile")
    password: GivenPassword


class TokenOut(Schema):
    """A login of seven days."""

    username: str
    name: str
    token: str


class Gender(StrEnum):
    MALE = "male"
    FEMALE = "female"


class ProfileIn(Schema):
    """What is not named stays; an empty text counts as not named."""

    name: Annotated[TrimmedText, Field(min_length=1, max_length=30)] | None = None
    birthday: date | None = None
    gender: Gender | None = None
    email: Annotated[TrimmedText, Field(max_length=100)] | None = None
    mobile: MobileText | None = Field(None, description="as it is; another one needs a code, which this form has not")

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_absent(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("birthday", mode="before")
    @classmethod
    def _day_of_a_moment(cls, value: object) -> object:
        # A date picker's value goes through JSON as a moment.
        return value[:10] if isinstance(value, str) and len(value) > 10 and value[10] == "T" else value


class ProfileOut(Schema):
    name: str
    birthday: date | None
    gender: Literal["male", "female"]
    email: str
    mobile: str


class GoodsIn(PageIn):
    """Which goods, in which order, which page. Empty values count as absent."""

    page: int = Field(1, ge=1, le=DEEPEST)
    p: int | None = Field(None, ge=1, le=DEEPEST, description="another name of `page`")
    page_size: int = Field(PAGE_SIZE, ge=1, le=MOST)
    top_category: RowId | None = Field(None, description="a category of any level")
    ordering: Literal["add_time", "-add_time", "sold_num", "-sold_num", "shop_price", "-shop_price"] | None = None
    pricemin: PriceFilter | None = None
    pricemax: PriceFilter | None = None
    min_price: PriceFilter | None = Field(None, description="another name of `pricemin`")
    max_price: PriceFilter | None = Field(None, description="another name of `pricemax`")
    search: Annotated[str, Field(max_length=100)] = ""
    is_new: bool | None = None
    is_hot: bool | None = None

    @model_validator(mode="after")
    def _one_name_each(self) -> "GoodsIn":
        # So that both spellings are one entry of the kept bytes, and one address of the next page.
        if self.p is not None:
            self.page, self.p = (self.page if "page" in self.model_fields_set else self.p), None
        if self.min_price is not None:
            self.pricemin, self.min_price = (self.min_price if self.pricemin is None else self.pricemin), None
        if self.max_price is not None:
            self.pricemax, self.max_price = (self.max_price if self.pricemax is None else self.pricemax), None
        return self

    @property
    def filters(self) -> ProductFilters:
        return ProductFilters(
            category_id=self.top_category,
            min_price=self.pricemin,
            max_price=self.pricemax,
            is_new=self.is_new,
            is_hot=self.is_hot,
        )

    @property
    def in_order(self) -> ProductOrdering | None:
        names = {"add_time": "create_time", "sold_num": "sales", "shop_price": "price"}
        if self.ordering is None:
            return None
        down = "-" if self.ordering.startswith("-") else ""
        return ProductOrdering(down + names[self.ordering.removeprefix("-")])

    @property
    def is_asked_by_many(self) -> bool:
        """Whether others will ask the same: what one visitor typed is not worth keeping."""
        return not self.search and self.pricemin is None and self.pricemax is None and self.page_size == PAGE_SIZE


class GoodsRefOut(Schema):
    """Goods as rows of other lists name them."""

    id: int
    name: str
    shop_price: YuanNumber
    goods_front_image: str | None


class GoodsOut(GoodsRefOut):
    """Goods of a list."""

    goods_brief: str
    market_price: YuanNumber
    sold_num: int
    category: int
    is_new: bool
    is_hot: bool
    add_time: Minute


class PictureOut(Schema):
    image: str | None


class GoodsDetailOut(GoodsOut):
    """Goods with what their page shows."""

    goods_desc: str = Field(description="clean HTML")
    goods_num: int = Field(description="pieces left, over all variants")
    ship_free: bool
    click_num: int
    fav_num: int
    images: list[PictureOut] = Field(description="never empty")


class CategoryOut(Schema):
    """A category with what is under it."""

    id: int
    name: str
    is_tab: bool = Field(description="whether it stands in the head of the page: the top level does")
    sub_cat: list["CategoryOut"]


class BrandOut(Schema):
    id: int
    name: str
    image: str | None


class AdGoodsOut(Schema):
    id: int
    goods_front_image: str | None


class NoAdOut(Schema):
    """An empty object."""


class IndexGoodsOut(Schema):
    """A floor of the homepage."""

    id: int
    name: str
    brands: list[BrandOut]
    sub_cat: list[CategoryOut]
    ad_goods: AdGoodsOut | NoAdOut
    goods: list[GoodsOut]


class BannerOut(Schema):
    goods: int
    image: str | None
    index: int


class HotWordOut(Schema):
    keywords: str
    index: int


class GoodsKeyIn(Schema):
    goods: RowId


class FavOut(Schema):
    id: int = Field(description="the goods' id: the key of this list")
    goods: GoodsRefOut


class MessageIn(Schema):
    subject: Annotated[TrimmedText, Field(min_length=1, max_length=100)]
    message: Annotated[TrimmedText, Field(min_length=1, max_length=2000)]
    message_type: int = Field(1, ge=1, le=5)


class MessageOut(Schema):
    id: int
    message_type: int
    subject: str
    message: str
    file: str | None
    add_time: Minute


class AddressIn(Schema):
    """Areas by their names; the district may be absent."""

    province: Annotated[TrimmedText, Field(min_length=1, max_length=50)]
    city: Annotated[TrimmedText, Field(min_length=1, max_length=50)]
    district: Annotated[TrimmedText, Field(max_length=50)] = ""
    address: Annotated[TrimmedText, Field(min_length=1, max_length=LONGEST_PLACE)]
    signer_name: Signer
    signer_mobile: MobileText

    @field_validator("district", mode="before")
    @classmethod
    def _none_is_empty(cls, value: object) -> object:
        return "" if value is None else value


class AddressPatch(Schema):
    """What is not named stays."""

    province: Annotated[TrimmedText, Field(max_length=50)] | None = None
    city: Annotated[TrimmedText, Field(max_length=50)] | None = None
    district: Annotated[TrimmedText, Field(max_length=50)] | None = None
    address: Annotated[TrimmedText, Field(min_length=1, max_length=LONGEST_PLACE)] | None = None
    signer_name: Signer | None = None
    signer_mobile: MobileText | None = None


class AddressOut(Schema):
    id: int
    province: str
    city: str
    district: str
    address: str
    signer_name: str
    signer_mobile: str
    add_time: Minute


class CartIn(Schema):
    goods: RowId
    nums: int = Field(1, ge=1, le=10**6, description="also as `goods_num`")

    _two_names = _either("nums", "goods_num")


class CartPatch(Schema):
    nums: int = Field(ge=1, le=10**6, description="also as `goods_num`")

    _two_names = _either("nums", "goods_num")


class CartRowOut(Schema):
    nums: int
    goods: GoodsRefOut


class CartChangedOut(Schema):
    goods: int
    nums: int


class OrderIn(Schema):
    """The whole cart, sent to an address in one line. ``order_mount`` is read by nobody: the shop counts."""

    address: Annotated[TrimmedText, Field(min_length=1, max_length=200)]
    signer_name: Signer
    singer_mobile: MobileText = Field(description="also as `signer_mobile`")
    post_script: Annotated[TrimmedText, Field(max_length=200)] = ""

    _two_names = _either("singer_mobile", "signer_mobile")

    @field_validator("post_script", mode="before")
    @classmethod
    def _none_is_empty(cls, value: object) -> object:
        return "" if value is None else value


class OrderGoodsOut(Schema):
    goods: GoodsRefOut
    goods_num: int


class OrderOut(Schema):
    """An order. ``alipay_url`` is empty where nothing is to be paid, and in lists."""

    id: int
    order_sn: str
    add_time: Minute
    order_mount: YuanNumber
    pay_status: Literal["paying", "TRADE_SUCCESS", "TRADE_CLOSED"]
    post_script: str
    address: str
    signer_name: str
    singer_mobile: str
    alipay_url: str
    goods: list[OrderGoodsOut]
