"""Atoms to cells: the form is the sequence, the document is what is left of it, and the best alignment is taken.

1. `find_hits`: every place where a label of any form stands, over up to a few lines.
2. `find_chain`: for each table of each form, the best chain of hits in which both the document and the form go
   forward. Labels that are printed more than once (总计, 其他) find their places by it; `fill_gaps` puts in labels
   that are damaged.
3. `check_headers`, `place_row`: the figures behind each label of the chain, put into its cells; what several
   placements would fit stays `ambiguous`, unless all of them give a cell the same.
4. `choose_readings`: for each kind of table the form whose chain is best.
5. `find_junctions`, `settle_rows`: what lost labels put in doubt, and what the sums settle.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from parsers.atoms import Atom
from parsers.chain import find_chain
from parsers.forms import Table, load_forms
from parsers.headers import check_headers, say_where
from parsers.hits import Found, Hit, find_header_begin, find_hits, find_second_report, find_unlabelled, in_printed_row
from parsers.labels import Frame, find_unit, label_key, load_vocabulary
from parsers.likeness import fill_gaps
from parsers.options import Options
from parsers.report import Cell, CellKey, CellStatus
from parsers.rows import Rhythm, Row, find_disorder, find_junctions, find_rhythm, keep_rhythm, place_row, without_codes
from parsers.settle import Settled, settle_rows


_WORD_WEIGHT = 3  # a word that heads a column of one form tells more than a figure that would fit another


@dataclass(frozen=True, slots=True)
class TableReading:
    """One table of one form as the document has it: the rows found, the words of its header, the doubts."""

    form: str
    frame: Frame
    rows: tuple[Row, ...]
    words: int
    headed: frozenset[int]
    begin: int
    units: Mapping[tuple[int, str], str]
    warnings: tuple[str, ...] = ()
    settled: Mapping[CellKey, Settled] | None = None
    instead: tuple["TableReading", frozenset[int]] | None = None

    @property
    def table(self) -> Table:
        """The printed table."""
        return self.frame.table

    @property
    def weight(self) -> int:
        """How much of the form's table was recognised; comparable between forms for one document."""
        orders = [row.hit.line.order for row in self.rows]
        lost = max(orders, default=0) - min(orders, default=0) + 1 - len(orders)
        return sum(row.hit.weight for row in self.rows) + _WORD_WEIGHT * self.words - lost

    @property
    def rows_found(self) -> int:
        """How many printed lines hold at least one figure that could be placed."""
        return sum(1 for row in self.rows if any(index is not None for index in row.placed))

    def iter_atoms(self) -> Iterator[int]:
        """Yield the index of every atom that is accounted for by this table, from the begin of its header."""
        if self.rows:
            yield from range(self.begin, self.rows[0].hit.start)
        for row in self.rows:
            yield from range(row.hit.start, row.hit.end)
            yield from row.values
        if self.instead:
            yield from self.instead[0].iter_atoms()


@dataclass(frozen=True, slots=True)
class Alignment:
    """The tables found, one for each table key at most, the form that names the report, and all of its cells."""

    form: str | None
    readings: tuple[TableReading, ...]
    cells: tuple[Cell, ...]
    warnings: tuple[str, ...]


def align(atoms: Sequence[Atom], options: Options) -> Alignment:
    """Return the official tables that stand in `atoms`, each by the form whose labels fit it best."""
    found = find_hits(atoms, options)
    end = find_second_report(found, options)
    if end is not None:
        found = _before(found, end)
        atoms = atoms[:end]
    chains = {key: _find_table_chain(frame, found, atoms, options) for key, frame in _frames().items()}
    readings = [
        _read_table(
            frame, chains[key], find_rhythm(chains[key], chains.values(), atoms, options), found, atoms, options
        )
        for key, frame in _frames().items()
        if chains[key]
    ]
    form, chosen = choose_readings(readings, options)
    doubt = find_disorder([reading.rows for reading in chosen], atoms, options)
    if doubt:
        chosen = tuple(_in_disorder(reading, doubt, atoms) for reading in chosen)
    chosen = _doubt_junctions(chosen, atoms)
    chosen = tuple(_settle(reading, atoms, options) for reading in chosen)
    warnings = _mixed_warning(form, chosen)
    if end is not None:
        warnings += (f"a second report begins behind {atoms[end - 1].at}; its tables are not read",)
    return Alignment(form, chosen, _all_cells(form, chosen, atoms), warnings)


def _frames() -> Mapping[tuple[str, str], Frame]:
    """Return each frame once, by its own key."""
    return {frame.key: frame for frame in load_vocabulary().frames.values()}


def _before(found: Found, end: int) -> Found:
    rows = {key: [hit for hit in hits if hit.start < end] for key, hits in found.rows.items()}
    return Found(rows, [word for word in found.words if word.start < end])


def _find_table_chain(frame: Frame, found: Found, atoms: Sequence[Atom], options: Options) -> tuple[Hit, ...]:
    chain = fill_gaps(frame, find_chain(found.rows.get(frame.key, ())), atoms, options)
    for line in frame.lines:
        if not line.text and (hit := find_unlabelled(frame, line, found, atoms, options)):
            chain = (*chain, hit)
    return chain


