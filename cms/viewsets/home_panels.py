"""What a marketer sees first: what is live today, and what is waiting."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component
from wagtail.models import Page, WorkflowState

from cms.models import CategoryAd, HomePage
from cms.selectors.broken import findings
from cms.selectors.live import PageTimetable, Timetable, live_ads, live_home
from cms.selectors.reading import moment
from kernel import clock

#: Whoever may look at ads with their schedules is meant.
PERMISSION = "cms.view_categoryad"
#: Days before its end at which something is counted as ending.
SOON = 3
#: Lines of each list.
MOST = 8


@dataclass(frozen=True, slots=True)
class Todo:
    """A number that asks for work, and where it is done."""

    count: int
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Live:
    """Something that buyers see now, and until when."""

    title: str
    kind: str
    until: datetime | None
    url: str


class MarketingPanel(Component):
    """Today's live content and the marketer's numbers. The same few queries whatever there is."""

    order = 60
    template_name = "cms/marketing/home_panel.html"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.now = clock.now()

    @cached_property
    def _ads(self) -> list[CategoryAd]:
        return live_ads(Timetable(CategoryAd, self.now))

    @cached_property
    def _home(self) -> HomePage | None:
        return live_home(PageTimetable(self.now))

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        live = [*self._live_blocks(), *self._live_ads()]
        ending = self.now + timedelta(days=SOON)
        soon = [one for one in live if one.until and one.until <= ending]
        return {
            "todos": self._todos(len(soon)),
            "live": live[:MOST],
            "live_count": len(live),
            "today": timezone.localdate(self.now),
        }

    def _live_blocks(self) -> list[Live]:
        if self._home is None:
            return []
        edit = reverse("wagtailadmin_pages:edit", args=[self._home.pk])
        found = []
        for child in self._home.body.get_prep_value():
            block = self._home.body.stream_block.child_blocks.get(child["type"])
            if block is None:
                continue
            for value, kind in _with_items(child["value"], str(block.label)):
                # What has no name of its own is told by what stands in it.
                if value.get("title") and _is_live(value, self.now):
                    found.append(Live(str(value["title"]), kind, moment(_times(value).get("expire_at")), edit))
        # What ends first asks for attention first.
        return sorted(found, key=lambda one: (one.until is None, one.until or self.now))

    def _live_ads(self) -> list[Live]:
        url = CategoryAd.snippet_viewset.get_url_name("edit")
        kind = str(CategoryAd._meta.verbose_name)
        return [Live(ad.title, kind, ad.expire_at, reverse(url, args=[ad.pk])) for ad in self._ads]

    def _todos(self, ending: int) -> list[Todo]:
        types = ContentType.objects.get_for_models(CategoryAd, Page, for_concrete_models=False).values()
        states = WorkflowState.objects.filter(base_content_type__in=types)
        waiting = states.filter(status=WorkflowState.STATUS_IN_PROGRESS).count()
        drafts = Page.objects.filter(has_unpublished_changes=True, depth__gt=1).count()
        losses = sum(one.is_loss for one in findings())
        ads = reverse(CategoryAd.snippet_viewset.get_url_name("list"))
        return [
            Todo(losses, _("处内容指向空"), reverse("broken_blocks")),
            Todo(waiting, _("项等待审核"), reverse("wagtailadmin_reports:workflow")),
            Todo(drafts, _("个页面有未发布的修改"), reverse("wagtailadmin_explore_root")),
            Todo(ending, _("项内容 3 天内下线"), ads),
        ]


def _times(value: Any) -> dict[str, Any]:
    times = value.get("schedule")
    return times if isinstance(times, dict) else {}


def _is_live(value: Any, now: datetime) -> bool:
    start, end = moment(_times(value).get("go_live_at")), moment(_times(value).get("expire_at"))
    return (start is None or start <= now) and (end is None or end > now)


def _with_items(value: Any, kind: str) -> list[tuple[dict[str, Any], str]]:
    """A block and what stands in it and is seen by itself: banners, notices, ads."""
    if not isinstance(value, dict):
        return []
    found = [(value, kind)]
    for name in ("banners", "notices", "ads"):
        found += [(one["value"], kind) for one in value.get(name) or [] if isinstance(one, dict) and "value" in one]
    return found


def add_marketing_panel(request: HttpRequest, panels: list[Any]) -> None:
    """For ``construct_homepage_panels``."""
    user: Any = request.user
    if user.has_perm(PERMISSION):
        panels.append(MarketingPanel(request))
