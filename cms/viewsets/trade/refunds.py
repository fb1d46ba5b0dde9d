"""Refunds: what waits for a second person, what nobody knows, what failed; and the word of staff on each."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn
from wagtail.admin.views import generic

from cms.exports import SafeExportMixin
from cms.viewsets.columns import MoneyColumn
from cms.viewsets.filters import DateFromToRangeFilter, MultipleChoiceFilter
from cms.viewsets.inspecting import PlainInspectView
from cms.viewsets.read_only import ReadOnlyViewSet
from cms.viewsets.trade.acting import ActionView, Text
from cms.viewsets.trade.columns import LinkColumn
from cms.viewsets.trade.order_detail import signed
from cms.viewsets.trade.words import gateway_name
from kernel import money
from shop.payments.models import Refund, RefundLine
from shop.payments.refunds import CASH
from shop.payments.services.refunds import approve_refund, refuse_refund, settle_cash_refund
from shop.payments.services.refunds.hastening import ask_refund_now

VIEW = "shop.view_refund"
APPROVE = "shop.approve_refund"
SEND = "shop.change_refund"

State = Refund.State
#: Refunds that a person should look at.
NEEDS_EYES = (State.AWAITING_APPROVAL, State.UNKNOWN, State.FAILED)


def shown_refunds() -> QuerySet[Refund]:
    """Refunds with their order, payment and people; one query."""
    return Refund.objects.select_related("order__user", "payment", "requested_by", "approved_by")


class RefundFilterSet(WagtailFilterSet):
    state = MultipleChoiceFilter(label=_("状态"), choices=State.choices, widget=forms.CheckboxSelectMultiple)
    cause = MultipleChoiceFilter(label=_("缘由"), choices=Refund.Cause.choices, widget=forms.CheckboxSelectMultiple)
    created_at = DateFromToRangeFilter(label=_("创建时间"), widget=DateRangePickerWidget)

    class Meta:
        model = Refund
        fields = ["state", "cause", "created_at"]


class RefundIndexView(SafeExportMixin, generic.IndexView):
    any_permission_required = ["view"]
    export_values = {
        "state": lambda row: row.get_state_display(),
        "cause": lambda row: row.get_cause_display(),
        "requested_by": lambda row: row.requested_by.get_username() if row.requested_by else "",
        "approved_by": lambda row: row.approved_by.get_username() if row.approved_by else "",
    }

    def get_base_queryset(self) -> QuerySet[Refund]:
        return shown_refunds().order_by("-pk")

    def search_queryset(self, queryset: QuerySet[Refund]) -> QuerySet[Refund]:
        text = self.search_query.replace("\x00", "").strip()
        if not text:
            return queryset
        numbers = Q(out_request_no__startswith=text) | Q(order__number__startswith=text)
        return queryset.filter(numbers | Q(payment__out_trade_no=text) | Q(payment__trade_no=text))


class RefundInspectView(PlainInspectView):
    any_permission_required = ["view"]
    template_name = "cms/trade/refund.html"
    page_title = _("退款")

    object: Refund

    def get_page_subtitle(self) -> str:
        return self.object.out_request_no

    def get_object(self, queryset: Any = None) -> Refund:
        return get_object_or_404(shown_refunds(), pk=self.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, refund = self.request.user, self.object
        context: dict[str, Any] = super().get_context_data(
            refund=refund,
            lines=RefundLine.objects.filter(refund=refund).select_related("order_line").order_by("pk"),
            actions=[
                (label, reverse(f"refund:{name}", args=[refund.pk]), is_serious)
                for name, label, permission, when, is_serious in ACTIONS
                if user.has_perm(permission) and when(refund)
            ],
            may_see_payments=user.has_perm("shop.view_paymentattempt"),
            **kwargs,
        )
        return context


class RefundActionView(ActionView):
    """Something done to one refund."""

    index_url_name = "refund:index"
    index_label = _("退款")
    inspect_url_name = "refund:inspect"
    header_icon = "resubmit"

    row: Refund

    def get_rows(self) -> QuerySet[Refund]:
        return shown_refunds()

    @property
    def row_label(self) -> str:
        return self.row.out_request_no

    def get_intro(self) -> Text:
        return gettext("订单 %(order)s，退款 %(amount)s，%(cause)s，申请人 %(who)s。") % {
            "order": self.row.order.number,
            "amount": signed(self.row.amount),
            "cause": self.row.get_cause_display(),
            "who": self.row.requested_by.get_username() if self.row.requested_by else gettext("系统"),
        }

    def get_log_data(self) -> dict[str, Any]:
        return {"refund": self.row.out_request_no, "amount": money.text(self.row.amount)}

    def log(self, row: Any = None, **data: Any) -> None:
        # The order's history in Wagtail names it too: that is where people look.
        super().log()
        super().log(self.row.order, **self.get_log_data())


class ApproveView(RefundActionView):
    """The second person's yes."""

    permission = APPROVE
    log_action = "shop.approve_refund"
    page_title = _("通过退款")
    button_label = _("通过，退款")

    def act(self, form: forms.Form) -> Text:
        approve_refund(refund_id=self.row.pk, by=self.staff)
        return gettext("已通过，正在退回")


