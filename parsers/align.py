"""Atoms to cells: the form is the sequence, the document is what is left of it, and the best alignment is taken.

1. `find_hits`: every place where a label of any form stands, over up to a few lines.
2. `find_chain`: for each table of each form, the best chain of hits in which both the document and the form go
   forward. Labels that are printed more than once (总计, 其他) find their places by it; `fill_gaps` puts in labels
   that are damaged.
3. `check_headers`, `place_row`: the figures behind each label of the chain, put into its cells; what several
   placements would fit stays `ambiguous`, unless all of them give a cell the same.
4. `choose_readings`: for each kind of table the form whose chain is best.
5. `find_disorder`, `find_junctions`, `settle_rows`: what puts whole rows in doubt, and what the sums settle.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from parsers.atoms import Atom
from parsers.cells import all_cells
from parsers.chain import find_chain
from parsers.choice import choose_readings, forms_of
from parsers.disorder import find_disorder, find_junctions
from parsers.forms import load_forms
from parsers.headers import say_where
from parsers.headings import find_section_key, section_order
from parsers.hits import Found, Hit, find_hits, in_printed_row
from parsers.labels import Frame, label_key, load_vocabulary
from parsers.likeness import fill_gaps
from parsers.options import Options
from parsers.reading import TableReading, read_table, weigh_chain
from parsers.report import Cell
from parsers.rhythm import find_rhythm
from parsers.rows import Row
from parsers.second import find_second_report
from parsers.settle import settle_rows
from parsers.unlabelled import find_unlabelled


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
    end = find_second_report(found, atoms, options)
    if end is not None:
        found = _before(found, end)
        atoms = atoms[:end]
    every = _frames(options.series)
    frames = _with_words(every, found)
    chains = _without_weaker(
        every, {key: _find_table_chain(frame, found, atoms, options) for key, frame in frames.items()}
    )
    rhythm = find_rhythm(chains.values(), atoms, options)
    readings = [
        read_table(frame, chains[key], rhythm, found, atoms, options) for key, frame in every.items() if chains.get(key)
    ]
    form, chosen = choose_readings(readings, options)
    doubt = find_disorder([rows for reading in chosen for rows in _rows_of(reading)], atoms, options)
    if doubt:
        chosen = tuple(_in_disorder(reading, doubt, atoms) for reading in chosen)
    chosen = _doubt_groups(_doubt_junctions(chosen, atoms, options), atoms, options)
    chosen = tuple(_settle(reading, atoms, options) for reading in chosen)
    warnings = _mixed_warning(form, chosen)
    if end is not None:
        warnings += (f"a second report begins behind {atoms[end - 1].at}; its tables are not read",)
    return Alignment(form, chosen, all_cells(form, chosen, atoms), warnings)


@cache
def _frames(series: str | None) -> Mapping[tuple[str, str], Frame]:
    """Return each frame of a series once, by its own key."""
    return {frame.key: frame for frame in load_vocabulary(series).frames.values()}


def _with_words(frames: Mapping[tuple[str, str], Frame], found: Found) -> Mapping[tuple[str, str], Frame]:
    """Return the frames, without those that no header of their table speaks for where one speaks for another form's."""
    said = {word.key for word in found.words}
    with_words = {key for key, frame in frames.items() if not said.isdisjoint(frame.columns)}
    tables = {table for _, table in with_words}
    return {key: frame for key, frame in frames.items() if key in with_words or key[1] not in tables}


def _without_weaker(
    frames: Mapping[tuple[str, str], Frame], chains: Mapping[tuple[str, str], Sequence[Hit]]
) -> dict[tuple[str, str], Sequence[Hit]]:
    """Return the chains without those that another form's chain for the same table of one block outweighs."""
    best: dict[str, tuple[str, str]] = {}
    kept = dict(chains)
    for key, chain in chains.items():
        if frames[key].lines[-1].block:
            continue
        other = best.setdefault(key[1], key)
        difference = weigh_chain(chain) - weigh_chain(chains[other])
        if difference:
            best[key[1]] = key if difference > 0 else other
            kept.pop(other if difference > 0 else key, None)
    return kept


