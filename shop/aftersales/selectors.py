"""Reads of after-sales."""

from django.db.models import Prefetch, QuerySet

from shop.aftersales.errors import AfterSaleNotFound
from shop.aftersales.models import AfterSale, AfterSaleLine
from shop.orders.errors import OrderNotFound
from shop.orders.models import Order


def after_sales_of(*, user_id: int, state: str | None = None) -> QuerySet[AfterSale]:
    """The buyer's applications, newest first: two queries for a page of any size."""
    mine = _shown().filter(user_id=user_id)
    return mine.filter(state=state) if state is not None else mine


def after_sales_of_order(*, user_id: int, number: str) -> list[AfterSale]:
    """All applications of one of the buyer's orders, newest first. Three queries.

    Raises: OrderNotFound, also for someone else's.
    """
    if not Order.objects.filter(user_id=user_id, number=number).exists():
        raise OrderNotFound
    return list(_shown().filter(user_id=user_id, order__number=number))


def after_sale_of(*, user_id: int, number: str) -> AfterSale:
    """One of the buyer's applications. Raises: AfterSaleNotFound, also for someone else's."""
    found = _shown().filter(user_id=user_id, number=number).first()
    if found is None:
        raise AfterSaleNotFound
    return found


def after_sales_queue() -> QuerySet[AfterSale]:
    """What staff have to do something about, oldest first: two queries for a page of any size."""
    waiting = (AfterSale.State.APPLIED, AfterSale.State.RETURNING)
    return after_sales_for_staff().filter(state__in=waiting).order_by("pk")


def after_sales_for_staff() -> QuerySet[AfterSale]:
    """Every application with its buyer, order, money and lines, newest first: two queries for a page of any size."""
    return _shown().select_related("order", "user", "handled_by", "refund__payment")


def _shown() -> QuerySet[AfterSale]:
    lines = AfterSaleLine.objects.select_related("order_line").order_by("pk")
    return AfterSale.objects.select_related("order", "refund").prefetch_related(Prefetch("lines", lines))
