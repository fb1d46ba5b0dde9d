"""The bucket storage against a server that speaks the real protocol, over real sockets."""

import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from moto.server import ThreadedMotoServer
from wagtail.models import Collection, CollectionViewRestriction

from media.models import SIZES, MallDocument, MallImage
from meiduo.settings.parts import files
from tests.media import zoo

pytestmark = [
    # Wagtail 8.0.1 leaves the temporary file of a rendition to the garbage collector.
    pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.SpooledTemporaryFile:ResourceWarning"),
]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The address of a running store, on a port that nobody else has."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"{host}:{port}"
    server.stop()


@pytest.fixture
def url(endpoint, request) -> str:
    """MEDIA_URL_S3 of an empty bucket that everybody may read, as behind a CDN."""
    bucket = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")[:60].strip("-")
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{endpoint}",
        aws_access_key_id="key",
        aws_secret_access_key="a/secret+",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket=bucket, ACL="public-read")
    client.close()
    return f"s3://key:a%2Fsecret%2B@{endpoint}/{bucket}?secure=0"


@pytest.fixture
def bucket(url, settings) -> str:
    """The whole project keeps its media in that bucket."""
    _use(settings, files.s3_options(url))
    return url.rpartition("/")[2].partition("?")[0]


def _use(settings: Any, options: dict[str, Any]) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "media.s3.S3MediaStorage", "OPTIONS": options},
    }


def _fetch(address: str) -> tuple[bytes, dict[str, str]]:
    with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310
        return answer.read(), {name.lower(): value for name, value in answer.headers.items()}


@pytest.mark.django_db
def test_a_picture_and_its_rendition_are_stored_read_back_and_public(bucket, endpoint):
    image = MallImage.objects.create(title="照片", file=ContentFile(zoo.photo(width=900, height=900), name="我的.JPG"))
    rendition = image.get_rendition(SIZES["card"])

    with image.file.open() as file:
        assert file.read() == zoo.photo(width=900, height=900)
    assert re.fullmatch(r"original_images/[0-9a-f]{32}\.jpg", image.file.name)
    assert rendition.url.startswith(f"http://{endpoint}/{bucket}/images/")
    assert "?" not in rendition.url
    content, headers = _fetch(rendition.url)
    assert content[8:12] == b"WEBP"
    assert headers["content-type"] == "image/webp"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "content-disposition" not in headers


def test_the_same_name_twice_makes_two_objects(bucket):
    first, second = (default_storage.save("avatars/me.jpg", ContentFile(b"x")) for _ in range(2))

    assert first != second
    assert default_storage.exists(first)
    assert default_storage.size(second) == 1


def test_a_deleted_file_is_gone_and_deleting_again_is_fine(bucket):
    name = default_storage.save("avatars/me.jpg", ContentFile(b"x"))
    address = default_storage.url(name)

    default_storage.delete(name)
    default_storage.delete(name)

    assert not default_storage.exists(name)
    with pytest.raises(urllib.error.HTTPError) as gone:
        _fetch(address)
    assert gone.value.code == 404
    gone.value.close()
    with pytest.raises(FileNotFoundError):
        default_storage.open(name)


def test_the_type_that_the_sender_claims_is_not_believed(bucket):
    claimed = SimpleUploadedFile("page.html", zoo.HTML, content_type="text/html")
    pictured = SimpleUploadedFile("x.jpg", zoo.HTML, content_type="text/html")

    for file, kind in ((claimed, "application/octet-stream"), (pictured, "image/jpeg")):
        _, headers = _fetch(default_storage.url(default_storage.save(f"messages/{file.name}", file)))
        assert headers["content-type"] == kind
        assert ("attachment" in headers.get("content-disposition", "")) is (kind != "image/jpeg")


@pytest.mark.django_db
def test_with_a_cdn_addresses_are_the_cdns(url, settings, monkeypatch):
    environment = files.env().model_copy(update={"media_public_url": "https://img.example.com/mall"})
    monkeypatch.setattr(files, "env", lambda: environment)
    _use(settings, files.s3_options(url))

    name = default_storage.save("avatars/me.jpg", ContentFile(b"x"))

    assert default_storage.url(name) == f"https://img.example.com/mall/{name}"


def test_virtual_host_addresses_are_built_for_stores_that_want_them(settings):
    _use(
        settings, files.s3_options("s3://key:secret@oss-cn-shanghai.aliyuncs.com/mall?region=cn-shanghai&style=virtual")
    )

    address = storages["default"].url("images/a b.webp")

    assert address == "https://mall.oss-cn-shanghai.aliyuncs.com/images/a%20b.webp"


def test_a_store_that_does_not_answer_is_given_up_soon(settings):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        _use(settings, files.s3_options(f"s3://key:secret@127.0.0.1:{nobody.getsockname()[1]}/mall?secure=0"))
        limits = storages["default"].connection.meta.client.meta.config

    assert limits.connect_timeout <= 5
    assert limits.read_timeout <= 30


@pytest.mark.parametrize("wrong", ["http://host/bucket", "s3://host/", "s3:///bucket", "s3://host/a/b", "s3://"])
def test_an_address_that_cannot_be_right_is_refused_at_the_start(wrong):
    with pytest.raises(ValueError, match="MEDIA_URL_S3"):
        files.s3_options(wrong)


@pytest.mark.django_db
def test_a_document_is_handed_out_by_the_mall_and_the_stores_address_is_told_to_nobody(bucket, client):
    document = MallDocument.objects.create(title="手册", file=ContentFile(b"a,b\n1,2\n", name="manual.csv"))

    answer = client.get(document.url)

    assert answer.status_code == 200
    assert answer.getvalue() == b"a,b\n1,2\n"
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.django_db
def test_a_document_of_a_private_collection_is_for_those_who_sign_in(bucket, client):
    private = Collection.get_first_root_node().add_child(instance=Collection(name="内部"))
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    document = MallDocument.objects.create(
        title="底价", file=ContentFile(b"a,b\n", name="floor.csv"), collection=private
    )

    answer = client.get(document.url)

    assert answer.status_code == 302
    assert "/login/" in answer.headers["Location"]
