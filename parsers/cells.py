"""Tables as read to the cells of the report: each cell of its form once, with its status."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from parsers.atoms import Atom
from parsers.forms import load_forms
from parsers.reading import TableReading
from parsers.report import Cell, CellKey, CellStatus
from parsers.settle import Settled


def all_cells(form: str | None, readings: Sequence[TableReading], atoms: Sequence[Atom]) -> tuple[Cell, ...]:
    """Return each cell of the report's form once; a table of another form in its place gives that form's cells."""
    if form is None:
        return ()
    by_table = {reading.table.key: reading for reading in readings}
    cells: list[Cell] = []
    for table in load_forms()[form].tables:
        if reading := by_table.pop(table.key, None):
            cells.extend(_cells_of(reading, atoms))
        else:
            cells.extend(_missing(key) for key in table.iter_cells())
    for reading in by_table.values():
        cells.extend(_cells_of(reading, atoms))
    return tuple(cells)


def _missing(key: CellKey) -> Cell:
    return Cell(key.table, key.row, key.column, "", None, None, "missing", None)


def _cells_of(reading: TableReading, atoms: Sequence[Atom]) -> Iterator[Cell]:
    """Yield the cells of a table in printed order, those of a block under the other form's header in its place."""
    other, blocks = reading.instead or (None, frozenset[int]())
    rows = {row.hit.line.order: row for row in reading.rows}
    given: set[int] = set()
    for line in reading.frame.lines:
        if other and line.block in blocks:
            if line.block not in given:
                given.add(line.block)
                yield from (
                    cell
                    for cell in _cells_of(replace(other, instead=None), atoms)
                    if _in_blocks(cell, other, line.block)
                )
            continue
        row = rows.get(line.order)
        for number, key in enumerate(line.cells):
            if row is None:
                yield _missing(key)
                continue
            settled = reading.settled.get(key) if reading.settled else None
            yield _cell(
                key, row.placed[number], settled, reading.units.get((line.block, key.column)) or line.unit, atoms
            )


def _in_blocks(cell: Cell, reading: TableReading, block: int) -> bool:
    return any(cell.key in line.cells for line in reading.frame.lines if line.block == block)


def _cell(
    key: CellKey, index: int | None, settled: Settled | None, header_unit: str | None, atoms: Sequence[Atom]
) -> Cell:
    status: CellStatus = "reported"
    if index is None:
        if settled is None:
            return Cell(key.table, key.row, key.column, "", None, None, "ambiguous", None)
        if settled.atom is None:
            return Cell(key.table, key.row, key.column, "", settled.value, header_unit, "inferred", None)
        index, status = settled.atom, "inferred"
    atom = atoms[index]
    figure = atom.figure
    if atom.kind != "figure" or figure is None:
        return Cell(key.table, key.row, key.column, atom.raw, None, None, "blank", atom.at)
    return Cell(key.table, key.row, key.column, atom.raw, figure.value, figure.unit or header_unit, status, atom.at)
