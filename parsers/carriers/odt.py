"""OpenDocument text: paragraphs as lines, tables with the spans that they state."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from parsers.carriers.package import Package
from parsers.carriers.tables import (
    RawCell,
    RawRow,
    TableCounts,
    number_tables,
    raise_digits,
    strike,
    table_to_blocks,
    warn_of_pictures,
)
from parsers.document import Block, Document, TextLine
from parsers.errors import DamagedError, EncryptedError, TooLargeError
from parsers.options import Options

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_SPACE = re.compile(r"[ \t\r\n]+")
_LINES = frozenset({"p", "h"})
_BREAKS = _LINES | {"table-row"}
_PICTURES = frozenset({"image", "object", "object-ole", "chart"})
_SKIPPED = frozenset({"tracked-changes", "annotation", "note", "forms", "sequence-decls", "variable-decls", "desc"})
"""What a page does not show where it stands: deleted text, remarks, notes at its foot, words for the blind."""
_MOST_SPACES = 100


@dataclass(slots=True)
class _Reader:
    """What is known while a file is read: its styles, and how much it has shown so far."""

    options: Options
    raised: frozenset[str]
    struck: frozenset[str]
    hidden: frozenset[str]
    cells_left: int
    lines: int = 0
    pictures: int = 0
    counts: TableCounts = field(default_factory=TableCounts)

    def take_cells(self, count: int) -> None:
        self.cells_left -= count
        if self.cells_left < 0:
            raise TooLargeError(f"its tables state more than {self.options.max_stated_cells} cells; leave it")

    def make_lines(self, text: str) -> Iterator[TextLine]:
        for line in text.split("\n"):
            self.lines += 1
            yield TextLine(line, f"line {self.lines}")


def odt_to_document(body: bytes, options: Options) -> Document:
    """Return the document of an ODT file.

    Raises `EncryptedError`, `DamagedError` or `TooLargeError`.
    """
    with Package(body, options) as package:
        if b"encryption-data" in (package.find_bytes("META-INF/manifest.xml") or b""):
            raise EncryptedError("the document asks for a password; ask for an open copy")
        content, title = package.find_xml("content.xml"), _find_title(package)
    text = None if content is None else next(content.iterfind("{*}body/{*}text"), None)
    if content is None or text is None:
        raise DamagedError("the ODT file holds no part with a text; ask for it again")
    reader = _make_reader(content, options)
    blocks = number_tables(_read_blocks(text, reader))
    warnings = (*reader.counts.iter_warnings(), *warn_of_pictures(reader.pictures, blocks))
    return Document("odt", blocks, title, warnings=warnings)


def _find_title(package: Package) -> str | None:
    try:
        root = package.find_xml("meta.xml")
    except DamagedError:  # the title is said in the text, too
        return None
    found = None if root is None else root.findtext(".//{http://purl.org/dc/elements/1.1/}title")
    return " ".join(found.split()) or None if found else None


def _make_reader(content: etree._Element, options: Options) -> _Reader:
    """Find the styles that set text above the line, strike it through or hide it."""
    found: dict[str, set[str]] = {"raised": set(), "struck": set(), "hidden": set()}
    for style in content.iterfind("{*}automatic-styles/{*}style"):
        name = style.get(f"{_STYLE}name") or ""
        for properties in style.iterchildren("{*}text-properties"):
            if (properties.get(f"{_STYLE}text-position") or "").startswith("super"):
                found["raised"].add(name)
            if (properties.get(f"{_STYLE}text-line-through-style") or "none") != "none":
                found["struck"].add(name)
            if properties.get(f"{_TEXT}display") == "none":
                found["hidden"].add(name)
    raised, struck, hidden = (frozenset(names) for names in found.values())
    return _Reader(options, raised, struck, hidden, options.max_stated_cells)


def _read_blocks(root: etree._Element, reader: _Reader) -> list[Block]:
    """Return the blocks of a body or a cell, sections and lists gone into."""
    blocks: list[Block] = []
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        name = _local_name(element)
        if element is root:
            continue
        if name in _LINES:
            blocks.extend(reader.make_lines(_text(element, reader)))
        elif name == "table":
            blocks.extend(table_to_blocks(list(_read_rows(element, reader)), reader.options, reader.counts))
        elif name not in _SKIPPED and name:
            reader.pictures += name in _PICTURES
            continue
        walk.skip_subtree()
    return blocks


def _read_rows(table: etree._Element, reader: _Reader) -> Iterator[RawRow]:
    hanging: dict[int, tuple[int, int]] = {}  # by left column: how many rows a cell still covers, and its right edge
    for element in _iter_children(table, "table-row"):
        for _ in range(_number(element, f"{_TABLE}number-rows-repeated", reader.options.max_span)):
            row, hanging = _read_row(element, hanging, reader)
            yield row


def _read_row(
    row: etree._Element, hanging: dict[int, tuple[int, int]], reader: _Reader
) -> tuple[RawRow, dict[int, tuple[int, int]]]:
    """Return the cells of a row, those that a cell above covers among them, and what hangs over the next row."""
    cells: RawRow = []
    below: dict[int, tuple[int, int]] = {}
    column = 0
    most = reader.options.max_span
    for element in _iter_children(row, "table-cell", "covered-table-cell"):
        colspan = _number(element, f"{_TABLE}number-columns-spanned", most)
        rowspan = _number(element, f"{_TABLE}number-rows-spanned", most)
        for _ in range(_number(element, f"{_TABLE}number-columns-repeated", most)):
            reader.take_cells(1)
            if _local_name(element) == "table-cell":
                cells.append(_read_cell(element, column, column + colspan, reader))
                hangs = (rowspan - 1, column + colspan)
            elif column in hanging:
                cells.append(RawCell(column, hanging[column][1], goes_on=True))
                hangs = (hanging[column][0] - 1, hanging[column][1])
            else:
                hangs = (0, 0)
            if hangs[0]:
                below[column] = hangs
            column += 1
    return cells, below


def _read_cell(element: etree._Element, left: int, right: int, reader: _Reader) -> RawCell:
    before = reader.pictures
    blocks = _read_blocks(element, reader)
    return RawCell(left, right, shows_object=reader.pictures > before, blocks=blocks)


def _iter_children(parent: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield rows or cells that belong to this very table, groups of rows and header rows gone into."""
    walk = etree.iterwalk(parent, events=("start",))
    for _, element in walk:
        name = _local_name(element)
        if name in names:
            yield element
            walk.skip_subtree()
        elif element is not parent and not name.startswith("table-"):
            walk.skip_subtree()


