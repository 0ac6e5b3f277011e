"""Tables that are printed a cell a line, by their rhythm: a header of so many words, then rows of so many cells.

Three readings of the empty lines are tried: they say nothing (or stand around every cell), each is an empty cell, or
they divide the rows. A reading holds where every row shows the same kinds of cell, where the words above it are as
many as its columns, and where no other reading of the same lines holds.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
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
    agree,
    chance_of_kinds,
    differ,
    heads_columns,
    is_caption,
    is_counting,
    is_heading,
    kinds_of,
    merge,
)

_ZONE = re.compile(f"(?<![{TEXT}{DATE}{YEAR}])[{TEXT}{DATE}{YEAR}]{{2,}}+(?=[{FIGURE}{BLANK}])")
_FEWEST = 2  # rows below a header that show a pattern
_PLAIN = re.compile(f"(?<![{TEXT}{DATE}])[{TEXT}{DATE}]++[{FIGURE}{BLANK}]+|{FIGURE}[{TEXT}{DATE}]++[{FIGURE}{BLANK}]+")
_MANY = 20  # rows that are not gone through once more from each of them, where they made no table
_MOST_EMPTY = 20  # more empty lines than this are no row of empty cells
_WORDS = TEXT + DATE
_REST = FIGURE + YEAR + BLANK  # behind a table, they may be what is left of its rows


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
    groups = _to_groups(lines)
    sizes = Counter(map(len, groups))
    if any(
        size > 1 and count >= options.min_plain_rows and 2 * size * count > len(lines) for size, count in sizes.items()
    ):
        return _find_groups(groups, options)
    return list(_choose(table for cells in _sequences(lines) for table in _find_shapes(cells, options)))


def _choose(found: Iterable[Found]) -> Iterator[Found]:
    """Yield of readings that share lines the longest, and none where they disagree about the columns."""
    together: list[Found] = []
    last = -1
    for table in sorted(found, key=lambda one: one.first):
        if table.first > last and together:
            yield from _choose_one(together)
            together = []
        together.append(table)
        last = max(last, table.last)
    yield from _choose_one(together)


def _choose_one(together: Sequence[Found]) -> Sequence[Found]:
    if len({len(table.rows[0]) for table in together}) != 1:
        return ()
    return (max(together, key=lambda table: (table.last - table.first, table.confidence)),)


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


def _find_shapes(cells: Sequence[CellLine], options: Options) -> Iterator[Found]:
    """Yield the tables of a sequence, from above; a bare year is a figure, or heads a column, or heads the rows."""
    head = "".join(cell.kind for cell in cells)
    figures, dates = head.replace(YEAR, FIGURE), head.replace(YEAR, DATE)
    for zones, body in ((figures, figures), (head, figures), (dates, dates)) if YEAR in head else ((head, head),):
        shapes = _follow_shapes(zones, body, cells, options)
        bounds = [0, *(bound for shape in shapes for bound in (shape.start, shape.end)), len(cells)]
        between = [cells[end:start] for end, start in zip(bounds[::2], bounds[1::2], strict=True)]
        rests = [any(cell.kind in _REST and not cell.is_gap for cell in part) for part in between]
        for shape, above, below in zip(shapes, rests, rests[1:], strict=False):
            is_dated = (
                body is figures or body is head or shape.pattern[0] == DATE
            )  # or else a bare year is but a figure
            if is_dated and not above and not below:
                yield _to_found(shape, cells)


def _follow_shapes(zones: str, body: str, cells: Sequence[CellLine], options: Options) -> list[_Shape]:
    """Return the shapes of tables behind the runs of words, from above, none within another."""
    shapes: list[_Shape] = []
    doubtful = 0
    for zone in _ZONE.finditer(zones):
        done = shapes[-1].end if shapes else 0
        if zone.end() < max(done, doubtful):
            continue
        found = list(_shapes_at((max(done, zone.start()), zone.end()), body, options))
        if shape := _choose_shape(found, cells, done, options):
            shapes.append(shape)
        else:
            doubtful = max((shape.end for shape in found if shape.rows > _MANY), default=doubtful)
    return shapes


def _choose_shape(found: Iterable[_Shape], cells: Sequence[CellLine], done: int, options: Options) -> _Shape | None:
    """Return the one way to divide the lines behind a run of words; None where there is none, or another."""
    possible = [shape for shape in found if not _is_refuted(shape, cells, options)]
    if len(possible) != 1 or not _fits_gaps(possible[0], cells) or not _is_headed(possible[0], cells, done):
        return None
    return possible[0] if _confidence(possible[0]) >= options.min_table_confidence else None


def _shapes_at(zone: tuple[int, int], body: str, options: Options) -> Iterator[_Shape]:
    """Yield every width and start by which the first figure or blank, behind a run of words, is in the first row."""
    first, onset = zone
    for width in range(2, min(onset - first, options.max_plain_columns) + 1):
        for start in range(max(first, onset - 2 * width + 1), onset - width + 1):
            if shape := _read_shape(start, width, body):
                yield shape


def _read_shape(start: int, width: int, body: str) -> _Shape | None:
    """Follow rows of one pattern; a cell of another kind is let pass where the next row is of the pattern again."""
    begin = start + width
    one, other = body[begin : begin + width], body[begin + width : begin + 2 * width]
    if len(other) < width or (one != other and differ(one, other)):
        return None
    pattern, strangers, rows, learned = merge(one, other), 0, _FEWEST, 0
    while len(row := body[begin + rows * width : begin + (rows + 1) * width]) == width:
        if row != pattern:
            odd = differ(row, pattern)
            following = body[begin + (rows + 1) * width : begin + (rows + 2) * width]
            if odd and (
                odd[0] == 0 or len(odd) > 1 or width == 2 or len(following) < width or differ(following, pattern)
            ):
                break
            strangers += len(odd)
            learned = rows if (merged := merge(pattern, row)) != pattern else learned
            pattern = merged
        rows += 1
    if learned == rows - 1 or (rows == _FEWEST and BLANK in one + other):
        return None  # what a column holds is known from one cell alone
    if FIGURE not in pattern or SENTENCE in pattern or _is_periodic(pattern):
        return None
    if rows == _FEWEST and not _PLAIN.fullmatch(pattern):
        return None
    return _Shape(start, width, pattern, rows, strangers)


def _is_periodic(pattern: str) -> bool:
    return pattern in (pattern + pattern)[1:-1]


def _is_refuted(shape: _Shape, cells: Sequence[CellLine], options: Options) -> bool:
    """Whether something says that the lines are not divided so."""
    header = [cell.text for cell in cells[shape.start : shape.begin]]
    if cells[shape.start].kind != TEXT:
        return True
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
    return _is_cut(shape, cells) or _rests_on_gaps(shape, cells)


def _rests_on_gaps(shape: _Shape, cells: Sequence[CellLine]) -> bool:
    """Whether empty lines taken for cells may as well divide something: a row of nothing else, or the table's end."""
    rows = [cells[place : place + shape.width] for place in range(shape.begin, shape.end, shape.width)]
    if any(row[0].is_gap for row in rows):
        return True
    if shape.rows == _FEWEST and any(cell.is_gap for row in rows for cell in row):
        return True
    return rows[-1][-1].is_gap or any(all(cell.is_gap for cell in row[1:]) for row in rows)


