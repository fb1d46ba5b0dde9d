"""Pictures by file name: found in the folder or the library, checked, and stored once."""

import os

import pytest
from wagtail.models import ReferenceIndex

from media.models import MallImage
from shop.catalog.models import Picture, Sku, Spu
from shop.exchange import import_file
from tests.factories.catalog import MallImageFactory, picture_bytes
from tests.media import zoo
from tests.shop.exchange.files import everything, imported, other, row, told, write_csv

pytestmark = pytest.mark.django_db

_NOTE = (
    "base_content_type",
    "content_type",
    "object_id",
    "to_content_type",
    "to_object_id",
    "model_path",
    "content_path",
)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def folder(tmp_path):
    """A merchant's folder with some good pictures."""
    folder = tmp_path / "pictures"
    (folder / "detail").mkdir(parents=True)
    (folder / "a.jpg").write_bytes(zoo.photo(width=100))
    (folder / "b.png").write_bytes(zoo.photo(width=120, kind="PNG"))
    (folder / "detail" / "c.webp").write_bytes(zoo.photo(width=140, kind="WEBP"))
    (folder / "same as a.jpg").write_bytes(zoo.photo(width=100))
    return folder


def _gallery(spu, sku=None):
    rows = Picture.objects.filter(spu=spu, sku=sku).order_by("sort_order")
    return [picture.image.title for picture in rows.select_related("image")]


def test_pictures_go_to_the_product_and_to_its_skus_in_order(tmp_path, folder):
    report = imported(
        tmp_path,
        row(主图="b.png", 图片="detail/c.webp|a.jpg|b.png"),
        row(规格1="颜色:白", SKU编码="P1-2", SKU主图="a.jpg", SKU图片="b.png"),
        pictures=folder,
    )

    assert told(report) == []
    spu = Spu.objects.get()
    white = Sku.objects.get(code="P1-2")
    assert spu.default_image
    assert white.default_image
    assert (spu.default_image.title, white.default_image.title) == ("b", "a")
    assert _gallery(spu) == ["c", "a", "b"]
    assert _gallery(spu, white) == ["b"]
    assert report.counts["pictures_added"] == MallImage.objects.count() == 3
    stored = MallImage.objects.get(title="a")
    assert (stored.width, stored.file_size, len(stored.file_hash)) == (100, len(zoo.photo(width=100)), 40)
    with stored.file.open() as file:
        assert file.read() == zoo.photo(width=100)


def test_the_first_picture_of_a_new_product_is_its_main_one(tmp_path, folder):
    imported(tmp_path, row(图片="b.png|a.jpg"), pictures=folder)

    spu = Spu.objects.get()
    assert spu.default_image
    assert spu.default_image.title == "b"


def test_the_same_content_is_stored_once_whatever_its_name(tmp_path, folder):
    known = MallImageFactory(file_bytes=zoo.photo(width=120, kind="PNG"))
    known.get_file_hash()

    report = imported(tmp_path, row(图片="a.jpg|same as a.jpg|b.png"), other(主图="same as a.jpg"), pictures=folder)

    assert report.counts["pictures_added"] == 1
    assert MallImage.objects.count() == 2
    assert list(Picture.objects.values_list("image_id", flat=True))[2] == known.pk


def test_the_same_file_again_stores_and_changes_nothing(tmp_path, folder, emitted):
    rows = [row(主图="a.jpg", 图片="a.jpg|b.png"), other(主图="a.jpg")]
    imported(tmp_path, *rows, pictures=folder)
    before, events = everything(), list(emitted)

    report = imported(tmp_path, *rows, pictures=folder)

    assert everything() == before
    assert list(emitted) == events
    assert report.counts["pictures_added"] == 0


def test_a_retouched_picture_under_the_same_name_is_a_new_one(tmp_path, folder):
    imported(tmp_path, row(主图="a.jpg", 图片="b.png"), pictures=folder)
    (folder / "a.jpg").write_bytes(zoo.photo(width=111))

    imported(tmp_path, row(主图="a.jpg", 图片="b.png|a.jpg"), pictures=folder)

    spu = Spu.objects.get()
    assert spu.default_image
    assert spu.default_image.width == 111
    assert _gallery(spu) == ["b", "a"]


def test_galleries_and_main_pictures_can_be_emptied(tmp_path, folder):
    imported(tmp_path, row(主图="a.jpg", 图片="b.png", SKU主图="a.jpg", SKU图片="b.png"), pictures=folder)

    report = imported(tmp_path, row(**dict.fromkeys(("主图", "图片", "SKU主图", "SKU图片"), "[清空]")))

    assert told(report) == []
    assert (Spu.objects.get().default_image, Sku.objects.get().default_image) == (None, None)
    assert not Picture.objects.exists()


