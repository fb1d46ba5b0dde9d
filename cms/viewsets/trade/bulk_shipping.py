"""Sending many orders by one file: upload, look at every row, then confirm."""

import io
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from django import forms
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from accounts.models import User
from cms.viewsets.saving import show_refusal
from cms.viewsets.trade.shipping import SHIP
from kernel.errors import DomainError
from shop.fulfilment.plans import BulkPlan, Fate, PlannedRow
from shop.fulfilment.services import apply_bulk_shipping, plan_bulk_shipping, write_bulk_template
from shop.fulfilment.sheet import AskedRow
from shop.orders.models import Order

#: Rows of the plan that the page prints, wrong ones first; the figures above it count all.
MOST_SHOWN = 300
MOST_BYTES = 5_000_000
KINDS = (".xlsx", ".csv")
#: Seconds for which a plan that was looked at may be confirmed.
PLAN_KEPT = 3600
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FATES = {
    Fate.SHIP: _("待发货"),
    Fate.DONE: _("已发过"),
    Fate.WRONG: _("有错误"),
    Fate.HELD: _("暂不发"),
}
_ORDER = [Fate.WRONG, Fate.HELD, Fate.SHIP, Fate.DONE]


class BulkForm(forms.Form):
    """The filled-in file."""

    file = forms.FileField(label=_("文件"), help_text=_("XLSX 或 CSV，最多 2000 行、5 MB。先检查，确认后才发货。"))

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if Path(file.name or "").suffix.lower() not in KINDS:
            raise forms.ValidationError(gettext("请上传 XLSX 或 CSV 文件"), code="kind")
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(gettext("文件不能超过 5 MB"), code="size")
        return file


class BulkShippingView(WagtailAdminTemplateMixin, FormView):
    """First what the file would do, then the doing, with the same rows; they are judged anew at that moment."""

    form_class = BulkForm
    template_name = "cms/trade/bulk_shipping.html"
    page_title = _("批量发货")
    header_icon = "upload"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not cast(Any, request.user).has_perm(SHIP):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse("order:index"), "label": gettext("订单")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.get_page_title()}]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "plan" in request.POST:
            return self.confirm(request.POST["plan"])
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: BulkForm) -> HttpResponse:
        try:
            plan = _planned(form.cleaned_data["file"])
        except DomainError as refused:
            show_refusal(form, refused)
            return self.form_invalid(form)
        return self.show(plan, form=form, token=self.sealed(plan))

    def confirm(self, token: str) -> HttpResponse:
        """Send what the plan that was looked at asks for."""
        try:
            said = signing.loads(token, salt=self.salt, max_age=PLAN_KEPT)
        except signing.BadSignature:
            messages.error(self.request, gettext("检查结果已过期，请重新上传文件"))
            return self.show(None, form=self.form_class())
        user = cast(User, self.request.user)
        plan = apply_bulk_shipping(plan=BulkPlan([PlannedRow(_row(one)) for one in said]), by=user)
        sent = {number for number, rows in plan.by_order().items() if rows}
        for order in Order.objects.filter(number__in=sent):
            log(instance=order, action="shop.ship_order", user=user, data={"bulk": True})
        messages.success(self.request, gettext("已为 %(orders)s 个订单发货") % {"orders": len(sent)})
        return self.show(plan, form=self.form_class(), is_done=True)

    def show(self, plan: BulkPlan | None, *, form: forms.Form, token: str = "", is_done: bool = False) -> HttpResponse:
        """The page with the fate of every row."""
        names = FATES | {Fate.SHIP: _("已发货")} if is_done else FATES
        rows = sorted(plan.rows, key=lambda row: (_ORDER.index(row.fate), row.asked.row)) if plan else []
        context = self.get_context_data(
            form=form,
            plan=plan,
            is_done=is_done,
            rows=[(row, names[row.fate]) for row in rows[:MOST_SHOWN]],
            more=max(len(rows) - MOST_SHOWN, 0),
            figures=[(names[fate], plan.count(fate)) for fate in _ORDER] if plan else [],
            token=token if plan and plan.count(Fate.SHIP) else "",
        )
        return self.render_to_response(context)

    @property
    def salt(self) -> str:
        """A plan is confirmed by whoever uploaded its file."""
        return f"bulk-shipping-{self.request.user.pk}"

    def sealed(self, plan: BulkPlan) -> str:
        """The rows of the plan, for the way to the page and back."""
        return signing.dumps([asdict(row) for row in plan.asked()], salt=self.salt, compress=True)


def bulk_template(request: HttpRequest) -> FileResponse:
    """The empty file to fill in."""
    if not cast(Any, request.user).has_perm(SHIP):
        raise PermissionDenied
    target = io.BytesIO()
    write_bulk_template(target)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename="bulk-shipping.xlsx", content_type=XLSX)


def _planned(file: UploadedFile) -> BulkPlan:
    with tempfile.NamedTemporaryFile(suffix=Path(file.name or "").suffix.lower()) as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        return plan_bulk_shipping(path=Path(copy.name))


def _row(said: dict[str, Any]) -> AskedRow:
    wrong = said["wrong"]
    return AskedRow(**{**said, "wrong": tuple(wrong) if wrong else None})
