"""Legacy Excel workbooks (xls, and the et files of WPS Office) to cells, after the published record format (BIFF8).

Read here and not by a library, because the libraries make room for every cell between the first and the last, and one
cell in the last row of the last column then ends the process.
"""

import struct
from collections.abc import Iterator, Sequence

from parsers.carriers.cells import Formats, Sheet, Workbook
from parsers.errors import DamagedError, EncryptedError, TooLargeError, UnknownCarrierError
from parsers.options import Options

_BOF, _EOF, _CONTINUE, _FILEPASS = 0x0809, 0x000A, 0x003C, 0x002F
_BOUNDSHEET, _SST, _FORMAT, _XF, _DATEMODE = 0x0085, 0x00FC, 0x041E, 0x00E0, 0x0022
_ROW, _COLINFO, _MERGED = 0x0208, 0x007D, 0x00E5
_LABEL_SST, _LABEL, _RICH_LABEL, _STRING = 0x00FD, 0x0204, 0x00D6, 0x0207
_NUMBER, _RK, _MULTI_RK, _FORMULA, _BOOL_ERROR, _BLANK, _MULTI_BLANK = 0x203, 0x27E, 0xBD, 0x06, 0x205, 0x201, 0xBE
_VERSION_8 = 0x0600
_WORKSHEET = 0
_PICTURES = 0x00EB
_WIDE, _FAR_EAST, _RICH = 0x01, 0x04, 0x08
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}

Record = tuple[int, bytes]


def read_xls(stream: bytes, options: Options) -> Workbook:
    """Return the visible sheets of a workbook stream.

    Raises `DamagedError` for one cut short, `EncryptedError` for one with a password, `UnknownCarrierError` for Excel
    95 and older, `TooLargeError` over the limits.
    """
    if len(stream) < 8 or struct.unpack_from("<HHH", stream)[::2] != (_BOF, _VERSION_8):
        raise UnknownCarrierError("an Excel workbook older than Excel 97; save it as xlsx and read that")
    book = Workbook("xls")
    try:
        common = _read_common(stream, options)
        for place, name, is_visible in common.sheets:
            if not is_visible:
                book.hidden += 1
                continue
            book.sheets.append(_SheetReader(common, name, options).read(_iter_records(stream, place, options)))
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise DamagedError("the Excel workbook is cut short or damaged; ask for it again") from error
    book.pictures = common.pictures
    return book


class _Common:
    """What all sheets share."""

    def __init__(self) -> None:
        self.sheets: list[tuple[int, str, bool]] = []
        self.strings: Sequence[str] = ()
        self.formats = Formats()
        self.framed: set[int] = set()
        self.pictures = 0


def _iter_records(stream: bytes, position: int, options: Options) -> Iterator[Record]:
    """Yield the records of the part that begins at a place, to its end; parts inside it are left out."""
    depth = 0
    for _ in range(options.max_elements):
        if position + 4 > len(stream):
            raise DamagedError("the Excel workbook is cut short; ask for it again")
        kind, size = struct.unpack_from("<HH", stream, position)
        position += 4
        if position + size > len(stream):
            raise DamagedError("the Excel workbook is cut short; ask for it again")
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, stream[position : position + size]
        position += size
    raise TooLargeError(
        f"the Excel workbook has more than {options.max_elements} records; raise the limit, or leave it"
    )