def _read_table(  # noqa: PLR0913, PLR0917 - all that is known of the document
    frame: Frame, chain: Sequence[Hit], rhythm: Rhythm, found: Found, atoms: Sequence[Atom], options: Options
) -> TableReading:
    chain = [keep_rhythm(hit, rhythm, atoms) for hit in chain]
    chain, _ = without_codes(chain, atoms, options)
    headers = check_headers(frame, chain, found, atoms, options)
    doubts = {**_find_twins(frame, chain, atoms), **_find_unitless(chain, atoms), **headers.doubts}
    rows = tuple(place_row(hit, chain, atoms, doubts.get(hit.line.order), options) for hit in chain)
    words = {word.key for word in found.words if any(head.column for head in frame.heads.get(word.key, ()))}
    units = _header_units(frame, found, atoms)
    warnings = tuple(row.doubt for row in rows if row.doubt)
    begin = find_header_begin(frame, atoms, rows[0].hit.start, options) if rows else 0
    return TableReading(frame.key[0], frame, rows, len(words), headers.headed, begin, units, warnings)


def _find_unitless(chain: Sequence[Hit], atoms: Sequence[Atom]) -> Mapping[int, str]:
    """Return the lines without their unit between label and figure, in a table that prints it there elsewhere."""
    with_unit = {hit for hit in chain if hit.line.unit and label_key(atoms[hit.end - 1].raw) == hit.line.unit}
    if not with_unit:
        return {}
    doubt = "the unit that should follow is not there; the figure may be of another line"
    return {hit.line.order: f"{say_where(hit, atoms)}: {doubt}" for hit in chain if hit not in with_unit}


def _find_twins(frame: Frame, chain: Sequence[Hit], atoms: Sequence[Atom]) -> Mapping[int, str]:
    """Return the lines whose label the table has twice, where the lines between that tell them apart are not there."""
    doubts = {}
    orders = [-1, *(hit.line.order for hit in chain), len(frame.lines)]
    for number, hit in enumerate(chain):
        room = frame.lines[orders[number] + 1 : orders[number + 2]]
        if sum(1 for line in room if line.keys & hit.line.keys) > 1:
            doubts[hit.line.order] = (
                f"{say_where(hit, atoms)}: the table has this label twice; which it is cannot be told"
            )
    return doubts


def _in_disorder(reading: TableReading, doubt: str, atoms: Sequence[Atom]) -> TableReading:
    """Return a table none of whose rows is trusted, but for those that are known to be printed in one row."""
    doubt = f"{reading.table.label}: {doubt}"
    rows = tuple(
        row
        if in_printed_row(row.hit, atoms)
        else row._replace(placed=(None,) * len(row.placed), values=(), doubt=doubt)
        for row in reading.rows
    )
    return replace(reading, rows=rows, warnings=(*reading.warnings, doubt)) if rows != reading.rows else reading


def choose_readings(readings: Iterable[TableReading], options: Options) -> tuple[str | None, tuple[TableReading, ...]]:
    """Return the form that names the report, and for each kind of table the reading that fits best."""
    candidates: dict[str, list[TableReading]] = {}
    for reading in readings:
        if _is_believed(reading, options):
            candidates.setdefault(reading.table.key, []).append(reading)
        elif len(reading.rows) >= options.min_label_share * len(reading.frame.lines):
            candidates.setdefault(reading.table.key, []).append(_in_doubt(reading))
    form = _name_form(candidates)
    return form, tuple(_best_of(found, form) for found in candidates.values())


def _is_believed(reading: TableReading, options: Options) -> bool:
    whole_line = any(row.is_whole and not row.hit.line.text for row in reading.rows)
    with_figures = any(row.values for row in reading.rows)
    is_headed = reading.headed and with_figures and len(reading.rows) >= options.min_rows_found
    return whole_line or bool(is_headed) or reading.rows_found >= options.min_rows_found


def _in_doubt(reading: TableReading) -> TableReading:
    """Return a table whose labels stand there and of which no figure can be placed: all of its cells ambiguous."""
    warning = f"{reading.table.label}: the labels of the table stand here, but none of its figures could be placed"
    rows = tuple(row._replace(placed=(None,) * len(row.placed)) for row in reading.rows)
    return replace(reading, rows=rows, warnings=(*reading.warnings, warning))


def _forms_of(reading: TableReading) -> list[str]:
    """Return every form that prints this table so."""
    return [form for (form, _), frame in load_vocabulary().frames.items() if frame is reading.frame]


def _name_form(candidates: Mapping[str, Sequence[TableReading]]) -> str | None:
    """Return the form of the requests table, or of the first other table that decides it."""
    for key in ("requests", "proactive_disclosure", "review_and_litigation"):
        best = sorted(candidates.get(key, ()), key=lambda reading: reading.weight, reverse=True)
        if best and (len(best) == 1 or best[0].weight > best[1].weight) and len(_forms_of(best[0])) == 1:
            return best[0].form
    weights = Counter[str]()
    for found in candidates.values():
        for reading in found:
            weights.update(dict.fromkeys(_forms_of(reading), reading.weight))
    return max(weights, key=lambda form: (weights[form], form), default=None)


