"""A table with spans, drawn with box characters; Chinese characters take two columns of a terminal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from operator import gt

from rich.cells import cell_len
from rich.text import Text

from gongkai.cli.wrapping import wrap_plain

_LEAST_WIDTH = 4  # two Chinese characters
_NARROWEST = 2  # one, where there is no room for two
_NARROW_COST = 1.25
"""How much lower a table must become for its labels to be set one character under the other."""
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
    """Return the lines of a table at most `width` wide; one that cannot shrink so far is drawn in parts.

    A row holds the cells that begin in it; places that a cell from above covers are left out, as in HTML. The parts
    stand under each other, and each begins with the labels of the rows.

    >>> for line in draw_grid([[DrawnCell("规章"), DrawnCell("0", is_figure=True)]], 2, 40):
    ...     print(line.plain)
    ┌────┬────┐
    │规章│   0│
    └────┴────┘
    """
    placed = list(_place(rows, columns))
    return [
        line
        for part in _iter_parts(placed, columns, width)
        for line in _draw(list(_cut_out(placed, part)), len(part), len(rows), width)
    ]


def _draw(placed: Sequence[_Placed], columns: int, rows: int, width: int) -> list[Text]:
    widths = _fit_widths(placed, columns, rows, width)
    heights = _fit_heights(placed, widths, rows)
    canvas = _Canvas(sum(widths) + columns + 1, sum(heights) + rows + 1)
    for each in placed:
        left, top = _edge(widths, each.column), _edge(heights, each.row)
        right, bottom = _edge(widths, each.column + each.cell.colspan), _edge(heights, each.row + each.cell.rowspan)
        canvas.frame(left, top, right, bottom)
        canvas.write(each.cell, left, top, right, bottom)
    return canvas.lines()


def _iter_parts(placed: Sequence[_Placed], columns: int, width: int) -> Iterator[list[int]]:
    """Yield which columns are drawn together: all, or as many as fit beside the labels of the rows."""
    least = _least_widths(placed, columns, width, _NARROWEST)
    if sum(least) + columns + 1 <= width:
        yield list(range(columns))
        return
    labels = min((each.column for each in placed if each.cell.is_figure), default=0)
    if sum(least[:labels]) + labels + max(least[labels:]) + 2 > width:
        labels = 0
    start = labels
    while start < columns:
        room = width - 1 - sum(least[:labels]) - labels
        fitting = sum(total <= room for total in accumulate(size + 1 for size in least[start:]))
        end = _find_cut(placed, start, start + max(1, fitting), columns)
        yield [*range(labels), *range(start, end)]
        start = end


def _find_cut(placed: Sequence[_Placed], start: int, furthest: int, columns: int) -> int:
    """Return where a part ends: where it cuts the fewest cells in two, in the further half of what fits."""
    if furthest >= columns:
        return columns
    nearest = start + max(1, (furthest - start) // 2)
    crossed = {
        place: sum(each.column < place < each.column + each.cell.colspan for each in placed)
        for place in range(nearest, furthest + 1)
    }
    return min(crossed, key=lambda place: (crossed[place], -place))


def _cut_out(placed: Sequence[_Placed], part: Sequence[int]) -> Iterator[_Placed]:
    """Yield the cells of some columns. A label that reaches into them is repeated, a figure stands once."""
    places = {column: place for place, column in enumerate(part)}
    for each in placed:
        own = [places[column] for column in range(each.column, each.column + each.cell.colspan) if column in places]
        if own:
            is_here = each.column in places or not each.cell.is_figure
            cell = replace(each.cell, text=each.cell.text if is_here else "", colspan=len(own))
            yield _Placed(cell, each.row, own[0])


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


def _fit_widths(placed: Sequence[_Placed], columns: int, rows: int, width: int) -> list[int]:
    """Give each column what its cells ask for, or else take from them in the way that makes the lowest table."""
    wanted = _least_widths(placed, columns, width, _LEAST_WIDTH)
    for each in placed:
        if each.cell.colspan == 1:
            wanted[each.column] = max(wanted[each.column], cell_len(each.cell.text))
    if sum(wanted) + columns + 1 <= width:
        return wanted
    figures = {each.column for each in placed if each.cell.is_figure}
    ways: list[tuple[float, list[int]]] = []
    for smallest, cost in ((_LEAST_WIDTH, 1.0), (_NARROWEST, _NARROW_COST)):
        least = _least_widths(placed, columns, width, smallest)
        first = [size if column in figures else wanted[column] for column, size in enumerate(least)]
        tried = (_shrink(wanted, least, width), _shrink(_shrink(wanted, first, width), least, width))
        fitting = (way for way in tried if smallest == _NARROWEST or sum(way) + columns + 1 <= width)
        ways += [(cost * sum(_fit_heights(placed, way, rows)), way) for way in fitting]
    return min(ways)[1]


def _least_widths(placed: Sequence[_Placed], columns: int, width: int, smallest: int) -> list[int]:
    """Return how narrow each column can be: a figure stands in one line, as far as the terminal has room for it."""
    least = [smallest] * columns
    for each in placed:
        if each.cell.colspan == 1 and each.cell.is_figure:
            least[each.column] = max(least[each.column], min(cell_len(each.cell.text), width - 2))
    return least


def _shrink(widths: Sequence[int], least: Sequence[int], width: int) -> list[int]:
    """Take from the widest columns, none below its least, until the table fits or nothing can be taken."""
    shrunk = list(widths)
    while sum(shrunk) + len(shrunk) + 1 > width and any(map(gt, shrunk, least)):
        widest = max(range(len(shrunk)), key=lambda column: (shrunk[column] > least[column], shrunk[column]))
        shrunk[widest] -= 1
    return shrunk


def _fit_heights(placed: Sequence[_Placed], widths: Sequence[int], rows: int) -> list[int]:
    """Give each row the lines that its cells need; what a tall cell lacks goes to the last row that it spans."""
    heights = [1] * rows
    for each in sorted(placed, key=lambda one: one.cell.rowspan):
        last = each.row + each.cell.rowspan
        room = sum(heights[each.row : last]) + each.cell.rowspan - 1
        needed = len(wrap_plain(each.cell.text, _inner_width(each, widths)))
        heights[last - 1] += max(0, needed - room)
    return heights


def _inner_width(placed: _Placed, widths: Sequence[int]) -> int:
    spanned = widths[placed.column : placed.column + placed.cell.colspan]
    return sum(spanned) + len(spanned) - 1


def _edge(sizes: Sequence[int], number: int) -> int:
    return sum(sizes[:number]) + number


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
        lines = wrap_plain(cell.text, room)
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
