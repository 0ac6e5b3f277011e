r"""HTML to a document: running text as lines, data tables as grids, each with the path of elements around it.

White space follows a rule of its own, because flattened tables live on it: white space that holds a line break is
the page maker's and collapses, any other is the author's and stays (`<p>\t0</p>` is a tab and a figure).

The tree is lexbor's, which builds it as the HTML standard says and browsers do: what a cut or unclosed page means is
settled there. The way of a page:

    page ─embedded▶ markup with what its script draws ─html_guard▶ markup of bounded cost
           ─lexbor▶ tree ─html_page▶ what stands out in it
           ─html_simple, html_flow▶ lines and drawn tables ─html_tables▶ grids

A table is walked like any other text; at its end, when all its cells are known, it is either a grid or stays the lines
that it was read as. What is plain takes a quick way to the same (`html_simple`).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from parsers.document import Document
from parsers.embedded import unfold_embedded
from parsers.errors import ReaderMissingError
from parsers.html_flow import Flow, Opened
from parsers.html_guard import tame_markup
from parsers.html_marks import (
    HIDES,
    IN_LINES,
    INLINE,
    ISLAND,
    LINE_BREAK,
    MADE_SPACE,
    OBJECT,
    PLAIN_BLOCKS,
    SKIPPED,
    SPACE_STYLES,
    TABLE,
    TEXT,
)
from parsers.html_page import Page, look_over
from parsers.html_simple import read_plain_block, read_plain_table
from parsers.options import DEFAULT_OPTIONS, Options

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_CONTENT = "p, div, table"
_WITHOUT_EVENTS = 1
"""The parser's option to build the tree and tell nobody: a quarter quicker."""


def html_to_document(text: str, options: Options = DEFAULT_OPTIONS) -> Document:
    """Return the blocks of a page. Never raises for bad markup: what a browser would show is what is read.

    Raises `ReaderMissingError` where the reader of HTML is not installed.
    """
    markup = unfold_embedded(text).encode("utf-8", errors="replace").replace(b"\x00", b"\xef\xbf\xbd")
    markup, warnings = tame_markup(markup, options)
    tree = _parse(markup)
    root = tree.body or tree.root
    if root is None:
        return Document("html", (), warnings=warnings)
    flow = Flow(options)
    _walk(root, look_over(tree), flow, options)
    blocks, cut = flow.finish()
    return Document(
        "html",
        blocks,
        title=_find_title(tree),
        meta=tuple(_iter_meta(tree)),
        warnings=(*warnings, *cut),
    )


def _parse(markup: bytes) -> "LexborHTMLParser":
    try:
        from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - needed for HTML alone
    except ImportError as problem:
        raise ReaderMissingError("HTML cannot be read without the package selectolax; install it") from problem
    return LexborHTMLParser(markup, options=_WITHOUT_EVENTS)


def _find_title(tree: "LexborHTMLParser") -> str | None:
    element = next((title for title in tree.css("title") if title.parent and title.parent.tag != "svg"), None)
    return None if element is None else " ".join(element.text().split()) or None


def _iter_meta(tree: "LexborHTMLParser") -> Iterator[tuple[str, str]]:
    for element in tree.css("meta[name]"):
        attributes = element.attributes
        if name := attributes["name"]:
            yield name.strip().lower(), " ".join((attributes.get("content") or "").split())


def _walk(root: "LexborNode", page: Page, flow: Flow, options: Options) -> None:
    """Hand every text and element to the flow. No recursion, for pages nest as deep as they like."""
    kinds, styles, pieces = page.kinds, page.styles, flow.pieces
    around: list[tuple[LexborNode, Opened | None]] = []
    node = root.first_child
    while node is not None or around:
        if node is None:
            node, opened = around.pop()
            if opened is not None:
                flow.leave(opened)
            node = node.next
            continue
        kind = kinds.get(node.tag_id) or page.find_kind(node)
        if kind == TEXT:
            text = node.text_content or ""
            after = node.next
            if pieces or flow.space or "\n" not in text or text.strip(MADE_SPACE) or not _is_block(after, page):
                flow.add(text)
            node = after
            continue
        if kind in PLAIN_BLOCKS:
            if opened := _enter_block(node, kind, page, flow):
                around.append((node, opened))
                node = node.first_child
                continue
        elif kind == INLINE and not (styles and node.mem_id in styles):
            if child := node.first_child:
                around.append((node, None))
                node = child
                continue
        elif opened := _enter(node, kind, page, flow, options):
            around.append((node, opened))
            node = node.first_child
            continue
        node = node.next


def _is_block(node: "LexborNode | None", page: Page) -> bool:
    """Whether what comes is a common block, before which the white space of the page's maker means nothing."""
    return node is not None and (page.kinds.get(node.tag_id) or page.find_kind(node)) in PLAIN_BLOCKS


def _enter_block(node: "LexborNode", kind: str, page: Page, flow: Flow) -> Opened | None:
    """Take in a block whole where it is plain and return None, else its start alone."""
    attributes = node.attributes
    style = page.find_style(attributes) if attributes else 0
    if not style & (SPACE_STYLES | HIDES) and flow.is_plain() and (plain := read_plain_block(node, page)):
        flow.add_block(kind, attributes, *plain)
        return None
    return flow.open_block(kind, style, attributes)


def _enter(node: "LexborNode", kind: str, page: Page, flow: Flow, options: Options) -> Opened | None:
    """Take in the start of any other element; None where its inside is not to be walked."""
    if kind == LINE_BREAK:
        flow.end_line(even_empty=True)
    elif kind == OBJECT:
        flow.objects += 1
    elif kind in IN_LINES:
        if node.first_child is not None and (kind != ISLAND or node.css_first(_CONTENT) is not None):
            return flow.open_inline(kind, page.styles.get(node.mem_id, 0))
    elif kind == TABLE and flow.is_plain() and (table := read_plain_table(node, page, options)):
        flow.add_table(table)
    elif kind != SKIPPED:
        attributes = node.attributes
        return flow.open_block(kind, page.find_style(attributes), attributes)
    return None
