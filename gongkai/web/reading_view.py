"""A document as the parser read it, line by line and grid by grid, for bodies that are no page."""

from collections.abc import Iterator

from gongkai.pages.markup import escape
from gongkai.web.finding import Place, is_letter
from parsers.document import Document, Grid, GridCell, TextLine

MAX_BLOCKS = 4_000
"""So many lines and grids are drawn at most, those around the place that is lit."""

MAX_CELLS = 20_000
"""So many cells of one grid are drawn at most, in the rows from the lit one on."""

_CUT = '<p class="g-note">… 此处内容过长，未全部显示 <span lang="en">too long to be shown whole</span> …</p>'


def draw_document(document: Document, place: Place | None = None) -> str:
    """Return the markup of a document with a place lit; what is left out for length is said where it would stand."""
    return "".join(_iter_blocks(document, place))


def _iter_blocks(document: Document, place: Place | None) -> Iterator[str]:
    lit = place.block if place else 0
    start = max(0, lit - MAX_BLOCKS // 2)
    end = min(len(document.blocks), start + MAX_BLOCKS)
    if start:
        yield _CUT
    for number in range(start, end):
        block = document.blocks[number]
        own = place if place is not None and place.block == number else None
        yield from _draw_grid(block, own) if isinstance(block, Grid) else [_draw_line(block, own)]
    if end < len(document.blocks):
        yield _CUT


def _draw_line(line: TextLine, place: Place | None) -> str:
    text = _draw_text(line.text, place)
    return f'<p class="g-read"><span class="g-at">{escape(line.at)}</span> {text}</p>'


def _draw_grid(grid: Grid, place: Place | None) -> Iterator[str]:
    yield f'<p class="g-read"><span class="g-at">{escape(grid.at)}</span></p><table border="1">'
    cells = 0
    first = max(0, (place.row or 0) - MAX_CELLS // 2 // max(1, grid.width)) if place else 0
    for number, row in enumerate(grid.rows[first:], first):
        cells += len(row)
        if cells > MAX_CELLS:
            yield f"</table>{_CUT}"
            return
        drawn = (
            _draw_cell(cell, place if place and (place.row, place.cell) == (number, index) else None)
            for index, cell in enumerate(row)
        )
        yield f"<tr>{''.join(drawn)}</tr>"
    yield "</table>"


def _draw_cell(cell: GridCell, place: Place | None) -> str:
    spans = "".join(
        f' {name}="{span}"' for name, span in (("colspan", cell.colspan), ("rowspan", cell.rowspan)) if span > 1
    )
    return f"<td{spans}>{_draw_text(cell.text, place)}</td>"


def _draw_text(text: str, place: Place | None) -> str:
    """Return the markup of a text with the letters of a place lit."""
    if place is None:
        return escape(text)
    letters = [number for number, sign in enumerate(text) if is_letter(sign)][place.start : place.end]
    if not letters:
        return f'{escape(text)}<mark id="lit" class="g-empty">&nbsp;</mark>'
    start, end = letters[0], letters[-1] + 1
    return f'{escape(text[:start])}<mark id="lit">{escape(text[start:end])}</mark>{escape(text[end:])}'
