"""Pictures that code puts into the library."""

import io

import pytest

from media.models import MallImage
from media.services import store_picture
from media.validators import NotAPicture
from tests.media import zoo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_a_picture_is_stored_with_its_measures_and_hash():
    stored = store_picture(file=io.BytesIO(zoo.photo()), title="手机" * 200)

    image = MallImage.objects.get()
    assert (stored.image, stored.is_new) == (image, True)
    assert (image.width, image.height, image.file_size) == (320, 240, len(zoo.photo()))
    assert len(image.title) == 255
    assert image.file.name.endswith(".jpg")
    assert image.get_file_hash() == image.file_hash != ""


def test_the_same_content_is_stored_once():
    first = store_picture(file=io.BytesIO(zoo.photo()), title="a")
    again = store_picture(file=io.BytesIO(zoo.photo()), title="b")
    another = store_picture(file=io.BytesIO(zoo.photo(width=100)), title="c")

    assert (again.image, again.is_new) == (first.image, False)
    assert another.is_new
    assert MallImage.objects.count() == 2


def test_what_is_no_picture_is_refused_and_leaves_nothing():
    with pytest.raises(NotAPicture):
        store_picture(file=io.BytesIO(zoo.SVG), title="a")

    assert not MallImage.objects.exists()
