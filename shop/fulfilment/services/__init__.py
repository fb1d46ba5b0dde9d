"""Everything that is done to send orders."""

from shop.fulfilment.pieces import ParcelIn
from shop.fulfilment.services.bulk import apply_bulk_shipping, plan_bulk_shipping, write_bulk_template
from shop.fulfilment.services.correcting import correct_waybill
from shop.fulfilment.services.shipping import ship

__all__ = [
    "ParcelIn",
    "apply_bulk_shipping",
    "correct_waybill",
    "plan_bulk_shipping",
    "ship",
    "write_bulk_template",
]