def _local_name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _number(element: etree._Element, name: str, most: int) -> int:
    value = element.get(name) or "1"
    return min(most, max(1, int(value))) if value.isascii() and value.isdigit() and len(value) < 7 else 1


def _text(paragraph: etree._Element, reader: _Reader) -> str:
    """Return the text of a paragraph as it is shown, its line breaks and the paragraphs of its boxes as new lines."""
    parts: list[str] = []
    styles: list[str] = []
    walk = etree.iterwalk(paragraph, events=("start", "end"))
    for event, element in walk:
        name = _local_name(element)
        if event == "end":
            styles.pop()
            parts.append("\n" if name in _BREAKS else "")
            if element is not paragraph:
                parts.append(_shown(element.tail, styles, reader))
            continue
        styles.append(element.get(f"{_TEXT}style-name") or "")
        reader.pictures += name in _PICTURES
        if name in _SKIPPED or not name:
            walk.skip_subtree()
        else:
            parts.append("\n" if name in _BREAKS else _sign(element, name))
            parts.append(_shown(element.text, styles, reader))
    return re.sub(r"\n+", "\n", "".join(parts)).strip("\n")


def _shown(text: str | None, styles: list[str], reader: _Reader) -> str:
    """Return text as its styles show it."""
    if not text or not reader.hidden.isdisjoint(styles):
        return ""
    text = _SPACE.sub(" ", text)
    if not reader.raised.isdisjoint(styles):
        text = raise_digits(text)
    return text if reader.struck.isdisjoint(styles) else strike(text)


def _sign(element: etree._Element, name: str) -> str:
    """Return what an element stands for that holds no text."""
    if name == "s":
        return " " * _number(element, f"{_TEXT}c", _MOST_SPACES)
    return {"tab": "\t", "line-break": "\n"}.get(name, "")
