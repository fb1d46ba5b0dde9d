"""Orders: the list, its export, and one page per order with everything that happened and may be done."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton

from cms.exports import SafeExportMixin
from cms.viewsets.columns import ComputedColumn, MoneyColumn
from cms.viewsets.inspecting import PlainInspectView
from cms.viewsets.read_only import ReadOnlyViewSet
from cms.viewsets.trade.bulk_shipping import BulkShippingView, bulk_template
from cms.viewsets.trade.columns import (
    SEE_IN_FULL,
    OrderStateColumn,
    ReceiverColumn,
    goods,
    goods_in_short,
    receiver_mobile,
)
from cms.viewsets.trade.order_actions import CANCEL, NOTE, REPRICE, CancelView, NoteView, RepriceView
from cms.viewsets.trade.order_detail import Text, address_shown, cancel_reason, shown_orders, sums, timeline
from cms.viewsets.trade.orders_listing import OrderFilterSet, listed_orders, search_orders
from cms.viewsets.trade.refund_form import REQUEST, RequestRefundView, is_refundable
from cms.viewsets.trade.shipping import SHIP, ShipView, WaybillView
from shop.orders.models import Order
from shop.orders.states import OrderState, PayMethod


@dataclass(frozen=True)
class Action:
    """A button on the order's page, for whoever may press it while the order is where it makes sense."""

    name: str
    label: Text
    permission: str
    when: Callable[[Order], bool]
    is_serious: bool = False


def _is_cancellable(order: Order) -> bool:
    on_delivery = order.pay_method == PayMethod.CASH_ON_DELIVERY and order.state == OrderState.TO_SHIP
    return order.state == OrderState.UNPAID or (on_delivery and not order.parcels.all())


ACTIONS: list[Action] = [
    Action("ship", _("发货"), SHIP, lambda order: order.state == OrderState.TO_SHIP),
    Action("note", _("备注"), NOTE, lambda order: True),
    Action("reprice", _("改价"), REPRICE, lambda order: order.state == OrderState.UNPAID),
    Action("refund", _("退款"), REQUEST, is_refundable),
    Action("cancel", _("取消订单"), CANCEL, _is_cancellable, is_serious=True),
]


class OrderIndexView(SafeExportMixin, generic.IndexView):
    any_permission_required = ["view"]
    export_values = {
        "state": lambda order: order.get_state_display(),
        "pay_method": lambda order: order.get_pay_method_display(),
        "user": lambda order: order.user.get_username(),
        "address": lambda order: order.address.get("text", ""),
        "goods": goods,
        "cancel_reason": lambda order: str(cancel_reason(order)),
    }

    def get_base_queryset(self) -> QuerySet[Order]:
        return listed_orders(super().get_base_queryset())

    def search_queryset(self, queryset: QuerySet[Order]) -> QuerySet[Order]:
        return search_orders(queryset, self.search_query, in_full=self.in_full)

    @cached_property
    def in_full(self) -> bool:
        """Whether this member of staff sees whole mobile numbers."""
        return bool(self.request.user.has_perm(SEE_IN_FULL))

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.request.user.has_perm(SHIP):
            return []
        return [HeaderButton(gettext("批量发货"), url=reverse("order:bulk"), icon_name="upload")]

    def to_row_dict(self, item: Order) -> OrderedDict[str, Any]:
        row = super().to_row_dict(item)
        row["receiver_mobile"] = receiver_mobile(item, in_full=self.in_full)
        return row


class OrderInspectView(PlainInspectView):
    """The whole order on one screen."""

    any_permission_required = ["view"]
    template_name = "cms/trade/order.html"
    page_title = _("订单")

    object: Order

    def get_object(self, queryset: Any = None) -> Order:
        return get_object_or_404(shown_orders(), pk=self.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        in_full = user.has_perm(SEE_IN_FULL)
        context: dict[str, Any] = super().get_context_data(
            order=self.object,
            actions=[
                (one, reverse(f"order:{one.name}", args=[self.object.pk]))
                for one in ACTIONS
                if user.has_perm(one.permission) and one.when(self.object)
            ],
            sums=sums(self.object),
            address=address_shown(self.object, in_full=in_full),
            cancel_reason=cancel_reason(self.object),
            timeline=timeline(self.object),
            may_see_customer=user.has_perm("accounts.view_customer"),
            may_see_payments=user.has_perm("shop.view_paymentattempt"),
            may_see_refunds=user.has_perm("shop.view_refund"),
            may_see_after_sales=user.has_perm("shop.view_aftersale"),
            may_correct_parcels=user.has_perm("shop.change_parcel"),
            **kwargs,
        )
        return context


class OrderViewSet(ReadOnlyViewSet):
    """Orders are never typed over: their state changes by services, each behind a button of its own."""

    model = Order
    name = "order"
    icon = "doc-full-inverse"
    menu_label = _("订单")
    menu_name = "orders"
    index_view_class = OrderIndexView
    inspect_view_class = OrderInspectView
    permissions = ("view", "note", "reprice", "cancel")
    index_template_name = "cms/trade/index.html"
    search_fields = ["number", "receiver", "receiver_mobile"]
    filterset_class = OrderFilterSet
    list_per_page = 50
    list_display = [
        "number",
        OrderStateColumn(label=_("状态")),
        ComputedColumn("goods", goods_in_short, label=_("商品")),
        ReceiverColumn("receiver", label=_("收货人"), accessor=lambda order: order),
        MoneyColumn("payable", label=_("应付"), sort_key="payable"),
        Column("pay_method", label=_("支付方式"), accessor="get_pay_method_display"),
        Column("user", label=_("买家"), accessor="user.username"),
        Column("after_sale", label=_("售后"), accessor=lambda order: _("处理中") if order.has_open_after_sale else ""),
        DateColumn("created_at", label=_("下单时间"), sort_key="created_at"),
    ]
    list_export = [
        *("number", "state", "pay_method", "user", "goods", "total_count", "goods_amount", "freight", "discount"),
        *("adjustment", "payable", "paid_amount", "refunded_amount", "receiver", "receiver_mobile", "address"),
        *("remark", "staff_note", "cancel_reason", "created_at", "paid_at", "shipped_at", "received_at", "closed_at"),
    ]
    export_headings = {"goods": _("商品")}
    export_filename = "orders"

    def get_permissions_to_register(self) -> QuerySet[Any]:
        # Parcels have no screen of their own: they are sent and put right from their order's.
        ours = [f"{name}_order" for name in self.permissions]
        wanted = [*ours, "add_parcel", "change_parcel"]
        return Permission.objects.filter(content_type__app_label="shop", codename__in=wanted)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("note/<int:pk>/", NoteView.as_view(), name="note"),
            path("reprice/<int:pk>/", RepriceView.as_view(), name="reprice"),
            path("cancel/<int:pk>/", CancelView.as_view(), name="cancel"),
            path("refund/<int:pk>/", RequestRefundView.as_view(), name="refund"),
            path("ship/<int:pk>/", ShipView.as_view(), name="ship"),
            path("waybill/<int:pk>/", WaybillView.as_view(), name="waybill"),
            path("bulk/", BulkShippingView.as_view(), name="bulk"),
            path("bulk/template/", bulk_template, name="bulk_template"),
        ]
