"""Blocks for some visitors: never in the public answer, one small call for each visitor."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import CustomerTag
from cms import building
from tests.accounts.people import bearer
from tests.factories.catalog import MallImageFactory
from tests.factories.content import everything, make_banner, make_carousel, make_home
from tests.factories.people import UserFactory
from tests.factories.trade import unpaid_order

pytestmark = pytest.mark.django_db


def text(words, who="everyone", tag=None):
    block = building.rich_text(f"<p>{words}</p>")
    return block if who == "everyone" else building.shown_to(block, who, tag=tag)


@pytest.fixture
def tag():
    return CustomerTag.objects.create(name="会员")


@pytest.fixture
def home(tag):
    return make_home(
        text("大家"),
        text("新客", "new"),
        text("登录", "signed_in"),
        text("网页", "web"),
        text("会员", "tag", tag.pk),
        text("应用", "app"),
    )


def words(answer):
    assert answer.status_code == 200, answer.content
    return [one["html"] for one in answer.json()["blocks"]]


def personal(client, user=None):
    return client.get("/api/v1/home/personal/", headers=bearer(user) if user else {})


def test_the_public_answer_has_only_what_is_for_everybody_or_a_kind_of_storefront(client, home):
    answer = client.get("/api/v1/home/")

    assert words(answer) == ["<p>大家</p>", "<p>网页</p>", "<p>应用</p>"]
    assert [one["audience"] for one in answer.json()["blocks"]] == ["everyone", "web", "app"]
    assert answer.json()["personal"] is True


def test_it_is_the_same_bytes_for_a_guest_and_for_a_member(client, home, tag):
    member = UserFactory()
    tag.users.add(member)
    guest = client.get("/api/v1/home/")

    assert client.get("/api/v1/home/", headers=bearer(member)).content == guest.content


def test_a_guest_sees_what_draws_new_customers(client, home):
    assert words(personal(client)) == ["<p>新客</p>"]


def test_a_customer_without_an_order_is_new(client, home):
    assert words(personal(client, UserFactory())) == ["<p>新客</p>", "<p>登录</p>"]


def test_a_customer_with_an_order_is_not_new_any_more(client, home):
    assert words(personal(client, unpaid_order().user)) == ["<p>登录</p>"]


def test_a_cancelled_order_leaves_a_customer_new(client, home):
    from shop.orders.services import CancelReason, cancel_order

    order = unpaid_order()
    cancel_order(number=order.number, owner=order.user, by=order.user, reason=CancelReason.CHANGED_MIND)

    assert "<p>新客</p>" in words(personal(client, order.user))


def test_a_tagged_customer_sees_what_is_for_the_tag_and_others_do_not(client, home, tag):
    member, other = UserFactory(), UserFactory()
    tag.users.add(member)
    CustomerTag.objects.create(name="教师").users.add(other)

    assert "<p>会员</p>" in words(personal(client, member))
    assert "<p>会员</p>" not in words(personal(client, other))


def test_both_answers_ordered_by_position_are_the_page(client, home, tag):
    member = UserFactory()
    tag.users.add(member)
    blocks = client.get("/api/v1/home/").json()["blocks"] + personal(client, member).json()["blocks"]

    ordered = [one["html"] for one in sorted(blocks, key=lambda one: one["position"])]

    assert ordered == [f"<p>{one}</p>" for one in ("大家", "新客", "登录", "网页", "会员", "应用")]


def test_a_personal_answer_is_in_nobodys_cache(client, home):
    answer = personal(client)

    assert answer["Cache-Control"] == "private, no-store"
    assert personal(client, UserFactory())["Cache-Control"] == "private, no-store"


def test_a_bad_token_is_a_guest(client, home):
    assert words(client.get("/api/v1/home/personal/", headers={"Authorization": "Bearer undefined"})) == ["<p>新客</p>"]


def test_personal_banners_stand_in_their_own_list(client):
    make_home(building.shown_to(make_carousel(make_banner(title="欢迎新客")), "new"))

    answer = personal(client).json()

    assert [one["title"] for one in answer["banners"]] == ["欢迎新客"]
    assert answer["blocks"][0]["banner_ids"] == [answer["banners"][0]["id"]]
    assert client.get("/api/v1/banners/").json() == []


def taken(client, user=None):
    personal(client, user)
    with CaptureQueriesContext(connection) as counted:
        personal(client, user)
    return len(counted)


def test_without_such_blocks_it_costs_next_to_nothing(client):
    make_home(*everything(1))

    assert client.get("/api/v1/home/").json()["personal"] is False
    assert taken(client) <= 3
    assert taken(client, UserFactory()) <= 4


def test_one_block_and_twenty_cost_the_same(client, tag):
    image = MallImageFactory().pk

    def blocks(count):
        return [
            building.shown_to(make_carousel(make_banner(image=image, title=f"{who} {n}")), who, tag=tag.pk)
            for n in range(count)
            for who in ("new", "signed_in", "tag")
        ]

    user = UserFactory()
    tag.users.add(user)
    make_home(*blocks(1))
    one = taken(client, user)
    make_home(*blocks(20))

    assert taken(client, user) == one <= 10


def test_a_tag_must_be_chosen_for_a_tagged_audience():
    from cms.errors import ContentInvalid

    with pytest.raises(ContentInvalid, match="客户标签"):
        make_home(text("谁", "tag"))


def test_the_editors_preview_shows_every_block(rf, home):
    preview = home.make_preview_request(rf.get("/")).content.decode()

    assert "会员" in preview
    assert "新客" in preview
