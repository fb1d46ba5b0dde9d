"""Addresses of the storefront."""

from django.urls import path, re_path

from meiduo.storefront import views

urlpatterns = [
    path("", views.home, name="storefront-home"),
    path("categories/<int:category_id>/", views.category, name="storefront-category"),
    path("skus/<int:sku_id>/", views.sku, name="storefront-sku"),
    path("search/", views.search, name="storefront-search"),
    # A file that is not there is no page: no slash is added, no page is looked for.
    re_path(r"^static/", views.no_such_file),
    # Wagtail's own addresses (a password for a private page) go past.
    re_path(r"^(?!_util/)(?P<path>(?:[^/]+/)+)$", views.other, name="storefront-other"),
]
