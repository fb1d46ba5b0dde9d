"""The regions of the byte store: what is dropped together."""

#: Category tree, lists, product details, brands.
CATALOG = "catalog"
#: Homepage, banners, ads.
HOME = "home"
#: Content pages, menus, site settings.
PAGES = "pages"
#: Provinces, cities, districts.
AREAS = "areas"
