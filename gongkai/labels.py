"""What stands beside and above a cell in the printed form: its name as a reader of the report knows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from gongkai.pages.tables import find_report_tables
from parsers.forms import Table, load_forms
from parsers.forms.printed import PrintedCell, table_to_printed
from parsers.report import CellKey, Report


@dataclass(frozen=True, slots=True)
class CellLabels:
    """The labels of a cell: of its table, of its row from left to right, of its column from above."""

    table: str
    row: tuple[str, ...]
    column: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A printed cell with the place of its upper left corner."""

    cell: PrintedCell
    row: int
    column: int

    def covers(self, *, row: int | None = None, column: int | None = None) -> bool:
        """Whether it stands in a row, or in a column."""
        in_row = row is None or self.row <= row < self.row + self.cell.rowspan
        return in_row and (column is None or self.column <= column < self.column + self.cell.colspan)


def find_labels(report: Report, key: CellKey) -> CellLabels | None:
    """Return the labels of a cell of a report, None where no printed form has it."""
    for table in find_report_tables(report):
        if table.key == key.table and key in set(table.iter_cells()):
            return _find_in_table(table, key)
    return None


@cache
def label_cell(key: CellKey) -> str:
    """Return the labels of a cell in one line, as the newest form that has it prints them; its dotted name if none has.

    >>> label_cell(CellKey("requests", "granted", "total"))
    '收到和处理政府信息公开申请情况 · 三、本年度办理结果 （一）予以公开 · 总计'
    """
    for form in sorted(load_forms().values(), key=lambda form: form.key, reverse=True):
        for table in form.tables:
            if table.key == key.table and key in set(table.iter_cells()):
                labels = _find_in_table(table, key)
                column = labels.column[-1:] if labels.row else labels.column
                return " · ".join(filter(None, (labels.table, " ".join(labels.row), " ".join(column))))
    return ".".join(key)


def _find_in_table(table: Table, key: CellKey) -> CellLabels:
    placed = list(_place(table))
    own = next(one for one in placed if one.cell.key == key)
    beside = [one for one in placed if one.cell.key is None and one.column < own.column and one.covers(row=own.row)]
    above = sorted(
        (one for one in placed if one.row < own.row and one.covers(column=own.column)), key=lambda one: one.row
    )
    heads: list[_Placed] = []
    for one in reversed(above):
        if one.cell.key is None:
            heads.insert(0, one)
        elif heads:
            break
    row = sorted((one for one in beside if one not in heads), key=lambda one: one.column)
    return CellLabels(table.label, _texts(row), _texts(heads))


def _texts(placed: list[_Placed]) -> tuple[str, ...]:
    return tuple(one.cell.text for one in placed if one.cell.text)


def _place(table: Table) -> Iterator[_Placed]:
    """Yield the printed cells with their places, as a browser finds them from the spans."""
    taken: set[tuple[int, int]] = set()
    for row, line in enumerate(table_to_printed(table, {})):
        column = 0
        for cell in line:
            while (row, column) in taken:
                column += 1
            yield _Placed(cell, row, column)
            taken.update((row + down, column + right) for down in range(cell.rowspan) for right in range(cell.colspan))
