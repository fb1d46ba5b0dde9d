"""Names in Latin letters, and what HTML a product text may hold."""

import pytest

from shop.catalog.html import clean_html
from shop.catalog.pinyin import first_letter, slug_from


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("手机", "shou-ji"),
        ("华为手机 Pro", "hua-wei-shou-ji-pro"),
        ("长虹", "chang-hong"),
        ("女装", "nv-zhuang"),
        ("Apple iPhone", "apple-iphone"),
        ("！？", ""),
        ("", ""),
    ],
)
def test_a_path_name_is_the_pinyin_of_the_name(name, slug):
    assert slug_from(name, longest=50) == slug


def test_a_long_path_name_ends_at_a_whole_syllable():
    assert slug_from("手机手机手机", longest=13) == "shou-ji-shou"
    assert slug_from("手机手机手机", longest=12) == "shou-ji-shou"
    assert slug_from("a" * 30, longest=10) == "a" * 10


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("华为", "H"),
        ("apple", "A"),
        ("长虹", "C"),
        ("重庆啤酒", "C"),
        ("7喜", "#"),
        ("éclair", "#"),
        ("", "#"),
        (" 小米", "X"),
    ],
)
def test_a_brand_stands_under_the_letter_of_its_pinyin_or_under_the_sharp(name, letter):
    assert first_letter(name) == letter


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("<p>好<script>alert(1)</script></p>", "<p>好</p>"),
        ('<img src="/media/a.png" onerror="x()" data-image-id="3">', '<img src="/media/a.png" data-image-id="3">'),
        ('<a href="javascript:alert(1)">x</a>', '<a rel="noopener noreferrer">x</a>'),
        ('<p style="position:fixed" data-block-key="k">x</p>', "<p>x</p>"),
        (
            "<table><tbody><tr><td colspan=2>x</td></tr></tbody></table>",
            '<table><tbody><tr><td colspan="2">x</td></tr></tbody></table>',
        ),
        ("<iframe src='https://x'></iframe>a\x00b", "ab"),
    ],
)
def test_a_product_text_keeps_what_it_may_hold_and_nothing_else(dirty, clean):
    assert clean_html(dirty) == clean
    assert clean_html(clean) == clean
