"""What all office documents share: rows of cells with edges to a `Grid`, and tables that only arrange a page to lines.

A cell is known by its left and right edge, in whatever unit its carrier measures; the columns of the grid are worked
out from the edges of all rows, so that carriers that measure and carriers that count give the same grid.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from parsers.document import Block, Grid, GridCell, TextLine
from parsers.options import Options

OBJECT_SIGN = "\ufffc"
"""Stands in a cell that shows a picture or a field and no text, so that it is not taken for a blank."""
STRUCK = "\u0336"
"""Stands behind each character that is struck through, so that `1` struck and `2` are not read as 12."""
SYMBOLS = 0xF000
"""Characters of a symbol font are kept here, in the private area: what they show is another thing than their code."""

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(slots=True)
class RawCell:
    """A cell as its carrier gives it: its edges, and what stands in it.

    `blocks` are its lines and the tables inside it, `beside` what floats over it (text boxes). `goes_on` marks one that
    a cell above covers.
    """

    left: int = 0
    right: int = 0
    goes_on: bool = False
    shows_object: bool = False
    blocks: list[Block] = field(default_factory=list)
    beside: list[Block] = field(default_factory=list)

    def text(self) -> str:
        """Return the text as a reader sees it, lines joined by a space; tables inside are not in it."""
        lines = (block.text.strip() for block in self.blocks if isinstance(block, TextLine))
        text = " ".join(line for line in lines if line)
        holds_object = self.shows_object or any(isinstance(block, Grid) for block in self.blocks) or bool(self.beside)
        return text or (OBJECT_SIGN if holds_object else "")


RawRow = list[RawCell]


@dataclass(slots=True)
class TableCounts:
    """What went wrong in the tables of a document, to be said in its warnings."""

    covered_text: int = 0
    without_edges: int = 0
    without_ends: int = 0

    def iter_warnings(self) -> Iterator[str]:
        """Yield one line for each kind of fault."""
        if self.covered_text:
            yield f"{self.covered_text} merged cells hold text that is not shown; it was left out"
        if self.without_edges:
            yield f"{self.without_edges} table rows do not say where their cells stand; they are read cell by cell"
        if self.without_ends:
            yield f"{self.without_ends} cells stand in rows that do not end; they are read as lines"


def table_to_blocks(rows: Sequence[RawRow], options: Options, counts: TableCounts, snap: int = 0) -> list[Block]:
    """Return a table as a grid, with the tables and boxes inside it behind; one that arranges a page, as its lines.

    Edges that lie up to `snap` from one another are the same edge. Places of grids are set by `number_tables`.
    """
    rows = [row for row in rows if row]
    if not rows:
        return []
    if _is_layout(rows, options):
        return [block for row in rows for cell in row for block in (*cell.blocks, *cell.beside)]
    inner = [block for row in rows for cell in row for block in _inner_blocks(cell)]
    return [_rows_to_grid(rows, options, counts, snap), *inner]


def number_tables(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return the blocks with each grid named by its number in reading order."""
    numbered: list[Block] = []
    tables = 0
    for block in blocks:
        if isinstance(block, Grid):
            tables += 1
            numbered.append(replace(block, at=f"table {tables}"))
        else:
            numbered.append(block)
    return tuple(numbered)


def raise_digits(text: str) -> str:
    """Return text that stands above the line, its digits as the characters for that.

    >>> raise_digits("12")
    '¹²'
    """
    return text.translate(_RAISED)


def strike(text: str) -> str:
    """Return text that is struck through, each character marked."""
    return "".join(character + STRUCK for character in text)


def warn_of_pictures(pictures: int, blocks: Iterable[Block]) -> tuple[str, ...]:
    """Say how many pictures stand in a document without a table: its tables may be among them."""
    if not pictures or any(isinstance(block, Grid) for block in blocks):
        return ()
    if pictures == 1:
        return ("1 picture stands in the document; what it shows was not read (it needs OCR)",)
    return (f"{pictures} pictures stand in the document; what they show was not read (it needs OCR)",)


def _inner_blocks(cell: RawCell) -> list[Block]:
    """Return what stands in a cell and is not its text: tables with what follows in them, and boxes."""
    return [block for block in cell.blocks if isinstance(block, Grid)] + cell.beside


def _is_layout(rows: Sequence[RawRow], options: Options) -> bool:
    """Whether a table arranges a page: one cell alone, a cell as long as a text, or larger tables inside it."""
    cells = [cell for row in rows for cell in row]
    if len(cells) < 2:
        return True
    inner = [block for cell in cells for block in cell.blocks if isinstance(block, Grid)]
    if sum(len(row) for grid in inner for row in grid.rows) >= len(cells):
        return True
    return any(len(cell.text()) > options.max_cell_length for cell in cells)


def _rows_to_grid(rows: Sequence[RawRow], options: Options, counts: TableCounts, snap: int) -> Grid:
    places = _find_columns(rows, snap)
    grid_rows: list[list[GridCell]] = []
    above: dict[int, tuple[int, int]] = {}  # by left column: row and index of the cell that stands over the next row
    for number, row in enumerate(rows):
        cells: list[GridCell] = []
        here: dict[int, tuple[int, int]] = {}
        for raw in row:
            column, end = places[raw.left], places[raw.right]
            if end > options.max_columns:
                break
            if raw.goes_on and column in above:
                here[column] = above[column]
                _extend(grid_rows, above[column], number)
                counts.covered_text += bool(raw.text())
                continue
            here[column] = (number, len(cells))
            cells.append(GridCell(raw.text(), number, column, 1, max(1, end - column)))
        grid_rows.append(cells)
        above = here
    width = max((cell.column + cell.colspan for cells in grid_rows for cell in cells), default=0)
    return Grid(tuple(tuple(cells) for cells in grid_rows), width, "")


def _extend(rows: list[list[GridCell]], place: tuple[int, int], number: int) -> None:
    """Let the cell at a place reach down to row `number`."""
    cell = rows[place[0]][place[1]]
    rows[place[0]][place[1]] = cell._replace(rowspan=number - cell.row + 1)


def _find_columns(rows: Sequence[RawRow], snap: int) -> dict[int, int]:
    """Return the number of the column line that each edge lies on, or each its own where snapping would lose a cell."""
    edges = sorted({edge for row in rows for cell in row for edge in (cell.left, cell.right)})
    columns = _snap_edges(edges, snap)
    if any(columns[cell.left] == columns[cell.right] for row in rows for cell in row):
        return _snap_edges(edges, 0)
    return columns


def _snap_edges(edges: Sequence[int], snap: int) -> dict[int, int]:
    columns: dict[int, int] = {}
    start = edges[0]
    column = 0
    for edge in edges:
        if edge - start > snap:
            start, column = edge, column + 1
        columns[edge] = column
    return columns
