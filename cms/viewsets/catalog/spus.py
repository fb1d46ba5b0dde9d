"""Products: the list, the form, and the way to their SKU matrix."""

from typing import Any

from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button, HeaderButton

from cms.exports import SafeExportMixin
from cms.viewsets.catalog.matrix import MatrixView
from cms.viewsets.catalog.spu_forms import EDIT_HANDLER
from cms.viewsets.catalog.spu_listing import (
    SpuFilterSet,
    is_seen,
    marks,
    nulls_last,
    sale_state,
    search_spus,
    with_sku_sums,
)
from cms.viewsets.catalog.tree import path as category_path
from cms.viewsets.columns import ComputedColumn, PictureColumn, price_range
from cms.viewsets.saving import ServiceCreateView, ServiceDeleteView, ServiceEditView, deletes_by
from kernel.money import yuan
from shop.catalog.models import Spu
from shop.catalog.services import delete_spu


class SpuIndexView(SafeExportMixin, generic.IndexView):
    """All products, with boxes to tick for the bulk actions."""

    export_values = {
        "category": lambda spu: category_path(spu.category),
        "brand": lambda spu: spu.brand.name if spu.brand else "",
        # SQLite gives sums and extremes of amounts with more than two places.
        "min_price": lambda spu: spu.min_price and yuan(spu.min_price),
        "max_price": lambda spu: spu.max_price and yuan(spu.max_price),
        "state": sale_state,
        "marks": marks,
    }

    @cached_property
    def columns(self) -> list[Column]:
        return [BulkActionsCheckboxColumn("bulk_actions", obj_type="spu"), *super().columns]

    def _get_title_column(self, field_name: str, column_class: type[Column] = TitleColumn, **kwargs: Any) -> Column:
        return super()._get_title_column(
            field_name, column_class, get_title_id=lambda spu: f"spu_{spu.pk}_title", **kwargs
        )

    def get_base_queryset(self) -> QuerySet[Spu]:
        return with_sku_sums(super().get_base_queryset())

    def search_queryset(self, queryset: QuerySet[Spu]) -> QuerySet[Spu]:
        return search_spus(queryset, self.search_query)

    def order_queryset(self, queryset: QuerySet[Spu]) -> QuerySet[Spu]:
        if self.ordering:
            return queryset.order_by(nulls_last(self.ordering), "-pk")
        return queryset.order_by("-pk")

    def get_list_more_buttons(self, instance: Spu) -> list[Any]:
        buttons: list[Any] = super().get_list_more_buttons(instance)
        if self.user_has_permission("change"):
            buttons.append(
                Button(
                    gettext("SKU 矩阵"), url=reverse("spu:matrix", args=[instance.pk]), icon_name="table", priority=15
                )
            )
        return buttons


class _MatrixButton:
    """The way from the form to the matrix."""

    def get_matrix_url(self) -> str:
        return reverse("spu:matrix", args=[self.object.pk])  # type: ignore[attr-defined]

    def get_success_buttons(self) -> list[Any]:
        return [*super().get_success_buttons(), messages.button(self.get_matrix_url(), gettext("SKU 矩阵"))]  # type: ignore[misc]


class SpuCreateView(_MatrixButton, ServiceCreateView):
    """A new product; its SKUs come next, so its matrix is shown."""

    submit_button_label = _("保存，下一步生成 SKU")

    def get_success_url(self) -> str:
        return self.get_matrix_url()


class SpuEditView(_MatrixButton, ServiceEditView):
    @cached_property
    def header_buttons(self) -> list[Any]:
        return [HeaderButton(gettext("SKU 矩阵"), url=self.get_matrix_url(), icon_name="table")]


class SpuViewSet(ModelViewSet):
    model = Spu
    icon = "tag"
    menu_label = _("商品")
    # Specs and options of a copy would have to be new rows; a merchant copies by import.
    copy_view_enabled = False
    index_view_class = SpuIndexView
    add_view_class = SpuCreateView
    edit_view_class = SpuEditView
    delete_view_class = ServiceDeleteView
    index_template_name = "cms/catalog/spu_index.html"
    search_fields = ["name", "code"]
    search_backend_name = None
    filterset_class = SpuFilterSet
    list_display = [
        "name",
        PictureColumn(label=_("主图")),
        Column("code", label=_("编码"), sort_key="code"),
        ComputedColumn("category", lambda spu: category_path(spu.category), label=_("分类")),
        Column("brand", label=_("品牌")),
        ComputedColumn(
            "price", lambda spu: price_range(spu.min_price, spu.max_price), label=_("售价"), sort_key="min_price"
        ),
        Column("total_stock", label=_("总库存"), sort_key="total_stock"),
        Column("total_sales", label=_("销量"), sort_key="total_sales"),
        StatusTagColumn("state", accessor=sale_state, primary=is_seen, label=_("状态")),
        ComputedColumn("marks", marks, label=_("标记")),
    ]
    list_export = [
        *("code", "name", "caption", "category", "brand", "min_price", "max_price", "total_stock", "total_sales"),
        *("state", "on_sale_at", "off_sale_at", "marks", "slug", "created_at", "updated_at"),
    ]
    export_headings = {
        "category": _("分类"),
        "brand": _("品牌"),
        "min_price": _("最低售价"),
        "max_price": _("最高售价"),
        "total_stock": _("总库存"),
        "total_sales": _("销量"),
        "state": _("状态"),
        "marks": _("标记"),
    }
    export_filename = "products"
    edit_handler = EDIT_HANDLER

    @property
    def matrix_view(self) -> Any:
        return self.construct_view(MatrixView)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("matrix/<int:pk>/", self.matrix_view, name="matrix")]


deletes_by(Spu, lambda pk: delete_spu(spu_id=pk))
