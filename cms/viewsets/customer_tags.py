"""Tags of customers: the list of them, and which a customer has."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log

from accounts.models import Customer, CustomerTag
from accounts.selectors.customers import customers
from accounts.services.tags import set_tags
from cms.customer_panels import CustomerPanel, customer_panel

CHANGE = "accounts.change_customer"


class CustomerTagViewSet(ModelViewSet):
    """The tags that there are; blocks of the homepage may be for one of them."""

    model = CustomerTag
    name = "customertag"
    icon = "tag"
    menu_label = _("客户标签")
    form_fields = ["name"]
    search_fields = ["name"]
    search_backend_name = None
    copy_view_enabled = False
    inspect_view_enabled = False
    list_per_page = 50
    list_display = ["name", Column("customers", label=_("客户数"), accessor="customers")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CustomerTag]:
        return CustomerTag.objects.annotate(customers=Count("users"))


class TagsForm(forms.Form):
    """Which tags."""

    tags = forms.ModelMultipleChoiceField(
        CustomerTag.objects.all(), required=False, label=_("标签"), widget=forms.CheckboxSelectMultiple
    )


class TagsView(WagtailAdminTemplateMixin, FormView):
    """Puts tags on one customer and takes them away, by the service."""

    template_name = "cms/customers/tags.html"
    header_icon = "tag"
    form_class = TagsForm
    page_title = _("客户标签")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        self.customer = get_object_or_404(customers(), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def back(self) -> str:
        """The customer's page."""
        return reverse("customer:inspect", args=[self.customer.pk])

    def get_page_subtitle(self) -> str:
        return self.customer.username

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse("customer:index"), "label": gettext("客户")}
        page = {"url": self.back, "label": self.customer.username}
        return [*self.breadcrumbs_items, index, page, {"url": "", "label": gettext("客户标签")}]

    def get_initial(self) -> dict[str, Any]:
        return {"tags": CustomerTag.objects.filter(users=self.customer.pk)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(customer=self.customer, back=self.back, **kwargs)
        return context

    def form_valid(self, form: TagsForm) -> HttpResponse:
        if set_tags(user_id=self.customer.pk, tag_ids=[tag.pk for tag in form.cleaned_data["tags"]]):
            log(instance=self.customer, action="accounts.tag", user=self.request.user)
        messages.success(self.request, gettext("客户“%(name)s”的标签已保存") % {"name": self.customer.username})
        return redirect(self.back)


@customer_panel(order=50)
def tags(customer: Customer, *, in_full: bool) -> CustomerPanel:
    """Which tags the customer has."""
    names = CustomerTag.objects.filter(users=customer.pk).values_list("name", flat=True)
    return CustomerPanel(
        title=gettext("标签"), columns=[gettext("名称")], rows=[[name] for name in names], empty=gettext("没有标签")
    )


@customer_panel(order=350)
def agreements(customer: Customer, *, in_full: bool) -> CustomerPanel:
    """Which versions of which agreements the customer accepted."""
    rows = customer.accepted_agreements.order_by("-accepted_at")[:20]
    return CustomerPanel(
        title=gettext("已同意的协议"),
        columns=[gettext("协议"), gettext("版本"), gettext("同意时间")],
        rows=[[row.title, row.version, row.accepted_at] for row in rows],
        empty=gettext("没有记录"),
    )
