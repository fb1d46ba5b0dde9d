"""What staff decide about an after-sale: grant it, turn it down, take the goods in."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.viewsets.trade.acting import ActionView, Text
from cms.viewsets.trade.order_detail import signed
from cms.viewsets.trade.words import reason_text
from shop.aftersales.models import AfterSale, AfterSaleLine
from shop.aftersales.services import accept_after_sale, receive_return, refuse_after_sale
from shop.payments.models import Refund

HANDLE = "shop.change_aftersale"
RECEIVE = "shop.receive_aftersale"


class AfterSaleActionView(ActionView):
    """Something decided about one application."""

    index_url_name = "aftersale:index"
    index_label = _("售后")
    inspect_url_name = "aftersale:inspect"
    header_icon = "rotate"

    row: AfterSale

    def get_rows(self) -> QuerySet[AfterSale]:
        lines = AfterSaleLine.objects.select_related("order_line").order_by("pk")
        return AfterSale.objects.select_related("order", "refund").prefetch_related(Prefetch("lines", lines))

    @property
    def row_label(self) -> str:
        return self.row.number

    def get_intro(self) -> Text:
        return gettext("订单 %(order)s，%(kind)s，申请 %(amount)s，原因：%(reason)s。") % {
            "order": self.row.order.number,
            "kind": self.row.get_kind_display(),
            "amount": signed(self.row.amount),
            "reason": reason_text(self.row.reason),
        }

    def get_log_data(self) -> dict[str, Any]:
        return {"after_sale": self.row.number}

    def log(self, row: Any = None, **data: Any) -> None:
        super().log()
        # People look into the order's history too.
        super().log(self.row.order, **self.get_log_data())

    def told(self, after_sale: AfterSale) -> Text:
        """What follows, in words."""
        refund = after_sale.refund
        if refund is not None and refund.state == Refund.State.AWAITING_APPROVAL:
            return gettext("退款 %(amount)s 须由另一位员工复核") % {"amount": signed(refund.amount)}
        if refund is not None:
            return gettext("退款 %(amount)s 正在退回") % {"amount": signed(refund.amount)}
        return gettext("已同意，等待买家寄回商品")


class ShelfForm(forms.Form):
    """A note, and per line whether its pieces go back on the shelf."""

    note = forms.CharField(label=_("说明"), max_length=300, required=False, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, lines: list[AfterSaleLine], shelved: bool, asks_shelf: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines if asks_shelf else []
        for line in self.lines:
            initial = shelved if shelved else not line.order_line.shipped_count
            self.fields[f"restock_{line.order_line_id}"] = forms.BooleanField(
                label=gettext("%(name)s ×%(count)s 回库") % {"name": line.order_line.name, "count": line.count},
                required=False,
                initial=initial,
            )

    def restock(self) -> dict[int, bool]:
        """By order line, whether its pieces can be sold again."""
        return {line.order_line_id: bool(self.cleaned_data[f"restock_{line.order_line_id}"]) for line in self.lines}


class _ShelfView(AfterSaleActionView):
    form_class = ShelfForm

    @cached_property
    def is_return(self) -> bool:
        """Whether goods come back first."""
        return bool(self.row.kind == AfterSale.Kind.RETURN)


class AcceptView(_ShelfView):
    """Grants an application: money at once, or the goods first."""

    permission = HANDLE
    log_action = "shop.accept_after_sale"
    page_title = _("同意售后")
    button_label = _("同意")

    def get_form_kwargs(self) -> dict[str, Any]:
        lines = [line for line in self.row.lines.all() if line.count]
        asks = not self.is_return
        return {**super().get_form_kwargs(), "lines": lines, "shelved": False, "asks_shelf": asks}

    def get_form(self, form_class: Any = None) -> forms.Form:
        form: forms.Form = super().get_form(form_class)
        note = form.fields["note"]
        if self.is_return:
            note.label = _("退货地址和说明")
            note.help_text = _("买家会看到：收件人、电话、地址，以及寄回时的注意事项。")
            note.required = True
        else:
            note.help_text = _("买家会看到；可以不填。")
        return form

    def get_warning(self) -> Text:
        if self.is_return:
            return gettext("同意后买家寄回商品，确认收到后才退款。")
        return gettext("同意后立即退款；达到 %(limit)s 的须由另一位员工复核。") % {
            "limit": signed(settings.REFUND_APPROVAL_FROM)
        }

    def act(self, form: ShelfForm) -> Text:
        return self.told(
            accept_after_sale(
                after_sale_id=self.row.pk, by=self.staff, note=form.cleaned_data["note"], restock=form.restock()
            )
        )


class ReceiveView(_ShelfView):
    """The goods are here: their money goes back, and what can be sold again goes on the shelf."""

    permission = RECEIVE
    log_action = "shop.receive_return"
    page_title = _("确认收到退货")
    button_label = _("确认收到，退款")

    def get_form_kwargs(self) -> dict[str, Any]:
        lines = [line for line in self.row.lines.all() if line.count]
        return {**super().get_form_kwargs(), "lines": lines, "shelved": True, "asks_shelf": True}

    def get_warning(self) -> Text:
        return gettext("请逐件核对后确认；勾选“回库”的商品会加回可售库存，破损的不要勾选。")

    def act(self, form: ShelfForm) -> Text:
        return self.told(
            receive_return(
                after_sale_id=self.row.pk, by=self.staff, restock=form.restock(), note=form.cleaned_data["note"]
            )
        )


class RefuseForm(forms.Form):
    """Why not."""

    note = forms.CharField(
        label=_("拒绝原因"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("买家会看到。"),
    )


class RefuseView(AfterSaleActionView):
    """Turns an application down; the order goes on."""

    permission = HANDLE
    log_action = "shop.refuse_after_sale"
    page_title = _("拒绝售后")
    form_class = RefuseForm
    button_label = _("拒绝")
    is_serious = True

    def act(self, form: RefuseForm) -> Text:
        refuse_after_sale(after_sale_id=self.row.pk, by=self.staff, note=form.cleaned_data["note"])
        return gettext("已拒绝，订单恢复原状态")
