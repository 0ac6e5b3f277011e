"""A document to atoms: the labels, figures, blanks and empty lines of all its tables in one sequence.

Whatever the carrier, a table is read as the cells that it was printed from, row by row. That is what makes one
alignment enough for grids, for pipes, for rows of text, for one cell a line, and for what lies between.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from parsers.document import Block, Document, Grid, TextLine
from parsers.figures import Figure, parse_figure, strip_outer
from parsers.options import Options
from parsers.pipes import Piece, find_pipes

AtomKind = Literal["text", "figure", "blank", "break"]
Setting = Literal["grid", "pipes", "tabs", "spaces", "line"]

_PAGE_NUMBER = re.compile(r"[-—–－·]+\s*\d{1,3}\s*[-—–－·]+|\d{1,3}\s*/\s*\d{1,3}")
_WIDE_GAP = re.compile(r"[ \u3000\xa0]{2,}")
_TOKEN = re.compile(r"[^ \u3000\xa0]+")
_BEHIND_NUMBER = frozenset(".．、)）")
_INNER_SPACE = re.compile(r"[ \u3000\xa0]")


class Atom(NamedTuple):
    """One cell's content, or an empty line (`break`). `block` is the index of the document's block it came from.

    `setting` says what divides it from its neighbours. `row` numbers the printed row that it is known to stand in,
    from 1; 0 where nothing but the order of lines is known. `column` is where it begins in that row (a grid's
    column, a line's character), and `span` how many columns it covers.
    """

    kind: AtomKind
    raw: str
    at: str
    block: int
    figure: Figure | None = None
    setting: Setting = "line"
    row: int = 0
    column: int = 0
    span: int = 1


def document_to_atoms(document: Document, options: Options) -> tuple[Atom, ...]:
    """Return the atoms of a document in reading order.

    Where most cells stand apart by an empty line (each cell a paragraph of its own), one empty line between two
    cells says nothing and is left out, and of three one is left: that of an empty cell.
    """
    atoms = _Atoms(options).read(document.blocks)
    atoms = _set_strangers_apart(_without_numbering(atoms), options)
    if _break_share(atoms) > options.max_break_share:
        atoms = list(_without_dividing_breaks(atoms))
    return tuple(atoms)


class _Atoms:
    """The sequence while it is being made; it counts the printed rows."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._atoms: list[Atom] = []
        self._rows = 0

    def read(self, blocks: Sequence[Block]) -> list[Atom]:
        pipes = find_pipes(blocks, self._options)
        for number, block in enumerate(blocks):
            if isinstance(block, Grid):
                self._read_grid(block, number)
            elif number in pipes:
                self._read_pieces(pipes[number], block, number)
            else:
                self._read_line(block, number)
        return self._atoms

    def _read_pieces(self, pieces: tuple[Piece, ...], line: TextLine, number: int) -> None:
        """Take in the cells that the pipes of a line divide; several of them in one line are a row."""
        is_row = any(piece.in_row for piece in pieces)
        self._rows += is_row
        setting: Setting = "grid" if any(piece.in_grid for piece in pieces) else "pipes"
        for piece in pieces:
            self._add(piece.text, line.at, number, setting, self._rows if is_row else 0, piece.column)

    def _read_line(self, line: TextLine, number: int) -> None:
        """Split a line at its tabs, or before the figures that end it. A tab that leads a line begins a cell."""
        text = line.text
        tab = text.rfind("\t")
        if tab > 0:
            self._read_tabs(line, number)
            return
        if tab == 0:
            kind, raw, figure = _read_cell(text[1:])
            self._atoms.append(Atom(kind, raw, line.at, number, figure, "tabs"))
            return
        kind, raw, figure = _read_cell(text)
        if not raw:
            self._atoms.append(Atom("break", "", line.at, number))
        elif kind != "text" or len(raw) > self._options.max_row_length or not _INNER_SPACE.search(raw):
            column = len(text) - len(text.lstrip())
            self._atoms.append(Atom(kind, raw, line.at, number, figure, "line", 0, column))
        else:
            self._read_spaces(text, line.at, number)

    def _read_tabs(self, line: TextLine, number: int) -> None:
        pieces = line.text.removeprefix("\t").split("\t")
        if not line.text.startswith("\t") and not strip_outer(line.text):
            self._atoms.append(Atom("break", "", line.at, number))
            return
        is_row = len(pieces) > 1
        self._rows += is_row
        for column, piece in enumerate(pieces):
            self._add(piece, line.at, number, "tabs", self._rows if is_row else 0, column)

    def _read_spaces(self, text: str, at: str, number: int) -> None:
        """Split a line in which figures that spaces divide stand behind a text, or alone; texts at wide gaps."""
        stripped = strip_outer(text)
        if _PAGE_NUMBER.fullmatch(stripped) or parse_figure(stripped).kind != "text":
            self._add(stripped, at, number, "line", 0, 0)
            return
        tokens = list(_TOKEN.finditer(text))
        first = len(tokens)
        while first and _is_figure(tokens[first - 1][0]):
            first -= 1
        figures = tokens[first:]
        if not any(parse_figure(token[0]).kind == "figure" for token in figures) and len(figures) < 2:
            first, figures = len(tokens), []
        words = text[: tokens[first].start()] if figures else text
        texts = list(_iter_wide(words))
        if len(texts) + len(figures) < 2:
            self._add(stripped, at, number, "line", 0, 0)
            return
        self._rows += 1
        for column, word in texts:
            self._add(word, at, number, "spaces", self._rows, column, len(word))
        for token in figures:
            self._add(token[0], at, number, "spaces", self._rows, token.start(), len(token[0]))

    def _read_grid(self, grid: Grid, number: int) -> None:
        for row_number, row in enumerate(grid.rows, 1):
            self._rows += 1
            for cell_number, cell in enumerate(row, 1):
                at = f"{grid.at} row {row_number} cell {cell_number}"
                self._add(cell.text, at, number, "grid", self._rows, cell.column, cell.colspan)

    def _add(  # noqa: PLR0913 - the fields of an atom, in their order
        self, text: str, at: str, number: int, setting: Setting, row: int, column: int, span: int = 1
    ) -> None:
        kind, raw, figure = _read_cell(text)
        self._atoms.append(Atom(kind, raw, at, number, figure, setting, row, column, span))


@lru_cache(maxsize=16384)
def _read_cell(text: str) -> tuple[AtomKind, str, Figure]:
    """Return what a cell's text is, as printed, and understood."""
    raw = strip_outer(text)
    figure = parse_figure(raw)
    return figure.kind, raw, figure


def _is_figure(token: str) -> bool:
    return parse_figure(token).kind != "text"


def _iter_wide(text: str) -> Iterator[tuple[int, str]]:
    """Yield the pieces of a text that gaps of two spaces and more divide, each with where it begins."""
    begin = 0
    for gap in _WIDE_GAP.finditer(text):
        if word := strip_outer(text[begin : gap.start()]):
            yield begin, word
        begin = gap.end()
    if word := strip_outer(text[begin:]):
        yield begin, word


def _without_numbering(atoms: list[Atom]) -> list[Atom]:
    """Make the number of a label mere text, where it stands alone before the point that the label begins with."""
    for index, atom in enumerate(atoms):
        before = atoms[index - 1] if index else atom
        if atom.kind == "text" and atom.raw[0] in _BEHIND_NUMBER and before.raw.isdigit() and not before.row:
            atoms[index - 1] = before._replace(kind="text")
    return atoms


def _set_strangers_apart(atoms: list[Atom], options: Options) -> list[Atom]:
    """Make figures alone in a line mere text where nearly all others stand among tabs, pipes or in rows.

    They are page numbers, and figures of sentences.
    """
    lone = sum(1 for atom in atoms if atom.kind == "figure" and atom.setting == "line")
    if not lone:
        return atoms
    others = sum(1 for atom in atoms if atom.kind == "figure" and atom.setting in {"tabs", "pipes", "spaces"})
    if others < options.min_tabbed_share * (others + lone):
        return atoms
    return [atom._replace(kind="text") if atom.kind == "figure" and atom.setting == "line" else atom for atom in atoms]


def _break_share(atoms: Sequence[Atom]) -> float:
    """Return the share of neighbouring figures and blanks in running text that an empty line divides, 0 to 1."""
    divided = together = 0
    previous: AtomKind = "text"
    pending_break = False
    for atom in atoms:
        if atom.row:
            previous = "text"
        elif atom.kind == "break":
            pending_break = True
            continue
        elif atom.kind != "text" and previous != "text":
            divided += pending_break
            together += not pending_break
        if not atom.row:
            previous = atom.kind
        pending_break = False
    return divided / (divided + together) if divided + together else 0.0


def _without_dividing_breaks(atoms: Sequence[Atom]) -> Iterator[Atom]:
    """Yield atoms whose cells stand apart by one empty line without those lines.

    Of an odd run of empty lines every second one is an empty cell's and stays; of an even run nothing is known, and
    none stays.
    """
    run: list[Atom] = []
    for atom in atoms:
        if atom.kind == "break":
            run.append(atom)
            continue
        if len(run) % 2:
            yield from run[1::2]
        run.clear()
        yield atom
