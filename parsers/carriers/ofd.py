"""OFD, the fixed layout of GB/T 33190: the texts of each page as lines, as they stand on the page.

Ruled lines are not read: a table comes as lines whose cells stand apart, as in text taken out of a PDF file.
"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from lxml import etree

from parsers.carriers.package import Package
from parsers.document import Document, TextLine
from parsers.errors import DamagedError, UnknownCarrierError
from parsers.options import Options

_GAP = "   "
_SMALLEST = 0.1  # millimetres; letters of no size at all would make every gap wide


@dataclass(frozen=True, slots=True)
class _Piece:
    """A text with its place in millimetres: left and right edge, base line, size of its letters."""

    text: str
    left: float
    right: float
    base: float
    size: float


def ofd_to_document(body: bytes, options: Options) -> Document:
    """Return the lines of an OFD file.

    Raises `UnknownCarrierError` where it holds no text (a scan), `DamagedError` or `TooLargeError`.
    """
    lines: list[TextLine] = []
    warnings: tuple[str, ...] = ()
    with Package(body, options) as package:
        for number, page in enumerate(islice(_iter_pages(package), options.max_pages + 1), 1):
            if number > options.max_pages:
                warnings = (f"only the first {options.max_pages} pages were read",)
                break
            rows = _pieces_to_rows(list(_iter_pieces(page)), options)
            texts = (_row_to_text(row, options) for row in rows)
            lines.extend(TextLine(text, f"page {number} line {line}") for line, text in enumerate(texts, 1))
    if not lines:
        raise UnknownCarrierError("OFD file without a text: its figures were not read (it needs OCR)")
    return Document("ofd", tuple(lines), warnings=warnings)


def _iter_pages(package: Package) -> Iterator[etree._Element]:
    """Yield the content of each page, in the order of the document, through the names that lead to it."""
    for root in _read_xml(package, "OFD.xml").iter("{*}DocRoot"):
        document = _resolve("OFD.xml", root.text)
        for pages in _read_xml(package, document).iter("{*}Pages"):
            for page in pages.iterchildren("{*}Page"):
                yield _read_xml(package, _resolve(document, page.get("BaseLoc")))


def _read_xml(package: Package, name: str) -> etree._Element:
    root = package.find_xml(name)
    if root is None:
        raise DamagedError("a part that the OFD file names is not in it; ask for the file again")
    return root


def _resolve(base: str, name: str | None) -> str:
    if not (name and name.strip()):
        raise DamagedError("a part of the OFD file is not named; ask for the file again")
    name = name.strip().replace("\\", "/")
    return posixpath.normpath(name if name.startswith("/") else posixpath.join(posixpath.dirname(base), name))


def _iter_pieces(page: etree._Element) -> Iterator[_Piece]:
    for element in page.iter("{*}TextObject"):
        box = _numbers(element.get("Boundary"))
        if len(box) < 4:
            continue
        size = next(iter(_numbers(element.get("Size"))), 0.0)
        matrix = _numbers(element.get("CTM"))
        scale_x, scale_y = (matrix[0] or 1.0, matrix[3] or 1.0) if len(matrix) == 6 else (1.0, 1.0)
        for code in element.iter("{*}TextCode"):
            text = "".join(str(piece) for piece in code.itertext())
            if not text.strip():
                continue
            x, y = (next(iter(_numbers(code.get(name))), 0.0) for name in ("X", "Y"))
            left = box[0] + x * scale_x
            right = left + _advance(code, size, len(text)) * scale_x
            yield _Piece(text, left, right, box[1] + y * scale_y, (size or box[3]) * abs(scale_y))


def _advance(code: etree._Element, size: float, letters: int) -> float:
    """Return how wide a text is: its stated steps (`g 3 5.1` is 5.1 thrice) and one letter more."""
    steps = (code.get("DeltaX") or "").split()
    total = 0.0
    place = 0
    while place < len(steps):
        if steps[place] == "g" and place + 2 < len(steps):
            count, step = _numbers(" ".join(steps[place + 1 : place + 3])) or (0.0, 0.0)
            total += min(count, letters) * step
            place += 3
        else:
            total += sum(_numbers(steps[place]))
            place += 1
    return total + size if steps else size * letters


def _numbers(text: str | None) -> tuple[float, ...]:
    """Return the numbers of a list, none where one of them is no plain number."""
    try:
        values = tuple(float(piece) for piece in (text or "").split())
    except ValueError:
        return ()
    return values if all(abs(value) < 1e6 for value in values) else ()


def _pieces_to_rows(pieces: list[_Piece], options: Options) -> list[list[_Piece]]:
    """Return the pieces of each line from left to right, the lines from top to bottom."""
    rows: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.base):
        if rows and piece.base - rows[-1][0].base < options.pdf_same_line * max(piece.size, _SMALLEST):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.left) for row in rows]


def _row_to_text(row: list[_Piece], options: Options) -> str:
    parts = [row[0].text]
    for before, piece in pairwise(row):
        gap = (piece.left - before.right) / max(piece.size, _SMALLEST)
        parts.append(_GAP if gap > options.pdf_wide_gap else " " if gap > options.pdf_word_gap else "")
        parts.append(piece.text)
    return "".join(parts)
