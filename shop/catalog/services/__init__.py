"""Changes of the catalog: the only way in for the back office, the import and the demo shop."""

from shop.catalog.services.changes import catalog_changed, skus_changed

__all__ = ["catalog_changed", "skus_changed"]