def _is_cut(shape: _Shape, cells: Sequence[CellLine]) -> bool:
    """Whether what follows looks like another row of the table that has lost a cell, or all but its label."""
    following = cells[shape.end : shape.end + shape.width + 2 * _MOST_EMPTY]
    rest = [cell for cell in following if not cell.is_gap][: shape.width + 2]
    kinds = "".join(cell.kind for cell in rest)
    words = len(kinds) - len(kinds.lstrip(TEXT))
    if words <= max(2, shape.lead) and kinds[words:].strip(TEXT + SENTENCE):
        return True
    return words > 0 and rest[0].gap <= cells[shape.end - 1].gap and not is_caption(rest[0].text)


def _fits_gaps(shape: _Shape, cells: Sequence[CellLine]) -> bool:
    """Whether the empty lines inside stand between rows alone, or between all cells."""
    if any(cell.is_gap for cell in cells[shape.begin : shape.end]):
        return True
    gaps = list(enumerate([cell.gap for cell in cells[shape.start : shape.end]]))[1:]
    inside = {gap for place, gap in gaps if place % shape.width}
    return len(inside) == 1 and max(inside) <= min(gap for place, gap in gaps if not place % shape.width)


def _is_headed(shape: _Shape, cells: Sequence[CellLine], done: int) -> bool:
    """Whether the words right above the rows are the whole header: no word twice, and nothing of one above it."""
    header = [cell.text for cell in cells[shape.start : shape.begin]]
    if not heads_columns(header):
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


