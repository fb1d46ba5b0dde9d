"""The list of orders: what it finds and how it is narrowed."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, NumberRangeWidget, WagtailFilterSet

from cms.viewsets.filters import ChoiceFilter, DateFromToRangeFilter, MultipleChoiceFilter, RangeFilter
from kernel import clock
from shop.aftersales.models import AfterSale
from shop.orders.models import Order, OrderLine
from shop.orders.states import OrderState, PayMethod

#: Hours after which somebody asks where the parcel is.
LATE = [
    (24, _("超过 24 小时未发货")),
    (48, _("超过 48 小时未发货")),
    (72, _("超过 3 天未发货")),
    (168, _("超过 7 天未发货")),
]


def listed_orders(rows: QuerySet[Order]) -> QuerySet[Order]:
    """These orders with all that a row of the list or of the export shows: two queries for any number."""
    open_ones = AfterSale.objects.filter(order=OuterRef("pk"), state__in=AfterSale.OPEN)
    return (
        rows.select_related("user")
        .annotate(has_open_after_sale=Exists(open_ones))
        .prefetch_related(Prefetch("lines", OrderLine.objects.order_by("pk")))
    )


def search_orders(rows: QuerySet[Order], query: str, *, in_full: bool) -> QuerySet[Order]:
    """Orders by number, receiver, mobile, buyer, or the name or code of a SKU in them.

    Who may not see a mobile in full (``in_full``) finds an order by the whole number only: searching for
    parts would tell it digit by digit.
    """
    text = query.replace("\x00", "").strip()
    if not text:
        return rows
    of_line = OrderLine.objects.filter(Q(name__icontains=text) | Q(sku__code__icontains=text), order=OuterRef("pk"))
    mobile = Q(receiver_mobile__contains=text) if in_full else Q(receiver_mobile=text)
    named = Q(number__startswith=text) | Q(receiver__icontains=text) | Q(user__username__icontains=text)
    return rows.filter(named | mobile | Exists(of_line))


def unshipped_for(rows: QuerySet[Order], hours: int) -> QuerySet[Order]:
    """Those of these orders that have waited to be sent for more than so many hours since they were paid."""
    late = clock.now() - timedelta(hours=hours)
    waiting = rows.filter(state=OrderState.TO_SHIP)
    return waiting.annotate(could_ship_at=Coalesce("paid_at", "created_at")).filter(could_ship_at__lt=late)


class OrderFilterSet(WagtailFilterSet):
    state = MultipleChoiceFilter(label=_("状态"), choices=OrderState.choices, widget=forms.CheckboxSelectMultiple)
    pay_method = ChoiceFilter(label=_("支付方式"), choices=PayMethod.choices, empty_label=_("全部"))
    created_at = DateFromToRangeFilter(label=_("下单时间"), widget=DateRangePickerWidget)
    payable = RangeFilter(label=_("应付金额"), widget=NumberRangeWidget)
    after_sale = ChoiceFilter(
        label=_("售后"),
        choices=[("open", _("处理中")), ("any", _("有过售后")), ("none", _("无售后"))],
        empty_label=_("全部"),
        method="by_after_sale",
    )
    late = ChoiceFilter(label=_("发货超时"), choices=LATE, empty_label=_("全部"), method="by_lateness")

    class Meta:
        model = Order
        fields = ["state", "pay_method", "created_at", "payable"]

    def by_after_sale(self, rows: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        theirs: Any = AfterSale.objects.filter(order=OuterRef("pk"))
        if value == "open":
            theirs = theirs.filter(state__in=AfterSale.OPEN)
        return rows.filter(~Exists(theirs) if value == "none" else Exists(theirs))

    def by_lateness(self, rows: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        return unshipped_for(rows, int(value))
