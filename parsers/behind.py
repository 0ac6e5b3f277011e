"""What stands behind a label: the figures and blanks of its row, where rows are known and where only lines are."""

from collections.abc import Sequence
from itertools import takewhile

from parsers.atoms import Atom
from parsers.labels import FormLine

_LABEL_COLUMNS = 3  # the columns that the labels of the widest table take


def cells_of_row(atoms: Sequence[Atom], start: int) -> tuple[int, ...]:
    """Return the indexes of the figures and blanks from an atom on, to the next text or the end of its printed row."""
    row = atoms[start].row
    return tuple(takewhile(lambda index: _is_cell(atoms[index], row), range(start, len(atoms))))


def _is_cell(atom: Atom, row: int) -> bool:
    return atom.row == row and atom.kind != "text"


def find_figures(atoms: Sequence[Atom], start: int, stop: int, line: FormLine) -> tuple[int, ...]:
    """Return the indexes of the figures and blanks that belong to a label whose last atom is before `start`.

    `stop` is the next atom of text.

    In a printed row they are those of the row; a row without any may be followed by its figures alone. Where only
    the order of lines is known, a row ends at the next text, and at an empty line unless the figures beyond make it
    whole (blanks beyond may belong to the labels of the next row, as those do that follow a full row).
    """
    wanted = len(line.cells)
    row = atoms[start - 1].row
    if not row:
        return _figures_in_lines(atoms, start, stop, line)
    own = list(cells_of_row(atoms, start)) if start < len(atoms) and atoms[start].row == row else []
    if any(atoms[index].kind == "figure" for index in own) or len(own) >= wanted:
        return tuple(_without_blank_end(own, atoms, wanted))
    return _row_alone(atoms, start + len(own), wanted) or tuple(own)


def _row_alone(atoms: Sequence[Atom], start: int, wanted: int) -> tuple[int, ...]:
    """Return the cells of the next row where it has as many as are wanted, and no text."""
    begin = next((index for index in range(start, len(atoms)) if atoms[index].kind != "break"), None)
    if begin is None or not atoms[begin].row or atoms[begin].row == atoms[begin - 1].row:
        return ()
    row = atoms[begin].row
    cells = list(takewhile(lambda index: atoms[index].row == row, range(begin, len(atoms))))
    if any(atoms[index].kind == "text" for index in cells):
        return ()
    before = len(cells) - wanted
    if not 0 <= before <= _LABEL_COLUMNS or any(atoms[index].kind != "blank" for index in cells[:before]):
        return ()
    return tuple(cells[before:])


def _figures_in_lines(atoms: Sequence[Atom], start: int, stop: int, line: FormLine) -> tuple[int, ...]:
    wanted = len(line.cells)
    row: list[int] = []
    beyond: list[int] = []
    broken = False
    for index in range(start, stop):
        atom = atoms[index]
        if atom.row:
            return tuple(row) if row and atoms[row[-1]].kind == "figure" else _row_alone(atoms, start, wanted)
        if atom.kind == "break":
            broken = True
        else:
            (beyond if broken else row).append(index)
    if not broken:
        return tuple(_without_blank_end(row, atoms, wanted))
    if not row:
        return tuple(_without_blank_end(beyond, atoms, wanted))
    is_whole = len(row) + len(beyond) == wanted and all(atoms[index].kind == "figure" for index in beyond)
    return tuple(row + beyond if is_whole or line.unit else row)


def _without_blank_end(indexes: list[int], atoms: Sequence[Atom], wanted: int) -> list[int]:
    end = len(indexes)
    while end > wanted and not atoms[indexes[end - 1]].raw:
        end -= 1
    return indexes[:end]
