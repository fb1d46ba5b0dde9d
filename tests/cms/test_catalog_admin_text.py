"""Product texts between plain HTML and Wagtail's editor."""

import json

import pytest
from django.conf import settings

from cms.viewsets.catalog.product_text import ProductTextArea
from shop.catalog.html import clean_html
from tests.factories.catalog import MallImageFactory

pytestmark = pytest.mark.django_db


def _there_and_back(html):
    """What is stored after somebody opened the form and saved it as it was."""
    widget = ProductTextArea()
    return clean_html(widget.value_from_datadict({"detail": widget.format_value(html)}, {}, "detail"))


@pytest.mark.parametrize(
    "html",
    [
        "<h2>亮点</h2><p>好<b>手机</b>，<i>真好</i></p>",
        "<ul><li>一</li><li>二</li></ul>",
        "<p>第一行<br>第二行</p>",
        "<p>a &lt; b &amp; c</p>",
    ],
)
def test_a_text_that_is_opened_and_saved_stays_as_it_was(html):
    assert ProductTextArea().can_show(html)
    assert _there_and_back(html) == html


def test_a_picture_of_the_library_is_stored_as_a_plain_image_with_its_ready_size_and_found_again():
    image = MallImageFactory(title="正面")
    blocks = {
        "blocks": [
            {
                "key": "a",
                "type": "atomic",
                "text": " ",
                "depth": 0,
                "inlineStyleRanges": [],
                "entityRanges": [{"offset": 0, "length": 1, "key": 0}],
            }
        ],
        "entityMap": {
            "0": {
                "type": "IMAGE",
                "mutability": "IMMUTABLE",
                "data": {"id": image.pk, "src": "/preview.png", "alt": "正面图", "format": "fullwidth"},
            }
        },
    }
    widget = ProductTextArea()

    stored = clean_html(widget.value_from_datadict({"detail": json.dumps(blocks)}, {}, "detail"))

    assert stored.startswith(f'<img src="{settings.MEDIA_URL}')
    assert f'data-image-id="{image.pk}"' in stored
    assert 'alt="正面图"' in stored
    assert ".webp" in stored
    opened = json.loads(widget.format_value(stored))
    assert next(iter(opened["entityMap"].values()))["data"]["id"] == str(image.pk)
    assert _there_and_back(stored) == stored


def test_a_picture_from_an_import_keeps_its_address():
    html = '<p>图</p><img src="https://cdn.example/a.jpg" alt="a&gt;b">'

    assert _there_and_back(html) == html


def test_a_picture_that_was_deleted_keeps_the_address_it_had():
    html = '<img src="/media/gone.webp" data-image-id="99">'

    assert _there_and_back(html) == '<img src="/media/gone.webp" alt="">'


@pytest.mark.parametrize("html", ['<img src="/a.png" alt="" class="left">', '<img src="/a.png" alt="">'])
def test_a_picture_stays_on_its_side_and_a_decorative_one_without_words(html):
    assert _there_and_back(html) == html


@pytest.mark.parametrize(
    "html",
    [
        "<table><tbody><tr><td>8GB</td></tr></tbody></table>",
        "<p>见<a href='https://a.example'>这里</a></p>",
        "<li>x</li>",
    ],
)
def test_a_text_that_the_editor_would_lose_is_edited_as_source(html):
    widget = ProductTextArea()

    shown = widget.render("detail", html, {"id": "id_detail"})

    assert not widget.can_show(html)
    assert "<textarea" in shown
    assert widget.value_from_datadict({"detail": html}, {}, "detail") == html


@pytest.mark.parametrize("sent", ["不是 JSON", "[1]", "3", '{"a": 1}'])
def test_what_is_no_document_of_the_editor_is_taken_for_source(sent):
    assert ProductTextArea().value_from_datadict({"detail": sent}, {}, "detail") == sent


def test_an_empty_editor_stores_nothing():
    assert _there_and_back("") == ""
    assert ProductTextArea().value_from_datadict({"detail": "null"}, {}, "detail") == ""
