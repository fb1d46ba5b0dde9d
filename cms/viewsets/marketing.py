"""The marketer's screens: category ads, a short way to the homepage, the pickers of blocks."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn, UpdatedAtColumn
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.models import CategoryAd, Menu
from cms.selectors.addresses import root_of_site


class CategoryAdViewSet(SnippetViewSet):
    """Ads of categories, with drafts, review, schedule and history."""

    model = CategoryAd
    icon = "image"
    menu_label = _("分类广告")
    menu_order = 210
    add_to_admin_menu = True
    list_display = [
        "title",
        "category",
        Column("slot", label=_("广告位"), accessor="get_slot_display", sort_key="slot"),
        Column("go_live_at", label=_("上线时间"), accessor="go_live_at", sort_key="go_live_at"),
        Column("expire_at", label=_("下线时间"), accessor="expire_at", sort_key="expire_at"),
        "sort_order",
        LiveStatusTagColumn(),
        UpdatedAtColumn(),
    ]
    list_filter = ["slot", "live"]
    list_per_page = 50
    ordering = ["category__sort_order", "slot", "sort_order", "pk"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return CategoryAd.objects.select_related("category", "image")


class MenuViewSet(SnippetViewSet):
    """Menus of the storefront."""

    model = Menu
    icon = "list-ul"
    menu_label = _("菜单")
    menu_name = "menus"
    menu_order = 212
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["title", "key"]
    list_per_page = 50


class HomePageMenuItem(MenuItem):
    """Straight to the homepage's editor, for whoever may edit it."""

    def __init__(self) -> None:
        super().__init__(_("编辑首页"), reverse("edit_home"), name="edit-home", icon_name="home", order=90)

    def is_shown(self, request: HttpRequest) -> bool:
        home = root_of_site()
        return home is not None and bool(home.permissions_for_user(request.user).can_edit())


def edit_home(request: HttpRequest) -> HttpResponse:
    """To the editor of whichever page is the homepage; that screen checks who may."""
    home = root_of_site()
    if home is None:
        raise Http404
    return redirect("wagtailadmin_pages:edit", home.pk)


def admin_urls() -> list[URLPattern]:
    """Addresses of the marketer's own screens."""
    return [path("home/", edit_home, name="edit_home")]
