"""What the marks in a legacy Word file mean: how characters are shown, where paragraphs and cells stand, fields."""

import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from parsers.carriers.levels import CellEdges
from parsers.carriers.tables import OBJECT_SIGN, SYMBOLS, raise_digits, strike
from parsers.carriers.word_binary import Change, Piece, Properties, iter_changes

_IN_TABLE, _ROW_END, _DEPTH = 0x2416, 0x2417, 0x6649
_INNER_CELL, _INNER_ROW_END = 0x244B, 0x244C
_ROW_DEFINITION, _MERGE, _VERTICAL_MERGE, _SPLIT = 0xD608, 0x5624, 0xD62B, 0x5625
_DELETED, _HIDDEN, _RAISED, _SYMBOL = 0x0800, 0x083C, 0x2A48, 0x6A09
_STRUCK = frozenset({0x0837, 0x2A53})
_ON = frozenset({b"\x01", b"\x81"})
_CELL_SIZE = 20
_JOINED, _GOES_ON, _VERTICAL = 0x03, 0x20, 0x60

_OTHER_ROW_CHANGES = frozenset({0x7621, 0x5622, 0x7623})  # cells put in, taken out, made wider: of fast saves

_FIELD_MARK = re.compile(r"[\x13\x14\x15]")
_FORM_FIELD = re.compile(r"FORM(?:CHECKBOX|DROPDOWN)")
_PICTURE = re.compile(r"[\x01\x08]")
_OTHER_MARKS = re.compile(r"[\x00\x02-\x06\x0e-\x1d\x1f]")
_PRINTED = re.compile(r"[^\x00-\x20]+")
_HALVES = re.compile(r"[\ud800-\udfff]")


class Look(NamedTuple):
    """How a run of characters is shown; `symbol` is shown in the place of each."""

    hidden: bool = False
    raised: bool = False
    struck: bool = False
    symbol: str | None = None


class ParagraphMarks(NamedTuple):
    """What the properties of a paragraph mark say of tables."""

    depth: int = 0
    ends_row: bool = False
    ends_inner_row: bool = False
    ends_inner_cell: bool = False
    edges: tuple[CellEdges, ...] | None = None


def iter_looks(pieces: Sequence[Piece], characters: Properties) -> Iterator[tuple[int, int, Look]]:
    """Yield first and last position of each run that is shown in another way than plain text."""
    known: dict[tuple[bytes, bytes], Look] = {}
    for piece in pieces:
        width = 1 if piece.is_narrow else 2
        for run in characters.iter_between(piece.place, piece.place_of(piece.end)):
            key = (run.properties, piece.changes)
            if key not in known:
                known[key] = _read_look((*characters.changes(run.properties), *iter_changes(piece.changes)))
            if known[key] != Look():
                first = piece.first + max(0, run.start - piece.place) // width
                end = piece.first + (run.end - piece.place + width - 1) // width
                yield first, min(end, piece.end), known[key]


def _read_look(changes: Iterable[Change]) -> Look:
    look = Look()
    for code, operand in changes:
        if code in (_DELETED, _HIDDEN):
            look = look._replace(hidden=operand in _ON or (look.hidden and code == _HIDDEN and operand != b"\x00"))
        elif code == _RAISED:
            look = look._replace(raised=operand == b"\x01")
        elif code in _STRUCK:
            look = look._replace(struck=operand in _ON)
        elif code == _SYMBOL:
            number = int.from_bytes(operand[2:], "little")
            number += SYMBOLS if number < 0x100 else 0
            look = look._replace(symbol=OBJECT_SIGN if 0xD800 <= number < 0xE000 else chr(number))
    return look


def read_paragraph(changes: Sequence[Change]) -> ParagraphMarks:
    """Return what the properties of a paragraph mark say of tables."""
    values = dict(changes)
    is_in_table = values.get(_IN_TABLE) in _ON
    depth = int.from_bytes(values.get(_DEPTH, b""), "little")
    if not is_in_table and not depth:
        return ParagraphMarks()
    ends_row, ends_inner_row = values.get(_ROW_END) in _ON, values.get(_INNER_ROW_END) in _ON
    edges = _read_edges(changes) if ends_row or ends_inner_row else None
    return ParagraphMarks(max(1, depth), ends_row, ends_inner_row, values.get(_INNER_CELL) in _ON, edges)


