"""One app, one migration stream; the models live in their areas."""

from shop.aftersales.models import AfterSale, AfterSaleLine
from shop.cart.models import CartLine
from shop.catalog.models import Brand, Category, Picture, Sku, SkuOption, Spec, SpecOption, Spu
from shop.idempotency.models import IdempotencyKey
from shop.interest.models import Favorite, Visit
from shop.messages.models import BuyerMessage
from shop.orders.models import Order, OrderEvent, OrderLine
from shop.payments.models import BillDifference, PaymentAttempt, Refund, RefundLine
from shop.reviews.models import Review
from shop.shipping.models import FreightRule, FreightTemplate, Parcel, ParcelLine
from shop.stock.models import StockMovement

__all__ = [
    "AfterSale",
    "AfterSaleLine",
    "BillDifference",
    "Brand",
    "BuyerMessage",
    "CartLine",
    "Category",
    "Favorite",
    "FreightRule",
    "FreightTemplate",
    "IdempotencyKey",
    "Order",
    "OrderEvent",
    "OrderLine",
    "Parcel",
    "ParcelLine",
    "PaymentAttempt",
    "Picture",
    "Refund",
    "RefundLine",
    "Review",
    "Sku",
    "SkuOption",
    "Spec",
    "SpecOption",
    "Spu",
    "StockMovement",
    "Visit",
]
