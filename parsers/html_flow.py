"""The flow of a page: texts and elements as they come, to lines and grids."""

from dataclasses import dataclass

from parsers.document import Block, TextLine
from parsers.html_marks import (
    APART,
    AS_BLOCK,
    CAPTION,
    CELL,
    FLAT,
    GROUPS,
    HIDES,
    IN_LINES,
    KEEPS_SPACE,
    LINK,
    MADE_BREAK,
    MAKES_SPACE,
    NOT_THERE,
    OUTSIDE,
    PARAGRAPH,
    PREFORMATTED,
    ROW,
    SPACE_STYLES,
    TABLE,
    UNSEEN,
    find_marks,
    mark_text,
    names_outside,
)
from parsers.html_page import Attributes
from parsers.html_tables import (
    OBJECT_SIGN,
    DrawnTable,
    draw_cell,
    is_running_text,
    join_lines,
    table_to_grid,
)
from parsers.options import Options

_NO_MARKS: frozenset[str] = frozenset()

Place = tuple["Place | None", int, int]
"""An element: the one around it, its number, and how many are around it, itself among them."""

_State = tuple[Place | None, bool, str, int, frozenset[str]]
Opened = tuple[str, int, Attributes, int, int, _State]
"""An element whose inside is being read: its kind, its style, its attributes, how many blocks and objects came before
it, and what held there. A plain tuple, for there is one for every element.
"""

