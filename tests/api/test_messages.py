"""/messages/: writing to the shop, with and without a picture, and reading its answer."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image as Pillow

from accounts.services.erasure import anonymise
from shop.messages.errors import AnswerEmpty, MessageNotFound
from shop.messages.models import BuyerMessage
from shop.messages.services import MOST_AN_HOUR, answer_message
from tests.accounts.people import bearer, delete, get, picture, post
from tests.factories.people import StaffFactory, UserFactory

GOOD = {"type": 2, "subject": "包装破损", "message": "收到时外箱已经压扁。"}


@pytest.fixture
def buyer(db):
    return UserFactory()


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def _form(client: Client, buyer, **fields):
    return client.post("/api/v1/messages/", fields, headers=bearer(buyer))


def test_a_message_comes_back_as_it_was_written(api: Client, buyer):
    answer = post(api, "/messages/", GOOD, who=buyer)

    assert answer.status_code == 201
    said = answer.json()
    assert said | GOOD == said
    assert (said["type_name"], said["file"], said["answer"], said["answer_time"]) == ("投诉", None, "", None)


def test_a_form_may_carry_a_picture_that_is_drawn_anew(api: Client, buyer):
    sent = picture("JPEG")
    sent.seek(0, io.SEEK_END)
    sent.write(b"<script>alert(1)</script>")
    sent.seek(0)

    answer = _form(api, buyer, **GOOD, file=sent)

    assert answer.status_code == 201
    row = BuyerMessage.objects.get()
    assert row.picture.name.endswith(".webp")
    assert "photo" not in row.picture.name
    assert b"script" not in row.picture.read()
    assert answer.json()["file"].startswith("http")
    assert answer.json()["file"].endswith(row.picture.name)
    row.picture.close()


@pytest.mark.parametrize("empty", ["", "undefined"])
def test_a_file_part_that_is_only_text_means_no_file(api: Client, buyer, empty):
    assert _form(api, buyer, **GOOD, file=empty).json()["file"] is None


def _zoo():
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    gif = io.BytesIO()
    Pillow.new("P", (4, 4)).save(gif, "GIF")
    whole = picture("JPEG").getvalue()
    return {
        "svg": SimpleUploadedFile("a.svg", svg, "image/svg+xml"),
        "svg as jpg": SimpleUploadedFile("a.jpg", svg, "image/jpeg"),
        "html as jpg": SimpleUploadedFile("a.jpg", b"<html><script>alert(1)</script>", "image/jpeg"),
        "broken off": SimpleUploadedFile("a.jpg", whole[: len(whole) // 2], "image/jpeg"),
        "empty": SimpleUploadedFile("a.png", b"", "image/png"),
        "pdf": SimpleUploadedFile("a.pdf", b"%PDF-1.4 nothing", "application/pdf"),
        "program": SimpleUploadedFile("../../a.png", b"\x7fELF" + b"\x00" * 100, "image/png"),
    }


@pytest.mark.parametrize("kind", list(_zoo()))
def test_an_upload_that_is_no_picture_is_refused_and_nothing_is_stored(api: Client, buyer, kind, settings):
    answer = _form(api, buyer, **GOOD, file=_zoo()[kind])

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "file"
    assert BuyerMessage.objects.count() == 0
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.*")) if Path(settings.MEDIA_ROOT).exists() else True


def test_a_picture_of_200_megapixels_is_refused(api: Client, buyer):
    huge = io.BytesIO()
    Pillow.new("1", (20_000, 10_000)).save(huge, "PNG")
    huge.seek(0)
    huge.name = "huge.png"

    assert _form(api, buyer, **GOOD, file=huge).json()["code"] == "picture.too_many_pixels"


def test_a_picture_of_more_than_5_megabytes_is_refused(api: Client, buyer):
    heavy = SimpleUploadedFile("a.jpg", picture("JPEG").getvalue() + b"\x00" * (5 * 1024 * 1024), "image/jpeg")

    assert _form(api, buyer, **GOOD, file=heavy).json()["code"] == "picture.too_big"


@pytest.mark.parametrize("as_form", [False, True], ids=["json", "form"])
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"type": 0}, "type"),
        ({"type": 6}, "type"),
        ({"type": "x"}, "type"),
        ({"type": 2**70}, "type"),
        ({"subject": ""}, "subject"),
        ({"subject": " "}, "subject"),
        ({"subject": "长" * 101}, "subject"),
        ({"subject": "a\x00b"}, "subject"),
        ({"message": ""}, "message"),
        ({"message": "长" * 2001}, "message"),
        ({"message": "a\x00b"}, "message"),
    ],
)
def test_bad_input_is_400_with_the_field_named(api: Client, buyer, changed, field, as_form):
    values = {**GOOD, **changed}

    answer = _form(api, buyer, **values) if as_form else post(api, "/messages/", values, who=buyer)

    assert answer.status_code == 400, answer.content.decode()
    assert answer.json()["errors"][0]["field"] == field
    assert BuyerMessage.objects.count() == 0


@pytest.mark.parametrize("raw", ["{", "[]", "null", "5", ""])
def test_a_body_that_is_no_object_is_400(api: Client, buyer, raw):
    answer = api.post("/api/v1/messages/", data=raw, content_type="application/json", headers=bearer(buyer))

    assert answer.status_code == 400


def test_unknown_keys_are_ignored(api: Client, buyer):
    post(api, "/messages/", {**GOOD, "answer": "我自己回复", "user_id": 1, "answered_at": "2026-01-01"}, who=buyer)

    row = BuyerMessage.objects.get()
    assert (row.user_id, row.answer, row.answered_at) == (buyer.pk, "", None)


def test_the_list_is_mine_newest_first_with_the_answers(api: Client, buyer):
    staff = StaffFactory()
    post(api, "/messages/", GOOD, who=UserFactory())
    first = post(api, "/messages/", GOOD, who=buyer).json()["id"]
    second = post(api, "/messages/", {**GOOD, "type": 1}, who=buyer).json()["id"]
    answer_message(message_id=first, answer=" 非常抱歉，已为您补发。 ", by_id=staff.pk)

    listed = get(api, "/messages/", who=buyer).json()

    assert listed["count"] == 2
    assert [one["id"] for one in listed["results"]] == [second, first]
    assert listed["results"][1]["answer"] == "非常抱歉，已为您补发。"
    assert listed["results"][1]["answer_time"]


def test_a_message_goes_with_its_picture_and_only_its_writer_can_take_it_back(
    api: Client, buyer, settings, django_capture_on_commit_callbacks
):
    message_id = _form(api, buyer, **GOOD, file=picture()).json()["id"]

    assert delete(api, f"/messages/{message_id}/", who=UserFactory()).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        assert delete(api, f"/messages/{message_id}/", who=buyer).status_code == 204
    assert delete(api, f"/messages/{message_id}/", who=buyer).status_code == 404
    assert [one for one in Path(settings.MEDIA_ROOT).rglob("*") if one.is_file()] == []


def test_erasing_an_account_erases_messages_and_pictures(
    api: Client, buyer, settings, django_capture_on_commit_callbacks
):
    _form(api, buyer, **GOOD, file=picture())

    with django_capture_on_commit_callbacks(execute=True):
        anonymise(user_id=buyer.pk)

    assert BuyerMessage.objects.count() == 0
    assert [one for one in Path(settings.MEDIA_ROOT).rglob("*") if one.is_file()] == []


def test_too_many_messages_are_429(api: Client, buyer):
    for _ in range(MOST_AN_HOUR):
        assert post(api, "/messages/", GOOD, who=buyer).status_code == 201

    answer = post(api, "/messages/", GOOD, who=buyer)

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert post(api, "/messages/", GOOD, who=UserFactory()).status_code == 201


def test_an_answer_needs_words_and_a_message(db):
    row = BuyerMessage.objects.create(
        user=UserFactory(), subject="x", message="y", created_at="2026-01-01T00:00:00+08:00"
    )

    with pytest.raises(AnswerEmpty):
        answer_message(message_id=row.pk, answer="  ", by_id=StaffFactory().pk)
    with pytest.raises(MessageNotFound):
        answer_message(message_id=row.pk + 1, answer="好", by_id=StaffFactory().pk)


def test_a_guest_is_401(api: Client, db):
    assert get(api, "/messages/").status_code == 401
    assert post(api, "/messages/", GOOD).status_code == 401


def test_the_list_costs_the_same_for_1_and_for_20(api: Client, buyer):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            get(api, "/messages/", {"page_size": 50}, who=buyer)
        return len(queries)

    post(api, "/messages/", GOOD, who=buyer)
    one = cost()
    for _ in range(19):
        post(api, "/messages/", GOOD, who=buyer)

    assert cost() == one == 3
