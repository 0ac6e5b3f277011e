"""Whether a form file is sound in itself, and beside the others: each fault is one line that says what to mend."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import get_args

from parsers.errors import FormError
from parsers.forms.form import Condition, ConditionKind, Form, Rule, Table
from parsers.forms.series import Series
from parsers.report import CellKey, Level

_KEY = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*")
_FORM_KEY = re.compile(r"[a-z0-9][a-z0-9_]*")
_SIZES = range(1, 201)
"""How many columns a printed table may have, and how many columns or lines a cell may span."""

_SERIES_NAME = re.compile(r"[^\s/\\?#%*\[\]〔〕-]{2,40}")


def require_sound(form: Form, file: str) -> None:
    """Raise a `FormError` for the first thing in a form that contradicts another."""
    for problem in _iter_problems(form):
        raise FormError(f"{file}: {problem}")


def require_sound_series(series: Series, file: str) -> None:
    """Raise a `FormError` for a name that no id can have, and for words that are no patterns or name nothing."""
    if not _SERIES_NAME.fullmatch(series.name):
        raise FormError(
            f"{file}: series: the name {series.name!r} stands in ids; write 2 to 40 signs, none of /\\?#%〔〕-"
        )
    patterns = (*series.titles, *series.columns, *(word for section in series.sections for word in section.words))
    for pattern in patterns:
        try:
            is_empty = re.compile(pattern).search("") is not None
        except re.error as error:
            raise FormError(
                f"{file}: series: {pattern!r} is no pattern ({error}); mend its brackets and signs"
            ) from error
        if is_empty:
            raise FormError(
                f"{file}: series: the pattern {pattern!r} fits every text; write words that must stand there"
            )
    for key, count in Counter(section.key for section in series.sections).items():
        if count > 1 or not _KEY.fullmatch(key) or "." in key:
            raise FormError(f"{file}: series: section {key!r} must have a key of its own, of a to z, 0 to 9 and _")


def require_series(form: Form, known: Mapping[str, Series], file: str) -> None:
    """Raise a `FormError` where a form's series is told nowhere, or has no section for one of its tables."""
    if form.series is None:
        return
    if form.series not in known:
        raise FormError(f"{file}: no file says what the series {form.series!r} is; write a table [series] into one")
    sections = [section.key for section in known[form.series].sections]
    for table in form.tables:
        if table.section not in sections:
            advice = _near(table.section, sections)
            raise FormError(f"{file}: table {table.key!r} stands in section {table.section!r}, which is none; {advice}")


def require_apart(forms: Sequence[tuple[str, Form]]) -> None:
    """Raise a `FormError` where two forms have one key, or forms of two series share a table or a rule.

    `forms` come with the names of their files.
    """
    files: dict[str, str] = {}
    owners: dict[str, tuple[str | None, str]] = {}
    for file, form in forms:
        if form.key in files:
            raise FormError(f"{file}: the form {form.key!r} is that of {files[form.key]} already; choose another key")
        files[form.key] = file
        for table in form.tables:
            series, other = owners.setdefault(table.key, (form.series, file))
            if series != form.series:
                raise FormError(
                    f"{file}: table {table.key!r} is that of {other}, a report of another series; choose another key"
                )


def _iter_problems(form: Form) -> Iterator[str]:
    if not _FORM_KEY.fullmatch(form.key) or form.key == "narrative":
        yield f"`form` is {form.key!r}; write a key of its own, of a to z, 0 to 9 and _"
    for key, count in Counter(form.iter_cells()).items():
        if count > 1:
            yield f"the cell {'.'.join(key)} is named twice; give one of the two rows another key"
    for table in form.tables:
        yield from _iter_problems_of_table(table)
    for name, count in Counter(one.id for one in form.list_rules()).items():
        if count > 1:
            yield f"rule {name} stands twice; give one of them another id"
    for one in form.list_rules():
        yield from _iter_problems_of_any(one, form)
    for rule in form.rules:
        yield from _iter_problems_of_sum(rule, form)
    for condition in form.conditions:
        yield from _iter_problems_of_condition(condition, form)


def _iter_problems_of_table(table: Table) -> Iterator[str]:
    """Refuse strange keys, columns that no label heads, and lines that do not fill the printed width."""
    for key in (table.key, *(part for cell in table.iter_cells() for part in (cell.row, cell.column))):
        if not _KEY.fullmatch(key):
            yield f"table {table.key!r}: the key {key!r} must be of a to z, 0 to 9 and _, parts divided by dots"
    if strange_sizes := {*_iter_sizes(table)}.difference(_SIZES):
        yield f"table {table.key!r}: a width or span of {min(strange_sizes)}; write a number of 1 to {_SIZES[-1]}"
        return
    headed = {label.column for line in table.lines for label in line.labels if label.column}
    used = {cell.column for cell in table.iter_cells()}
    if strange := sorted(headed - used):
        advice = _near(strange[0], used)
        yield f"table {table.key!r}: a label heads the column {strange[0]!r}, and no line has it; {advice}"
    hanging = [0] * table.width  # how many further lines each column is still covered by a label from above
    for number, line in enumerate(table.lines, 1):
        covered = sum(1 for left in hanging if left)
        printed = sum(label.colspan for label in line.labels) + sum(line.spans)
        if len(line.spans) != len(line.cells):
            yield (
                f"line {number} of table {table.key!r} does not fill {table.width} columns: "
                f"it has {len(line.cells)} cells and {len(line.spans)} spans; write a span for each cell"
            )
        elif covered + printed != table.width:
            yield (
                f"line {number} of table {table.key!r} does not fill {table.width} columns: its labels and cells "
                f"take {printed}, labels from above {covered}; mend cs, rs, spans or width"
            )
        else:
            _hang(hanging, table, number - 1)
    if any(hanging):
        yield f"table {table.key!r}: a label reaches {max(hanging)} lines below the last one; mend its rs"


