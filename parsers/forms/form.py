"""What a form is: its printed tables, the sums and conditions that it asks for, the series of reports it belongs to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from parsers.report import CellKey, Level


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
    """The sum of `left` must equal the sum of `right`, for every row or for every column of a table.

    `level`, `zh` and `en` are what a person is told of it, where parsers/rules.toml has no entry for it.
    """

    id: str
    table: str
    along: Literal["rows", "columns"]
    left: tuple[str, ...]
    right: tuple[str, ...]
    says: str
    level: Level = "hard"
    zh: str = ""
    en: str = ""

    def iter_places(self, cells: Sequence[CellKey]) -> Iterator[tuple[str, tuple[CellKey, ...], tuple[CellKey, ...]]]:
        """Yield each row (or column) that has every cell of the sum, with the cells of both sides.

        `cells` are those of the table; a line that the form prints with fewer cells has no such sum.
        """
        known = frozenset(cells)
        is_row = self.along == "rows"
        for place in dict.fromkeys(cell.row if is_row else cell.column for cell in cells):
            left, right = (
                tuple(CellKey(self.table, place, key) if is_row else CellKey(self.table, key, place) for key in keys)
                for keys in (self.left, self.right)
            )
            if known.issuperset((*left, *right)):
                yield place, left, right


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
    level: Level = "hard"
    zh: str = ""
    en: str = ""

    def iter_cells(self, place: str) -> Iterator[CellKey]:
        """Yield the cells of the left side, then of the right, at a place."""
        for key in (*self.left, *self.right):
            yield self.cell(place, key)

    def cell(self, place: str, key: str) -> CellKey:
        """Return the cell at a place that a side names by its row or column."""
        return CellKey(self.table, place, key) if self.along == "rows" else CellKey(self.table, key, place)


@dataclass(frozen=True, slots=True)
class Form:
    """One official form: its tables in order, the sums it asks for (`rules`), and what else (`conditions`).

    `series` is the kind of yearly report that it is a form of, None for the report on disclosure.
    """

    key: str
    name: str
    source: str
    tables: tuple[Table, ...]
    rules: tuple[Rule, ...]
    conditions: tuple[Condition, ...] = ()
    series: str | None = None

    def list_rules(self) -> list[Rule | Condition]:
        """Return the sums and the conditions."""
        return [*self.rules, *self.conditions]

    def iter_cells(self) -> Iterator[CellKey]:
        """Yield every cell's name in printed order."""
        for table in self.tables:
            yield from table.iter_cells()
