"""Reconciliation: the gateway's bill goes in, differences come out, staff settle each."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.log_actions import log

from cms.exports import SafeExportMixin
from cms.viewsets.columns import MoneyColumn
from cms.viewsets.filters import ChoiceFilter, DateFromToRangeFilter, MultipleChoiceFilter
from cms.viewsets.inspecting import PlainInspectView
from cms.viewsets.read_only import ReadOnlyViewSet
from cms.viewsets.saving import show_refusal
from cms.viewsets.trade.acting import ActionView, Text
from cms.viewsets.trade.order_detail import signed
from cms.viewsets.trade.words import gateway_name
from kernel.errors import DomainError
from shop.payments.models import BillDifference
from shop.payments.services import reconcile
from shop.payments.services.differences import settle_difference

SETTLE = "shop.change_billdifference"
UPLOAD = "shop.add_billdifference"

MOST_BYTES = 20_000_000


class DifferenceFilterSet(WagtailFilterSet):
    kind = MultipleChoiceFilter(
        label=_("差异"), choices=BillDifference.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    open = ChoiceFilter(
        label=_("状态"),
        choices=[("yes", _("待处理")), ("no", _("已处理"))],
        empty_label=_("全部"),
        method="by_settlement",
    )
    bill_date = DateFromToRangeFilter(label=_("账单日期"), widget=DateRangePickerWidget)

    class Meta:
        model = BillDifference
        fields = ["kind", "bill_date"]

    def by_settlement(self, rows: QuerySet[BillDifference], name: str, value: str) -> QuerySet[BillDifference]:
        return rows.filter(settled_at__isnull=value == "yes")


class DifferenceIndexView(SafeExportMixin, generic.IndexView):
    any_permission_required = ["view"]
    export_values = {
        "kind": lambda row: row.get_kind_display(),
        "settled_by": lambda row: row.settled_by.get_username() if row.settled_by else "",
    }

    def get_base_queryset(self) -> QuerySet[BillDifference]:
        return super().get_base_queryset().select_related("settled_by")

    def search_queryset(self, queryset: QuerySet[BillDifference]) -> QuerySet[BillDifference]:
        text = self.search_query.replace("\x00", "").strip()
        return queryset.filter(number__startswith=text) if text else queryset

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.request.user.has_perm(UPLOAD):
            return []
        return [HeaderButton(gettext("上传账单对账"), url=reverse("billdifference:upload"), icon_name="upload")]

    def get_list_more_buttons(self, instance: BillDifference) -> list[Any]:
        buttons: list[Any] = super().get_list_more_buttons(instance)
        if instance.settled_at is None and self.request.user.has_perm(SETTLE):
            url = reverse("billdifference:settle", args=[instance.pk])
            buttons.append(Button(gettext("处理"), url=url, icon_name="check", priority=15))
        return buttons


class DifferenceInspectView(PlainInspectView):
    any_permission_required = ["view"]
    page_title = _("对账差异")

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if self.object.settled_at is not None or not self.request.user.has_perm(SETTLE):
            return []
        url = reverse("billdifference:settle", args=[self.object.pk])
        return [HeaderButton(gettext("处理"), url=url, icon_name="check")]

    def get_page_subtitle(self) -> str:
        return self.object.number

    def get_gateway_display_value(self) -> Text:
        return gateway_name(self.object.gateway)

    def get_field_label(self, field_name: str, field: Any) -> str:
        return gettext("处理人") if field_name == "settled_by" else super().get_field_label(field_name, field)


class SettleForm(forms.Form):
    """What explains the difference."""

    note = forms.CharField(label=_("处理说明"), max_length=150, help_text=_("例如：渠道隔日入账，已核实。"))


class SettleView(ActionView):
    """Takes a difference off the list with an explanation."""

    permission = SETTLE
    log_action = "shop.settle_difference"
    page_title = _("处理对账差异")
    form_class = SettleForm
    button_label = _("标记为已处理")
    header_icon = "check"
    index_url_name = "billdifference:index"
    index_label = _("对账差异")
    inspect_url_name = "billdifference:inspect"

    row: BillDifference

    def get_rows(self) -> QuerySet[BillDifference]:
        return BillDifference.objects.all()

    @property
    def row_label(self) -> str:
        return self.row.number

    def get_intro(self) -> Text:
        return gettext("%(day)s 的账单，%(kind)s：系统 %(ours)s，账单 %(theirs)s。这里只做记录，不会动款。") % {
            "day": self.row.bill_date.isoformat(),
            "kind": self.row.get_kind_display(),
            "ours": "-" if self.row.ours is None else signed(self.row.ours),
            "theirs": "-" if self.row.theirs is None else signed(self.row.theirs),
        }

    def act(self, form: SettleForm) -> Text:
        settle_difference(difference_id=self.row.pk, by=self.staff, note=form.cleaned_data["note"])
        return gettext("差异已处理")


class BillForm(forms.Form):
    """The bill as the gateway gives it."""

    file = forms.FileField(
        label=_("账单文件"), help_text=_("支付宝商家平台下载的“业务明细”CSV（GBK 编码，不要改动）。")
    )
    gateway = forms.ChoiceField(label=_("渠道"))
    date = forms.DateField(
        label=_("账单日期"), required=False, widget=AdminDateInput, help_text=_("文件里写有日期时可以不填。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["gateway"]
        choice.choices = [(name, gateway_name(name)) for name in settings.PAY_GATEWAYS]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(gettext("文件不能超过 20 MB"), code="size")
        return file


class UploadBillView(WagtailAdminTemplateMixin, FormView):
    """Compares a day's bill with our books; the same bill again changes nothing."""

    form_class = BillForm
    template_name = "cms/trade/bill.html"
    page_title = _("上传账单对账")
    header_icon = "upload"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not cast(Any, request.user).has_perm(UPLOAD):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse("billdifference:index"), "label": gettext("对账差异")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.get_page_title()}]

    def form_valid(self, form: BillForm) -> HttpResponse:
        said = form.cleaned_data
        try:
            done = reconcile(gateway=said["gateway"], raw=said["file"].read(), day=said["date"])
        except DomainError as refused:
            if refused.field is None:
                refused.field = "file"
            show_refusal(form, refused)
            return self.form_invalid(form)
        day = done.day.isoformat()
        log(
            instance=ContentType.objects.get_for_model(BillDifference),
            action="shop.reconcile",
            user=self.request.user,
            title=gettext("%(day)s 的账单") % {"day": day},
            data={"day": day, "payments": done.payments, "refunds": done.refunds},
        )
        figures = {
            "day": day,
            "payments": done.payments,
            "paid": signed(done.paid),
            "refunds": done.refunds,
            "refunded": signed(done.refunded),
        }
        sums = gettext("%(day)s 对账完成：收款 %(payments)s 笔 %(paid)s，退款 %(refunds)s 笔 %(refunded)s") % figures
        if done.is_even:
            messages.success(self.request, gettext("%(sums)s，全部一致。") % {"sums": sums})
        else:
            told = gettext("%(sums)s，有 %(open)s 条差异待处理。")
            messages.warning(self.request, told % {"sums": sums, "open": sum(done.open.values())})
        return redirect(f"{reverse('billdifference:index')}?bill_date_from={day}&bill_date_to={day}")


