"""Atoms to cells: the form is the sequence, the document is what is left of it, and the best alignment is taken.

1. `find_hits`: every place where a label of any form stands, over up to a few lines.
2. `find_chain`: for each table of each form, the best chain of hits in which both the document and the form go
   forward. Labels that are printed more than once (总计, 其他, 信息内容) find their places by it.
3. `place_figures`: the figures behind each label of the chain, put into its cells; what several placements would
   fit stays `ambiguous`, unless all of them give a cell the same.
4. `align`: for each kind of table the form whose chain is best.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from parsers.atoms import Atom
from parsers.chain import find_chain
from parsers.doubts import ends_row, find_foreign_doubt, find_order_doubt, say_where
from parsers.forms import Form, Table, load_forms
from parsers.hits import Hit, find_hits, find_second_report
from parsers.labels import find_unit
from parsers.options import Options
from parsers.report import Cell, CellKey, CellStatus


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell with the index of the atom that it was read from, None where there is none."""

    cell: Cell
    atom: int | None


@dataclass(frozen=True, slots=True)
class TableReading:
    """One table of one form as the document has it: the labels found, the cells, the doubts."""

    form: str
    table: Table
    chain: tuple[Hit, ...]
    placed: tuple[Placed, ...]
    warnings: tuple[str, ...]

    @property
    def weight(self) -> int:
        """How much of the form's table was recognised; comparable between forms for one document."""
        return sum(hit.weight for hit in self.chain)

    @property
    def rows_found(self) -> int:
        """How many printed lines hold at least one figure."""
        return sum(1 for hit in self.chain if hit.slot.cells and hit.figures)

    def iter_atoms(self) -> Iterator[int]:
        """Yield the index of every atom that is accounted for by this table."""
        for hit in self.chain:
            yield from range(hit.start, hit.end)
            yield from hit.figures


@dataclass(frozen=True, slots=True)
class Alignment:
    """The tables found, one for each table key at most, and the form that names the report."""

    form: str | None
    readings: tuple[TableReading, ...]
    warnings: tuple[str, ...]


def align(atoms: Sequence[Atom], options: Options) -> Alignment:
    """Return the official tables that stand in `atoms`, each by the form whose labels fit it best."""
    hits = find_hits(atoms, options)
    end = find_second_report(hits, options)
    if end is not None:
        hits = {key: tuple(hit for hit in found if hit.start < end) for key, found in hits.items()}
    candidates: dict[str, list[TableReading]] = {}
    for form in load_forms().values():
        for table in form.tables:
            reading = _read_table(form, table, atoms, hits, options)
            if _is_believed(reading, options):
                candidates.setdefault(table.key, []).append(reading)
            elif len(reading.chain) >= options.min_label_share * sum(len(line.labels) for line in table.lines):
                candidates.setdefault(table.key, []).append(_in_doubt(reading))
    form_key = _name_form(candidates)
    readings = tuple(_best_of(found, form_key) for found in candidates.values())
    warnings = _mixed_warning(form_key, readings)
    if end is not None:
        warnings += (f"{atoms[end].at}: a second report begins here; its tables are not read",)
    return Alignment(form_key, readings, warnings)


def _is_believed(reading: TableReading, options: Options) -> bool:
    whole_line = any(hit.slot.is_header and hit.figures for hit in reading.chain)
    return whole_line or reading.rows_found >= options.min_rows_found


def _in_doubt(reading: TableReading) -> TableReading:
    """Return a table whose labels stand there and of which no figure can be placed: all of its cells ambiguous."""
    warning = f"{reading.table.label}: the labels of the table stand here, but none of its figures could be placed"
    placed = tuple(Placed(_cell(item.cell.key, None, None), None) for item in reading.placed)
    return replace(reading, placed=placed, warnings=(*reading.warnings, warning))


def _name_form(candidates: Mapping[str, Sequence[TableReading]]) -> str | None:
    """Return the form of the requests table, or of the first other table that decides it."""
    for key in ("requests", "proactive_disclosure", "review_and_litigation"):
        best = sorted(candidates.get(key, ()), key=lambda reading: reading.weight, reverse=True)
        if best and (len(best) == 1 or best[0].weight > best[1].weight):
            return best[0].form
    weights = Counter[str]()
    for found in candidates.values():
        for reading in found:
            weights[reading.form] += reading.weight
    return max(weights, key=lambda form: (weights[form], form), default=None)


def _best_of(found: Sequence[TableReading], form: str | None) -> TableReading:
    return max(found, key=lambda reading: (reading.weight, reading.form == form))


