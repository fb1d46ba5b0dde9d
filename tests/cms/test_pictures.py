"""The pictures of a page: every size, absolute, for the focal point of now."""

import pytest

from cms.selectors.pictures import pictures_of
from media.models import MallImage, Rendition
from media.renditions import pictures
from tests.factories.catalog import MallImageFactory, picture_bytes

pytestmark = pytest.mark.django_db


def test_products_have_the_same_addresses_as_in_every_list():
    image = MallImageFactory()

    squares, wides = pictures_of(products=[image.pk, None], wide=[])

    assert squares == pictures([image.pk])
    assert wides == {}


def test_a_wide_picture_keeps_its_shape_and_is_never_enlarged(settings):
    image = MallImageFactory(file_bytes=picture_bytes(width=2400, height=800))
    small = MallImageFactory(file_bytes=picture_bytes(width=300, height=100))

    _squares, wides = pictures_of(products=[], wide=[image.pk, small.pk])

    assert wides[image.pk]["large"].startswith(settings.PUBLIC_URL)
    sizes = set(Rendition.objects.filter(image=image, filter_spec__startswith="max-").values_list("width", "height"))
    assert {(750, 250), (1920, 640)} <= sizes
    assert (300, 100) in set(Rendition.objects.filter(image=small).values_list("width", "height"))


def test_moving_the_focal_point_gives_another_cut():
    image = MallImageFactory(file_bytes=picture_bytes(width=800, height=400))
    before, _ = pictures_of(products=[image.pk], wide=[])

    MallImage.objects.update(focal_point_x=100, focal_point_y=100, focal_point_width=50, focal_point_height=50)
    after, _ = pictures_of(products=[image.pk], wide=[])

    assert after[image.pk]["card"] != before[image.pk]["card"]
    assert after[image.pk]["full"] == before[image.pk]["full"]


def test_what_is_gone_or_unreadable_is_left_out(caplog):
    gone, broken, fine = MallImageFactory(), MallImageFactory(), MallImageFactory()
    ids = [gone.pk, broken.pk, fine.pk]
    gone.delete()
    broken.file.storage.delete(broken.file.name)

    squares, wides = pictures_of(products=ids, wide=ids)

    assert list(squares) == list(wides) == [fine.pk]
    assert "cannot be read" in caplog.text


def test_what_is_there_is_read_in_two_queries(django_assert_num_queries):
    ids = [MallImageFactory().pk for _ in range(5)]
    pictures_of(products=ids, wide=ids)

    with django_assert_num_queries(2):
        squares, wides = pictures_of(products=ids, wide=ids)

    assert len(squares) == len(wides) == 5
