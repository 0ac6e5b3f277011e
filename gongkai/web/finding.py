"""Where in its document a figure stands: the block, the cell or the piece of a line that the parser took it from.

Places are counted in letters: the signs of a text without white space and without signs that are not seen, for these
alone come through every step from the page to the line unchanged.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from parsers import Cell, Parsed
from parsers.document import Grid
from parsers.explain import ExplainedLine, Part, explain
from parsers.html_tables import OBJECT_SIGN

PlaceKind = Literal["figure", "blank", "line", "label"]


@dataclass(frozen=True, slots=True)
class Place:
    """What is to be lit. `block` is the index of the document's block, `row` and `cell` those in a grid from 0.

    `start` and `end` are the letters of that line or cell, `text` is what they spell; a blank cell has none. `kind` is
    what they are: the figure, an empty place, the whole line that the figure stands in, or the label of its row.
    """

    block: int
    row: int | None
    cell: int | None
    start: int
    end: int
    text: str
    kind: PlaceKind


def to_letters(text: str) -> str:
    r"""Return a text without white space and without signs that are not seen.

    >>> to_letters("\u30001 2\u200b件\ufffc")
    '12件'
    """
    return "".join(sign for sign in text if is_letter(sign))


def is_letter(sign: str) -> bool:
    """Whether a sign counts when places are counted."""
    return sign > " " and not sign.isspace() and (sign < "\x7f" or not _is_unseen(sign))


def _is_unseen(sign: str) -> bool:
    return sign == OBJECT_SIGN or unicodedata.category(sign) in {"Cf", "Cc"}


def reads_the_same(parsed: Parsed, cell: Cell) -> bool:
    """Whether the present parser reads a cell as it was read when it was archived: what is printed, and how sure."""
    present = next((one for one in parsed.report.cells if one.key == cell.key), None)
    return present is not None and (present.raw, present.status) == (cell.raw, cell.status)


def find_place(parsed: Parsed, cell: Cell) -> Place | None:
    """Return where the figure of a cell stands, or where the label of its row does; None where nothing is to be found.

    `cell` is one of the report's that `parsed` made.
    """
    present = next((one for one in parsed.report.cells if one.key == cell.key), cell)
    lines = explain(parsed)
    for line in lines:
        for number, part in enumerate(line.parts):
            if part.kind in {"figure", "blank"} and cell.key in part.cells and part.at == present.at:
                return _part_to_place(parsed, line, number, cell) or _find_label(parsed, lines, cell)
    return _find_label(parsed, lines, cell)


def _part_to_place(parsed: Parsed, line: ExplainedLine, number: int, cell: Cell) -> Place | None:
    """Return the place of a part; None for one without letters in a line that has none either."""
    part = line.parts[number]
    kind: PlaceKind = "figure" if part.kind == "figure" else "blank"
    wanted = to_letters(part.text)
    if kind == "figure" and cell.raw and to_letters(cell.raw) != wanted:
        return None
    if line.row:
        is_there = to_letters(_text_at(parsed, line.block, line.row - 1, number)) == wanted
        return Place(line.block, line.row - 1, number, 0, len(wanted), wanted, kind) if is_there else None
    whole = to_letters(line.text)
    start = _find_start(whole, line.parts, number) if wanted else None
    if start is not None:
        return Place(line.block, None, None, start, start + len(wanted), wanted, kind)
    return Place(line.block, None, None, 0, len(whole), whole, "line") if whole else None


def _find_start(whole: str, parts: Sequence[Part], number: int) -> int | None:
    """Return where a part begins in the letters of its line, None where the parts do not make up the line."""
    start = end = 0
    for part in parts[: number + 1]:
        wanted = to_letters(part.text)
        start = whole.find(wanted, end)
        if start < 0 or any(sign.isalnum() for sign in whole[end:start]):
            return None
        end = start + len(wanted)
    return start


def _find_label(parsed: Parsed, lines: Sequence[ExplainedLine], cell: Cell) -> Place | None:
    """Return the line or the grid's cell in which the label of a cell's row stands."""
    for wanted in ({"label"}, {"doubt", "unplaced"}):
        for line in lines:
            for number, part in enumerate(line.parts):
                if part.kind in wanted and cell.key in part.cells and part.text.strip():
                    return _whole_place(parsed, line, number)
    return None


def _whole_place(parsed: Parsed, line: ExplainedLine, number: int) -> Place | None:
    row, cell = (line.row - 1, number) if line.row else (None, None)
    text = to_letters(_text_at(parsed, line.block, row, cell))
    return Place(line.block, row, cell, 0, len(text), text, "label") if text else None


def _text_at(parsed: Parsed, block: int, row: int | None, cell: int | None) -> str:
    own = parsed.document.blocks[block]
    if isinstance(own, Grid):
        return own.rows[row or 0][cell or 0].text
    return own.text
