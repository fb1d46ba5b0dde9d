"""The two commands as an operator uses them."""

import csv

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from shop.catalog.models import Sku, Spu
from shop.exchange import importing
from shop.management.commands import import_catalog
from tests.factories.catalog import BrandFactory, CategoryFactory, MallImageFactory, SpuFactory
from tests.shop.exchange.files import other, row, write_csv, write_xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def test_an_import_says_what_it_did(tmp_path, capsys):
    call_command("import_catalog", write_xlsx(tmp_path / "goods.xlsx", [row(), other()]))

    said = capsys.readouterr().out
    assert "新增 2" in said
    assert "2 行" in said
    assert Sku.objects.count() == 2


def test_errors_are_listed_and_the_command_fails(tmp_path, capsys):
    path = write_csv(tmp_path / "goods.csv", [row(售价="[b]面议"), other()])

    with pytest.raises(CommandError) as failed:
        call_command("import_catalog", path, "--report", str(tmp_path / "report.csv"))

    assert failed.value.returncode == 1
    said = capsys.readouterr().out
    assert "售价" in said
    assert "[b]面议" in said
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == ["2", "售价", "[b]面议", "不是数字", "error"]
    assert Sku.objects.count() == 1


def test_a_report_cannot_carry_a_formula(tmp_path):
    with pytest.raises(CommandError):
        call_command(
            "import_catalog",
            write_csv(tmp_path / "goods.csv", [row(售价="=1+1")]),
            "--report",
            str(tmp_path / "report.csv"),
        )

    assert "'=1+1" in (tmp_path / "report.csv").read_text(encoding="utf-8-sig")


def test_a_dry_run_says_so(tmp_path, capsys):
    call_command("import_catalog", write_csv(tmp_path / "goods.csv", [row()]), "--dry-run")

    assert "只检查" in capsys.readouterr().out
    assert not Spu.objects.exists()


def test_many_errors_are_cut_off_with_a_hint(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(import_catalog, "SHOWN", 2)
    rows = [other(商品编码=f"C{n}", SKU编码=f"C{n}", 售价="x") for n in range(5)]

    with pytest.raises(CommandError):
        call_command("import_catalog", write_csv(tmp_path / "goods.csv", rows))

    assert "还有 3 处" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["none.xlsx", "empty.csv", "cut.xlsx"])
def test_a_file_that_cannot_be_read_is_no_traceback(tmp_path, name):
    (tmp_path / "empty.csv").touch()
    (tmp_path / "cut.xlsx").write_bytes(b"PK\x03\x04")

    with pytest.raises(CommandError):
        call_command("import_catalog", tmp_path / name)


def test_ctrl_c_is_told_calmly(tmp_path, monkeypatch):
    def stop(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(importing, "write", stop)

    with pytest.raises(CommandError) as stopped:
        call_command("import_catalog", write_csv(tmp_path / "goods.csv", [row()]))
    assert stopped.value.returncode == 130


def test_a_file_or_a_template_must_be_asked_for():
    with pytest.raises(CommandError):
        call_command("import_catalog")


def test_the_template_is_written_and_is_itself_an_empty_import(tmp_path, capsys):
    path = tmp_path / "template.xlsx"

    call_command("import_catalog", "--template", str(path))

    with pytest.raises(CommandError):
        call_command("import_catalog", path)
    assert "只有表头" in capsys.readouterr().out
    book = load_workbook(path)
    assert book.sheetnames == ["商品", "说明", "示例"]


def test_the_examples_of_the_template_can_be_imported(tmp_path):
    path = tmp_path / "template.xlsx"
    call_command("import_catalog", "--template", str(path))
    (tmp_path / "pictures").mkdir()
    image = MallImageFactory()
    for name in ("p1001-1.jpg", "p1001-2.jpg", "p1001-white.jpg"):
        with image.file.open() as file:
            (tmp_path / "pictures" / name).write_bytes(file.read())

    call_command("import_catalog", path, "--sheet", "示例", "--pictures", str(tmp_path / "pictures"))

    assert set(Sku.objects.values_list("code", flat=True)) == {"P1001-BK-256", "P1001-WH-256", "P2001"}


def test_an_export_says_how_much(tmp_path, capsys):
    SpuFactory()

    call_command("export_catalog", tmp_path / "goods.xlsx", "--pictures", str(tmp_path / "pictures"))

    assert "1 个商品" in capsys.readouterr().out
    assert (tmp_path / "goods.xlsx").stat().st_size


def test_an_export_can_be_narrowed_by_id_path_name_or_name(tmp_path):
    category = CategoryFactory(name="手机", slug="phones")
    brand = BrandFactory(name="星河", slug="xinghe")

    for word in (str(category.pk), "phones", "手机"):
        call_command("export_catalog", tmp_path / "goods.csv", "--category", word)
    for word in (str(brand.pk), "xinghe", "星河"):
        call_command("export_catalog", tmp_path / "goods.csv", "--brand", word)


@pytest.mark.parametrize(
    "arguments",
    [
        ["goods.txt"],
        ["none/goods.xlsx"],
        ["none/goods.csv"],
        ["goods.csv", "--category", "没有"],
        ["goods.csv", "--brand", "9" * 30],
        ["goods.csv", "--category", "两个"],
    ],
)
def test_an_export_that_cannot_be_meant_is_refused(tmp_path, arguments):
    for _ in range(2):
        CategoryFactory(name="两个", parent=CategoryFactory())
    name, *rest = arguments

    with pytest.raises(CommandError):
        call_command("export_catalog", tmp_path / name, *rest)