class RefuseForm(forms.Form):
    """Why not."""

    note = forms.CharField(label=_("驳回原因"), max_length=200)


class RefuseView(RefundActionView):
    """The second person's no."""

    permission = APPROVE
    log_action = "shop.refuse_refund"
    page_title = _("驳回退款")
    form_class = RefuseForm
    button_label = _("驳回")
    is_serious = True

    def act(self, form: RefuseForm) -> Text:
        refuse_refund(refund_id=self.row.pk, by=self.staff, note=form.cleaned_data["note"])
        return gettext("退款已驳回，订单恢复原状态")


class AskRefundView(RefundActionView):
    """Asks the gateway what became of the refund, by the same number, and sends it where it never arrived."""

    permission = SEND
    log_action = "shop.ask_refund"
    page_title = _("向支付渠道查询")
    button_label = _("查询")

    def act(self, form: forms.Form) -> Text:
        refund = ask_refund_now(refund_id=self.row.pk)
        if refund.state == State.SUCCEEDED:
            return gettext("退款已到账")
        if refund.state == State.FAILED:
            return gettext("支付渠道拒绝退款：%(why)s") % {"why": refund.last_error}
        return gettext("支付渠道还没有结果，系统会继续查询")


class SettleCashView(RefundActionView):
    """Somebody gave the cash back."""

    permission = SEND
    log_action = "shop.settle_cash_refund"
    page_title = _("确认已退现金")
    button_label = _("已退还现金")

    def act(self, form: forms.Form) -> Text:
        settle_cash_refund(refund_id=self.row.pk, by=self.staff)
        return gettext("退款已入账")


def _is_cash(refund: Refund) -> bool:
    return bool(refund.payment.gateway == CASH)


ACTIONS: list[tuple[str, Text, str, Any, bool]] = [
    ("approve", _("通过"), APPROVE, lambda one: one.state == State.AWAITING_APPROVAL, False),
    ("refuse", _("驳回"), APPROVE, lambda one: one.state == State.AWAITING_APPROVAL, True),
    (
        "ask",
        _("向支付渠道查询"),
        SEND,
        lambda one: one.state in (State.QUEUED, State.UNKNOWN) and not _is_cash(one),
        False,
    ),
    ("cash", _("确认已退现金"), SEND, lambda one: one.state == State.QUEUED and _is_cash(one), False),
]


class RefundViewSet(ReadOnlyViewSet):
    """Money on its way back."""

    model = Refund
    name = "refund"
    icon = "resubmit"
    menu_label = _("退款")
    menu_name = "refunds"
    index_view_class = RefundIndexView
    inspect_view_class = RefundInspectView
    permissions = ("view", "add", "change", "approve")
    index_template_name = "cms/trade/index.html"
    search_fields = ["out_request_no", "order__number"]
    filterset_class = RefundFilterSet
    list_per_page = 50
    list_display = [
        "out_request_no",
        StatusTagColumn(
            "state", accessor="get_state_display", primary=lambda row: row.state in NEEDS_EYES, label=_("状态")
        ),
        MoneyColumn("amount", label=_("金额"), sort_key="amount"),
        LinkColumn(
            "order",
            label=_("订单"),
            accessor="order.number",
            link=lambda row: reverse("order:inspect", args=[row.order_id]),
        ),
        Column("cause", label=_("缘由"), accessor="get_cause_display"),
        Column("gateway", label=_("渠道"), accessor=lambda row: gateway_name(row.payment.gateway)),
        Column(
            "requested_by",
            label=_("申请人"),
            accessor=lambda row: row.requested_by.username if row.requested_by else "",
        ),
        Column("last_error", label=_("最近错误")),
        DateColumn("created_at", label=_("创建时间"), sort_key="created_at"),
    ]
    list_export = [
        *("out_request_no", "state", "amount", "freight_amount", "order.number", "cause", "reason"),
        *("payment.gateway", "payment.out_trade_no", "requested_by", "approved_by", "attempts", "last_error"),
        *("created_at", "done_at"),
    ]
    export_headings = {
        "order.number": _("订单"),
        "payment.gateway": _("渠道"),
        "payment.out_trade_no": _("商户单号"),
        "requested_by": _("申请人"),
        "approved_by": _("复核人"),
    }
    export_filename = "refunds"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("approve/<int:pk>/", ApproveView.as_view(), name="approve"),
            path("refuse/<int:pk>/", RefuseView.as_view(), name="refuse"),
            path("ask/<int:pk>/", AskRefundView.as_view(), name="ask"),
            path("cash/<int:pk>/", SettleCashView.as_view(), name="cash"),
        ]
