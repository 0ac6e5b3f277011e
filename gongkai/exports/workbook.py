"""Tables as one workbook (XLSX): numbers as numbers, every text as text, nothing as a formula or a link.

The wide tables have the labels of their form over their columns, merged; every form has a sheet as it is printed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from gongkai.exports.dictionary import Table, Value
from gongkai.exports.errors import ExportError
from gongkai.exports.heads import draw_head
from gongkai.exports.printed_sheets import draw_form
from parsers.forms import load_forms

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_576
"""Rows that a sheet of XLSX holds, its head among them."""
BOOK_NAME = "gongkai.xlsx"
_LONGEST = 32_767
"""Characters that a cell of XLSX holds."""
_CUT = "…"
"""Ends a text that was cut to that."""
_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": True}
_NO_XLSX = "XLSX needs a library that is not installed: pip install 'gongkai[export]'"
_ABOUT = (
    ("政府信息公开工作年度报告：表格数据", "Yearly reports on disclosure of government information: their tables"),
    ("columns 说明每一栏，codebook 说明每一格，values 说明取值。", "columns, codebook and values explain the sheets."),
    (
        "宽表以基本单位计；空白不是0；原文从不更改。",
        "Wide tables are in base units; a blank is no 0; what is printed stays.",
    ),
)
_LEFT_OUT = (
    "figures 有 {rows} 行，超出一张工作表的上限，请用 csv 或 parquet 格式。",
    "figures has {rows} rows, more than a sheet holds: export it as csv or parquet.",
)


@dataclass(frozen=True, slots=True)
class BookFacts:
    """What a workbook says of itself: the moment up to which the archive was asked, and how many figures there are."""

    moment: str
    figures: int


class BookTables:
    """Every table as a sheet of one workbook, which keeps one row at a time in memory."""

    def __init__(self, folder: Path, facts: BookFacts) -> None:
        self._facts = facts
        self._book, self._bold = _open_book(folder, facts.moment)
        self._about = self._book.add_worksheet("about")
        self._rows: dict[str, _Sheet] = {}

    def begin(self, table: Table) -> Callable[[Sequence[Value]], None]:
        """Begin a sheet and return what writes its rows; figures that no sheet holds are left out, which is said."""
        if table.name == "figures" and self._facts.figures >= MOST_ROWS:
            return lambda row: None
        sheet = self._book.add_worksheet(table.name)
        self._rows[table.name] = _Sheet(sheet, table.name, draw_head(sheet, table, self._bold))
        return self._rows[table.name].write

    def finish(self) -> None:
        """Draw the forms, say what the book is, and write it."""
        for form in load_forms().values():
            draw_form(self._book.add_worksheet(f"form_{form.key}"), form, self._bold)
        self._write_about()
        self._book.close()

    def drop(self) -> None:
        """Let go of every file; to close the book would first write it."""
        for sheet in self._book.worksheets():
            sheet._opt_close()
        self._book.fileclosed = True

    def _write_about(self) -> None:
        self._about.set_column(0, 1, 60)
        lines = [*_ABOUT, (f"截至 {self._facts.moment}", f"as of {self._facts.moment}")]
        if "figures" not in self._rows:
            lines.append((_LEFT_OUT[0].format(rows=self._facts.figures), _LEFT_OUT[1].format(rows=self._facts.figures)))
        for number, texts in enumerate(lines):
            for column, text in enumerate(texts):
                self._about.write_string(number, column, text)


class _Sheet:
    """A sheet whose rows come after its head."""

    def __init__(self, sheet: "Worksheet", name: str, first: int) -> None:
        self._sheet = sheet
        self._name = name
        self._next = first

    def write(self, row: Sequence[Value]) -> None:
        if self._next >= MOST_ROWS:
            raise ExportError(
                f"{self._name} has more rows than a sheet of XLSX holds; choose fewer reports, or --format csv"
            )
        for column, value in enumerate(row):
            if value is not None:
                _WRITERS[type(value)](self._sheet, self._next, column, value)
        self._next += 1


def _write_text(sheet: "Worksheet", row: int, column: int, value: Value) -> None:
    text = str(value)
    sheet.write_string(row, column, text if len(text) <= _LONGEST else text[: _LONGEST - 1] + _CUT)


def _write_number(sheet: "Worksheet", row: int, column: int, value: Value) -> None:
    sheet.write_number(row, column, value)


def _write_boolean(sheet: "Worksheet", row: int, column: int, value: Value) -> None:
    sheet.write_boolean(row, column, value)


_WRITERS: Mapping[type, Callable[["Worksheet", int, int, Value], None]] = {
    str: _write_text,
    int: _write_number,
    float: _write_number,
    Decimal: _write_number,
    bool: _write_boolean,
}


def _open_book(folder: Path, moment: str) -> "tuple[Workbook, Format]":
    """Return a workbook that says no time but that moment, and what a head is written in."""
    try:
        from xlsxwriter import Workbook  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as problem:
        raise ExportError(_NO_XLSX) from problem
    book = Workbook(str(folder / BOOK_NAME), {**_SAFE, "tmpdir": str(folder)})
    book.set_properties({"title": "gongkai", "created": datetime.fromisoformat(moment)})
    style = {"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter", "align": "center"}
    return book, book.add_format(style)
