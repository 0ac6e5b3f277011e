"""What the sums settle: the figures of incomplete rows, where only one way to place them fits all that stands.

A row that has lost a cell, or has a figure too many, can be read in several ways. Each is tried against the
identities of the form (along the row, and down every column). Only where the rest of the table keeps all of them,
and every reading that fits says the same of a cell, is that cell `inferred`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import comb, prod

from parsers.atoms import Atom
from parsers.forms import Rule
from parsers.labels import Frame
from parsers.options import Options
from parsers.report import CellKey
from parsers.rows import Row

_Number = int | float
_Placement = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """A cell that the sums settle: its value, and the atom that it was printed in (None where it was lost)."""

    value: _Number
    atom: int | None


@dataclass(frozen=True, slots=True)
class _Identity:
    """Cells whose values, each times 1 or -1, and `known`, the sum of those that are certain, must add up to 0."""

    known: _Number
    open: tuple[tuple[CellKey, int], ...]
    is_certain: bool


def settle_rows(
    frame: Frame, rules: Sequence[Rule], rows: Sequence[Row], atoms: Sequence[Atom], options: Options
) -> Mapping[CellKey, Settled]:
    """Return the cells of incomplete rows that the identities settle, none where they cannot or do not hold."""
    incomplete = [row for row in rows if not row.is_whole and _can_be_placed(row, options)]
    if not 0 < len(incomplete) <= options.max_incomplete_rows or len(incomplete) + sum(
        row.is_whole for row in rows
    ) < len(frame.lines):
        return {}
    identities = _make_identities(frame, rules, rows, incomplete, atoms)
    touching = [identity for identity in identities if identity.open]
    if not touching or any(
        not identity.is_certain or (not identity.open and identity.known) for identity in identities
    ):
        return {}
    fits = _find_fits(incomplete, touching, atoms, options)
    return dict(_agreed(incomplete, fits, touching))


def _can_be_placed(row: Row, options: Options) -> bool:
    wanted, there = len(row.placed), len(row.values)
    return 0 < there <= wanted + options.max_extra_figures and comb(max(wanted, there), min(wanted, there)) <= (
        options.max_placements
    )


def _make_identities(
    frame: Frame, rules: Sequence[Rule], rows: Sequence[Row], incomplete: Sequence[Row], atoms: Sequence[Atom]
) -> list[_Identity]:
    values: dict[CellKey, _Number] = {}
    open_cells: set[CellKey] = set()
    for row in rows:
        if row.is_whole:
            values.update(
                (cell, _value(atoms[index]))
                for cell, index in zip(row.hit.line.cells, row.placed, strict=True)
                if index is not None
            )
    for row in incomplete:
        open_cells.update(row.hit.line.cells)
    identities = []
    for cells in (cells for rule in rules for cells in _iter_applied(rule, frame)):
        known = sum(sign * values[cell] for cell, sign in cells if cell in values)
        opened = tuple((cell, sign) for cell, sign in cells if cell in open_cells)
        identities.append(
            _Identity(round(known, 6), opened, all(cell in values or cell in open_cells for cell, _ in cells))
        )
    return identities


def _iter_applied(rule: Rule, frame: Frame) -> Iterator[list[tuple[CellKey, int]]]:
    """Yield the cells of a rule at each of its places, with 1 for its left side and -1 for its right."""
    cells = [cell for line in frame.lines for cell in line.cells]
    for _, left, right in rule.iter_places(cells):
        yield [*((cell, 1) for cell in left), *((cell, -1) for cell in right)]


def _value(atom: Atom) -> _Number:
    return atom.figure.value if atom.figure and atom.figure.value is not None else 0


def _iter_placements(row: Row) -> Iterator[_Placement]:
    """Yield every way to give a row's figures to its cells in their order: lost cells are None."""
    wanted, values = len(row.placed), row.values
    if len(values) >= wanted:
        yield from combinations(values, wanted)
        return
    for places in combinations(range(wanted), len(values)):
        at = dict(zip(places, values, strict=True))
        yield tuple(at.get(number) for number in range(wanted))


_Fit = tuple[Mapping[CellKey, _Number], Mapping[CellKey, int | None]]


def _find_fits(
    incomplete: Sequence[Row], identities: Sequence[_Identity], atoms: Sequence[Atom], options: Options
) -> list[_Fit]:
    """Return the values and atoms of every way to place all incomplete rows that keeps every identity."""
    choices = []
    for row in incomplete:
        own = set(row.hit.line.cells)
        inner = [identity for identity in identities if all(cell in own for cell, _ in identity.open)]
        fitting = [
            placement for placement in _iter_placements(row) if _solve([(row, placement)], inner, atoms) is not None
        ]
        choices.append(fitting)
    if prod(len(choice) for choice in choices) > options.max_placements:
        return []
    fits: list[_Fit] = []
    for together in product(*choices):
        placed = list(zip(incomplete, together, strict=True))
        if (values := _solve(placed, identities, atoms)) is not None:
            indexes = {
                cell: index
                for row, placement in placed
                for cell, index in zip(row.hit.line.cells, placement, strict=True)
            }
            fits.append((values, indexes))
    return fits


def _solve(
    placed: Sequence[tuple[Row, _Placement]], identities: Sequence[_Identity], atoms: Sequence[Atom]
) -> Mapping[CellKey, _Number] | None:
    """Return the value of each cell under these placements, None where an identity cannot hold.

    One lost cell of a row may have held any figure, which the identities then give; several are taken for blanks.
    """
    values: dict[CellKey, _Number] = {}
    lost: set[CellKey] = set()
    for row, placement in placed:
        gone = [cell for cell, index in zip(row.hit.line.cells, placement, strict=True) if index is None]
        lost.update(gone if len(gone) == 1 else ())
        for cell, index in zip(row.hit.line.cells, placement, strict=True):
            if cell not in lost:
                values[cell] = 0 if index is None else _value(atoms[index])
    found: dict[CellKey, _Number] = {}
    for identity in identities:
        unknown = [(cell, sign) for cell, sign in identity.open if cell in lost]
        rest = identity.known + sum(sign * values[cell] for cell, sign in identity.open if cell not in lost)
        if not unknown:
            if round(rest, 6):
                return None
        elif len(unknown) == 1:
            (cell, sign) = unknown[0]
            value = round(-rest * sign, 6)
            if value < 0 or found.setdefault(cell, value) != value:
                return None
    return {**values, **found} if lost <= found.keys() else None


def _agreed(
    incomplete: Sequence[Row], fits: Sequence[_Fit], identities: Sequence[_Identity]
) -> Iterator[tuple[CellKey, Settled]]:
    """Yield what all fits say alike: printed figures in their places, and lost ones that two identities give.

    Of a lost cell whose value would be 0 nothing is said: it may have been blank.
    """
    if not fits:
        return
    for cell in (cell for row in incomplete for cell in row.hit.line.cells):
        atoms = {indexes[cell] for _, indexes in fits}
        values = {values[cell] for values, _ in fits}
        if len(atoms) != 1 or len(values) != 1:
            continue
        atom, value = atoms.pop(), values.pop()
        witnesses = sum(any(cell == other for other, _ in identity.open) for identity in identities)
        if witnesses > 1 and (atom is not None or value):
            yield cell, Settled(value, atom)
