"""Tables that are printed a row a line, the cells divided by tabs, by pipes or by runs of spaces."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from parsers.chrome import is_particular
from parsers.options import Options
from parsers.plain_cells import (
    DATE,
    FIGURE,
    SENTENCE,
    TEXT,
    YEAR,
    Found,
    agree,
    chance_of_kinds,
    heads_columns,
    is_caption,
    is_counting,
    is_heading,
    is_mark,
    kind_of,
    kinds_of,
)

_WIDE = re.compile(r"[ \u3000\xa0]{2,}")
_ANY = re.compile(r"[ \u3000\xa0]+")
_DOTS = re.compile(r"[.．…·。]{2,}")
_TITLE = "title"
_SPACE = " \t\u3000\xa0"


class RowLine(NamedTuple):
    """A printed row: the text of its line, its cells, its block; `is_ruled` where pipes stand on both its sides.

    `setting` is what divides it: `tabs`, `pipes` or `spaces`; a row of the last has its line for its only cell.
    """

    text: str
    cells: tuple[str, ...]
    block: int
    setting: str
    is_ruled: bool = False


def find_row_tables(rows: Sequence[RowLine], options: Options) -> list[Found]:
    """Return the tables in rows that follow one another in a document, all of one setting."""
    if rows[0].setting == "spaces":
        return _find_spaced(rows, options)
    parts = [_without_edges(part) for part in _split_widths(rows)]
    whole = [True, *(_begins_table(other, one) for one, other in pairwise(parts))]
    return [
        table
        for part, begins, ends in zip(parts, whole, [*whole[1:], True], strict=True)
        if begins and ends and (table := _to_table(part, options))
    ]


def _begins_table(rows: Sequence[RowLine], above: Sequence[RowLine]) -> bool:
    """Whether rows of another number of cells are a table of their own, and no rest of the one right above.

    They have a header, or a title of one cell. A single cell more or less may be an empty one at the edge.
    """
    is_near = rows[0].setting == "pipes" and abs(len(rows[0].cells) - len(above[0].cells)) == 1
    has_title = not any(rows[0].cells[1:])
    return has_title or (not is_near and heads_columns(rows[0].cells))


def _without_edges(rows: Sequence[RowLine]) -> list[RowLine]:
    """Return the rows without the empty cell that a sign before, or behind, every one of them makes."""
    begin = all(not row.cells[0] for row in rows)
    end = len(rows[0].cells) - all(not row.cells[-1] for row in rows)
    return [row._replace(cells=row.cells[begin:end]) for row in rows]


def _split_widths(rows: Sequence[RowLine]) -> Iterator[list[RowLine]]:
    """Yield the tables of as many columns each; a lone text over all columns stays in the table that it is in."""
    part: list[RowLine] = []
    for row in rows:
        width = len(part[0].cells) if part else 0
        filled = [place for place, cell in enumerate(row.cells) if cell]
        if part and len(row.cells) != width and filled == [0] and row.setting == "pipes":
            part.append(row._replace(cells=(row.cells[0], *[""] * (width - 1)), setting=_TITLE))
        elif part and len(row.cells) == width:
            part.append(row)
        else:
            if part:
                yield part
            part = [row]
    if part:
        yield part


def _to_table(rows: Sequence[RowLine], options: Options) -> Found | None:
    """Return the table of rows of one width, if they are one."""
    rows = _without_titles(rows)
    if len(rows) < options.min_plain_rows or not 2 <= len(rows[0].cells) <= options.max_columns:
        return None
    if _is_something_else(rows, options):
        return None
    confidence = _confidence(rows)
    if confidence < options.min_table_confidence:
        return None
    return Found(rows[0].block, rows[-1].block, tuple(row.cells for row in rows), round(confidence, 3))


def _without_titles(rows: Sequence[RowLine]) -> Sequence[RowLine]:
    """Return the rows from the first with more than one cell filled, without titles of what follows at the end."""
    begin = next((place for place, row in enumerate(rows) if sum(map(bool, row.cells)) > 1), len(rows))
    end = next((place for place in range(len(rows), begin, -1) if rows[place - 1].setting != _TITLE), begin)
    return rows[begin:end]


def _is_something_else(rows: Sequence[RowLine], options: Options) -> bool:
    """Whether these are paragraphs, a list, a table of contents, a menu, the particulars of a page."""
    kinds = ["".join(map(kind_of, row.cells)) for row in rows]
    first = [row.cells[0] for row in rows]
    long = max(len(cell) for row in rows for cell in row.cells) > options.max_plain_cell
    if (long or any(SENTENCE in row for row in kinds)) and not all(row.is_ruled for row in rows):
        return True
    if any(row[0] == SENTENCE for row in kinds) or any(_DOTS.search(cell) for row in rows for cell in row.cells):
        return True
    if 2 * sum(is_particular(row.text, options) for row in rows) > len(rows):
        return True
    if all(map(is_mark, first)) or 2 * sum(cell.endswith((":", "：")) for cell in first) > len(rows):
        return True
    body = kinds[1:] if heads_columns(rows[0].cells) else kinds
    has_figures = any(FIGURE in row.replace(YEAR, FIGURE) for row in body)
    if not has_figures:
        names = {cell for cell in rows[0].cells if cell}
        is_ruled = all(row.is_ruled for row in rows)
        divided = is_ruled or (rows[0].setting == "tabs" and len(rows[0].cells) > 2 and DATE not in "".join(body))
        return not divided or len(names) < len(rows[0].cells)
    is_headless = body is kinds
    return is_headless and len(rows[0].cells) == 2 and 2 * sum(map(is_heading, first)) > len(rows)


def _confidence(rows: Sequence[RowLine]) -> float:
    """Return the share of cells that agree with their column, less the chance that lines are divided so."""
    width = len(rows[0].cells)
    body = [kinds_of(row.cells) for row in (rows[1:] if heads_columns(rows[0].cells) else rows)]
    pattern, strangers = agree(body)
    divided = 2 if all(row.is_ruled for row in rows) else 1
    chance = 0.5 ** (divided * len(rows) * (width - 1)) * chance_of_kinds(pattern, len(body))
    return (1 - strangers / (len(body) * width)) * (1 - chance)


def _find_spaced(rows: Sequence[RowLine], options: Options) -> list[Found]:
    """Return the tables in lines with spaces: each begins with its header, and all its rows have as many cells.

    Nothing tells where an empty cell would stand; a table with a row of another number is left alone.
    """
    for divide in (_divide_wide, _divide_any, _divide_figures):
        found = _split_at_headers([row._replace(cells=divide(row.text)) for row in rows], options)
        if found and (divide is not _divide_figures or not any(_ANY.search(cell) for cell in found[0].rows[0])):
            return found
    return []


def _split_at_headers(rows: Sequence[RowLine], options: Options) -> list[Found]:
    widths = [0, *(len(row.cells) for row in rows)]
    starts = [
        place
        for place, (one, other) in enumerate(pairwise(rows))
        if 1 < len(one.cells) == len(other.cells) != widths[place]
        if heads_columns(one.cells) and FIGURE in kinds_of(other.cells)
    ]
    if not starts or not all(is_caption(row.text.strip(_SPACE)) for row in rows[: starts[0]]):
        return []
    found = []
    for start, stop in pairwise([*starts, len(rows)]):
        part = rows[start:stop]
        if len({len(row.cells) for row in part}) != 1 or any(map(_has_figures, part)) or not _is_labelled(part):
            return []
        if table := _to_table(part, options):
            found.append(table)
    return found


def _has_figures(row: RowLine) -> bool:
    """Whether a cell holds a figure among other words: they are cells themselves."""
    return any(kind_of(word) in FIGURE + YEAR for cell in row.cells if _ANY.search(cell) for word in _ANY.split(cell))


def _is_labelled(rows: Sequence[RowLine]) -> bool:
    """Whether the rows begin with words, or count."""
    return is_counting(rows[0].cells[0]) or all(kind_of(row.cells[0]) in TEXT + DATE for row in rows)


def _divide_wide(text: str) -> tuple[str, ...]:
    return tuple(_WIDE.split(text.strip(_SPACE)))


def _divide_any(text: str) -> tuple[str, ...]:
    return tuple(_ANY.split(text.strip(_SPACE)))


def _divide_figures(text: str) -> tuple[str, ...]:
    """Divide at wide gaps, and before each of the figures that end a piece."""
    cells: list[str] = []
    for piece in _divide_wide(text):
        words = _ANY.split(piece)
        first = len(words)
        while first and kind_of(words[first - 1]) != TEXT:
            first -= 1
        cells += [" ".join(words[:first])] * bool(first) + words[first:]
    return tuple(cells)
