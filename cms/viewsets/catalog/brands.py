"""Brands with their logos, ordered by hand or by letter."""

from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from cms.exports import SafeExportMixin
from cms.viewsets.catalog.ordering import ServiceReorderView
from cms.viewsets.columns import PictureColumn, with_pictures
from cms.viewsets.filters import ChoiceFilter
from cms.viewsets.saving import ServiceCreateView, ServiceDeleteView, ServiceEditView, ServiceForm, deletes_by
from shop.catalog.models import Brand
from shop.catalog.services import delete_brand, place_brand, save_brand

LETTERS = [(letter, letter) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ#"]


class BrandForm(ServiceForm):
    """One brand; the service works out its letter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False

    def save_by_service(self) -> Brand:
        return save_brand(brand_id=self.instance.pk, **self.changed_fields)


class BrandFilterSet(WagtailFilterSet):
    first_letter = ChoiceFilter(label=_("首字母"), choices=LETTERS)

    class Meta:
        model = Brand
        fields = ["first_letter"]


class BrandIndexView(SafeExportMixin, generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Brand]:
        return with_pictures(super().get_base_queryset().annotate(product_count=Count("spus")), "logo")


class BrandReorderView(ServiceReorderView):
    @staticmethod
    def place(pk: int, position: int) -> None:
        place_brand(brand_id=pk, position=position)


class BrandViewSet(ModelViewSet):
    model = Brand
    icon = "pick"
    menu_label = _("品牌")
    sort_order_field = "sort_order"
    copy_view_enabled = False
    list_per_page = 50
    index_view_class = BrandIndexView
    add_view_class = ServiceCreateView
    edit_view_class = ServiceEditView
    delete_view_class = ServiceDeleteView
    reorder_view_class = BrandReorderView
    search_fields = ["name", "slug"]
    search_backend_name = None
    filterset_class = BrandFilterSet
    list_display = [
        "name",
        PictureColumn("logo", label=_("标志")),
        Column("first_letter", label=_("首字母"), sort_key="first_letter"),
        Column("product_count", label=_("商品数"), sort_key="product_count"),
        Column("slug", label=_("路径名")),
    ]
    list_export = ["name", "first_letter", "slug", "sort_order", "product_count", "description"]
    export_headings = {"product_count": _("商品数")}
    export_filename = "brands"
    edit_handler = ObjectList(
        [
            FieldPanel("name", help_text=_("首字母按拼音自动生成。")),
            FieldPanel("logo"),
            FieldPanel("description"),
            MultiFieldPanel(
                [
                    FieldPanel("slug", help_text=_("用于网址；留空按名称的拼音生成。")),
                    FieldPanel("seo_title"),
                    FieldPanel("seo_description", widget=forms.Textarea(attrs={"rows": 2})),
                ],
                heading=_("SEO"),
            ),
        ],
        base_form_class=BrandForm,
    )


deletes_by(Brand, lambda pk: delete_brand(brand_id=pk))
