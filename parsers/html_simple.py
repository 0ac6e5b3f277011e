"""The quick way through plain elements: a block of nothing but text and links, a table of nothing but short texts.

Nearly all of a page is such. Whatever holds more (a table inside, something raised, hidden or preformatted) is left to
the flow (`html_flow`), which can read everything; both read what is plain alike.
"""

from typing import TYPE_CHECKING

from parsers.html_marks import (
    CELL,
    GROUPS,
    INLINE,
    LINE_BREAK,
    LINK,
    MADE_BREAK,
    OBJECT,
    PLAIN_BLOCKS,
    ROW,
    SKIPPED,
    TEXT,
)
from parsers.html_page import Page
from parsers.html_tables import OBJECT_SIGN, DrawnTable, draw_cell, is_running_text
from parsers.options import Options

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_DIVIDER = "\x00"  # no text has it: it is replaced before a page is parsed
_PIECES = frozenset({INLINE, LINK})


def read_plain_block(block: "LexborNode", page: Page) -> tuple[str, int] | None:
    """Return the text of a block, and how many characters of it are links; None where it is not plain."""
    only = block.first_child
    link = False
    while only is not None and only.next is None:  # most blocks hold one text, in one or two elements at most
        kind = page.kinds.get(only.tag_id) or page.find_kind(only)
        if kind == TEXT:
            text = only.text_content or ""
            return text, len(text.strip()) if link else 0
        if kind not in _PIECES or (page.styles and only.mem_id in page.styles):
            return None
        link = link or kind == LINK
        only = only.first_child
    return _read_pieces(block, page)


def _read_pieces(block: "LexborNode", page: Page) -> tuple[str, int] | None:
    """Return the same for a block of several texts."""
    kinds, styles = page.kinds, page.styles
    texts: list[str] = []
    around: list[tuple[LexborNode | None, bool]] = []
    linked, link = 0, False
    node = block.first_child
    while node is not None or around:
        if node is None:
            node, link = around.pop()
            continue
        kind = kinds.get(node.tag_id) or page.find_kind(node)
        if kind == TEXT:
            text = node.text_content or ""
            texts.append(text)
            linked += len(text.strip()) if link else 0
        elif kind in _PIECES:
            if styles and node.mem_id in styles:
                return None
            if child := node.first_child:
                around.append((node.next, link))
                node, link = child, link or kind == LINK
                continue
        elif kind != SKIPPED:
            return None
        node = node.next
    return "".join(texts), linked


def read_plain_table(table: "LexborNode", page: Page, options: Options) -> DrawnTable | None:
    """Return a table of data, None where it is not plain or arranges the page."""
    drawn = DrawnTable()
    for group in table.iter():
        kind = page.kinds.get(group.tag_id) or page.find_kind(group)
        if kind in GROUPS and group.mem_id not in page.styles:
            drawn.open_group(kind)
            if not _read_rows(group, drawn, page, options):
                return None
        elif kind != SKIPPED and (kind != INLINE or group.first_child is not None):
            return None
    return None if drawn.arranges_page() else drawn


def _read_rows(group: "LexborNode", drawn: DrawnTable, page: Page, options: Options) -> bool:
    """Put the rows of a group into a table; return whether all of them are plain."""
    kinds, styles, parts, peculiar = page.kinds, page.styles, page.parts, page.peculiar
    for row in group.iter():
        number = row.mem_id
        if (kinds.get(row.tag_id) or page.find_kind(row)) != ROW or number in styles:
            return False
        cells = drawn.open_row(is_flat=number in parts and parts[number].get("height") == "0")
        for cell in row.iter():
            number = cell.mem_id
            if (kinds.get(cell.tag_id) or page.find_kind(cell)) != CELL or number in styles:
                return False
            text = None if number in peculiar else _read_fragment(cell, options)
            if text is None:
                text = _read_cell(cell, page, options)
                if text is None:
                    return False
            cells.append(draw_cell(text, parts[number], options) if number in parts else (text, 1, 1))
        drawn.cells += len(cells)
    return True


def _read_fragment(cell: "LexborNode", options: Options) -> str | None:
    """Return the text of a cell that has one piece of it, however deep inside; None for any other cell."""
    text = cell.text(separator=_DIVIDER, skip_empty=True)
    if not text or _DIVIDER in text or len(text) > options.max_cell_length:
        return None
    if "\n" in text or "\r" in text:
        text = MADE_BREAK.sub(" ", text)
    return text.strip() or None


def _read_cell(cell: "LexborNode", page: Page, options: Options) -> str | None:
    """Return what a cell shows, None where it is not plain."""
    kinds, styles = page.kinds, page.styles
    parts: list[str] = []
    around: list[tuple[LexborNode | None, str]] = []
    node = cell.first_child
    lines, shows_object = 0, False
    while node is not None or around:
        if node is None:
            node, end = around.pop()
            parts.append(end)
            continue
        kind = kinds.get(node.tag_id) or page.find_kind(node)
        if kind == TEXT:
            parts.append(node.text_content or "")
        elif kind in _PIECES or kind in PLAIN_BLOCKS:
            if styles and node.mem_id in styles:
                return None
            end = "\n" if kind in PLAIN_BLOCKS else ""
            parts.append(end)
            lines += bool(end)
            if child := node.first_child:
                around.append((node.next, end))
                node = child
                continue
        elif kind == LINE_BREAK:
            parts.append("\n")
            lines += 1
        elif kind == OBJECT:
            shows_object = True
        elif kind != SKIPPED:
            return None
        node = node.next
    text = "".join(parts)
    is_long = lines > options.max_cell_sentences or len(text) > options.max_cell_length
    if is_long and is_running_text(text.split("\n"), 0, options):
        return None
    if "\n" in text or "\r" in text:
        text = MADE_BREAK.sub(" ", text)
    return text.strip() or OBJECT_SIGN * shows_object
