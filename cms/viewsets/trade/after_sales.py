"""After-sales: a queue with tabs, one page per application with its photos, and what staff decide."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Count, Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn
from wagtail.admin.views import generic

from cms.exports import SafeExportMixin
from cms.viewsets.columns import MoneyColumn
from cms.viewsets.filters import ChoiceFilter, DateFromToRangeFilter, MultipleChoiceFilter
from cms.viewsets.inspecting import PlainInspectView
from cms.viewsets.read_only import ReadOnlyViewSet
from cms.viewsets.trade.after_sale_actions import HANDLE, RECEIVE, AcceptView, ReceiveView, RefuseView
from cms.viewsets.trade.columns import SEE_IN_FULL, LinkColumn, receiver_mobile
from cms.viewsets.trade.words import reason_text
from shop.aftersales.models import AfterSale, AfterSaleLine
from shop.aftersales.photos import photo_url
from shop.aftersales.reasons import Reason
from shop.aftersales.selectors import after_sales_for_staff

State = AfterSale.State

#: The tabs of the queue, in the order in which an application goes through them: each is a filter by states.
TABS: list[tuple[Any, tuple[State, ...]]] = [
    (_("待处理"), (State.APPLIED,)),
    (_("待寄回"), (State.TO_RETURN,)),
    (_("寄回中"), (State.RETURNING,)),
    (_("退款中"), (State.REFUNDING,)),
    (_("已结束"), (State.DONE, State.REFUSED, State.WITHDRAWN)),
    (_("全部"), ()),
]

#: Where staff have something to do.
WAITING = (State.APPLIED, State.RETURNING)


class AfterSaleFilterSet(WagtailFilterSet):
    state = MultipleChoiceFilter(label=_("状态"), choices=State.choices, widget=forms.CheckboxSelectMultiple)
    kind = ChoiceFilter(label=_("类型"), choices=AfterSale.Kind.choices, empty_label=_("全部"))
    reason = ChoiceFilter(label=_("原因"), choices=Reason.choices, empty_label=_("全部"))
    created_at = DateFromToRangeFilter(label=_("申请时间"), widget=DateRangePickerWidget)

    class Meta:
        model = AfterSale
        fields = ["state", "kind", "reason", "created_at"]


class AfterSaleIndexView(SafeExportMixin, generic.IndexView):
    """One tab at a time; the oldest first where somebody waits."""

    any_permission_required = ["view"]
    template_name = "cms/trade/after_sale_index.html"
    export_values = {
        "kind": lambda row: row.get_kind_display(),
        "state": lambda row: row.get_state_display(),
        "reason": lambda row: str(reason_text(row.reason)),
        "user": lambda row: row.user.get_username(),
    }

    @cached_property
    def chosen(self) -> set[str]:
        """The states that the filter shows."""
        return set(self.request.GET.getlist("state"))

    def get_base_queryset(self) -> QuerySet[AfterSale]:
        return after_sales_for_staff()

    def order_queryset(self, queryset: QuerySet[AfterSale]) -> QuerySet[AfterSale]:
        if self.ordering:
            return super().order_queryset(queryset)
        return queryset.order_by("pk" if self.chosen and self.chosen <= set(AfterSale.OPEN) else "-pk")

    def search_queryset(self, queryset: QuerySet[AfterSale]) -> QuerySet[AfterSale]:
        text = self.search_query.replace("\x00", "").strip()
        if not text:
            return queryset
        numbers = Q(number__startswith=text) | Q(order__number__startswith=text) | Q(return_waybill=text.upper())
        return queryset.filter(numbers | Q(user__username__icontains=text))

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        found = dict(AfterSale.objects.order_by().values_list("state").annotate(rows=Count("pk")))
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        context["tabs"] = [
            (label, sum(found.get(one, 0) for one in states or found), tab_url(states), self.chosen == set(states))
            for label, states in TABS
        ]
        return context


def tab_url(states: Iterable[str]) -> str:
    """The list with only these states."""
    query = urlencode([("state", str(state)) for state in states])
    return reverse("aftersale:index") + (f"?{query}" if query else "")


class AfterSaleInspectView(PlainInspectView):
    any_permission_required = ["view"]
    template_name = "cms/trade/after_sale.html"
    page_title = _("售后")

    object: AfterSale

    def get_page_subtitle(self) -> str:
        return self.object.number

    def get_object(self, queryset: Any = None) -> AfterSale:
        lines = AfterSaleLine.objects.select_related("order_line__sku").order_by("pk")
        rows = AfterSale.objects.select_related("order", "user", "handled_by", "refund__payment")
        return get_object_or_404(rows.prefetch_related(Prefetch("lines", lines)), pk=self.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, row = self.request.user, self.object
        context: dict[str, Any] = super().get_context_data(
            row=row,
            photos=[photo_url(name) for name in row.photos],
            mobile=receiver_mobile(row.order, in_full=user.has_perm(SEE_IN_FULL)),
            actions=[
                (label, reverse(f"aftersale:{name}", args=[row.pk]), is_serious)
                for name, label, permissions, states, is_serious in ACTIONS
                if any(user.has_perm(one) for one in permissions) and row.state in states
            ],
            may_see_customer=user.has_perm("accounts.view_customer"),
            may_see_refunds=user.has_perm("shop.view_refund"),
            **kwargs,
        )
        return context


ACTIONS: list[tuple[str, Any, tuple[str, ...], tuple[str, ...], bool]] = [
    ("accept", _("同意"), (HANDLE,), (State.APPLIED,), False),
    ("receive", _("确认收到退货"), (RECEIVE,), (State.TO_RETURN, State.RETURNING), False),
    ("refuse", _("拒绝"), (HANDLE,), (State.APPLIED, State.TO_RETURN, State.RETURNING), True),
]


class AfterSaleViewSet(ReadOnlyViewSet):
    """What buyers asked for after paying."""

    model = AfterSale
    name = "aftersale"
    icon = "rotate"
    menu_label = _("售后")
    menu_name = "after-sales"
    index_view_class = AfterSaleIndexView
    inspect_view_class = AfterSaleInspectView
    index_template_name = "cms/trade/after_sale_index.html"
    permissions = ("view", "change", "receive")

    @property
    def menu_url(self) -> str:
        """Straight to what waits for an answer."""
        return tab_url([State.APPLIED])

    search_fields = ["number", "order__number"]
    filterset_class = AfterSaleFilterSet
    list_per_page = 50
    list_display = [
        "number",
        StatusTagColumn(
            "state", accessor="get_state_display", primary=lambda row: row.state in WAITING, label=_("状态")
        ),
        Column("kind", label=_("类型"), accessor="get_kind_display"),
        Column("reason", label=_("原因"), accessor=lambda row: reason_text(row.reason)),
        MoneyColumn("amount", label=_("申请金额"), sort_key="amount"),
        LinkColumn(
            "order",
            label=_("订单"),
            accessor="order.number",
            link=lambda row: reverse("order:inspect", args=[row.order_id]),
        ),
        Column("user", label=_("买家"), accessor="user.username"),
        Column("photos", label=_("照片"), accessor=lambda row: len(row.photos) or ""),
        DateColumn("created_at", label=_("申请时间"), sort_key="created_at"),
    ]
    list_export = [
        *("number", "state", "kind", "reason", "text", "amount", "order.number", "user", "staff_note"),
        *("return_carrier", "return_waybill", "created_at", "updated_at"),
    ]
    export_headings = {"order.number": _("订单")}
    export_filename = "after-sales"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("accept/<int:pk>/", AcceptView.as_view(), name="accept"),
            path("refuse/<int:pk>/", RefuseView.as_view(), name="refuse"),
            path("receive/<int:pk>/", ReceiveView.as_view(), name="receive"),
        ]
