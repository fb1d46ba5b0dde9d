"""Reading a whole file into drafts. Rows of one product need not stand together, so all of them are read first.

What needs the shop to be judged is judged in ``planning``.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from shop.exchange.cells import Raw, understood
from shop.exchange.columns import (
    ALWAYS_NEEDED,
    BY_KEY,
    CATEGORIES,
    COLUMNS,
    MOST_SPECS,
    SPEC_NAME,
    SPEC_VALUE,
    About,
    Column,
    Kind,
    Layout,
    layout_of,
    plain,
)
from shop.exchange.drafts import SkuDraft, SpuDraft
from shop.exchange.errors import CellWrong, FileUnreadable
from shop.exchange.pairs import split
from shop.exchange.reading import open_table
from shop.exchange.report import Issue, Progress, Report, Severity, Stage, shortened

#: The matrix of a product with more SKUs than that serves nobody; usually a code was filled down by mistake.
MOST_SKUS = 200
_TELL_EVERY = 500


def gather(
    path: Path, report: Report, *, sheet: str | None, encoding: str | None, progress: Progress
) -> tuple[Layout, list[SpuDraft]]:
    """Every product of the file, in the file's order, with what is wrong in the rows told to the report.

    Raises: FileUnreadable.
    """
    with open_table(path, sheet=sheet, encoding=encoding) as table:
        layout = layout_of(table.titles)
        _check_header(layout, report, row=table.header_row, encoding=table.encoding)
        gathering = _Gathering(layout, report)
        for number, values in table.rows:
            report.rows += 1
            gathering.take(number, values)
            if report.rows % _TELL_EVERY == 0:
                progress(Stage.READING, report.rows, None)
    if not report.rows:
        raise FileUnreadable(_("只有表头，没有商品"), row=table.header_row)
    progress(Stage.READING, report.rows, report.rows)
    return layout, list(gathering.drafts.values())


def _check_header(layout: Layout, report: Report, *, row: int, encoding: str) -> None:
    """Tell what the titles leave open. Raises: FileUnreadable."""
    titles = {plain(column.title): column.title for column in COLUMNS}
    for place in layout.unknown:
        near = get_close_matches(plain(layout.titles[place]), titles, n=1, cutoff=0.5)
        message = (
            _("不认识的列，已忽略；是不是“%(near)s”？") % {"near": titles[near[0]]} if near else _("不认识的列，已忽略")
        )
        report.issues.append(Issue(row, layout.titles[place], "", message, Severity.WARNING))
    for place in layout.twice:
        raise FileUnreadable(_("列名重复"), row=row, column=layout.titles[place])
    for number in (*layout.specs, *layout.spec_names, *layout.spec_values):
        if not 1 <= int(number) <= MOST_SPECS:
            raise FileUnreadable(_("规格最多 %(most)s 列") % {"most": MOST_SPECS}, row=row, column=f"规格{number}")
    # One level of the category without the others says nothing.
    needed = (*ALWAYS_NEEDED, *(CATEGORIES if any(column.key in layout.places for column in CATEGORIES) else ()))
    missing = [column.title for column in needed if column.key not in layout.places]
    if missing:
        reason = _("缺少必需的列")
        if not layout.known and encoding:
            reason = _("缺少必需的列；按 %(encoding)s 编码读出的表头认不出，请检查编码") % {"encoding": encoding}
        raise FileUnreadable(reason, row=row, column="、".join(missing))


class _Gathering:
    """The drafts so far."""

    def __init__(self, layout: Layout, report: Report) -> None:
        self.layout = layout
        self.report = report
        self.drafts: dict[str, SpuDraft] = {}
        self._sku_rows: dict[str, tuple[int, SpuDraft]] = {}
        self._spu_columns = _columns(layout, About.SPU)
        self._sku_columns = _columns(layout, About.SKU)

    def take(self, row: int, values: Sequence[Raw]) -> None:
        """Add one row to its product."""
        issues = len(self.report.issues)
        reader = _RowReader(self.layout, self.report, row, values)
        code = reader.value(BY_KEY["code"])
        if code is None:
            if len(self.report.issues) == issues:
                reader.tell("code", None, _("必填"))
            return
        draft = self.drafts.setdefault(code, SpuDraft(code=code, row=row))
        for column in self._spu_columns:
            self._merge(draft, column.key, reader.value(column), reader)
        self._merge(draft, "category", reader.category(), reader)
        self._take_sku(draft, reader)
        draft.is_bad |= len(self.report.issues) > issues

    def _merge(self, draft: SpuDraft, key: str, value: Any, reader: "_RowReader") -> None:
        """What one row says of the product must not contradict another row."""
        if value is None:
            return
        if key not in draft.values:
            draft.values[key], draft.rows[key] = value, reader.row
        elif draft.values[key] != value:
            shown = "/".join(value) if isinstance(value, tuple) else value
            title = "category3" if key == "category" else key
            reader.tell(title, shown, _("与同一商品的第 %(row)s 行不一致") % {"row": draft.rows[key]})

    def _take_sku(self, draft: SpuDraft, reader: "_RowReader") -> None:
        values = {column.key: reader.value(column) for column in self._sku_columns}
        code = values.pop("sku_code")
        given = {key: value for key, value in values.items() if value is not None}
        options = reader.options()
        if code is None:
            # A product may have no SKU yet; a SKU without its code is a mistake.
            if (given or options) and not reader.is_wrong("sku_code"):
                reader.tell("sku_code", None, _("必填"))
            return
        if code in self._sku_rows:
            first_row, first_draft = self._sku_rows[code]
            reader.tell("sku_code", code, _("与第 %(row)s 行重复") % {"row": first_row})
            # Which of the two is meant, nobody knows.
            if first_draft is not draft:
                first_draft.is_bad = True
                twin = _("与第 %(row)s 行重复") % {"row": reader.row}
                self.report.issues.append(Issue(first_row, self.layout.title_of("sku_code"), shortened(code), twin))
            return
        self._sku_rows[code] = (reader.row, draft)
        draft.skus.append(SkuDraft(code=code, row=reader.row, values=given, options=options))
        if len(draft.skus) == MOST_SKUS + 1:
            reader.tell("code", draft.code, _("一个商品最多 %(most)s 个 SKU") % {"most": MOST_SKUS})


def _columns(layout: Layout, about: About) -> list[Column]:
    """The columns that the file has, as far as they are read one by one."""
    apart = {"code", *(column.key for column in CATEGORIES)}
    return [
        column
        for column in COLUMNS
        if column.about is about and column.key not in apart and column.key in layout.places
    ]


class _RowReader:
    """One row, read by column."""

    def __init__(self, layout: Layout, report: Report, row: int, values: Sequence[Raw]) -> None:
        self.layout = layout
        self.report = report
        self.row = row
        self._values = values
        self._wrong: set[str] = set()

    def is_wrong(self, key: str) -> bool:
        """Whether this column of the row was already complained about."""
        return key in self._wrong

    def tell(self, key: str, value: object, message: str, *, title: str | None = None) -> None:
        """Add an issue."""
        self._wrong.add(key)
        shown = "" if value is None else shortened(value)
        self.report.issues.append(Issue(self.row, title or self.layout.title_of(key), shown, message))

    def value(self, column: Column) -> Any:
        """What the cell of this column means, or None where it says nothing (or is wrong)."""
        place = self.layout.places.get(column.key)
        raw = self._raw(place)
        if column.kind is Kind.TEXT and isinstance(raw, str):
            raw += "".join(self._more(column.key))
        return self._understood(raw, column)

    def _more(self, key: str) -> list[str]:
        places = self.layout.more.get(key, {})
        return [str(self._raw(places[number]) or "") for number in sorted(places, key=int)]

    def _raw(self, place: int | None) -> Raw:
        return self._values[place] if place is not None and place < len(self._values) else None

    def _understood(self, raw: Raw, column: Column, *, title: str | None = None) -> Any:
        try:
            return understood(raw, column)
        except CellWrong as wrong:
            self.tell(column.key, raw, wrong.message, title=title)
            return None

    def category(self) -> tuple[str, ...] | None:
        """The path of the category, all three levels or nothing."""
        path = [self.value(column) for column in CATEGORIES]
        if not any(path) or any(self.is_wrong(column.key) for column in CATEGORIES):
            return None
        for column, name in zip(CATEGORIES, path, strict=True):
            if not name:
                self.tell(column.key, None, _("三级分类都要填写"))
                return None
        return tuple(path)

    def options(self) -> dict[str, str] | None:
        """The row's specs in the order of their numbers, or None where none is given."""
        found: dict[str, str] = {}
        numbers = {int(n) for n in (*self.layout.specs, *self.layout.spec_names, *self.layout.spec_values)}
        for number in sorted(numbers):
            pair = self._joined(number) or self._paired(number)
            if pair is None:
                continue
            name, value, title = pair
            if name in found:
                self.tell("spec", name, _("规格名重复"), title=title)
            found[name] = value
        return found or None

    def _joined(self, number: int) -> tuple[str, str, str] | None:
        """A cell ``颜色:黑色``."""
        place = self.layout.specs.get(number)
        raw = self._raw(place)
        if place is None or raw is None:
            return None
        title = self.layout.titles[place]
        text = self._understood(raw, _JOINED, title=title)
        if text is None:
            return None
        name, value = split(text)
        if not name or not value:
            self.tell("spec", text, _("请写成“规格名:规格值”，例如 颜色:黑色"), title=title)
            return None
        return self._checked(name, value, title, title)

    def _paired(self, number: int) -> tuple[str, str, str] | None:
        """Two cells, one for the name and one for the value."""
        name_place, value_place = self.layout.spec_names.get(number), self.layout.spec_values.get(number)
        name_title = self.layout.titles[name_place] if name_place is not None else f"规格名{number}"
        value_title = self.layout.titles[value_place] if value_place is not None else f"规格值{number}"
        name = self._understood(self._raw(name_place), SPEC_NAME, title=name_title)
        value = self._understood(self._raw(value_place), SPEC_VALUE, title=value_title)
        if name is None and value is None:
            return None
        for given, title in ((name, name_title), (value, value_title)):
            if given is None:
                self.tell("spec", None, _("规格名和规格值要一起填写"), title=title)
                return None
        return name, value, value_title

    def _checked(self, name: str, value: str, name_title: str, value_title: str) -> tuple[str, str, str] | None:
        name = self._understood(name, SPEC_NAME, title=name_title)
        value = self._understood(value, SPEC_VALUE, title=value_title)
        return (name, value, value_title) if name and value else None


_JOINED = Column("spec_name", "规格", Kind.LINE, About.SKU, longest=120)
