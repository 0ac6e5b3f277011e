"""Which form each table follows, and which form names the report."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from parsers.labels import load_vocabulary
from parsers.options import Options
from parsers.reading import TableReading


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


def forms_of(reading: TableReading) -> list[str]:
    """Return every form that prints this table so."""
    return [form for (form, _), frame in load_vocabulary(reading.frame.series).frames.items() if frame is reading.frame]


def _name_form(candidates: Mapping[str, Sequence[TableReading]]) -> str | None:
    """Return the form of the requests table, else of the one most of which was recognised, if one form prints it so."""
    best = {key: max(found, key=lambda reading: reading.weight) for key, found in candidates.items()}
    for key in sorted(best, key=lambda key: (key != "requests", -best[key].weight)):
        rivals = [other for other in candidates[key] if other is not best[key] and other.weight == best[key].weight]
        if not rivals and len(forms_of(best[key])) == 1:
            return best[key].form
    weights = Counter[str]()
    for reading in (reading for found in candidates.values() for reading in found):
        weights.update(dict.fromkeys(forms_of(reading), reading.weight))
    return max(weights, key=lambda form: (weights[form], form), default=None)


def _best_of(found: Sequence[TableReading], form: str | None) -> TableReading:
    """Return the reading that fits best; blocks that stand under the other form's header are taken from that one."""
    best = max(found, key=lambda reading: (reading.weight, form in forms_of(reading)))
    if form in forms_of(best):
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
