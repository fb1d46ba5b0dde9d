"""What a cell means."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.exchange.cells import CLEAR, Flaw, protected, tidy, understood
from shop.exchange.columns import BY_KEY, Kind
from shop.exchange.errors import CellWrong
from shop.exchange.neutral import neutral, restored
from shop.exchange.pairs import joined, split

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("key", "raw", "meaning"),
    [
        ("price", "5499", Decimal("5499.00")),
        ("price", " 5,499.5 ", Decimal("5499.50")),
        ("price", "￥５４９９．００", Decimal("5499.00")),
        ("price", "¥89.9", Decimal("89.90")),
        ("price", "89.9元", Decimal("89.90")),
        ("price", 89.9, Decimal("89.90")),
        ("price", 0.1 + 0.2, Decimal("0.30")),
        ("price", 0, Decimal("0.00")),
        ("price", "9999999999.99", Decimal("9999999999.99")),
        ("stock", "1,200", 1200),
        ("stock", 12.0, 12),
        ("stock", "12.00", 12),
        ("is_on_sale", "是", True),
        ("is_on_sale", "√", True),
        ("is_on_sale", True, True),
        ("is_on_sale", 0, False),
        ("is_on_sale", "FALSE", False),
        ("is_new", "Ｙ", True),
        ("status", "上架", 1),
        ("status", "草稿", 0),
        ("status", 2, 2),
        ("code", 1001, "1001"),
        ("code", 1001.0, "1001"),
        ("code", " 007 ", "007"),
        ("name", "两行\n名称  和空格", "两行 名称 和空格"),
        ("detail", "第一行\r\n第二行", "第一行\n第二行"),
        ("pictures", "a.jpg| b.jpg ｜c.jpg|", ("a.jpg", "b.jpg", "c.jpg")),
        ("caption", "[清空]", CLEAR),
        ("caption", "[CLEAR]", CLEAR),
        ("caption", "\\[清空]", "[清空]"),
        ("caption", "\\\\[清空]", "\\[清空]"),
        ("caption", "清空", "清空"),
    ],
)
def test_a_cell_is_understood(key, raw, meaning):
    assert understood(raw, BY_KEY[key]) == meaning


@pytest.mark.parametrize("column", BY_KEY.values(), ids=lambda column: column.key)
@pytest.mark.parametrize("raw", [None, "", "  ", "\u3000", "\n"])
def test_an_empty_cell_says_nothing(column, raw):
    assert understood(raw, column) is None


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("2026-11-11", datetime(2026, 11, 11, tzinfo=SHANGHAI)),
        ("2026/1/2 8:05", datetime(2026, 1, 2, 8, 5, tzinfo=SHANGHAI)),
        ("2026-11-11 20:30:15", datetime(2026, 11, 11, 20, 30, 15, tzinfo=SHANGHAI)),
        ("2026-11-11T20:30:15.25", datetime(2026, 11, 11, 20, 30, 15, 250000, tzinfo=SHANGHAI)),
        ("2026年11月11日", datetime(2026, 11, 11, tzinfo=SHANGHAI)),
        ("2026年11月11日 20时30分", datetime(2026, 11, 11, 20, 30, tzinfo=SHANGHAI)),
        ("2026-11-11T12:30:00Z", datetime(2026, 11, 11, 12, 30, tzinfo=UTC)),
        ("2026-11-11 20:30+08:00", datetime(2026, 11, 11, 12, 30, tzinfo=UTC)),
        (datetime(2026, 11, 11, 20, 30), datetime(2026, 11, 11, 20, 30, tzinfo=SHANGHAI)),  # noqa: DTZ001
        (date(2026, 11, 11), datetime(2026, 11, 11, tzinfo=SHANGHAI)),
        (46337, datetime(2026, 11, 11, tzinfo=SHANGHAI)),
        (46337.5, datetime(2026, 11, 11, 12, tzinfo=SHANGHAI)),
        ("46337.5", datetime(2026, 11, 11, 12, tzinfo=SHANGHAI)),
    ],
)
def test_a_moment_is_read_as_people_and_spreadsheets_write_it(raw, moment):
    assert understood(raw, BY_KEY["on_sale_at"]) == moment


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        ("price", "面议"), ("price", "-1"), ("price", "1.234"), ("price", 1.234), ("price", "1e3"), ("price", "12,34"),
        ("price", "99999999999"), ("price", "9" * 400), ("price", True), ("price", date(2026, 1, 1)), ("price", "NaN"),
        ("price", "٣"), ("stock", "1.5"), ("stock", -1), ("stock", "十"), ("stock", 10**12), ("weight_grams", "1kg"),
        ("is_on_sale", "大概"), ("is_on_sale", 2), ("status", "在途"), ("status", 3),
        ("on_sale_at", "明天"), ("on_sale_at", "2026-02-30"), ("on_sale_at", "2026-11-11 25:00"), ("on_sale_at", 5),
        ("on_sale_at", "0001-01-01"), ("on_sale_at", time(8)), ("on_sale_at", timedelta(hours=1)), ("on_sale_at", True),
        ("code", "x" * 65), ("code", date(2026, 1, 2)), ("code", 6901234567890123456), ("code", "6.90123E+12"),
        ("code", True), ("name", "x" * 121), ("name", "a\x00b"), ("name", "a\x07b"), ("name", "a\ud800"),
        ("detail", "a\x00b"), ("name", Flaw("=A1", "公式")), ("price", Flaw("#REF!", "错误值")),
        ("name", "[清空]"), ("price", "[清空]"), ("stock", "[清空]"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_right_is_refused_with_a_reason(key, raw):
    with pytest.raises(CellWrong) as wrong:
        understood(raw, BY_KEY[key])

    assert wrong.value.message


@given(st.text())
def test_making_a_csv_cell_harmless_can_be_undone(text):
    safe = neutral(text)

    assert restored(safe) == text
    assert safe[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"}


@given(name=st.text(min_size=1).filter(lambda text: text.strip() == text), value=st.text())
def test_a_spec_in_one_cell_can_be_taken_apart_again(name, value):
    assert split(joined(name, value)) == (name, value.strip())


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("颜色:黑色", ("颜色", "黑色")),
        ("颜色：黑色", ("颜色", "黑色")),
        ("比例:16:9", ("比例", "16:9")),
        ("黑色", ("黑色", "")),
    ],
)
def test_the_first_colon_parts_name_and_value(cell, parts):
    assert split(cell) == parts


@given(st.text(alphabet="[]\\清空clear ax", max_size=12))
def test_a_text_that_looks_like_the_word_for_emptying_survives(text):
    meant = tidy(text, Kind.LINE)

    assert (understood(protected(meant), BY_KEY["caption"]) or "") == meant
