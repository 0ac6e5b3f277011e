"""The heads of sheets: the names of columns, and over those of a wide table the labels of its form, merged."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import ceil
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import east_asian_width

from gongkai.exports.cells import list_form_cells
from gongkai.exports.dictionary import Table

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


class Span(NamedTuple):
    """A text over the cells of a sheet from one corner to the other, both included and counted from 0."""

    top: int
    left: int
    bottom: int
    right: int
    text: str


def draw_head(sheet: "Worksheet", table: Table, style: "Format") -> int:
    """Draw the head of a table, let it stay in sight, and return the row under it; the last of it has the names."""
    labels = list(iter_labels(table))
    names = 1 + max((span.bottom for span in labels), default=-1)
    spans = [*labels, *(Span(names, at, names, at, column.name) for at, column in enumerate(table.columns))]
    draw_spans(sheet, spans, style)
    sheet.freeze_panes(names + 1, min(_STAYING, len(table.columns)) if table.form else 0)
    return names + 1


_STAYING = 2
"""Columns of a wide table that stay in sight: its report and version."""


def draw_spans(sheet: "Worksheet", spans: Sequence[Span], style: "Format") -> None:
    """Write texts over their cells and merge those; a row is written before the next, for a sheet keeps but one."""
    places = {(row, column): "" for span in spans for row in range(span.top, span.bottom + 1)
              for column in range(span.left, span.right + 1)}  # fmt: skip
    places |= {(span.top, span.left): span.text for span in spans}
    _fit(sheet, spans)
    for (row, column), text in sorted(places.items()):
        if text:
            sheet.write_string(row, column, text, style)
        else:
            sheet.write_blank(row, column, None, style)
    sheet.merge.extend(
        list(span[:4]) for span in spans if (span.top, span.left) != (span.bottom, span.right)
    )  # `merge_range` would write below, and a row that is left cannot be written to any more


def _fit(sheet: "Worksheet", spans: Sequence[Span]) -> None:
    """Make columns and rows as large as their texts need: no program does that by itself where cells are merged."""
    sheet.set_column(0, max(span.right for span in spans), _WIDTH)
    lines: dict[int, int] = {}
    for span in spans:
        rows, columns = span.bottom - span.top + 1, span.right - span.left + 1
        needed = ceil(_measure(span.text) / (_WIDTH * columns - 1) / rows)
        lines.update((row, max(needed, lines.get(row, 1))) for row in range(span.top, span.bottom + 1))
    for row, count in lines.items():
        sheet.set_row(row, count * _LINE)


def _measure(text: str) -> int:
    """Return how many digits wide a text is."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


_WIDTH = 20
"""Width of a column, in digits."""
_LINE = 15
"""Height of a line of text, in points."""


def iter_labels(table: Table) -> Iterator[Span]:
    """Yield the labels over the columns of a wide table, nothing for another: those of a form as it nests them."""
    if table.form is None:
        return
    cells = list_form_cells(table.form)
    first = len(table.columns) - len(cells)
    own = max(cell.own for cell in cells)
    depth = own + max(len(cell.path) - cell.own for cell in cells)
    for at, column in enumerate(table.columns[:first]):
        yield Span(0, at, depth - 1, at, column.zh)
    paths = [_pad(cell.path[: cell.own], own) + _pad(cell.path[cell.own :], depth - own) for cell in cells]
    yield from _iter_nested(paths, first, 0)


def _pad(path: Sequence[str], length: int) -> tuple[str | None, ...]:
    """Return labels with as many None after them as are wanting."""
    return (*path, *(None for _ in range(length - len(path))))


def _iter_nested(paths: Sequence[tuple[str | None, ...]], left: int, level: int) -> Iterator[Span]:
    """Yield the labels of a level and of those under it: one over all its neighbours of the same name."""
    if level == len(paths[0]):
        return
    at = left
    for label, group in groupby(paths, key=lambda path: path[level]):
        inside = list(group)
        if label is not None:
            empty = min(_count_empty(path, level + 1) for path in inside)
            yield Span(level, at, level + empty, at + len(inside) - 1, label)
        yield from _iter_nested(inside, at, level + 1)
        at += len(inside)


def _count_empty(path: Sequence[str | None], start: int) -> int:
    """Return how many places from one on are empty, up to the next label."""
    return next((number for number, label in enumerate(path[start:]) if label is not None), len(path) - start)