def _to_found(shape: _Shape, cells: Sequence[CellLine]) -> Found:
    rows = tuple(
        tuple(cell.text for cell in cells[place : place + shape.width])
        for place in range(shape.start, shape.end, shape.width)
    )
    return Found(cells[shape.start].block, cells[shape.end - 1].block, rows, round(_confidence(shape), 3))


def _to_groups(lines: Sequence[CellLine]) -> list[list[CellLine]]:
    """Return the lines by the empty lines between them."""
    groups: list[list[CellLine]] = []
    for line in lines:
        if line.gap or not groups:
            groups.append([])
        groups[-1].append(line)
    return groups


def _find_groups(groups: Sequence[Sequence[CellLine]], options: Options) -> list[Found]:
    """Return the tables whose rows empty lines divide: groups of as many cells each, the first of them words."""
    parts: list[list[list[CellLine]]] = []
    for group in groups:
        cells = list(group)
        if not parts or len(parts[-1][-1]) != len(cells):
            parts.append([])
        parts[-1].append(cells)
    found = []
    for number, part in enumerate(parts):
        above = parts[number - 1][-1] if number else []
        lines_above = above[: -len(part[0])]
        if lines_above and (is_caption(lines_above[-1].text) or lines_above[-1].kind == SENTENCE):
            part.insert(0, above[-len(part[0]) :])  # a caption is printed right above the header
        if (
            not _are_rests(parts[number + 1 : number + 3])
            and _is_header(part[0])
            and (table := _read_groups(part, options))
        ):
            found.append(table)
    return found


def _are_rests(following: Sequence[Sequence[Sequence[CellLine]]]) -> bool:
    """Whether the groups below those of a table are rows of it that have lost a cell, or more."""
    is_row = False
    for part in following:
        group = part[0]
        if any(cell.kind in _REST or (cell.kind == DATE and cell.text[-1] != "日") for cell in group):
            return True  # a day may be that of a signature
        begins = len(group) > 1 and (is_caption(group[0].text) or (len(part) > 1 and _is_header(group)))
        if begins or group[0].kind == SENTENCE:
            break
        is_row = is_row or not is_caption(group[0].text)
    return is_row


def _is_header(group: Sequence[CellLine]) -> bool:
    return heads_columns([cell.text for cell in group])


def _read_groups(groups: Sequence[Sequence[CellLine]], options: Options) -> Found | None:
    """Return the table of groups of as many cells, if their kinds agree."""
    rows = tuple(tuple(cell.text for cell in group) for group in groups)
    width = len(rows[0])
    pattern, strangers = agree([kinds_of(row) for row in rows[1:]])
    if not 2 <= width <= options.max_plain_columns or len(rows) < options.min_plain_rows or is_caption(rows[0][0]):
        return None
    if FIGURE not in pattern or SENTENCE in pattern:
        return None
    confidence = _confidence(_Shape(0, width, pattern, len(rows) - 1, strangers))
    if confidence < options.min_table_confidence:
        return None
    return Found(groups[0][0].block, groups[-1][-1].block, rows, round(confidence, 3))
