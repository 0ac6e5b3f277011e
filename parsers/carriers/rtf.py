r"""Rich text (RTF) to a document: paragraphs as lines, tables as grids.

A file is words (`\par`), groups in braces, and text. A group that begins with the name of something that is no text of
the page (fonts, styles, pictures, notes) is left out whole. A row says where its cells end (`\cellx`) and which of them
are merged, so that the grid is the printed one.
"""

from collections.abc import Callable
from dataclasses import replace

from parsers.carriers import rtf_words as words
from parsers.carriers.levels import CellEdges, Levels
from parsers.carriers.tables import SYMBOLS, TableCounts, number_tables, raise_digits, strike, warn_of_pictures
from parsers.document import Block, Document, TextLine
from parsers.errors import DamagedError, TooLargeError
from parsers.options import DEFAULT_OPTIONS, Options


def rtf_to_document(body: bytes, options: Options = DEFAULT_OPTIONS) -> Document:
    """Return the blocks of an RTF file, each paragraph a line or, at its line breaks, several.

    Raises `DamagedError` for bytes that are no RTF, `TooLargeError` for groups too deep. A file that is cut short is
    read as far as it goes, with a warning.
    """
    start = body.find(b"{\\rtf", 0, 64)
    if start < 0:
        raise DamagedError("the file does not begin as RTF does; ask for it again")
    reader = _Reader(options)
    reader.read(body, start)
    blocks = number_tables(reader.close())
    warnings = (*warn_of_pictures(reader.pictures, blocks), *reader.counts.iter_warnings(), *reader.iter_warnings())
    return Document("rtf", blocks, title=reader.title, warnings=warnings)


