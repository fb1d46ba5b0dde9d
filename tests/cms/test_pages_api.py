"""Content pages through the API: list, tree, HTML, blocks, SEO."""

import pytest
from wagtail.models import Page

from cms import building
from cms.models import ContentPage
from tests.factories.catalog import MallImageFactory, SkuFactory
from tests.factories.content import make_carousel, make_home, make_index, make_landing, make_page

pytestmark = pytest.mark.django_db


def get(api, route: str):
    return api.get(f"/api/v1/pages/{route}")


def test_the_list_has_parents_before_children_in_the_editors_order(api):
    make_index()
    make_page(slug="returns", title="退换货", parent_slug="help", summary="七天无理由")
    make_page(slug="delivery", title="配送", parent_slug="help")
    make_landing()
    Page.objects.get(slug="delivery").move(Page.objects.get(slug="returns"), pos="left")

    answer = get(api, "").json()

    assert [(one["slug"], one["parent"], one["type"], one["url"]) for one in answer["results"]] == [
        ("help", None, "index", "/help/"),
        ("delivery", "help", "content", "/help/delivery/"),
        ("returns", "help", "content", "/help/returns/"),
        ("1111", None, "landing", "/1111/"),
    ]
    assert answer["results"][2]["summary"] == "七天无理由"


def test_the_list_is_narrowed_and_paged(api):
    make_index()
    for number in range(3):
        make_page(slug=f"page-{number}", parent_slug="help")
    make_page(slug="terms", kind=ContentPage.Kind.AGREEMENT)

    assert get(api, "?parent=help").json()["count"] == 3
    assert get(api, "?kind=agreement").json()["results"][0]["slug"] == "terms"
    assert get(api, "?type=index").json()["count"] == 1
    page = get(api, "?page_size=2&page=2").json()
    assert (page["count"], len(page["results"])) == (5, 2)
    assert "page=3" in page["next"]
    assert "page=1" in page["previous"]
    assert get(api, "?page=9").status_code == 404