def _before(found: Found, end: int) -> Found:
    rows = {key: [hit for hit in hits if hit.start < end] for key, hits in found.rows.items()}
    return Found(rows, [word for word in found.words if word.start < end])


def _find_table_chain(frame: Frame, found: Found, atoms: Sequence[Atom], options: Options) -> tuple[Hit, ...]:
    chain = fill_gaps(frame, find_chain(found.rows.get(frame.key, ())), atoms, options)
    for line in frame.lines:
        if not line.text and (hit := find_unlabelled(frame, line, found, atoms, options)):
            chain = (*chain, hit)
    return chain


def _rows_of(reading: TableReading) -> list[Sequence[Row]]:
    """Return the rows of a table, and those of the other form's blocks in it."""
    return [reading.rows, *([reading.instead[0].rows] if reading.instead else [])]


def _in_disorder(reading: TableReading, doubt: str, atoms: Sequence[Atom]) -> TableReading:
    """Return a table none of whose rows is trusted, but for those that are known to be printed in one row."""
    said = f"{reading.table.label}: {doubt}"
    rows = tuple(
        row if in_printed_row(row.hit, atoms) else row._replace(placed=(None,) * len(row.placed), values=(), doubt=said)
        for row in reading.rows
    )
    instead = reading.instead and (_in_disorder(reading.instead[0], doubt, atoms), reading.instead[1])
    warnings = (*reading.warnings, said) if rows != reading.rows else reading.warnings
    return replace(reading, rows=rows, instead=instead, warnings=warnings)


def _mixed_warning(form: str | None, readings: Sequence[TableReading]) -> tuple[str, ...]:
    others = [
        f"{reading.table.label} follows form {other}"
        for reading in readings
        for other in (reading.form, *((reading.instead[0].form,) if reading.instead else ()))
        if other != form
    ]
    return (f"mixed forms: the report is of form {form}, but {'; '.join(others)}",) if others else ()


def _doubt_junctions(
    readings: Sequence[TableReading], atoms: Sequence[Atom], options: Options
) -> tuple[TableReading, ...]:
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
        elif _lacks_next_table(row, reading, readings, atoms):
            between[number] = len(atoms)  # whatever texts follow
    doubtful = {id(ordered[number][0]) for number in find_junctions(rows, between, atoms, options.series)}
    return tuple(_with_doubts(reading, doubtful, atoms) for reading in readings) if doubtful else tuple(readings)


def _doubt_groups(
    readings: Sequence[TableReading], atoms: Sequence[Atom], options: Options
) -> tuple[TableReading, ...]:
    """Put in doubt the rows whose label names a group of rows in the form that other tables follow.

    Where only the order of lines is known, the group's own rows may be lost, and the figures be those of one of them.
    """
    frames = load_vocabulary(options.series).frames
    followed = [forms_of(reading) for reading in readings]
    forms = {form for names in followed if len(names) == 1 for form in names}
    doubtful: set[int] = set()
    for reading in readings:
        others = [frames[form, reading.table.key] for form in forms if (form, reading.table.key) in frames]
        groups = {key for frame in others if frame is not reading.frame for key in frame.heads}
        doubtful.update(
            id(row)
            for row in reading.rows
            if not groups.isdisjoint(row.hit.line.keys) and row.values and not in_printed_row(row.hit, atoms)
        )
    return tuple(_with_doubts(reading, doubtful, atoms) for reading in readings) if doubtful else tuple(readings)


def _lacks_next_table(row: Row, reading: TableReading, readings: Sequence[TableReading], atoms: Sequence[Atom]) -> bool:
    """Whether behind a last row the heading of a section follows before which the form has another table."""
    tables = load_forms()[reading.form].tables
    read = {other.table.key for other in readings}
    lost = [table for table in tables[tables.index(reading.table) + 1 :] if table.key not in read]
    behind = next((atom for atom in atoms[row.hit.stop :] if atom.kind == "text"), None)
    series = reading.frame.series
    key = find_section_key(label_key(behind.raw), series) if behind else None
    order = section_order(series)
    return key is not None and any(order.index(key) > order.index(table.section) for table in lost)


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
        doubt = f"{say_where(row.hit, atoms)}: a label before or behind it is not whole; the figures may be of two rows"
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