class _Reader:
    """Walks the words of a file once."""

    def __init__(self, options: Options) -> None:
        self.counts = TableCounts()
        self.pictures = 0
        self.title: str | None = None
        self._options = options
        self._page = words.Page(Levels(options, self.counts))
        self._outer: list[
            tuple[int, str, words.Page]
        ] = []  # what a box or the title interrupts, and how deep its group is
        self._rows: list[tuple[int, words.RowDefinition]] = []  # what the definition of an inner row interrupts
        self._row = words.RowDefinition()
        self._state = words.State()
        self._stack: list[words.State] = []
        self._bytes = bytearray()
        self._skip = 0
        self._starred = False
        self._ended = False
        self._paragraphs = 0
        self._lost = 0
        self._encoding = "cp1252"
        self._fonts: dict[int, str] = {}
        self._default_font: int | None = None
        self._defined_font: int | None = None

    def read(self, body: bytes, position: int) -> None:
        """Take in the file from a place on, to the end of its outermost group."""
        match_token = _TOKEN.match
        while not self._ended and (match := match_token(body, position)):
            position = match.end()
            unknown, word, number, code, sign, brace, text = match.groups()
            if unknown is not None:
                self._pass_words()
            elif word is not None:
                self._skip = 0
                if word == b"bin":
                    position += max(0, int(number or 0))
                else:
                    self._take_word(word.decode("ascii"), int(number) if number else None)
            elif text is not None:
                self._add_text(text)
            elif code is not None:
                self._add_text(bytes([int(code, 16)]))
            elif brace is not None:
                self._turn_group(brace == b"{")
            elif sign is not None:
                self._take_sign(sign)

    def close(self) -> list[Block]:
        """Return the blocks, what was begun ended."""
        while self._outer:
            self._end_inner()
        if self._page.pieces or self._bytes:
            self._end_paragraph()
        return self._page.levels.close()

    def iter_warnings(self) -> list[str]:
        """Return what went wrong besides the tables."""
        warnings = []
        if not self._ended:
            warnings.append("the file ends within a group; what stood behind is missing")
        if self._lost:
            warnings.append(f"{self._lost} characters could not be read")
        return warnings

    def _turn_group(self, opens: bool) -> None:  # noqa: FBT001 - the two braces are the two cases
        self._flush()
        self._skip = 0
        self._starred = False
        if opens:
            if len(self._stack) >= self._options.max_office_depth:
                raise TooLargeError(f"groups stand more than {self._options.max_office_depth} deep; not read")
            self._stack.append(self._state)
            self._state = replace(self._state)
            return
        if self._outer and self._outer[-1][0] == len(self._stack):
            self._end_inner()
        if self._rows and self._rows[-1][0] == len(self._stack):
            self._row = self._rows.pop()[1]
        if self._stack:
            self._state = self._stack.pop()
        self._ended = not self._stack

    def _pass_words(self) -> None:
        """Pass words that are not known; a group that begins with a starred one is left out."""
        self._skip = 0
        if self._starred:
            self._starred = False
            self._state.reading = self._state.reading or words.LEFT_OUT

    def _take_sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._starred = True
        elif sign in b"\r\n":
            self._take_word("par", None)
        elif sign in words.SIGNS:
            self._add(words.SIGNS[sign])

    def _take_word(self, word: str, number: int | None) -> None:
        starred, self._starred = self._starred, False
        state = self._state
        if state.reading != words.READ:
            self._take_word_left_out(word, number)
        elif word == "u":
            self._flush()
            self._add(chr((number or 0) & 0xFFFF))
            self._skip = state.skip_after
        elif word in words.FLAGS:
            self._flush()
            setattr(state, words.FLAGS[word], number != 0)
        elif word in words.ROW_FLAGS:
            setattr(self._row, words.ROW_FLAGS[word], True)
        elif word in words.NUMBERED:
            self._flush()
            setattr(state, words.NUMBERED[word], number or 0)
        elif (action := _ACTIONS.get(word)) is not None:
            self._flush()
            action(self, number)
        elif word in words.CHARACTERS:
            self._add(words.CHARACTERS[word])
        elif (starred and word not in words.KEPT_STARRED) or word in words.SKIPPED:
            state.reading = words.LEFT_OUT

    def _take_word_left_out(self, word: str, number: int | None) -> None:
        """Take in the few words that matter in what is left out."""
        state = self._state
        if state.in_fonts:
            self._define_font(word, number)
        elif state.reading == words.WAITING:
            if word in ("shptxt", "dptxbxtext", "title"):
                self._begin_inner(word)
            elif word == "ud":
                state.reading = words.READ
            elif word == "pict":
                self._show_object(None)

    def _define_font(self, word: str, number: int | None) -> None:
        if word == "f":
            self._defined_font = number
        elif self._defined_font is not None and number is not None:
            if word == "fcharset":
                encoding = words.SYMBOL if number == words.SYMBOL_CHARSET else words.CHARSETS.get(number, "")
                self._fonts.setdefault(self._defined_font, encoding)
            elif word == "cpg":
                self._fonts[self._defined_font] = words.find_encoding(number)

    def _add_text(self, text: bytes) -> None:
        """Add bytes as they stand, those skipped that stand in for the character before."""
        if self._state.reading != words.READ:
            if words.FORM_FIELD.search(text):
                self._page.shows_object = True
            return
        if self._skip:
            skipped, self._skip = self._skip, max(0, self._skip - len(text))
            text = text[skipped:]
        self._bytes += text

    def _flush(self) -> None:
        """Turn the bytes gathered so far into text, in the encoding of their font."""
        if not self._bytes:
            return
        raw = bytes(self._bytes)
        self._bytes.clear()
        font = self._state.font if self._state.font is not None else self._default_font
        encoding = (self._fonts.get(font, "") if font is not None else "") or self._encoding
        if encoding == words.SYMBOL:
            self._add("".join(chr(SYMBOLS + byte) if byte > 0x20 else chr(byte) for byte in raw))
            return
        text = raw.decode(encoding, "replace")
        self._lost += text.count("\ufffd")
        self._add(text)

    def _add(self, text: str) -> None:
        """Add text with the look that holds."""
        if self._bytes:
            self._flush()
        state = self._state
        if state.reading != words.READ or state.hidden or state.deleted:
            return
        if state.raised:
            text = raise_digits(text)
        self._page.pieces.append(strike(text) if state.struck and text.strip() else text)

    def _begin_inner(self, kind: str) -> None:
        """Begin a text box, or the title: what stands in it is no part of the paragraph around it."""
        self._outer.append((len(self._stack), kind, self._page))
        self._page = words.Page(Levels(self._options, self.counts))
        self._state = words.State(font=self._state.font, skip_after=self._state.skip_after)

    def _end_inner(self) -> None:
        if self._page.pieces or self._bytes:
            self._end_paragraph()
        blocks = self._page.levels.close()
        _, kind, self._page = self._outer.pop()
        if kind == "title":
            self._paragraphs -= len(blocks)
            text = " ".join(block.text for block in blocks if isinstance(block, TextLine))
            self.title = " ".join(text.split()) or None
        else:
            self._page.beside += (b for b in blocks if not isinstance(b, TextLine) or b.text.strip())

    def _end_paragraph(self, depth: int | None = None) -> None:
        """Close the paragraph being read, which stands `depth` tables deep (by default, as its properties say)."""
        self._flush()
        page, state = self._page, self._state
        if depth is None:
            depth = max(1, state.depth) if state.in_table else 0
        self._paragraphs += 1
        text = "".join(page.pieces)
        if words.HALVES.search(text):
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        page.pieces.clear()
        page.levels.add_lines(depth, text.split("\n"), f"paragraph {self._paragraphs}", shows_object=page.shows_object)
        page.levels.add_beside(page.beside)
        page.beside, page.shows_object = [], False

    def _end_line(self, number: int | None) -> None:
        """End a paragraph, unless its own mark is deleted or hidden: then the next one stands in its line."""
        if not self._state.deleted and not self._state.hidden:
            self._end_paragraph()

    def _break_page(self, number: int | None) -> None:
        if self._page.pieces:
            self._end_paragraph()

    def _end_cell(self, depth: int) -> None:
        self._end_paragraph(depth)
        self._page.levels.end_cell(depth)

    def _end_row(self, depth: int) -> None:
        self._flush()
        if "".join(self._page.pieces).strip():
            self._end_cell(depth)
        self._page.pieces.clear()
        self._page.levels.end_row(depth, None if self._row.is_broken else self._row.edges)

    def _begin_row(self, number: int | None) -> None:
        self._row = words.RowDefinition()

    def _end_cell_definition(self, number: int | None) -> None:
        row, right = self._row, number or 0
        row.is_broken |= right <= row.left
        row.edges.append(CellEdges(row.left, right, row.joins_left, row.goes_on))
        row.left, row.joins_left, row.goes_on = right, False, False

    def _set_left(self, number: int | None) -> None:
        if not self._row.edges:
            self._row.left = number or 0

    def _begin_inner_row(self, number: int | None) -> None:
        self._rows.append((len(self._stack), self._row))

    def _wait(self, number: int | None) -> None:
        self._state.reading = words.WAITING

    def _begin_fonts(self, number: int | None) -> None:
        self._state.reading, self._state.in_fonts = words.LEFT_OUT, True

    def _show_object(self, number: int | None) -> None:
        self._state.reading = words.LEFT_OUT
        self._page.shows_object = True
        self.pictures += 1

    def _show_number(self, number: int | None) -> None:
        """Leave out an automatic number; but a cell with nothing else is not blank."""
        self._state.reading = words.LEFT_OUT
        self._page.shows_object = True

    def _set_encoding(self, number: int | None) -> None:
        self._encoding = words.find_encoding(number or 1252) or "cp1252"

    def _set_default_font(self, number: int | None) -> None:
        self._default_font = number

    def _reset_paragraph(self, number: int | None) -> None:
        self._state.in_table, self._state.depth = False, 1

    def _lower(self, number: int | None) -> None:
        self._state.raised = False

    def _reset_look(self, number: int | None) -> None:
        state = self._state
        state.hidden = state.deleted = state.raised = state.struck = False
        state.font = None


