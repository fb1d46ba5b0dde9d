"""What staff do to an order before it leaves: a note, another price, the end."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.viewsets.trade.acting import ActionView, Text
from cms.viewsets.trade.order_detail import signed
from kernel import money
from shop.orders.models import Order
from shop.orders.services import CancelReason, cancel_order, note_order, reprice
from shop.payments.services import query_payments_of

NOTE = "shop.note_order"
REPRICE = "shop.reprice_order"
CANCEL = "shop.cancel_order"


class OrderActionView(ActionView):
    """Something done to one order."""

    index_url_name = "order:index"
    index_label = _("订单")
    inspect_url_name = "order:inspect"
    header_icon = "doc-full-inverse"

    row: Order

    def get_rows(self) -> QuerySet[Order]:
        return Order.objects.all()


class NoteForm(forms.Form):
    """What colleagues should know."""

    note = forms.CharField(
        label=_("内部备注"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("只有员工能看到；留空即清除。每次修改都会记入时间线。"),
    )


class NoteView(OrderActionView):
    """Keeps a note with the order."""

    permission = NOTE
    log_action = "shop.note_order"
    page_title = _("内部备注")
    form_class = NoteForm
    button_label = _("保存")

    def get_initial(self) -> dict[str, Any]:
        return {"note": self.row.staff_note}

    def act(self, form: NoteForm) -> Text:
        note_order(order_id=self.row.pk, by=self.staff, note=form.cleaned_data["note"])
        return gettext("备注已保存")


class RepriceForm(forms.Form):
    """Another sum, and why."""

    adjustment = forms.DecimalField(
        label=_("改价"),
        max_digits=12,
        decimal_places=2,
        help_text=_("在商品金额上增减，单位元：减 20 元填 -20，恢复原价填 0。按金额比例摊到各行商品。"),
    )
    freight = forms.DecimalField(label=_("运费"), max_digits=12, decimal_places=2, min_value=0)
    note = forms.CharField(label=_("原因"), max_length=200)


class RepriceView(OrderActionView):
    """Changes goods price or freight of an order that waits for its money."""

    permission = REPRICE
    log_action = "shop.reprice_order"
    page_title = _("改价")
    form_class = RepriceForm
    button_label = _("改价")

    def get_initial(self) -> dict[str, Any]:
        return {"adjustment": self.row.adjustment, "freight": self.row.freight}

    def get_intro(self) -> Text:
        return gettext(
            "商品 %(goods)s，优惠 %(discount)s，改价 %(adjustment)s，运费 %(freight)s，应付 %(payable)s。"
        ) % {
            "goods": signed(self.row.goods_amount),
            "discount": signed(self.row.discount),
            "adjustment": signed(self.row.adjustment),
            "freight": signed(self.row.freight),
            "payable": signed(self.row.payable),
        }

    def act(self, form: RepriceForm) -> Text:
        said = form.cleaned_data
        self.before = self.row.payable
        self.row = reprice(
            order_id=self.row.pk,
            by=self.staff,
            adjustment=said["adjustment"],
            freight=said["freight"],
            note=said["note"],
        )
        # A page that asks for the old sum must not be paid any more: the gateway closes it.
        query_payments_of(order_id=self.row.pk)
        return gettext("改价成功，应付 %(payable)s") % {"payable": signed(self.row.payable)}

    def get_log_data(self) -> dict[str, Any]:
        return {"before": money.text(self.before), "after": money.text(self.row.payable)}


class CancelForm(forms.Form):
    """Why the order ends."""

    note = forms.CharField(label=_("原因"), max_length=200, help_text=_("会记入订单的时间线。"))


class CancelView(OrderActionView):
    """Closes an order that has not been paid, or one for cash on delivery that has not left."""

    permission = CANCEL
    log_action = "shop.cancel_order"
    page_title = _("取消订单")
    form_class = CancelForm
    button_label = _("取消订单")
    is_serious = True

    def get_warning(self) -> Text:
        return gettext("取消后不能恢复，占用的库存会归还。已付款的订单请改用退款。")

    def act(self, form: CancelForm) -> Text:
        cancel_order(
            order_id=self.row.pk,
            owner=None,
            by=self.staff,
            reason=CancelReason.STAFF,
            note=form.cleaned_data["note"],
        )
        return gettext("订单已取消，库存已归还")
