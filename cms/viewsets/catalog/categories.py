"""Categories as a tree that can be filtered and dragged."""

from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from cms.exports import SafeExportMixin
from cms.viewsets.catalog.ordering import ServiceReorderView
from cms.viewsets.catalog.tree import TreeChoiceField, in_tree_order, indented, path
from cms.viewsets.columns import PictureColumn, with_pictures
from cms.viewsets.filters import ChoiceFilter, ModelChoiceFilter
from cms.viewsets.saving import ServiceCreateView, ServiceDeleteView, ServiceEditView, ServiceForm, deletes_by
from shop.catalog.models import Category
from shop.catalog.services import delete_category, place_category, save_category

LEVEL_NAMES = {1: _("一级"), 2: _("二级"), 3: _("三级")}


class CategoryForm(ServiceForm):
    """One category; the service works out its level and the levels below it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["sort_order"].required = False
        self.fields["parent"] = TreeChoiceField(
            label=_("上级分类"),
            queryset=in_tree_order(Category.objects.filter(level__lt=3)),
            required=False,
            empty_label=_("（无，作为一级分类）"),
            help_text=_("最多三级；商品只能放在第三级。"),
        )

    def save_by_service(self) -> Category:
        values = self.changed_fields
        if values.get("sort_order") is None:
            # Empty means "behind the others" for a new category and "as it is" for an old one.
            values.pop("sort_order", None)
        return save_category(category_id=self.instance.pk, **values)


class CategoryFilterSet(WagtailFilterSet):
    parent = ModelChoiceFilter(label=_("上级分类"), queryset=Category.objects.none())
    level = ChoiceFilter(label=_("级别"), choices=list(LEVEL_NAMES.items()))

    class Meta:
        model = Category
        fields = ["parent", "level", "is_shown"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.filters["parent"]
        field.queryset = in_tree_order(Category.objects.filter(level__lt=3))
        field.field.label_from_instance = indented


class TreeTitleColumn(TitleColumn):
    """The name with its link, moved in by its level."""

    def get_value(self, instance: Category) -> str:
        return indented(instance)


class CategoryIndexView(SafeExportMixin, generic.IndexView):
    """The tree. Dragging orders the children of the chosen parent, or the top level."""

    export_values = {"path": path}

    def _get_title_column(self, field_name: str, column_class: type[Column] = TreeTitleColumn, **kwargs: Any) -> Column:
        return super()._get_title_column(field_name, column_class, **kwargs)

    @cached_property
    def reorder_button(self) -> Button | None:
        if not self.get_reorder_url():
            return None
        chosen = {"parent": self.request.GET["parent"]} if self.request.GET.get("parent") else {}
        return Button(
            _("拖动排序"),
            url=f"{self.index_url}?{urlencode({**chosen, 'ordering': self.sort_order_field})}",
            icon_name="order",
        )

    def get_valid_orderings(self) -> list[str]:
        # Wagtail offers dragging for unfiltered lists only; siblings are just what the filter shows.
        orderings: list[str] = super().get_valid_orderings()
        return orderings if self.is_searching else [*orderings, self.sort_order_field]

    def get_base_queryset(self) -> QuerySet[Category]:
        rows: QuerySet[Category] = super().get_base_queryset()
        if self.show_ordering_column and not self.request.GET.get("parent"):
            rows = rows.filter(parent=None)
        return with_pictures(rows.select_related("parent__parent").annotate(product_count=Count("spus")), "image")

    def order_queryset(self, queryset: QuerySet[Category]) -> QuerySet[Category]:
        if self.show_ordering_column:
            return queryset.order_by("sort_order", "pk")
        return in_tree_order(queryset) if not self.ordering else super().order_queryset(queryset)


class CategoryReorderView(ServiceReorderView):
    @staticmethod
    def place(pk: int, position: int) -> None:
        place_category(category_id=pk, position=position)


class CategoryViewSet(ModelViewSet):
    model = Category
    icon = "folder-open-inverse"
    menu_label = _("分类")
    sort_order_field = "sort_order"
    copy_view_enabled = False
    list_per_page = 50
    index_view_class = CategoryIndexView
    add_view_class = ServiceCreateView
    edit_view_class = ServiceEditView
    delete_view_class = ServiceDeleteView
    reorder_view_class = CategoryReorderView
    search_fields = ["name", "slug"]
    search_backend_name = None
    filterset_class = CategoryFilterSet
    list_display = [
        "name",
        PictureColumn("image", label=_("图片")),
        Column("level", label=_("级别"), accessor=lambda row: LEVEL_NAMES[row.level]),
        Column("product_count", label=_("商品数")),
        Column("slug", label=_("路径名")),
        BooleanColumn("is_shown", label=_("显示")),
    ]
    list_export = ["path", "name", "level", "slug", "sort_order", "is_shown", "product_count"]
    export_headings = {"path": _("完整路径"), "product_count": _("商品数")}
    export_filename = "categories"
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("parent"),
            FieldPanel("image"),
            FieldPanel("is_shown", help_text=_("隐藏的分类不出现在商城的菜单里，其下商品仍可被搜索到。")),
            FieldPanel("sort_order", help_text=_("小的在前；留空排在最后。也可以在列表中拖动。")),
            MultiFieldPanel(
                [
                    FieldPanel("slug", help_text=_("用于网址；留空按名称的拼音生成。")),
                    FieldPanel("seo_title"),
                    FieldPanel("seo_description", widget=forms.Textarea(attrs={"rows": 2})),
                ],
                heading=_("SEO"),
            ),
        ],
        base_form_class=CategoryForm,
    )


deletes_by(Category, lambda pk: delete_category(category_id=pk))
