"""What some goods cost: the server's prices, and nothing that a client sends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kernel import money
from shop.catalog.models import Sku
from shop.catalog.selectors import is_on_sale
from shop.orders.errors import AmountTooHigh, SkuNotForSale
from shop.shipping.freight import Goods, default_rules, freight
from shop.stock.errors import StockShort


@dataclass(frozen=True)
class PricedLine:
    """So many pieces of one SKU at its price now. ``amount`` is the line's share of what is paid for goods."""

    sku: Sku
    count: int
    price: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Quote:
    """An order's sums. Units: yuan. ``payable = goods_amount + freight - discount``."""

    lines: Sequence[PricedLine]
    goods_amount: Decimal
    freight: Decimal
    discount: Decimal
    payable: Decimal

    @property
    def pieces(self) -> dict[int, int]:
        return {line.sku.pk: line.count for line in self.lines}


def price_goods(goods: Iterable[tuple[Sku, int]]) -> list[PricedLine]:
    """The lines of these SKUs, each with its SPU loaded.

    Raises: SkuNotForSale, StockShort, each naming the SKU; AmountTooHigh.
    """
    priced = []
    for sku, count in goods:
        if not is_on_sale(sku):
            raise SkuNotForSale(sku_id=sku.pk, name=sku.name)
        if sku.stock < count:
            raise StockShort(sku_id=sku.pk, left=max(sku.stock, 0))
        priced.append(PricedLine(sku, count, sku.price, _amount(sku.price * count)))
    return priced


def quote(lines: Sequence[PricedLine], *, area_codes: Iterable[int | None] | None) -> Quote:
    """The sums of these lines, sent to the place with these area codes. One query, for the freight rules.

    Without a place the freight is that of everywhere else. Raises: NoDelivery, AmountTooHigh.
    """
    goods_amount = _amount(sum((line.amount for line in lines), money.ZERO))
    parcels = [
        Goods(line.amount, line.count, line.sku.weight_grams * line.count, line.sku.spu.ship_free) for line in lines
    ]
    fee = freight(rules=default_rules(), goods=parcels, area_codes=area_codes or ())
    return Quote(lines, goods_amount, fee, money.ZERO, _amount(goods_amount + fee))


def _amount(exact: Decimal) -> Decimal:
    if exact > money.MOST:
        raise AmountTooHigh(most=money.text(money.MOST))
    return money.yuan(exact)
