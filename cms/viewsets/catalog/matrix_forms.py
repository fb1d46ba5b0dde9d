"""The rows of the SKU matrix: an existing SKU to change, or a combination that may become one."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _
from wagtail.images.widgets import AdminImageChooser

from kernel.money import MOST
from media.models import MallImage
from shop.catalog.matrix import Combination
from shop.catalog.services import SkuRow
from shop.stock.services import MOST_PIECES


class PictureChooser(AdminImageChooser):
    """A chooser small enough for a table."""

    choose_one_text = _("选择")
    choose_another_text = _("更换")
    show_edit_link = False
    classname = "image-chooser matrix-picture"
    #: The pictures of the whole table, so that no row fetches its own.
    known: Mapping[int, MallImage] = {}

    def get_instance(self, value: Any) -> MallImage | None:
        found: MallImage | None = self.known.get(value) or super().get_instance(value)
        return found


def _amount(label: Any, *, required: bool = False) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=Decimal(0),
        max_value=MOST,
        max_digits=12,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.01", "min": "0"}),
    )


class MatrixRowForm(forms.Form):
    """One combination. ``make`` says whether a new one becomes a SKU; an unticked row is not looked at."""

    make = forms.BooleanField(label=_("生成"), required=False)
    code = forms.CharField(label=_("SKU 编码"), max_length=64, required=False)
    price = _amount(_("售价"), required=True)
    market_price = _amount(_("市场价"))
    cost_price = _amount(_("成本价"))
    weight_grams = forms.IntegerField(label=_("重量（克）"), min_value=0, max_value=2_000_000_000, required=False)
    first_stock = forms.IntegerField(label=_("初始库存"), min_value=0, max_value=MOST_PIECES, required=False)
    is_on_sale = forms.BooleanField(label=_("在售"), required=False)
    default_image = forms.ModelChoiceField(
        label=_("图片"), queryset=MallImage.objects.all(), required=False, widget=PictureChooser()
    )

    def __init__(self, data: Mapping[str, Any] | None, *, row: Combination, pictures: Mapping[int, MallImage]) -> None:
        self.row = row
        self.sku = row.sku
        # The options name the row, so that a row stays itself when another editor adds some meanwhile.
        prefix = "row-" + "-".join(str(pk) for pk in sorted(row.key))
        super().__init__(data, prefix=prefix, initial=self._initial())
        chooser: Any = self.fields["default_image"].widget
        chooser.known = pictures
        if self.sku:
            del self.fields["make"], self.fields["first_stock"]
        for name, field in self.fields.items():
            field.widget.attrs["data-column"] = name
            field.widget.attrs["aria-label"] = f"{self.title} {field.label}"

    def _initial(self) -> dict[str, Any]:
        if self.sku is None:
            return {"make": True, "is_on_sale": True, "weight_grams": 0, "first_stock": 0}
        names = ("code", "price", "market_price", "cost_price", "weight_grams", "is_on_sale")
        return {**{name: getattr(self.sku, name) for name in names}, "default_image": self.sku.default_image_id}

    @property
    def title(self) -> str:
        return " / ".join(option.value for option in self.row.options)

    @property
    def is_wanted(self) -> bool:
        """Whether the row is to be looked at: an existing SKU that was shown, or a ticked combination."""
        if self.sku:
            return self.add_prefix("price") in self.data
        return bool(self.data.get(self.add_prefix("make")))

    def full_clean(self) -> None:
        if self.is_bound and not self.is_wanted:
            self._errors, self.cleaned_data = ErrorDict(), {}
            return
        super().full_clean()

    def as_row(self) -> SkuRow:
        """What the service takes."""
        cleaned = self.cleaned_data
        row: SkuRow = {
            "code": cleaned["code"],
            "price": cleaned["price"],
            "market_price": cleaned["market_price"],
            "cost_price": cleaned["cost_price"],
            "weight_grams": cleaned["weight_grams"] or 0,
            "is_on_sale": cleaned["is_on_sale"],
            "default_image_id": getattr(cleaned["default_image"], "pk", None),
        }
        if self.sku:
            return {"sku_id": self.sku.pk, **row}
        return {"option_ids": list(self.row.key), **row}


def matrix_forms(rows: Sequence[Combination], data: Mapping[str, Any] | None) -> list[MatrixRowForm]:
    """A form for each row, their pictures fetched in two queries."""
    ids = {row.sku.default_image_id for row in rows if row.sku and row.sku.default_image_id}
    pictures = MallImage.objects.prefetch_renditions("max-165x165").in_bulk(ids)
    return [MatrixRowForm(data, row=row, pictures=pictures) for row in rows]