def _read_edges(changes: Iterable[Change]) -> tuple[CellEdges, ...] | None:
    """Return where the cells of a row stand, None where it is not said or said in a way that is not understood."""
    places: tuple[int, ...] = ()
    across: list[int] = []
    down: list[int] = []
    for code, operand in changes:
        if code == _ROW_DEFINITION:
            places, across, down = _read_definition(operand)
        elif code in (_MERGE, _SPLIT):
            first, end = operand[0], operand[1]
            across[first:end] = [int(code == _MERGE) * (2 - (number == 0)) for number in range(len(across[first:end]))]
        elif code == _VERTICAL_MERGE and len(operand) == 2 and operand[0] < len(down):
            down[operand[0]] = (_GOES_ON, _VERTICAL)[operand[1] > 1] if operand[1] else 0
        elif code in _OTHER_ROW_CHANGES:
            return None
    if not across or any(left >= right for left, right in pairwise(places)):
        return None
    joins = _joins_left(across)
    return tuple(
        CellEdges(left, right, join, vertical == _GOES_ON)
        for (left, right), join, vertical in zip(pairwise(places), joins, down, strict=True)
    )


def _read_definition(operand: bytes) -> tuple[tuple[int, ...], list[int], list[int]]:
    """Return the edges of a row's cells, and for each cell its marks of merging across and down."""
    count = operand[0] if operand else 0
    start = 1 + 2 * (count + 1)
    if not count or len(operand) < start:
        return (), [], []
    flags = [
        int.from_bytes(operand[start + _CELL_SIZE * number : start + _CELL_SIZE * number + 2], "little")
        for number in range(count)
    ]
    places = struct.unpack_from(f"<{count + 1}h", operand, 1)
    return places, [flag & _JOINED for flag in flags], [flag & _VERTICAL for flag in flags]


def _joins_left(across: Sequence[int]) -> list[bool]:
    """Return which cells are part of the one to their left.

    The first cell of such a set has another mark than the rest. Which of the two marks is the first one's is told by
    the place alone: descriptions of the format disagree.
    """
    joins: list[bool] = []
    first = 0
    for mark in across:
        joins.append(bool(mark and first and mark != first))
        first = 0 if not mark else first or mark
    return joins


def show(text: str, look: Look) -> str:
    """Return text as its look shows it; of what is hidden, the marks of fields stay."""
    if look.hidden:
        return "".join(_FIELD_MARK.findall(text))
    if look.symbol:
        return look.symbol * len(text)
    if look.raised:
        text = raise_digits(text)
    return _PRINTED.sub(lambda match: strike(match[0]), text) if look.struck else text


def content_to_lines(content: str) -> tuple[list[str], int]:
    """Return the lines of a paragraph as printed, and how many pictures stand in it."""
    if content.isalnum():
        return [content], 0
    content = _without_instructions(content)
    content, pictures = _PICTURE.subn("", content)
    content = _OTHER_MARKS.sub("", content.replace("\x1e", "-"))
    if _HALVES.search(content):
        content = _join_halves(content)
    return content.split("\x0b"), pictures


def _without_instructions(content: str) -> str:
    """Return text without the instructions of fields; a box to tick or a list to choose from counts as a picture."""
    if "\x13" not in content and "\x15" not in content:
        return content
    parts: list[str] = []
    open_fields: list[bool] = []  # for each: whether its instruction is read
    position = 0
    for match in (*_FIELD_MARK.finditer(content), None):
        end = match.start() if match else len(content)
        text = content[position:end]
        parts.append(("\x01" if _FORM_FIELD.search(text) else "") if any(open_fields) else text)
        position = end + 1
        if match is None:
            break
        if match[0] == "\x13":
            open_fields.append(True)
        elif open_fields and match[0] == "\x14":
            open_fields[-1] = False
        elif open_fields:
            open_fields.pop()
    return "".join(parts)


def _join_halves(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
