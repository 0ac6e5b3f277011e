"""Newer Excel workbooks (xlsx) to cells: the XML of the visible sheets, only the cells that are there."""

import posixpath
import re

from lxml import etree

from parsers.carriers.cells import Formats, Sheet, Workbook
from parsers.carriers.package import Package
from parsers.carriers.tables import OBJECT_SIGN, raise_digits, strike
from parsers.errors import DamagedError, UnknownCarrierError
from parsers.options import Options

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_IDS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_MAX_ROW, _MAX_COLUMN = 1_048_576, 16_384
_TRUE = frozenset({"1", "true", "on"})


def read_xlsx(body: bytes, options: Options) -> Workbook:
    """Return the visible sheets; errors as in `Package`, `UnknownCarrierError` for a binary workbook (xlsb)."""
    with Package(body, options) as package:
        name = package.find_main_part("xl/workbook.xml")
        if name.endswith(".bin") or package.has("xl/workbook.bin"):
            raise UnknownCarrierError("a binary Excel workbook (xlsb); save it as xlsx and read that")
        root = package.find_xml(name)
        if root is None:
            raise DamagedError(f"the Excel file has no {name}; ask for it again")
        folder, _, file = name.rpartition("/")
        relations = package.find_relations(f"{folder}/_rels/{file}.rels")
        book = Workbook("xlsx", title=package.find_title())
        reader = _Reader(package, folder, _is_from_1904(root), options)
        for element in root.iterfind(f"{_S}sheets/{_S}sheet"):
            if element.get("state", "visible") != "visible":
                book.hidden += 1
                continue
            key = next((key for space in _IDS if (key := element.get(space))), "")
            kind, target = relations.get(key, ("", ""))
            if kind == "worksheet":
                path = posixpath.normpath(posixpath.join("/" + folder, target))
                book.sheets.append(reader.read_sheet(path, element.get("name", "")))
        book.pictures = package.count_names("xl/media/")
    return book


def _is_from_1904(root: etree._Element) -> bool:
    properties = root.find(f"{_S}workbookPr")
    return properties is not None and properties.get("date1904") in _TRUE


class _Reader:
    """What all sheets of a workbook share, and the reading of one."""

    def __init__(self, package: Package, folder: str, from_1904: bool, options: Options) -> None:  # noqa: FBT001
        self._package = package
        self._options = options
        strings = package.find_xml(f"{folder}/sharedStrings.xml")
        self._strings = () if strings is None else tuple(_string_text(item) for item in strings)
        styles = package.find_xml(f"{folder}/styles.xml")
        self._formats = Formats(_read_formats(styles), from_1904)
        self._framed = _read_frames(styles)

    def read_sheet(self, path: str, name: str) -> Sheet:
        """Return a sheet; one that the workbook names and has not is an error."""
        root = self._package.find_xml(path, self._options.max_sheet_elements)
        if root is None:
            raise DamagedError(f"the Excel file has no {path}; ask for it again")
        sheet = Sheet(name)
        number = -1
        for row in root.iterfind(f"{_S}sheetData/{_S}row"):
            number = _number(row.get("r"), number + 2) - 1
            if number >= _MAX_ROW:
                raise DamagedError(f"the Excel file has a row {number + 1}, which no sheet has")
            if row.get("hidden") in _TRUE:
                sheet.hidden_rows.add(number)
            self._read_row(sheet, row, number)
        for column in root.iterfind(f"{_S}cols/{_S}col"):
            if column.get("hidden") in _TRUE:
                sheet.hidden_columns.append((_number(column.get("min"), 1) - 1, _number(column.get("max"), 1) - 1))
        for merge in root.iterfind(f"{_S}mergeCells/{_S}mergeCell"):
            first, _, last = merge.get("ref", "").partition(":")
            start, end = _find_place(first), _find_place(last)
            if start and end:
                sheet.merges.append((*start, *end))
        return sheet

    def _read_row(self, sheet: Sheet, row: etree._Element, number: int) -> None:
        column, before = -1, None
        for cell in row.iterchildren(f"{_S}c"):
            place = cell.get("r")
            if place is None:  # it stands right of the one before
                column = (column if before is None else _find_column(before)) + 1
            before = place
            style = cell.get("s", "0")
            if style in self._framed:
                sheet.framed.add(number)
            if len(cell):
                column = column if place is None else _find_column(place)
                if column >= _MAX_COLUMN:
                    raise DamagedError("the Excel file has more columns than a sheet has")
                sheet.put(number, column, self._cell_text(cell, _number(style, 0), sheet), self._options)

    def _cell_text(self, cell: etree._Element, style: int, sheet: Sheet) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(f"{_S}is")
            return "" if inline is None else _string_text(inline)
        value = cell.findtext(f"{_S}v")
        if value is None:
            if cell.find(f"{_S}f") is None:
                return ""
            sheet.not_computed += 1
            return OBJECT_SIGN
        if kind == "s":
            index = _number(value.strip(), -1)
            if not 0 <= index < len(self._strings):
                raise DamagedError("the Excel file names a text that it has not; ask for it again")
            return self._strings[index]
        if kind == "b":
            return "TRUE" if value.strip() in _TRUE else "FALSE"
        return self._show(value, style) if kind == "n" else _clean(value)

    def _show(self, value: str, style: int) -> str:
        try:
            number = float(value)
        except ValueError:
            return _clean(value)
        return self._formats.show(number, style) if abs(number) < float("inf") else _clean(value)


