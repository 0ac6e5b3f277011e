"""Frames with their words, and the halves of a table that a page's end cut in two joined again."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from parsers.carriers.pdf_frames import Frame
from parsers.carriers.pdf_read import NO_LETTER, Glyph
from parsers.carriers.pdf_words import glyphs_to_lines, is_wide, lines_to_cell
from parsers.document import Grid, GridCell
from parsers.options import Options

_NUMBERED = re.compile(r"\s*[(（]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）、.．,，]")
_OPEN, _CLOSED = re.compile(r"[（(]"), re.compile(r"[）)]")


class PdfCell(NamedTuple):
    """A cell of a ruled table; `is_full`: its last line leaves no room, so that more may follow on the next page."""

    text: str
    row: int
    column: int
    rowspan: int
    colspan: int
    is_full: bool

    @property
    def end(self) -> int:
        """Return the row below it."""
        return self.row + self.rowspan


@dataclass(frozen=True, slots=True)
class PdfTable:
    """A ruled table; `xs` are the borders of its columns, `number` counts the tables of the page where it begins."""

    page: int
    number: int
    xs: tuple[float, ...]
    top: float
    height: int
    cells: tuple[PdfCell, ...]

    def begin_in(self, row: int) -> list[PdfCell]:
        """Return the cells that begin in a row."""
        return [cell for cell in self.cells if cell.row == row]


class _Pair(NamedTuple):
    """What stands above and below the page's end in the same columns."""

    upper: PdfCell
    lower: PdfCell