def test_names_are_found_in_another_case_and_with_windows_slashes(tmp_path, folder):
    report = imported(tmp_path, row(图片="A.JPG|detail\\c.webp|Detail/C.WEBP"), pictures=folder)

    assert told(report) == []
    assert MallImage.objects.count() == 2


@pytest.mark.parametrize(
    "name",
    [
        "../outside.jpg", "detail/../../outside.jpg", "..\\outside.jpg", "/etc/passwd", "C:\\outside.jpg", "link.jpg",
        "http://example.com/a.jpg", "file:///etc/passwd", "x" * 300, "none.jpg", "detail",
        "svg.jpg", "html.jpg", "half.jpg", "bomb.png", "empty.jpg",
    ],
)  # fmt: skip
def test_what_lies_outside_or_is_no_picture_keeps_the_product_out(tmp_path, folder, name):
    (tmp_path / "outside.jpg").write_bytes(zoo.photo())
    (folder / "link.jpg").symlink_to(tmp_path / "outside.jpg")
    (folder / "svg.jpg").write_bytes(zoo.SVG)
    (folder / "html.jpg").write_bytes(zoo.HTML)
    (folder / "half.jpg").write_bytes(zoo.truncated_jpeg())
    (folder / "empty.jpg").write_bytes(b"")
    if name == "bomb.png":
        (folder / name).write_bytes(zoo.png_of(9000, 9000))

    for dry_run in (True, False):
        report = imported(tmp_path, row(主图="a.jpg", 图片=f"b.png|{name}"), other(), pictures=folder, dry_run=dry_run)

        assert [(place, title) for place, title, _message in told(report)] == [(2, "图片")]
    assert list(Spu.objects.values_list("code", flat=True)) == ["P2"]
    assert not MallImage.objects.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_picture_that_may_not_be_read_is_told(tmp_path, folder):
    (folder / "a.jpg").chmod(0)

    assert told(imported(tmp_path, row(主图="a.jpg"), pictures=folder))[0][:2] == (2, "主图")


def test_nothing_is_stored_for_a_product_that_is_bad_for_another_reason(tmp_path, folder):
    imported(tmp_path, row(主图="a.jpg", 上架时间="2026-12-01", 下架时间="2026-11-01"), pictures=folder)

    assert not MallImage.objects.exists()


def test_without_a_folder_names_of_the_library_are_known_and_others_are_told(tmp_path):
    image = MallImageFactory()

    report = imported(tmp_path, row(主图=image.file.name.removeprefix("original_images/")), other(主图=image.file.name))
    assert told(report) == []
    assert set(Spu.objects.values_list("default_image_id", flat=True)) == {image.pk}

    report = imported(tmp_path, row(主图="a.jpg"))
    assert "--pictures" in told(report)[0][2]


def test_a_picture_of_the_library_whose_hash_was_never_noted_is_recognised(tmp_path, folder):
    image = MallImageFactory(file_bytes=picture_bytes(width=30))
    assert image.file_hash == ""
    name = image.file.name.removeprefix("original_images/")
    (folder / name).write_bytes(picture_bytes(width=30))

    report = imported(tmp_path, row(主图=name), pictures=folder)

    assert told(report) == []
    assert MallImage.objects.count() == 1


def test_a_folder_that_is_not_there_stops_everything(tmp_path):
    report = import_file(write_csv(tmp_path / "goods.csv", [row()]), pictures=tmp_path / "none")

    assert len(report.errors) == 1
    assert not Spu.objects.exists()


def test_the_library_knows_where_its_pictures_are_used_as_after_single_saves(tmp_path, folder):
    imported(tmp_path, row(主图="a.jpg", 图片="b.png|a.jpg"), other(图片="b.png"), pictures=folder)
    noted = set(ReferenceIndex.objects.values_list(*_NOTE))

    for spu in Spu.objects.all():
        ReferenceIndex.create_or_update_for_object(spu)
    assert set(ReferenceIndex.objects.values_list(*_NOTE)) == noted
    assert MallImage.objects.get(title="b").get_usage().count() == 2

    imported(tmp_path, row(主图="a.jpg", 图片="a.jpg"), other(图片="a.jpg", 主图="a.jpg"), pictures=folder)

    assert MallImage.objects.get(title="b").get_usage().count() == 0
    assert MallImage.objects.get(title="a").get_usage().count() == 2
