"""PDF files to documents: tables by their ruling lines, all other words as lines.

    bytes ─pdf_read▶ characters, ruling lines ─pdf_frames▶ cells' areas ─pdf_tables, pdf_words▶ tables, lines
          ─pdf_flow▶ one sequence over all pages ▶ Document

A table without ruling lines stays lines, its cells at their places with blanks between. Nothing is read from pictures:
a warning names the pages that are one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from parsers.carriers.pdf_flow import FlowLine, Item, items_to_lines, pages_to_items
from parsers.carriers.pdf_frames import Frame, rules_to_frames
from parsers.carriers.pdf_read import NO_LETTER, Glyph, PdfPage, read_pages
from parsers.carriers.pdf_tables import PdfTable, fill_frame, table_to_grid
from parsers.carriers.pdf_words import glyphs_to_lines, line_to_words, unfold_columns
from parsers.document import Block, Document, Grid, TextLine
from parsers.options import DEFAULT_OPTIONS, Options


def pdf_to_document(body: bytes, options: Options = DEFAULT_OPTIONS) -> Document:
    """Return the lines and tables of a PDF file; one without a text layer has none, and a warning for each page.

    Raises EncryptedError for a file that asks for a password, DamagedError for one that is cut short or broken,
    TooLargeError for one that unpacks to far more than it is, ReaderMissingError without pypdfium2.
    """
    pages, warnings = read_pages(body, options)
    frames = [rules_to_frames(page.across, page.upright, options) for page in pages]
    listed = [_choose_frames(number, [found or () for found in frames], options) for number in range(len(pages))]
    flow = [_page_to_items(page, chosen, options) for page, chosen in zip(pages, listed, strict=True)]
    blocks = tuple(_to_block(item) for item in items_to_lines(pages_to_items(flow, options), options))
    doubts = (text for page, found in zip(pages, frames, strict=True) for text in _doubts(page, found, options))
    return Document("pdf", blocks, warnings=(*warnings, *doubts, *_torn(blocks)))


def _choose_frames(number: int, pages: Sequence[Sequence[Frame]], options: Options) -> list[Frame]:
    """Return the frames that are tables. A single box is one only as the rest of a table cut by the page's end."""
    around = [frame for page in pages[max(0, number - 1) : number + 2] for frame in page if len(frame.areas) > 1]
    return [
        frame
        for frame in pages[number]
        if len(frame.areas) > 1 or any(_have_same_sides(frame, other, options) for other in around)
    ]


def _have_same_sides(one: Frame, other: Frame, options: Options) -> bool:
    near = options.pdf_rule_gap
    return abs(one.xs[0] - other.xs[0]) <= near and abs(one.xs[-1] - other.xs[-1]) <= near


def _page_to_items(page: PdfPage, frames: Sequence[Frame], options: Options) -> list[Item]:
    """Return a page's tables and lines from top to bottom; a frame with long texts arranges a page and is no table."""
    held: list[list[Glyph]] = [[] for _ in frames]
    free: list[Glyph] = [] if frames else list(page.glyphs)
    for glyph in page.glyphs if frames else ():
        _find_holder(glyph, frames, held, free).append(glyph)
    tables = []
    for frame, inside in zip(frames, held, strict=True):
        table = fill_frame(frame, inside, page.number, options)
        if max(len(cell.text) for cell in table.cells) > options.max_cell_length:
            free.extend(inside)
        elif inside:
            tables.append(table)
    tables.sort(key=lambda table: table.top)
    numbered = [replace(table, number=number) for number, table in enumerate(tables, 1)]
    lines = unfold_columns([line_to_words(line, options) for line in glyphs_to_lines(free, options)], options)
    return list(_merge_in_order(numbered, [FlowLine(page.number, at, words) for at, words in enumerate(lines, 1)]))


def _merge_in_order(tables: Sequence[PdfTable], lines: Sequence[FlowLine]) -> Iterator[Item]:
    """Yield lines in their order, each table before the first line that stands below its top."""
    waiting = list(tables)
    for line in lines:
        while waiting and waiting[0].top < (line.words.top + line.words.bottom) / 2:
            yield waiting.pop(0)
        yield line
    yield from waiting


def _find_holder(glyph: Glyph, frames: Sequence[Frame], held: list[list[Glyph]], free: list[Glyph]) -> list[Glyph]:
    """Return the list to put a character in: that of the smallest frame around it."""
    x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
    for frame, inside in zip(frames, held, strict=True):
        if frame.xs[0] <= x < frame.xs[-1] and frame.ys[0] <= y < frame.ys[-1]:
            return inside
    return free


def _to_block(item: TextLine | PdfTable) -> Block:
    """Return a table as a grid; one of a single cell is a box around a text."""
    if not isinstance(item, PdfTable):
        return item
    grid = table_to_grid(item)
    return grid if len(item.cells) > 1 else TextLine(item.cells[0].text, grid.at)


def _torn(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield the tables in which figures run over the lines of their cells."""
    for block in blocks:
        if isinstance(block, Grid) and any(NO_LETTER in cell.text for row in block.rows for cell in row):
            yield f"{block.at} has cells that cannot be read: {NO_LETTER} stands in them"


def _doubts(page: PdfPage, frames: Sequence[Frame] | None, options: Options) -> Iterator[str]:
    """Yield what of a page could not be read."""
    letters = sum(1 for glyph in page.glyphs if glyph.text != " ")
    if page.picture_share > options.pdf_picture_share:
        if letters < options.pdf_scan_characters:
            yield f"page {page.number} is a picture; its figures were not read (it needs OCR)"
        else:
            yield f"page {page.number} shows a large picture; what is written in it was not read (it needs OCR)"
    elif not letters and page.paths >= options.pdf_scan_characters:
        yield f"page {page.number} has no text layer; its figures were not read (it needs OCR)"
    if page.has_fields:
        yield f"page {page.number} has form fields or notes; what is written in them was not read"
    if frames is None:
        yield f"page {page.number} shows a drawing of very many lines; no tables were read there"
    if page.slanted:
        yield f"page {page.number}: {page.slanted} characters stand aslant and were left out"
    if lost := sum(1 for glyph in page.glyphs if glyph.text == NO_LETTER):
        yield f"page {page.number}: {lost} characters have no letter in Unicode"
