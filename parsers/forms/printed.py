"""A form as it is printed: the grid that a web page, a demo site, an export or a test draws."""

from collections.abc import Mapping
from dataclasses import dataclass

from parsers.forms.form import Table
from parsers.report import CellKey


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """One cell of the printed grid; `key` is None for a label."""

    text: str
    colspan: int
    rowspan: int
    key: CellKey | None


def table_to_printed(table: Table, figures: Mapping[CellKey, str]) -> tuple[tuple[PrintedCell, ...], ...]:
    """Return the printed lines of a table with `figures` in their places; a cell without one stays empty.

    A place that a label from above still covers is not repeated, as in HTML.
    """
    return tuple(
        tuple(PrintedCell(label.text, label.colspan, label.rowspan, None) for label in line.labels)
        + tuple(
            PrintedCell(figures.get(key, ""), span, 1, key) for key, span in zip(line.cells, line.spans, strict=True)
        )
        for line in table.lines
    )
