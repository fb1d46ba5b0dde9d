"""The manual and the shipped template say what the code does."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from shop.exchange import write_template
from shop.exchange.columns import ALWAYS_NEEDED, COLUMNS, NEEDED_FOR_NEW

DOCS = Path(__file__).resolve().parents[3] / "docs"
MANUAL = (DOCS / "catalog-import.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.key)
def test_every_column_is_in_the_manual_by_both_names(column):
    lines = [line for line in MANUAL.splitlines() if line.startswith("|") and column.title in line]

    assert any(f"`{column.key}`" in line for line in lines)
    needed = {True: "●", False: "○"}
    if column in (*ALWAYS_NEEDED, *NEEDED_FOR_NEW):
        assert any(needed[column in ALWAYS_NEEDED] in line for line in lines)


def test_the_shipped_template_is_the_one_that_the_command_writes(tmp_path):
    write_template(tmp_path / "template.xlsx")

    shipped, written = (
        [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in load_workbook(path)]
        for path in (DOCS / "catalog-import-template.xlsx", tmp_path / "template.xlsx")
    )
    assert shipped == written
