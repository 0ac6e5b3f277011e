"""Every way that a printed table is flattened to lines of text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from random import Random

from parsers.forms import Table
from parsers.forms.printed import PrintedCell, table_to_printed
from tests.parsers.fillings import MIXED, Filled
from tests.parsers.made import form_of

Row = tuple[PrintedCell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A printed table: its key, its width in columns, and its rows; a place that a span covers is not repeated."""

    key: str
    width: int
    rows: tuple[Row, ...]


def grids_of(form: str, filled: Filled) -> tuple[Grid, ...]:
    """Draw the tables of a form, or of a mixture of two."""
    if form not in MIXED:
        return tuple(_grid(table, filled) for table in form_of(form).tables)
    old, new = (tuple(_grid(table, filled) for table in form_of(key).tables) for key in ("2019", "2021"))
    if form == "mixed_undivided":
        return new[0], old[1], new[2]
    return replace(new[0], rows=old[0].rows[:4] + new[0].rows[4:]), new[1], new[2]


def _grid(table: Table, filled: Filled) -> Grid:
    return Grid(table.key, table.width, table_to_printed(table, filled))


def to_places(grid: Grid) -> list[list[tuple[PrintedCell, str]]]:
    """Return each place of the grid with the cell that covers it, and whether it is its `first`, `right` or `below`."""
    hanging: dict[int, tuple[PrintedCell, int, int]] = {}
    places = []
    for row in grid.rows:
        line: list[tuple[PrintedCell, str]] = []
        cells = iter(row)
        following = {}
        while len(line) < grid.width:
            at = len(line)
            if at in hanging:
                cell, span, left = hanging[at]
                line += [(cell, "below")] * span
                if left > 1:
                    following[at] = (cell, span, left - 1)
                continue
            cell = next(cells, PrintedCell("", 1, 1, None))
            line += [(cell, "first")] + [(cell, "right")] * (cell.colspan - 1)
            if cell.rowspan > 1:
                following[at] = (cell, cell.colspan, cell.rowspan - 1)
        hanging = following
        places.append(line)
    return places


def texts(row: Row) -> list[str]:
    """Return the texts of a row."""
    return [cell.text for cell in row]


def in_line(row: Row) -> list[str]:
    """Return the texts of a row, each on one line."""
    return [cell.text.replace("\n", "") for cell in row]


def cell_lines(grid: Grid, _rng: Random) -> list[str]:
    """Write a cell a line; an empty cell leaves nothing."""
    return [text for row in grid.rows for text in texts(row) if text]


def cell_lines_apart(grid: Grid, _rng: Random) -> list[str]:
    """Write a cell a line, an empty line after each; an empty cell leaves nothing."""
    return [line for row in grid.rows for text in texts(row) if text for line in (text, "")]


def row_groups(grid: Grid, _rng: Random) -> list[str]:
    """Write a cell a line, an empty line after each row; an empty cell leaves nothing."""
    return [line for row in grid.rows for line in (*filter(None, texts(row)), "")]


def blanks_as_lines(grid: Grid, _rng: Random) -> list[str]:
    """Write a cell a line; an empty cell is an empty line."""
    return [text for row in grid.rows for text in texts(row)]


def word_text(grid: Grid, _rng: Random) -> list[str]:
    """Write a cell a line led by a tab, one for each place that a cell from above covers, an empty line after a row."""
    lines = []
    for places in to_places(grid):
        lines += ["\t" + ("" if how == "below" else cell.text) for cell, how in _once(places) if how != "right"]
        lines.append("")
    return lines


def _once(places: list[tuple[PrintedCell, str]]) -> list[tuple[PrintedCell, str]]:
    """Return places without the further columns of a cell from above."""
    return [next(group) for _, group in groupby(places, key=lambda place: (id(place[0]), place[1]))]


