"""The official tables of a report, in the form that each of them, or each of its blocks, follows."""

from collections.abc import Iterator
from dataclasses import dataclass

from parsers.forms import Form, Line, Table, load_forms
from parsers.report import CellKey, Report


@dataclass(frozen=True, slots=True)
class _Block:
    """Header lines of a table with the lines of cells under them. `place` is its number in its table."""

    table: Table
    place: int
    lines: tuple[Line, ...]
    cells: frozenset[CellKey]


def find_report_tables(report: Report) -> tuple[Table, ...]:
    """Return the tables that a report has cells of, as they are printed, in the order of its form.

    A table that mixes forms is put together of the blocks that its cells are of.
    """
    keys = {cell.key for cell in report.cells}
    forms = sorted(load_forms().values(), key=lambda form: form.key != report.form)
    names = dict.fromkeys(table.key for form in forms for table in form.tables)
    found = (_find_table(name, keys, forms) for name in names if any(key.table == name for key in keys))
    return tuple(table for table in found if table)


def _find_table(name: str, keys: set[CellKey], forms: list[Form]) -> Table | None:
    """Return a table of one form, or of several, that has just these of the report's cells."""
    own = {key for key in keys if key.table == name}
    tables = [table for form in forms for table in form.tables if table.key == name]
    whole = next((table for table in tables if own == set(table.iter_cells())), None)
    if whole:
        return whole
    blocks = [block for table in tables for block in _iter_blocks(table) if block.cells <= own]
    taken: list[_Block] = []
    for block in sorted(blocks, key=lambda block: -len(block.cells)):
        if all(block.cells.isdisjoint(other.cells) for other in taken):
            taken.append(block)
    if not taken:
        return None
    first = taken[0].table
    lines = [line for block in sorted(taken, key=lambda block: block.place) for line in block.lines]
    return Table(first.key, first.section, first.label, max(block.table.width for block in taken), tuple(lines))


def _iter_blocks(table: Table) -> Iterator[_Block]:
    """Yield the blocks of a table: a header begins each, its lines of cells end it."""
    lines: list[Line] = []
    place = 0
    for number, line in enumerate(table.lines):
        lines.append(line)
        is_last = number + 1 == len(table.lines) or (bool(line.cells) and not table.lines[number + 1].cells)
        if is_last:
            yield _Block(table, place, tuple(lines), frozenset(key for each in lines for key in each.cells))
            lines, place = [], place + 1
