"""Reviews of what buyers bought."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from api.schemas.base import Moment, QueryIn, RowId, Yuan
from api.schemas.messages import Lines
from api.schemas.orders import OrderSkuOut
from media.renditions import absolute
from shop.reviews.pictures import MOST, picture_url
from shop.reviews.selectors import Summary, shown_name

#: Characters of a text before tags are taken off; what may stay is less.
LONGEST = 4000


class CommentIn(Schema):
    """A review of one line of my order."""

    sku: RowId = Field(description="the SKU's id, once in an order")
    comment: Annotated[Lines, Field(max_length=LONGEST, description="5 to 1000 characters of plain text")]
    score: int = Field(5, ge=0, le=5, description="stars")
    is_anonymous: bool = False
    images: list[Annotated[str, Field(max_length=400)]] = Field(
        [], max_length=MOST, description="`picture` of uploads of mine, not older than a day"
    )


class CommentsIn(QueryIn):
    """Which reviews of a SKU."""

    page: int = Field(1, ge=1, le=10_000)
    page_size: int = Field(10, ge=1, le=100)
    score: int | None = Field(None, ge=0, le=5, description="only those with so many stars")
    with_images: bool = Field(False, description="only those with pictures")
    scope: Literal["sku", "spu"] = Field("sku", description="`spu`: of all SKUs of its product")

    @property
    def is_asked_by_many(self) -> bool:
        """Whether a product page asks this: the first pages, as long as usual."""
        return self.page <= 5 and self.page_size == 10


class CommentOut(Schema):
    """A review as everybody sees it."""

    id: int
    username: str = Field(description="masked if anonymous")
    comment: str
    score: int
    options: str = Field(description="the chosen specs")
    images: list[str]
    reply: str = Field(description="the merchant's; empty without one")
    reply_time: Moment | None
    create_time: Moment


class CommentedOut(Schema):
    """My review, and where the order is now."""

    id: int
    sku: int
    comment: str
    score: int
    is_anonymous: bool
    images: list[str]
    is_shown: bool = Field(description="false while it waits for the shop")
    order_status: int


class UncommentedOut(Schema):
    """A line that waits for a review."""

    id: int
    sku: OrderSkuOut
    options: str
    price: Yuan
    count: int


class PictureUploadedOut(Schema):
    """A picture to be named in a review."""

    picture: str = Field(description="to be sent as one of `images`, by the same buyer, within a day")
    url: str


def images_out(names: list[str]) -> list[str]:
    """The addresses of a review's pictures."""
    return [absolute(picture_url(name)) for name in names]


def comment_out(review: Any) -> dict[str, Any]:
    """A review, with buyer and order line loaded, as ``CommentOut`` wants it."""
    return {
        "id": review.pk,
        "username": shown_name(review),
        "comment": review.text,
        "score": review.score,
        "options": review.order_line.options,
        "images": images_out(review.images),
        "reply": review.reply,
        "reply_time": review.replied_at,
        "create_time": review.created_at,
    }


def summary_out(summary: Summary) -> dict[str, Any]:
    """A summary as ``ReviewsOut`` wants it."""
    return {
        "count": summary.count,
        "average": summary.average,
        "good_rate": summary.good_rate,
        "with_images": summary.with_images,
        "stars": summary.stars,
    }
