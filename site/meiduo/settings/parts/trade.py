"""Orders and what follows them."""

from meiduo.env import env

ORDER_PAY_MINUTES = env().order_pay_minutes
ORDER_RECEIPT_DAYS = env().order_receipt_days
#: Where the client of the second contract goes on after paying.
MXSHOP_CLIENT_URL = env().mxshop_client_url or env().public_url
#: Days after receipt in which buyers may ask for money back.
AFTER_SALE_DAYS = env().after_sale_days
#: Days after which a return that was never sent withdraws itself.
AFTER_SALE_RETURN_DAYS = env().after_sale_return_days
#: Yuan from which on a second person looks at the refunds of an order.
REFUND_APPROVAL_FROM = env().refund_approval_from

#: What buyers are told of their orders: "off", "sms", or "all" (SMS, and mail where the address is verified).
ORDER_NOTICES = env().order_notices
#: Text messages about orders per buyer and day; beyond it the order goes on and only mail tells.
ORDER_NOTICES_PER_BUYER = 20
#: Whether reviews wait for staff before anybody sees them.
REVIEW_MODERATION = env().review_moderation
