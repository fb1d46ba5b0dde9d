"""Reviews over HTTP: what waits for one, writing one, reading those of others."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.catalog.models import Sku
from shop.reviews.models import Review
from shop.reviews.pictures import MOST_AN_HOUR
from shop.reviews.services import hide_review, reply_to_review
from tests.accounts.people import bearer, get, picture, post
from tests.factories.people import StaffFactory, UserFactory
from tests.factories.sending import received_order, review, shipped_order
from tests.factories.trade import buyer_with_address, sku_with_stock

pytestmark = pytest.mark.django_db

GOOD = {"comment": "很好用，推荐购买", "score": 5, "is_anonymous": False}


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def write(client, order, *, who=None, **changed):
    body = GOOD | {"order": order.number, "sku": order.lines.first().sku_id} | changed
    return post(client, f"/orders/{order.number}/comments/", body, who=who or order.user)


def upload(client, user, file=None):
    return client.post("/api/v1/reviews/pictures/", {"file": file or picture("JPEG")}, headers=bearer(user))


def test_what_waits_for_a_review_goes_when_it_is_written_and_the_order_is_done(client):
    first, second = sku_with_stock(), sku_with_stock()
    order = received_order(items={first: 1, second: 2})
    waiting = get(client, f"/orders/{order.number}/uncommentgoods/", who=order.user).json()
    assert [(one["sku"]["id"], one["count"]) for one in waiting] == [(first.pk, 1), (second.pk, 2)]

    said = write(client, order, sku=str(first.pk), score="4", is_anonymous="true")
    assert said.status_code == 201, said.content
    assert (said.json()["order_status"], said.json()["score"], said.json()["is_shown"]) == (4, 4, True)
    waiting = get(client, f"/orders/{order.number}/uncommentgoods/", who=order.user).json()
    assert [one["sku"]["id"] for one in waiting] == [second.pk]
    assert write(client, order, sku=second.pk).json()["order_status"] == 5
    assert get(client, f"/orders/{order.number}/uncommentgoods/", who=order.user).json() == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"comment": "好"}, "comment"),
        ({"comment": "好" * 1001}, "comment"),
        ({"comment": "好" * 5000}, "comment"),
        ({"comment": None}, "comment"),
        ({"comment": "好用\x00好用好用"}, None),
        ({"score": 6}, "score"),
        ({"score": -1}, "score"),
        ({"score": "五"}, "score"),
        ({"sku": 0}, "sku"),
        ({"sku": 10**30}, "sku"),
        ({"images": ["forged"]}, "images"),
        ({"images": ["x"] * 10}, "images"),
    ],
)
def test_bad_input_names_its_field_and_writes_nothing(client, changed, field):
    order = received_order()

    answer = write(client, order, **changed)

    assert answer.status_code == 400, answer.content
    if field:
        assert field in [error["field"] for error in answer.json()["errors"]]
    assert Review.objects.count() == 0


def test_someone_elses_order_is_not_found_and_a_guest_is_asked_to_log_in(client):
    order, stranger = received_order(), UserFactory()

    assert write(client, order, who=stranger).status_code == 404
    assert get(client, f"/orders/{order.number}/uncommentgoods/", who=stranger).status_code == 404
    assert get(client, f"/orders/{order.number}/uncommentgoods/").status_code == 401
    assert post(client, f"/orders/{order.number}/comments/", GOOD | {"sku": 1}).status_code == 401
    assert write(client, order, sku=sku_with_stock().pk).status_code == 404
    assert upload(client, stranger).status_code == 201
    assert client.post("/api/v1/reviews/pictures/", {"file": picture()}).status_code == 401
    assert Review.objects.count() == 0


def test_twice_and_too_early_are_conflicts(client):
    order = received_order()
    assert write(client, order).status_code == 201
    assert write(client, order).json()["code"] == "review.already"
    early = write(client, shipped_order())
    assert (early.status_code, early.json()["code"]) == (409, "review.not_yet")


def test_uploaded_pictures_stand_under_the_review(client):
    order = received_order()
    given = upload(client, order.user).json()
    assert given["url"].endswith(".webp")

    assert write(client, order, images=[given["picture"]]).json()["images"] == [given["url"]]

    sku_id = order.lines.get().sku_id
    assert get(client, f"/skus/{sku_id}/comments/", {"with_images": "true"}).json()[0]["images"] == [given["url"]]
    assert get(client, f"/skus/{sku_id}/comments/", {"score": 4}).json() == []


def test_an_upload_that_is_no_picture_is_refused_and_uploads_are_limited(client, monkeypatch):
    buyer = UserFactory()
    from django.core.files.uploadedfile import SimpleUploadedFile

    svg = SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    assert upload(client, buyer, svg).status_code == 400
    monkeypatch.setattr("shop.reviews.pictures.MOST_AN_HOUR", 2)
    assert MOST_AN_HOUR > 2
    assert [upload(client, buyer).status_code for _time in range(2)] == [201, 429]


def test_reviews_are_a_bare_list_newest_first_by_page(client, hot_bytes):
    sku, buyer = sku_with_stock(50), buyer_with_address(nickname="小多多")
    rows = [review(buyer, sku=sku, is_anonymous=number % 2 == 0) for number in range(12)]

    first = get(client, f"/skus/{sku.pk}/comments/").json()
    assert [one["id"] for one in first] == [row.pk for row in reversed(rows)][:10]
    assert [one["username"] for one in first[:2]] == ["小多多", "小***多"]
    second = get(client, f"/skus/{sku.pk}/comments/", {"page": 2}).json()
    assert [one["id"] for one in second] == [rows[1].pk, rows[0].pk]
    assert get(client, f"/skus/{sku.pk}/comments/", {"page": 3}).json() == []
    assert get(client, f"/skus/{sku.pk}/comments/", {"page_size": 101}).status_code == 400
    assert get(client, f"/skus/{sku.pk}/comments/", {"page": 0}).status_code == 400
    assert get(client, "/skus/999999/comments/").status_code == 404


def test_a_change_is_seen_at_once_by_everybody(client, hot_bytes, django_capture_on_commit_callbacks):
    sku, staff = sku_with_stock(50), StaffFactory()

    def seen():
        detail = get(client, f"/skus/{sku.pk}/").json()
        return detail["reviews"]["count"], detail["reviews"]["average"], detail["comments"]

    assert (seen(), get(client, f"/skus/{sku.pk}/comments/").json()) == ((0, None, 0), [])
    with django_capture_on_commit_callbacks(execute=True):
        row = review(sku=sku, score=4)
    assert seen() == (1, 4.0, 1)
    etag = get(client, f"/skus/{sku.pk}/comments/")["ETag"]
    assert get(client, f"/skus/{sku.pk}/comments/", HTTP_IF_NONE_MATCH=etag).status_code == 304
    with django_capture_on_commit_callbacks(execute=True):
        reply_to_review(review_id=row.pk, by=staff, text="谢谢支持")
    changed = get(client, f"/skus/{sku.pk}/comments/", HTTP_IF_NONE_MATCH=etag)
    assert (changed.status_code, changed.json()[0]["reply"]) == (200, "谢谢支持")
    with django_capture_on_commit_callbacks(execute=True):
        hide_review(review_id=row.pk, by=staff)
    assert (seen(), get(client, f"/skus/{sku.pk}/comments/").json()) == ((0, None, 0), [])


def test_the_other_skus_of_the_product_are_a_choice(client):
    sku = sku_with_stock()
    sibling = sku_with_stock(spu=sku.spu)
    row = review(sku=sibling)

    assert get(client, f"/skus/{sku.pk}/comments/").json() == []
    assert [one["id"] for one in get(client, f"/skus/{sku.pk}/comments/", {"scope": "spu"}).json()] == [row.pk]


def test_thirty_reviews_and_a_detail_with_them_cost_as_much_as_one(client, settings):
    settings.HOT_BYTES = False
    sku = sku_with_stock(99)
    review(sku=sku)

    def counted():
        with CaptureQueriesContext(connection) as of_list:
            answer = get(client, f"/skus/{sku.pk}/comments/", {"page_size": 100})
        with CaptureQueriesContext(connection) as of_detail:
            get(client, f"/skus/{sku.pk}/")
        return len(of_list), len(of_detail), len(answer.json())

    get(client, f"/skus/{sku.pk}/")
    one = counted()
    buyer = buyer_with_address()
    for _number in range(29):
        review(buyer, sku=sku)
    many = counted()

    assert (one[:2], one[2], many[2]) == (many[:2], 1, 30)
    assert Sku.objects.get(pk=sku.pk).comments == 30