def _iter_sizes(table: Table) -> Iterator[int]:
    """Yield the width of a table and every span in it."""
    yield table.width
    for line in table.lines:
        yield from line.spans
        for label in line.labels:
            yield from (label.colspan, label.rowspan)


def _hang(hanging: list[int], table: Table, number: int) -> None:
    """Note, for a line that fits, how many further lines each column is covered by a label; cells span one line."""
    line = table.lines[number]
    spans = [(label.colspan, label.rowspan) for label in line.labels] + [(span, 1) for span in line.spans]
    free = iter([column for column, left in enumerate(hanging) if not left])
    started: dict[int, int] = {next(free): rowspan for colspan, rowspan in spans for _ in range(colspan)}
    for column, left in enumerate(hanging):
        hanging[column] = started[column] - 1 if column in started else max(0, left - 1)


def _iter_problems_of_any(one: Rule | Condition, form: Form) -> Iterator[str]:
    """Refuse what no rule may be: of a table that is not there, of a name that is not its table's."""
    tables = [table.key for table in form.tables]
    if one.table not in tables:
        yield f"rule {one.id} names a table that the form has not, {one.table!r}; {_near(one.table, tables)}"
    elif not one.id.startswith(f"{one.table}."):
        yield f"rule {one.id} is about table {one.table!r}; begin its id with {one.table}."
    if one.along not in {"rows", "columns", "table"}:
        yield f"rule {one.id}: along is {one.along!r}; it must be rows, columns or, with a kind, table"
    if one.level not in get_args(Level):
        yield f"rule {one.id}: level is {one.level!r}; it must be hard or soft"


def _iter_problems_of_sum(rule: Rule, form: Form) -> Iterator[str]:
    cells = [cell for cell in form.iter_cells() if cell.table == rule.table]
    if rule.along not in {"rows", "columns"} or not (rule.left and rule.right):
        yield f"rule {rule.id} is a sum; write along = rows or columns, and keys under left and right"
        return
    known = {cell.column if rule.along == "rows" else cell.row for cell in cells}
    what = "column" if rule.along == "rows" else "row"
    for side, keys in (("left", rule.left), ("right", rule.right)):
        for key in keys:
            if key not in known:
                told = f"rule {rule.id}: {side} names the {what} {key!r}, which table {rule.table!r} has not"
                yield f"{told}; {_near(key, known)}"
    if not any(rule.iter_places(cells)):
        place = rule.along.removesuffix("s")
        yield f"rule {rule.id}: no {place} of table {rule.table!r} has all of its cells; mend along, left or right"


def _iter_problems_of_condition(condition: Condition, form: Form) -> Iterator[str]:
    """Refuse a kind that nobody knows, a sum without parts, and cells that are not there."""
    if condition.kind not in get_args(ConditionKind):
        kinds = ", ".join(get_args(ConditionKind))
        yield f"rule {condition.id} is of the kind {condition.kind!r}, which nobody knows; the kinds are {kinds}"
        return
    sums = {rule.id for rule in form.rules}
    if condition.parts_of and condition.parts_of not in sums:
        advice = _near(condition.parts_of, sums)
        yield f"rule {condition.id} names the sum {condition.parts_of!r}, which is not there; {advice}"
    if not (condition.places or condition.along == "table"):
        yield f"rule {condition.id} names no place; write places, or along = table"
    yield from _iter_strange_cells(condition, [cell for cell in form.iter_cells() if cell.table == condition.table])


def _iter_strange_cells(condition: Condition, cells: Sequence[CellKey]) -> Iterator[str]:
    for place in condition.places if condition.along != "table" else ():
        for cell in condition.iter_cells(place):
            if cell not in cells:
                told = f"rule {condition.id} names the cell {'.'.join(cell)}, which table {condition.table!r} has not"
                yield f"{told}; mend places, left or right"
    parts = {part for cell in cells for part in (cell.row, cell.column)}
    for part in (*condition.but, *condition.signed):
        if part not in parts:
            yield f"rule {condition.id} names {part!r}, which table {condition.table!r} has not; {_near(part, parts)}"


def _near(key: str, known: Iterable[str]) -> str:
    """Say what may be meant instead of a key that is not there."""
    listed = sorted(known)
    near = get_close_matches(key, listed, 1)
    return f"did you mean {near[0]!r}?" if near else f"there are {', '.join(listed) or 'none'}"
