"""Files as merchants' programs save them."""

import codecs
import datetime as dt
import zipfile

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart

from shop.exchange.cells import Flaw
from shop.exchange.errors import FileUnreadable
from shop.exchange.reading import open_table, texts, workbooks
from tests.shop.exchange.files import grid, other, row, write_csv, write_xlsx

ROWS = [row(), other(商品名称="保温杯“大号”, 500ml")]
TITLES, *VALUES = grid(ROWS)


def _read(path, **options):
    with open_table(path, **options) as table:
        return table.titles, list(table.rows)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"],
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_encoding_and_the_delimiter_of_a_csv_are_found(tmp_path, encoding, delimiter):
    path = write_csv(tmp_path / "goods.csv", ROWS, encoding=encoding, delimiter=delimiter)

    assert _read(path) == (TITLES, [(2, VALUES[0]), (3, VALUES[1])])


def test_a_big_endian_mark_is_understood(tmp_path):
    path = tmp_path / "goods.csv"
    write_csv(path, ROWS, encoding="utf-16-be")
    path.write_bytes(codecs.BOM_UTF16_BE + path.read_bytes())

    assert _read(path)[0] == TITLES


def test_english_titles_over_gbk_texts_are_understood(tmp_path):
    rows = [{"spu_code": "P1", "name": "保温杯", "sku": "P1-1"}]

    assert _read(write_csv(tmp_path / "a.csv", rows, encoding="gbk"))[1] == [(2, ["P1", "保温杯", "P1-1"])]


def test_an_encoding_can_be_named(tmp_path):
    path = write_csv(tmp_path / "goods.csv", [{"商品編碼": "P1", "商品名稱": "手機"}], encoding="big5hkscs")

    assert _read(path, encoding="big5hkscs")[1] == [(2, ["P1", "手機"])]


@pytest.mark.parametrize("encoding", ["no-such", "rot13", "base64"])
def test_an_encoding_that_does_not_exist_is_said_so(tmp_path, encoding):
    with pytest.raises(FileUnreadable):
        _read(write_csv(tmp_path / "goods.csv", ROWS), encoding=encoding)


def test_a_broken_byte_is_told_with_its_row(tmp_path):
    path = write_csv(tmp_path / "goods.csv", [row(SKU编码=f"P1-{n}", 详情="两行\n文字") for n in range(300)])
    content = path.read_bytes().split(b"P1-250")
    path.write_bytes(content[0] + b"\xff\xfe\xfa" + content[1])

    with pytest.raises(FileUnreadable) as wrong:
        _read(path)

    assert wrong.value.row == 252


