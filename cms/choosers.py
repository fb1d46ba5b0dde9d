"""Inline pickers for what the shop sells: products, categories, brands.

Their blocks give models of ``shop`` to the editor; only ids are stored in content.
"""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.admin.viewsets.chooser import ChooserViewSet

from kernel import money
from shop.catalog.models import Brand, Category, Sku, Spu
from shop.catalog.selectors import skus_on_sale


def _search_form(*lookups: str) -> type[BaseFilterForm]:
    """A filter form whose words must all be found, each in any of these columns."""

    class WordsForm(BaseFilterForm):
        q = forms.CharField(
            label=_("搜索"),
            required=False,
            max_length=100,
            widget=forms.TextInput(attrs={"placeholder": _("搜索")}),
        )

        def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
            objects = super().filter(objects)
            words = self.cleaned_data.get("q", "").replace("\x00", "").split()
            for word in words:
                either = Q()
                for lookup in lookups:
                    either |= Q(**{f"{lookup}__icontains": word})
                objects = objects.filter(either)
            if words:
                self.is_searching = True
                self.search_query = self.cleaned_data["q"]
            return objects

    return WordsForm


class _SkuColumns:
    filter_form_class = _search_form("name", "code", "spu__name", "spu__category__name")
    ordering = ["-id"]

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,  # type: ignore[misc]
            Column("code", label=_("编码"), accessor="code"),
            Column("price", label=_("售价"), accessor=lambda sku: f"¥{money.text(sku.price)}"),
            Column("stock", label=_("库存"), accessor="stock"),
            Column("state", label=_("状态"), accessor=self._state),
        ]

    @cached_property
    def _on_sale(self) -> set[int]:
        shown = [sku.pk for sku in self.results]  # type: ignore[attr-defined]
        return set(skus_on_sale().filter(pk__in=shown).values_list("pk", flat=True))

    def _state(self, sku: Sku) -> Any:
        if sku.pk not in self._on_sale:
            return format_html('<span class="w-status">{}</span>', _("未上架"))
        return _("在售") if sku.stock else _("售罄")


class SkuChooseView(_SkuColumns, ChooseView):
    """Products with what an editor tells them apart by."""


class SkuChooseResultsView(_SkuColumns, ChooseResultsView):
    """The results alone, while searching."""


class SkuChooserViewSet(ChooserViewSet):
    model = Sku
    icon = "tag"
    choose_one_text = _("选择商品")
    choose_another_text = _("换一个商品")
    edit_item_text = _("编辑商品")
    per_page = 15
    choose_view_class = SkuChooseView
    choose_results_view_class = SkuChooseResultsView


class _SpuColumns:
    filter_form_class = _search_form("name", "code", "category__name", "brand__name")
    ordering = ["-id"]

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,  # type: ignore[misc]
            Column("code", label=_("编码"), accessor="code"),
            Column("status", label=_("状态"), accessor="get_status_display"),
        ]


class SpuChooseView(_SpuColumns, ChooseView):
    """SPUs by name, code, category and brand."""


class SpuChooseResultsView(_SpuColumns, ChooseResultsView):
    """The results alone, while searching."""


class SpuChooserViewSet(ChooserViewSet):
    model = Spu
    icon = "tag"
    choose_one_text = _("选择 SPU")
    choose_another_text = _("换一个 SPU")
    edit_item_text = _("编辑 SPU")
    per_page = 15
    choose_view_class = SpuChooseView
    choose_results_view_class = SpuChooseResultsView


class _CategoryColumns:
    filter_form_class = _search_form("name", "parent__name", "parent__parent__name")

    def get_object_list(self) -> QuerySet[Category]:
        return Category.objects.select_related("parent__parent").order_by("level", "sort_order", "id")

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,  # type: ignore[misc]
            Column("parents", label=_("上级"), accessor=self._parents),
            Column("level", label=_("级别"), accessor="level"),
        ]

    @staticmethod
    def _parents(category: Category) -> str:
        names: list[str] = []
        above = category.parent
        while above:
            names.insert(0, above.name)
            above = above.parent
        return " › ".join(names)


class CategoryChooseView(_CategoryColumns, ChooseView):
    """Categories with their place in the tree: the same name stands in several."""


class CategoryChooseResultsView(_CategoryColumns, ChooseResultsView):
    """The results alone, while searching."""


class CategoryChooserViewSet(ChooserViewSet):
    model = Category
    icon = "folder-open-1"
    choose_one_text = _("选择分类")
    choose_another_text = _("换一个分类")
    edit_item_text = _("编辑分类")
    per_page = 20
    choose_view_class = CategoryChooseView
    choose_results_view_class = CategoryChooseResultsView


class _BrandForm:
    filter_form_class = _search_form("name", "first_letter")


class BrandChooseView(_BrandForm, ChooseView):
    """Brands by name or first letter."""


class BrandChooseResultsView(_BrandForm, ChooseResultsView):
    """The results alone, while searching."""


class BrandChooserViewSet(ChooserViewSet):
    model = Brand
    icon = "pilcrow"
    choose_one_text = _("选择品牌")
    choose_another_text = _("换一个品牌")
    edit_item_text = _("编辑品牌")
    per_page = 20
    choose_view_class = BrandChooseView
    choose_results_view_class = BrandChooseResultsView


sku_chooser = SkuChooserViewSet("sku_chooser")
spu_chooser = SpuChooserViewSet("spu_chooser")
category_chooser = CategoryChooserViewSet("category_chooser")
brand_chooser = BrandChooserViewSet("brand_chooser")

#: For ``register_admin_viewset``.
CHOOSERS = (sku_chooser, spu_chooser, category_chooser, brand_chooser)

SkuChooserBlock = sku_chooser.get_block_class(name="SkuChooserBlock", module_path="cms.choosers")
CategoryChooserBlock = category_chooser.get_block_class(name="CategoryChooserBlock", module_path="cms.choosers")
BrandChooserBlock = brand_chooser.get_block_class(name="BrandChooserBlock", module_path="cms.choosers")
