"""What became of each cell that stands in a document; the one place that looks into the readings of an alignment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from parsers.atoms import Atom
from parsers.chrome import is_chrome_text
from parsers.explain_part import Part, PartKind
from parsers.labels import Frame, label_key
from parsers.options import Options
from parsers.parse import Parsed
from parsers.reading import TableReading
from parsers.report import Cell, CellKey, CellStatus
from parsers.rows import Row


@dataclass(frozen=True, slots=True)
class _Source:
    """What every table is explained with: the atoms, the report's cells, whether the document is a report."""

    atoms: Sequence[Atom]
    cells: Mapping[CellKey, Cell]
    is_report: bool


@dataclass(frozen=True, slots=True)
class _TableRow:
    """A row of a reading with the cells that it gives the report, by the index of the atom that fills them."""

    reading: TableReading
    row: Row
    fills: Mapping[int, tuple[CellKey, ...]]


def find_table_blocks(parsed: Parsed) -> frozenset[int]:
    """Return the blocks from the first to the last word or figure of each official table."""
    covered: set[int] = set()
    for reading in parsed.alignment.readings:
        blocks = [parsed.atoms[index].block for index in reading.iter_atoms()]
        covered.update(range(min(blocks), max(blocks) + 1))
    return frozenset(covered)


def explain_atoms(parsed: Parsed, options: Options) -> Mapping[int, Part]:
    """Return the part of every atom from the first to the last one of each official table."""
    cells = {cell.key: cell for cell in parsed.report.cells}
    source = _Source(parsed.atoms, cells, parsed.report.kind == "annual_report")
    found: dict[int, Part] = {}
    for reading in parsed.alignment.readings:
        rows = list(_iter_rows(reading))
        for row in rows:
            _explain_row(row, source, found)
        used = [*reading.iter_atoms(), *(index for row in rows for index in row.row.hit.figures)]
        frames = [other.frame for other, _ in _iter_readings(reading)]
        for index in range(min(used), max(used) + 1):
            if index not in found:
                found[index] = _explain_unclaimed(reading, frames, parsed.atoms[index], options)
    return found


def _iter_readings(reading: TableReading) -> Iterator[tuple[TableReading, frozenset[int] | None]]:
    """Yield the readings that a table is made of, and the blocks that each gives it (None: all that are left)."""
    if reading.instead:
        yield reading.instead
    yield reading, None


def _iter_rows(reading: TableReading) -> Iterator[_TableRow]:
    """Yield the rows that give the report its cells: of a table that mixes forms, each block by the form it follows."""
    taken: frozenset[int] = frozenset()
    for own, blocks in _iter_readings(reading):
        for row in own.rows:
            block = row.hit.line.block
            if block in blocks if blocks is not None else block not in taken:
                yield _TableRow(own, row, _find_fills(own, row))
        taken = blocks or taken


def _find_fills(reading: TableReading, row: Row) -> Mapping[int, tuple[CellKey, ...]]:
    fills: dict[int, tuple[CellKey, ...]] = {}
    for key, placed in zip(row.hit.line.cells, row.placed, strict=True):
        settled = reading.settled.get(key) if reading.settled else None
        index = placed if placed is not None else settled.atom if settled else None
        if index is not None:
            fills[index] = (*fills.get(index, ()), key)
    return fills


def _explain_row(found: _TableRow, source: _Source, parts: dict[int, Part]) -> None:
    """Put the parts of a row's label and of its figures beside those that are there."""
    hit = found.row.hit
    for index in range(hit.start, hit.end):
        if source.atoms[index].kind == "text":
            parts[index] = _explain_label(found, source.atoms[index], source)
    for index in dict.fromkeys((*hit.figures, *found.row.values)):
        if index not in found.fills and source.atoms[index].kind != "break":
            parts[index] = _explain_unplaced(found, source.atoms[index], source)
    for index, keys in found.fills.items():
        parts[index] = _explain_filled(found, source.atoms[index], keys, source)