Action = Callable[[_Reader, int | None], None]
_ACTIONS: dict[str, Action] = {
    "par": _Reader._end_line,
    "sect": lambda reader, _: reader._end_paragraph(),
    "page": _Reader._break_page,
    "column": _Reader._break_page,
    "cell": lambda reader, _: reader._end_cell(1),
    "nestcell": lambda reader, _: reader._end_cell(max(2, reader._state.depth)),
    "row": lambda reader, _: reader._end_row(1),
    "nestrow": lambda reader, _: reader._end_row(max(2, reader._state.depth)),
    "trowd": _Reader._begin_row,
    "trleft": _Reader._set_left,
    "cellx": _Reader._end_cell_definition,
    "nesttableprops": _Reader._begin_inner_row,
    "pard": _Reader._reset_paragraph,
    "plain": _Reader._reset_look,
    "nosupersub": _Reader._lower,
    "sub": _Reader._lower,
    "fonttbl": _Reader._begin_fonts,
    "ansicpg": _Reader._set_encoding,
    "deff": _Reader._set_default_font,
    **dict.fromkeys(words.WAITED_FOR, _Reader._wait),
    **dict.fromkeys(words.OBJECTS, _Reader._show_object),
    **dict.fromkeys(words.NUMBERS, _Reader._show_number),
}
_TOKEN = words.make_token_pattern((*_ACTIONS, *words.KNOWN))
