"""The parts of a legacy Word file: header, pieces of text, and the properties of its characters and paragraphs.

After the published specification of the format. Text lies in pieces; properties lie in pages of 512 bytes, by place
in the file; both are put together here, so that a reader asks by the position of a character alone.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from parsers.errors import DamagedError, EncryptedError, TooLargeError, UnknownCarrierError

_WORD_MAGIC = 0xA5EC
_OLD_MAGICS = frozenset({0xA5DC, 0xA59B, 0xA59C, 0xA697, 0xA698, 0xA699, 0xA5DB})
_FIRST_VERSION = 0xC1  # of Word 97
_ENCRYPTED, _OTHER_TABLE = 0x0100, 0x0200
_PAGE = 512
_NARROW = 0x40000000
_CHINESE = frozenset({0x0804, 0x1004})
_MIN_PAIRS = 4
_HUGE_PROPERTIES = frozenset({0x6646, 0x646B})  # sprmPHugePapx, sprmPTableProps: the rest lies in the data stream
_MAX_HUGE = 0x3FA2  # by the specification
_TABLE_DEFINITIONS = frozenset({0xD606, 0xD608})
_TAB_CHANGES = 0xC615
_OPERAND_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)
_HIGH = str.maketrans(
    {number: bytes([number]).decode("cp1252", "ignore") or chr(number) for number in range(0x80, 0xA0)}
)


Change = tuple[int, bytes]
"""Code and operand of one change to the properties of characters, a paragraph or a row (a sprm)."""


class Header(NamedTuple):
    """What the file information block says that is needed here."""

    language: int
    table: str
    characters: int
    box_characters: int
    pieces: tuple[int, int]
    character_pages: tuple[int, int]
    paragraph_pages: tuple[int, int]


class Piece(NamedTuple):
    """Characters `first` to before `end`, from `place` in the file on, and changes to their properties."""

    first: int
    end: int
    place: int
    is_narrow: bool
    changes: bytes

    def place_of(self, position: int) -> int:
        """Return where in the file a character stands."""
        return self.place + (position - self.first) * (1 if self.is_narrow else 2)


class Run(NamedTuple):
    """A stretch of the file with the same properties."""

    start: int
    end: int
    properties: bytes


def read_header(stream: bytes) -> Header:
    """Return the header of the main stream; a password, another version or no header at all is an error."""
    if len(stream) < 0x1AA:
        raise DamagedError("the Word file is cut short in its header; ask for it again")
    magic, version, _, language, _, flags, _ = struct.unpack_from("<7H", stream)
    if magic in _OLD_MAGICS or (magic == _WORD_MAGIC and version < _FIRST_VERSION):
        raise UnknownCarrierError("a Word document older than Word 97; save it as docx and read that")
    if magic != _WORD_MAGIC:
        raise DamagedError("the Word file has no header of Word; ask for it again")
    if flags & _ENCRYPTED:
        raise EncryptedError("the Word document asks for a password; ask for an open copy")
    return Header(
        language=language,
        table="1Table" if flags & _OTHER_TABLE else "0Table",
        characters=struct.unpack_from("<i", stream, 0x4C)[0],
        box_characters=struct.unpack_from("<i", stream, 0x64)[0],
        pieces=struct.unpack_from("<II", stream, 0x1A2),
        character_pages=struct.unpack_from("<II", stream, 0xFA),
        paragraph_pages=struct.unpack_from("<II", stream, 0x102),
    )


def read_pieces(table: bytes, header: Header) -> list[Piece]:
    """Return the pieces of the main text; `DamagedError` where there is no table of them or it is cut short."""
    start, size = header.pieces
    clx = table[start : start + size]
    changes: list[bytes] = []
    position = 0
    while clx[position : position + 1] == b"\x01" and position + 3 <= len(clx):
        length = int.from_bytes(clx[position + 1 : position + 3], "little")
        changes.append(clx[position + 3 : position + 3 + length])
        position += 3 + length
    if clx[position : position + 1] != b"\x02":
        raise DamagedError("the Word file has no table of its text; ask for it again")
    length = int.from_bytes(clx[position + 1 : position + 5], "little")
    plc = clx[position + 5 : position + 5 + length]
    count = (len(plc) - 4) // 12
    if count < 1 or len(plc) < length:
        raise DamagedError("the table of the Word file's text is cut short; ask for it again")
    firsts = struct.unpack_from(f"<{count + 1}i", plc)
    pieces = []
    for number in range(count):
        _, place, change = struct.unpack_from("<HIH", plc, 4 * (count + 1) + 8 * number)
        first, end = firsts[number], min(firsts[number + 1], header.characters)
        if first < 0 or firsts[number + 1] < first:
            raise DamagedError("the table of the Word file's text contradicts itself; ask for it again")
        if end > first:
            is_narrow = bool(place & _NARROW)
            place &= _NARROW - 1
            changed = changes[change >> 1] if change & 1 and change >> 1 < len(changes) else b""
            pieces.append(Piece(first, end, place // 2 if is_narrow else place, is_narrow, changed))
    return pieces


def read_text(stream: bytes, pieces: Sequence[Piece], language: int) -> str:
    """Return the text of all pieces, one character for each position; a character of two positions stays in halves."""
    if sum(piece.end - piece.first for piece in pieces) > len(stream):
        raise DamagedError("the Word file claims more text than it has; ask for it again")
    return "".join(_read_piece(stream, piece, language) for piece in pieces)


def _read_piece(stream: bytes, piece: Piece, language: int) -> str:
    length = piece.end - piece.first
    size = length if piece.is_narrow else 2 * length
    raw = stream[piece.place : piece.place + size]
    if len(raw) < size:
        raise DamagedError("the Word file is cut short in its text; ask for it again")
    if piece.is_narrow:
        return _read_narrow(raw, language)
    text = raw.decode("utf-16-le", "surrogatepass")
    return text if len(text) == length else "".join(map(chr, struct.unpack(f"<{length}H", raw)))


def _read_narrow(raw: bytes, language: int) -> str:
    r"""Return text of one byte a position: Windows-1252, as Word writes it, or GBK, as some programs do.

    GBK is believed only in a Chinese document whose high bytes are pairs of the common characters, four at least; the
    second position of each is then NUL.
    """
    text = raw.decode("latin-1").translate(_HIGH)
    high = sum(byte >= 0x80 for byte in raw)
    if language not in _CHINESE or high < 2 * _MIN_PAIRS:
        return text
    try:
        chinese = raw.decode("gb2312")
    except UnicodeDecodeError:
        return text
    return "".join(character if character.isascii() else character + "\x00" for character in chinese)


@dataclass
class Properties:
    """The runs of properties of one kind, in the order of the file, and the data stream that long ones lie in."""

    runs: list[Run]
    data: bytes = b""
    changes_left: int = 600_000
    known: dict[bytes, tuple[Change, ...]] = field(default_factory=dict)

    @cached_property
    def _starts(self) -> list[int]:
        return [run.start for run in self.runs]

    def find(self, place: int) -> Run | None:
        """Return the run that a place of the file lies in."""
        number = bisect_right(self._starts, place) - 1
        return self.runs[number] if number >= 0 and place < self.runs[number].end else None

    def iter_between(self, start: int, end: int) -> Iterator[Run]:
        """Yield the runs that begin before `end` and end behind `start`."""
        for number in range(max(0, bisect_right(self._starts, start) - 1), len(self.runs)):
            run = self.runs[number]
            if run.start >= end:
                return
            if run.end > start:
                yield run

    def changes(self, properties: bytes) -> tuple[Change, ...]:
        """Return code and operand of each change in a run's properties, those in the data stream among them."""
        found = self.known.get(properties)
        if found is None:
            found = self.known[properties] = tuple(self._iter_changes(properties))
            self.changes_left -= len(found)
            if self.changes_left < 0:
                raise TooLargeError("the properties in the Word file are over the limit; raise it, or leave the file")
        return found

    def _iter_changes(self, properties: bytes) -> Iterator[Change]:
        for code, operand in iter_changes(properties):
            if code in _HUGE_PROPERTIES and len(operand) == 4:
                place = int.from_bytes(operand, "little")
                size = min(_MAX_HUGE, int.from_bytes(self.data[place : place + 2], "little"))
                yield from iter_changes(self.data[place + 2 : place + 2 + size])
            else:
                yield code, operand


