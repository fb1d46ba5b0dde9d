"""What the homepage costs the database: the same, however much is on it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms import building
from cms.selectors import home_now, page_by_slug, pages_now
from cms.services import save_site_settings
from tests.factories.content import CategoryAdFactory, everything, make_home, make_index, make_landing, make_page

pytestmark = pytest.mark.django_db

#: Issue 5: the first build after a publish, its own end included.
MOST = 12


def queries(read) -> int:
    # The first time makes renditions and warms Django's table of content types.
    read()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        read()
    return len(captured)


def test_one_of_every_block_and_thirty_of_every_block_cost_the_same_few_queries():
    make_home(*everything(1))
    one = queries(home_now)
    make_home(*everything(20))
    many = queries(home_now)

    assert one == many
    assert many <= MOST


def test_a_footer_full_of_links_costs_the_homepage_no_query_more():
    make_home(*everything(1))
    before = queries(home_now)
    links = [building.footer_link(title=f"链接 {n}", to=building.link(search=f"手机 {n}")) for n in range(10)]
    save_site_settings(footer=[building.footer_column(title="帮助", links=links)])

    assert queries(home_now) == before


def test_a_thousand_scheduled_banners_cost_no_query_more():
    from datetime import timedelta

    from kernel import clock
    from tests.factories.catalog import MallImageFactory
    from tests.factories.content import make_banner, make_carousel

    image = MallImageFactory().pk
    later = [
        make_banner(image=image, title=f"横幅 {n}", times=building.schedule(clock.now() + timedelta(minutes=n + 1)))
        for n in range(20)
    ]
    make_home(make_carousel(make_banner(image=image)))
    few = queries(home_now)
    make_home(*[make_carousel(make_banner(image=image), *later[1:]) for _ in range(50)])

    assert queries(home_now) == few


def test_the_list_of_pages_costs_the_same_for_one_and_for_thirty():
    make_index()
    make_page(parent_slug="help", slug="first")
    make_landing(slug="landing-first")
    one = queries(pages_now)
    for number in range(15):
        make_page(parent_slug="help", slug=f"page-{number}")
        make_landing(slug=f"landing-{number}")

    assert len(pages_now()) == 33
    assert queries(pages_now) == one


def test_a_branch_costs_the_same_with_one_page_and_with_thirty():
    make_index()
    make_page(parent_slug="help", slug="first")
    one = queries(lambda: page_by_slug("help"))
    for number in range(29):
        make_page(parent_slug="help", slug=f"page-{number}")

    assert queries(lambda: page_by_slug("help")) == one


def test_ads_of_a_slot_cost_the_same_for_one_and_for_thirty(api):
    from cms.selectors import ads_in_slot

    CategoryAdFactory()
    one = queries(lambda: ads_in_slot("category_list"))
    CategoryAdFactory.create_batch(29)

    assert len(ads_in_slot("category_list").ads) == 30
    assert queries(lambda: ads_in_slot("category_list")) == one
