"""The SKU matrix: every combination of a product's options in one table."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import log

from cms.viewsets.catalog.matrix_forms import MatrixRowForm, matrix_forms
from kernel.errors import DomainError
from shop.catalog.matrix import Combination, existing, matrix, specs_of
from shop.catalog.models import Spec, Spu
from shop.catalog.services import save_skus
from shop.stock.models import StockMovement
from shop.stock.services import set_stock


class MatrixView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Shows what exists and what could, and saves the ticked rows by the services, all or none."""

    model = Spu
    permission_required = "change"
    template_name = "cms/catalog/matrix.html"
    page_title = _("SKU 矩阵")
    header_icon = "table"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.spu = get_object_or_404(Spu, pk=kwargs["pk"])
        self.refusal: str = ""

    @cached_property
    def specs(self) -> list[Spec]:
        return specs_of(self.spu.pk)

    @cached_property
    def chosen(self) -> Collection[int]:
        """The options to combine: those ticked above the table, or all."""
        ticked = {int(pk) for pk in self.request.GET.getlist("option") if pk.isdecimal() and len(pk) < 19}
        return ticked or {option.pk for spec in self.specs for option in spec.options.all()}

    @cached_property
    def rows(self) -> list[Combination]:
        """The table's rows; only the existing SKUs when the options cannot be combined."""
        try:
            return matrix(self.spu.pk, self.chosen)
        except DomainError as refused:
            self.refusal = refused.message
            return existing(self.spu.pk)

    def get_page_subtitle(self) -> str:
        return self.spu.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("spu:index"), "label": gettext("商品")},
            {"url": reverse("spu:edit", args=[self.spu.pk]), "label": self.spu.name},
            {"url": "", "label": str(self.page_title)},
        ]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        edit = reverse("spu:edit", args=[self.spu.pk])
        return [HeaderButton(gettext("编辑商品与规格"), url=edit, icon_name="edit")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        forms: list[MatrixRowForm] = kwargs.pop("forms", None) or matrix_forms(self.rows, None)
        return super().get_context_data(
            spu=self.spu,
            specs=self.specs,
            chosen=self.chosen,
            forms=forms,
            refusal=self.refusal,
            media=forms[0].media if forms else Media(),
            can_adjust=self.request.user.has_perm("shop.add_stockmovement"),
            can_delete=self.request.user.has_perm("shop.delete_sku"),
            here=self.request.get_full_path(),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        forms = matrix_forms(self.rows, request.POST)
        wanted = [form for form in forms if form.is_wanted]
        if all(form.is_valid() for form in wanted):
            try:
                made, changed = self._save(wanted)
            except DomainError as refused:
                self._show(refused, wanted)
            else:
                text = gettext("新生成 %(made)s 个 SKU，更新 %(changed)s 个")
                messages.success(request, text % {"made": made, "changed": changed})
                return redirect(self.request.get_full_path())
        messages.error(request, gettext("没有保存：请更正标出的错误"))
        return self.render_to_response(self.get_context_data(forms=forms))

    @transaction.atomic
    def _save(self, wanted: list[MatrixRowForm]) -> tuple[int, int]:
        """Make and change the SKUs, count the first pieces of the new ones, and write the product's history."""
        saved = save_skus(spu_id=self.spu.pk, rows=[form.as_row() for form in wanted])
        new = {sku.pk: form for sku, form in zip(saved, wanted, strict=True) if form.sku is None}
        set_stock(
            counts={pk: form.cleaned_data["first_stock"] or 0 for pk, form in new.items()},
            cause=StockMovement.Cause.INITIAL,
            reference="",
            by_id=self.request.user.pk,
        )
        changed = sum(form.sku is not None and form.has_changed() for form in wanted)
        if new or changed:
            log(
                instance=self.spu,
                action="shop.skus_saved",
                user=self.request.user,
                data={"made": len(new), "changed": changed},
            )
        return len(new), changed

    def _show(self, refused: DomainError, wanted: list[MatrixRowForm]) -> None:
        """Put the refusal at its row and field, or above the table."""
        place = refused.params.get("row")
        if place is None:
            self.refusal = refused.message
            return
        form = wanted[place]
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
