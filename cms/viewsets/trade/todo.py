"""The numbers on the home screen: what waits, for whoever may do it, each a way to its list."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from cms.viewsets.catalog.skus import LOW
from cms.viewsets.trade.after_sales import WAITING, tab_url
from cms.viewsets.trade.orders_listing import unshipped_for
from shop.aftersales.models import AfterSale
from shop.catalog.models import Sku
from shop.orders.models import Order
from shop.orders.states import OrderState
from shop.payments.models import BillDifference, Refund
from shop.reviews.models import Review


@dataclass(frozen=True)
class Item:
    """One number: what it is called, who sees it (all of these permissions), how it is counted, where it leads."""

    label: str | Promise
    permissions: tuple[str, ...]
    count: Callable[[], int]
    url: Callable[[], str]


def _refunds(state: Refund.State) -> Callable[[], int]:
    return lambda: Refund.objects.filter(state=state).count()


ITEMS = (
    Item(
        _("待发货"),
        ("shop.view_order", "shop.add_parcel"),
        lambda: Order.objects.filter(state=OrderState.TO_SHIP).count(),
        lambda: f"{reverse('order:index')}?state={OrderState.TO_SHIP.value}",
    ),
    Item(
        _("超过 48 小时未发货"),
        ("shop.view_order", "shop.add_parcel"),
        lambda: unshipped_for(Order.objects.all(), 48).count(),
        lambda: f"{reverse('order:index')}?late=48",
    ),
    Item(
        _("售后待处理"),
        ("shop.view_aftersale", "shop.change_aftersale"),
        lambda: AfterSale.objects.filter(state__in=WAITING).count(),
        lambda: tab_url(WAITING),
    ),
    Item(
        _("退货待签收"),
        ("shop.view_aftersale", "shop.receive_aftersale"),
        lambda: AfterSale.objects.filter(state=AfterSale.State.RETURNING).count(),
        lambda: tab_url([AfterSale.State.RETURNING]),
    ),
    Item(
        _("退款待复核"),
        ("shop.view_refund", "shop.approve_refund"),
        _refunds(Refund.State.AWAITING_APPROVAL),
        lambda: f"{reverse('refund:index')}?state={Refund.State.AWAITING_APPROVAL.value}",
    ),
    Item(
        _("退款结果未知"),
        ("shop.view_refund", "shop.change_refund"),
        _refunds(Refund.State.UNKNOWN),
        lambda: f"{reverse('refund:index')}?state={Refund.State.UNKNOWN.value}",
    ),
    Item(
        _("对账差异待处理"),
        ("shop.view_billdifference", "shop.change_billdifference"),
        lambda: BillDifference.objects.filter(settled_at=None).count(),
        lambda: f"{reverse('billdifference:index')}?open=yes",
    ),
    Item(
        _("低库存 SKU"),
        ("shop.view_sku", "shop.add_stockmovement"),
        lambda: Sku.objects.filter(is_on_sale=True, stock__lte=LOW).count(),
        lambda: f"{reverse('sku:index')}?stock_max={LOW}&is_on_sale=true",
    ),
    Item(
        _("待审核评价"),
        ("shop.view_review", "shop.change_review"),
        lambda: Review.objects.filter(state=Review.State.PENDING).count(),
        lambda: f"{reverse('review:index')}?state={Review.State.PENDING.value}",
    ),
)


class TodoPanel(Component):
    """What waits in trade; one query per number that this member of staff may act on, none for the others."""

    name = "trade_todo"
    template_name = "cms/trade/todo.html"
    order = 40

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def numbers(self) -> Iterator[tuple[str | Promise, int, str]]:
        """Label, count and link of each number."""
        user: Any = self.request.user
        for item in ITEMS:
            if all(user.has_perm(one) for one in item.permissions):
                yield item.label, item.count(), item.url()

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"numbers": list(self.numbers())}


def add_todo_panel(request: HttpRequest, panels: list[Component]) -> None:
    """The home screen begins with what waits."""
    panels.append(TodoPanel(request))
