"""Every other table of a document: its grids, and the tables that only the rhythm of its lines shows.

    blocks ─kinds of cell▶ rows and cells in runs ─plain_rows, plain_rhythm▶ tables with a confidence ─▶ PlainTable

A table of lines is told where its division into cells is certain enough (`Options.min_table_confidence`); else it
stays lines. Its lines stay in the text of their section in either case: nothing is lost by the table.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from parsers.atoms import Atom
from parsers.chrome import clean_line, is_chrome
from parsers.document import Block, Document, Grid, TextLine
from parsers.figures import strip_outer
from parsers.options import Options
from parsers.plain_cells import BLANK, DATE, FIGURE, SENTENCE, YEAR, Found, is_caption, is_heading, is_note, kind_of
from parsers.plain_rhythm import CellLine, find_rhythms
from parsers.plain_rows import RowLine, find_row_tables
from parsers.report import PlainTable

_FIGURE_STARTS = frozenset("0123456789０１２３４５６７８９+-−＋－约近超增减下¥￥")
_SPACE = re.compile(r"[ \u3000\xa0]")
_FIGURES = frozenset((FIGURE, YEAR, DATE, BLANK))
_DIVIDED = re.compile(r"\t| \d")
_PIPES = "|｜│┃"
_RULE = _PIPES + " \t\u3000-—–=:+"
_PAGE_NUMBER = " \t\u3000-—–0123456789/"


def find_plain_tables(
    document: Document, atoms: Sequence[Atom], used_blocks: Collection[int], path: tuple[int, ...], options: Options
) -> tuple[PlainTable, ...]:
    """Return the tables of the report that are none of the official ones, in their order.

    `used_blocks` are the blocks of the official tables, `path` the element around the report. Grids are certain; of
    the lines, those of the page around the report make no tables. The lines of a table stay in the sections' text.
    """
    blocks = document.blocks
    depth = len(path)
    grids = {
        number: block
        for number, block in enumerate(blocks)
        if type(block) is Grid and number not in used_blocks and block.path[:depth] == path
    }
    found = _find_in_lines(blocks, atoms, used_blocks, path, options) if _may_hold(atoms, used_blocks, options) else []
    if not grids and not found:
        return ()
    above = _find_lines_above(blocks, {*grids, *(table.first for table in found)})
    inside = {number for table in found for number in range(table.first, table.last + 1)}
    tables = {number: PlainTable(above[number][1], _grid_rows(grid)) for number, grid in grids.items()}
    for table in found:
        number, text = above[table.first]
        heading = "" if number in used_blocks or number in inside else text.strip(_PIPES + " \t\u3000")
        tables[table.first] = PlainTable(heading, table.rows, table.confidence)
    return tuple(tables[number] for number in sorted(tables))


def _grid_rows(grid: Grid) -> tuple[tuple[str, ...], ...]:
    """Return the texts of a grid by row and column; columns in which no cell begins are left out."""
    places = {column: place for place, column in enumerate(sorted({cell.column for row in grid.rows for cell in row}))}
    rows = []
    for row in grid.rows:
        texts = [""] * len(places)
        for cell in row:
            texts[places[cell.column]] = cell.text
        rows.append(tuple(texts))
    return tuple(rows)


def _find_lines_above(blocks: Sequence[Block], wanted: Collection[int]) -> Mapping[int, tuple[int, str]]:
    """Return for each block the last line with words above it, by its index and in its words."""
    above: dict[int, tuple[int, str]] = {}
    last = (-1, "")
    for number, block in enumerate(blocks):
        if number in wanted:
            above[number] = last
        if isinstance(block, TextLine) and (text := clean_line(block.text)):
            last = (number, text)
    return above


def _may_hold(atoms: Sequence[Atom], used_blocks: Collection[int], options: Options) -> bool:
    """Whether enough figures, or rows, stand outside the official tables; in most documents they do not."""
    signs = [
        atom
        for atom in atoms
        if atom.block not in used_blocks
        and (atom.row or atom.raw[:1] in _FIGURE_STARTS or " " in atom.raw or "\t" in atom.raw)
    ]
    enough = options.min_plain_rows - 1
    if len(signs) < enough:
        return False
    rows = len({atom.block for atom in signs if atom.row or _DIVIDED.search(atom.raw)})
    return rows >= enough or sum(1 for atom in signs if kind_of(atom.raw) in {FIGURE, YEAR}) >= enough


def _find_in_lines(
    blocks: Sequence[Block],
    atoms: Sequence[Atom],
    used_blocks: Collection[int],
    path: tuple[int, ...],
    options: Options,
) -> list[Found]:
    """Return the tables of lines, from above; where a row and a rhythm share a line, the rows stand."""
    reader = _Reader(options)
    piped: dict[int, list[Atom]] = {}
    for atom in atoms:
        if atom.setting in {"pipes", "grid"}:
            piped.setdefault(atom.block, []).append(atom)
    for number, block in enumerate(blocks):
        if isinstance(block, Grid) or number in used_blocks or block.path[: len(path)] != path:
            reader.end()
        elif number in piped and ("\t" not in block.text or any(sign in block.text for sign in _PIPES)):
            reader.read_pipes(piped[number], block.text, number)
        else:
            reader.read_line(block, number)
    reader.end()
    taken: set[int] = set()
    found = []
    for table in (*_find_in_rows(reader.rows, reader.broken, options), *_find_in_cells(reader.cells, options)):
        numbers = range(table.first, table.last + 1)
        if taken.isdisjoint(numbers):
            taken.update(numbers)
            found.append(table)
    return found


def _find_in_rows(runs: Sequence[Sequence[RowLine]], broken: Collection[int], options: Options) -> Iterator[Found]:
    """Yield the tables of rows; one whose end stands below without a header, behind a broken label, is left out."""
    held: list[Found] = []
    for number, run in enumerate(runs):
        found = [] if number in broken else find_row_tables(run, options)
        is_rest = run[0].setting == "spaces" and not found and any(map(_is_figure, run[0].text.split()))
        if is_rest and held and run[0].block - held[-1].last <= options.max_strangers_in_label + 1:
            held.pop()
        yield from held
        held = found
    yield from held


def _is_figure(text: str) -> bool:
    return kind_of(text) in _FIGURES


def _find_in_cells(runs: Iterable[Sequence[CellLine]], options: Options) -> Iterator[Found]:
    for run in runs:
        if sum(1 for cell in run if cell.kind in {FIGURE, YEAR}) >= options.min_plain_rows - 1:
            yield from find_rhythms(run, options)


class _Reader:
    """Sorts lines into runs of rows and runs of cells, of one setting each, while they are read from above."""

    def __init__(self, options: Options) -> None:
        self.rows: list[list[RowLine]] = []
        self.broken: set[int] = set()
        self.cells: list[list[CellLine]] = []
        self._options = options
        self._row_setting = ""
        self._cell_setting = ""
        self._gap = 0

    def end(self) -> None:
        """End every run."""
        self._row_setting = self._cell_setting = ""
        self._gap = 0

    def read_pipes(self, pieces: Sequence[Atom], text: str, number: int) -> None:
        """Take in a line of a table of pipes: a row, or cells."""
        if not any(piece.row for piece in pieces):
            self._row_setting = ""
            for piece in pieces:
                self._add_cell(piece.raw, number, "pipes")
            return
        stripped = text.strip()
        is_ruled = stripped[:1] in _PIPES or stripped[-1:] in _PIPES
        self._cell_setting = ""
        self._add_row(RowLine(text, tuple(piece.raw for piece in pieces), number, "pipes", is_ruled))

    def read_line(self, line: TextLine, number: int) -> None:
        """Take in any other line."""
        text = line.text
        stripped = strip_outer(text)
        if not stripped and not text.startswith("\t"):
            self._gap += 1
        elif stripped and is_chrome(line, self._options):
            if stripped.strip(_PAGE_NUMBER):
                self.end()
        elif stripped and not stripped.strip(_RULE) and any(sign in text for sign in _PIPES):
            pass  # a drawn rule, or pipes without cells
        elif "\t" in stripped or (stripped and text.endswith("\t")) or text.count("\t") > 1:
            self._cell_setting = ""
            cells = tuple(strip_outer(cell) for cell in text.split("\t"))
            self._add_row(RowLine(text, cells, number, "tabs"))
        elif text.startswith("\t"):
            self._row_setting = ""
            self._add_cell(stripped, number, "tabs")
        else:
            self._read_words(stripped, number)

    def _read_words(self, text: str, number: int) -> None:
        """Take in a line that is one cell or, where spaces divide it, may be a row as well."""
        options = self._options
        if len(text) <= options.max_row_length and _SPACE.search(text) and self._may_be_row(text):
            self._add_row(RowLine(text, (text,), number, "spaces"), keep_gap=True)
        else:
            if self._row_setting == "spaces" and not self._gap and kind_of(text) != SENTENCE and not is_caption(text):
                self.broken.add(len(self.rows) - 1)  # by a row that has lost all but one of its cells
            self._row_setting = ""
        if len(text) > options.max_plain_cell or is_note(text):
            self.end()
        else:
            self._add_cell(text, number, "line")

    def _may_be_row(self, text: str) -> bool:
        """Whether a line with spaces is no sentence and no heading."""
        if kind_of(text) == SENTENCE or is_note(text):
            return False
        return not is_heading(text) or any(map(_is_figure, _SPACE.split(text)))

    def _add_row(self, row: RowLine, *, keep_gap: bool = False) -> None:
        if self._row_setting != row.setting:
            self._row_setting = row.setting
            self.rows.append([])
        self.rows[-1].append(row)
        if not keep_gap:
            self._gap = 0

    def _add_cell(self, text: str, number: int, setting: str) -> None:
        if self._cell_setting != setting:
            self._cell_setting = setting
            self.cells.append([])
        self.cells[-1].append(CellLine(text, kind_of(text), number, self._gap))
        self._gap = 0
