"""Pages as plain HTML at their own addresses, for crawlers and for editors' previews."""

import pytest
from django.test import RequestFactory

from cms import building
from cms.services import save_site_settings
from tests.factories.catalog import MallImageFactory, SkuFactory
from tests.factories.content import (
    CategoryAdFactory,
    everything,
    make_banner,
    make_carousel,
    make_home,
    make_index,
    make_landing,
    make_page,
)

pytestmark = pytest.mark.django_db


def test_a_content_page_has_title_description_canonical_and_share_tags(client, settings):
    make_index()
    make_page(
        building.text("<p>次日送达。</p>"),
        parent_slug="help",
        seo_title="配送时间",
        search_description='多久"送到"',
        share_image=MallImageFactory(),
    )

    html = client.get("/help/delivery/").content.decode()

    for piece in (
        '<html lang="zh-CN">',
        "<title>配送时间 - 美多商城</title>",
        '<meta name="description" content="多久&quot;送到&quot;">',
        f'<link rel="canonical" href="{settings.PUBLIC_URL}/help/delivery/">',
        '<meta property="og:title" content="配送时间">',
        '<meta property="og:type" content="article">',
        f'<meta property="og:image" content="{settings.PUBLIC_URL}/media/',
        "<h1>配送说明</h1>",
        "<p>次日送达。</p>",
    ):
        assert piece in html


def test_the_homepage_and_a_landing_page_show_every_kind_of_block(client):
    blocks = everything(1)
    make_home(*blocks, building.countdown(title="抢购", ends_at=_tomorrow(), source=[building.picked(SkuFactory().pk)]))
    make_landing(*blocks)

    for path in ("/", "/1111/"):
        html = client.get(path).content.decode()
        for kind in (
            "carousel",
            "notices",
            "entries",
            "ads",
            "floor",
            "products",
            "recommended",
            "rich_text",
            "hotspots",
        ):
            assert f"block-{kind}" in html
        assert 'alt="横幅 0"' in html
        assert "¥99.00" in html


def _tomorrow():
    from datetime import timedelta

    from kernel import clock

    return clock.now() + timedelta(days=1)


def test_a_branch_lists_its_pages(client):
    make_index()
    make_page(parent_slug="help", summary="多久送到")

    html = client.get("/help/").content.decode()

    assert '<a href="/help/delivery/">配送说明</a>' in html
    assert "多久送到" in html


def test_header_and_footer_come_from_the_sites_settings(client):
    save_site_settings(service_phone="400-000-0000", icp_number="京ICP备1号", company_name="<b>公司</b>")
    make_page()

    html = client.get("/delivery/").content.decode()

    assert "400-000-0000" in html
    assert '<a href="https://beian.miit.gov.cn/" rel="noopener">京ICP备1号</a>' in html
    assert "&lt;b&gt;公司&lt;/b&gt;" in html


def test_the_preview_of_a_draft_shows_the_draft_and_the_public_page_does_not(client):
    home = make_home(make_carousel(make_banner(title="公开")))
    draft = make_carousel(make_banner(title="草稿中"))
    home.body = home.body.stream_block.to_python([draft])

    preview = home.make_preview_request(RequestFactory().get("/")).content.decode()

    assert "草稿中" in preview
    assert "草稿中" not in client.get("/").content.decode()


def test_previews_of_an_ad_and_of_the_settings_are_rendered():
    from cms.models import SiteSettings

    ad = CategoryAdFactory(title="手机节")
    gone = CategoryAdFactory.build(title="去无踪", image=None, category=ad.category)
    settings = SiteSettings(company_name="草稿公司")
    request = RequestFactory().get("/")

    assert "手机节" in ad.make_preview_request(request).content.decode()
    assert "现在不会展示" in gone.make_preview_request(request).content.decode()
    assert "草稿公司" in settings.make_preview_request(request).content.decode()
