"""One spelling for everything."""

import pytest

from search import phonetics
from search.highlight import highlighted
from search.text import canonical, spelled_out


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("手機", "手机"),
        ("ＳＯＮＹ　耳机", "sony 耳机"),
        ("iPhone16Pro", "iphone 16 pro"),
        ("iphone 16 PRO", "iphone 16 pro"),
        ("256GB", "256g"),
        ("256g", "256g"),
        ("500升", "500l"),
        ("500 L", "500l"),
        ("5000毫安", "5000mAh"),
        ("12.9英寸", "12.9寸"),
        ("《手机》，（黑色）", "手机 黑色"),
        ("a\x00b", "a b"),
        ('"OR" 1=1; --', "or 1 1"),
        ("😀", ""),
    ],
)
def test_two_spellings_of_the_same_become_one(text, same):
    assert canonical(text) == canonical(same)


def test_canonical_text_is_canonical():
    for text in ["華為 Mate70 手機 256GB", "T恤 XL", "12.9英寸 iPad", "5G手机 8+256G"]:
        assert canonical(canonical(text)) == canonical(text)


def test_different_amounts_stay_different():
    assert canonical("256GB") != canonical("512GB")
    assert canonical("500ml") != canonical("500L")


@pytest.mark.parametrize(
    ("term", "full", "initials"),
    [
        ("手机", "shouji", "sj"),
        ("重庆", "chongqing", "cq"),
        ("重量", "zhongliang", "zl"),
        ("长虹", "changhong", "ch"),
        ("音乐", "yinyue", "yy"),
        ("乐高", "legao", "lg"),
        ("银行", "yinhang", "yh"),
        ("行李箱", "xinglixiang", "xlx"),
        ("女装", "nvzhuang", "nz"),
        ("华为 手机", "huaweishouji", "hwsj"),
    ],
)
def test_readings_follow_the_word(term, full, initials):
    assert phonetics.full(term) == full
    assert phonetics.initials(term) == initials


def test_parts_of_a_name_can_be_typed():
    assert {"shouji", "zhineng", "zhinengshouji"} <= set(phonetics.parts_in_full("华为智能手机"))
    assert "znsj" in phonetics.parts_by_initials("华为智能手机")


def test_a_spelled_out_pair_is_letters_and_its_own():
    assert spelled_out("手机").isascii()
    assert spelled_out("手机") != spelled_out("机手")


@pytest.mark.parametrize(
    ("name", "text", "html"),
    [
        ("华为 Mate 70 手机", "手机", "华为 Mate 70 <em>手机</em>"),
        ("华为智能手机", "华为手机", "<em>华为</em>智能<em>手机</em>"),
        ("华为手机", "shouji", "华为<em>手机</em>"),
        ("华为手机", "sj", "华为<em>手机</em>"),
        ("Apple iPhone 16", "iphone16", "Apple <em>iPhone</em> <em>16</em>"),
        ("Apple iPhone 16", "iphnoe", "Apple <em>iPhone</em> 16"),
        ("華為手機", "手机", "華為<em>手機</em>"),
        ("电视机", "洗衣机", "电视机"),
        ("<script>手机</script>", "手机", "&lt;script&gt;<em>手机</em>&lt;/script&gt;"),
        ('手机 "5G" & 壳', "<b>", "手机 &quot;5G&quot; &amp; 壳"),
        ("手机", "", "手机"),
        ("手机", "😀\x00", "手机"),
    ],
)
def test_a_highlight_is_safe_html_and_marks_what_fits(name, text, html):
    assert highlighted(name, text) == html


def test_a_long_text_is_highlighted_fast():
    import time

    began = time.perf_counter()
    highlighted("华为智能手机" * 20, "手机壳华为旗舰店正品" * 10)

    assert time.perf_counter() - began < 0.2
