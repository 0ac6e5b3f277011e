"""Forms as data: each official form is one TOML file; this module reads them into frozen values."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

from parsers.errors import FormError
from parsers.report import CellKey

_SUM = "sum"


@dataclass(frozen=True, slots=True)
class Label:
    """A text cell of the printed form, its spans, the column it heads, and other spellings of it."""

    text: str
    colspan: int = 1
    rowspan: int = 1
    column: str | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: labels from the left, then one figure for each of `cells` (none in a header).

    `unit` is what the line's figures count, where a label beside them says so (`件`); that label is the last one.
    """

    labels: tuple[Label, ...]
    cells: tuple[CellKey, ...]
    spans: tuple[int, ...]
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One printed table: its lines from top to bottom, over a grid of `width` columns."""

    key: str
    section: str
    label: str
    width: int
    lines: tuple[Line, ...]

    def iter_cells(self) -> Iterator[CellKey]:
        """Yield every cell's name in printed order."""
        for line in self.lines:
            yield from line.cells


@dataclass(frozen=True, slots=True)
class Rule:
    """The sum of `left` must equal the sum of `right`, for every row or for every column of a table."""

    id: str
    table: str
    along: Literal["rows", "columns"]
    left: tuple[str, ...]
    right: tuple[str, ...]
    says: str


ConditionKind = Literal[
    "at_least", "at_least_each", "implied", "balance_of_parts", "whole", "filled", "unit", "reserved"
]
"""What a condition asks; parsers/conditions.py tries each kind.

`at_least`: the sum of `left` is not below that of `right` · `at_least_each`: not below any one of `right` ·
`implied`: where `left` is above 0, `right` is · `balance_of_parts`: `left` and `right` have the same sum with the parts
of a total in its place, where that total is not filled in (`parts_of` names the sum that has the parts) · `whole`:
whole numbers of 0 or more, of any sign in `signed` · `filled`: no cell is blank · `unit`: the figure is in `unit`, and
says so where `is_stated` · `reserved`: only agencies of `levels` have figures above 0.
"""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a form asks of its cells beside sums, once for each of `places`: rows, columns or the table as a whole.

    Of a table as a whole every cell is meant but those whose row or column is in `but`. Where `is_open`, a breach
    proves nothing: the check is unknown then.
    """

    id: str
    kind: ConditionKind
    table: str
    along: Literal["rows", "columns", "table"]
    says: str
    places: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    unit: str | None = None
    parts_of: str | None = None
    is_stated: bool = False
    is_open: bool = False

    def iter_cells(self, place: str) -> Iterator[CellKey]:
        """Yield the cells of the left side, then of the right, at a place."""
        for key in (*self.left, *self.right):
            yield self.cell(place, key)

    def cell(self, place: str, key: str) -> CellKey:
        """Return the cell at a place that a side names by its row or column."""
        return CellKey(self.table, place, key) if self.along == "rows" else CellKey(self.table, key, place)


@dataclass(frozen=True, slots=True)
class Form:
    """One official form: its tables in order, the sums it asks for (`rules`), and what else (`conditions`)."""

    key: str
    name: str
    source: str
    tables: tuple[Table, ...]
    rules: tuple[Rule, ...]
    conditions: tuple[Condition, ...] = ()

    def iter_cells(self) -> Iterator[CellKey]:
        """Yield every cell's name in printed order."""
        for table in self.tables:
            yield from table.iter_cells()


@cache
def load_forms() -> Mapping[str, Form]:
    """Return every form beside this file by its key, oldest first.

    >>> [len(list(form.iter_cells())) for form in load_forms().values()]
    [58, 198, 200]
    """
    files = sorted(
        (entry for entry in resources.files(__name__).iterdir() if entry.name.endswith(".toml")),
        key=lambda entry: entry.name,
    )
    return {form.key: form for form in (parse_form(file.read_text(encoding="utf-8"), file.name) for file in files)}


