"""A site stands on every database; content is published from code as by an editor."""

import pytest
from django.contrib.contenttypes.models import ContentType
from wagtail.models import Collection, Locale, Page, Site, WorkflowContentType

from cms import building, services
from cms.errors import ContentInvalid, ContentNotFound
from cms.models import CategoryAd, ContentPage, HomePage
from tests.factories.catalog import CategoryFactory, MallImageFactory
from tests.factories.content import make_carousel, make_home, make_index, make_page

pytestmark = pytest.mark.django_db


def test_a_fresh_database_has_our_homepage_and_not_wagtails_welcome_page():
    assert [page.title for page in Page.objects.filter(depth=2)] == ["首页"]
    assert Site.objects.get(is_default_site=True).root_page.specific == HomePage.objects.get()
    assert Locale.objects.get().language_code == "zh-hans"


def test_ensuring_the_site_again_changes_nothing():
    before = HomePage.objects.get()
    services.ensure_site()
    services.ensure_site()

    assert HomePage.objects.get().latest_revision_id == before.latest_revision_id


@pytest.mark.django_db(transaction=True)
def test_a_site_stands_again_after_the_tables_were_emptied():
    """The first run of this test flushes; whatever comes after it needs a site as well."""
    for _again in range(2):
        Page.objects.filter(depth=1).delete()
        for model in (Site, Locale, Collection, Page):
            model.objects.all().delete()

        home = services.ensure_site()

        assert Site.objects.get(is_default_site=True).root_page_id == home.pk
        assert Collection.objects.filter(depth=1).count() == 1
        assert MallImageFactory().pk
        assert make_home(make_carousel()).live


def test_a_site_of_the_operators_own_is_kept():
    site = Site.objects.get()
    site.hostname, site.port, site.site_name = "shop.example", 443, "我的商城"
    site.save()

    services.ensure_site()

    site.refresh_from_db()
    assert (site.hostname, site.port, site.site_name) == ("shop.example", 443, "我的商城")


def test_the_homepage_survives_being_scheduled():
    """Wagtail takes a page down when its next version is scheduled, if it has no live revision."""
    from datetime import timedelta

    from kernel import clock

    home = HomePage.objects.get()
    home.go_live_at = clock.now() + timedelta(hours=1)
    home.save_revision().publish()

    assert HomePage.objects.get().live


def test_pages_and_ads_go_through_review():
    ads = ContentType.objects.get_for_model(CategoryAd)

    assert HomePage.objects.get().get_workflow() is not None
    assert WorkflowContentType.objects.get(content_type=ads).workflow.active


def test_a_draft_of_an_editor_gives_way_to_what_is_published_from_code():
    home = make_home(make_carousel())
    home.title = "草稿"
    home.save_revision()

    make_home(make_carousel(), title="定稿")

    home.refresh_from_db()
    assert (home.title, home.has_unpublished_changes) == ("定稿", False)


def test_publishing_a_page_again_keeps_it_one_page_with_a_history():
    first = make_page()
    same = make_page()
    changed = make_page(title="改过")

    assert first.pk == same.pk == changed.pk
    assert first.latest_revision_id == same.latest_revision_id
    assert changed.revisions.count() == 2


def test_two_pages_of_one_path_name_are_refused_anywhere_in_the_site():
    make_index()
    make_page(slug="delivery")

    with pytest.raises(ContentInvalid) as refusal:
        make_page(slug="delivery", parent_slug="help")

    assert refusal.value.params["where"] == "slug"
    assert ContentPage.objects.count() == 1


@pytest.mark.parametrize("slug", ["api", "admin", "cart", "media"])
def test_a_path_that_something_else_answers_is_refused(slug):
    with pytest.raises(ContentInvalid):
        make_page(slug=slug)


def test_a_page_below_a_branch_that_is_not_there_is_refused():
    with pytest.raises(ContentNotFound):
        make_page(parent_slug="nowhere")


def test_a_refused_page_leaves_nothing_behind():
    with pytest.raises(ContentInvalid):
        make_page({"type": "heading", "value": {"text": "", "level": "2"}})

    assert ContentPage.objects.count() == 0


def test_an_ad_is_one_by_category_slot_and_title():
    category = CategoryFactory()
    image = MallImageFactory()

    def publish(**fields) -> CategoryAd:
        given = {
            "category_id": category.pk,
            "slot": "category_list",
            "title": "手机节",
            "image_id": image.pk,
            "link": building.link(url="/phones/"),
            **fields,
        }
        return services.publish_category_ad(**given)

    first, same, changed = publish(), publish(), publish(text="满减")

    assert first.pk == same.pk == changed.pk
    assert first.latest_revision_id == same.latest_revision_id
    assert changed.text == "满减"
    assert changed.live
    with pytest.raises(ContentInvalid):
        publish(link=building.link(url="javascript:x"))
    with pytest.raises(ContentInvalid):
        publish(slot="index_lbt")


def test_settings_take_no_script_as_an_address():
    with pytest.raises(ContentInvalid):
        services.save_site_settings(icp_url="javascript:alert(1)")
