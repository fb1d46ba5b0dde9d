"""Sending an order in one parcel or several, and putting a wrong waybill right."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from cms.viewsets.trade.acting import ActionView, Text
from cms.viewsets.trade.order_actions import OrderActionView
from cms.viewsets.trade.order_detail import address_shown
from shop.fulfilment.services import ParcelIn, correct_waybill, ship
from shop.fulfilment.services.shipping import pieces_left
from shop.orders.models import Order, OrderLine
from shop.orders.states import OrderState
from shop.shipping.carriers import carriers
from shop.shipping.models import Parcel

SHIP = "shop.add_parcel"
CORRECT = "shop.change_parcel"

#: Parcels that one page sends.
MOST_PARCELS = 10


class ShipForm(forms.Form):
    """Parcels, each with carrier, waybill and pieces per line; a parcel left empty is none."""

    def __init__(self, *args: Any, lines: list[OrderLine], parcels: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        self.parcels = range(parcels)
        for number in self.parcels:
            self.fields[f"carrier_{number}"] = forms.ChoiceField(label=_("承运商"), choices=carriers())
            self.fields[f"waybill_{number}"] = forms.CharField(label=_("运单号"), max_length=64, required=False)
            for line in lines:
                left = pieces_left(line)
                self.fields[_count(number, line)] = forms.IntegerField(
                    label=line.name,
                    min_value=0,
                    max_value=left,
                    required=False,
                    initial=left if number == 0 else 0,
                    widget=forms.NumberInput({"class": "trade-small"}),
                )

    def boxes(self) -> Iterator[dict[str, Any]]:
        """The fields, parcel by parcel."""
        for number in self.parcels:
            yield {
                "number": number + 1,
                "carrier": self[f"carrier_{number}"],
                "waybill": self[f"waybill_{number}"],
                "lines": [(line, pieces_left(line), self[_count(number, line)]) for line in self.lines],
            }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.chosen = []
        for number in self.parcels:
            counts = {line.pk: cleaned.get(_count(number, line)) or 0 for line in self.lines}
            counts = {pk: count for pk, count in counts.items() if count}
            carrier, waybill = cleaned.get(f"carrier_{number}", ""), cleaned.get(f"waybill_{number}", "")
            if waybill and counts:
                self.chosen.append(ParcelIn(carrier=carrier, waybill=waybill, lines=counts))
            elif waybill:
                self.add_error(f"waybill_{number}", gettext("这个包裹里没有商品"))
            elif counts:
                self.add_error(f"waybill_{number}", gettext("请填写运单号"))
        if not self.chosen and not self.errors:
            raise forms.ValidationError(gettext("请至少填写一个包裹"), code="none")
        return cleaned


class ShipView(OrderActionView):
    """Sends what is left of an order, or a part of it."""

    permission = SHIP
    log_action = "shop.ship_order"
    page_title = _("发货")
    form_class = ShipForm
    template_name = "cms/trade/ship.html"
    button_label = _("发货")

    def get_rows(self) -> QuerySet[Order]:
        return Order.objects.prefetch_related("lines")

    @cached_property
    def parcels(self) -> int:
        """How many parcels the page has room for."""
        said = self.request.POST.get("parcels") or self.request.GET.get("parcels") or "1"
        return min(max(int(said), 1), MOST_PARCELS) if said.isascii() and said.isdigit() and len(said) < 4 else 1

    def get_form_kwargs(self) -> dict[str, Any]:
        lines = [line for line in self.row.lines.all() if pieces_left(line)]
        return {**super().get_form_kwargs(), "lines": lines, "parcels": self.parcels}

    def get_warning(self) -> Text:
        if self.row.state == OrderState.TO_SHIP:
            return ""
        return gettext("订单当前是“%(state)s”，不能发货。") % {"state": self.row.get_state_display()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            parcels=self.parcels,
            more=self.parcels + 1 if self.parcels < MOST_PARCELS else None,
            address=address_shown(self.row, in_full=self.request.user.has_perm("accounts.view_full_mobile")),
            **kwargs,
        )

    def act(self, form: ShipForm) -> Text:
        self.sent = form.chosen
        order = ship(order_id=self.row.pk, parcels=form.chosen, by=self.staff)
        if order.state == OrderState.SHIPPED:
            return gettext("已全部发货")
        return gettext("已发出 %(parcels)s 个包裹，还有商品待发") % {"parcels": len(form.chosen)}

    def get_log_data(self) -> dict[str, Any]:
        return {"parcels": [f"{one.carrier} {one.waybill}" for one in self.sent]}


class WaybillForm(forms.Form):
    """The right carrier and number."""

    carrier = forms.ChoiceField(label=_("承运商"), choices=carriers)
    waybill = forms.CharField(label=_("运单号"), max_length=64)


class WaybillView(ActionView):
    """Puts a parcel's waybill right."""

    permission = CORRECT
    log_action = "shop.correct_waybill"
    page_title = _("更正运单号")
    form_class = WaybillForm
    button_label = _("保存")
    header_icon = "doc-full-inverse"
    index_url_name = "order:index"
    index_label = _("订单")
    inspect_url_name = "order:inspect"

    def get_rows(self) -> QuerySet[Parcel]:
        return Parcel.objects.select_related("order")

    @property
    def own_page(self) -> str:
        return reverse("order:inspect", args=[self.row.order_id])

    @property
    def row_label(self) -> str:
        return self.row.order.number

    def get_initial(self) -> dict[str, Any]:
        return {"carrier": self.row.carrier, "waybill": self.row.waybill}

    def get_intro(self) -> Text:
        return gettext("原运单：%(carrier)s %(waybill)s。旧的运单号留在订单的时间线里。") % {
            "carrier": self.row.carrier,
            "waybill": self.row.waybill,
        }

    def act(self, form: WaybillForm) -> Text:
        self.before = f"{self.row.carrier} {self.row.waybill}"
        said = form.cleaned_data
        after = correct_waybill(parcel_id=self.row.pk, carrier=said["carrier"], waybill=said["waybill"], by=self.staff)
        self.after = f"{after.carrier} {after.waybill}"
        return gettext("运单号已更正")

    def log(self, row: Any = None, **data: Any) -> None:
        data = {"before": self.before, "after": self.after}
        log(instance=self.row.order, action=self.log_action, user=self.staff, data=data)


def _count(number: int, line: OrderLine) -> str:
    return f"count_{number}_{line.pk}"