class BillDifferenceViewSet(ReadOnlyViewSet):
    """Where bill and books do not say the same."""

    model = BillDifference
    name = "billdifference"
    icon = "warning"
    menu_label = _("对账差异")
    menu_name = "bill-differences"
    index_view_class = DifferenceIndexView
    inspect_view_class = DifferenceInspectView
    permissions = ("view", "add", "change")
    index_template_name = "cms/trade/index.html"
    search_fields = ["number"]
    filterset_class = DifferenceFilterSet
    list_per_page = 50
    list_display = [
        "number",
        StatusTagColumn(
            "state",
            accessor=lambda row: _("已处理") if row.settled_at else _("待处理"),
            primary=lambda row: row.settled_at is None,
            label=_("状态"),
        ),
        Column("kind", label=_("差异"), accessor="get_kind_display", sort_key="kind"),
        MoneyColumn("ours", label=_("系统金额")),
        MoneyColumn("theirs", label=_("账单金额")),
        Column("gateway", label=_("渠道"), accessor=lambda row: gateway_name(row.gateway)),
        Column("bill_date", label=_("账单日期"), accessor=lambda row: row.bill_date.isoformat(), sort_key="bill_date"),
        Column("note", label=_("说明")),
        Column(
            "settled_by",
            label=_("处理人"),
            accessor=lambda row: row.settled_by.username if row.settled_by else "",
        ),
        DateColumn("settled_at", label=_("处理时间"), sort_key="settled_at"),
    ]
    inspect_view_fields = [
        "bill_date",
        "gateway",
        "kind",
        "number",
        "ours",
        "theirs",
        "note",
        "settled_by",
        "settled_at",
    ]
    list_export = ["bill_date", "gateway", "kind", "number", "ours", "theirs", "note", "settled_by", "settled_at"]
    export_headings = {"settled_by": _("处理人")}
    export_filename = "bill-differences"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("settle/<int:pk>/", SettleView.as_view(), name="settle"),
            path("upload/", UploadBillView.as_view(), name="upload"),
        ]
