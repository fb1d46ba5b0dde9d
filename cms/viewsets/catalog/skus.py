"""SKUs across all products: prices, low stock, adjustments."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import NumberRangeWidget, WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button, HeaderButton

from cms.exports import SafeExportMixin
from cms.viewsets.catalog.tree import BelowFilter
from cms.viewsets.catalog.tree import path as category_path
from cms.viewsets.columns import ComputedColumn, MoneyColumn, PictureColumn, with_pictures
from cms.viewsets.filters import ModelChoiceFilter, RangeFilter
from cms.viewsets.saving import FreshForm, ServiceDeleteView, ServiceEditView, deletes_by
from cms.viewsets.stock import ADJUST
from shop.catalog.models import Brand, Sku
from shop.catalog.services import delete_sku, save_sku

#: At so many pieces a SKU is shown as low.
LOW = 10


class SkuForm(FreshForm):
    """One SKU without its stock, which has a way of its own."""

    class Meta(FreshForm.Meta):
        error_messages = {"code": {"unique": _("该 SKU 编码已被使用")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False

    def save_by_service(self) -> Sku:
        return save_sku(sku_id=self.instance.pk, **self.changed_fields)


class SkuFilterSet(WagtailFilterSet):
    stock = RangeFilter(label=_("库存"), widget=NumberRangeWidget)
    price = RangeFilter(label=_("售价"), widget=NumberRangeWidget)
    category = BelowFilter(label=_("分类"), field_name="spu__category")
    brand = ModelChoiceFilter(label=_("品牌"), field_name="spu__brand", queryset=Brand.objects.all())

    class Meta:
        model = Sku
        fields = ["stock", "price", "category", "brand", "is_on_sale"]


def stock_shown(sku: Sku) -> Any:
    """The number of pieces, marked where it is low."""
    if sku.stock > LOW:
        return sku.stock
    return format_html('{} <span class="w-status">{}</span>', sku.stock, _("低库存") if sku.stock else _("缺货"))


class SkuIndexView(SafeExportMixin, generic.IndexView):
    export_values = {"category": lambda sku: category_path(sku.spu.category)}

    def get_base_queryset(self) -> QuerySet[Sku]:
        rows = super().get_base_queryset().select_related("spu__category__parent__parent", "spu__brand")
        return with_pictures(rows)

    def search_queryset(self, queryset: QuerySet[Sku]) -> QuerySet[Sku]:
        text = self.search_query.replace("\x00", "").strip()
        either = Q(name__icontains=text) | Q(code__icontains=text) | Q(spu__code__icontains=text)
        return queryset.filter(either) if text else queryset

    def order_queryset(self, queryset: QuerySet[Sku]) -> QuerySet[Sku]:
        return (
            queryset.order_by(self.ordering, "pk")
            if self.ordering
            else queryset.order_by("-spu_id", "sort_order", "pk")
        )

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        low = Button(gettext("查看低库存"), url=f"{self.index_url}?stock_max={LOW}", icon_name="warning", priority=5)
        return [*super().header_more_buttons, low]

    def get_list_more_buttons(self, instance: Sku) -> list[Any]:
        buttons: list[Any] = super().get_list_more_buttons(instance)
        if self.request.user.has_perm(ADJUST):
            buttons.append(
                Button(
                    gettext("调整库存"), url=adjust_url(instance, back=self.request), icon_name="sliders", priority=15
                )
            )
        if self.request.user.has_perm("shop.view_stockmovement"):
            buttons.append(Button(gettext("库存流水"), url=ledger_url(instance), icon_name="history", priority=16))
        return buttons


def ledger_url(sku: Sku) -> str:
    """Where every change of the SKU's stock is listed."""
    return reverse("stockmovement:index") + "?" + urlencode({"code": sku.code})


def adjust_url(sku: Sku, *, back: HttpRequest) -> str:
    """Where the SKU's stock is adjusted, and the way back here."""
    return reverse("stockmovement:adjust", args=[sku.pk]) + "?" + urlencode({"next": back.get_full_path()})


class SkuEditView(ServiceEditView):
    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        buttons = [
            HeaderButton(gettext("SKU 矩阵"), url=reverse("spu:matrix", args=[self.object.spu_id]), icon_name="table")
        ]
        if self.request.user.has_perm(ADJUST):
            url = adjust_url(self.object, back=self.request)
            label = gettext("调整库存（现有 %(stock)s 件）") % {"stock": self.object.stock}
            buttons.append(HeaderButton(label, url=url, icon_name="sliders"))
        return buttons


class SkuViewSet(ModelViewSet):
    """SKUs are made in the matrix of their product; here they are found, priced and switched."""

    model = Sku
    icon = "list-ul"
    menu_label = _("SKU 与库存")
    copy_view_enabled = False
    add_to_reference_index = False
    index_view_class = SkuIndexView
    edit_view_class = SkuEditView
    delete_view_class = ServiceDeleteView
    search_fields = ["name", "code", "spu__code"]
    search_backend_name = None
    filterset_class = SkuFilterSet
    list_display = [
        "name",
        PictureColumn(label=_("图片")),
        Column("code", label=_("SKU 编码"), sort_key="code"),
        ComputedColumn("category", lambda sku: category_path(sku.spu.category), label=_("分类")),
        MoneyColumn("price", label=_("售价"), sort_key="price"),
        ComputedColumn("stock", stock_shown, label=_("库存"), sort_key="stock"),
        Column("sales", label=_("销量"), sort_key="sales"),
        BooleanColumn("is_on_sale", label=_("在售")),
    ]
    list_export = [
        *("code", "name", "spu.code", "spu.name", "category", "price", "market_price", "cost_price"),
        *("stock", "weight_grams", "is_on_sale", "sales", "comments", "updated_at"),
    ]
    export_headings = {"spu.code": _("商品编码"), "spu.name": _("商品"), "category": _("分类")}
    export_filename = "skus"
    edit_handler = ObjectList(
        [
            FieldPanel("name", help_text=_("留空按商品名称和规格生成。")),
            FieldRowPanel([FieldPanel("code"), FieldPanel("is_on_sale")]),
            FieldRowPanel([FieldPanel("price"), FieldPanel("market_price"), FieldPanel("cost_price")]),
            FieldRowPanel([FieldPanel("weight_grams"), FieldPanel("sort_order")]),
            FieldPanel("default_image"),
        ],
        base_form_class=SkuForm,
    )

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_common_view_kwargs(**kwargs), "add_url_name": None}

    def get_urlpatterns(self) -> list[URLPattern]:
        return [route for route in super().get_urlpatterns() if route.name != "add"]


deletes_by(Sku, lambda pk: delete_sku(sku_id=pk))
