"""Lists of what happened: to read, filter and export, never to edit by hand."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import URLPattern
from wagtail.admin.admin_url_finder import ModelAdminURLFinder
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import policy_registry

HIDDEN = ("add", "edit", "delete", "copy", "history", "usage", "history_results")


class DetailPageFinder(ModelAdminURLFinder):
    """Leads reports to the detail page, whoever may see it: there is no form to lead to."""

    def get_edit_url(self, instance: Any) -> str | None:
        policy = policy_registry.get(instance)
        if self.user and not policy.user_has_permission_for_instance(self.user, "view", instance):
            return None
        url: str = self.construct_edit_url(instance)
        return url


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

    @property
    def url_finder_class(self) -> type[DetailPageFinder]:
        """Wagtail's own finder reverses the address of the form, which does not exist."""
        return type("_DetailPageFinder", (DetailPageFinder,), {"edit_url_name": self.get_url_name("inspect")})

    def get_urlpatterns(self) -> list[URLPattern]:
        return [route for route in super().get_urlpatterns() if route.name not in HIDDEN]

    def get_permissions_to_register(self) -> QuerySet[Any]:
        wanted = [f"{name}_{self.model_name}" for name in self.permissions]
        return super().get_permissions_to_register().filter(codename__in=wanted)