def _explain_label(found: _TableRow, atom: Atom, source: _Source) -> Part:
    line = found.row.hit.line
    doubt = _doubt_of(found.row) if _open_cells(found, source) else None
    kind: PartKind = "doubt" if doubt else "label" if line.text else "header"
    row = f"label of {_name(found.reading, line.cells[0].row)}"
    name = row if line.text else f"header right above the figures of {_name(found.reading)}"
    return Part(
        kind,
        atom.raw,
        f"{name}, in doubt: {doubt}" if doubt else name,
        atom.at,
        form=found.reading.form,
        table=found.reading.table.key,
        cells=line.cells,
        status="ambiguous" if doubt else None,
    )


def _explain_unplaced(found: _TableRow, atom: Atom, source: _Source) -> Part:
    """Return the part of a figure of a row that went into none of its cells, or of an empty cell too many."""
    cells = _open_cells(found, source)
    name = _name(found.reading, found.row.hit.line.cells[0].row)
    kind: PartKind = "unplaced" if cells else "loose" if atom.kind == "figure" else "empty"
    whys = {
        "unplaced": f"in doubt which cell of {name} it is of",
        "loose": f"in no cell of {name}, whose row is whole without it",
        "empty": "an empty cell beside a whole row",
    }
    return Part(
        kind,
        atom.raw,
        whys[kind],
        atom.at,
        form=found.reading.form,
        table=found.reading.table.key,
        cells=cells,
        status="ambiguous" if cells else None,
    )


def _explain_filled(found: _TableRow, atom: Atom, keys: tuple[CellKey, ...], source: _Source) -> Part:
    given = {source.cells[key].status for key in keys if key in source.cells}
    status: CellStatus | None = "inferred" if "inferred" in given else next(iter(given), None)
    how = status or ("not listed" if source.is_report else "not listed, as this is no report that is filled in")
    note = ", the only placement that the sums allow" if status == "inferred" else ""
    names = [".".join(keys[0]), *(key.column for key in keys[1:])]
    return Part(
        "figure" if atom.kind == "figure" else "blank",
        atom.raw,
        f"{how}: {', '.join(names)}{note}",
        atom.at,
        form=found.reading.form,
        table=found.reading.table.key,
        cells=keys,
        status=status,
    )


def _explain_unclaimed(reading: TableReading, frames: Sequence[Frame], atom: Atom, options: Options) -> Part:
    """Return the part of what stands between the first and the last word of a table and is of none of its rows."""
    name, at = _name(reading), atom.at
    form, table = reading.form, reading.table.key
    if atom.kind == "figure":
        return Part("loose", atom.raw, f"a figure in no cell of {name}", at, form=form, table=table)
    if atom.kind != "text":
        why = "an empty cell that belongs to no row" if atom.kind == "blank" else "an empty line"
        return Part("empty", atom.raw, why, at, form=form, table=table)
    key = label_key(atom.raw)
    if any(key in frame.heads or (key and set(key) <= frame.head_letters) for frame in frames):
        return Part("header", atom.raw, f"header of columns or rows of {name}", at, form=form, table=table)
    if is_chrome_text(atom.raw, options):
        return Part(
            "page", atom.raw, "left out: a counter, a tool, a date or a page number", at, form=form, table=table
        )
    return Part("strange", atom.raw, f"stands within {name} and is no word of it", at, form=form, table=table)


def _open_cells(found: _TableRow, source: _Source) -> tuple[CellKey, ...]:
    """Return the cells of a row that nothing was put into for certain."""
    filled = {key for keys in found.fills.values() for key in keys}
    left = (key for key in found.row.hit.line.cells if key not in filled)
    return tuple(key for key in left if key not in source.cells or source.cells[key].status == "ambiguous")


def _doubt_of(row: Row) -> str:
    return row.doubt or "its figures could not be placed"


def _name(reading: TableReading, row: str | None = None) -> str:
    return f"{reading.table.key}{f'.{row}' if row else ''} (form {reading.form})"
