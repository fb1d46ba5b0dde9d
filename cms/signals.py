"""What Wagtail's screens do, as events of ours.

Wagtail publishes, moves and deletes by itself, from its screens, its API and ``publish_scheduled``;
there is no service of ours to emit from. Its signals are the only place that sees all of them.
"""

from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageViewRestriction, Revision, Site
from wagtail.signals import (
    page_published,
    page_slug_changed,
    page_unpublished,
    post_page_move,
    published,
    unpublished,
)

from cms.events import AdsChanged, ContentChanged, HomeChanged, PictureChanged
from cms.models import CategoryAd, HomePage, Menu, SiteSettings
from cms.models.base import MallPage
from cms.services.telling import tell
from media.models import MallImage


def connect() -> None:
    """From now on every change of content is told."""
    for signal in (page_published, page_unpublished, page_slug_changed):
        signal.connect(_on_changed, dispatch_uid="cms.changed")
    post_page_move.connect(_on_moved, dispatch_uid="cms.moved")
    for signal in (published, unpublished):
        # Pages send these as well; theirs are above.
        signal.connect(_on_changed, sender=CategoryAd, dispatch_uid="cms.changed")
    post_delete.connect(_on_changed, dispatch_uid="cms.deleted")
    post_save.connect(_on_saved, dispatch_uid="cms.saved")


def _on_changed(instance: Any, **kwargs: Any) -> None:
    """Published, unpublished, renamed or deleted."""
    match instance:
        case HomePage():
            tell(HomeChanged())
        case MallPage():
            tell(ContentChanged(page_id=instance.pk or 0))
        case CategoryAd():
            tell(AdsChanged(ad_id=instance.pk or 0))
        case PageViewRestriction():
            _page_changed(instance.page)
        case MallImage():
            tell(PictureChanged(image_id=instance.pk or 0))
        case SiteSettings() | Site() | Menu():
            tell(HomeChanged())


def _on_moved(instance: Page, **kwargs: Any) -> None:
    """Wagtail gives the plain page here, not the specific one."""
    tell(ContentChanged(page_id=instance.pk))


def _on_saved(instance: Model, created: bool, update_fields: Any = None, **kwargs: Any) -> None:
    """Only what no signal of Wagtail speaks of: settings, privacy, schedules, pictures, the site's root."""
    match instance:
        case SiteSettings() | Site() | Menu():
            tell(HomeChanged())
        case PageViewRestriction():
            _page_changed(instance.page)
        case Revision() if update_fields and "approved_go_live_at" in update_fields:
            # A new schedule: bytes kept until now know nothing of its moment.
            _scheduled(instance)
        case MallImage() if not created:
            tell(PictureChanged(image_id=instance.pk))


def _scheduled(revision: Revision) -> None:
    model = revision.content_type.model_class()
    if model is not None and issubclass(model, CategoryAd):
        tell(AdsChanged(ad_id=int(revision.object_id)))
    elif model is not None and issubclass(model, MallPage):
        _page_changed(Page(pk=int(revision.object_id)))


def _page_changed(page: Page) -> None:
    """A page's public state changed. What lies below a private page is private too, so everything is told."""
    tell(HomeChanged())
    tell(ContentChanged(page_id=page.pk))
