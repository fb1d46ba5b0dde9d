"""The routes whose answers may be a few seconds old. Whatever is not in this table is read from the primary.

Here are lists that cost the database most and that nothing is decided by. Kept bytes are made of fresh reads anyway
(``kernel.reading``); of those routes only what is kept nowhere comes from a replica. Not here, and why:

- cart, settlement, one order, payments, refunds, parcels: somebody is about to decide by them, and strangers (the
  gateway, staff) write what the buyer waits for;
- logins, codes, bindings, exports: they are about who somebody is;
- search: it remembers what it found for all visitors, and what went off sale must not show;
- homepage, menus, content pages: Wagtail keeps what it reads in the shared cache;
- the back office and previews: staff see what they did.
"""

MAY_BE_OLD = frozenset(
    {
        # catalog and areas, where the answer is not kept
        "api/v1/areas/",
        "api/v1/areas/tree/",
        "api/v1/areas/<int:area_id>/",
        "api/v1/brands/",
        "api/v1/brands/<int:brand_id>/",
        "api/v1/brands/<int:brand_id>/skus/",
        "api/v1/categories/",
        "api/v1/categories/<int:category_id>/",
        "api/v1/categories/<int:category_id>/hotskus/",
        "api/v1/categories/<int:category_id>/skus/",
        "api/v1/skus/<int:sku_id>/",
        "api/v1/skus/<int:sku_id>/comments/",
        "sitemap-products-<int:number>.xml",
        # what belongs to one buyer, and only the buyer writes; orders grow by their own steps too
        "api/v1/addresses/",
        "api/v1/browse_histories/",
        "api/v1/favorites/",
        "api/v1/favorites/<int:sku_id>/",
        "api/v1/messages/",
        "api/v1/orders/",
        "api/v1/orders/counts/",
        # the same of the second contract
        "api/mxshop/address/",
        "api/mxshop/address/<int:address_id>/",
        "api/mxshop/categorys/",
        "api/mxshop/categorys/<int:category_id>/",
        "api/mxshop/goods/<int:goods_id>/",
        "api/mxshop/messages/",
        "api/mxshop/userfavs/",
        "api/mxshop/userfavs/<int:goods_id>/",
    }
)
