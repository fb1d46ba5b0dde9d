"""Staff's side of search: words, placements with a preview, what is searched for, the index and its rebuild.

The rooms cms and search do not know each other: rows come from the app registry, and everything that
is more than a row from the module that ``SEARCH_DESK`` names.
"""

from importlib import import_module
from typing import Any

from django import forms
from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from cms.choosers import spu_chooser
from cms.viewsets.saving import ServiceCreateView, ServiceEditView, ServiceForm, deletes_by
from kernel.errors import DomainError

HotWord = apps.get_model("search", "HotWord")
Placement = apps.get_model("search", "Placement")
Synonym = apps.get_model("search", "Synonym")

_DAYS = (7, 30, 90)


def desk() -> Any:
    """What search does for the back office."""
    return import_module(settings.SEARCH_DESK)


class HotWordForm(ServiceForm):
    def save_by_service(self) -> Any:
        return desk().save_hot_word(word_id=self.instance.pk, **self.changed_fields)


class SynonymForm(ServiceForm):
    def save_by_service(self) -> Any:
        return desk().save_synonym(synonym_id=self.instance.pk, **self.changed_fields)


class PlacementForm(ServiceForm):
    def save_by_service(self) -> Any:
        return desk().save_placement(placement_id=self.instance.pk, **self.changed_fields)


class _ServedViewSet(ModelViewSet):
    """Rows that our services write."""

    copy_view_enabled = False
    list_per_page = 50
    search_backend_name = None
    add_view_class = ServiceCreateView
    edit_view_class = ServiceEditView


class HotWordViewSet(_ServedViewSet):
    model = HotWord
    icon = "pick"
    menu_label = _("热词")
    search_fields = ["text"]
    list_display = ["text", "rank", "is_shown", "starts_at", "ends_at"]
    edit_handler = ObjectList(
        [FieldPanel(name) for name in ("text", "rank", "is_shown", "starts_at", "ends_at")], base_form_class=HotWordForm
    )


class SynonymViewSet(_ServedViewSet):
    model = Synonym
    icon = "link"
    menu_label = _("同义词")
    search_fields = ["words"]
    list_display = ["words", "one_way"]
    edit_handler = ObjectList([FieldPanel("words"), FieldPanel("one_way")], base_form_class=SynonymForm)


class PlacementViewSet(_ServedViewSet):
    model = Placement
    icon = "order-up"
    menu_label = _("置顶与隐藏")
    search_fields = ["text", "spu__name"]
    list_display = ["text", "spu", Column("kind", label=_("方式"), accessor="get_kind_display"), "rank"]
    list_filter = ["kind"]
    edit_handler = ObjectList(
        [
            FieldPanel("text"),
            FieldPanel("spu", widget=spu_chooser.widget_class),
            FieldPanel("kind"),
            FieldPanel("rank"),
        ],
        base_form_class=PlacementForm,
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return Placement.objects.select_related("spu")


deletes_by(Synonym, lambda pk: desk().delete_synonym(pk))


class SearchGroup(ViewSetGroup):
    menu_label = _("搜索")
    menu_name = "search-desk"
    menu_icon = "search"
    menu_order = 220
    items = (PlacementViewSet, SynonymViewSet, HotWordViewSet)

    def get_submenu_items(self) -> list[MenuItem]:
        return [DeskMenuItem(), *super().get_submenu_items()]


class DeskMenuItem(MenuItem):
    """The page of reports and the state of the index."""

    def __init__(self) -> None:
        super().__init__(_("搜索概况"), reverse("search_desk"), name="search-overview", icon_name="history", order=1)

    def is_shown(self, request: HttpRequest) -> bool:
        return _may_see(request)


def _may_see(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.has_perm("search.view_querycount") or user.has_perm("search.change_placement"))


def _may_rebuild(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.has_perm("search.add_rebuild"))


class PreviewForm(forms.Form):
    text = forms.CharField(label=_("搜索词"), max_length=100, required=False)
    days = forms.TypedChoiceField(label=_("时段"), coerce=int, choices=[(n, n) for n in _DAYS], required=False)


@require_GET
def show_desk(request: HttpRequest) -> HttpResponse:
    """The index, the reports, and what buyers see for a text."""
    if not _may_see(request):
        raise PermissionDenied
    form = PreviewForm(request.GET)
    form.is_valid()
    days = form.cleaned_data.get("days") or _DAYS[0]
    text = form.cleaned_data.get("text") or ""
    report = desk().report(days=days)
    most = max((count for _day, count, _nothing in report.trend), default=0)
    context = {
        "text": text,
        "days": days,
        "choices": _DAYS,
        "state": desk().index_state(),
        "report": report,
        "most": most,
        "bars": [
            {
                "day": day,
                "count": count,
                "nothing": nothing,
                "height": round(100 * count / (most or 1)),
                "empty": round(100 * nothing / (most or 1)),
            }
            for day, count, nothing in report.trend
        ],
        "preview": desk().preview(text) if text else None,
        "placed": desk().placements_of(text) if text else {},
        "may_rebuild": _may_rebuild(request),
        "add_placement": reverse(PlacementViewSet().get_url_name("add")),
    }
    return render(request, "cms/search/desk.html", context)


@require_GET
def show_progress(request: HttpRequest) -> JsonResponse:
    """How far the rebuild is, for the page to follow."""
    if not _may_see(request):
        raise PermissionDenied
    run = desk().index_state().last_rebuild
    if run is None:
        return JsonResponse({"state": None})
    return JsonResponse({"state": run.state, "done": run.done, "total": run.total, "error": run.error})


@require_POST
def start_rebuild(request: HttpRequest) -> HttpResponse:
    """Have a worker build the index anew."""
    if not _may_rebuild(request):
        raise PermissionDenied
    try:
        desk().ask_for_rebuild()
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("已开始重建索引，搜索不受影响"))
    return redirect("search_desk")


def admin_urls() -> list[URLPattern]:
    """Addresses of the desk."""
    return [
        path("search-desk/", show_desk, name="search_desk"),
        path("search-desk/progress/", show_progress, name="search_progress"),
        path("search-desk/rebuild/", start_rebuild, name="search_rebuild"),
    ]
