"""Tables that are printed a cell a line, by their rhythm: a header of so many words, then rows of so many cells.

Three readings of the empty lines are tried: they say nothing (or stand around every cell), each is an empty cell, or
they divide the rows. A reading holds where every row shows the same kinds of cell, where the words above it are as
many as its columns, and where no other reading of the same lines holds.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from parsers.options import Options
from parsers.plain_cells import (
    BLANK,
    DATE,
    FIGURE,
    SENTENCE,
    TEXT,
    YEAR,
    Found,
    chance_of_kinds,
    differ,
    heads_columns,
    is_caption,
    is_counting,
    is_heading,
    merge,
)

_ZONE = re.compile(f"[{TEXT}{DATE}{YEAR}]{{2,}}(?=[{FIGURE}{BLANK}])")
_WORDS = TEXT + DATE


class CellLine(NamedTuple):
    """A line that may be a cell: its text and kind, its block, how many empty lines stand before it.

    `is_gap`: such an empty line itself, taken for an empty cell.
    """

    text: str
    kind: str
    block: int
    gap: int = 0
    is_gap: bool = False


class _Shape(NamedTuple):
    """A table in a sequence: where its header begins, how many columns, what they hold, how many rows, odd cells."""

    start: int
    width: int
    pattern: str
    rows: int
    strangers: int

    @property
    def begin(self) -> int:
        return self.start + self.width

    @property
    def end(self) -> int:
        return self.begin + self.rows * self.width

    @property
    def lead(self) -> int:
        """How many words stand before the first figure of a row."""
        return len(self.pattern) - len(self.pattern.lstrip(_WORDS + BLANK))


def find_rhythms(lines: Sequence[CellLine], options: Options) -> list[Found]:
    """Return the tables among lines of one run, none of which shares a line with another."""
    found = list(_find_groups(lines, options))
    for cells in _sequences(lines):
        found.extend(_find_shapes(cells, options))
    found.sort(key=lambda table: (table.first - table.last, -table.confidence))
    chosen: list[Found] = []
    for table in found:
        overlapping = [other for other in chosen if table.first <= other.last and other.first <= table.last]
        if not overlapping:
            chosen.append(table)
        elif any(len(other.rows[0]) != len(table.rows[0]) for other in overlapping):
            chosen = [other for other in chosen if other not in overlapping]
    return sorted(chosen, key=lambda table: table.first)


def _sequences(lines: Sequence[CellLine]) -> Iterator[list[CellLine]]:
    """Yield the cells by each reading of the empty lines between them."""
    yield list(lines)
    gaps = [line.gap for line in lines[1:]]
    if not any(gaps):
        return
    apart = 2 * sum(gap > 0 for gap in gaps) > len(gaps)
    cells = [lines[0]]
    for line in lines[1:]:
        empty = (line.gap - 1) // 2 if apart and line.gap % 2 else 0 if apart else line.gap
        cells += [CellLine("", BLANK, line.block, is_gap=True)] * min(empty, _MOST_EMPTY)
        cells.append(line)
    if len(cells) > len(lines):
        yield cells


_MOST_EMPTY = 20  # more empty lines than this are no row of empty cells


def _find_shapes(cells: Sequence[CellLine], options: Options) -> Iterator[Found]:
    """Yield the tables of a sequence, from above; `head` takes bare years for words, `body` for figures."""
    head = "".join(cell.kind for cell in cells)
    body = head.replace(YEAR, FIGURE)
    done = 0
    for zones in dict.fromkeys((body, head)):
        for zone in _ZONE.finditer(zones):
            if zone.end() <= done or zone.start() < done:
                continue
            possible = [
                shape
                for shape in _shapes_at(zone.span(), head, body, options)
                if not _is_refuted(shape, cells, head, body, options)
            ]
            if len(possible) != 1 or not _fits_gaps(possible[0], cells) or not _is_headed(possible[0], cells, done):
                continue
            shape = possible[0]
            confidence = _confidence(shape)
            if confidence >= options.min_table_confidence:
                done = shape.end
                yield _to_found(shape, cells, confidence)


def _shapes_at(zone: tuple[int, int], head: str, body: str, options: Options) -> Iterator[_Shape]:
    """Yield every width and start by which the first figure or blank, behind a run of words, is in the first row."""
    first, onset = zone
    for width in range(2, min(onset - first, options.max_plain_columns) + 1):
        for start in range(max(first, onset - 2 * width + 1), onset - width + 1):
            shape = _read_shape(start, width, body)
            if shape and heads_columns(head[start : start + width]):
                yield shape


def _read_shape(start: int, width: int, body: str) -> _Shape | None:
    """Follow rows of one pattern; a cell of another kind is let pass where the next row is of the pattern again."""
    begin = start + width
    one, other = body[begin : begin + width], body[begin + width : begin + 2 * width]
    if len(other) < width or (one != other and differ(one, other)):
        return None
    pattern, strangers, rows = merge(one, other), 0, 2
    while len(row := body[begin + rows * width : begin + (rows + 1) * width]) == width:
        if row != pattern:
            odd = differ(row, pattern)
            following = body[begin + (rows + 1) * width : begin + (rows + 2) * width]
            if odd and (len(odd) > 1 or width == 2 or len(following) < width or differ(following, pattern)):
                break
            strangers += len(odd)
            pattern = merge(pattern, row)
        rows += 1
    if FIGURE not in pattern or SENTENCE in pattern or _is_periodic(pattern):
        return None
    return _Shape(start, width, pattern, rows, strangers)


def _is_periodic(pattern: str) -> bool:
    return pattern in (pattern + pattern)[1:-1]


def _is_refuted(shape: _Shape, cells: Sequence[CellLine], head: str, body: str, options: Options) -> bool:
    """Whether something says that the lines are not divided so."""
    header = [cell.text for cell in cells[shape.start : shape.begin]]
    if shape.pattern[0] in FIGURE + BLANK and not is_counting(header[0]):
        return True
    if is_caption(header[0]) or any(is_heading(text) or len(text) > options.max_header_word for text in header):
        return True
    if any(
        is_heading(cells[place].text)
        for column, kind in enumerate(shape.pattern)
        if column and kind == TEXT
        for place in range(shape.begin + column, shape.end, shape.width)
    ):
        return True
    return _is_cut(shape, cells, body) or cells[shape.end - 1].is_gap


def _is_cut(shape: _Shape, cells: Sequence[CellLine], body: str) -> bool:
    """Whether what follows looks like another row of the table that has lost a cell, or got one more."""
    end = shape.end
    while end < len(cells) and cells[end].is_gap:
        end += 1
    rest = body[end : end + shape.width + 2]
    words = len(rest) - len(rest.lstrip(_WORDS))
    return words <= max(2, shape.lead) and any(kind in FIGURE + BLANK for kind in rest[words:])


def _fits_gaps(shape: _Shape, cells: Sequence[CellLine]) -> bool:
    """Whether the empty lines inside stand between rows alone, or between all cells."""
    gaps = [cell.gap > 0 for cell in cells[shape.start + 1 : shape.end]]
    inside = {gap for place, gap in enumerate(gaps, 1) if place % shape.width}
    ends = {gap for place, gap in enumerate(gaps, 1) if not place % shape.width}
    return True not in inside or (inside == {True} and ends == {True}) or any(cell.is_gap for cell in cells)


def _is_headed(shape: _Shape, cells: Sequence[CellLine], done: int) -> bool:
    """Whether the words right above the rows are the whole header: no word twice, and nothing of one above it."""
    header = [cell.text for cell in cells[shape.start : shape.begin]]
    if len(set(header)) < len(header):
        return False
    above = shape.start - 1
    if above < 0 or shape.start == done:
        return True
    is_apart = cells[shape.start].gap > 0 and not any(cell.gap for cell in cells[shape.start + 1 : shape.begin])
    return is_apart or cells[above].is_gap or cells[above].kind == SENTENCE or is_caption(cells[above].text)


def _confidence(shape: _Shape) -> float:
    """Return the share of cells that agree with their column, less the chance that any words and figures would."""
    words = (1 - shape.pattern.count(FIGURE) / shape.width) ** shape.width
    agreeing = 1 - shape.strangers / (shape.rows * shape.width)
    return agreeing * (1 - words * chance_of_kinds(shape.pattern, shape.rows))


def _to_found(shape: _Shape, cells: Sequence[CellLine], confidence: float) -> Found:
    rows = tuple(
        tuple(cell.text for cell in cells[place : place + shape.width])
        for place in range(shape.start, shape.end, shape.width)
    )
    return Found(cells[shape.start].block, cells[shape.end - 1].block, rows, round(confidence, 3))


def _find_groups(lines: Sequence[CellLine], options: Options) -> Iterator[Found]:
    """Yield the tables whose rows empty lines divide: groups of as many cells each, the first of them words."""
    groups: list[list[CellLine]] = []
    for line in lines:
        if line.gap or not groups:
            groups.append([])
        groups[-1].append(line)
    starts = [place for place, (one, other) in enumerate(pairwise(groups)) if _heads_group(one, other)]
    for start, stop in zip(starts, [*starts[1:], len(groups)], strict=True):
        if table := _read_groups(groups[start:stop], options):
            yield table


def _heads_group(one: Sequence[CellLine], other: Sequence[CellLine]) -> bool:
    """Whether a group of words stands over one with figures; a caption may be printed right above it."""
    return (
        2 <= len(other) <= len(one) <= len(other) + 1
        and heads_columns("".join(line.kind for line in one[-len(other) :]))
        and any(line.kind in FIGURE + YEAR + BLANK for line in other)
    )


def _read_groups(groups: Sequence[Sequence[CellLine]], options: Options) -> Found | None:
    width = len(groups[1])
    header = groups[0]
    if len(header) > width and not is_caption(header[0].text):
        return None
    rows, pattern = [list(header[-width:])], ""
    for group in groups[1:]:
        kinds = "".join(line.kind for line in group).replace(YEAR, FIGURE)
        if len(group) != width or SENTENCE in kinds or (pattern and differ(kinds, pattern)):
            if FIGURE in kinds or BLANK in kinds:
                return None  # a row that has lost a cell, or has one more
            break
        pattern = merge(pattern or kinds, kinds)
        rows.append(list(group))
    if width > options.max_plain_columns or FIGURE not in pattern or len(rows) < options.min_plain_rows:
        return None
    confidence = _confidence(_Shape(0, width, pattern, len(rows) - 1, 0))
    if confidence < options.min_table_confidence:
        return None
    texts = tuple(tuple(line.text for line in row) for row in rows)
    return Found(rows[0][0].block, rows[-1][-1].block, texts, round(confidence, 3))


def split_runs(lines: Iterable[CellLine | None]) -> Iterator[list[CellLine]]:
    """Yield the runs of lines; None, a line that is no cell, ends one."""
    run: list[CellLine] = []
    for line in lines:
        if line is not None:
            run.append(line)
        elif run:
            yield run
            run = []
    if run:
        yield run
