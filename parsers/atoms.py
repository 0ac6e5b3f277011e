"""A document to atoms: the labels, figures, blanks and row ends of all its tables in one sequence.

Whatever the carrier, a table is read as the cells that it was printed from, row by row. That is what makes one
alignment enough for grids, for one cell a line, and for what lies between.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from parsers.document import Block, Document, Grid, TextLine
from parsers.figures import Figure, parse_figure, strip_outer
from parsers.options import Options

AtomKind = Literal["text", "figure", "blank", "break"]
Setting = Literal["grid", "tabs", "line"]


@dataclass(frozen=True, slots=True)
class Atom:
    """One cell's content, or the end of a row (`break`). `block` is the index of the document's block it came from.

    `setting` says what divides it from its neighbours: a grid, the tabs of its line, or nothing but lines.
    """

    kind: AtomKind
    raw: str
    at: str
    block: int
    figure: Figure | None = None
    span: int = 1
    setting: Setting = "line"


def document_to_atoms(document: Document, options: Options) -> tuple[Atom, ...]:
    """Return the atoms of a document in reading order.

    An empty line ends a row only where rows are what empty lines divide: where most cells stand apart by one (each
    cell a paragraph of its own), it says nothing and is left out.
    """
    atoms = [atom for number, block in enumerate(document.blocks) for atom in _block_to_atoms(block, number)]
    atoms = _set_strangers_apart(atoms, options)
    if _break_share(atoms, document.blocks) <= options.max_break_share:
        return tuple(atoms)
    return tuple(atom for atom in atoms if atom.kind != "break" or isinstance(document.blocks[atom.block], Grid))


def _block_to_atoms(block: Block, number: int) -> Iterator[Atom]:
    return _line_to_atoms(block, number) if isinstance(block, TextLine) else _grid_to_atoms(block, number)


def _line_to_atoms(line: TextLine, number: int) -> Iterator[Atom]:
    """Split a line at its tabs. A tab that leads a line begins a cell; a line of other white space ends a row."""
    text = line.text.removeprefix("\t")
    led = len(text) < len(line.text)
    if not led and not strip_outer(text):
        yield Atom("break", "", line.at, number)
        return
    setting: Setting = "tabs" if "\t" in line.text else "line"
    for piece in text.split("\t"):
        yield _cell_to_atom(piece, line.at, number, setting)


def _grid_to_atoms(grid: Grid, number: int) -> Iterator[Atom]:
    for row_number, row in enumerate(grid.rows, 1):
        for cell_number, cell in enumerate(row, 1):
            at = f"{grid.at} row {row_number} cell {cell_number}"
            yield replace(_cell_to_atom(cell.text, at, number, "grid"), span=cell.colspan)
        yield Atom("break", "", f"{grid.at} row {row_number}", number, setting="grid")


def _cell_to_atom(text: str, at: str, block: int, setting: Setting) -> Atom:
    raw = strip_outer(text)
    figure = parse_figure(raw)
    return Atom(figure.kind, raw, at, block, figure, setting=setting)


def _set_strangers_apart(atoms: list[Atom], options: Options) -> list[Atom]:
    """Make figures without a tab mere text where nearly all others have one: page numbers, figures of sentences."""
    settings = Counter(atom.setting for atom in atoms if atom.kind == "figure")
    if settings["tabs"] < options.min_tabbed_share * (settings["tabs"] + settings["line"]):
        return atoms
    return [replace(atom, kind="text") if (atom.kind, atom.setting) == ("figure", "line") else atom for atom in atoms]


def _break_share(atoms: Sequence[Atom], blocks: Sequence[Block]) -> float:
    """Return the share of neighbouring figures and blanks in running text that an empty line divides, 0 to 1."""
    divided = together = 0
    previous: AtomKind = "text"
    pending_break = False
    for atom in atoms:
        if isinstance(blocks[atom.block], Grid):
            previous = "text"
            continue
        if atom.kind == "break":
            pending_break = True
            continue
        if atom.kind != "text" and previous != "text":
            divided += pending_break
            together += not pending_break
        previous, pending_break = atom.kind, False
    return divided / (divided + together) if divided + together else 0.0
