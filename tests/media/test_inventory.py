"""The list of all stored files, on a disk and in a bucket: what it says, and how what is missing comes back."""

import hashlib

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer

from accounts.models import User
from media import inventory
from media.models import MallImage, Rendition
from meiduo.settings.parts import files
from tests.media import zoo

pytestmark = pytest.mark.filterwarnings(
    # Wagtail 8.0.1 leaves the temporary file of a rendition to the garbage collector.
    "ignore:Unclosed file <tempfile.SpooledTemporaryFile:ResourceWarning"
)


@pytest.fixture(scope="module")
def address():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket="inventory")
    client.close()
    yield f"s3://key:secret@{host}:{port}/inventory?secure=0"
    server.stop()


@pytest.fixture(params=["disk", "bucket"])
def store(request, settings, tmp_path):
    if request.param == "disk":
        settings.MEDIA_ROOT = tmp_path / "media"
    else:
        options = files.s3_options(request.getfixturevalue("address"))
        settings.STORAGES = {
            **settings.STORAGES,
            "default": {"BACKEND": "media.s3.S3MediaStorage", "OPTIONS": options},
        }
        for one in list(inventory.stored_files()):
            default_storage.delete(one.name)
    return request.param


def test_every_file_is_listed_with_its_size_and_a_digest_of_its_content(store):
    assert list(inventory.stored_files()) == []
    names = {default_storage.save(f"{folder}/one.txt", ContentFile(b"content")) for folder in ("avatars", "a/deep/one")}

    listed = list(inventory.stored_files())

    sha, md5 = hashlib.sha256(b"content").hexdigest(), hashlib.md5(b"content", usedforsecurity=False).hexdigest()
    assert {one.name for one in listed} == names
    assert {one.size for one in listed} == {7}
    assert {one.digest for one in listed} == {f"sha256:{sha}" if store == "disk" else f"etag:{md5}"}


def test_a_file_is_copied_and_comes_back_under_its_own_name(store, tmp_path):
    name = default_storage.save("documents/one.txt", ContentFile(b"content"))
    copy = tmp_path / "copy" / name

    copied = inventory.copied(name, copy)
    default_storage.delete(name)
    inventory.put_back(name, copy)

    assert (copied.name, copied.size) == (name, 7)
    assert [one.name for one in inventory.stored_files()] == [name]
    with default_storage.open(name) as file:
        assert file.read() == b"content"


def test_a_file_that_is_gone_meanwhile_leaves_no_copy(store, tmp_path):
    assert inventory.copied("documents/gone.txt", tmp_path / "copy.txt") is None
    assert not (tmp_path / "copy.txt").exists()


@pytest.mark.django_db
def test_rows_name_their_files_and_a_lost_ready_size_is_made_anew(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    image = MallImage.objects.create(title="照片", file=ContentFile(zoo.photo(width=300, height=300), name="a.jpg"))
    made = image.get_rendition("max-100x100")
    user = User.objects.create(username="buyer", avatar="avatars/one.png")

    assert inventory.files_of_rows() == {image.file.name, made.file.name, user.avatar.name}
    assert inventory.remade_files() == {made.file.name}
    assert inventory.forget_remade({made.file.name, "images/another.webp"}) == 1
    assert not Rendition.objects.exists()
