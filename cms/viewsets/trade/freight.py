"""Freight templates: the list, and one page per template with its rules."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log

from accounts.selectors.areas import area_tree
from cms.viewsets.columns import MoneyColumn
from cms.viewsets.saving import ServiceDeleteView, deletes_by, show_refusal
from cms.viewsets.trade.areas import AreaBook
from cms.viewsets.trade.freight_forms import FreightTemplateForm, rule_formset
from kernel.errors import DomainError
from shop.shipping.freight_templates import delete_freight_template, save_freight_template
from shop.shipping.models import FreightRule, FreightTemplate

_FIELDS = ("no_delivery", "first_units", "first_fee", "further_units", "further_fee")


class FreightIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[FreightTemplate]:
        return super().get_base_queryset().annotate(rule_count=Count("rules")).order_by("-is_default", "name")


class FreightView(WagtailAdminTemplateMixin, View):
    """One template and its rules, new or standing; a service writes both."""

    template_name = "cms/trade/freight.html"
    header_icon = "site"

    def dispatch(self, request: HttpRequest, *args: Any, pk: int | None = None, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if not user.has_perm("shop.change_freighttemplate" if pk else "shop.add_freighttemplate"):
            raise PermissionDenied
        self.row = get_object_or_404(FreightTemplate.objects.prefetch_related("rules"), pk=pk) if pk else None
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def book(self) -> AreaBook:
        """The areas that rules may name."""
        return AreaBook()

    def get_page_title(self) -> str:
        return self.row.name if self.row else gettext("新增运费模板")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse("freighttemplate:index"), "label": gettext("运费模板")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.get_page_title()}]

    def get(self, request: HttpRequest) -> HttpResponse:
        form = FreightTemplateForm(instance=self.row)
        return self.show(form, rule_formset(prefix="rules", form_kwargs={"book": self.book}, initial=self.initial()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FreightTemplateForm(request.POST, instance=self.row)
        rules: Any = rule_formset(request.POST, prefix="rules", form_kwargs={"book": self.book})
        if not (form.is_valid() & rules.is_valid()):
            return self.show(form, rules)
        try:
            saved = save_freight_template(
                template_id=self.row.pk if self.row else None, rules=rules.rules(), **form.cleaned_data
            )
        except DomainError as refused:
            if "area" in refused.params:
                refused.params["area"] = self.book.name(refused.params["area"])
            show_refusal(form, refused)
            return self.show(form, rules)
        log(instance=saved, action="wagtail.edit" if self.row else "wagtail.create", user=request.user)
        messages.success(request, gettext("运费模板“%(name)s”已保存") % {"name": saved.name})
        return redirect("freighttemplate:index")

    def initial(self) -> list[dict[str, Any]]:
        """The standing rules as the form shows them; a new template begins with one for everywhere."""
        if self.row is None:
            return []
        return [self._shown(rule) for rule in self.row.rules.all()]

    def _shown(self, rule: FreightRule) -> dict[str, Any]:
        return {"areas": self.book.text(rule.area_codes), **{name: getattr(rule, name) for name in _FIELDS}}

    def show(self, form: forms.ModelForm, rules: Any) -> HttpResponse:
        """The page with both forms."""
        return render(
            self.request, self.template_name, self.get_context_data(form=form, rules=rules, row=self.row, view=self)
        )


def areas_as_json(request: HttpRequest) -> JsonResponse:
    """Every area in force, as a tree, for the picker."""
    user: Any = request.user
    if not (user.has_perm("shop.change_freighttemplate") or user.has_perm("shop.add_freighttemplate")):
        raise PermissionDenied
    return JsonResponse(area_tree(), safe=False)


class FreightTemplateViewSet(ModelViewSet):
    """How freight is counted; rules are edited with their template."""

    model = FreightTemplate
    icon = "site"
    menu_label = _("运费模板")
    menu_name = "freight-templates"
    copy_view_enabled = False
    add_to_reference_index = False
    search_backend_name = None
    index_view_class = FreightIndexView
    delete_view_class = ServiceDeleteView
    # Without panels Wagtail wants to know the fields of a form that nobody will see.
    form_fields = ["name"]
    list_display = [
        "name",
        Column("basis", label=_("计费方式"), accessor="get_basis_display"),
        BooleanColumn("is_default", label=_("默认")),
        MoneyColumn("free_from", label=_("满额包邮")),
        Column("rule_count", label=_("规则数")),
        DateColumn("updated_at", label=_("更新时间")),
    ]

    @property
    def add_view(self) -> Any:
        return FreightView.as_view()

    @property
    def edit_view(self) -> Any:
        return FreightView.as_view()

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("areas/", areas_as_json, name="areas")]


deletes_by(FreightTemplate, lambda pk: delete_freight_template(template_id=pk))
