"""Assembly of ``/api/v1/``; nothing else happens here."""

from api.routers import (
    addresses,
    areas,
    authorizations,
    beacons,
    brands,
    cart,
    categories,
    emails,
    favorites,
    histories,
    home,
    menus,
    messages,
    oauth,
    orders,
    pages,
    parcels,
    passwords,
    payment,
    refunds,
    reviews,
    search,
    skus,
    users,
    verifications,
)
from api.shop_api import ShopAPI

v1 = ShopAPI(
    title="美多商城 API",
    version="1.0.0",
    description="The shop API. Errors are `application/problem+json` with a stable `code`; money is text in yuan.",
    urls_namespace="v1",
)
v1.add_router("", home.router, tags=["content"])
v1.add_router("/beacons", beacons.router, tags=["content"])
v1.add_router("", menus.router, tags=["content"])
v1.add_router("/pages", pages.router, tags=["content"])
v1.add_router("/categories", categories.router, tags=["catalog"])
v1.add_router("/brands", brands.router, tags=["catalog"])
v1.add_router("/skus", skus.router, tags=["catalog"])
v1.add_router("/skus", search.skus, tags=["search"])
v1.add_router("/search", search.router, tags=["search"])
v1.add_router("", verifications.router)
v1.add_router("", users.router)
v1.add_router("", authorizations.router)
v1.add_router("", passwords.router)
v1.add_router("", emails.router)
v1.add_router("/areas", areas.router)
v1.add_router("/addresses", addresses.router)
v1.add_router("/oauth", oauth.router)
v1.add_router("/browse_histories", histories.router)
v1.add_router("/favorites", favorites.router)
v1.add_router("/messages", messages.router)
v1.add_router("/cart", cart.router, tags=["cart"])
v1.add_router("/orders", orders.router, tags=["orders"])
v1.add_router("/orders", payment.orders, tags=["payment"])
v1.add_router("/payment", payment.router, tags=["payment"])
v1.add_router("/orders", refunds.of_orders, tags=["refunds"])
v1.add_router("/orders", parcels.router, tags=["orders"])
v1.add_router("/orders", reviews.of_orders, tags=["reviews"])
v1.add_router("/skus", reviews.of_skus, tags=["reviews"])
v1.add_router("/reviews", reviews.router, tags=["reviews"])
v1.add_router("/refunds", refunds.router, tags=["refunds"])
