"""A table with spans, drawn with box characters; Chinese characters take two columns of a terminal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

_LEAST_WIDTH = 4  # two Chinese characters
_CORNERS = {  # which of up, down, left, right a line leaves a point by
    "": " ", "u": "│", "d": "│", "l": "─", "r": "─", "ud": "│", "lr": "─",
    "dr": "┌", "dl": "┐", "ur": "└", "ul": "┘",
    "udr": "├", "udl": "┤", "dlr": "┬", "ulr": "┴", "udlr": "┼",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """One cell of a grid: its text, how it looks, whether it is a figure, and how far it spans."""

    text: str
    style: str = ""
    is_figure: bool = False
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True, slots=True)
class _Placed:
    cell: DrawnCell
    row: int
    column: int


def draw_grid(rows: Sequence[Sequence[DrawnCell]], columns: int, width: int) -> list[Text]:
    """Return the lines of a table at most `width` wide, as far as its columns can shrink to two characters each.

    A row holds the cells that begin in it; places that a cell from above covers are left out, as in HTML.

    >>> for line in draw_grid([[DrawnCell("规章"), DrawnCell("0", is_figure=True)]], 2, 40):
    ...     print(line.plain)
    ┌────┬────┐
    │规章│   0│
    └────┴────┘
    """
    placed = list(_place(rows, columns))
    widths = _fit_widths(placed, columns, width)
    heights = _fit_heights(placed, widths, len(rows))
    canvas = _Canvas(sum(widths) + columns + 1, sum(heights) + len(rows) + 1)
    for each in placed:
        left, top = _edge(widths, each.column), _edge(heights, each.row)
        right, bottom = _edge(widths, each.column + each.cell.colspan), _edge(heights, each.row + each.cell.rowspan)
        canvas.frame(left, top, right, bottom)
        canvas.write(each.cell, left, top, right, bottom)
    return canvas.lines()


def _place(rows: Sequence[Sequence[DrawnCell]], columns: int) -> Iterator[_Placed]:
    taken: set[tuple[int, int]] = set()
    for row, cells in enumerate(rows):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            yield _Placed(cell, row, column)
            taken.update((row + down, column + right) for down in range(cell.rowspan) for right in range(cell.colspan))
            column += cell.colspan
    if any(column >= columns for _, column in taken):
        raise ValueError(f"a row is wider than {columns} columns")


def _fit_widths(placed: Sequence[_Placed], columns: int, width: int) -> list[int]:
    """Give each column what its cells ask for, then take from the widest until the table fits."""
    widths = [_LEAST_WIDTH] * columns
    for each in placed:
        if each.cell.colspan == 1:
            widths[each.column] = max(widths[each.column], cell_len(each.cell.text))
    least = [_LEAST_WIDTH] * columns
    for each in placed:
        if each.cell.colspan == 1 and each.cell.is_figure:
            least[each.column] = max(least[each.column], cell_len(each.cell.text))
    while sum(widths) + columns + 1 > width and any(have > need for have, need in zip(widths, least, strict=True)):
        widest = max(range(columns), key=lambda column: (widths[column] > least[column], widths[column]))
        widths[widest] -= 1
    return widths


def _fit_heights(placed: Sequence[_Placed], widths: Sequence[int], rows: int) -> list[int]:
    """Give each row the lines that its cells need; what a tall cell lacks goes to the last row that it spans."""
    heights = [1] * rows
    for each in sorted(placed, key=lambda one: one.cell.rowspan):
        last = each.row + each.cell.rowspan
        room = sum(heights[each.row : last]) + each.cell.rowspan - 1
        needed = len(_wrap(each.cell.text, _inner_width(each, widths)))
        heights[last - 1] += max(0, needed - room)
    return heights


def _inner_width(placed: _Placed, widths: Sequence[int]) -> int:
    spanned = widths[placed.column : placed.column + placed.cell.colspan]
    return sum(spanned) + len(spanned) - 1


def _edge(sizes: Sequence[int], number: int) -> int:
    return sum(sizes[:number]) + number


def _wrap(text: str, width: int) -> list[str]:
    """Break a text into pieces that fit, between any two characters, as Chinese is broken."""
    lines, length = [""], 0
    for character in text:
        size = cell_len(character)
        if length + size > width and lines[-1]:
            lines.append("")
            length = 0
        lines[-1] += character
        length += size
    return lines


class _Canvas:
    """A field of character places; a wide character leaves the place behind it empty."""

    def __init__(self, width: int, height: int) -> None:
        self._characters = [[" "] * width for _ in range(height)]
        self._styles = [[""] * width for _ in range(height)]
        self._ways: list[list[set[str]]] = [[set() for _ in range(width)] for _ in range(height)]

    def frame(self, left: int, top: int, right: int, bottom: int) -> None:
        """Draw the outline of a cell."""
        for y in (top, bottom):
            for x in range(left, right):
                self._ways[y][x].add("r")
                self._ways[y][x + 1].add("l")
        for x in (left, right):
            for y in range(top, bottom):
                self._ways[y][x].add("d")
                self._ways[y + 1][x].add("u")

    def write(self, cell: DrawnCell, left: int, top: int, right: int, bottom: int) -> None:
        """Write a cell's text: figures to the right, labels to the left, both in the middle of the height."""
        room = right - left - 1
        lines = _wrap(cell.text, room)
        y = top + 1 + (bottom - top - 1 - len(lines)) // 2
        for line in lines:
            x = left + 1 + (room - cell_len(line) if cell.is_figure else 0)
            for character in line:
                self._characters[y][x], self._styles[y][x] = character, cell.style
                for behind in range(1, cell_len(character)):
                    self._characters[y][x + behind] = ""
                x += cell_len(character) or 1
            y += 1

    def lines(self) -> list[Text]:
        """Return what was drawn, line by line."""
        return [self._line(y) for y in range(len(self._characters))]

    def _line(self, y: int) -> Text:
        line = Text(no_wrap=True)
        for x, character in enumerate(self._characters[y]):
            ways = "".join(way for way in "udlr" if way in self._ways[y][x])
            if ways:
                line.append(_CORNERS[ways], "dim")
            else:
                line.append(character, self._styles[y][x])
        return line
