r"""HTML to a document: running text as lines, data tables as grids, each with the path of elements around it.

White space follows a rule of its own, because flattened tables live on it: white space that holds a line break is
the page maker's and collapses, any other is the author's and stays (`<p>\t0</p>` is a tab and a figure).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import lxml.html
from lxml import etree

from parsers.document import Block, Document, Grid, GridCell, TextLine
from parsers.options import DEFAULT_OPTIONS, Options

_SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "head", "select", "option"}
    | {"button", "textarea", "svg", "iframe", "object"}
)
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div"}
    | {"dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"header", "hr", "html", "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table"}
    | {"tbody", "td", "tfoot", "th", "thead", "tr", "ucapcontent", "ul"}
)
_OUTSIDE_TAGS = frozenset({"nav", "footer", "aside"})
_OUTSIDE_NAME = re.compile(
    r"(?i)(?:^|\s)(?:foot(?:er)?|nav(?:bar)?|menu|breadcrumbs?|crumbs?|location|share|bdsharebuttonbox|related|"
    r"copyright|side-?bar|toolbar|prev-?next)(?:$|\s)"
)
_MADE_SPACE = re.compile(r"(?<![ \t\f])[ \t\f]*+[\n\r][ \t\f\n\r]*+")
_HIDING_STYLE = re.compile(r"(?i)display\s*:\s*none|visibility\s*:\s*hidden")
_OBJECTS = frozenset({"img", "input", "select", "textarea", "object", "embed", "iframe", "svg", "canvas"})
_OBJECT_SIGN = "\ufffc"
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LINE_BREAK = re.compile(r"\r\n|\n|\r")


@dataclass(slots=True)
class _Flow:
    """The line being gathered, the block elements open around it, and the blocks finished so far."""

    blocks: list[Block] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    path: list[int] = field(default_factory=list)
    blocks_before: list[int] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    linked: int = 0
    links_open: int = 0
    pre_open: int = 0
    outside_open: int = 0
    lines: int = 0
    tables: int = 0

    def add(self, text: str | None) -> None:
        """Add text of an element, or the text after one, to the line."""
        if not text:
            return
        if self.pre_open:
            *whole, last = _LINE_BREAK.split(text)
            for line in whole:
                self._append(line)
                self.end_line(even_empty=True)
            self._append(last)
            return
        collapsed = _MADE_SPACE.sub("\n", text)
        if not self.pieces:
            collapsed = collapsed.removeprefix("\n")
        self._append(collapsed.replace("\n", " "))

    def open(self, element: etree._Element, tag: str) -> None:
        """Take in the start of an element and its first text."""
        if tag in _BLOCKS:
            self.end_line()
            self.path.append(next(self.numbers))
            self.blocks_before.append(len(self.blocks))
        self.links_open += tag == "a"
        self.pre_open += tag == "pre"
        self.outside_open += _is_outside(element, tag)
        self.add(element.text)

    def close(self, element: etree._Element, tag: str) -> None:
        """Take in the end of an element; a paragraph without anything in it is a line of its own."""
        if tag in _BLOCKS:
            empty = self.blocks_before.pop() == len(self.blocks)
            self.end_line(even_empty=tag in {"p", "pre"} and empty)
            self.path.pop()
        self.links_open -= tag == "a"
        self.pre_open -= tag == "pre"
        self.outside_open -= _is_outside(element, tag)

    def _append(self, text: str) -> None:
        if text:
            self.pieces.append(text)
            self.linked += len(text.strip()) if self.links_open else 0

    def end_line(self, *, even_empty: bool = False) -> None:
        """Close the line; an empty one is kept only where the page itself asks for it."""
        text = "".join(self.pieces)
        if text or even_empty:
            self.lines += 1
            length = len(text.strip())
            share = min(1.0, self.linked / length) if length else 0.0
            at, path = f"line {self.lines}", tuple(self.path)
            self.blocks.append(TextLine(_trim_made_space(text), at, path, share, self.outside_open > 0))
        self.pieces.clear()
        self.linked = 0


def _trim_made_space(text: str) -> str:
    """Take off the one space that a line break at the end of a paragraph's source has become."""
    return text[:-1] if text.endswith(" ") and len(text) > 1 else text


def html_to_document(text: str, options: Options = DEFAULT_OPTIONS) -> Document:
    """Return the blocks of a page. Never raises for bad markup: what a browser would show is what is read."""
    root, warnings = _parse(text)
    if root is None:
        return Document("html", (), warnings=warnings)
    body = root.find("body")
    return Document(
        "html",
        tuple(_element_to_blocks(root if body is None else body, options)),
        title=_title(root),
        meta=tuple(_iter_meta(root)),
        links=tuple(href for href in ((a.get("href") or "").strip() for a in root.iter("a")) if href),
        warnings=warnings,
    )


def _parse(text: str) -> tuple[etree._Element | None, tuple[str, ...]]:
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    body = text.replace("\x00", "\ufffd").encode("utf-8", errors="replace")
    try:
        root = lxml.html.document_fromstring(body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):  # nothing but white space or comments
        root = None
    too_deep = any("depth" in entry.message for entry in parser.error_log)
    return root, ("the page nests its elements too deeply; what is inside was not read",) if too_deep else ()


