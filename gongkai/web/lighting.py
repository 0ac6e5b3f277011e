"""A figure lit in the page that it was read from, or not at all.

Every text of the page is marked with a sign of its own, which the parser takes for a letter and carries along. Read
once more, the document must come out as before but for the marks; then the marks of the line or cell with the figure
name the texts of the page that it was made from. Whatever does not agree on this way leaves the page unlit.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from gongkai.web.finding import Place, is_letter, to_letters
from gongkai.web.sanitizing import (
    FIRST_MARK,
    LAST_MARK,
    MARKS,
    clean_markup,
    parse_markup,
    tree_to_inert,
    tree_to_markup,
)
from parsers.document import Block, Document, Grid, GridCell
from parsers.html import html_to_document

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

MAX_TEXTS = 60_000
"""A page with so many texts or more is not marked: it has no figure lit."""

_EMPTY = chr(LAST_MARK)
"""The mark of a cell without a text."""

_TAG_OR_TEXT = re.compile(
    r"<!--.*?-->|<(?P<raw>textarea|iframe|noembed|noframes|xmp|plaintext|title|select|svg|math|button)(?=[\s>]).*?</(?P=raw)>"
    r"""|<(?:"[^"]*"|[^">])*>|(?=[^<])(?P<space>(?:\s|&nbsp;)*+)(?P<text>[^<]*)""",
    re.DOTALL,
)
_SIGN = re.compile(r"&[^;&]{1,10};|.", re.DOTALL)
_NEXT_TAG = re.compile("<|$")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some of the letters, `start` to `end`, of the text behind a mark."""

    mark: str
    start: int
    end: int


def light_page(markup: str, document: Document, place: Place, url: str) -> str | None:
    """Return the inert markup of a page with a place lit; None where it is not certain which of its texts that is.

    `document` is what the parsers made of `markup`.
    """
    marked = _mark_texts(tree_to_markup(_parse_without_scripts(markup)))
    if marked is None:
        return None
    read = html_to_document(f"<body>{marked}</body>")
    if not _is_same(document, read):
        return None
    tree = parse_markup(f"<body>{marked}</body>")
    pieces = _find_pieces(read, place)
    if place.text:
        if pieces is None:
            return None
    elif not _mark_empty_cell(tree, document, read, place):
        return None
    tree_to_inert(tree, url)
    return _light(clean_markup(tree_to_markup(tree)), pieces or (), place)


def _parse_without_scripts(markup: str) -> "LexborHTMLParser":
    tree = parse_markup(markup)
    tree.strip_tags(["script", "style", "noscript", "template"])
    return tree


def _mark_texts(markup: str) -> str | None:
    """Return markup with a mark of its own before the first letter of each text; None where that cannot be done."""
    if MARKS.search(markup):
        return None
    number = FIRST_MARK

    def mark(found: re.Match[str]) -> str:
        nonlocal number
        if not found["text"] or number == FIRST_MARK + MAX_TEXTS:
            return found[0]
        number += 1
        return f"{found['space']}{chr(number - 1)}{found['text']}"

    marked = _TAG_OR_TEXT.sub(mark, markup)
    return marked if number < FIRST_MARK + MAX_TEXTS else None


def _is_same(document: Document, marked: Document) -> bool:
    """Whether a document with marks is, without them, the same line by line and cell by cell."""
    if len(document.blocks) != len(marked.blocks):
        return False
    return all(_strip(other) == _strip(block) for block, other in zip(document.blocks, marked.blocks, strict=True))


def _strip(block: Block) -> tuple[str, str, tuple[tuple[GridCell, ...], ...]]:
    """Return what a block says and where, without marks."""
    if not isinstance(block, Grid):
        return block.at, MARKS.sub("", block.text), ()
    return (
        block.at,
        "",
        tuple(tuple(cell._replace(text=MARKS.sub("", cell.text)) for cell in row) for row in block.rows),
    )


