"""/browse_histories/ and /favorites/."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shop.catalog.models import Sku, Spu
from shop.interest.models import Favorite, Visit
from tests.accounts.people import bearer, delete, get, post
from tests.factories.catalog import SkuFactory
from tests.factories.people import UserFactory


@pytest.fixture
def buyer(db):
    return UserFactory()


def _ids(answer):
    listed = answer.json()
    return [one["id"] for one in (listed if isinstance(listed, list) else listed["results"])]


def test_the_history_is_newest_first_and_each_sku_once(api: Client, buyer):
    first, second, third = SkuFactory(), SkuFactory(), SkuFactory()

    for sku in (first, second, third, first):
        answer = post(api, "/browse_histories/", {"sku_id": sku.pk}, who=buyer)
        assert (answer.status_code, answer.json()) == (201, {"sku_id": sku.pk})

    assert _ids(get(api, "/browse_histories/", who=buyer)) == [first.pk, third.pk, second.pk]


def test_the_history_keeps_no_more_than_its_limit(api: Client, buyer, settings):
    settings.BROWSE_HISTORY_LIMIT = 3
    skus = SkuFactory.create_batch(5)
    other = UserFactory()
    post(api, "/browse_histories/", {"sku_id": skus[0].pk}, who=other)

    for sku in skus:
        post(api, "/browse_histories/", {"sku_id": sku.pk}, who=buyer)

    assert _ids(get(api, "/browse_histories/", who=buyer)) == [skus[4].pk, skus[3].pk, skus[2].pk]
    assert Visit.objects.filter(user=buyer).count() == 3
    assert Visit.objects.filter(user=other).count() == 1


def test_the_history_forgets_one_or_all(api: Client, buyer):
    first, second = SkuFactory(), SkuFactory()
    for sku in (first, second):
        post(api, "/browse_histories/", {"sku_id": sku.pk}, who=buyer)

    assert api.delete(f"/api/v1/browse_histories/?sku_id={first.pk}", headers=bearer(buyer)).status_code == 204
    assert _ids(get(api, "/browse_histories/", who=buyer)) == [second.pk]
    assert delete(api, "/browse_histories/", who=buyer).status_code == 204
    assert _ids(get(api, "/browse_histories/", who=buyer)) == []


def test_a_card_says_price_stock_and_that_it_left_the_shelf(api: Client, buyer):
    sku = SkuFactory(stock=0)
    post(api, "/browse_histories/", {"sku_id": sku.pk}, who=buyer)
    Sku.objects.filter(pk=sku.pk).update(is_on_sale=False)

    card = get(api, "/browse_histories/", who=buyer).json()[0]

    assert (card["price"], card["stock_state"], card["on_sale"]) == ("99.00", "sold_out", False)
    assert card["seen_at"].endswith("+08:00")


@pytest.mark.parametrize("path", ["/browse_histories/", "/favorites/"])
@pytest.mark.parametrize(
    ("sku_id", "status"),
    [
        (10**9, 404),
        (2**63 - 1, 404),
        (2**63, 400),
        (0, 400),
        (-1, 400),
        ("abc", 400),
        (None, 400),
        (1.5, 400),
        ([], 400),
    ],
)
def test_an_unknown_or_broken_sku_id_is_named(api: Client, buyer, path, sku_id, status):
    answer = post(api, path, {"sku_id": sku_id}, who=buyer)

    assert answer.status_code == status
    assert answer.json()["errors"][0]["field"] == "sku_id"


@pytest.mark.parametrize("path", ["/browse_histories/", "/favorites/"])
def test_what_is_not_on_sale_is_404(api: Client, buyer, path):
    sku = SkuFactory(is_on_sale=False)

    assert post(api, path, {"sku_id": sku.pk}, who=buyer).status_code == 404


@pytest.mark.parametrize("path", ["/browse_histories/", "/favorites/"])
def test_a_guest_is_401(api: Client, db, path):
    assert get(api, path).status_code == 401
    assert post(api, path, {"sku_id": 1}).status_code == 401


def test_a_favourite_twice_is_one_and_counts_once(api: Client, buyer):
    sku = SkuFactory()

    first = post(api, "/favorites/", {"sku_id": str(sku.pk)}, who=buyer)
    second = post(api, "/favorites/", {"sku_id": sku.pk}, who=buyer)

    assert (first.status_code, first.json()) == (second.status_code, second.json()) == (201, {"sku_id": sku.pk})
    assert Spu.objects.get(pk=sku.spu_id).favorites == 1
    assert Favorite.objects.count() == 1


def test_one_favourite_is_200_or_404(api: Client, buyer):
    sku = SkuFactory()
    post(api, "/favorites/", {"sku_id": sku.pk}, who=buyer)

    assert get(api, f"/favorites/{sku.pk}/", who=buyer).status_code == 200
    assert get(api, f"/favorites/{sku.pk}/", who=UserFactory()).status_code == 404
    assert get(api, f"/favorites/{sku.pk + 1}/", who=buyer).status_code == 404


def test_removing_a_favourite_counts_down_once(api: Client, buyer):
    sku = SkuFactory()
    sibling = SkuFactory(spu=sku.spu)
    for one in (sku, sibling):
        post(api, "/favorites/", {"sku_id": one.pk}, who=buyer)

    assert delete(api, f"/favorites/{sku.pk}/", who=buyer).status_code == 204
    assert delete(api, f"/favorites/{sku.pk}/", who=buyer).status_code == 204

    assert Spu.objects.get(pk=sku.spu_id).favorites == 1
    assert _ids(get(api, "/favorites/", who=buyer)) == [sibling.pk]


def test_nobody_removes_a_strangers_favourite(api: Client, buyer):
    sku = SkuFactory()
    post(api, "/favorites/", {"sku_id": sku.pk}, who=buyer)

    delete(api, f"/favorites/{sku.pk}/", who=UserFactory())

    assert Favorite.objects.count() == 1


def test_favourites_come_in_pages_newest_first(api: Client, buyer):
    skus = SkuFactory.create_batch(12)
    for sku in skus:
        post(api, "/favorites/", {"sku_id": sku.pk}, who=buyer)

    page = get(api, "/favorites/", {"page": 2, "page_size": 5}, who=buyer).json()

    assert page["count"] == 12
    assert [one["id"] for one in page["results"]] == [sku.pk for sku in reversed(skus)][5:10]
    assert page["results"][0]["on_sale"] is True
    assert get(api, "/favorites/", {"page": 9}, who=buyer).status_code == 404
    assert get(api, "/favorites/", {"page_size": 101}, who=buyer).status_code == 400


@pytest.mark.parametrize("path", ["/browse_histories/", "/favorites/"])
def test_the_list_costs_the_same_for_1_and_for_30(api: Client, buyer, path):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert get(api, path, {"page_size": 50}, who=buyer).status_code == 200
        return len(queries)

    skus = SkuFactory.create_batch(30)
    post(api, path, {"sku_id": skus[0].pk}, who=buyer)
    one = cost()
    for sku in skus[1:]:
        post(api, path, {"sku_id": sku.pk}, who=buyer)

    assert cost() == one <= 7
    assert len(_ids(get(api, path, {"page_size": 50}, who=buyer))) == 30