@pytest.mark.parametrize("query", ["page=0", "page=x", "page_size=101", "type=video", "kind=x", "parent=" + "x" * 256])
def test_a_wrong_question_is_400_and_names_the_field(api, query):
    answer = get(api, f"?{query}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


@pytest.mark.parametrize("slug", ["nothing", "x" * 300, "%00", "..%2f", "首页", "home"])
def test_an_unknown_page_is_a_problem_and_never_a_crash(api, slug):
    assert get(api, f"{slug}/").status_code in {400, 404}


def test_a_page_comes_as_html_and_in_blocks_with_seo_and_share_fields(api, settings):
    sku = SkuFactory(name="手机甲", price="6499")
    image = MallImageFactory()
    make_index()
    make_page(
        building.heading("时间"),
        building.text("<p>次日<b>送达</b></p>"),
        building.table(columns=["地区", "天"], rows=[["北京", "1"]], caption="时效"),
        building.question("能改吗？", "<p>能</p>"),
        building.quote("很快", source="顾客"),
        building.picture(image=image.pk, alt="仓库", caption="我们的"),
        building.product_cards(title="相关", source=[building.picked(sku.pk)]),
        building.columns([building.text("<p>左</p>")], [building.heading("右", level=3)]),
        parent_slug="help",
        seo_title="配送时间",
        search_description="多久送到",
        share_image=image,
    )

    page = get(api, "delivery/").json()

    assert page["parent"] == "help"
    assert [block["type"] for block in page["blocks"]] == [
        *("heading", "text", "table", "question", "quote", "picture", "products", "columns"),
    ]
    assert page["blocks"][2]["rows"] == [["北京", "1"]]
    assert page["blocks"][6]["products"][0]["price"] == "6499.00"
    assert [[one["type"] for one in column] for column in page["blocks"][7]["columns"]] == [["text"], ["heading"]]
    assert page["html"] == "\n".join(block["html"] for block in page["blocks"])
    for piece in (
        "<h2>时间</h2>",
        "<b>送达</b>",
        "<caption>时效</caption>",
        "<summary>能改吗？</summary>",
        "¥6499.00",
        "<h3>右</h3>",
    ):
        assert piece in page["html"]
    assert page["seo"]["title"] == "配送时间"
    assert page["seo"]["description"] == "多久送到"
    assert page["seo"]["canonical_url"] == f"{settings.PUBLIC_URL}/help/delivery/"
    assert page["seo"]["share_image"]["large"].startswith(settings.PUBLIC_URL)


def test_a_branch_lists_what_is_right_below_it(api):
    make_index()
    make_index(slug="shopping", title="购物", parent_slug="help")
    make_page(slug="deep", parent_slug="shopping")
    make_page(slug="shallow", parent_slug="help")

    assert [child["slug"] for child in get(api, "help/").json()["children"]] == ["shopping", "shallow"]
    assert get(api, "shopping/").json()["parent"] == "help"


def test_a_landing_page_has_the_homepages_blocks(api):
    sku = SkuFactory()
    make_landing(make_carousel(), building.products(title="精选", source=[building.picked(sku.pk)]))

    page = get(api, "1111/").json()

    assert page["html"] == ""
    assert [block["type"] for block in page["landing"]["blocks"]] == ["carousel", "products"]
    assert page["landing"]["blocks"][0]["banner_ids"] == [page["landing"]["banners"][0]["id"]]


def test_the_answer_is_kept_and_known_by_its_etag(api):
    make_page()
    first = get(api, "delivery/")
    again = api.get("/api/v1/pages/delivery/", headers={"if-none-match": first["ETag"]})

    assert again.status_code == 304
    assert first["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_links_in_rich_text_lead_to_public_addresses_only(api):
    page = make_page(slug="terms", title="条款")
    make_page(
        building.text(
            f'<p><a linktype="page" id="{page.pk}">条款</a> <a linktype="page" id="99999">没有</a>'
            f'<a linktype="document" id="99999">文件</a> <a linktype="page" id="x">坏</a></p>'
        )
    )

    html = get(api, "delivery/").json()["html"]

    assert 'href="/terms/"' in html
    assert html.count("href=") == 1


def test_a_document_in_a_private_collection_is_not_linked(api):
    from django.core.files.base import ContentFile
    from wagtail.models import Collection, CollectionViewRestriction

    from media.models import MallDocument

    closed = Collection.get_first_root_node().add_child(name="内部")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    open_one = MallDocument.objects.create(title="说明", file=ContentFile(b"a,b\n", name="a.csv"))
    secret = MallDocument.objects.create(
        title="内部", file=ContentFile(b"a,b\n", name="b.csv"), collection=closed.add_child(name="更里面")
    )
    make_page(
        building.text(
            f'<p><a linktype="document" id="{open_one.pk}">开</a><a linktype="document" id="{secret.pk}">关</a></p>'
        )
    )

    html = get(api, "delivery/").json()["html"]

    assert f'href="{open_one.url}"' in html
    assert html.count("href=") == 1


def test_home_gives_every_block_once_and_in_order(api):
    sku = SkuFactory()
    make_home(
        make_carousel(),
        building.notices(lines=[building.notice(title="快讯")]),
        building.recommended(source=[building.picked(sku.pk)]),
        building.rich_text("<p>文字</p>"),
        title="首页",
        seo_title="美多商城",
        search_description="什么都有",
    )

    home = api.get("/api/v1/home/").json()

    assert [block["type"] for block in home["blocks"]] == ["carousel", "notices", "recommended", "rich_text"]
    assert set(home["blocks"][0]) == {"id", "type", "position", "audience", "seconds", "banner_ids"}
    assert home["blocks"][1]["notice_ids"] == [home["notices"][0]["id"]]
    assert home["blocks"][2]["sku_ids"] == [sku.pk] == [card["id"] for card in home["recommended"]]
    assert home["seo"]["title"] == "美多商城"
    assert home["seo"]["description"] == "什么都有"


def test_a_card_of_the_homepage_is_the_card_of_every_list(api):
    sku = SkuFactory(market_price="129")
    make_home(building.products(title="精选", source=[building.picked(sku.pk)]))

    card = api.get("/api/v1/home/").json()["blocks"][0]["products"][0]
    listed = api.get(f"/api/v1/categories/{sku.spu.category_id}/skus/").json()["results"][0]

    assert card == listed


def test_the_sites_details_stand_alone_and_on_the_homepage(api):
    from cms.services import save_site_settings

    page = make_page()
    save_site_settings(
        service_phone="400-000-0000",
        icp_number="京ICP备1号",
        footer=[
            building.footer_column(
                title="帮助",
                links=[
                    building.footer_link(title="配送", to=building.link(page=page.pk)),
                    building.footer_link(title="没有", to=building.link(search="手机")),
                ],
            )
        ],
    )

    site = api.get("/api/v1/site/").json()

    assert site["service_phone"] == "400-000-0000"
    assert [link["url"] for link in site["footer"][0]["links"]] == ["/delivery/", "/search/?text=%E6%89%8B%E6%9C%BA"]
    assert api.get("/api/v1/home/").json()["site"] == site