def _find_place(reference: str) -> tuple[int, int] | None:
    """Return row and column of a reference like `B12`, zero-based.

    >>> _find_place("AA10")
    (9, 26)
    """
    match = _PLACE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = 26 * column + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def _find_column(reference: str) -> int:
    """Return the column of a reference; one that makes no sense is an error, for its cell could be anywhere."""
    place = _find_place(reference)
    if place is None:
        raise DamagedError("the Excel file names a cell in a way that no sheet does; ask for it again")
    return place[1]


def _number(value: str | None, otherwise: int) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 8 else otherwise


def _string_text(item: etree._Element) -> str:
    """Return a text and its runs as shown; how it is pronounced is left out."""
    parts: list[str] = []
    for child in item:
        if child.tag == f"{_S}t":
            parts.append(child.text or "")
        elif child.tag == f"{_S}r":
            text = child.findtext(f"{_S}t") or ""
            look = child.find(f"{_S}rPr")
            if look is not None:
                place, struck = look.find(f"{_S}vertAlign"), look.find(f"{_S}strike")
                if place is not None and place.get("val") == "superscript":
                    text = raise_digits(text)
                if struck is not None and struck.get("val", "1") in _TRUE:
                    text = strike(text)
            parts.append(text)
    return _clean("".join(parts))


def _clean(text: str) -> str:
    """Return text in one line; `_x000D_` is how the format writes a line break's first half."""
    return " ".join(text.replace("_x000D_", "").split("\n")).replace("\r", "")


def _read_formats(styles: etree._Element | None) -> tuple[tuple[int, str], ...]:
    if styles is None:
        return ()
    codes = {
        _number(element.get("numFmtId"), 0): element.get("formatCode", "")
        for element in styles.iterfind(f"{_S}numFmts/{_S}numFmt")
    }
    numbers = (_number(xf.get("numFmtId"), 0) for xf in styles.iterfind(f"{_S}cellXfs/{_S}xf"))
    return tuple((number, codes.get(number, "")) for number in numbers)


def _read_frames(styles: etree._Element | None) -> frozenset[str]:
    """Return the styles of cells with a border on any side, as cells name them."""
    if styles is None:
        return frozenset()
    borders = [
        any(side.get("style", "none") != "none" for side in border)
        for border in styles.iterfind(f"{_S}borders/{_S}border")
    ]
    framed = set()
    for number, xf in enumerate(styles.iterfind(f"{_S}cellXfs/{_S}xf")):
        border = _number(xf.get("borderId"), 0)
        if border < len(borders) and borders[border]:
            framed.add(str(number))
    return frozenset(framed)
