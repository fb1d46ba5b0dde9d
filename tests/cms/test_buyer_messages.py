"""Staff read and answer what buyers wrote; the buyer sees the answer."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from shop.messages.models import BuyerMessage
from tests.accounts.people import get
from tests.cms.test_customers import staff_with
from tests.factories.people import UserFactory


@pytest.fixture
def message(db) -> BuyerMessage:
    return BuyerMessage.objects.create(
        user=UserFactory(username="writer_1"),
        kind=2,
        subject="包装破损",
        message="第一行\n<script>alert(1)</script>",
        created_at=timezone.now(),
    )


@pytest.fixture
def desk(client: Client, db) -> Client:
    client.force_login(
        staff_with("view_buyermessage", "answer_buyermessage"), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def test_the_answer_reaches_the_buyer_and_is_logged(desk, message):
    done = desk.post(reverse("buyermessage:answer", args=[message.pk]), {"answer": "已为您补发。"}, follow=True)

    assert "已回复" in done.content.decode()
    said = get(Client(), "/messages/", who=message.user).json()["results"][0]
    assert said["answer"] == "已为您补发。"
    assert said["answer_time"]
    assert ModelLogEntry.objects.filter(action="shop.answer_message", object_id=str(message.pk)).exists()


def test_what_a_buyer_wrote_is_text_and_never_markup(desk, message):
    for page in ("inspect", "answer"):
        shown = desk.get(reverse(f"buyermessage:{page}", args=[message.pk])).content.decode()
        assert "<script>alert(1)</script>" not in shown
        assert "&lt;script&gt;" in shown


@pytest.mark.parametrize("answer", ["", "   ", "长" * 2001])
def test_an_answer_that_is_none_shows_the_form_again(desk, message, answer):
    page = desk.post(reverse("buyermessage:answer", args=[message.pk]), {"answer": answer})

    assert page.status_code == 200
    message.refresh_from_db()
    assert message.answer == ""


def test_the_list_is_searched_and_filtered(desk, message):
    BuyerMessage.objects.create(
        user=message.user,
        kind=3,
        subject="尺码咨询",
        message="…",
        answer="M 码",
        answered_at=timezone.now(),
        created_at=timezone.now(),
    )

    def listed(**query):
        return desk.get(reverse("buyermessage:index"), query).content.decode()

    assert "包装破损" in listed(open="yes")
    assert "尺码咨询" not in listed(open="yes")
    assert "尺码咨询" in listed(open="no")
    assert "尺码咨询" in listed(kind="3")
    assert "包装破损" not in listed(kind="3")
    assert "尺码咨询" in listed(q="尺码")
    assert "包装破损" in listed(q="writer_1")
    assert desk.get(reverse("buyermessage:index"), {"kind": "x", "q": "\x00"}).status_code == 200


def test_reading_is_not_answering(client, message):
    client.force_login(staff_with("view_buyermessage"), backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(reverse("buyermessage:inspect", args=[message.pk])).status_code == 200
    client.post(reverse("buyermessage:answer", args=[message.pk]), {"answer": "好"})
    message.refresh_from_db()
    assert message.answer == ""


@pytest.mark.parametrize("name", ["index", "inspect", "answer"])
def test_without_a_permission_there_is_no_way_in(client, message, name):
    client.force_login(staff_with("view_sku"), backend="django.contrib.auth.backends.ModelBackend")
    args = [] if name == "index" else [message.pk]

    assert client.get(reverse(f"buyermessage:{name}", args=args)).status_code == 302


def test_an_unknown_message_is_404(desk):
    assert desk.get(reverse("buyermessage:answer", args=[10**9])).status_code == 404


@pytest.mark.parametrize("name", ["add", "edit", "delete"])
def test_nobody_types_over_what_a_buyer_wrote(name):
    with pytest.raises(NoReverseMatch):
        reverse(f"buyermessage:{name}", args=[] if name == "add" else [1])


def test_the_list_costs_the_same_for_1_and_for_20(desk, message):
    desk.get(reverse("buyermessage:index"))
    with CaptureQueriesContext(connection) as one:
        desk.get(reverse("buyermessage:index"))
    for number in range(18):
        BuyerMessage.objects.create(user=UserFactory(), subject=f"第 {number}", message="…", created_at=timezone.now())
    with CaptureQueriesContext(connection) as many:
        desk.get(reverse("buyermessage:index"))

    assert len(many) == len(one)