def tab_led(grid: Grid, _rng: Random) -> list[str]:
    """Write a cell a line led by a tab, an empty line after each row."""
    return [line for row in grid.rows for line in (*("\t" + text for text in texts(row)), "")]


def tab_rows(grid: Grid, _rng: Random) -> list[str]:
    """Write a row a line, a tab between its cells."""
    return ["\t".join(in_line(row)) for row in grid.rows]


def tab_grid(grid: Grid, _rng: Random) -> list[str]:
    """Write a row a line, a tab between all places of the grid, the covered ones empty."""
    return [
        "\t".join(cell.text.replace("\n", "") if how == "first" else "" for cell, how in line)
        for line in to_places(grid)
    ]


@dataclass(frozen=True, slots=True)
class Pipes:
    """How rows of pipes are written."""

    lead: str = ""
    between: str = " | "
    tail: str = " |"
    right: str = "none"  # places that a cell covers to its right: none, headings, all, empty (of the grid) or repeated
    below: str = "none"  # places that a cell from above covers: none, empty or repeated
    rule: bool = False  # a row of dashes after the first
    alone: str = ""  # a line of a lone pipe: "", before, after or both
    groups: bool = False  # one small table a group of rows

    def __call__(self, grid: Grid, rng: Random) -> list[str]:
        """Write a row a line."""
        pads = rng.choice([2, 3, 4, 8, 9])
        lines: list[str] = []
        for number, places in enumerate(to_places(grid)):
            starts = number == 0 or (self.groups and places[0][1] == "first" and places[0][0].rowspan > 1)
            if self.groups and starts and number:
                lines.append("")
            lines += ["|"] * (self.alone in {"before", "both"})
            lines.append(self._row(places, pads))
            lines += ["|"] * (self.alone in {"after", "both"})
            if self.rule and starts:
                lines.append("|" + "---|" * grid.width)
        return lines

    def _row(self, places: list[tuple[PrintedCell, str]], pads: int) -> str:
        is_heading = all(cell is places[0][0] for cell, _ in places)
        cells = []
        for cell, how in places:
            way = {"first": "repeated", "right": self.right, "below": self.below}[how]
            if way == "repeated":
                cells.append(cell.text.replace("\n", " "))
            elif way in {"empty", "all"}:
                cells.append("")
        tail = self.tail + ("|" * pads if is_heading and self.right in {"headings", "all"} else "")
        if is_heading and self.right in {"headings", "all"}:
            cells = cells[:1]
        return self.lead + self.between.join(cells) + tail


@dataclass(frozen=True, slots=True)
class Broken:
    """Rows of pipes with a page's end inside the requests; the table then begins anew under a `head` of its own."""

    head: tuple[str, ...] = ()  # the words over the columns behind the break; none: those of the form once more

    def __call__(self, grid: Grid, rng: Random) -> list[str]:
        """Write a row a line."""
        lines = [f"| {' | '.join(in_line(row))} |" for row in grid.rows]
        heads = [line for line, row in zip(lines, grid.rows, strict=True) if not any(cell.key for cell in row)]
        if grid.key != "requests":
            return lines
        at = rng.randrange(len(heads) + 1, len(lines))
        if self.head:
            heads = [f"| {' | '.join(self.head)} |", "|---" * len(self.head) + "|"]
        return [*lines[:at], "", f"- {rng.randint(2, 6)} -", "", *heads, *lines[at:]]


def trailing_pipes(grid: Grid, _rng: Random) -> list[str]:
    """Write a cell a line, each ending with a pipe."""
    return [f"{text} |".lstrip() for row in grid.rows for text in texts(row)]


def trailing_pipes_padded(grid: Grid, rng: Random) -> list[str]:
    """Write a cell a line, each ending with a pipe, and lone pipes behind a heading."""
    pads = "|" * rng.choice([2, 3, 4, 8, 9])
    lines = []
    for row in grid.rows:
        lines += [f"{text} |".lstrip() for text in texts(row)]
        lines += [pads] * (len(row) == 1)
    return lines


