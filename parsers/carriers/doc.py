r"""Legacy Word documents (doc, and the wps files of WPS Office) to a document: paragraphs as lines, tables as grids.

The text is one string: `\x07` ends each cell, and once more each row; the properties of that last mark hold where the
cells of the row stand and which of them are merged. Only the main text is read, as it would be printed: results of
fields, not their instructions; nothing hidden or deleted.
"""

import io
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from parsers.carriers.doc_marks import (
    ParagraphMarks,
    content_to_lines,
    iter_looks,
    read_paragraph,
    show,
)
from parsers.carriers.levels import Levels
from parsers.carriers.tables import TableCounts, number_tables, warn_of_pictures
from parsers.carriers.word_binary import (
    Header,
    Piece,
    Properties,
    iter_changes,
    read_header,
    read_pieces,
    read_properties,
    read_text,
)
from parsers.document import Block, Document
from parsers.errors import DamagedError, EncryptedError, ParserError, ReaderMissingError, UnknownCarrierError
from parsers.options import DEFAULT_OPTIONS, Options

_OTHER_FILES = (
    ("workbook", "an Excel workbook"),
    ("book", "an Excel workbook"),
    ("powerpoint document", "a PowerPoint file"),
    ("visiodocument", "a Visio file"),
    ("matost", "a Microsoft Works document"),
    ("perfectoffice_main", "a WordPerfect document"),
    ("bodytext", "a Hangul document"),
    ("__properties_version1.0", "an Outlook message"),
)
_PARAGRAPH = re.compile(r"[^\x07\x0c\r]*(?:[\x07\x0c\r]|\Z)")
_SUMMARY = "\x05summaryinformation"
_CODE_PAGE, _TITLE = 1, 2  # names of properties in a summary
_SHORT, _STRING = 2, 30  # kinds of properties
_MOST_PROPERTIES = 64
_CODE_PAGES = {936: "gb18030", 950: "cp950", 1200: "utf-16-le", 1252: "cp1252", 65001: "utf-8"}


def doc_to_document(body: bytes, options: Options = DEFAULT_OPTIONS) -> Document:
    """Return the blocks of a legacy Word document, each paragraph a line or, at its line breaks, several.

    Raises `DamagedError` for a file cut short, `EncryptedError` for one with a password, `UnknownCarrierError` for
    another kind of Office file or a Word file older than 97, `TooLargeError` over the limits, `ReaderMissingError`
    without the package olefile.
    """
    streams, title = _read_streams(body)
    stream = streams.get("worddocument", b"")
    header = read_header(stream)
    table = streams.get(header.table.lower()) or streams.get("1table") or streams.get("0table") or b""
    pieces = read_pieces(table, header)
    reader = _Reader(
        read_text(stream, pieces, header.language),
        pieces,
        (
            Properties(read_properties(stream, table, header.character_pages, of_paragraphs=False)),
            Properties(
                read_properties(stream, table, header.paragraph_pages, of_paragraphs=True), streams.get("data", b"")
            ),
        ),
        options,
    )
    blocks = number_tables(reader.read())
    warnings = (
        *warn_of_pictures(reader.pictures, blocks),
        *reader.counts.iter_warnings(),
        *_warn_of_boxes(header),
        *reader.iter_warnings(),
    )
    return Document("doc", blocks, title=title, warnings=warnings)


def _read_streams(body: bytes) -> tuple[dict[str, bytes], str | None]:
    """Return the streams of a Word file by name in lower case, and its title."""
    try:
        import olefile  # type: ignore[import-untyped]  # noqa: PLC0415 - few documents need it
    except ImportError as error:
        raise ReaderMissingError("legacy Word files need the package olefile: pip install olefile") from error
    try:
        with olefile.OleFileIO(io.BytesIO(body)) as ole:
            names = {entry.name.lower() for entry in ole.root.kids}
            _refuse_other_files(names)
            wanted = ("worddocument", "0table", "1table", "data")
            streams = {name: bytes(ole.openstream(name).read()) for name in wanted if name in names}
            summary = bytes(ole.openstream(_SUMMARY).read()) if _SUMMARY in names else b""
            return streams, _read_title(summary)
    except ParserError:
        raise
    except Exception as error:  # a hostile file makes olefile raise nearly anything
        raise DamagedError("the legacy Office file is cut short or damaged; ask for it again") from error


def _refuse_other_files(names: set[str]) -> None:
    if "worddocument" in names:
        return
    if "encryptedpackage" in names:
        raise EncryptedError("the Office file asks for a password; ask for an open copy")
    kind = next((kind for name, kind in _OTHER_FILES if name in names), "an Office container of another kind")
    raise UnknownCarrierError(f"no Word document, but {kind}; read it as what it is, or ask for another copy")


def _read_title(summary: bytes) -> str | None:
    """Return the title that a summary stream holds. Read by hand: olefile believes any count that stands there."""
    properties = _read_properties(summary)
    encoding = _CODE_PAGES.get(int.from_bytes(properties.get(_CODE_PAGE, b""), "little"))
    try:
        return " ".join(properties.get(_TITLE, b"").decode(encoding or "ascii").replace("\x00", "").split()) or None
    except UnicodeDecodeError:
        return None


