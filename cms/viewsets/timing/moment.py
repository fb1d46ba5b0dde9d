"""The shop as it will be at any moment: the homepage in two widths, category ads, what goes on and off sale."""

from datetime import datetime, timedelta

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods
from wagtail.admin.menu import MenuItem

from cms.errors import MomentUnreadable
from cms.previewing import shown_by_storefront
from cms.selectors.coming import ads_at, sale_changes
from cms.selectors.live import PageTimetable, live_home
from cms.selectors.moments import moment_from
from cms.selectors.passes import may_see_coming
from cms.services.passes import make_moment_pass
from cms.viewsets.timing.rights import for_who_may_see_coming
from kernel import clock

#: What a browser's field for a date and a time takes.
FIELD = "%Y-%m-%dT%H:%M"
HOURS = [(1, _("1 小时")), (24, _("1 天")), (72, _("3 天")), (168, _("7 天"))]


class PassForm(forms.Form):
    """How long a link works."""

    hours = forms.TypedChoiceField(choices=HOURS, coerce=int, initial=24, label=_("有效期"))


class MomentMenuItem(MenuItem):
    """To the shop at any moment, for whoever may see what is scheduled."""

    def __init__(self) -> None:
        super().__init__(_("看任意时刻"), reverse("cms_moment"), name="any-moment", icon_name="time", order=213)

    def is_shown(self, request: HttpRequest) -> bool:
        return may_see_coming(request.user)


def asked_moment(request: HttpRequest) -> datetime:
    """The moment in the address, or now. Raises: MomentUnreadable."""
    raw = request.GET.get("at", "")
    return moment_from(raw) if raw else clock.now().replace(second=0, microsecond=0)


@require_http_methods(["GET", "POST"])
@for_who_may_see_coming
def show_moment(request: HttpRequest) -> HttpResponse:
    """The screen with the chooser; posting makes a signed address for the API."""
    error = None
    try:
        at = asked_moment(request)
    except MomentUnreadable as unreadable:
        at, error = clock.now(), unreadable.message
    form = PassForm(request.POST if request.method == "POST" else None)
    address = None
    if request.method == "POST" and form.is_valid():
        lasts = timedelta(hours=form.cleaned_data["hours"])
        given = make_moment_pass(at=at, by=request.user, lasts=lasts)
        address = f"{settings.PUBLIC_URL}/api/v1/home/?at={_in_address(at)}&pass={given}"
    with clock.seen_at(at):
        ads = ads_at()
    context = {
        "at": at,
        "written": timezone.localtime(at).strftime(FIELD),
        "in_address": _in_address(at),
        "error": error,
        "ads": ads,
        "changes": sale_changes(since=clock.now(), until=at),
        "form": form,
        "address": address,
    }
    response = render(request, "cms/timing/moment.html", context)
    response["Referrer-Policy"] = "same-origin"
    return response


@require_http_methods(["GET"])
@xframe_options_sameorigin
@for_who_may_see_coming
def show_home_then(request: HttpRequest) -> HttpResponse:
    """The public homepage as of that moment, as a page of its own for a frame."""
    try:
        at = asked_moment(request)
    except MomentUnreadable as unreadable:
        return HttpResponse(unreadable.message, status=400, content_type="text/plain; charset=utf-8")
    # The bar with Wagtail's bird belongs to the public page, not to a frame.
    request.in_preview_panel = True  # type: ignore[attr-defined]
    with clock.seen_at(at):
        home = live_home(PageTimetable(at))
        if home is None:
            response = render(request, "cms/timing/nothing.html")
        else:
            response = shown_by_storefront(home, request) or render(request, home.template, home.get_context(request))
    response["Cache-Control"] = "private, no-store"
    return response


def _in_address(at: datetime) -> str:
    return at.isoformat().replace("+", "%2B")
