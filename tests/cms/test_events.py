"""A publish is told and seen: bytes go at once, with a worker or without."""

import pytest
from django.db import transaction
from wagtail.models import Page, PageViewRestriction, Site

from cms import services
from cms.events import AdsChanged, ContentChanged, HomeChanged, PictureChanged
from cms.models import HomePage
from kernel import bytestore, events
from tests.factories.catalog import MallImageFactory
from tests.factories.content import CategoryAdFactory, make_banner, make_carousel, make_home, make_index, make_page

pytestmark = pytest.mark.django_db


def told(emitted, since: int) -> list[events.Event]:
    return [event for event in emitted[since:] if event.__module__ == "cms.events"]


def test_publishing_and_unpublishing_the_homepage_is_told(emitted):
    home = make_home(make_carousel())
    assert HomeChanged() in told(emitted, 0)
    since = len(emitted)

    home.unpublish()

    assert HomeChanged() in told(emitted, since)


def test_publishing_moving_renaming_and_deleting_a_page_is_told(
    emitted, monkeypatch, django_capture_on_commit_callbacks
):
    make_index()
    page = make_page()
    assert ContentChanged(page_id=page.pk) in told(emitted, 0)

    since = len(emitted)
    page.move(Page.objects.get(slug="help"), pos="last-child")
    assert ContentChanged(page_id=page.pk) in told(emitted, since)

    page = type(page).objects.get(pk=page.pk)
    page.slug = "elsewhere"
    heard = []
    monkeypatch.setattr("cms.signals.tell", heard.append)
    with django_capture_on_commit_callbacks(execute=True):
        page.save()
    monkeypatch.undo()
    assert heard == [ContentChanged(page_id=page.pk)]

    since = len(emitted)
    pk = page.pk
    page.delete()
    assert ContentChanged(page_id=pk) in told(emitted, since)


def test_ads_settings_privacy_pictures_and_the_sites_root_are_told(emitted):
    ad = CategoryAdFactory()
    assert AdsChanged(ad_id=ad.pk) in told(emitted, 0)

    for change, event in (
        (ad.unpublish, AdsChanged(ad_id=ad.pk)),
        (lambda: services.save_site_settings(hotline="1"), HomeChanged()),
        (Site.objects.get().save, HomeChanged()),
        (ad.image.save, PictureChanged(image_id=ad.image_id)),
    ):
        since = len(emitted)
        change()
        assert event in told(emitted, since), change

    page = Page.objects.get(pk=make_page().pk)
    since = len(emitted)
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert ContentChanged(page_id=page.pk) in told(emitted, since)
    since = len(emitted)
    restriction.delete()
    assert ContentChanged(page_id=page.pk) in told(emitted, since)


def test_a_new_picture_is_told_to_nobody_because_nothing_shows_it_yet(emitted):
    MallImageFactory()

    assert told(emitted, 0) == []


def test_saving_a_draft_is_told_to_nobody(emitted):
    home = make_home(make_carousel())
    since = len(emitted)

    home.title = "草稿"
    home.save_revision()

    assert told(emitted, since) == []


@pytest.fixture
def no_worker(monkeypatch):
    """Events are told, and nobody listens."""
    monkeypatch.setattr(events, "deliver", lambda event: None)


def test_a_publish_is_seen_by_the_next_request_though_no_worker_runs(
    api, no_worker, django_capture_on_commit_callbacks
):
    make_home(make_carousel(make_banner(title="旧")))
    before = api.get("/api/v1/home/")
    assert [one["title"] for one in before.json()["banners"]] == ["旧"]

    with django_capture_on_commit_callbacks(execute=True):
        make_home(make_carousel(make_banner(title="新")))

    after = api.get("/api/v1/home/", headers={"if-none-match": before["ETag"]})
    assert [one["title"] for one in after.json()["banners"]] == ["新"]


def test_the_worker_alone_makes_a_publish_seen_too(api, monkeypatch, django_capture_on_commit_callbacks):
    """The web process could not drop: its cache was away for that moment."""
    from cms.services import telling

    make_home(make_carousel(make_banner(title="旧")))
    api.get("/api/v1/home/")

    def lost(region):
        raise bytestore.DropLost(region)

    class Away:
        drop = staticmethod(lost)

    monkeypatch.setattr(telling, "bytestore", Away)
    with django_capture_on_commit_callbacks(execute=True):
        make_home(make_carousel(make_banner(title="新")))

    assert [one["title"] for one in api.get("/api/v1/home/").json()["banners"]] == ["新"]


def test_a_rolled_back_publish_drops_nothing_and_shows_nothing(api):
    make_home(make_carousel(make_banner(title="旧")))
    before = api.get("/api/v1/home/")

    with transaction.atomic():
        make_home(make_carousel(make_banner(title="新")))
        transaction.set_rollback(True)

    after = api.get("/api/v1/home/", headers={"if-none-match": before["ETag"]})
    assert after.status_code == 304


def test_a_catalog_change_reaches_the_homepage_and_landing_pages(api, django_capture_on_commit_callbacks):
    from cms import building
    from shop.catalog.services import skus_changed
    from tests.factories.catalog import SkuFactory
    from tests.factories.content import make_landing

    sku = SkuFactory(name="旧名")
    block = building.products(title="精选", source=[building.picked(sku.pk)])
    make_home(block)
    make_landing(block)

    def names() -> list[str]:
        home = api.get("/api/v1/home/").json()["blocks"][0]["products"]
        landing = api.get("/api/v1/pages/1111/").json()["landing"]["blocks"][0]["products"]
        return [card["name"] for card in (*home, *landing)]

    assert names() == ["旧名", "旧名"]
    with django_capture_on_commit_callbacks(execute=True):
        type(sku).objects.update(name="新名")
        skus_changed([sku.pk])
    assert names() == ["新名", "新名"]


def test_the_minutely_task_publishes_what_is_due():
    from datetime import timedelta

    import time_machine

    from kernel import clock
    from tasks import content

    start = clock.now() + timedelta(hours=1)
    make_home(make_carousel())
    make_home(make_carousel(), title="双11", go_live_at=start)
    with time_machine.travel(start + timedelta(seconds=1), tick=False):
        content.publish_due_content.call_local()

    assert HomePage.objects.get().title == "双11"
