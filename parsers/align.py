"""Atoms to cells: the form is the sequence, the document is what is left of it, and the best alignment is taken.

1. `find_hits`: every place where a label of any form stands, over up to a few lines.
2. `find_chain`: for each table of each form, the best chain of hits in which both the document and the form go
   forward. Labels that are printed more than once (总计, 其他, 信息内容) find their places by it.
3. `place_figures`: the figures behind each label of the chain, put into its cells; what several placements would
   fit stays `ambiguous`, unless all of them give a cell the same.
4. `align`: for each kind of table the form whose chain is best.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from parsers.atoms import Atom
from parsers.forms import Form, Table, load_forms
from parsers.labels import Slot, find_unit, label_key, load_vocabulary, short_key
from parsers.options import Options
from parsers.report import Cell, CellKey, CellStatus

_LABEL_WEIGHT = 1
_FIGURES_WEIGHT = 1
_EXACT_WEIGHT = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """A label of a form found at atoms `start` to `end` (one past), with the figures that follow it."""

    slot: Slot
    start: int
    end: int
    figures: tuple[int, ...]
    weight: int


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
    candidates: dict[str, list[TableReading]] = {}
    for form in load_forms().values():
        for table in form.tables:
            reading = _read_table(form, table, atoms, hits.get((form.key, table.key), ()))
            if _is_believed(reading, options):
                candidates.setdefault(table.key, []).append(reading)
    form_key = _name_form(candidates)
    readings = tuple(_best_of(found, form_key) for found in candidates.values())
    return Alignment(form_key, readings, _mixed_warning(form_key, readings))


def _is_believed(reading: TableReading, options: Options) -> bool:
    whole_line = any(hit.slot.is_header and hit.weight > _LABEL_WEIGHT + _FIGURES_WEIGHT for hit in reading.chain)
    return whole_line or reading.rows_found >= options.min_rows_found


def _name_form(candidates: Mapping[str, Sequence[TableReading]]) -> str | None:
    """Return the form of the requests table, or of the first other table that decides it."""
    for key in ("requests", "proactive_disclosure", "review_and_litigation"):
        best = sorted(candidates.get(key, ()), key=lambda reading: reading.weight, reverse=True)
        if best and (len(best) == 1 or best[0].weight > best[1].weight):
            return best[0].form
    undecided = [reading.form for found in candidates.values() for reading in found]
    return max(undecided, default=None)


def _best_of(found: Sequence[TableReading], form: str | None) -> TableReading:
    return max(found, key=lambda reading: (reading.weight, reading.form == form))


def _mixed_warning(form: str | None, readings: Sequence[TableReading]) -> tuple[str, ...]:
    others = [f"{reading.table.label} follows form {reading.form}" for reading in readings if reading.form != form]
    return (f"mixed forms: the report is of form {form}, but {'; '.join(others)}",) if others else ()


def find_hits(atoms: Sequence[Atom], options: Options) -> Mapping[tuple[str, str], tuple[Hit, ...]]:
    """Return every label found, by form and table, in document order."""
    vocabulary = load_vocabulary()
    found: dict[tuple[str, str], list[Hit]] = {}
    for start, atom in enumerate(atoms):
        if atom.kind != "text" or len(atom.raw) > options.max_label_length:
            continue
        for end, text in _iter_joined(atoms, start, options):
            slots = vocabulary.get(label_key(text)) or vocabulary.get(short_key(text)) or ()
            for slot in slots:
                found.setdefault((slot.form, slot.table), []).append(_hit(slot, start, end, atoms))
    return {key: tuple(hits) for key, hits in found.items()}


def _iter_joined(atoms: Sequence[Atom], start: int, options: Options) -> Iterator[tuple[int, str]]:
    """Yield the text at `start` alone and joined with the texts right after it, for labels broken over lines."""
    text = ""
    for end in range(start, min(start + options.max_label_pieces, len(atoms))):
        if atoms[end].kind != "text" or len(text) + len(atoms[end].raw) > options.max_label_length:
            return
        text += atoms[end].raw
        yield end + 1, text


def _hit(slot: Slot, start: int, end: int, atoms: Sequence[Atom]) -> Hit:
    if not slot.cells:
        return Hit(slot, start, end, (), _LABEL_WEIGHT)
    figures = find_figures(atoms, end, len(slot.cells), below_header=slot.is_header)
    exact = len(figures) == len(slot.cells)
    if slot.is_header and not exact:
        figures = ()
    some = any(atoms[index].kind == "figure" for index in figures)
    return Hit(slot, start, end, figures, _LABEL_WEIGHT + _FIGURES_WEIGHT * some + _EXACT_WEIGHT * exact)


def find_figures(atoms: Sequence[Atom], start: int, wanted: int, *, below_header: bool = False) -> tuple[int, ...]:
    """Return the indexes of the figures and blanks that follow a label, of which `wanted` cells are to be filled.

    A row ends where the row does, unless the figures beyond make it whole (blanks beyond may belong to the labels of
    the next row, as those do that follow a full row). Figures under a header may begin on a new row.
    """
    until_text = list(takewhile(lambda index: atoms[index].kind != "text", range(start, len(atoms))))
    row = list(takewhile(lambda index: atoms[index].kind != "break", until_text))
    beyond = [index for index in until_text[len(row) :] if atoms[index].kind != "break"]
    row = _without_blank_end(row, atoms, wanted)
    whole = _without_blank_end(row + beyond, atoms, wanted)
    if below_header and not row:
        return tuple(whole)
    only_figures = all(atoms[index].kind == "figure" for index in beyond)
    return tuple(whole if len(whole) == wanted and only_figures else row)


def _without_blank_end(indexes: list[int], atoms: Sequence[Atom], wanted: int) -> list[int]:
    end = len(indexes)
    while end > wanted and atoms[indexes[end - 1]].kind == "blank":
        end -= 1
    return indexes[:end]


def find_chain(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return the heaviest chain of hits that goes forward in the document and in the form."""
    best: dict[int, tuple[int, Hit, int | None]] = {}  # by index of hit: weight of the chain, the hit, its predecessor
    for number, hit in enumerate(hits):
        before = max(
            (
                (weight, index)
                for index, (weight, other, _) in best.items()
                if other.slot.order < hit.slot.order and other.end <= hit.start and _leaves_figures(other, hit)
            ),
            default=(0, None),
            key=lambda found: found[0],
        )
        best[number] = (before[0] + hit.weight, hit, before[1])
    if not best:
        return ()
    index: int | None = max(best, key=lambda number: best[number][0])
    chain = []
    while index is not None:
        _, hit, index = best[index]
        chain.append(hit)
    return tuple(reversed(chain))