def parse_form(text: str, name: str = "form") -> Form:
    """Make a form from the text of its file; `FormError` names the file and what contradicts in it."""
    try:
        data = tomllib.loads(text)
        rules = data.get("rules", ())
        form = Form(
            key=data["form"],
            name=data["name"],
            source=data["source"],
            tables=tuple(_table(table) for table in data["tables"]),
            rules=tuple(_rule(rule) for rule in rules if rule.get("kind", _SUM) == _SUM),
            conditions=tuple(_condition(rule) for rule in rules if rule.get("kind", _SUM) != _SUM),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as problem:
        raise FormError(f"{name}: {problem!r}") from problem
    _require_sound(form, name)
    return form


def _table(data: dict[str, Any]) -> Table:
    return Table(
        key=data["key"],
        section=data["section"],
        label=data["label"],
        width=data["width"],
        lines=tuple(_line(line, data["key"], data["columns"]) for line in data["lines"]),
    )


def _line(data: dict[str, Any], table: str, table_columns: list[str]) -> Line:
    columns = data.get("columns", table_columns)
    cells = tuple(CellKey(table, row, column) for row in data.get("rows", ()) for column in columns)
    return Line(
        labels=tuple(_label(label) for label in data["labels"]),
        cells=cells,
        spans=tuple(data.get("spans", (1,) * len(cells))),
        unit=data.get("unit"),
    )


def _label(data: dict[str, Any]) -> Label:
    return Label(
        text=data["text"],
        colspan=data.get("cs", 1),
        rowspan=data.get("rs", 1),
        column=data.get("column"),
        also=tuple(data.get("also", ())),
    )


def _rule(data: dict[str, Any]) -> Rule:
    return Rule(data["id"], data["table"], data["along"], tuple(data["left"]), tuple(data["right"]), data["says"])


def _condition(data: dict[str, Any]) -> Condition:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    return Condition(**fields)


def _require_sound(form: Form, name: str) -> None:
    """Refuse doubled cells, lines that do not fill the printed width, and rules about cells that are not there."""
    cells = list(form.iter_cells())
    if len(set(cells)) != len(cells):
        raise FormError(f"{name}: a cell is named twice")
    for table in form.tables:
        _require_full_width(table, name)
    for rule in form.rules:
        keys = {(cell.row if rule.along == "columns" else cell.column) for cell in cells if cell.table == rule.table}
        unknown = [key for key in (*rule.left, *rule.right) if key not in keys]
        if unknown:
            raise FormError(f"{name}: rule {rule.id} names {unknown}, which table {rule.table!r} has not")
    for condition in form.conditions:
        _require_sound_condition(condition, form, name)


def _require_sound_condition(condition: Condition, form: Form, name: str) -> None:
    """Refuse a kind that nobody knows, a sum without parts, and cells that are not there."""
    if condition.kind not in get_args(ConditionKind):
        raise FormError(f"{name}: rule {condition.id} is of the kind {condition.kind!r}, which nobody knows")
    if condition.parts_of and condition.parts_of not in {rule.id for rule in form.rules}:
        raise FormError(f"{name}: rule {condition.id} names the sum {condition.parts_of}, which is not there")
    cells = {key for key in form.iter_cells() if key.table == condition.table}
    unknown = [key for place in condition.places for key in condition.iter_cells(place) if key not in cells]
    keys = {part for key in cells for part in (key.row, key.column)}
    if unknown or not keys.issuperset((*condition.but, *condition.signed)) or not cells:
        raise FormError(f"{name}: rule {condition.id} names cells that table {condition.table!r} has not")
    if not (condition.places or condition.along == "table"):
        raise FormError(f"{name}: rule {condition.id} names no place")


def _require_full_width(table: Table, name: str) -> None:
    hanging = [0] * table.width  # how many further lines each column is still covered by a label from above
    for number, line in enumerate(table.lines, 1):
        covered = sum(1 for left in hanging if left)
        printed = sum(label.colspan for label in line.labels) + sum(line.spans)
        if covered + printed != table.width or len(line.spans) != len(line.cells):
            raise FormError(f"{name}: line {number} of table {table.key!r} does not fill {table.width} columns")
        hanging = _cover(hanging, line)


def _cover(hanging: list[int], line: Line) -> list[int]:
    """Return what hangs over the next line, after `line` has been printed into the free columns."""
    spans = [(label.colspan, label.rowspan) for label in line.labels] + [(span, 1) for span in line.spans]
    following = [max(0, left - 1) for left in hanging]
    column = 0
    for colspan, rowspan in spans:
        while hanging[column]:
            column += 1
        for place in range(column, column + colspan):
            following[place] = rowspan - 1
        column += colspan
    return following