def _read_common(stream: bytes, options: Options) -> _Common:
    common = _Common()
    codes: dict[int, str] = {}
    styles: list[int] = []
    from_1904 = False
    strings: list[bytes] = []
    in_strings = False  # whether a record that goes on goes on with the shared texts
    for kind, data in _iter_records(stream, 0, options):
        if kind == _FILEPASS:
            raise EncryptedError("the Excel workbook asks for a password; ask for an open copy")
        if kind == _BOUNDSHEET:
            common.sheets += _read_bound_sheet(data)
        elif kind == _SST or (kind == _CONTINUE and in_strings):
            strings.append(data)
        elif kind == _FORMAT:
            codes[int.from_bytes(data[:2], "little")] = _Strings([data[2:]]).read_string()
        elif kind == _XF:
            if struct.unpack_from("<H", data, 10)[0]:
                common.framed.add(len(styles))
            styles.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == _DATEMODE:
            from_1904 = data[:1] == b"\x01"
        elif kind == _PICTURES:
            common.pictures = 1
        in_strings = kind == _SST or (kind == _CONTINUE and in_strings)
    common.formats = Formats(tuple((number, codes.get(number, "")) for number in styles), from_1904)
    common.strings = _read_strings(strings)
    return common


def _read_bound_sheet(data: bytes) -> Iterator[tuple[int, str, bool]]:
    """Yield place, name and visibility where it is a sheet with cells: charts and macros are none."""
    place, state, kind, length, flags = struct.unpack_from("<IBBBB", data)
    if kind == _WORKSHEET:
        raw = data[8 : 8 + length * (2 if flags & _WIDE else 1)]
        yield place, raw.decode("utf-16-le" if flags & _WIDE else "latin-1"), not state & 3


def _read_strings(chunks: Sequence[bytes]) -> tuple[str, ...]:
    """Return the texts that cells share; a text may go on in the next record."""
    if not chunks:
        return ()
    reader = _Strings([chunks[0][8:], *chunks[1:]])
    count = int.from_bytes(chunks[0][4:8], "little")
    strings: list[str] = []
    while len(strings) < count and not reader.is_at_end():
        strings.append(reader.read_string())
    return tuple(strings)