def test_bytes_of_no_encoding_are_refused(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_bytes(bytes(range(128, 256)) * 50)

    with pytest.raises(FileUnreadable):
        _read(path)


def test_quotes_that_do_not_match_are_told_with_their_row(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_text('商品编码,SKU编码\nP1,P1\nP2,"P2\nP3,P3\n', encoding="utf-8")

    with pytest.raises(FileUnreadable) as wrong:
        _read(path)

    assert wrong.value.row == 3


def test_blank_rows_are_skipped_and_still_counted(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_text("\n,,\n商品编码,SKU编码\n\nP1,P1\n,\nP2,P2\n", encoding="utf-8")

    with open_table(path) as table:
        assert table.header_row == 3
        assert [number for number, _values in table.rows] == [5, 7]


def test_a_workbook_is_read_with_its_types(tmp_path):
    book = Workbook()
    moment = dt.datetime(2026, 11, 11, 20, 30)  # noqa: DTZ001 - spreadsheets know no zones
    book.active.append(["商品编码", "售价", "上架时间", "在售"])
    book.active.append([])
    book.active.append(["007", 89.9, moment, True])
    book.active.append(["=A3", "#REF!", None, None])
    book.save(tmp_path / "goods.xlsx")

    titles, rows = _read(tmp_path / "goods.xlsx")

    assert titles == ["商品编码", "售价", "上架时间", "在售"]
    assert rows[0] == (3, ["007", 89.9, moment, True])
    assert rows[1][0] == 4
    assert [type(value) for value in rows[1][1][:2]] == [Flaw, Flaw]
    assert str(rows[1][1][0]) == "=A3"


def test_kinds_are_told_apart_by_content_and_not_by_name(tmp_path):
    named_csv = write_xlsx(tmp_path / "goods.csv", ROWS)
    named_xlsx = write_csv(tmp_path / "goods.xlsx", ROWS)

    assert _read(named_csv)[0] == _read(named_xlsx)[0] == TITLES


def test_the_sheet_is_the_named_one_or_the_templates_or_the_first(tmp_path):
    book = Workbook()
    book.active.title = "说明"
    book.active.append(["说明"])
    book.create_sheet("商品").append(["商品"])
    book.create_sheet("旧").append(["旧"])
    book.save(tmp_path / "a.xlsx")

    assert _read(tmp_path / "a.xlsx")[0] == ["商品"]
    assert _read(tmp_path / "a.xlsx", sheet="旧")[0] == ["旧"]
    assert _read(write_xlsx(tmp_path / "b.xlsx", ROWS, sheet="Sheet1"))[0] == TITLES
    with pytest.raises(FileUnreadable) as wrong:
        _read(tmp_path / "a.xlsx", sheet="新")
    assert "说明、商品、旧" in wrong.value.reason


def test_a_workbook_that_states_a_wrong_extent_is_read_whole(tmp_path):
    path = write_xlsx(tmp_path / "goods.xlsx", ROWS)
    lying = tmp_path / "lying.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(lying, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sheet1.xml"):
                start = content.index(b"<dimension")
                content = content[:start] + b'<dimension ref="A1"/>' + content[content.index(b">", start) + 1 :]
            target.writestr(name, content)

    assert len(_read(lying)[1]) == 2


def _not_a_workbook(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        archive.writestr("readme.txt", "x")
    return (tmp_path / "x.xlsx").read_bytes()


def _cut_off(tmp_path):
    return write_xlsx(tmp_path / "x.xlsx", ROWS).read_bytes()[:-300]


def _broken_inside(tmp_path):
    path = write_xlsx(tmp_path / "x.xlsx", ROWS)
    with zipfile.ZipFile(path) as source:
        members = {name: source.read(name) for name in source.namelist()}
    with zipfile.ZipFile(tmp_path / "y.xlsx", "w") as target:
        for name, content in members.items():
            target.writestr(name, content[:-200] if name.endswith("sheet1.xml") else content)
    return (tmp_path / "y.xlsx").read_bytes()


def _entity_bomb(tmp_path):
    path = write_xlsx(tmp_path / "x.xlsx", ROWS)
    with zipfile.ZipFile(path) as source:
        members = {name: source.read(name) for name in source.namelist()}
    with zipfile.ZipFile(tmp_path / "y.xlsx", "w") as target:
        for name, content in members.items():
            bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
            target.writestr(name, bomb + content if name.endswith("sheet1.xml") else content)
    return (tmp_path / "y.xlsx").read_bytes()


def _only_a_chart(tmp_path):
    book = Workbook()
    book.create_chartsheet("图").add_chart(BarChart())
    del book["Sheet"]
    book.save(tmp_path / "x.xlsx")
    return (tmp_path / "x.xlsx").read_bytes()


@pytest.mark.parametrize(
    "content",
    [
        lambda _: b"",
        lambda _: b"\n\n , ,\n",
        lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        lambda _: b"PK\x03\x04 and nothing",
        _not_a_workbook,
        _cut_off,
        _broken_inside,
        _entity_bomb,
        _only_a_chart,
    ],
    ids=["empty", "blank", "xls", "zip-head", "other-zip", "cut-off", "broken-xml", "entities", "chart"],
)
def test_what_is_no_table_is_refused_with_a_reason(tmp_path, content):
    path = tmp_path / "goods.xlsx"
    path.write_bytes(content(tmp_path))

    with pytest.raises(FileUnreadable) as wrong:
        _read(path)

    assert wrong.value.reason


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(FileUnreadable):
            _read(path)


def test_a_workbook_that_unpacks_to_a_mountain_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_BYTES", 1000)

    with pytest.raises(FileUnreadable):
        _read(write_xlsx(tmp_path / "goods.xlsx", ROWS))


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_more_rows_than_one_import_takes_are_refused(tmp_path, monkeypatch, write):
    for module in (texts, workbooks):
        monkeypatch.setattr(module, "MOST_ROWS", 3)
    path = write(tmp_path / "goods.x", [row(SKU编码=f"P1-{n}") for n in range(4)])

    with pytest.raises(FileUnreadable) as wrong:
        _read(path)

    assert wrong.value.row == 5


def test_what_an_export_made_harmless_is_put_back(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_text("商品编码,商品名称\n'=1+1,'abc\n''=x,it's\n", encoding="utf-8")

    assert _read(path)[1] == [(2, ["=1+1", "'abc"]), (3, ["'=x", "it's"])]
