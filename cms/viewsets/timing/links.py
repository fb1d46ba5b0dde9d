"""Links by which somebody without a login sees a page's draft: made, handed over, ended."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from cms.models.base import MallPage
from cms.services.passes import end_passes, make_page_pass
from cms.viewsets.timing.moment import PassForm


class LinkForm(PassForm):
    """How long the link works, and which moment it shows."""

    at = forms.DateTimeField(
        required=False,
        label=gettext_lazy("显示的时刻"),
        help_text=gettext_lazy("留空：打开链接的那一刻"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )


def preview_link_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """In the menu of a page's header, for whoever may edit it."""
    if issubclass(page.specific_class or Page, MallPage) and page.permissions_for_user(user).can_edit():
        yield Button(
            _("预览链接"), reverse("cms_preview_links", args=[page.pk]), icon_name="link-external", priority=66
        )


@require_http_methods(["GET", "POST"])
def preview_links(request: HttpRequest, page_id: int) -> HttpResponse:
    """The screen on which links are made, and on which all of them are ended."""
    page = get_object_or_404(Page, pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    if not issubclass(page.specific_class or Page, MallPage):
        raise Http404
    if "end" in request.POST:
        end_passes(page=page, by=request.user)
        messages.success(request, _("此前生成的预览链接已全部作废"))
        return redirect("cms_preview_links", page.pk)
    form = LinkForm(request.POST if request.method == "POST" else None)
    address = None
    if request.method == "POST" and form.is_valid():
        lasts = timedelta(hours=form.cleaned_data["hours"])
        given = make_page_pass(page=page, by=request.user, lasts=lasts, at=form.cleaned_data["at"])
        # Behind the hash: browsers send that part to nobody, so it stands in no log and no Referer.
        address = f"{settings.PUBLIC_URL}{reverse('cms_preview')}#{given}"
    response = render(request, "cms/timing/links.html", {"page": page, "form": form, "address": address})
    response["Cache-Control"] = "private, no-store"
    return response
