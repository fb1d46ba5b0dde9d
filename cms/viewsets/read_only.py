"""Lists of what happened: to read, filter and export, never to edit by hand."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import URLPattern
from wagtail.admin.viewsets.model import ModelViewSet

HIDDEN = ("add", "edit", "delete", "copy", "history", "usage", "history_results")


class ReadOnlyViewSet(ModelViewSet):
    """A list and a detail page; the addresses that would write do not exist."""

    copy_view_enabled = False
    inspect_view_enabled = True
    add_to_reference_index = False
    search_backend_name = None
    # Without panels Wagtail wants to know the fields of a form that nobody will see.
    form_fields: ClassVar[list[str]] = []
    #: The permissions that mean something for these rows; only they are offered for groups.
    permissions: ClassVar[tuple[str, ...]] = ("view",)

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        given: dict[str, Any] = super().get_common_view_kwargs(**kwargs)
        return {**given, **{f"{name}_url_name": None for name in HIDDEN}}

    def get_urlpatterns(self) -> list[URLPattern]:
        return [route for route in super().get_urlpatterns() if route.name not in HIDDEN]

    def get_permissions_to_register(self) -> QuerySet[Any]:
        wanted = [f"{name}_{self.model_name}" for name in self.permissions]
        return super().get_permissions_to_register().filter(codename__in=wanted)
