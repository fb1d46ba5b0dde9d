"""The empty file that a merchant starts from, with its manual and examples inside."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from shop.exchange.columns import ALWAYS_NEEDED, COLUMNS, NEEDED_FOR_NEW, USUAL_SPECS, Column, Kind, spec_title
from shop.exchange.reading.workbooks import SHEET

_FILLS = {True: PatternFill("solid", fgColor="FDE9D9"), False: PatternFill("solid", fgColor="EAF1DD")}
_FORMATS = {Kind.MONEY: "0.00", Kind.COUNT: "0", Kind.MOMENT: "yyyy-mm-dd hh:mm:ss"}
_CHOICES = {Kind.YES_NO: '"是,否"', Kind.STATUS: '"上架,下架,草稿"'}
#: Rows that are made ready for typing.
_READY = 2000

_EXAMPLES: tuple[dict[str, object], ...] = (
    {
        "商品编码": "P1001",
        "商品名称": "星河 Mate 60",
        "副标题": "超可靠的智能手机",
        "品牌": "星河",
        "一级分类": "手机数码",
        "二级分类": "手机通讯",
        "三级分类": "手机",
        "规格1": "颜色:曜金黑",
        "规格2": "内存:256GB",
        "SKU编码": "P1001-BK-256",
        "售价": "5499.00",
        "市场价": "5999.00",
        "成本价": "4200.00",
        "库存": 120,
        "重量(克)": 209,
        "在售": "是",
        "SPU状态": "上架",
        "主图": "p1001-1.jpg",
        "图片": "p1001-1.jpg|p1001-2.jpg",
        "详情": "6.7 英寸屏幕\n5000 毫安时电池",
        "包装清单": "手机、充电器、数据线",
        "售后服务": "七天无理由退货",
        "新品": "是",
        "包邮": "是",
    },
    {
        "商品编码": "P1001",
        "规格1": "颜色:雪山白",
        "规格2": "内存:256GB",
        "SKU编码": "P1001-WH-256",
        "售价": "5499.00",
        "库存": 80,
        "重量(克)": 209,
        "SKU主图": "p1001-white.jpg",
    },
    {
        "商品编码": "P2001",
        "商品名称": "不锈钢保温杯 500ml",
        "品牌": "暖川",
        "一级分类": "家居生活",
        "二级分类": "水具",
        "三级分类": "保温杯",
        "SKU编码": "P2001",
        "售价": "89.90",
        "库存": 300,
        "重量(克)": 320,
        "SPU状态": "草稿",
    },
)


def titles() -> list[str]:
    """The header of the template; continuations of long texts are only in exports that need them."""
    found: list[str] = []
    for column in COLUMNS:
        if column.key == "sku_code":
            found += [spec_title(number) for number in range(1, USUAL_SPECS + 1)]
        found.append(column.title)
    return found


def write_template(path: Path | str) -> None:
    """The file is an empty catalog with a sheet of explanations and one of examples. Only 商品 is imported."""
    book = Workbook()
    goods, manual, examples = (book.create_sheet(title) for title in (SHEET, "说明", "示例"))
    del book["Sheet"]
    _head(goods)
    _ready(goods)
    _explain(manual)
    _head(examples)
    for example in _EXAMPLES:
        examples.append([example.get(title) for title in titles()])
    book.save(Path(path))


def _head(sheet: Any) -> None:
    needed = {column.title for column in (*ALWAYS_NEEDED, *NEEDED_FOR_NEW)}
    sheet.append(titles())
    sheet.freeze_panes = "A2"
    for number, cell in enumerate(sheet[1], start=1):
        cell.font = Font(bold=True)
        cell.fill = _FILLS[cell.value in needed]
        sheet.column_dimensions[get_column_letter(number)].width = max(12, 2 * len(str(cell.value)) + 4)


def _ready(sheet: Any) -> None:
    """Columns of codes keep their zeros, and columns of choices offer them."""
    by_title = {column.title: column for column in COLUMNS}
    for number, title in enumerate(titles(), start=1):
        letter = get_column_letter(number)
        kind = by_title[title].kind if title in by_title else Kind.LINE
        sheet.column_dimensions[letter].number_format = _FORMATS.get(kind, "@")
        if kind in _CHOICES:
            choices = DataValidation(type="list", formula1=_CHOICES[kind], allow_blank=True)
            sheet.add_data_validation(choices)
            choices.add(f"{letter}2:{letter}{_READY}")


def _explain(sheet: Any) -> None:
    rules = (
        _("一行是一个 SKU；商品编码相同的行是同一个商品，不必相邻。"),
        _("商品的列（名称、分类、详情……）写在任意一行即可，各行写的不能互相矛盾。"),
        _("空单元格表示不修改；要清空已有的内容，请填 [清空]。"),
        _("编码请保持文本格式；公式请粘贴为值。"),
        _("一行有错，整个商品都不会导入，其他商品照常导入；改正后重新导入整个文件即可。"),
        _("规格写成“规格名:规格值”，同一商品每行的规格名要一致。"),
    )
    for rule in rules:
        sheet.append([rule])
    sheet.append([])
    sheet.append([_("列"), _("说明"), _("最长")])
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    for column in COLUMNS:
        if column.key == "sku_code":
            sheet.append(
                [f"{spec_title(1)}…{spec_title(USUAL_SPECS)}", _("例如 颜色:黑色；也可以用规格名1、规格值1 两列"), 30]
            )
        sheet.append([column.title, str(column.hint), _longest(column)])
    for letter, width in (("A", 18), ("B", 70), ("C", 10)):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(max_col=2):
        row[-1].alignment = Alignment(wrap_text=True, vertical="top")


def _longest(column: Column) -> int | None:
    return column.longest if column.kind in {Kind.CODE, Kind.LINE, Kind.TEXT} else None