def read_properties(stream: bytes, table: bytes, pages: tuple[int, int], *, of_paragraphs: bool) -> list[Run]:
    """Return the runs that the pages of one kind hold, in the order of the file; broken pages hold none."""
    plc = table[pages[0] : pages[0] + pages[1]]
    count = max(0, (len(plc) - 4) // 8)
    numbers = struct.unpack_from(f"<{count}I", plc, 4 * (count + 1)) if count else ()
    runs: list[Run] = []
    for number in dict.fromkeys(number & 0x3FFFFF for number in numbers):
        page = stream[number * _PAGE : (number + 1) * _PAGE]
        if len(page) == _PAGE:
            runs.extend(_iter_page(page, of_paragraphs=of_paragraphs))
    runs.sort()
    return [run for run, before in zip(runs, (None, *runs), strict=False) if not before or run.start != before.start]


def _iter_page(page: bytes, *, of_paragraphs: bool) -> Iterator[Run]:
    count = page[-1]
    width = 13 if of_paragraphs else 1
    if 4 * (count + 1) + width * count >= _PAGE:
        return
    places = struct.unpack_from(f"<{count + 1}I", page)
    for number in range(count):
        offset = 2 * page[4 * (count + 1) + width * number]
        properties = b""
        if offset:
            properties = _paragraph_properties(page, offset) if of_paragraphs else _character_properties(page, offset)
        if places[number] < places[number + 1]:
            yield Run(places[number], places[number + 1], properties)


def _character_properties(page: bytes, offset: int) -> bytes:
    return page[offset + 1 : offset + 1 + page[offset]]


def _paragraph_properties(page: bytes, offset: int) -> bytes:
    """Return the changes of a paragraph; the number of its style stands before them."""
    size = 2 * page[offset] - 1
    start = offset + 1
    if size < 0 and start < _PAGE:
        size = 2 * page[start]
        start += 1
    return page[start + 2 : start + max(size, 2)]


def iter_changes(properties: bytes) -> Iterator[Change]:
    """Yield code and operand of each change (sprm); what is cut short ends it."""
    position = 0
    while position + 2 < len(properties):
        code = int.from_bytes(properties[position : position + 2], "little")
        position += 2
        size = _OPERAND_SIZES[code >> 13]
        if not size:
            head, size = _variable_size(properties, position, code)
            position += head
        operand = properties[position : position + size]
        if len(operand) < size:
            return
        yield code, operand
        position += size


def _variable_size(properties: bytes, position: int, code: int) -> tuple[int, int]:
    """Return the length of the size field and the size that it states."""
    if code in _TABLE_DEFINITIONS:
        return 2, max(0, int.from_bytes(properties[position : position + 2], "little") - 1)
    size = properties[position]
    if code == _TAB_CHANGES and size == 0xFF:
        deleted = properties[position + 1] if position + 1 < len(properties) else 0
        added_at = position + 2 + 4 * deleted
        added = properties[added_at] if added_at < len(properties) else 0
        return 1, 2 + 4 * deleted + 3 * added
    return 1, size