def fill_frame(frame: Frame, glyphs: Sequence[Glyph], page: int, options: Options) -> PdfTable:
    """Put characters into the cells in which they stand.

    A figure that runs over the line between two cells spoils both: nobody can say how much of it belongs where.
    """
    owners = [frame.find_area((glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2) for glyph in glyphs]
    held: list[list[Glyph]] = [[] for _ in frame.areas]
    for glyph, owner in zip(glyphs, owners, strict=True):
        if owner is not None:
            held[owner].append(glyph)
    torn = _find_torn(glyphs, owners, options)
    cells = []
    for number, (area, inside) in enumerate(zip(frame.areas, held, strict=True)):
        width = frame.xs[area.column + area.colspan] - frame.xs[area.column]
        text, is_full = lines_to_cell(glyphs_to_lines(inside, options), width, options)
        cells.append(PdfCell(text + NO_LETTER if number in torn else text, *area, is_full))
    return PdfTable(page, 0, frame.xs, frame.ys[0], len(frame.ys) - 1, tuple(cells))


def _find_torn(glyphs: Sequence[Glyph], owners: Sequence[int | None], options: Options) -> set[int | None]:
    """Return the areas between which digits stand so close that they are of one figure."""
    digits = sorted((glyph.x0, number) for number, glyph in enumerate(glyphs) if glyph.text.isdigit())
    torn: set[int | None] = set()
    ends: dict[int, tuple[float, int | None]] = {}  # by height: where the digit before ended, and in which area
    for x0, number in digits:
        glyph = glyphs[number]
        level = round(glyph.bottom)
        end, owner = ends.get(level, (-math.inf, None))
        if owner != owners[number] and x0 - end < options.pdf_torn_gap * (glyph.bottom - glyph.top):
            torn.update((owner, owners[number]))
        ends[level] = glyph.x1, owners[number]
    return torn


def table_to_grid(table: PdfTable) -> Grid:
    """Return the table without rows and columns in which no cell begins."""
    rows = {row: number for number, row in enumerate(sorted({cell.row for cell in table.cells}))}
    columns = {column: number for number, column in enumerate(sorted({cell.column for cell in table.cells}))}
    laid: list[list[GridCell]] = [[] for _ in rows]
    for cell in sorted(table.cells, key=lambda cell: cell.column):
        rowspan = sum(1 for row in range(cell.row, cell.end) if row in rows)
        colspan = sum(1 for column in range(cell.column, cell.column + cell.colspan) if column in columns)
        laid[rows[cell.row]].append(GridCell(cell.text, rows[cell.row], columns[cell.column], rowspan, colspan))
    return Grid(tuple(map(tuple, laid)), len(columns), f"page {table.page} table {table.number}")


def join_tables(upper: PdfTable, lower: PdfTable, options: Options) -> PdfTable | None:
    """Return one table of the last on a page and the first on the next; None if their columns differ."""
    xs = _common_borders(upper.xs, lower.xs, options)
    if xs is None:
        return None
    upper, lower = _onto_borders(upper, xs), _without_heads(upper, _onto_borders(lower, xs))
    above = {(cell.column, cell.colspan): cell for cell in upper.cells if cell.end == upper.height}
    top = sorted(lower.begin_in(0), key=lambda cell: cell.column)
    pairs = [_Pair(above[place], cell) for cell in top if (place := (cell.column, cell.colspan)) in above]
    is_cut = len(pairs) == len(top) == len(above) and _is_cut_row(pairs)
    joined = {pair.upper: pair.lower for pair in pairs if is_cut or _is_cut_group(pair)}
    offset = upper.height - is_cut
    cells = [_join_cells(cell, joined[cell], is_cut) if cell in joined else cell for cell in upper.cells]
    cells += [cell._replace(row=cell.row + offset) for cell in lower.cells if cell not in joined.values()]
    return replace(upper, height=offset + lower.height, cells=tuple(cells))


def _common_borders(upper: Sequence[float], lower: Sequence[float], options: Options) -> tuple[float, ...] | None:
    """Return the borders of the half that has more of them, if all of the other's are among them."""
    many, few = (upper, lower) if len(upper) >= len(lower) else (lower, upper)
    near = options.pdf_rule_gap
    outer = abs(many[0] - few[0]) <= near and abs(many[-1] - few[-1]) <= near
    inner = all(any(abs(place - other) <= near for other in many) for place in few)
    return tuple(many) if outer and inner else None


def _onto_borders(table: PdfTable, xs: tuple[float, ...]) -> PdfTable:
    """Count columns by other borders, of which the table's own are some."""
    numbers = [min(range(len(xs)), key=lambda number: abs(xs[number] - place)) for place in table.xs]
    cells = tuple(
        cell._replace(column=numbers[cell.column], colspan=numbers[cell.column + cell.colspan] - numbers[cell.column])
        for cell in table.cells
    )
    return replace(table, xs=xs, cells=cells)


def _without_heads(upper: PdfTable, lower: PdfTable) -> PdfTable:
    """Leave out the rows at the top that only print the table's head again."""
    heads = 0
    for row in range(min(upper.height, lower.height - 1)):
        ours, theirs = upper.begin_in(row), lower.begin_in(row)
        if [cell[:5] for cell in ours] != [cell[:5] for cell in theirs] or not any(cell.text for cell in ours):
            break
        if any(cell.text and not any(map(is_wide, cell.text)) for cell in ours):
            break
        if all(cell.end <= row + 1 for cell in lower.cells if cell.row <= row):
            heads = row + 1
    cells = tuple(cell._replace(row=cell.row - heads) for cell in lower.cells if cell.row >= heads)
    return replace(lower, height=lower.height - heads, cells=cells)


def _is_cut_group(pair: _Pair) -> bool:
    """Whether a cell beside several rows goes on: its words stand in one half, or were wrapped at the page's end.

    The label of a group is never empty, but often printed in the middle of all its rows.
    """
    if pair.upper.rowspan == pair.lower.rowspan == 1:
        return False
    if not pair.upper.text or not pair.lower.text:
        return all(not cell.text or _is_label(cell) for cell in pair)
    return _goes_on(pair)


def _is_cut_row(pairs: Sequence[_Pair]) -> bool:
    """Whether the last row above and the first below are halves of one.

    Either its label goes on below and the figures stand all above or all below; or the label stands above alone and
    the figures below alone; or one half is empty and the other is a row with its label.
    """
    own = [pair for pair in pairs if pair.upper.rowspan == pair.lower.rowspan == 1]
    both = [pair for pair in own if pair.upper.text and pair.lower.text]
    above = [pair.upper for pair in own if pair.upper.text and not pair.lower.text]
    below = [pair.lower for pair in own if pair.lower.text and not pair.upper.text]
    if both:
        return (all(map(_goes_on, both)) and not (above and below)) or _is_cut_figures(own)
    if not above:
        return len(own) > 1 and _is_label(own[0].lower)
    if not below:
        return _is_label(above[0]) and not all(map(_is_label, above))
    ordered = max(cell.column for cell in above) < min(cell.column for cell in below)
    return ordered and all(map(_is_label, above)) and not any(map(_is_label, below))


def _is_cut_figures(pairs: Sequence[_Pair]) -> bool:
    """Whether figures may have been wrapped at the page's end: full cells in a row without any label.

    Joined with a blank between they are read as no figures at all, which is better than as half of them.
    """
    texts = [cell for pair in pairs for cell in pair if cell.text]
    return not any(map(_is_label, texts)) and any(pair.upper.is_full and pair.lower.text for pair in pairs)


def _goes_on(pair: _Pair) -> bool:
    """Whether a label was wrapped at the page's end: it has a number and the rest none, or its bracket is open."""
    if not (pair.upper.is_full and _is_label(pair.upper) and _is_label(pair.lower)):
        return False
    if _NUMBERED.match(pair.lower.text):
        return False
    return bool(_NUMBERED.match(pair.upper.text)) or len(_OPEN.findall(pair.upper.text)) > len(
        _CLOSED.findall(pair.upper.text)
    )


def _is_label(cell: PdfCell) -> bool:
    return any(map(is_wide, cell.text))


def _join_cells(upper: PdfCell, lower: PdfCell, is_cut: bool) -> PdfCell:  # noqa: FBT001 - a private helper
    between = " " if upper.text and lower.text and not (_is_label(upper) or _is_label(lower)) else ""
    return upper._replace(
        text=upper.text + between + lower.text, rowspan=upper.rowspan + lower.rowspan - is_cut, is_full=lower.is_full
    )
