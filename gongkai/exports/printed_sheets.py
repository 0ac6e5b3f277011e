"""The official forms as they are printed, a sheet each: labels over the cells that they span, names for figures."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gongkai.exports.heads import Span, draw_spans
from parsers.forms import Form, Table
from parsers.forms.printed import table_to_printed

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_BETWEEN = 1
"""Empty rows after a table."""


def draw_form(sheet: "Worksheet", form: Form, style: "Format") -> None:
    """Draw the tables of a form one under the other, the name of each over it."""
    draw_spans(sheet, list(iter_form(form)), style)


def iter_form(form: Form) -> Iterator[Span]:
    """Yield the name of every table and what is printed in it; where a figure stands, the cell's name stands."""
    top = 0
    for table in form.tables:
        yield Span(top, 0, top, table.width - 1, table.label)
        yield from _iter_table(table, top + 1)
        top += 1 + len(table.lines) + _BETWEEN


def _iter_table(table: Table, top: int) -> Iterator[Span]:
    taken: set[tuple[int, int]] = set()
    names = {key: f"{key.row}.{key.column}" for key in table.iter_cells()}
    for row, line in enumerate(table_to_printed(table, names), top):
        column = 0
        for cell in line:
            while (row, column) in taken:
                column += 1
            span = Span(row, column, row + cell.rowspan - 1, column + cell.colspan - 1, cell.text)
            taken.update((down, right) for down in range(span.top, span.bottom + 1)
                         for right in range(span.left, span.right + 1))  # fmt: skip
            yield span
