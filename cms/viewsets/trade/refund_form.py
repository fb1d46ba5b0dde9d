"""The form of a refund: pieces, money and shelf per line, freight, and why."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.viewsets.trade.acting import Text
from cms.viewsets.trade.order_actions import OrderActionView
from cms.viewsets.trade.order_detail import signed
from kernel import money
from shop.orders.models import Order, OrderLine
from shop.orders.services import RefundedPieces
from shop.orders.states import OrderState, PayMethod
from shop.payments.models import Refund
from shop.payments.refunds import freight_left, proposed_amount
from shop.payments.services.refunds import request_refund

REQUEST = "shop.add_refund"

#: Where an order can be when staff give money back of themselves.
REFUNDABLE = (OrderState.TO_SHIP, OrderState.SHIPPED, OrderState.TO_REVIEW, OrderState.DONE)


def is_refundable(order: Order) -> bool:
    """Whether money of this order is here and may go back now."""
    return order.state in REFUNDABLE and order.paid_amount > order.refunded_amount


class RefundForm(forms.Form):
    """What goes back of each line; an empty amount is what the pieces cost."""

    def __init__(self, *args: Any, order: Order, lines: list[OrderLine], freight: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        small = {"class": "trade-small"}
        for line in lines:
            left = line.count - line.refunded_count
            self.fields[f"count_{line.pk}"] = forms.IntegerField(
                label=_("件数"), min_value=0, max_value=left, required=False, initial=0, widget=forms.NumberInput(small)
            )
            self.fields[f"amount_{line.pk}"] = forms.DecimalField(
                label=_("金额"),
                min_value=0,
                max_value=line.amount - line.refunded_amount,
                decimal_places=2,
                required=False,
                widget=forms.NumberInput({**small, "placeholder": gettext("自动")}),
            )
            self.fields[f"restock_{line.pk}"] = forms.BooleanField(
                label=_("回库"), required=False, initial=order.shipped_at is None and not line.shipped_count
            )
        self.fields["freight"] = forms.DecimalField(
            label=_("退运费"),
            min_value=0,
            max_value=freight,
            decimal_places=2,
            initial=0,
            help_text=gettext("最多 ¥%(most)s") % {"most": money.text(freight)},
        )
        self.fields["reason"] = forms.CharField(label=_("原因"), max_length=200)

    def boxes(self) -> Iterator[dict[str, Any]]:
        """The fields, line by line."""
        for line in self.lines:
            yield {
                "line": line,
                "left": line.count - line.refunded_count,
                "amount_left": signed(line.amount - line.refunded_amount),
                "count": self[f"count_{line.pk}"],
                "amount": self[f"amount_{line.pk}"],
                "restock": self[f"restock_{line.pk}"],
            }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.parts: list[RefundedPieces] = []
        if self.errors:
            return cleaned
        for line in self.lines:
            count, amount = cleaned.get(f"count_{line.pk}") or 0, cleaned.get(f"amount_{line.pk}")
            if amount is None:
                amount = proposed_amount(line, count)
            if count or amount:
                restock = bool(count and cleaned.get(f"restock_{line.pk}"))
                self.parts.append(RefundedPieces(line_id=line.pk, count=count, amount=amount, restock=restock))
        if not self.parts and not cleaned.get("freight"):
            raise forms.ValidationError(gettext("请填写要退的件数、金额或运费"), code="nothing")
        return cleaned


class RequestRefundView(OrderActionView):
    """Asks for money to go back; above a limit a second person decides."""

    permission = REQUEST
    log_action = "shop.request_refund"
    page_title = _("退款")
    form_class = RefundForm
    template_name = "cms/trade/refund_form.html"
    button_label = _("提交退款")
    is_serious = True

    def get_rows(self) -> QuerySet[Order]:
        return Order.objects.prefetch_related("lines")

    @cached_property
    def lines(self) -> list[OrderLine]:
        """The lines of which something is left."""
        rows = self.row.lines.all()
        return [row for row in rows if row.refunded_count < row.count or row.refunded_amount < row.amount]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "order": self.row,
            "lines": self.lines,
            "freight": max(freight_left(self.row), money.ZERO),
        }

    def get_intro(self) -> Text:
        return gettext("实付 %(paid)s，已退 %(refunded)s，最多还可退 %(rest)s。") % {
            "paid": signed(self.row.paid_amount),
            "refunded": signed(self.row.refunded_amount),
            "rest": signed(self.row.paid_amount - self.row.refunded_amount),
        }

    def get_warning(self) -> Text:
        if not is_refundable(self.row):
            return gettext("订单当前不能退款：没有可退的款项，或正在退款。")
        limit = gettext("退款（连同此前未经复核的退款）达到 %(limit)s 时，须由另一位员工复核后才会退出。") % {
            "limit": signed(settings.REFUND_APPROVAL_FROM)
        }
        if self.row.pay_method == PayMethod.CASH_ON_DELIVERY:
            return limit + gettext("货到付款的订单由员工线下退还现金，退还后在退款单里确认。")
        return limit

    def act(self, form: RefundForm) -> Text:
        self.refund = request_refund(
            order_id=self.row.pk,
            lines=form.parts,
            freight=form.cleaned_data["freight"] or money.ZERO,
            reason=form.cleaned_data["reason"],
            by=self.staff,
        )
        amount = signed(self.refund.amount)
        if self.refund.state == Refund.State.AWAITING_APPROVAL:
            return gettext("退款 %(amount)s 已提交，须由另一位员工复核") % {"amount": amount}
        return gettext("退款 %(amount)s 已提交，正在退回") % {"amount": amount}

    def get_log_data(self) -> dict[str, Any]:
        return {"refund": self.refund.out_request_no, "amount": money.text(self.refund.amount)}
