"""Reads of reviews."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Sum

from media.joined import card_file
from shop.catalog.errors import SkuNotFound
from shop.catalog.selectors import skus_on_sale
from shop.orders.errors import OrderNotFound
from shop.orders.models import Order, OrderLine
from shop.orders.services.receiving import to_review
from shop.orders.states import OrderState
from shop.reviews.models import Review

#: From so many stars on a review is a good one.
GOOD = 4


@dataclass(frozen=True, slots=True)
class Summary:
    """The shown reviews in numbers. ``average``: 0 to 5 with one place; ``good_rate``: whole percent; None for none."""

    count: int = 0
    average: float | None = None
    good_rate: int | None = None
    with_images: int = 0
    stars: Mapping[int, int] = field(default_factory=dict)


def shown_reviews(
    *, sku_id: int | None = None, spu_id: int | None = None, score: int | None = None, with_images: bool = False
) -> QuerySet[Review]:
    """The reviews of a SKU, or of all SKUs of a product, that everybody sees, newest first. One query."""
    rows = _shown(sku_id, spu_id).select_related("user", "order_line").order_by("-pk")
    if score is not None:
        rows = rows.filter(score=score)
    return rows.exclude(images=[]) if with_images else rows


def review_summary(*, sku_id: int | None = None, spu_id: int | None = None) -> Summary:
    """The numbers of a SKU's shown reviews, or of a product's. One query, however many there are."""
    rows = _shown(sku_id, spu_id).order_by()
    stars = {f"stars_{number}": Count("pk", filter=Q(score=number)) for number in range(6)}
    found = rows.aggregate(
        all=Count("pk"),
        sum=Sum("score"),
        good=Count("pk", filter=Q(score__gte=GOOD)),
        pictured=Count("pk", filter=~Q(images=[])),
        **stars,
    )
    if not found["all"]:
        return Summary(stars=dict.fromkeys(range(6), 0))
    return Summary(
        count=found["all"],
        average=_half_up(10 * found["sum"], found["all"]) / 10,
        good_rate=_half_up(100 * found["good"], found["all"]),
        with_images=found["pictured"],
        stars={number: found[f"stars_{number}"] for number in range(6)},
    )


def spu_on_sale(*, sku_id: int) -> int:
    """The product of a SKU that is on sale now. One query. Raises: SkuNotFound."""
    spu_id = skus_on_sale().filter(pk=sku_id).values_list("spu_id", flat=True).first()
    if spu_id is None:
        raise SkuNotFound(sku_id=sku_id)
    return spu_id


def shown_name(review: Review) -> str:
    """The name under a review: an anonymous buyer keeps the first and the last character."""
    name = review.user.nickname or review.user.username
    if not review.is_anonymous:
        return name
    return f"{name[:1]}***{name[-1:]}" if len(name) > 1 else "***"


def lines_to_review(*, user_id: int, number: str) -> list[OrderLine]:
    """The lines of one of the buyer's orders that wait for a review; none before it has come. Two queries.

    Raises: OrderNotFound, also for someone else's.
    """
    lines = to_review(OrderLine.objects).annotate(image_file=card_file(OuterRef("image_id"))).order_by("pk")
    order = Order.objects.filter(user_id=user_id, number=number).prefetch_related(Prefetch("lines", lines)).first()
    if order is None:
        raise OrderNotFound
    if order.state != OrderState.TO_REVIEW:
        return []
    return list(order.lines.all())


def reviews_for_staff() -> QuerySet[Review]:
    """Every review with what staff see of it, newest first. One query."""
    return Review.objects.select_related("user", "sku", "spu", "order_line__order", "replied_by").order_by("-pk")


def _half_up(part: int, whole: int) -> int:
    """The quotient of whole numbers, a half going up."""
    return (2 * part + whole) // (2 * whole)


def _shown(sku_id: int | None, spu_id: int | None) -> QuerySet[Review]:
    shown = Review.objects.filter(state=Review.State.SHOWN)
    if sku_id is not None:
        shown = shown.filter(sku_id=sku_id)
    return shown.filter(spu_id=spu_id) if spu_id is not None else shown