_Line = tuple[str, Place | None, int, bool]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A table of data, and the element that it stands in."""

    table: DrawnTable
    path: Place | None


def collapse(text: str) -> str:
    r"""Return a line without the white space of the page's maker, and all of the author's.

    >>> collapse("\n  1\n "), collapse("\t1\n\n2 ")
    ('1', '\t1 2 ')
    """
    if "\n" not in text and "\r" not in text:
        return text
    return MADE_BREAK.sub("\n", text).strip("\n").replace("\n", " ")


class Flow:
    """The line being gathered, what holds where it stands, and the blocks finished so far."""

    def __init__(self, options: Options) -> None:
        self.objects = 0
        self._options = options
        self._blocks: list[_Line | _Drawn] = []
        self.pieces: list[str] = []
        self._linked = 0
        self._tables: list[DrawnTable] = []
        self._numbers = 0
        self._path: Place | None = None
        self._is_outside = False
        self.space = ""  # the kind of element or style that keeps all white space, if any
        self._links_open = 0
        self._marks = _NO_MARKS
        self._names: dict[str, bool] = {}

    def add(self, text: str) -> None:
        """Add a text to the line."""
        if self.space and "\n" in text and self._keeps_breaks(text):
            *whole, text = text.split("\n")
            for line in whole:
                self.pieces.append(line)
                self.end_line(even_empty=True)
        if self._marks:
            text = mark_text(text, self._marks)
        if self._links_open:
            self._linked += len(text.strip())
        self.pieces.append(text)

    def _keeps_breaks(self, text: str) -> bool:
        """Whether line breaks are shown; those between the blocks of a styled page are not meant to be."""
        return self.space == PREFORMATTED or not text.isspace() or any(not piece.isspace() for piece in self.pieces)

    def end_line(self, *, even_empty: bool = False) -> None:
        """Close the line; an empty one is kept only where the page itself asks for it."""
        text = collapse("".join(self.pieces))
        if text or even_empty:
            self._blocks.append((text, self._path, self._linked, self._is_outside))
        self.pieces.clear()
        self._linked = 0

    def open_inline(self, kind: str, style: int) -> Opened | None:
        """Take in the start of a piece of a line that is no plain one, None where it is hidden."""
        if style & HIDES:
            return None
        if style & AS_BLOCK:
            self.end_line()
        elif style & APART:
            self._keep_apart()
        opened = self._save(kind, style, {})
        if style & SPACE_STYLES:
            self.space = kind if style & KEEPS_SPACE else ""
        self._links_open += kind == LINK
        self._marks = self._marks | find_marks(kind, style)
        return opened

    def leave(self, opened: Opened) -> None:
        """Take in the end of an element."""
        kind, style = opened[0], opened[1]
        if kind not in IN_LINES:
            self._leave_block(opened)
            return
        if style & AS_BLOCK:
            self.end_line()
        elif style & APART:
            self._keep_apart()
        self._restore(opened)

    def is_plain(self) -> bool:
        """Whether texts can be taken as they are: not inside a link, not raised or struck out, not preformatted."""
        return not (self.space or self._marks or self._links_open)

    def add_block(self, kind: str, attributes: Attributes, text: str, linked: int) -> None:
        """Add a block that holds nothing but a line."""
        if self.pieces:
            self.end_line()
        text = collapse(text)
        path = self._inner_path()
        if text or kind == PARAGRAPH:
            is_outside = self._is_outside or kind == OUTSIDE or self._names_outside(attributes)
            self._blocks.append((text, path, linked, is_outside))

    def _inner_path(self) -> Place | None:
        """Return the path of an element that begins here, unless it stands too deep to be told apart."""
        self._numbers += 1
        depth = self._path[2] + 1 if self._path else 1
        return (self._path, self._numbers, depth) if depth <= self._options.max_path else self._path

    def open_block(self, kind: str, style: int, attributes: Attributes) -> Opened:
        """Take in the start of a block. Hidden blocks are read: scripts unfold them, and reports stand in such."""
        if self.pieces:
            self.end_line()
        opened = self._save(kind, style, attributes)
        self._path = self._inner_path()
        self._is_outside = self._is_outside or kind == OUTSIDE or self._names_outside(attributes)
        if kind == PREFORMATTED or style & SPACE_STYLES:
            self.space = "" if style & MAKES_SPACE else kind
        if kind == TABLE:
            self._tables.append(DrawnTable())
        elif self._tables:
            self._open_part(kind, style, attributes)
        return opened

    def _open_part(self, kind: str, style: int, attributes: Attributes) -> None:
        is_hidden = bool(style & HIDES)
        if kind == ROW:
            is_flat = bool(style & FLAT) or attributes.get("height") == "0"
            self._tables[-1].open_row(is_hidden=is_hidden, is_flat=is_flat)
        elif kind in GROUPS:
            self._tables[-1].open_group(kind, is_hidden=is_hidden)

    def _leave_block(self, opened: Opened) -> None:
        """Close a block; a paragraph without anything in it is a line of its own."""
        kind, style, _, blocks, _, _ = opened
        is_empty = blocks == len(self._blocks)
        if self.pieces or is_empty:
            self.end_line(even_empty=is_empty and kind in {PARAGRAPH, PREFORMATTED})
        if self._tables:
            if kind == CELL:
                self._close_cell(opened)
            elif kind == CAPTION:
                self._tables[-1].captions.append((blocks, len(self._blocks)))
            elif style & HIDES:
                self._tables[-1].hidden.append((blocks, len(self._blocks)))
        self._restore(opened)
        if kind == TABLE:
            self._close_table(blocks)

    def _close_cell(self, opened: Opened) -> None:
        """Put what a cell shows into its table, unless the table is known to be none of data."""
        _, style, attributes, blocks, objects, _ = opened
        table = self._tables[-1]
        table.cells += 1
        if len(self._blocks) - blocks > self._options.max_cell_length:  # each of a sign at least
            table.holds_text = True
            return
        hidden, table.hidden = table.hidden, []
        inside = self._blocks[blocks:]
        lines = [block[0] for block in inside if not isinstance(block, _Drawn)]
        if is_running_text(lines, len(inside) - len(lines), self._options):
            table.holds_text = True
        if table.holds_text or style & NOT_THERE:
            return
        if hidden:
            gone = {number for start, end in hidden for number in range(start, end)}
            shown = [block for number, block in enumerate(inside, blocks) if number not in gone]
            lines = [block[0] for block in shown if not isinstance(block, _Drawn)]
        text = join_lines(lines)
        if not text and (self.objects > objects or any(isinstance(block, _Drawn) for block in inside)):
            text = OBJECT_SIGN
        table.add_cell(draw_cell("" if style & UNSEEN else text, attributes, self._options))

    def _close_table(self, start: int) -> None:
        """Put a grid in the place of a table's lines, its caption before it and the tables of its cells after it."""
        table = self._tables.pop()
        self._count_inner(table)
        if table.arranges_page():
            return
        captions = [block for begin, end in table.captions for block in self._blocks[begin:end]]
        lines = [block for block in captions if not isinstance(block, _Drawn)]
        grids = [block for block in self._blocks[start:] if isinstance(block, _Drawn)]
        self._blocks[start:] = [*lines, _Drawn(table, self._path), *grids]

    def add_table(self, table: DrawnTable) -> None:
        """Add a table of data that was read apart from the flow."""
        self.end_line()
        self._count_inner(table)
        self._blocks.append(_Drawn(table, self._path))

    def _count_inner(self, table: DrawnTable) -> None:
        if self._tables:
            self._tables[-1].inner_cells += table.cells + table.inner_cells

    def _names_outside(self, attributes: Attributes) -> bool:
        if not attributes:
            return False
        names = f"{attributes.get('class') or ''}\n{attributes.get('id') or ''}"
        known = self._names.get(names)
        if known is None:
            known = self._names[names] = names_outside(names)
        return known

    def _keep_apart(self) -> None:
        """Put white space where a browser leaves room; at the ends of a line it goes again."""
        self.pieces.append("\n")

    def _save(self, kind: str, style: int, attributes: Attributes) -> Opened:
        state = (self._path, self._is_outside, self.space, self._links_open, self._marks)
        return kind, style, attributes, len(self._blocks), self.objects, state

    def _restore(self, opened: Opened) -> None:
        self._path, self._is_outside, self.space, self._links_open, self._marks = opened[5]

    def finish(self) -> tuple[tuple[Block, ...], tuple[str, ...]]:
        """Return the blocks of the page, numbered, and what of them could not be read."""
        self.end_line()
        paths: dict[int, tuple[int, ...]] = {}
        blocks: list[Block] = []
        warnings: list[str] = []
        lines = 0
        for block in self._blocks:
            if isinstance(block, _Drawn):
                at = f"table {len(blocks) - lines + 1}"
                grid, cut = table_to_grid(block.table, at, _to_path(block.path, paths), self._options)
                blocks.append(grid)
                warnings += cut
                continue
            text, place, linked, is_outside = block
            length = len(text.strip()) if linked else 0
            lines += 1
            path = paths.get(place[1]) if place else ()
            if path is None:
                path = _to_path(place, paths)
            blocks.append(
                TextLine(text, f"line {lines}", path, min(1.0, linked / length) if length else 0.0, is_outside)
            )
        return tuple(blocks), tuple(warnings)


def _to_path(place: Place | None, known: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
    """Return the numbers of the elements around, outermost first."""
    if place is None:
        return ()
    path = known.get(place[1])
    if path is None:
        path = known[place[1]] = (*_to_path(place[0], known), place[1])
    return path