class _Strings:
    """Reads strings from a record and those that go on from it."""

    def __init__(self, chunks: Sequence[bytes]) -> None:
        self._chunks = chunks
        self._number = 0
        self._position = 0

    def is_at_end(self) -> bool:
        """Whether nothing is left."""
        while self._number < len(self._chunks) and self._position >= len(self._chunks[self._number]):
            self._number, self._position = self._number + 1, 0
        return self._number >= len(self._chunks)

    def read_string(self) -> str:
        """Return the next string: its length in two bytes, flags, sizes of what is behind it, its characters."""
        length, flags = struct.unpack("<HB", self._take(3))
        runs = int.from_bytes(self._take(2), "little") if flags & _RICH else 0
        extra = int.from_bytes(self._take(4), "little") if flags & _FAR_EAST else 0
        text = self._take_characters(length, flags)
        self._take(4 * runs + extra)
        return text

    def _take(self, size: int) -> bytes:
        """Return bytes from here on; what the file does not have is not made up."""
        parts: list[bytes] = []
        while size > 0 and not self.is_at_end():
            part = self._chunks[self._number][self._position : self._position + size]
            self._position += len(part)
            size -= len(part)
            parts.append(part)
        return b"".join(parts)

    def _take_characters(self, length: int, flags: int) -> str:
        """Return characters; where they go on in the next record, a flag there says anew how wide they are."""
        parts: list[str] = []
        while length > 0:
            number = self._number
            if self.is_at_end():
                raise DamagedError("the texts of the Excel workbook are cut short; ask for it again")
            if self._number != number:
                flags = self._take(1)[0]
            width = 2 if flags & _WIDE else 1
            here = self._chunks[self._number]
            raw = here[self._position : self._position + width * length]
            raw = raw[: len(raw) // width * width]
            self._position += max(1, len(raw))
            length -= len(raw) // width
            parts.append(
                raw.decode("utf-16-le" if width == 2 else "latin-1", "surrogatepass" if width == 2 else "strict")
            )
        return "".join(parts)


class _SheetReader:
    """Reads the records of one sheet."""

    def __init__(self, common: _Common, name: str, options: Options) -> None:
        self._common = common
        self._options = options
        self._sheet = Sheet(name)
        self._waits_for_text: tuple[int, int] | None = None

    def read(self, records: Iterator[Record]) -> Sheet:
        """Return the sheet."""
        for kind, data in records:
            if kind in (_LABEL_SST, _NUMBER, _RK, _FORMULA, _BOOL_ERROR, _BLANK, _LABEL, _RICH_LABEL):
                row, column, style = struct.unpack_from("<HHH", data)
                self._frame(row, style)
                self._read_cell(kind, data[6:], (row, column), style)
            elif kind in (_MULTI_RK, _MULTI_BLANK):
                self._read_many(kind, data)
            elif kind == _STRING and self._waits_for_text:
                self._put(*self._waits_for_text, _Strings([data]).read_string())
                self._waits_for_text = None
            elif kind == _ROW and data[12] & 0x20:
                self._sheet.hidden_rows.add(struct.unpack_from("<H", data)[0])
            elif kind == _COLINFO and data[8] & 0x01:
                self._sheet.hidden_columns.append(struct.unpack_from("<HH", data))
            elif kind == _MERGED:
                self._read_merges(data)
        return self._sheet

    def _frame(self, row: int, style: int) -> None:
        if style in self._common.framed:
            self._sheet.framed.add(row)

    def _put(self, row: int, column: int, text: str) -> None:
        self._sheet.put(row, column, " ".join(text.replace("\r", "").split("\n")), self._options)

    def _read_cell(self, kind: int, data: bytes, place: tuple[int, int], style: int) -> None:
        if kind == _LABEL_SST:
            number = struct.unpack_from("<I", data)[0]
            if number >= len(self._common.strings):
                raise DamagedError("the Excel workbook names a text that it has not; ask for it again")
            self._put(*place, self._common.strings[number])
        elif kind in (_LABEL, _RICH_LABEL):
            self._put(*place, _Strings([data]).read_string())
        elif kind == _NUMBER:
            self._put(*place, self._common.formats.show(struct.unpack_from("<d", data)[0], style))
        elif kind == _RK:
            self._put(*place, self._common.formats.show(_rk_number(data), style))
        elif kind == _BOOL_ERROR:
            self._put(*place, _bool_or_error(data[0], data[1]))
        elif kind == _FORMULA:
            self._read_formula(data, place, style)

    def _read_formula(self, data: bytes, place: tuple[int, int], style: int) -> None:
        """Take in the result of a formula; a text stands in the next record."""
        if data[6:8] != b"\xff\xff":
            self._put(*place, self._common.formats.show(struct.unpack_from("<d", data)[0], style))
        elif data[0] == 0:
            self._waits_for_text = place
        elif data[0] in (1, 2):
            self._put(*place, _bool_or_error(data[2], data[0] == 2))

    def _read_many(self, kind: int, data: bytes) -> None:
        row, column = struct.unpack_from("<HH", data)
        size = 6 if kind == _MULTI_RK else 2
        for position in range(4, len(data) - 2 - size + 1, size):
            style = struct.unpack_from("<H", data, position)[0]
            self._frame(row, style)
            if kind == _MULTI_RK:
                self._put(row, column, self._common.formats.show(_rk_number(data[position + 2 : position + 6]), style))
            column += 1

    def _read_merges(self, data: bytes) -> None:
        for number in range(struct.unpack_from("<H", data)[0]):
            first, last, left, right = struct.unpack_from("<4H", data, 2 + 8 * number)
            self._sheet.merges.append((first, left, last, right))


def _rk_number(data: bytes) -> float:
    """Return a number in four bytes: an integer or the upper half of a real one, perhaps a hundredfold."""
    raw: int = struct.unpack_from("<i", data)[0]
    value: float = raw >> 2 if raw & 2 else struct.unpack("<d", b"\x00\x00\x00\x00" + struct.pack("<i", raw & ~3))[0]
    return value / 100 if raw & 1 else value


def _bool_or_error(value: int, is_error: int) -> str:
    if is_error:
        return _ERRORS.get(value, "#ERROR!")
    return "TRUE" if value else "FALSE"
