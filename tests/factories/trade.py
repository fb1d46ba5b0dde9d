"""Orders, made the way buyers make them."""

from decimal import Decimal
from typing import Any

from accounts.models import User
from kernel import clock
from shop.catalog.models import Sku
from shop.orders.models import Order
from shop.orders.services import mark_paid, place_order
from shop.orders.states import PayMethod
from shop.shipping.models import FreightRule, FreightTemplate
from shop.stock.models import StockMovement
from shop.stock.services import set_stock
from tests.factories.areas import install_areas, make_address
from tests.factories.catalog import SkuFactory
from tests.factories.people import UserFactory


def sku_with_stock(stock: int = 10, **changed: Any) -> Sku:
    """A SKU on sale whose pieces are booked in the ledger, as the audit wants it."""
    sku = SkuFactory(stock=0, **changed)
    if stock:
        set_stock(counts={sku.pk: stock}, cause=StockMovement.Cause.INITIAL, reference="test")
    sku.refresh_from_db()
    return sku


def buyer_with_address(**changed: Any) -> User:
    """A buyer with one address in 天河区."""
    install_areas()
    user = UserFactory(**changed)
    make_address(user)
    return user


def flat_freight(fee: str = "10.00", *, free_from: str | None = None) -> FreightTemplate:
    """One default template with one fee for everywhere."""
    template = FreightTemplate.objects.create(
        name="默认运费", is_default=True, free_from=Decimal(free_from) if free_from else None
    )
    FreightRule.objects.create(template=template, first_fee=Decimal(fee))
    return template


def unpaid_order(user: User | None = None, *, items: dict[Sku, int] | None = None, **changed: Any) -> Order:
    """An order that waits for its money."""
    user = user or buyer_with_address()
    goods = items or {sku_with_stock(): 1}
    values: dict[str, Any] = {
        "user": user,
        "address_id": user.addresses.get().pk,
        "pay_method": PayMethod.ALIPAY,
        "items": [(sku.pk, count) for sku, count in goods.items()],
    }
    return place_order(**values | changed)


def paid_order(user: User | None = None, *, items: dict[Sku, int] | None = None) -> Order:
    """An order whose money has come (no payment row behind it: orders do not know who pays)."""
    order = unpaid_order(user, items=items)
    assert mark_paid(order_id=order.pk, amount=order.payable, at=clock.now())
    order.refresh_from_db()
    return order


def buyers_with_addresses(count: int) -> list[User]:
    """So many buyers with one address each; the areas are put into force once for all of them."""
    install_areas()
    buyers = [UserFactory() for _number in range(count)]
    for buyer in buyers:
        make_address(buyer)
    return buyers