def _best_of(found: Sequence[TableReading], form: str | None) -> TableReading:
    """Return the reading that fits best; blocks that stand under the other form's header are taken from that one."""
    best = max(found, key=lambda reading: (reading.weight, form in _forms_of(reading)))
    if form in _forms_of(best):
        best = replace(best, form=form or best.form)
    for other in found:
        blocks = _whole_blocks(other) - _whole_blocks(best)
        if other is not best and blocks:
            return replace(_doubt_unheaded(best), instead=(_doubt_unheaded(other), frozenset(blocks)))
    return best


def _doubt_unheaded(reading: TableReading) -> TableReading:
    """Return a table that mixes forms without the rows whose own header is not there: their form is not known."""
    rows = tuple(
        row if row.hit.line.block in reading.headed else row._replace(placed=(None,) * len(row.placed))
        for row in reading.rows
    )
    return replace(reading, rows=rows)


def _whole_blocks(reading: TableReading) -> set[int]:
    """Return the blocks of a table of which at least one row could be placed."""
    return {row.hit.line.block for row in reading.rows if row.is_whole}


def _mixed_warning(form: str | None, readings: Sequence[TableReading]) -> tuple[str, ...]:
    others = [
        f"{reading.table.label} follows form {other}"
        for reading in readings
        for other in (reading.form, *((reading.instead[0].form,) if reading.instead else ()))
        if other != form
    ]
    return (f"mixed forms: the report is of form {form}, but {'; '.join(others)}",) if others else ()


def _doubt_junctions(readings: Sequence[TableReading], atoms: Sequence[Atom]) -> tuple[TableReading, ...]:
    """Put in doubt the rows that may have swallowed the end of a later one, whose label is lost."""
    ordered = sorted(
        ((row, reading) for reading in readings for row in reading.rows), key=lambda pair: pair[0].hit.start
    )
    between: dict[int, int] = {}
    rows = []
    for number, (row, reading) in enumerate(ordered):
        following = ordered[number + 1] if number + 1 < len(ordered) else None
        rows.append((row, following[0].hit.start if following else len(atoms)))
        if following:
            between[number] = _count_lost(row, reading, following[0], following[1])
    doubtful = {id(ordered[number][0]) for number in find_junctions(rows, between, atoms)}
    return tuple(_with_doubts(reading, doubtful, atoms) for reading in readings) if doubtful else tuple(readings)


def _count_lost(row: Row, reading: TableReading, following: Row, other: TableReading) -> int:
    """Return how many labelled lines the form has between two rows that follow each other in the document."""
    if other.frame is reading.frame:
        between = reading.frame.lines[row.hit.line.order + 1 : following.hit.line.order]
    else:
        between = (*reading.frame.lines[row.hit.line.order + 1 :], *other.frame.lines[: following.hit.line.order])
    return sum(1 for line in between if line.text)


def _with_doubts(reading: TableReading, doubtful: set[int], atoms: Sequence[Atom]) -> TableReading:
    rows, warnings = [], list(reading.warnings)
    for row in reading.rows:
        if id(row) not in doubtful or not any(index is not None for index in row.placed):
            rows.append(row)
            continue
        doubt = f"{say_where(row.hit, atoms)}: the label that should follow is not there; the row may be two halves"
        warnings.append(doubt)
        rows.append(row._replace(placed=(None,) * len(row.placed), doubt=doubt, values=()))
    return replace(reading, rows=tuple(rows), warnings=tuple(warnings))


def _settle(reading: TableReading, atoms: Sequence[Atom], options: Options) -> TableReading:
    if all(row.is_whole for row in reading.rows) or reading.instead:
        return reading
    keeps_blanks = any(atoms[index].kind == "blank" for row in reading.rows for index in row.values)
    rules = [rule for rule in load_forms()[reading.form].rules if rule.table == reading.table.key]
    settled = settle_rows(reading.frame, rules, reading.rows, atoms, options)
    if settled and not keeps_blanks:
        settled = {key: cell for key, cell in settled.items() if cell.atom is not None}
    return replace(reading, settled=settled) if settled else reading


def _all_cells(form: str | None, readings: Sequence[TableReading], atoms: Sequence[Atom]) -> tuple[Cell, ...]:
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


def _header_units(frame: Frame, found: Found, atoms: Sequence[Atom]) -> Mapping[tuple[int, str], str]:
    """Return the unit that the printed header of a column names, by block and column."""
    units = {}
    for word in found.words:
        heads = [head for head in frame.heads.get(word.key, ()) if head.column]
        unit = find_unit("".join(atom.raw for atom in atoms[word.start : word.end])) if heads else None
        if unit:
            units.update({(head.block, head.column or ""): unit for head in heads})
    return units
