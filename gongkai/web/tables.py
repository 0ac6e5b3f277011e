"""The official tables of a report as they are printed, each figure with how it was read and where it can be seen."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gongkai.labels import label_cell
from gongkai.pages.results import find_involved, show_cell
from gongkai.pages.tables import find_report_tables
from gongkai.pages.words import STATUSES
from gongkai.web.words import Language
from parsers.forms import Table
from parsers.forms.printed import PrintedCell, table_to_printed
from parsers.report import Cell, CellKey, CellStatus, Check, Report

Address = Callable[[CellKey], str]
"""Returns where the figure of a cell can be seen on its page."""


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """A cell as it is drawn. `name` is empty for a label; `told` says in words what stands there."""

    text: str
    colspan: int = 1
    rowspan: int = 1
    name: str = ""
    classes: str = ""
    told: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class DrawnTable:
    """A table as it is drawn: `rows` as in HTML, how many cells have which status, and what does not add up."""

    key: str
    section: str
    label: str
    is_many: bool
    is_missing: bool
    rows: tuple[tuple[DrawnCell, ...], ...]
    counts: tuple[tuple[CellStatus, int], ...]
    failed: tuple[Check, ...]


_MANY = 6
"""Columns from which on a table is set in smaller type on a small screen."""


def draw_tables(report: Report, address: Address, language: Language) -> list[DrawnTable]:
    """Return the official tables that a report has cells of, in the order of its form."""
    cells = {cell.key: cell for cell in report.cells}
    return [_draw_table(table, cells, report.checks, address, language) for table in find_report_tables(report)]


def _draw_table(
    table: Table, cells: Mapping[CellKey, Cell], checks: Sequence[Check], address: Address, language: Language
) -> DrawnTable:
    failed = tuple(check for check in checks if check.status == "fail" and check.rule.startswith(f"{table.key}."))
    involved = find_involved(failed, table)
    own = [cells[key] for key in table.iter_cells()]
    rows = tuple(
        tuple(_draw_cell(cell, cells, involved, address, language) for cell in row)
        for row in table_to_printed(table, dict.fromkeys(cells, ""))
    )
    counts = Counter(cell.status for cell in own)
    return DrawnTable(
        table.key,
        table.section,
        table.label,
        is_many=table.width > _MANY,
        is_missing=all(cell.status == "missing" for cell in own),
        rows=rows,
        counts=tuple((status, counts[status]) for status in STATUSES if counts[status]),
        failed=failed,
    )


def _draw_cell(
    printed: PrintedCell,
    cells: Mapping[CellKey, Cell],
    involved: frozenset[CellKey],
    address: Address,
    language: Language,
) -> DrawnCell:
    key = printed.key
    if key is None:
        return DrawnCell(printed.text, printed.colspan, printed.rowspan)
    cell = cells[key]
    sign, chinese, english = STATUSES[cell.status]
    zero, fails = " zero" if cell.value == 0 else "", " fails" if key in involved else ""
    told = f"{label_cell(key)} ({'.'.join(key)}): {chinese if language == 'zh' else english}"
    return DrawnCell(
        f"{sign}{show_cell(cell)}",
        printed.colspan,
        printed.rowspan,
        name=".".join(key),
        classes=f"{cell.status}{zero}{fails}",
        told=f"{told}, {cell.at}" if cell.at else told,
        href=address(key) if cell.status != "missing" else "",
    )
