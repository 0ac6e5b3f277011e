"""PDF bytes to pages: every character with its box, every ruling line, and how much of a page is pictures.

Points, `x` to the right and `y` downwards in the direction in which most of a page's text runs, whatever way the page
is turned. Nothing is interpreted here.
"""

import ctypes
import math
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import NamedTuple

from parsers.carriers.pdf_drawn import Box, Reader, Rule, collect_drawn, lines_to_rules, turn_point
from parsers.carriers.pdf_font import give_font
from parsers.errors import DamagedError, EncryptedError, ReaderMissingError, TooLargeError
from parsers.options import Options

_STREAM = re.compile(rb"stream\r?\n")
_PASSWORD, _SECURITY = 4, 5  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
NO_LETTER = "\N{REPLACEMENT CHARACTER}"
_BLANKS = frozenset(map(ord, " \t\r\n\u00a0\u3000"))
_WRITTEN_NOTES = frozenset((3, 20))  # FPDF_ANNOT_FREETEXT, FPDF_ANNOT_WIDGET
_FIRST_LETTER = 0x20
_SLANTED = -1
_MIN_HEIGHT = 0.1  # points: broken fonts have letters without any height


class Glyph(NamedTuple):
    """A character and its box."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PdfPage:
    """What stands on a page. `across` and `upright` are its ruling lines.

    `picture_share` is the share of the page that pictures cover, 0 to 1; `paths` counts what else is drawn, `slanted`
    the characters left out. `has_fields`: there are form fields or notes, whose words are not part of the page.
    """

    number: int
    glyphs: tuple[Glyph, ...] = ()
    across: tuple[Rule, ...] = ()
    upright: tuple[Rule, ...] = ()
    picture_share: float = 0.0
    paths: int = 0
    slanted: int = 0
    has_fields: bool = False


def read_pages(body: bytes, options: Options) -> tuple[tuple[PdfPage, ...], tuple[str, ...]]:
    """Return the pages that can be read, and a warning for each that cannot.

    Raises EncryptedError, DamagedError, TooLargeError, or ReaderMissingError without pypdfium2.
    """
    budget = max(options.min_pdf_budget, min(len(body), options.max_pdf_budget))
    reader = Reader(_load_library(), options, budget, budget)
    _refuse_bombs(body, options)
    pages: list[PdfPage] = []
    warnings: list[str] = []
    damaged = 0
    with _opened(reader.raw, body) as document:
        count = reader.raw.FPDF_GetPageCount(document)
        for number in range(1, count + 1):
            if number > options.max_pages or reader.objects_left <= 0 or reader.characters_left <= 0:
                warnings.append(f"pages {number} to {count} were not read: the PDF file is over the limits")
                break
            with _loaded(reader.raw, document, number - 1) as loaded:
                if loaded:
                    pages.append(_read_page(reader, *loaded, number))
                else:
                    damaged += 1
                    pages.append(PdfPage(number))
                    warnings.append(f"page {number} is damaged and was not read")
    if damaged == len(pages):
        raise DamagedError("no page of the PDF file can be read; ask for it again")
    return tuple(pages), tuple(warnings)


def _load_library() -> ModuleType:
    try:
        import pypdfium2.raw  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy, and few documents need it
    except ImportError as error:
        raise ReaderMissingError("PDF files are read with pypdfium2, which is not installed: install it") from error
    library: ModuleType = pypdfium2.raw
    give_font(library)
    return library


def _refuse_bombs(body: bytes, options: Options) -> None:
    """Refuse files whose streams unpack to far more than they are; pdfium would unpack and read it all.

    Pictures are left out: they are large, and never unpacked here.
    """
    limit = left = min(options.max_unpacked_bytes, max(options.min_pdf_unpacked, options.max_pdf_ratio * len(body)))
    for match in _STREAM.finditer(body):
        head = body[max(0, body.rfind(b"obj", 0, match.start())) : match.start()]
        if b"/Fl" not in head or b"/Image" in head:
            continue
        data = body[match.end() : match.end() + left]
        for _ in range(max(1, head.count(b"/FlateDecode"))):
            try:
                data = zlib.decompressobj().decompress(data, left + 1)
            except zlib.error:
                break
            left -= len(data)
            if left < 0:
                raise TooLargeError(f"the PDF file unpacks to more than {limit} bytes; raise the limit, or leave it")


@contextmanager
def _opened(raw: ModuleType, body: bytes) -> Iterator[object]:
    if body.rfind(b"startxref") < body.rfind(b"endobj"):
        raise DamagedError("the PDF file is cut short; ask for it again")
    document = raw.FPDF_LoadMemDocument64(body, len(body), None)
    if not document:
        if raw.FPDF_GetLastError() in {_PASSWORD, _SECURITY}:
            raise EncryptedError("the PDF file asks for a password; ask for an open copy")
        raise DamagedError("the PDF file contradicts its own format; ask for it again")
    try:
        yield document
    finally:
        raw.FPDF_CloseDocument(document)


@contextmanager
def _loaded(raw: ModuleType, document: object, index: int) -> Iterator[tuple[object, object] | None]:
    """Load a page and its text; None where that fails."""
    page = raw.FPDF_LoadPage(document, index)
    text = raw.FPDFText_LoadPage(page) if page else None
    try:
        yield (page, text) if text else None
    finally:
        if text:
            raw.FPDFText_ClosePage(text)
        if page:
            raw.FPDF_ClosePage(page)


def _read_page(reader: Reader, page: object, text: object, number: int) -> PdfPage:
    left, bottom, right, top = box = _page_box(reader.raw, page)
    letters, turns = _read_letters(reader, text, box)
    turn = turns.most_common(1)[0][0] if turns else 0
    drawn = collect_drawn(reader, page)
    across, upright = lines_to_rules(drawn.lines, turn, reader.options)
    return PdfPage(
        number=number,
        glyphs=tuple(_turn_glyph(glyph, turn) for own, glyph in letters if own == turn),
        across=across,
        upright=upright,
        picture_share=min(1.0, drawn.picture_area / ((right - left) * (top - bottom) or 1.0)),
        paths=drawn.paths,
        slanted=sum(1 for own, glyph in letters if own != turn and glyph.text != " "),
        has_fields=_has_fields(reader, page),
    )


def _has_fields(reader: Reader, page: object) -> bool:
    """Whether a page has form fields or notes with a text."""
    raw = reader.raw
    count = min(raw.FPDFPage_GetAnnotCount(page), reader.objects_left)
    reader.objects_left -= count
    for index in range(count):
        note = raw.FPDFPage_GetAnnot(page, index)
        kind = raw.FPDFAnnot_GetSubtype(note)
        raw.FPDFPage_CloseAnnot(note)
        if kind in _WRITTEN_NOTES:
            return True
    return False


def _page_box(raw: ModuleType, page: object) -> Box:
    """Return left, bottom, right and top of what is shown of a page."""
    box = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page, box)
    return box.left, box.bottom, box.right, box.top


def _read_letters(reader: Reader, text: object, page_box: Box) -> tuple[list[tuple[int, Glyph]], Counter[int]]:
    """Return the characters on the page, each with the quarter turn of its line, and how often each turn is met.

    A blank that the page has itself is kept, those that pdfium adds are not. What has no letter in Unicode is kept as
    the replacement character, lest a figure lose a digit unseen. Boxes still count upwards here, with a minus.
    """
    raw, options = reader.raw, reader.options
    get_code, get_box, get_angle = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetCharAngle
    left, bottom, right, top = page_box
    count = min(raw.FPDFText_CountChars(text), reader.characters_left)
    reader.characters_left -= count
    box = (ctypes.c_float * 4)()  # left, top, right, bottom; quicker than the four fields of an FS_RECTF
    place = ctypes.cast(box, ctypes.POINTER(raw.FS_RECTF))
    letters: list[tuple[int, Glyph]] = []
    turns: Counter[int] = Counter()
    for index in range(count):
        code = get_code(text, index)
        if code in _BLANKS and raw.FPDFText_IsGenerated(text, index):
            continue
        get_box(text, index, place)
        x0, y1, x1, y0 = box[:]
        if left <= (x0 + x1) / 2 <= right and bottom <= (y0 + y1) / 2 <= top:
            angle = get_angle(text, index)
            turn = _angle_to_turn(angle, options) if angle else 0
            turns[turn] += 1
            y0, y1 = max(y0, bottom), min(max(y1, y0 + _MIN_HEIGHT), top + _MIN_HEIGHT)
            letters.append((turn, Glyph(_code_to_text(code), max(x0, left), -y1, min(x1, right), -y0)))
    del turns[_SLANTED]
    return letters, turns


@lru_cache(maxsize=8192)
def _code_to_text(code: int) -> str:
    if code in _BLANKS:
        return " "
    return NO_LETTER if code < _FIRST_LETTER or code > sys.maxunicode or 0xD800 <= code < 0xE000 else chr(code)


def _angle_to_turn(angle: float, options: Options) -> int:
    """Return the quarter turns to the left; pdfium measures to the right."""
    quarters = -angle / (math.pi / 2)
    turn = round(quarters)
    return turn % 4 if abs(quarters - turn) <= options.pdf_max_slant / 90 else _SLANTED


def _turn_glyph(glyph: Glyph, turn: int) -> Glyph:
    if turn == 0:
        return glyph
    x0, y0 = turn_point(glyph.x0, -glyph.top, turn)
    x1, y1 = turn_point(glyph.x1, -glyph.bottom, turn)
    return Glyph(glyph.text, min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