def _leaves_figures(earlier: Hit, later: Hit) -> bool:
    """Whether the later label begins after the figures of the earlier one."""
    return not earlier.figures or earlier.figures[-1] < later.start


def _read_table(form: Form, table: Table, atoms: Sequence[Atom], hits: Sequence[Hit]) -> TableReading:
    chain = find_chain(hits)
    warnings: list[str] = []
    placed: dict[CellKey, Placed] = {}
    units = _header_units(chain, atoms)
    for hit in chain:
        if not hit.slot.cells or (hit.slot.is_header and not hit.figures):
            continue
        order_doubt = _order_doubt(hit, chain, hits, atoms)
        if order_doubt:
            warnings.append(order_doubt)
        row, doubt = place_figures(hit, atoms, units, sure=not order_doubt)
        warnings.extend(doubt)
        placed.update((item.cell.key, item) for item in row)
    missing = (
        placed.get(key) or Placed(Cell(*key, "", None, None, "missing", None), None) for key in table.iter_cells()
    )
    return TableReading(form.key, table, chain, tuple(missing), tuple(warnings))


def place_figures(
    hit: Hit, atoms: Sequence[Atom], units: Mapping[tuple[int, str], str], *, sure: bool
) -> tuple[tuple[Placed, ...], tuple[str, ...]]:
    """Return the cells of one printed line, and what is doubtful about them.

    With as many figures as cells each has its own. With more, a cell is certain where every placement that keeps the
    order gives it the same; with fewer, nothing is, for any of the cells may be the one that was lost.
    """
    slot, values = (
        hit.slot,
        _expand_spans([atoms[index] for index in hit.figures], hit.figures, len(hit.slot.cells)),
    )
    extra = len(values) - len(slot.cells)
    if not values:
        return (), (f"{_where(hit, atoms)}: no figure follows",)
    only_blanks = all(atom.kind == "blank" for atom, _ in values)
    row = []
    for number, key in enumerate(slot.cells):
        options = values[number : number + extra + 1] if extra >= 0 else values[:1] if only_blanks else []
        agreed = bool(options) and all(atom.raw == options[0][0].raw for atom, _ in options)
        atom, index = options[0] if sure and agreed and not (options[0][0].span > 1 and extra < 0) else (None, None)
        row.append(Placed(_cell(key, atom, units.get((slot.block, key.column))), index))
    doubt: tuple[str, ...] = ()
    if extra and not only_blanks:
        figures = " ".join(atom.raw or "□" for atom, _ in values)
        doubt = (f"{_where(hit, atoms)}: {len(values)} figures for {len(slot.cells)} cells ({figures})",)
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


def _order_doubt(hit: Hit, chain: Sequence[Hit], hits: Sequence[Hit], atoms: Sequence[Atom]) -> str | None:
    """Say where the columns of a line's header stand in another order than the form's, so that none can be trusted."""
    header = [other for other in chain if other.slot.block == hit.slot.block and other.slot.column]
    if not header:
        return None
    named = {other.slot.column for other in header}
    for other in hits:
        stray = other.slot.column and other.slot.column not in named and other.slot.block == hit.slot.block
        if stray and header[0].start - len(header) <= other.start < hit.start:
            return f"{_where(hit, atoms)}: the columns stand in another order than the form has ({other.slot.text})"
    return None


def _where(hit: Hit, atoms: Sequence[Atom]) -> str:
    return f"{hit.slot.text} ({atoms[hit.start].at})"
