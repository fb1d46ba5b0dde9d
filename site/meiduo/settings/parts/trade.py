"""Orders and what follows them."""

from meiduo.env import env

ORDER_PAY_MINUTES = env().order_pay_minutes
ORDER_RECEIPT_DAYS = env().order_receipt_days