def _mixed_warning(form: str | None, readings: Sequence[TableReading]) -> tuple[str, ...]:
    others = [f"{reading.table.label} follows form {reading.form}" for reading in readings if reading.form != form]
    return (f"mixed forms: the report is of form {form}, but {'; '.join(others)}",) if others else ()


def _read_table(
    form: Form, table: Table, atoms: Sequence[Atom], all_hits: Mapping[tuple[str, str], Sequence[Hit]], options: Options
) -> TableReading:
    hits = all_hits.get((form.key, table.key), ())
    foreign = [
        hit
        for (other, key), found in all_hits.items()
        if key == table.key and other != form.key
        for hit in found
        if hit.slot.column
    ]
    chain = find_chain(hits)
    warnings: list[str] = []
    placed: dict[CellKey, Placed] = {}
    units = _header_units(chain, atoms)
    for hit in chain:
        if not hit.slot.cells or (hit.slot.is_header and not hit.figures):
            continue
        header_doubt = find_order_doubt(hit, chain, hits, atoms) or find_foreign_doubt(hit, chain, hits, foreign, atoms)
        if header_doubt:
            warnings.append(header_doubt)
        row, doubt = place_figures(hit, atoms, units, sure=not header_doubt, ends=ends_row(hit, chain, atoms, options))
        warnings.extend(doubt)
        placed.update((item.cell.key, item) for item in row)
    missing = (
        placed.get(key) or Placed(Cell(*key, "", None, None, "missing", None), None) for key in table.iter_cells()
    )
    return TableReading(form.key, table, chain, tuple(missing), tuple(warnings))


def place_figures(
    hit: Hit, atoms: Sequence[Atom], units: Mapping[tuple[int, str], str], *, sure: bool, ends: bool
) -> tuple[tuple[Placed, ...], tuple[str, ...]]:
    """Return the cells of one printed line, and what is doubtful about them.

    With as many figures as cells each has its own. With more, a cell is certain where every placement that keeps the
    order gives it the same; with fewer, nothing is, for any of the cells may be the one that was lost. Blanks alone
    stand for a row of blanks, where the row ends with them (`ends`).
    """
    slot, values = (
        hit.slot,
        _expand_spans([atoms[index] for index in hit.figures], hit.figures, len(hit.slot.cells)),
    )
    extra = len(values) - len(slot.cells)
    if not values:
        return (), (f"{say_where(hit, atoms)}: no figure follows",)
    only_blanks = all(atom.kind == "blank" for atom, _ in values)
    row = []
    for number, key in enumerate(slot.cells):
        options = values[number : number + extra + 1] if extra >= 0 else values[:1] if only_blanks and ends else []
        agreed = bool(options) and all(atom.raw == options[0][0].raw for atom, _ in options)
        atom, index = options[0] if sure and agreed and not (options[0][0].span > 1 and extra < 0) else (None, None)
        row.append(Placed(_cell(key, atom, units.get((slot.block, key.column))), index))
    doubt: tuple[str, ...] = ()
    if extra and not (only_blanks and ends):
        figures = " ".join(atom.raw or "□" for atom, _ in values)
        doubt = (f"{say_where(hit, atoms)}: {len(values)} figures for {len(slot.cells)} cells ({figures})",)
    return tuple(row), doubt


def _expand_spans(values: list[Atom], indexes: Sequence[int], wanted: int) -> list[tuple[Atom, int]]:
    """Repeat blanks that span several columns, where that and only that gives each column its cell."""
    pairs = list(zip(values, indexes, strict=True))
    if len(pairs) >= wanted or sum(atom.span for atom, _ in pairs) != wanted:
        return pairs
    if any(atom.span > 1 and atom.kind != "blank" for atom, _ in pairs):
        return pairs
    return [pair for pair in pairs for _ in range(pair[0].span)]


def _cell(key: CellKey, atom: Atom | None, header_unit: str | None) -> Cell:
    if atom is None or atom.figure is None:
        return Cell(*key, "", None, None, "ambiguous", None)
    status: CellStatus = "reported" if atom.kind == "figure" else "blank"
    unit = atom.figure.unit or (header_unit if status == "reported" else None)
    return Cell(*key, atom.raw, atom.figure.value, unit, status, atom.at)


def _header_units(chain: Sequence[Hit], atoms: Sequence[Atom]) -> dict[tuple[int, str], str]:
    """Return the unit that the header of a column names, by block and column."""
    units = {}
    for hit in chain:
        unit = find_unit("".join(atom.raw for atom in atoms[hit.start : hit.end])) if hit.slot.column else None
        if unit and hit.slot.column:
            units[hit.slot.block, hit.slot.column] = unit
    return units
