"""Word documents (docx) to a document: paragraphs as lines, tables as grids, in the order of the page.

What Word would print is what is read: accepted changes, results of fields, the text of boxes; not what is deleted or
hidden. Automatic numbers are not in the text, and are left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from parsers.carriers.docx_properties import (
    Look,
    Properties,
    Styles,
    W,
    choose,
    find_merge,
    find_properties,
    find_value,
    formula_of,
    is_numbered,
    is_on,
    joins_next,
    own_look,
    parse_number,
    read_styles,
    symbol_of,
    text_of,
)
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
from parsers.errors import DamagedError, TooLargeError
from parsers.options import DEFAULT_OPTIONS, Options

_MARKUP = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_MATHS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "http://purl.oclc.org/ooxml/officeDocument/math",
)
_PICTURES = ("blip", "imagedata", "chart", "relIds", "OLEObject")
_WORD_NAMES = (
    *("p", "tbl", "tr", "tc", "r", "t", "tab", "ptab", "br", "cr", "noBreakHyphen", "sym", "drawing", "pict", "object"),
    *("fldChar", "rPr", "pPr", "tblPr", "tblGrid", "tblPrEx", "trPr", "tcPr", "sdtPr", "sdtEndPr", "txbxContent"),
    *("del", "moveFrom", "rt", "altChunk", "checkBox", "ddList"),
)
_NAMES: dict[object, str] = {
    **{f"{W}{name}": name for name in _WORD_NAMES},
    f"{{{_MARKUP}}}AlternateContent": "AlternateContent",
    **{f"{{{space}}}oMath": "oMath" for space in _MATHS},
}
_SKIPPED = frozenset(
    {"pPr", "tblPr", "tblGrid", "tblPrEx", "trPr", "tcPr", "sdtPr", "sdtEndPr", "del", "moveFrom", "rt"}
)


@dataclass(slots=True)
class _Flow:
    """The line being gathered, and what stands before it: in the page, a cell or a box."""

    blocks: list[Block] = field(default_factory=list)
    beside: list[Block] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    shows_object: bool = False
    in_cell: bool = False

    def end_line(self, at: str) -> None:
        """Close the line."""
        self.blocks.append(TextLine("".join(self.pieces), at))
        self.pieces.clear()


def docx_to_document(body: bytes, options: Options = DEFAULT_OPTIONS) -> Document:
    """Return the blocks of a Word document, each paragraph a line or, at its line breaks, several.

    Raises `DamagedError` for a file cut short or without its main part, `EncryptedError` for one with a password,
    `TooLargeError` for one over the limits.
    """
    with Package(body, options) as package:
        name = package.find_main_part("word/document.xml")
        root = package.find_xml(name)
        if root is None:
            raise DamagedError(f"the Word file has no {name}; ask for it again")
        styles = read_styles(package.find_xml(f"{name.rpartition('/')[0]}/styles.xml"))
        title = package.find_title()
    main = next((child for child in root if etree.QName(child).localname == "body"), None)
    if main is None:
        raise DamagedError("the Word file has no text; ask for it again")
    reader = _Reader(options, styles)
    flow = _Flow()
    reader.read_blocks(main, flow, 0)
    blocks = number_tables(flow.blocks)
    warnings = (*warn_of_pictures(reader.pictures, blocks), *reader.counts.iter_warnings(), *reader.warnings)
    return Document("docx", blocks, title=title, warnings=warnings)


class _Reader:
    """Walks the elements of a document once, into the flow that they belong to."""

    def __init__(self, options: Options, styles: Styles) -> None:
        self.options = options
        self.styles = styles
        self.counts = TableCounts()
        self.warnings: dict[str, None] = {}
        self.pictures = 0
        self.cells_left = options.max_cells
        self.paragraphs = 0
        self.fields: list[bool] = []  # for each open field: whether its instruction, not its result, is read
        self.look = Look()

    def read_blocks(self, parent: etree._Element, flow: _Flow, depth: int) -> None:
        """Take in paragraphs and tables, and those in whatever else holds them."""
        self._refuse_too_deep(depth)
        for child in parent:
            name = _NAMES.get(child.tag, "")
            if name == "p":
                self._read_paragraph(child, flow, depth)
            elif name == "tbl":
                self._end_open_line(flow)
                rows = [row for row in self._iter_rows(child, depth + 1) if row]
                flow.blocks.extend(table_to_blocks(rows, self.options, self.counts))
            elif name == "altChunk":
                self.warnings["a part of another format stands inside the document; it was not read"] = None
            elif name == "AlternateContent":
                self.read_blocks(choose(child), flow, depth + 1)
            elif name not in _SKIPPED:
                self.read_blocks(child, flow, depth + 1)
        if depth == 0:
            self._end_open_line(flow)

    def _end_open_line(self, flow: _Flow) -> None:
        """Close a line whose own paragraph mark is deleted."""
        if flow.pieces:
            flow.end_line(self._at())

    def _at(self) -> str:
        return f"paragraph {self.paragraphs}"

    def _refuse_too_deep(self, depth: int) -> None:
        if depth > self.options.max_office_depth:
            raise TooLargeError(
                f"the parts of the document stand more than {self.options.max_office_depth} deep; not read"
            )

    def _read_paragraph(self, paragraph: etree._Element, flow: _Flow, depth: int) -> None:
        self.paragraphs += 1
        if not len(paragraph):
            flow.end_line(self._at())
            return
        self.fields.clear()
        properties = find_properties(paragraph, "pPr")
        self.look = self.styles.add_to(Look(), find_value(properties, "pStyle"))
        if is_numbered(properties):
            flow.shows_object = True
        base = self.look
        self._read_inline(paragraph, flow, depth + 1)
        self.look = base
        if joins_next(properties):
            return
        flow.end_line(self._at())
        if not flow.in_cell:
            flow.blocks += flow.beside
            flow.beside.clear()

    def _read_inline(self, parent: etree._Element, flow: _Flow, depth: int) -> None:
        """Take in runs and all that may hold them; elements not known are looked into."""
        self._refuse_too_deep(depth)
        base = self.look
        for child in parent:
            name = _NAMES.get(child.tag, "")
            if name == "t":
                self._add(flow, text_of(child))
            elif name == "rPr":
                self.look = self._read_look(child, base)
            elif name == "txbxContent":
                self._read_box(child, flow, depth)
            elif name in _SKIPPED:
                continue
            elif name == "AlternateContent":
                self._read_inline(choose(child), flow, depth + 1)
            else:
                self._read_special(child, name, flow)
                if len(child) and name != "oMath":
                    self._read_inline(child, flow, depth + 1)
        self.look = base

    def _read_special(self, element: etree._Element, name: str, flow: _Flow) -> None:
        """Take in what an element itself stands for, apart from what is in it."""
        if name in ("tab", "ptab"):
            self._add(flow, "\t")
        elif name in ("br", "cr"):
            self._break_line(element, flow)
        elif name == "noBreakHyphen":
            self._add(flow, "-")
        elif name == "sym":
            self._add(flow, symbol_of(element))
        elif name == "fldChar":
            self._turn_field(element.get(f"{W}fldCharType"))
        elif name == "oMath":
            self._add(flow, formula_of(element))
        elif name in ("drawing", "pict", "object", "checkBox", "ddList"):
            flow.shows_object = flow.shows_object or not self.look.hidden
        elif isinstance(element.tag, str) and element.tag.endswith(_PICTURES):
            self.pictures += element.tag.rpartition("}")[2] in _PICTURES

    def _add(self, flow: _Flow, text: str) -> None:
        look = self.look
        if look.hidden or True in self.fields:
            return
        if look.raised:
            text = raise_digits(text)
        flow.pieces.append(strike(text) if look.struck else text)

    def _break_line(self, element: etree._Element, flow: _Flow) -> None:
        """End the line at a line break; a break of page or column ends one only where there is one."""
        if self.look.hidden or (element.get(f"{W}type") in ("page", "column") and not flow.pieces):
            return
        flow.end_line(self._at())

    def _turn_field(self, turn: str | None) -> None:
        if turn == "begin":
            self._refuse_too_deep(len(self.fields))
            self.fields.append(True)
        elif turn == "separate" and self.fields:
            self.fields[-1] = False
        elif turn == "end" and self.fields:
            self.fields.pop()

    def _read_look(self, properties: etree._Element, look: Look) -> Look:
        own = {str(child.tag): child for child in properties}
        return self.styles.add_to(own_look(own, look), find_value(own, "rStyle"))

    def _read_box(self, box: etree._Element, flow: _Flow, depth: int) -> None:
        """Take in a text box: it stands beside the line that it is anchored in."""
        look, fields = self.look, self.fields
        self.fields = []
        inner = _Flow()
        self.read_blocks(box, inner, depth + 1)
        self._end_open_line(inner)
        flow.beside.extend(block for block in (*inner.blocks, *inner.beside) if not _is_empty(block))
        self.look, self.fields = look, fields

    def _iter_rows(self, table: etree._Element, depth: int) -> Iterator[RawRow]:
        for row in self._iter_parts(table, "tr", depth):
            properties = find_properties(row, "trPr")
            if f"{W}del" in properties:
                continue
            cells = list(
                self._iter_cells(row, parse_number(find_value(properties, "gridBefore"), self.options), depth + 1)
            )
            if not is_on(properties, "hidden") or any(cell.text() for cell in cells):
                yield cells

    def _iter_cells(self, row: etree._Element, column: int, depth: int) -> Iterator[RawCell]:
        before: RawCell | None = None
        for element in self._iter_parts(row, "tc", depth):
            properties = find_properties(element, "tcPr")
            if f"{W}cellDel" in properties:
                continue
            self._count_cell()
            cell = self._read_cell(element, properties, column, depth)
            column = cell.right
            if before is not None and find_merge(properties, "hMerge") == "continue":
                before.right = cell.right
                self.counts.covered_text += bool(cell.text())
                continue
            if before is not None:
                yield before
            before = cell
        if before is not None:
            yield before

    def _count_cell(self) -> None:
        self.cells_left -= 1
        if self.cells_left < 0:
            limit = self.options.max_cells
            raise TooLargeError(
                f"the tables of the document have more than {limit} cells; raise the limit, or leave it"
            )

    def _read_cell(self, element: etree._Element, of: Properties, column: int, depth: int) -> RawCell:
        span = max(1, parse_number(find_value(of, "gridSpan"), self.options))
        flow = _Flow(in_cell=True)
        self.read_blocks(element, flow, depth + 1)
        self._end_open_line(flow)
        goes_on = find_merge(of, "vMerge") == "continue"
        return RawCell(column, column + span, goes_on, flow.shows_object, flow.blocks, flow.beside)

    def _iter_parts(self, parent: etree._Element, wanted: str, depth: int) -> Iterator[etree._Element]:
        """Yield rows or cells, those in content controls and in accepted changes among them."""
        self._refuse_too_deep(depth)
        for child in parent:
            name = _NAMES.get(child.tag, "")
            if name == wanted:
                yield child
            elif name == "AlternateContent":
                yield from self._iter_parts(choose(child), wanted, depth + 1)
            elif not name:
                yield from self._iter_parts(child, wanted, depth + 1)


def _is_empty(block: Block) -> bool:
    return isinstance(block, TextLine) and not block.text.strip()