def lone_pipes(grid: Grid, _rng: Random) -> list[str]:
    """Write a cell a line and a pipe on the next; an empty cell leaves only its pipe."""
    return [line for row in grid.rows for text in texts(row) for line in ((text, "|") if text else ("|",))]


def lone_pipes_before_rows(grid: Grid, _rng: Random) -> list[str]:
    """Write a cell a line, each ending with a pipe, and a lone pipe before each row."""
    return [line for row in grid.rows for line in ("|", *(f"{text} |".lstrip() for text in texts(row)))]


def lone_pipes_after_rows(grid: Grid, _rng: Random) -> list[str]:
    """Write a cell a line, each ending with a pipe, and a lone pipe after each row."""
    return [line for row in grid.rows for line in (*(f"{text} |".lstrip() for text in texts(row)), "|")]


def spaced_rows(grid: Grid, _rng: Random) -> list[str]:
    """Write a row a line, three spaces between its cells; an empty cell leaves nothing."""
    return ["   ".join(filter(None, in_line(row))) for row in grid.rows]


def single_spaces(grid: Grid, _rng: Random) -> list[str]:
    """Write a row a line, one space between its cells; an empty cell leaves nothing."""
    return [" ".join(filter(None, in_line(row))) for row in grid.rows]


def each_line_once(grid: Grid, _rng: Random) -> list[str]:
    """Write a cell a line, and none that stands already."""
    return list(dict.fromkeys(text for row in grid.rows for text in texts(row) if text))


Flattening = Callable[[Grid, Random], list[str]]
LONE_PIPES: Mapping[str, Flattening] = {
    "trailing_pipes": trailing_pipes,
    "trailing_pipes_padded": trailing_pipes_padded,
    "lone_pipes": lone_pipes,
}
WHOLE: Mapping[str, Flattening] = {
    "tab_led": tab_led,
    "word_text": word_text,
    "tab_rows": tab_rows,
    "tab_grid": tab_grid,
    "blanks_as_lines": blanks_as_lines,
    "pipe_rows": Pipes(),
    "pipe_rows_led": Pipes(lead="| "),
    "pipe_rows_tight": Pipes(between="|", tail="|"),
    "pipe_rows_padded": Pipes(right="headings"),
    "pipe_rows_labels_padded": Pipes(right="empty"),
    "pipe_rows_all_padded": Pipes(right="all", below="empty"),
    "pipe_rows_grid": Pipes(lead="| ", right="empty", below="empty"),
    "pipe_rows_repeated": Pipes(lead="| ", right="repeated", below="repeated"),
    "pipe_rows_lone_before": Pipes(right="headings", alone="before"),
    "pipe_rows_lone_after": Pipes(right="headings", alone="after"),
    "markdown": Pipes(lead="| ", right="empty", below="empty", rule=True),
    "markdown_repeated": Pipes(lead="| ", right="repeated", below="repeated", rule=True),
    "markdown_groups": Pipes(lead="| ", right="empty", below="repeated", rule=True, groups=True),
    "pipe_rows_broken": Broken(),
    **LONE_PIPES,
}
LOSING_BLANKS: Mapping[str, Flattening] = {  # or leaving of them what may be something else
    "lone_pipes_before_rows": lone_pipes_before_rows,
    "lone_pipes_after_rows": lone_pipes_after_rows,
    "pipe_rows_open": Pipes(tail=""),
    "cell_lines": cell_lines,
    "cell_lines_apart": cell_lines_apart,
    "row_groups": row_groups,
    "spaced_rows": spaced_rows,
    "single_spaces": single_spaces,
}
INVENTED = ("事项", "本年新收件数", "上年结转件数", "其他件数", "合计", "备注", "说明", "总数")
LOSING: Mapping[str, Flattening] = {"each_line_once": each_line_once, "pipe_rows_invented": Broken(INVENTED)}
