"""What the page of one customer shows; each area of the back office adds its own table with ``@customer_panel``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import Customer
from accounts.selectors.addresses import address_text, live_addresses
from accounts.selectors.bindings import bindings_of
from accounts.selectors.customers import mails_sent_to, masked_email, masked_mobile, texts_sent_to
from kernel import money
from shop.messages.selectors import messages_of
from shop.orders.selectors import latest_orders_of

#: Rows that a table shows; the rest is a link away.
MOST_ROWS = 20

Text = str | Promise


@dataclass(frozen=True)
class CustomerPanel:
    """One table. A cell is a text, or a moment; ``links`` has an address per row, or nothing."""

    title: Text
    columns: Sequence[Text]
    rows: Sequence[Sequence[Any]]
    links: Sequence[str] = ()
    empty: Text = ""
    #: Where all of them are listed.
    more: str = ""

    @property
    def linked_rows(self) -> list[tuple[Sequence[Any], str]]:
        """The rows with their addresses."""
        return [(row, self.links[n] if n < len(self.links) else "") for n, row in enumerate(self.rows)]


@dataclass(frozen=True)
class _Registered:
    order: int
    permission: str
    make: Callable[..., CustomerPanel]


_panels: dict[str, _Registered] = {}


def customer_panel(*, order: int, permission: str = "") -> Callable[..., Callable[..., CustomerPanel]]:
    """From now on every customer's page has this table, for staff with the permission. A decorator."""

    def register(make: Callable[..., CustomerPanel]) -> Callable[..., CustomerPanel]:
        _panels[f"{make.__module__}.{make.__qualname__}"] = _Registered(order, permission, make)
        return make

    return register


def panels_for(customer: Customer, *, staff: Any) -> list[CustomerPanel]:
    """The tables that this member of staff may see, in order."""
    in_full = staff.has_perm("accounts.view_full_mobile")
    allowed = [one for one in _panels.values() if not one.permission or staff.has_perm(one.permission)]
    return [one.make(customer, in_full=in_full) for one in sorted(allowed, key=lambda one: one.order)]


@customer_panel(order=10, permission="shop.view_order")
def orders(customer: Customer, *, in_full: bool) -> CustomerPanel:
    """What the customer ordered, newest first."""
    found = list(latest_orders_of(user_id=customer.pk, most=MOST_ROWS))
    return CustomerPanel(
        title=_("订单"),
        columns=[_("订单号"), _("状态"), _("件数"), _("应付"), _("下单时间")],
        rows=[
            [row.number, row.get_state_display(), row.total_count, money.text(row.payable), row.created_at]
            for row in found
        ],
        links=[reverse("order:inspect", args=[row.pk]) for row in found],
        more=f"{reverse('order:index')}?{urlencode({'q': customer.username})}",
        empty=_("没有订单"),
    )


@customer_panel(order=100)
def addresses(customer: Customer, *, in_full: bool) -> CustomerPanel:
    """Where parcels go."""
    return CustomerPanel(
        title=_("收货地址"),
        columns=[_("标签"), _("收货人"), _("手机号"), _("地址"), _("默认")],
        rows=[
            [
                row.title,
                row.receiver,
                row.mobile if in_full else masked_mobile(row.mobile),
                address_text(row),
                _("是") if row.is_default else "",
            ]
            for row in live_addresses(user_id=customer.pk)
        ],
        empty=_("没有收货地址"),
    )


@customer_panel(order=200)
def bindings(customer: Customer, *, in_full: bool) -> CustomerPanel:
    """Which platforms open the account; never by which openid."""
    return CustomerPanel(
        title=_("第三方账号"),
        columns=[_("平台"), _("昵称"), _("绑定时间")],
        rows=[[row.provider, row.nickname, row.created_at] for row in bindings_of(user_id=customer.pk)],
        empty=_("没有绑定第三方账号"),
    )


@customer_panel(order=300, permission="shop.view_buyermessage")
def messages(customer: Customer, *, in_full: bool) -> CustomerPanel:
    """What the customer wrote to the shop."""
    rows = list(messages_of(user_id=customer.pk)[:MOST_ROWS])
    return CustomerPanel(
        title=_("留言"),
        columns=[_("主题"), _("类型"), _("时间"), _("回复时间")],
        rows=[[row.subject, row.get_kind_display(), row.created_at, row.answered_at or ""] for row in rows],
        links=[reverse("buyermessage:inspect", args=[row.pk]) for row in rows],
        empty=_("没有留言"),
    )


@customer_panel(order=400)
def texts(customer: Customer, *, in_full: bool) -> CustomerPanel:
    """Text messages that were sent, without what they said."""
    return CustomerPanel(
        title=_("已发短信"),
        columns=[_("手机号"), _("模板"), _("状态"), _("通道"), _("时间")],
        rows=[
            [
                row.mobile if in_full else masked_mobile(row.mobile),
                row.template,
                row.get_state_display(),
                row.vendor,
                row.created_at,
            ]
            for row in texts_sent_to(customer.mobile, most=MOST_ROWS)
        ],
        empty=_("没有发过短信"),
    )


@customer_panel(order=500)
def mails(customer: Customer, *, in_full: bool) -> CustomerPanel:
    """Mails that were sent, without what they said."""
    return CustomerPanel(
        title=_("已发邮件"),
        columns=[_("收件人"), _("模板"), _("状态"), _("时间")],
        rows=[
            [row.to if in_full else masked_email(row.to), row.template, row.get_state_display(), row.created_at]
            for row in mails_sent_to(customer.pk, most=MOST_ROWS)
        ],
        empty=_("没有发过邮件"),
    )
