"""Paragraphs, ends of cells and ends of rows to blocks: how legacy Word files and RTF write their tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from parsers.carriers.tables import RawCell, RawRow, TableCounts, table_to_blocks
from parsers.document import Block, TextLine
from parsers.errors import TooLargeError
from parsers.options import Options


@dataclass(frozen=True, slots=True)
class CellEdges:
    """Where a row's definition lets a cell stand; `joins_left` and `goes_on` mark what another cell covers."""

    left: int
    right: int
    joins_left: bool = False
    goes_on: bool = False


@dataclass(slots=True)
class _Level:
    """A table being read: its rows, the cells of the row being read, and the cell being read."""

    rows: list[RawRow] = field(default_factory=list)
    cells: list[RawCell] = field(default_factory=list)
    cell: RawCell = field(default_factory=RawCell)
    is_whole: bool = True


class Levels:
    """The page, and the tables open in it, each in a cell of the one before."""

    def __init__(self, options: Options, counts: TableCounts) -> None:
        self.blocks: list[Block] = []
        self._options = options
        self._counts = counts
        self._open: list[_Level] = []

    def add_lines(self, depth: int, lines: Iterable[str], at: str, *, shows_object: bool = False) -> None:
        """Add the lines of a paragraph that stands `depth` tables deep, 0 being the page."""
        self._go_to(depth)
        sink = self._open[-1].cell.blocks if depth else self.blocks
        sink.extend(TextLine(line, at) for line in lines)
        if depth and shows_object:
            self._open[-1].cell.shows_object = True

    def add_beside(self, blocks: Iterable[Block]) -> None:
        """Add what floats over the page or over the cell being read."""
        (self._open[-1].cell.beside if self._open else self.blocks).extend(blocks)

    def end_cell(self, depth: int) -> None:
        """Close the cell being read."""
        self._go_to(depth)
        level = self._open[-1]
        level.cells.append(level.cell)
        level.cell = RawCell()

    def end_row(self, depth: int, edges: Sequence[CellEdges] | None) -> None:
        """Close the row being read. `edges` hold one entry for each of its cells, or the row stands without any."""
        self._go_to(depth)
        level = self._open[-1]
        cells, level.cells, level.cell = level.cells, [], RawCell()
        if not cells:
            return
        while edges and len(cells) > len(edges) and not cells[-1].text():
            cells.pop()  # LibreOffice ends one cell too many where a table stands in the row
        if edges is None or len(edges) != len(cells):
            self._counts.without_edges += 1
            level.is_whole = False
            level.rows.append(cells)
        else:
            level.rows.append(self._set_edges(cells, edges))

    def close(self) -> list[Block]:
        """Return the blocks of the page, every open table ended."""
        self._go_to(0)
        return self.blocks

    def _set_edges(self, cells: RawRow, edges: Sequence[CellEdges]) -> RawRow:
        row: RawRow = []
        for cell, edge in zip(cells, edges, strict=True):
            if edge.joins_left and row:
                row[-1].right = edge.right
                self._counts.covered_text += bool(cell.text())
                continue
            cell.left, cell.right, cell.goes_on = edge.left, edge.right, edge.goes_on
            row.append(cell)
        return row

    def _go_to(self, depth: int) -> None:
        """End tables deeper than `depth`, or open what is missing."""
        if depth > self._options.max_office_depth:
            raise TooLargeError(
                f"tables stand more than {self._options.max_office_depth} deep in one another; not read"
            )
        while len(self._open) > depth:
            level = self._open.pop()
            blocks = self._end_table(level)
            (self._open[-1].cell.blocks if self._open else self.blocks).extend(blocks)
        while len(self._open) < depth:
            self._open.append(_Level())

    def _end_table(self, level: _Level) -> list[Block]:
        """Return a table's blocks; cells without the end of their row are lines, for no row can be told."""
        if not level.is_whole:
            _count_edges(level.rows)
        snap = self._options.max_edge_shift if level.is_whole else 0
        blocks = table_to_blocks(level.rows, self._options, self._counts, snap)
        rest = [*level.cells, level.cell]
        if level.cells:
            self._counts.without_ends += len(level.cells)
        return [*blocks, *(block for cell in rest for block in (*cell.blocks, *cell.beside) if not _is_blank(block))]


def _count_edges(rows: Iterable[RawRow]) -> None:
    """Let each cell be one column wide, where the cells of a row do not say where they stand."""
    for row in rows:
        for number, cell in enumerate(row):
            cell.left, cell.right, cell.goes_on = number, number + 1, False


def _is_blank(block: Block) -> bool:
    return isinstance(block, TextLine) and not block.text.strip()
