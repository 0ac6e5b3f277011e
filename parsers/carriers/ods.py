"""Workbooks of OpenDocument (ods) to cells; what is said to repeat is counted, never written out."""

from collections.abc import Iterator

from lxml import etree

from parsers.carriers.cells import Sheet, Workbook, show_number
from parsers.carriers.package import Package
from parsers.errors import DamagedError
from parsers.options import Options

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_GROUPS = frozenset(f"{_TABLE}{name}" for name in ("table-row-group", "table-header-rows", "table-rows"))
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_HIDDEN = ("collapse", "filter")


def read_ods(body: bytes, options: Options) -> Workbook:
    """Return the sheets of the workbook; errors as in `Package`."""
    with Package(body, options) as package:
        root = package.find_xml("content.xml")
        if root is None:
            raise DamagedError("the workbook has no content.xml; ask for it again")
    book = Workbook("ods")
    for table in root.iterfind(f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table"):
        book.sheets.append(_read_sheet(table, options))
    return book


def _read_sheet(table: etree._Element, options: Options) -> Sheet:
    sheet = Sheet(table.get(f"{_TABLE}name", ""))
    number = 0
    for row in _iter_rows(table, options.max_office_depth):
        repeats = _repeats(row, "number-rows-repeated")
        if row.get(f"{_TABLE}visibility") in _HIDDEN:
            sheet.hidden_rows.add(number)
            repeats = 1
        cells = list(_iter_cells(row))
        if any(text for _, _, text, _ in cells):
            for copy in range(min(repeats, options.max_cells + 1)):
                for column, count, text, _ in cells:
                    for place in range(column, column + (min(count, options.max_cells + 1) if text else 0)):
                        sheet.put(number + copy, place, text, options)
        for column, _, _, spans in cells:
            if spans != (1, 1):
                sheet.merges.append((number, column, number + spans[0] - 1, column + spans[1] - 1))
        number += repeats
    return sheet


def _iter_rows(parent: etree._Element, depth: int) -> Iterator[etree._Element]:
    for child in parent:
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif child.tag in _GROUPS and depth > 0:
            yield from _iter_rows(child, depth - 1)


def _iter_cells(row: etree._Element) -> Iterator[tuple[int, int, str, tuple[int, int]]]:
    """Yield column, how often it repeats, text, and the rows and columns spanned of each cell."""
    column = 0
    for cell in row.iterchildren(*_CELLS):
        count = _repeats(cell, "number-columns-repeated")
        spans = (_repeats(cell, "number-rows-spanned"), _repeats(cell, "number-columns-spanned"))
        yield column, count, _cell_text(cell) if cell.tag == _CELLS[0] else "", spans
        column += count


def _repeats(element: etree._Element, name: str) -> int:
    value = element.get(f"{_TABLE}{name}", "1")
    return max(1, int(value)) if value.isascii() and value.isdigit() and len(value) < 9 else 1


def _cell_text(cell: etree._Element) -> str:
    """Return what a cell shows: its paragraphs; for a number the number itself, with all its digits."""
    shown = " ".join("".join(str(piece) for piece in line.itertext()) for line in cell.iterchildren(f"{_TEXT}p"))
    value = cell.get(f"{_OFFICE}value", "")
    if cell.get(f"{_OFFICE}value-type") == "float" and value:
        try:
            return show_number(float(value))
        except (ValueError, OverflowError):
            return shown
    return shown
