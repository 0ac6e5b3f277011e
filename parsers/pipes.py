"""Lines whose cells are divided by pipes, in all their kinds: a row a line, a cell a line, the pipe on the next line.

Two readings are enough. Where lines hold several cells each line is a row. Elsewhere a line's end says nothing: every
pipe ends a cell, so that a line with only a pipe ends the cell before it, or is an empty cell.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from parsers.document import Block, Grid, TextLine
from parsers.figures import strip_outer
from parsers.options import Options

_PIPES = "|｜│┃"
_PIPE = re.compile(f"[{_PIPES}]")
_TO_PIPE = str.maketrans(dict.fromkeys(_PIPES, "|"))
_PIPES_OF_A_CELL = 2  # one before it and one behind
_RULE = re.compile(r"(?:(?![-—=]{2})[\s|:+=—-])*+[-—=]{2}[\s|:+=—-]*+")


class Piece(NamedTuple):
    """A cell's text and its place in its line. `in_grid`: every row of the table has as many cells as this one."""

    text: str
    column: int
    in_row: bool
    in_grid: bool = False


def find_pipes(blocks: Sequence[Block], options: Options) -> Mapping[int, tuple[Piece, ...]]:
    """Return the cells of each line that belongs to a table of pipes, by the index of its block."""
    found: dict[int, tuple[Piece, ...]] = {}
    if not _PIPE.search("\n".join([block.text for block in blocks if isinstance(block, TextLine)])):
        return found
    for region in _iter_regions(blocks, options):
        lines = {number: _line_at(blocks, number) for number in region}
        found.update(_read_rows(lines) if _holds_rows(lines.values()) else _read_stream(lines))
    return found


def _line_at(blocks: Sequence[Block], number: int) -> str:
    block = blocks[number]
    return "" if isinstance(block, Grid) else block.text.translate(_TO_PIPE)


def _iter_regions(blocks: Sequence[Block], options: Options) -> Iterator[list[int]]:
    """Yield the lines from the first with a pipe to the last, where few short lines without one lie between."""
    region: list[int] = []
    pending: list[int] = []
    for number, block in enumerate(blocks):
        if isinstance(block, TextLine) and _PIPE.search(block.text):
            region += [*pending, number] if region else [number]
            pending = []
        elif isinstance(block, TextLine) and len(block.text) <= options.max_label_length:
            pending.append(number)
        else:
            pending = [number] * (options.max_lines_between_pipes + 1)
        if len(pending) > options.max_lines_between_pipes:
            if region:
                yield region
            region, pending = [], []
    if region:
        yield region


def _holds_rows(lines: Iterable[str]) -> bool:
    """Whether most of the lines that hold a cell hold several of them, be they empty."""
    several = single = 0
    for line in lines:
        cells = sum(1 for cell in line.split("|") if cell.strip())
        is_row = cells > 1 or (cells == 1 and line.count("|") > _PIPES_OF_A_CELL)
        several += is_row
        single += cells == 1 and not is_row and "|" in line
    return several > 0 and several >= single


def _read_rows(lines: Mapping[int, str]) -> Iterator[tuple[int, tuple[Piece, ...]]]:
    """Yield the cells of each line; a line of pipes alone, or of a drawn rule, has none."""
    piped = [line.strip() for line in lines.values() if "|" in line and line.strip(" |\t\u3000")]
    bordered = 2 * sum(line.startswith("|") for line in piped) > len(piped)
    closed = 2 * sum(line.endswith("|") for line in piped) > len(piped)
    rows = {number: _split_row(line, bordered=bordered, closed=closed) for number, line in lines.items() if "|" in line}
    widths = {len(row) for row in rows.values() if row}
    in_grid = bordered and len(widths) == 1 and max(widths) > 1
    for number, row in rows.items():
        yield number, tuple(Piece(text, column, in_row=True, in_grid=in_grid) for column, text in enumerate(row))


def _split_row(line: str, *, bordered: bool, closed: bool) -> list[str]:
    stripped = line.strip()
    if not stripped.strip("| \t\u3000") or _RULE.fullmatch(stripped):
        return []
    cells = (stripped.removeprefix("|") if bordered else stripped).split("|")
    return [cell.strip() for cell in (cells[:-1] if closed and stripped.endswith("|") else cells)]


def _read_stream(lines: Mapping[int, str]) -> Iterator[tuple[int, tuple[Piece, ...]]]:
    """Yield the cells that end in each line: a cell goes on over line ends until its pipe comes.

    A text that no pipe has ended by the next line is a cell of its own; only its pipe may follow alone.
    """
    open_cell = False
    for number, line in lines.items():
        *ended, last = line.split("|")
        cells = [strip_outer(text) for text in ended]
        if cells and not cells[0] and open_cell:
            cells = cells[1:]
        if ended:
            open_cell = False
        rest = strip_outer(last)
        if rest:
            cells.append(rest)
            open_cell = True
        if cells or ended:
            yield number, tuple(Piece(text, column, in_row=False) for column, text in enumerate(cells))
