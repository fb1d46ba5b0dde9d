"""Assembly of ``/api/mxshop/``."""

from api.mxshop.mxshop_api import MxShopAPI
from api.mxshop.routers import accounts, goods, trade

mxshop = MxShopAPI(
    title="美多商城 · 生鲜超市接口",
    version="1.0.0",
    description="A second contract over the same shop: goods are products, money is a number, errors are field lists.",
    urls_namespace="mxshop",
)
mxshop.add_router("", goods.router)
mxshop.add_router("", accounts.router)
mxshop.add_router("", trade.router)