def _read_properties(summary: bytes) -> dict[int, bytes]:
    """Return the two bytes of the code page and the bytes of the title, those that are there."""
    begin = int.from_bytes(summary[44:48], "little")
    found: dict[int, bytes] = {}
    for number in range(min(int.from_bytes(summary[begin + 4 : begin + 8], "little"), _MOST_PROPERTIES)):
        entry = begin + 8 + 8 * number
        name = int.from_bytes(summary[entry : entry + 4], "little")
        place = begin + int.from_bytes(summary[entry + 4 : entry + 8], "little")
        kind = int.from_bytes(summary[place : place + 4], "little")
        if (name, kind) == (_CODE_PAGE, _SHORT):
            found[name] = summary[place + 4 : place + 6]
        elif (name, kind) == (_TITLE, _STRING):
            length = int.from_bytes(summary[place + 4 : place + 8], "little")
            found[name] = summary[place + 8 : place + 8 + length]
    return found


def _warn_of_boxes(header: Header) -> tuple[str, ...]:
    if header.box_characters < 2:
        return ()
    return (f"text boxes with {header.box_characters} characters stand in the document; they were not read",)


class _Reader:
    """Walks the text once, paragraph by paragraph."""

    def __init__(self, text: str, pieces: Sequence[Piece], kinds: tuple[Properties, Properties], of: Options) -> None:
        self.counts = TableCounts()
        self.pictures = 0
        self.stray_cells = 0
        self._text = text
        self._pieces = pieces
        self._starts = [piece.first for piece in pieces]
        characters, self._paragraphs = kinds
        self._looks = list(iter_looks(pieces, characters))
        self._next_look = 0
        self._levels = Levels(of, self.counts)
        self._known: dict[tuple[bytes, bytes], ParagraphMarks] = {}

    def read(self) -> list[Block]:
        """Return the blocks of the text."""
        joined = ""
        for number, match in enumerate(_PARAGRAPH.finditer(self._text), 1):
            start, end = match.span()
            if start == end:
                break
            mark = self._text[end - 1] if self._text[end - 1] in "\x07\x0c\r" else ""
            content = joined + self._shown(start, end - len(mark))
            joined = ""
            if mark == "\r" and self._is_hidden(end - 1):
                joined = content
                continue
            self._end_paragraph(content, mark, self._paragraph_at(end - 1), f"paragraph {number}")
        return self._levels.close()

    def iter_warnings(self) -> Iterator[str]:
        """Yield what went wrong besides the tables."""
        if self.stray_cells:
            yield f"{self.stray_cells} cells stand in no table that the file describes; they are read as lines"

    def _end_paragraph(self, content: str, mark: str, of: ParagraphMarks, at: str) -> None:
        if of.depth and (of.ends_inner_row if mark != "\x07" else of.ends_row):
            self._levels.end_row(of.depth, of.edges)
            return
        lines, pictures = content_to_lines(content)
        self.pictures += pictures
        if not of.depth and (mark == "\x07" or (mark == "\x0c" and lines == [""])):
            self.stray_cells += mark == "\x07"
            lines = [line for line in lines if line.strip()]
        self._levels.add_lines(of.depth, lines, at, shows_object=pictures > 0)
        if of.depth and (mark == "\x07" or of.ends_inner_cell):
            self._levels.end_cell(of.depth)

    def _piece_at(self, position: int) -> Piece:
        return self._pieces[max(0, bisect_right(self._starts, position) - 1)]

    def _paragraph_at(self, position: int) -> ParagraphMarks:
        """Return what the mark at a position says; of a place that no properties cover, nothing is known."""
        piece = self._piece_at(position)
        run = self._paragraphs.find(piece.place_of(position))
        properties = run.properties if run else b""
        key = (properties, piece.changes)
        if key not in self._known:
            self._known[key] = read_paragraph((*self._paragraphs.changes(properties), *iter_changes(piece.changes)))
        return self._known[key]

    def _is_hidden(self, position: int) -> bool:
        return any(
            look.hidden
            for start, end, look in self._looks[self._next_look : self._next_look + 2]
            if start <= position < end
        )

    def _shown(self, start: int, end: int) -> str:
        """Return text with the looks of its runs put into it: what is hidden is not in it."""
        looks = self._looks
        while self._next_look < len(looks) and looks[self._next_look][1] <= start:
            self._next_look += 1
        parts: list[str] = []
        number, position = self._next_look, start
        while number < len(looks) and looks[number][0] < end:
            first, last = max(looks[number][0], position), min(looks[number][1], end)
            if first < last:
                parts += (self._text[position:first], show(self._text[first:last], looks[number][2]))
                position = last
            number += 1
        self._next_look = max(self._next_look, number - 1)
        return "".join((*parts, self._text[position:end])) if parts else self._text[start:end]
