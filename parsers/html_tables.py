"""A table of a page to a grid, by the table model of the HTML standard: groups of rows, spans, what is not shown."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from parsers.document import Grid, GridCell
from parsers.html_marks import MADE_SPACE
from parsers.options import Options

OBJECT_SIGN = "\ufffc"
"""What stands in a cell that shows a picture, a field or another table, so that it is not taken for a blank."""

_WHOLE_NUMBER = re.compile(r"[ \t\n\r\f]*\+?([0-9]{1,6})")
_SENTENCE_ENDS = ("。", "；", "！", "？")


DrawnCell = tuple[str, int, int]
"""A cell as the page draws it: what it shows, how many columns it spans and how many rows (0: as far as there are)."""


@dataclass(slots=True)
class DrawnRow:
    """A row as the page draws it. `is_flat` marks one without height, as Word ends a table with."""

    cells: list[DrawnCell] = field(default_factory=list)
    is_hidden: bool = False
    is_flat: bool = False

    def is_shown(self) -> bool:
        """Whether a reader sees the row."""
        return not self.is_hidden and not (self.is_flat and not any(text for text, _, _ in self.cells))


@dataclass(slots=True)
class DrawnTable:
    """A table while the page is walked: its groups of rows with their tags, and what its cells hold besides text.

    `captions` are the places of their lines among the blocks of the page, from and to; `hidden` are those of blocks in
    the cell being read that are not shown.
    """

    groups: list[tuple[str, list[DrawnRow]]] = field(default_factory=list)
    captions: list[tuple[int, int]] = field(default_factory=list)
    hidden: list[tuple[int, int]] = field(default_factory=list)
    cells: int = 0
    inner_cells: int = 0
    holds_text: bool = False
    is_group_hidden: bool = False

    def open_group(self, tag: str, *, is_hidden: bool = False) -> None:
        """Begin a group of rows: `thead`, `tbody` or `tfoot`."""
        self.groups.append((tag, []))
        self.is_group_hidden = is_hidden

    def open_row(self, *, is_hidden: bool = False, is_flat: bool = False) -> list[DrawnCell]:
        """Begin a row in the group that is open, and return its cells, of which there is none yet."""
        if not self.groups:
            self.open_group("tbody")
        row = DrawnRow([], is_hidden or self.is_group_hidden, is_flat)
        self.groups[-1][1].append(row)
        return row.cells

    def add_cell(self, cell: DrawnCell) -> None:
        """Put a cell at the end of the row that is open."""
        if not self.groups or not self.groups[-1][1]:
            self.open_row()
        self.groups[-1][1][-1].cells.append(cell)

    def arranges_page(self) -> bool:
        """Whether the table is no table of data: it holds running text, larger tables, or one cell in each row."""
        if self.holds_text or self.inner_cells > self.cells:
            return True
        return all(len(row.cells) < 2 for _, rows in self.groups for row in rows)

    def shown_groups(self) -> list[list[DrawnRow]]:
        """Return the rows that are shown as browsers order them: the first head on top, the first foot at the end.

        Where no row at all is shown, a script unfolds the table, and every row counts.
        """
        first = {tag: number for number, (tag, _) in reversed(list(enumerate(self.groups)))}
        place = {first.get("thead", -1): -1, first.get("tfoot", -1): len(self.groups)}
        order = sorted(range(len(self.groups)), key=lambda number: place.get(number, number))
        every = [self.groups[number][1] for number in order]
        shown = [[row for row in rows if row.is_shown()] for rows in every]
        return shown if any(shown) else every


def read_span(value: str | None, most: int) -> int:
    """Return a span as the HTML standard reads it: 1 where it is no number, cut to `most`.

    >>> [read_span(value, 1000) for value in (None, "", " 3px", "-2", "+2", "0", "70000")]
    [1, 1, 3, 1, 2, 0, 1000]
    """
    if value is None or value == "1":
        return 1
    match = _WHOLE_NUMBER.match(value)
    return min(most, int(match[1])) if match else 1


def draw_cell(text: str, attributes: Mapping[str, str | None], options: Options) -> DrawnCell:
    """Return a cell with the spans that its attributes name."""
    colspan = max(1, read_span(attributes.get("colspan"), options.max_span))
    return text, colspan, read_span(attributes.get("rowspan"), options.max_rowspan)


def join_lines(lines: list[str]) -> str:
    r"""Return the lines of a cell as one text.

    >>> join_lines([" 其他 ", "", "结果\t"])
    '其他 结果'
    """
    if len(lines) == 1:
        return lines[0].strip()
    return " ".join([text for line in lines if (text := line.strip(MADE_SPACE))]).strip()


def is_running_text(lines: list[str], tables: int, options: Options) -> bool:
    """Whether the lines of a cell, and the tables of data beside them, are more than a cell of data has."""
    if sum(map(len, lines)) > options.max_cell_length:
        return True
    if len(lines) <= options.max_cell_sentences:
        return False
    sentences = sum(line.rstrip().endswith(_SENTENCE_ENDS) for line in lines)
    return (
        max(sentences, sum(not line.isspace() for line in lines if line) if tables else 0) > options.max_cell_sentences
    )


def table_to_grid(table: DrawnTable, at: str, path: tuple[int, ...], options: Options) -> tuple[Grid, tuple[str, ...]]:
    """Work out where each cell stands, and say what had to be left out.

    A cell takes the first free place of its row; a span downwards ends with its group of rows.
    """
    rows: list[tuple[GridCell, ...]] = []
    width = 0
    is_cut = False
    for group in table.shown_groups():
        covers = _Covers()
        end = len(rows) + len(group)
        for drawn in group:
            row = _place_row(drawn, len(rows), end, covers, options)
            is_cut = is_cut or len(row) < len(drawn.cells)
            width = max(width, row[-1].column + row[-1].colspan if row else 0, len(covers.reach))
            rows.append(row)
    cut = f"{at}: a row is wider than {options.max_columns} columns; its further cells were not read"
    return Grid(tuple(rows), width, at, path), (cut,) if is_cut else ()


@dataclass(slots=True)
class _Covers:
    """What cells from above cover: for each column the row behind their last, and the column behind the cell.

    `runs` remembers, by their first column, covered columns side by side: up to which row they are, and where they end.
    """

    reach: list[tuple[int, int]] = field(default_factory=list)
    runs: dict[int, tuple[int, int]] = field(default_factory=dict)

    def next_free(self, column: int, row: int) -> int:
        """Return the first column, from one on, into which no cell from above reaches."""
        first, lowest = column, 0
        while column < len(self.reach) and self.reach[column][0] > row:
            run = self.runs.get(column)
            until, column = run if run and run[0] > row else self.reach[column]
            lowest = min(lowest or until, until)
        if lowest:
            self.runs[first] = (lowest, column)
        return column

    def add(self, start: int, end: int, until: int) -> None:
        """Note that a cell reaches down to a row; where cells overlap, the one that reaches further stays."""
        self.reach.extend([(0, 0)] * (end - len(self.reach)))
        for column in range(start, end):
            if self.reach[column][0] < until:
                self.reach[column] = (until, end)


def _place_row(drawn: DrawnRow, number: int, end: int, covers: _Covers, options: Options) -> tuple[GridCell, ...]:
    """Return the cells of a row in their places; `end` is the row behind the group's last."""
    row: list[GridCell] = []
    column = 0
    for text, colspan, rowspan in drawn.cells:
        if column < len(covers.reach):
            column = covers.next_free(column, number)
        after = column + colspan
        if after > options.max_columns:
            break
        rows = 1 if rowspan == 1 else min(rowspan or end, end - number)
        if rows > 1:
            covers.add(column, after, number + rows)
        row.append(GridCell(text, number, column, rows, colspan))
        column = after
    return tuple(row)
