"""Forms as data: each official form is one TOML file; this module reads them into frozen values."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from parsers.errors import FormError
from parsers.report import CellKey


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


@dataclass(frozen=True, slots=True)
class Form:
    """One official form: its tables in order, and the sums it asks for."""

    key: str
    name: str
    source: str
    tables: tuple[Table, ...]
    rules: tuple[Rule, ...]

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
        form = Form(
            key=data["form"],
            name=data["name"],
            source=data["source"],
            tables=tuple(_table(table) for table in data["tables"]),
            rules=tuple(_rule(rule) for rule in data.get("rules", ())),
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
