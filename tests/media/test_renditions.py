"""Pictures for lists: a constant number of queries, absolute addresses, and no broken file breaks a page."""

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError

from media import renditions
from media.events import PictureStored
from media.models import SIZES, MallImage, Rendition
from media.renditions import ensure_renditions, pictures
from tasks.media import make_renditions
from tests.factories.catalog import MallImageFactory, picture_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    renditions._unreadable.clear()


def test_every_size_of_every_picture_has_an_absolute_address(settings):
    settings.PUBLIC_URL = "https://mall.example"
    images = [MallImageFactory(), MallImageFactory()]

    found = pictures(images)

    assert set(found) == {image.pk for image in images}
    for urls in found.values():
        assert set(urls) == set(SIZES) == {"thumb", "card", "full"}
        assert len(set(urls.values())) == 3
        for url in urls.values():
            assert url.startswith("https://mall.example/media/images/")
            assert url.endswith(".webp")
            assert default_storage.exists(url.removeprefix("https://mall.example/media/"))


def test_a_store_with_addresses_of_its_own_is_left_as_it_is():
    assert renditions.absolute("https://cdn.example/a.webp") == "https://cdn.example/a.webp"


def test_one_picture_and_thirty_cost_two_queries(django_assert_num_queries):
    few, many = [MallImageFactory().pk], [MallImageFactory().pk for _ in range(30)]
    pictures(few + many)

    for ids in (few, many):
        with django_assert_num_queries(2):
            assert len(pictures(ids)) == len(ids)


def test_nothing_asked_is_nothing_queried(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert pictures([]) == pictures([None, None]) == {}


def test_the_same_picture_asked_twice_and_one_that_does_not_exist():
    image = MallImageFactory()

    assert set(pictures([image, image.pk, None, 999_999])) == {image.pk}


def test_only_what_is_missing_is_made():
    image = MallImageFactory()
    before = pictures([image])[image.pk]
    Rendition.objects.get(image=image, filter_spec=SIZES["card"]).delete()

    after = pictures([image])[image.pk]

    assert (after["thumb"], after["full"]) == (before["thumb"], before["full"])
    assert after["card"] != before["card"]
    assert Rendition.objects.filter(image=image).count() == 3


def test_another_focal_point_makes_other_cuts():
    image = MallImageFactory(file_bytes=picture_bytes(width=400, height=200))
    before = pictures([image])[image.pk]
    image.focal_point_x, image.focal_point_y, image.focal_point_width, image.focal_point_height = 300, 100, 10, 10
    image.save()

    assert pictures([image])[image.pk]["thumb"] != before["thumb"]


@pytest.mark.parametrize("harm", ["missing", "damaged"])
def test_a_file_that_cannot_be_read_is_left_out_logged_and_left_alone(harm, caplog, monkeypatch):
    broken, whole = MallImageFactory(), MallImageFactory()
    path = default_storage.path(broken.file.name)
    default_storage.delete(broken.file.name)
    if harm == "damaged":
        with open(path, "wb") as file:
            file.write(picture_bytes()[:40])

    assert set(pictures([broken, whole])) == {whole.pk}
    assert "picture cannot be read" in caplog.text
    monkeypatch.setattr(MallImage, "create_renditions", lambda *args: pytest.fail("tried again at once"))
    assert set(pictures([broken, whole])) == {whole.pk}


def test_a_file_that_is_put_right_is_tried_again_when_told():
    image = MallImageFactory()
    name = image.file.name
    with default_storage.open(name) as file:
        content = file.read()
    default_storage.delete(name)
    assert not ensure_renditions(image.pk)

    with open(default_storage.path(name), "wb") as file:
        file.write(content)

    assert pictures([image]) == {}
    assert ensure_renditions(image.pk)
    assert set(pictures([image])) == {image.pk}


def test_a_picture_that_was_replaced_is_tried_again_by_itself():
    image = MallImageFactory()
    default_storage.delete(image.file.name)
    assert pictures([image]) == {}

    image.file = MallImageFactory().file
    image.save()

    assert set(pictures([image])) == {image.pk}


def test_the_database_being_away_is_not_taken_for_a_bad_picture(monkeypatch):
    def away(*args):
        raise OperationalError("gone")

    image = MallImageFactory()
    monkeypatch.setattr(MallImage, "create_renditions", away)

    with pytest.raises(OperationalError):
        pictures([image])
    monkeypatch.undo()
    assert set(pictures([image])) == {image.pk}


def test_making_them_twice_makes_them_once():
    image = MallImageFactory()

    assert ensure_renditions(image.pk)
    assert ensure_renditions(image.pk)

    assert Rendition.objects.filter(image=image).count() == 3
    assert not ensure_renditions(999_999)


def test_a_new_picture_has_its_sizes_before_the_first_visitor_asks(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        image = MallImageFactory()

    assert Rendition.objects.filter(image=image).count() == 3


def test_only_a_new_picture_is_told(emitted):
    image = MallImageFactory()
    image.save()

    assert [event for event in emitted if isinstance(event, PictureStored)] == [PictureStored(image_id=image.pk)]


def test_making_the_sizes_of_a_picture_that_is_gone_does_nothing():
    make_renditions(999_999)

    assert Rendition.objects.count() == 0
