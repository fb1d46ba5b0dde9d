"""The HTML in which the storefront starts: what crawlers read, what the first view is given, what may run."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api.hot import MARK
from cms import building
from meiduo.storefront.memory import PageMemory
from search import indexer
from tests.factories.catalog import LeafCategoryFactory, MallImageFactory, SkuFactory
from tests.factories.content import CategoryAdFactory, make_banner, make_carousel, make_home, make_index, make_page

pytestmark = pytest.mark.django_db

MANIFEST = {
    "src/main.ts": {"file": "assets/main-abcdefgh.js", "css": ["assets/main-abcdefgh.css"], "isEntry": True},
    "src/pages/HomePage.vue": {
        "file": "assets/HomePage-abcdefgh.js",
        "imports": ["src/main.ts", "_parts.js"],
        "css": ["assets/home-abcdefgh.css"],
    },
    "_parts.js": {"file": "assets/parts-abcdefgh.js", "imports": ["src/main.ts"]},
}


@pytest.fixture
def built(settings: Any, tmp_path: Path) -> Path:
    """A build as Vite leaves it, of one page."""
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "manifest.json").write_text(json.dumps(MANIFEST))
    (dist / "assets" / "main-abcdefgh.js").write_text("void 0")
    settings.STOREFRONT_DIST = dist
    return dist


def _given(html: str) -> dict[str, Any]:
    """The answers that came with a page."""
    found = re.findall(r'<script type="application/json" data-for="([^"]+)">(.*?)</script>', html, re.S)
    return {address.replace("&amp;", "&"): json.loads(body) for address, body in found}


def _linked(html: str) -> list[dict[str, Any]]:
    return [json.loads(one) for one in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)]


def test_without_a_build_the_plain_page_is_served(client: Any, settings: Any, tmp_path: Path) -> None:
    settings.STOREFRONT_DIST = tmp_path / "nothing"
    make_home()

    answer = client.get("/")

    assert answer.status_code == 200
    assert '<div id="app">' not in answer.content.decode()
    assert client.get("/login/").status_code == 404


def test_the_homepage_has_a_head_its_content_and_the_answers_of_its_first_view(client: Any, built: Path) -> None:
    make_home(
        make_carousel(make_banner(title="主会场", image=MallImageFactory().pk)),
        seo_title="好物",
        search_description="都在这里",
    )

    answer = client.get("/")
    html = answer.content.decode()

    assert "<title>好物</title>" in html
    assert '<meta name="description" content="都在这里">' in html
    assert f'<link rel="canonical" href="{django_settings.PUBLIC_URL}/">' in html
    assert "<b>主会场</b>" in html
    assert _linked(html)[0]["@type"] == "WebSite"
    given = _given(html)
    assert given["/api/v1/home/"] == client.get("/api/v1/home/").json()
    assert given["/api/v1/categories/"] == client.get("/api/v1/categories/").json()


def test_a_page_loads_its_own_files_and_no_other_script_can_run(client: Any, built: Path) -> None:
    make_home()

    answer = client.get("/")
    html = answer.content.decode()

    assert '<script type="module" src="/static/storefront/assets/main-abcdefgh.js"></script>' in html
    assert html.count('rel="modulepreload"') == 2
    assert html.index("main-abcdefgh.css") < html.index("home-abcdefgh.css")
    policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
    assert policy["script-src"] == policy["style-src"] == policy["default-src"] == "'self'"
    assert policy["object-src"] == "'none'"
    for tag in re.findall(r"<script[^>]*>", html):
        assert "src=" in tag or 'type="application/' in tag
    assert not re.search(r"<[^>]+\s(on\w+|style)=", html)


def test_no_text_of_the_shop_can_end_the_script_that_holds_it(client: Any, built: Path) -> None:
    name = "</script><script>alert(1)</script>"
    sku = SkuFactory(name=name)

    html = client.get(f"/skus/{sku.pk}/").content.decode()

    assert "<script>" not in html
    assert _given(html)[f"/api/v1/skus/{sku.pk}/"]["name"] == name
    assert _linked(html)[0]["name"] == name


def test_a_product_page_tells_search_engines_what_it_sells(client: Any, built: Path) -> None:
    make_home()
    sku = SkuFactory(name="台灯 白色", price="129.00")

    html = client.get(f"/skus/{sku.pk}/").content.decode()

    product, crumbs = _linked(html)
    assert (product["@type"], product["offers"]["price"], product["offers"]["priceCurrency"]) == (
        "Product",
        "129.00",
        "CNY",
    )
    assert product["offers"]["availability"] == "https://schema.org/InStock"
    assert len(crumbs["itemListElement"]) == 3
    assert '<h1 class="sku-name">台灯 白色</h1>' in html


def test_a_sold_out_product_says_so(client: Any, built: Path) -> None:
    sku = SkuFactory(stock=0)

    html = client.get(f"/skus/{sku.pk}/").content.decode()

    assert _linked(html)[0]["offers"]["availability"] == "https://schema.org/OutOfStock"


@pytest.mark.parametrize(
    "path", ["/skus/999999999/", "/categories/999999999/", "/nothing/", "/a/b/c/", "/nothing.php", "/user/nothing/"]
)
def test_an_address_that_is_nobodys_is_404_in_the_storefronts_own_words(client: Any, built: Path, path: str) -> None:
    make_home()

    answer = client.get(path, follow=True)
    html = answer.content.decode()

    assert answer.status_code == 404
    assert '<div id="app">' in html
    assert '<meta name="robots" content="noindex">' in html


def test_other_parts_of_the_mall_keep_their_own_404s(client: Any, built: Path) -> None:
    assert client.get("/api/v1/nothing/").json()["code"] == "not_found"
    for path in ("/media/nothing.webp", "/static/nothing.js", "/admin/nothing/"):
        answer = client.get(path, follow=True)
        assert b'<div id="app">' not in answer.content, path


@pytest.mark.parametrize("path", ["/static/nothing.js", "/static/storefront/assets/old-abcdefgh.js", "/static/nothing"])
def test_a_static_file_that_is_not_there_is_404_at_once(
    client: Any, built: Path, path: str, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        answer = client.get(path)

    assert answer.status_code == 404
    assert b'<div id="app">' not in answer.content


@pytest.mark.parametrize("written", ["好灯", "好灯 - 美多商城", "美多商城 - 好灯"])
def test_the_shops_name_stands_once_in_a_title(client: Any, built: Path, written: str) -> None:
    make_home()
    sku = SkuFactory(spu__seo_title=written)

    (title,) = re.findall(r"<title>(.*?)</title>", client.get(f"/skus/{sku.pk}/").content.decode())

    assert title.count("美多商城") == 1
    assert "好灯" in title


def test_a_category_page_shows_the_categorys_ad(client: Any, built: Path) -> None:
    make_home()
    leaf, other = LeafCategoryFactory(), LeafCategoryFactory()
    CategoryAdFactory(category=leaf, slot="category_list", title="灯具节")

    html = client.get(f"/categories/{leaf.pk}/").content.decode()
    without = client.get(f"/categories/{other.pk}/").content.decode()

    address = f"/api/v1/ads/?slot=category_list&category={leaf.pk}"
    assert _given(html)[address] == client.get(address).json()
    assert [one["title"] for one in _given(html)[address]] == ["灯具节"]
    assert 'class="category-ad"' in html
    assert 'class="category-ad"' not in without


@pytest.mark.parametrize("path", ["/login/", "/signup/", "/cart/", "/checkout/", "/user/orders/", "/categories/"])
def test_pages_of_the_application_alone_are_served(client: Any, built: Path, path: str) -> None:
    make_home()

    answer = client.get(path)

    assert answer.status_code == 200
    assert "/api/v1/site/" in _given(answer.content.decode())


def test_a_category_page_has_its_first_products_unless_they_are_filtered(client: Any, built: Path) -> None:
    make_home()
    leaf = LeafCategoryFactory(name="台灯")
    sku = SkuFactory(spu__category=leaf, name="台灯 白色")
    indexer.upsert([sku.pk])

    html = client.get(f"/categories/{leaf.pk}/").content.decode()
    filtered = client.get(f"/categories/{leaf.pk}/", {"min_price": "5"}).content.decode()

    address = f"/api/v1/skus/search/?category={leaf.pk}&page=1&page_size=20"
    assert _given(html)[address] == client.get(address).json()
    assert "台灯 白色" in html
    assert address not in _given(filtered)


def test_a_search_is_shown_and_not_listed(client: Any, built: Path) -> None:
    make_home()
    sku = SkuFactory(spu__name="极光台灯", name="极光台灯 白色")
    indexer.upsert([sku.pk])

    html = client.get("/search/", {"text": "台灯"}).content.decode()

    assert "极光台灯" in html
    assert '<meta name="robots" content="noindex">' in html
    assert client.get("/search/", {"text": "x" * 500}).status_code == 200


def test_a_content_page_is_served_at_its_own_address_only(client: Any, built: Path) -> None:
    make_index()
    make_page(building.text("<p>次日送达。</p>"), parent_slug="help", seo_title="配送时间")

    html = client.get("/help/delivery/").content.decode()

    assert "<title>配送时间 - 美多商城</title>" in html
    assert "<p>次日送达。</p>" in html
    assert _given(html)["/api/v1/pages/delivery/"]["title"] == "配送说明"
    assert client.get("/delivery/").status_code == 404


def test_the_language_of_the_page_follows_the_visitor(client: Any, built: Path) -> None:
    make_home()

    assert '<html lang="zh-CN">' in client.get("/").content.decode()
    assert '<html lang="en">' in client.get("/", headers={"Accept-Language": "en"}).content.decode()


def test_a_page_is_not_remembered_as_the_answer_of_a_route_that_it_asked(client: Any, built: Path) -> None:
    make_home()

    answer = client.get("/", headers={"Accept-Encoding": "gzip"})

    assert MARK not in answer.wsgi_request.META
    assert answer["Content-Encoding"] == "gzip"
    assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_only_reading_is_allowed(client: Any, built: Path) -> None:
    make_home()

    assert client.post("/").status_code == 405
    assert client.head("/").status_code == 200


def test_a_category_page_costs_the_same_queries_for_1_and_for_20_products(
    client: Any, built: Path, settings: Any
) -> None:
    settings.HOT_BYTES = False
    make_home()
    one, many = LeafCategoryFactory(), LeafCategoryFactory()
    indexer.upsert([SkuFactory(spu__category=one).pk])
    indexer.upsert([sku.pk for sku in SkuFactory.create_batch(20, spu__category=many)])
    counts = []
    for leaf in (one, many):
        client.get(f"/categories/{leaf.pk}/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(f"/categories/{leaf.pk}/")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_built_files_are_static_files_that_never_change(client: Any, built: Path) -> None:
    answer = client.get("/static/storefront/assets/main-abcdefgh.js")

    assert answer.status_code == 200
    assert "immutable" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content) == b"void 0"
    other = client.get("/static/storefront/manifest.json")
    assert "immutable" not in other["Cache-Control"]
    other.close()


def test_a_page_is_made_once_for_the_same_answers_and_again_for_others() -> None:
    made: list[int] = []
    memory = PageMemory(10_000)

    def render() -> bytes:
        made.append(1)
        return b"page"

    assert memory.page(["/", b"answer"], render) == memory.page(["/", b"answer"], render)
    memory.page(["/", b"another"], render)
    memory.page(["/a", b"nswer"], render)
    assert len(made) == 3


def test_the_least_used_page_is_forgotten_first() -> None:
    memory = PageMemory(2500)
    made: list[str] = []

    def ask(name: str) -> None:
        memory.page([name], lambda: made.append(name) or name.encode() * 1000)

    for name in "abac":
        ask(name)
    assert made == ["a", "b", "c"]
    ask("a")
    ask("b")

    assert made == ["a", "b", "c", "b"]


def test_an_edit_shows_at_the_next_request(client: Any, built: Path) -> None:
    make_home()
    sku = SkuFactory(name="旧名")
    assert "旧名" in client.get(f"/skus/{sku.pk}/").content.decode()

    sku.name = "新名"
    sku.save()
    caches["bytes"].clear()

    assert "新名" in client.get(f"/skus/{sku.pk}/").content.decode()
