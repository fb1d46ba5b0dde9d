"""The routes of search."""

import pytest

from search import indexer, querylog, terms
from search.models import HotWord, QueryClick
from tests.search.catalog import leaf, product, sku

pytestmark = pytest.mark.django_db
PHONES = ("手机数码", "手机通讯", "手机")
URL = "/api/v1/skus/search/"


@pytest.fixture(autouse=True)
def _database_engine(settings):
    settings.SEARCH_ENGINE = "search.engines.database.DatabaseEngine"


@pytest.fixture
def phones():
    mate = product("华为 Mate 70 手机", brand="华为", way=PHONES)
    iphone = product("Apple iPhone 16", brand="Apple", way=PHONES)
    made = [
        sku(mate, price="5499.00", options={"颜色": "黑色"}, sales=3),
        sku(mate, price="5499.00", options={"颜色": "白色"}, stock=0),
        sku(iphone, price="6999.00", options={"颜色": "黑色"}),
    ]
    indexer.upsert([one.pk for one in made])
    terms.refresh()
    return made


@pytest.mark.parametrize("name", ["text", "q"])
def test_an_answer_has_its_rows_facets_and_the_state_of_the_engine(api, phones, name):
    answer = api.get(URL, {name: "手机"})

    assert answer.status_code == 200
    body = answer.json()
    assert body["count"] == 2
    first = body["results"][0]
    assert first["object"]["name"] == "华为 Mate 70 手机 黑色"
    assert first["object"]["price"] == "5499.00"
    assert {"id", "caption", "market_price", "default_image_url", "images", "sales", "comments", "stock_state"} <= set(
        first["object"]
    )
    assert first["highlight"] == "华为 Mate 70 <em>手机</em> 黑色"
    assert body["degraded"] is False
    assert body["did_you_mean"] is None
    assert {one["name"]: one["count"] for one in body["facets"]["brands"]} == {"华为": 1, "Apple": 1}
    assert body["facets"]["specs"] == [
        {
            "name": "颜色",
            "values": [
                {"value": "黑色", "count": 2, "selected": False},
                {"value": "白色", "count": 1, "selected": False},
            ],
        }
    ]


def test_filters_narrow_and_their_facets_stay_open(api, phones):
    huawei = phones[0].spu.brand_id

    body = api.get(URL, {"text": "手机", "brand": huawei, "spec": "颜色：白色", "category": leaf("手机数码").pk}).json()

    assert [row["object"]["id"] for row in body["results"]] == [phones[1].pk]
    brands = {one["name"]: (one["count"], one["selected"]) for one in body["facets"]["brands"]}
    assert brands == {"华为": (1, True)}
    colours = {one["value"]: (one["count"], one["selected"]) for one in body["facets"]["specs"][0]["values"]}
    assert colours == {"黑色": (1, False), "白色": (1, True)}


def test_without_a_text_the_filters_browse(api, phones):
    body = api.get(URL, {"text": "", "min_price": "6000", "max_price": ""}).json()

    assert [row["object"]["name"] for row in body["results"]] == ["Apple iPhone 16 黑色"]


def test_facets_can_be_left_out(api, phones):
    assert api.get(URL, {"text": "手机", "facets": "false"}).json()["facets"] is None


@pytest.mark.parametrize("page", ["2", "999", str(10**9), str(2**53)])
def test_past_the_end_is_an_empty_page(api, phones, page):
    answer = api.get(URL, {"text": "手机", "page": page})

    assert answer.status_code == 200
    assert answer.json()["results"] == []
    assert answer.json()["count"] == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"page": "0"}, "page"),
        ({"page": "x"}, "page"),
        ({"page": str(10**30)}, "page"),
        ({"page_size": "101"}, "page_size"),
        ({"category": "-1"}, "category"),
        ({"category": str(10**30)}, "category"),
        ({"brand": "x"}, "brand.0"),
        ({"min_price": "-1"}, "min_price"),
        ({"min_price": "nan"}, "min_price"),
        ({"min_price": "2", "max_price": "1"}, "min_price"),
        ({"ordering": "secret"}, "ordering"),
        ({"spec": "没有冒号"}, "spec.0"),
        ({"in_stock": "maybe"}, "in_stock"),
        ({"text": "手" * 101}, "text"),
        ({"text": "手" * 500}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"q": "a\x00b"}, "q"),
    ],
)
def test_a_wrong_value_is_400_and_named(api, db, query, field):
    answer = api.get(URL, query)

    assert answer.status_code == 400
    assert field in [one["field"] for one in answer.json()["errors"]]


@pytest.mark.parametrize(
    "text",
    ["手", "😀", '"手机"', "'; DROP TABLE shop_sku; --", "category_ids = 1 OR 1 = 1", "%", "_", "\\", "手 机 " * 25],
)
def test_odd_texts_are_answered(api, phones, text):
    assert api.get(URL, {"text": text}).status_code == 200


def test_suggestions_and_hot_words_answer(api, phones):
    HotWord.objects.create(text="年货节")

    suggested = api.get("/api/v1/search/suggestions/", {"q": "shou"}).json()["suggestions"]
    hot = api.get("/api/v1/search/hot/").json()

    assert suggested[0] == {"text": "手机", "kind": "category"}
    assert hot == {"keywords": ["年货节"]}
    assert api.get("/api/v1/search/suggestions/").json() == {"suggestions": []}
    assert api.get("/api/v1/search/suggestions/", {"q": "字" * 101}).status_code == 400


def test_a_click_is_counted_and_answers_nothing(api, phones):
    api.get(URL, {"text": "手机"})
    querylog.log.flush()

    answer = api.post(
        "/api/v1/search/clicks/", {"text": "手机", "sku_id": phones[0].pk}, content_type="application/json"
    )

    assert answer.status_code == 204
    assert QueryClick.objects.get().sku_id == phones[0].pk
    wrong = api.post("/api/v1/search/clicks/", {"text": "", "sku_id": 10**30}, content_type="application/json")
    assert wrong.status_code == 400


def test_a_number_is_a_sku_and_search_is_search(api, phones):
    assert api.get(f"/api/v1/skus/{phones[0].pk}/").status_code == 200
    assert api.get(URL).json()["count"] == 2
