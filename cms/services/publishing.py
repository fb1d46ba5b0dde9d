"""Publishing content from code, by revisions like an editor: history and roll-back have it too."""

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.encoding import force_str
from wagtail.models import Page, Site

from cms.errors import ContentInvalid, ContentNotFound
from cms.models import CategoryAd, ContentIndexPage, ContentPage, HomePage, LandingPage, SiteSettings
from cms.models.base import MallPage
from cms.services.site import ensure_site
from cms.services.streams import RawBlock, checked_stream

P = TypeVar("P", bound=MallPage)


@transaction.atomic
def publish_home(*, blocks: Sequence[RawBlock], title: str | None = None, **fields: Any) -> HomePage:
    """The homepage shows these blocks. Publishing what it shows already makes no new version.

    ``fields``: others of the page, such as ``seo_title`` or ``go_live_at``.
    Raises: ContentInvalid. Emits: HomeChanged, after commit.
    """
    home = ensure_site()
    body = checked_stream(HomePage.body.field, blocks, place="home")
    values = {**fields, "body": body} | ({"title": title} if title else {})
    return _published(home, values)


@transaction.atomic
def publish_landing_page(*, slug: str, title: str, blocks: Sequence[RawBlock], **fields: Any) -> LandingPage:
    """There is a landing page of this path name with these blocks.

    Raises: ContentInvalid. Emits: ContentChanged, after commit.
    """
    body = checked_stream(LandingPage.body.field, blocks, place=f"landing/{slug}")
    return _published_child(LandingPage, ensure_site(), slug, {**fields, "title": title, "body": body})


@transaction.atomic
def publish_index_page(*, slug: str, title: str, parent_slug: str | None = None, **fields: Any) -> ContentIndexPage:
    """There is a branch of this path name, below the homepage or another branch.

    Raises: ContentNotFound without such a parent; ContentInvalid. Emits: ContentChanged, after commit.
    """
    return _published_child(ContentIndexPage, _parent(parent_slug), slug, {**fields, "title": title})


@transaction.atomic
def publish_content_page(
    *,
    slug: str,
    title: str,
    blocks: Sequence[RawBlock],
    parent_slug: str | None = None,
    kind: ContentPage.Kind = ContentPage.Kind.HELP,
    **fields: Any,
) -> ContentPage:
    """There is a content page of this path name, below the homepage or a branch.

    Raises: ContentNotFound without such a parent; ContentInvalid. Emits: ContentChanged, after commit.
    """
    body = checked_stream(ContentPage.body.field, blocks, place=f"content/{slug}")
    values = {**fields, "title": title, "kind": kind, "body": body}
    return _published_child(ContentPage, _parent(parent_slug), slug, values)


@transaction.atomic
def publish_category_ad(
    *, category_id: int, slot: str, title: str, image_id: int, link: RawBlock, **fields: Any
) -> CategoryAd:
    """This category has an ad of this title in this slot; another title is another ad.

    Raises: ContentInvalid. Emits: AdsChanged, after commit.
    """
    ad = CategoryAd.objects.filter(category_id=category_id, slot=slot, title=title).first()
    made = ad or CategoryAd(category_id=category_id, slot=slot, title=title, live=False)
    target = checked_stream(CategoryAd.link.field, [link], place=f"ad/{category_id}/{slot}/{title}")
    values = {**fields, "image_id": image_id, "link": target}
    if ad is not None and ad.live and _same(ad, values):
        return ad
    _assign(made, values)
    _checked(made)
    if ad is None:
        made.save()
    made.save_revision(log_action=True).publish()
    made.refresh_from_db()
    return made


@transaction.atomic
def save_site_settings(*, footer: Sequence[RawBlock] | None = None, **fields: Any) -> SiteSettings:
    """The default site's details are these; those not named stay.

    Raises: ContentInvalid. Emits: HomeChanged, after commit.
    """
    ensure_site()
    stored = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    values = dict(fields)
    if footer is not None:
        values["footer"] = checked_stream(SiteSettings.footer.field, footer, place="footer")
    if not _same(stored, values):
        _assign(stored, values)
        _checked(stored)
        stored.save()
    return stored


def _parent(slug: str | None) -> Page:
    home = ensure_site()
    if slug is None:
        return home
    found = ContentIndexPage.objects.descendant_of(home).filter(slug=slug).order_by("path").first()
    if found is None:
        raise ContentNotFound(slug=slug)
    return found


def _published_child(model: type[P], parent: Page, slug: str, values: dict[str, Any]) -> P:
    standing = model.objects.child_of(parent).filter(slug=slug).first()
    if standing is not None:
        return _published(standing, values)
    # Freshly read: treebeard counts children on the instance.
    parent = Page.objects.get(pk=parent.pk)
    page = model(slug=slug, live=False, **values)
    _checked(page, exclude=["path", "depth", "url_path", "content_type", "locale", "translation_key"])
    parent.add_child(instance=page)
    page.save_revision(log_action=True).publish()
    page.refresh_from_db()
    return page


def _published(page: P, values: dict[str, Any]) -> P:
    if page.live and not page.has_unpublished_changes and _same(page, values):
        return page
    _assign(page, values)
    _checked(page)
    page.save_revision(log_action=True).publish()
    page.refresh_from_db()
    return page


def _assign(row: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _same(row: Any, values: dict[str, Any]) -> bool:
    return all(_plain(row, name, getattr(row, name)) == _plain(row, name, value) for name, value in values.items())


def _plain(row: Any, name: str, value: Any) -> Any:
    field = row._meta.get_field(name.removesuffix("_id"))
    stream = getattr(field, "stream_block", None)
    return json.dumps(stream.get_prep_value(value), sort_keys=True, default=force_str) if stream else value


def _checked(row: Any, exclude: Sequence[str] = ()) -> None:
    """Raises: ContentInvalid."""
    try:
        row.full_clean(exclude=list(exclude))
    except ValidationError as wrong:
        name, texts = next(iter(wrong.message_dict.items()))
        raise ContentInvalid(where=name, reason=texts[0]) from wrong
