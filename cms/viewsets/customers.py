"""Customers: found, looked at from all sides, disabled and enabled. Nothing of them is typed over here."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from accounts.models import Customer
from accounts.selectors.customers import customers, customers_like, masked_email, masked_mobile
from accounts.services.customers import disable_customer, enable_customer
from cms.customer_panels import panels_for
from cms.viewsets.customer_tags import TagsView
from cms.viewsets.filters import ChoiceFilter, DateFromToRangeFilter
from cms.viewsets.inspecting import PlainInspectView
from cms.viewsets.read_only import ReadOnlyViewSet

SEE_IN_FULL = "accounts.view_full_mobile"
SWITCH = "accounts.change_customer"

# Without it Wagtail takes the policy of the user model, and with it the staff's screen.
register_permission_policy(Customer, ModelPermissionPolicy(Customer), exact_class=True)


class CustomerFilterSet(WagtailFilterSet):
    is_active = ChoiceFilter(
        label=_("状态"), choices=[("True", _("正常")), ("False", _("已停用"))], empty_label=_("全部")
    )
    date_joined = DateFromToRangeFilter(label=_("注册时间"), widget=DateRangePickerWidget)

    class Meta:
        model = Customer
        fields = ["is_active", "date_joined"]


class MobileColumn(Column):
    """A mobile, its middle hidden from staff who may not see it in full."""

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        if not parent_context["request"].user.has_perm(SEE_IN_FULL):
            context["value"] = masked_mobile(instance.mobile)
        return context


class CustomerIndexView(generic.IndexView):
    any_permission_required = ["view", "change"]

    def get_base_queryset(self) -> QuerySet[Customer]:
        return customers()

    def search_queryset(self, queryset: QuerySet[Customer]) -> QuerySet[Customer]:
        return customers_like(queryset, self.search_query, in_full=self.request.user.has_perm(SEE_IN_FULL))


class CustomerInspectView(PlainInspectView):
    any_permission_required = ["view", "change"]
    template_name = "cms/customers/inspect.html"
    page_title = _("客户")

    def get_object(self, queryset: Any = None) -> Customer:
        return get_object_or_404(customers(), pk=self.pk)

    @cached_property
    def in_full(self) -> bool:
        """Whether this member of staff sees mobiles and e-mails in full."""
        return bool(self.request.user.has_perm(SEE_IN_FULL))

    def get_mobile_display_value(self) -> str:
        return (self.object.mobile or "-") if self.in_full else (masked_mobile(self.object.mobile) or "-")

    def get_email_display_value(self) -> str:
        return (self.object.email or "-") if self.in_full else (masked_email(self.object.email) or "-")

    def get_is_active_display_value(self) -> str:
        return gettext("正常") if self.object.is_active else gettext("已停用")

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        if not self.request.user.has_perm(SWITCH):
            return []
        tags = Button(_("标签"), url=reverse("customer:tags", args=[self.object.pk]), icon_name="tag", priority=5)
        if self.object.is_active:
            address = reverse("customer:disable", args=[self.object.pk])
            return [tags, Button(_("停用"), url=address, icon_name="cross", priority=10)]
        address = reverse("customer:enable", args=[self.object.pk])
        return [tags, Button(_("启用"), url=address, icon_name="check", priority=10)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        panels = panels_for(self.object, staff=self.request.user)
        context: dict[str, Any] = super().get_context_data(panels=panels, **kwargs)
        return context


class SwitchView(WagtailAdminTemplateMixin, TemplateView):
    """Asks once, then disables or enables the account by its service, and logs who did it."""

    template_name = "cms/customers/switch.html"
    header_icon = "user"
    to_active = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(SWITCH):
            raise PermissionDenied
        self.customer = get_object_or_404(customers(), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return gettext("启用客户") if self.to_active else gettext("停用客户")

    def get_page_subtitle(self) -> str:
        return self.customer.username

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse("customer:index"), "label": gettext("客户")}
        page = {"url": self.back, "label": self.customer.username}
        return [*self.breadcrumbs_items, index, page, {"url": "", "label": self.get_page_title()}]

    @property
    def back(self) -> str:
        """The customer's page."""
        return reverse("customer:inspect", args=[self.customer.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(
            customer=self.customer, to_active=self.to_active, back=self.back, **kwargs
        )
        return context

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        switch: Callable[..., bool] = enable_customer if self.to_active else disable_customer
        if switch(user_id=self.customer.pk):
            action = "accounts.enable" if self.to_active else "accounts.disable"
            log(instance=self.customer, action=action, user=request.user)
        said = gettext("客户“%(name)s”已启用") if self.to_active else gettext("客户“%(name)s”已停用，所有登录已失效")
        messages.success(request, said % {"name": self.customer.username})
        return redirect(self.back)


class CustomerViewSet(ReadOnlyViewSet):
    """Customers. Staff accounts are Wagtail's own screen and never stand here."""

    model = Customer
    name = "customer"
    icon = "user"
    menu_label = _("客户")
    menu_name = "customers"
    index_view_class = CustomerIndexView
    inspect_view_class = CustomerInspectView
    permissions = ("view", "change")
    search_fields = ["username"]
    filterset_class = CustomerFilterSet
    list_display = [
        "username",
        Column("nickname", label=_("昵称")),
        MobileColumn("mobile", label=_("手机号")),
        BooleanColumn("is_active", label=_("正常"), sort_key="is_active"),
        DateColumn("date_joined", label=_("注册时间"), sort_key="date_joined"),
        DateColumn("last_login", label=_("最近登录"), sort_key="last_login"),
    ]
    inspect_view_fields = [
        "username",
        "nickname",
        "mobile",
        "email",
        "email_active",
        "is_active",
        "date_joined",
        "last_login",
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("disable/<int:pk>/", SwitchView.as_view(), name="disable"),
            path("enable/<int:pk>/", SwitchView.as_view(to_active=True), name="enable"),
            path("tags/<int:pk>/", TagsView.as_view(), name="tags"),
        ]

    def get_permissions_to_register(self) -> QuerySet[Any]:
        return Permission.objects.filter(
            content_type__app_label="accounts",
            codename__in=["view_customer", "change_customer", "view_full_mobile"],
        )