def _find_pieces(marked: Document, place: Place) -> tuple[_Piece, ...] | None:
    """Return the texts that a place is made from; None where what stands there is not what is looked for."""
    text = _text_at(marked, place)
    starts = [found.start() for found in MARKS.finditer(text)]
    if not starts or to_letters(text[: starts[0]]):
        return None
    pieces, told, end = [], "", 0
    for begin, stop in pairwise([*starts, len(text)]):
        letters = to_letters(text[begin + 1 : stop])
        start, end = end, end + len(letters)
        own = (max(place.start - start, 0), min(place.end - start, len(letters)))
        if own[0] < own[1]:
            pieces.append(_Piece(text[begin], *own))
            told += letters[own[0] : own[1]]
    return tuple(pieces) if told == place.text and pieces else None


def _text_at(document: Document, place: Place) -> str:
    block = document.blocks[place.block]
    if isinstance(block, Grid):
        return block.rows[place.row or 0][place.cell or 0].text
    return block.text


def _mark_empty_cell(tree: "LexborHTMLParser", document: Document, marked: Document, place: Place) -> bool:
    """Mark the cell of the page that is a grid's empty cell; return whether there is one row that it must be in.

    It is the row with one of the marks of the grid's row, as many cells, and the same in each.
    """
    own, read = document.blocks[place.block], marked.blocks[place.block]
    if not isinstance(own, Grid) or not isinstance(read, Grid) or place.row is None or place.cell is None:
        return False
    marks = {sign for cell in read.rows[place.row] for sign in MARKS.findall(cell.text)}
    texts = [to_letters(cell.text) for cell in own.rows[place.row]]
    found = []
    for row in tree.css("tr") if marks else ():
        cells = [node for node in row.iter() if node.tag in {"td", "th"}]
        inside = [node.text() for node in cells]
        if len(cells) == len(texts) and marks == {sign for text in inside for sign in MARKS.findall(text)}:
            found.append((cells, [to_letters(MARKS.sub("", text)) for text in inside]))
    if len(found) != 1 or found[0][1] != texts:
        return False
    found[0][0][place.cell].insert_child(_EMPTY)
    return True


def _light(markup: str, pieces: tuple[_Piece, ...], place: Place) -> str | None:
    """Return clean markup without marks, with the texts of a place lit; None where they do not spell it."""
    wanted = {piece.mark: piece for piece in pieces}
    done, told, lit = 0, "", []
    for mark in MARKS.finditer(markup):
        piece = wanted.pop(mark[0], None)
        lit.append(markup[done : mark.start()])
        done = mark.end()
        if mark[0] == _EMPTY:
            lit.append('<mark id="lit" class="g-empty">&nbsp;</mark>')
        elif piece is not None:
            end = _find_end(markup, done)
            drawn, spelled = _light_text(markup[done:end], piece, is_first=not told)
            lit.append(drawn)
            told += spelled
            done = end
    if wanted or told != place.text:
        return None
    return "".join((*lit, markup[done:]))


def _find_end(markup: str, start: int) -> int:
    """Return where a text ends: at the next tag, or at the mark of the next text."""
    tag = _NEXT_TAG.search(markup, start)
    end = tag.start() if tag else len(markup)
    mark = MARKS.search(markup, start, end)
    return mark.start() if mark else end


def _light_text(text: str, piece: _Piece, *, is_first: bool) -> tuple[str, str]:
    """Return the markup of a text with some letters lit, and those letters."""
    letters = list(_iter_letters(text))[piece.start : piece.end]
    if not letters:
        return text, ""
    start, end = letters[0][0], letters[-1][1]
    name = ' id="lit"' if is_first else ""
    return f"{text[:start]}<mark{name}>{text[start:end]}</mark>{text[end:]}", "".join(sign for _, _, sign in letters)


def _iter_letters(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the letters of a text of markup: where each begins and ends, and what it is."""
    for found in _SIGN.finditer(text):
        sign = html.unescape(found[0])
        if all(map(is_letter, sign)):
            yield found.start(), found.end(), sign
