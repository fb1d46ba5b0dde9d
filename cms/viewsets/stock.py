"""The stock ledger to read, and the one way to change stock by hand."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, UserColumn
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.exports import SafeExportMixin
from cms.viewsets.filters import CharFilter, DateFromToRangeFilter, MultipleChoiceFilter
from cms.viewsets.read_only import ReadOnlyViewSet
from cms.viewsets.saving import show_refusal
from kernel.errors import DomainError
from shop.catalog.models import Sku
from shop.stock.errors import StockShort
from shop.stock.models import StockMovement
from shop.stock.services import MOST_PIECES, adjust_stock

#: Who may write ledger rows may adjust stock: each adjustment is one.
ADJUST = "shop.add_stockmovement"


class MovementFilterSet(WagtailFilterSet):
    code = CharFilter(label=_("SKU 编码"), field_name="sku__code", lookup_expr="iexact")
    created_at = DateFromToRangeFilter(label=_("时间"), widget=DateRangePickerWidget)
    cause = MultipleChoiceFilter(
        label=_("原因"), choices=StockMovement.Cause.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = StockMovement
        fields = ["code", "created_at", "cause"]


class MovementIndexView(SafeExportMixin, generic.IndexView):
    export_values = {
        "cause": lambda row: row.get_cause_display(),
        "by": lambda row: row.by.get_username() if row.by else "",
    }

    def get_base_queryset(self) -> QuerySet[StockMovement]:
        return super().get_base_queryset().select_related("sku", "by__wagtail_userprofile")

    def search_queryset(self, queryset: QuerySet[StockMovement]) -> QuerySet[StockMovement]:
        query = self.search_query.replace("\x00", "")
        if not query:
            return queryset
        either = Q(sku__name__icontains=query) | Q(sku__code__icontains=query)
        return queryset.filter(either | Q(reference__icontains=query) | Q(note__icontains=query))


class StockMovementViewSet(ReadOnlyViewSet):
    """Rows of the ledger are never changed; adding one is an adjustment."""

    model = StockMovement
    icon = "history"
    menu_label = _("库存流水")
    index_view_class = MovementIndexView
    permissions = ("view", "add")
    search_fields = ["sku__name", "sku__code", "reference", "note"]
    filterset_class = MovementFilterSet
    list_display = [
        "sku",
        Column("code", label=_("SKU 编码"), accessor="sku.code"),
        Column("delta", label=_("变动"), accessor=lambda row: f"{row.delta:+d}", sort_key="delta"),
        Column("cause", label=_("原因"), accessor="get_cause_display"),
        Column("reference", label=_("单据")),
        Column("note", label=_("说明")),
        UserColumn("by", label=_("操作人")),
        DateColumn("created_at", label=_("时间"), sort_key="created_at"),
    ]
    list_export = ["created_at", "sku.code", "sku.name", "delta", "cause", "reference", "note", "by"]
    export_headings = {"sku.code": _("SKU 编码"), "sku.name": _("SKU")}
    export_filename = "stock-movements"
    inspect_view_fields = ["sku", "delta", "cause", "reference", "note", "by", "created_at"]

    @property
    def adjust_view(self) -> Any:
        return AdjustStockView.as_view()

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("adjust/<int:sku_id>/", self.adjust_view, name="adjust")]


class AdjustStockForm(forms.Form):
    """How many pieces came or went, and why."""

    delta = forms.IntegerField(
        label=_("变动数量"),
        min_value=-MOST_PIECES,
        max_value=MOST_PIECES,
        help_text=_("增加填正数，减少填负数，例如 20 或 -3。"),
    )
    note = forms.CharField(label=_("原因"), max_length=200, help_text=_("例如：到货、盘亏、损坏。会记入库存流水。"))

    def clean_delta(self) -> int:
        delta: int = self.cleaned_data["delta"]
        if delta == 0:
            raise forms.ValidationError(gettext("变动数量不能为 0"), code="zero")
        return delta


class AdjustStockView(WagtailAdminTemplateMixin, FormView):
    """Adds or removes pieces of one SKU by hand; answers JSON to the SKU matrix, pages to everyone else."""

    form_class = AdjustStockForm
    template_name = "cms/catalog/adjust_stock.html"
    page_title = _("调整库存")
    header_icon = "sliders"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(ADJUST):
            raise PermissionDenied
        self.sku = get_object_or_404(Sku, pk=kwargs["sku_id"])
        self.wants_json = "application/json" in request.headers.get("Accept", "")
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return self.sku.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse("sku:index"), "label": gettext("SKU 与库存")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.get_header_title()}]

    def get_success_url(self) -> str:
        return get_valid_next_url_from_request(self.request) or reverse("sku:index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(sku=self.sku, next=self.get_success_url(), **kwargs)

    def form_valid(self, form: AdjustStockForm) -> HttpResponse:
        try:
            left = adjust_stock(
                sku_id=self.sku.pk,
                delta=form.cleaned_data["delta"],
                note=form.cleaned_data["note"],
                by_id=self.request.user.pk,
            )
        except StockShort as short:
            form.add_error("delta", gettext("库存不足，现有 %(left)s 件") % short.params)
            return self.form_invalid(form)
        except DomainError as refused:
            refused.field = "delta"
            show_refusal(form, refused)
            return self.form_invalid(form)
        if self.wants_json:
            return JsonResponse({"stock": left})
        messages.success(
            self.request, gettext("“%(name)s”的库存现在是 %(left)s 件") % {"name": self.sku.name, "left": left}
        )
        return redirect(self.get_success_url())

    def form_invalid(self, form: AdjustStockForm) -> HttpResponse:
        if self.wants_json:
            return JsonResponse({"errors": form.errors.get_json_data()}, status=400)
        return super().form_invalid(form)
