"""A service that speaks as Alipay does, with keys, trades and pages of its own: for demo, development and tests.

It is a process of its own and knows nothing of the shop but what a request says: no Django, none of our tables.
``python -m shop.payments.gateways.fake --folder var/alipay-fake`` starts it.
"""
