"""Payments: every attempt with what the gateway said, and asking it again."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, NumberRangeWidget, WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, StatusTagColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton

from cms.exports import SafeExportMixin
from cms.viewsets.columns import MoneyColumn
from cms.viewsets.filters import ChoiceFilter, DateFromToRangeFilter, MultipleChoiceFilter, RangeFilter
from cms.viewsets.inspecting import PlainInspectView
from cms.viewsets.read_only import ReadOnlyViewSet
from cms.viewsets.trade.acting import ActionView, Text
from cms.viewsets.trade.columns import LinkColumn
from cms.viewsets.trade.order_detail import signed
from cms.viewsets.trade.words import gateway_name
from shop.payments.models import PaymentAttempt
from shop.payments.services import query_payment

ASK = "shop.change_paymentattempt"

State = PaymentAttempt.State


class PaymentFilterSet(WagtailFilterSet):
    state = MultipleChoiceFilter(label=_("状态"), choices=State.choices, widget=forms.CheckboxSelectMultiple)
    trouble = ChoiceFilter(
        label=_("异常"),
        choices=[("error", _("有错误")), ("stray", _("已付但未计入订单"))],
        empty_label=_("全部"),
        method="by_trouble",
    )
    amount = RangeFilter(label=_("金额"), widget=NumberRangeWidget)
    created_at = DateFromToRangeFilter(label=_("创建时间"), widget=DateRangePickerWidget)

    class Meta:
        model = PaymentAttempt
        fields = ["state", "amount", "created_at"]

    def by_trouble(self, rows: QuerySet[PaymentAttempt], name: str, value: str) -> QuerySet[PaymentAttempt]:
        if value == "error":
            return rows.exclude(last_error="")
        return rows.filter(state=State.PAID, counts=False)


class PaymentIndexView(SafeExportMixin, generic.IndexView):
    any_permission_required = ["view"]
    export_values = {
        "state": lambda row: row.get_state_display(),
        "gateway": lambda row: str(gateway_name(row.gateway)),
    }

    def get_base_queryset(self) -> QuerySet[PaymentAttempt]:
        return super().get_base_queryset().select_related("order").order_by("-pk")

    def search_queryset(self, queryset: QuerySet[PaymentAttempt]) -> QuerySet[PaymentAttempt]:
        text = self.search_query.replace("\x00", "").strip()
        if not text:
            return queryset
        numbers = Q(out_trade_no__startswith=text) | Q(order__number__startswith=text)
        return queryset.filter(numbers | Q(trade_no=text))


class PaymentInspectView(PlainInspectView):
    any_permission_required = ["view"]
    page_title = _("付款")

    def get_page_subtitle(self) -> str:
        return self.object.out_trade_no

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        attempt = self.object
        buttons = [
            HeaderButton(gettext("查看订单"), url=reverse("order:inspect", args=[attempt.order_id]), icon_name="view")
        ]
        if self.request.user.has_perm(ASK) and can_be_asked(attempt):
            url = reverse("paymentattempt:ask", args=[attempt.pk])
            buttons.append(HeaderButton(gettext("向支付渠道查询"), url=url, icon_name="rotate"))
        return buttons

    def get_object(self, queryset: Any = None) -> PaymentAttempt:
        return get_object_or_404(PaymentAttempt.objects.select_related("order"), pk=self.pk)

    def get_gateway_display_value(self) -> Text:
        return gateway_name(self.object.gateway)

    def get_amount_display_value(self) -> str:
        return signed(self.object.amount)


def can_be_asked(attempt: PaymentAttempt) -> bool:
    """Whether the gateway may know more of this payment than we do."""
    return attempt.state != State.PAID and attempt.gateway in settings.PAY_GATEWAYS


class AskPaymentView(ActionView):
    """Asks the gateway what became of a payment, and makes it true here."""

    permission = ASK
    log_action = "shop.ask_payment"
    page_title = _("向支付渠道查询")
    button_label = _("查询")
    header_icon = "rotate"
    index_url_name = "paymentattempt:index"
    index_label = _("付款")
    inspect_url_name = "paymentattempt:inspect"

    row: PaymentAttempt

    def get_rows(self) -> QuerySet[PaymentAttempt]:
        return PaymentAttempt.objects.select_related("order")

    @property
    def row_label(self) -> str:
        return self.row.out_trade_no

    def get_intro(self) -> Text:
        return gettext("订单 %(order)s，%(amount)s，当前%(state)s。若渠道已收款，订单会变为已付款。") % {
            "order": self.row.order.number,
            "amount": signed(self.row.amount),
            "state": self.row.get_state_display(),
        }

    def act(self, form: forms.Form) -> Text:
        before = self.row.state
        query_payment(attempt_id=self.row.pk)
        self.row.refresh_from_db()
        if self.row.state == before:
            return gettext("没有变化，仍是“%(state)s”") % {"state": self.row.get_state_display()}
        return gettext("已更新为“%(state)s”") % {"state": self.row.get_state_display()}

    def get_log_data(self) -> dict[str, Any]:
        return {"state": self.row.state}


class PaymentViewSet(ReadOnlyViewSet):
    """What buyers paid, or tried to."""

    model = PaymentAttempt
    name = "paymentattempt"
    icon = "tick-inverse"
    menu_label = _("付款")
    menu_name = "payments"
    index_view_class = PaymentIndexView
    inspect_view_class = PaymentInspectView
    permissions = ("view", "change")
    index_template_name = "cms/trade/index.html"
    search_fields = ["out_trade_no", "trade_no", "order__number"]
    filterset_class = PaymentFilterSet
    list_per_page = 50
    list_display = [
        "out_trade_no",
        StatusTagColumn(
            "state", accessor="get_state_display", primary=lambda row: row.state == State.PENDING, label=_("状态")
        ),
        MoneyColumn("amount", label=_("金额"), sort_key="amount"),
        BooleanColumn("counts", label=_("计入订单")),
        LinkColumn(
            "order",
            label=_("订单"),
            accessor="order.number",
            link=lambda row: reverse("order:inspect", args=[row.order_id]),
        ),
        Column("gateway", label=_("渠道"), accessor=lambda row: gateway_name(row.gateway)),
        Column("trade_no", label=_("渠道流水号")),
        Column("last_error", label=_("最近错误")),
        DateColumn("paid_at", label=_("付款时间"), sort_key="paid_at"),
        DateColumn("created_at", label=_("创建时间"), sort_key="created_at"),
    ]
    list_export = [
        *("out_trade_no", "state", "amount", "counts", "order.number", "gateway", "trade_no", "queries"),
        *("last_error", "created_at", "paid_at"),
    ]
    export_headings = {"order.number": _("订单")}
    export_filename = "payments"
    inspect_view_fields = [
        *("order", "gateway", "out_trade_no", "trade_no", "amount", "state", "counts", "created_at", "paid_at"),
        *("queries", "next_query_at", "last_error"),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("ask/<int:pk>/", AskPaymentView.as_view(), name="ask")]
