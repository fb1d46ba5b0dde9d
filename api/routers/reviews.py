"""Reviews: what waits for one, writing one, and what others wrote."""

from typing import Any

from django.http import HttpRequest
from ninja import File, Query, Router, Status, UploadedFile

from api.auth import BuyerRequest, buyer
from api.hot import hot
from api.problems import guarded, problems
from api.schemas.base import RowId
from api.schemas.orders import OrderNumber
from api.schemas.reviews import (
    CommentedOut,
    CommentIn,
    CommentOut,
    CommentsIn,
    PictureUploadedOut,
    UncommentedOut,
    comment_out,
    images_out,
)
from kernel.errors import TooOften
from kernel.regions import CATALOG
from media.joined import card_urls
from media.renditions import absolute
from media.validators import NotAPicture, PictureTooBig, PictureTooManyPixels
from shop.catalog import selectors as catalog
from shop.catalog.errors import SkuNotFound
from shop.orders.errors import OrderNotFound
from shop.reviews import selectors
from shop.reviews.errors import (
    AlreadyReviewed,
    LineNotFound,
    LineRefunded,
    NotYetReviewable,
    PictureUnknown,
    ScoreWrong,
    TextTooLong,
    TextTooShort,
    TooManyPictures,
)
from shop.reviews.pictures import keep_picture, picture_url
from shop.reviews.services import write_review

#: Under an order's address.
of_orders = Router(auth=buyer)
#: Under a SKU's address.
of_skus = Router()
router = Router(auth=buyer)


@of_orders.get(
    "/{order_id}/uncommentgoods/",
    response={200: list[UncommentedOut], **guarded(OrderNotFound)},
    operation_id="list_uncommented",
    summary="What waits for my review",
)
def uncommented(request: BuyerRequest, order_id: OrderNumber) -> Any:
    """The lines of an order of mine that wait for a review; none before the goods have come."""
    lines = selectors.lines_to_review(user_id=request.auth.pk, number=order_id)
    pictures = card_urls((line.image_id, getattr(line, "image_file", None)) for line in lines)
    return [
        {
            "id": line.pk,
            "sku": {"id": line.sku_id, "name": line.name, "default_image_url": pictures.get(line.image_id or 0)},
            "options": line.options,
            "price": line.price,
            "count": line.count,
        }
        for line in lines
    ]


@of_orders.post(
    "/{order_id}/comments/",
    response={
        201: CommentedOut,
        **guarded(
            *(OrderNotFound, LineNotFound, NotYetReviewable, LineRefunded, AlreadyReviewed),
            *(ScoreWrong, TextTooShort, TextTooLong, TooManyPictures, PictureUnknown),
        ),
    },
    operation_id="write_comment",
    summary="Write a review",
)
def write(request: BuyerRequest, order_id: OrderNumber, body: CommentIn) -> Status[dict[str, Any]]:
    """Review a SKU of an order of mine that has come, once; with the last one the order is done."""
    review = write_review(
        number=order_id,
        sku_id=body.sku,
        by=request.auth,
        score=body.score,
        text=body.comment,
        is_anonymous=body.is_anonymous,
        pictures=body.images,
    )
    return Status(
        201,
        {
            "id": review.pk,
            "sku": review.sku_id,
            "comment": review.text,
            "score": review.score,
            "is_anonymous": review.is_anonymous,
            "images": images_out(review.images),
            "is_shown": review.state == review.State.SHOWN,
            "order_status": review.order_line.order.state,
        },
    )


@router.post(
    "/pictures/",
    response={201: PictureUploadedOut, **guarded(NotAPicture, PictureTooBig, PictureTooManyPixels, TooOften)},
    operation_id="upload_comment_picture",
    summary="Upload a picture for a review",
)
def upload_picture(request: BuyerRequest, file: File[UploadedFile]) -> Status[dict[str, str]]:
    """Upload a picture for a review (multipart field `file`, at most 5 MB); it is drawn anew by us."""
    given, name = keep_picture(user_id=request.auth.pk, file=file)
    return Status(201, {"picture": given, "url": absolute(picture_url(name))})


# ``int`` in the path, or this route would swallow every word that stands there.
@of_skus.get(
    "/{int:sku_id}/comments/",
    response={200: list[CommentOut], **problems(SkuNotFound)},
    operation_id="list_comments",
    summary="Reviews of a SKU",
)
@hot(
    list[CommentOut],
    region=CATALOG,
    until=catalog.next_sale_switch,
    keep=lambda sku_id, query: query.is_asked_by_many,
)
def comments(request: HttpRequest, sku_id: RowId, query: Query[CommentsIn]) -> Any:
    """What buyers say of a SKU that is on sale, newest first; a page past the end is empty."""
    spu_id = selectors.spu_on_sale(sku_id=sku_id)
    whose = {"spu_id": spu_id} if query.scope == "spu" else {"sku_id": sku_id}
    rows = selectors.shown_reviews(score=query.score, with_images=query.with_images, **whose)
    start = (query.page - 1) * query.page_size
    return [comment_out(row) for row in rows[start : start + query.page_size]]