def _title(root: etree._Element) -> str | None:
    element = root.find(".//title")
    return None if element is None else " ".join(_text(element).split()) or None


def _text(element: etree._Element) -> str:
    return "".join(str(piece) for piece in element.itertext())


def _iter_meta(root: etree._Element) -> Iterator[tuple[str, str]]:
    for element in root.iter("meta"):
        if name := element.get("name"):
            yield name.strip().lower(), " ".join((element.get("content") or "").split())


def _element_to_blocks(body: etree._Element, options: Options) -> list[Block]:
    """Walk without recursion, for pages nest as deep as they like."""
    flow = _Flow()
    walk = etree.iterwalk(body, events=("start", "end"))
    skipped: etree._Element | None = None
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if _is_leaf(element, tag, flow, options):
                skipped = element
                walk.skip_subtree()
            else:
                flow.open(element, tag)
            continue
        if element is not skipped:
            flow.close(element, tag)
        if element is not body:
            flow.add(element.tail)
    flow.end_line()
    return flow.blocks


def _is_outside(element: etree._Element, tag: str) -> bool:
    """Whether an element calls itself navigation, foot, tools or the like."""
    if tag in _OUTSIDE_TAGS:
        return True
    names = (element.get("class"), element.get("id"))
    return tag in _BLOCKS and any(name and _OUTSIDE_NAME.search(name) for name in names)


def _is_leaf(element: etree._Element, tag: str, flow: _Flow, options: Options) -> bool:
    """Take in an element whose inside is not walked: what a page does not show, a line break, a table of figures."""
    if tag == "br":
        flow.end_line(even_empty=True)
        return True
    if tag == "table" and not _is_layout(element, options):
        flow.end_line()
        flow.tables += 1
        flow.blocks.append(_table_to_grid(element, flow, options))
        return True
    return tag in _SKIPPED or not tag or _is_hidden(element, tag)


def _is_layout(table: etree._Element, options: Options) -> bool:
    """Whether a table arranges a page: it holds another table, one cell alone, or a cell as long as a text."""
    if next((inner for inner in table.iter("table") if inner is not table), None) is not None:
        return True
    cells = list(table.iter("td", "th"))
    return len(cells) < 2 or any(len(_text(cell)) > options.max_cell_length for cell in cells)


def _table_to_grid(table: etree._Element, flow: _Flow, options: Options) -> Grid:
    """Work out the spans as the HTML standard does: a cell takes the first free place of its row."""
    elements = list(table.iter("tr"))
    hanging: list[int] = []  # for each column: how many further rows a cell from above still covers
    rows = []
    for number, element in enumerate(elements):
        cells, following, column = [], [max(0, rows_left - 1) for rows_left in hanging], 0
        for cell in element.iterchildren("td", "th"):
            while column < len(hanging) and hanging[column]:
                column += 1
            colspan = max(1, _span(cell.get("colspan"), options.max_span))
            rowspan = _span(cell.get("rowspan"), options.max_span) or len(elements)
            rowspan = min(rowspan, len(elements) - number)
            end = column + colspan
            if end > options.max_columns:
                break
            following.extend([0] * (end - len(following)))
            following[column:end] = [rowspan - 1] * colspan
            cells.append(GridCell(_cell_text(cell), number, column, rowspan, colspan))
            column = end
        rows.append(tuple(cells))
        hanging = following
    return Grid(tuple(rows), len(hanging), f"table {flow.tables}", tuple(flow.path))


def _span(value: str | None, most: int) -> int:
    match = re.match(r"\s*\+?(\d{1,6})", value or "")
    return min(most, int(match[1])) if match else 1


def _cell_text(cell: etree._Element) -> str:
    """Return a cell's text as a reader sees it, its paragraphs and line breaks joined by a space.

    What the page hides is left out, what stands above the line stays above it, and a cell that shows a picture or a
    field and no text holds the sign for an object, so that it is not taken for a blank.
    """
    parts: list[str] = []
    shows_object = False
    walk = etree.iterwalk(cell, events=("start", "end"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "end":
            if element is not cell and element.tail:
                parts.append(element.tail)
            continue
        if tag in _BLOCKS or tag == "br":
            parts.append("\n")
        shows_object |= tag in _OBJECTS
        if tag in _SKIPPED or _is_hidden(element, tag):
            walk.skip_subtree()
        elif tag == "sup":
            parts.append(_text(element).translate(_RAISED))
            walk.skip_subtree()
        elif element.text:
            parts.append(element.text)
    text = _MADE_SPACE.sub(" ", "".join(parts)).strip()
    return text or (_OBJECT_SIGN if shows_object else "")


def _is_hidden(element: etree._Element, tag: str) -> bool:
    """Whether a piece of a line is hidden. Blocks are not asked: scripts unfold them, and reports stand in such."""
    if tag in _BLOCKS:
        return False
    return element.get("hidden") is not None or bool(_HIDING_STYLE.search(element.get("style") or ""))
