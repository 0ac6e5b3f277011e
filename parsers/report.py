"""The value that the parsers make: one report with its sections, cells, other tables, checks and warnings.

Keys and meanings are fixed by the project's contract; see docs/data.md.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

CellStatus = Literal["reported", "blank", "inferred", "ambiguous", "missing"]
CheckStatus = Literal["pass", "fail", "unknown"]
Level = Literal["hard", "soft"]
"""Whether a rule must hold, or a breach of it may have its reasons."""
Origin = Literal["report", "reading", "unknown"]
"""Whether the report prints it so, our reading of it may be at fault, or nothing tells which."""
Kind = Literal["annual_report", "other"]


class CellKey(NamedTuple):
    """The name of a cell: `("requests", "granted", "total")`."""

    table: str
    row: str
    column: str


class Cell(NamedTuple):
    """One figure of an official table.

    `raw` is as printed, outer white space off; `value` is None unless a figure is there; `unit` is as printed in the
    cell or its header, and `value` stays in that unit. `at` says where in the document it stands.
    """

    table: str
    row: str
    column: str
    raw: str
    value: int | float | None
    unit: str | None
    status: CellStatus
    at: str | None

    @property
    def key(self) -> CellKey:
        """Return the cell's name."""
        return CellKey(self.table, self.row, self.column)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report under its own heading; `key` is None where the heading is none of the official six."""

    key: str | None
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class PlainTable:
    """Any other table of the document, as a grid of texts; spanned places repeat nothing and are empty.

    `confidence` is how sure its division into cells is, 0 to 1: 1 where the document itself has the grid.
    """

    heading: str
    rows: tuple[tuple[str, ...], ...]
    confidence: float = 1.0

    def to_json(self) -> dict[str, Any]:
        """Return the object of the contract."""
        return {"heading": self.heading, "rows": [list(row) for row in self.rows], "confidence": self.confidence}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "PlainTable":
        """Make a table again from what `to_json` gave; one written before there was a confidence is a grid."""
        return cls(value["heading"], tuple(map(tuple, value["rows"])), value.get("confidence", 1.0))


class Suspect(NamedTuple):
    """A cell that would explain a failed check: what it says (None: no figure), and what it would have to say."""

    table: str
    row: str
    column: str
    value: int | float | None
    wanted: int | float


class Check(NamedTuple):
    """One rule at one place. `left` and `right` are the two sides; blanks count as 0 and `text` says so.

    `suspects` are the fewest cells that would explain a failed one together, () where no one or two do.
    """

    rule: str
    where: str
    status: CheckStatus
    left: int | float | None
    right: int | float | None
    text: str
    level: Level = "hard"
    origin: Origin = "unknown"
    suspects: tuple[Suspect, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the object of the contract, with what else is known of it."""
        return {**self._asdict(), "suspects": [suspect._asdict() for suspect in self.suspects]}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Check":
        """Make a check again from what `to_json` gave; an older one says nothing of what came later."""
        suspects = tuple(Suspect(**suspect) for suspect in value.get("suspects", ()))
        return cls(**{**value, "suspects": suspects})


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure that a sentence of a narrative report states."""

    row: str
    value: int | float
    sentence: str


@dataclass(frozen=True, slots=True)
class Report:
    """What one document says. `form` is told from its labels; None where it has no table of a known form.

    `series` names the kind of yearly report, None the one on disclosure of government information.
    """

    kind: Kind
    form: str | None
    title: str | None
    agency: str | None
    district: str | None
    division: str | None
    year: int | None
    published: date | None
    preamble: str = ""
    sections: tuple[Section, ...] = ()
    cells: tuple[Cell, ...] = ()
    tables: tuple[PlainTable, ...] = ()
    facts: tuple[Fact, ...] = ()
    checks: tuple[Check, ...] = ()
    warnings: tuple[str, ...] = ()
    series: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the object of the contract, ready for `json.dumps` (without `source` and `error`).

        It has a `series` only where that is not the report on disclosure.
        """
        return {
            "kind": self.kind,
            **({"series": self.series} if self.series is not None else {}),
            "form": self.form,
            "title": self.title,
            "agency": self.agency,
            "district": self.district,
            "division": self.division,
            "year": self.year,
            "published": self.published.isoformat() if self.published else None,
            "preamble": self.preamble,
            "sections": [_fields(section) for section in self.sections],
            "cells": [cell._asdict() for cell in self.cells],
            "tables": [table.to_json() for table in self.tables],
            "facts": [_fields(fact) for fact in self.facts],
            "checks": [check.to_json() for check in self.checks],
            "warnings": list(self.warnings),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Report":
        """Make a report again from what `to_json` gave."""
        published = value["published"]
        return cls(
            kind=value["kind"],
            form=value["form"],
            title=value["title"],
            agency=value["agency"],
            district=value["district"],
            division=value["division"],
            year=value["year"],
            published=date.fromisoformat(published) if published else None,
            preamble=value["preamble"],
            sections=tuple(Section(**section) for section in value["sections"]),
            cells=tuple(Cell(**cell) for cell in value["cells"]),
            tables=tuple(map(PlainTable.from_json, value["tables"])),
            facts=tuple(Fact(**fact) for fact in value["facts"]),
            checks=tuple(map(Check.from_json, value["checks"])),
            warnings=tuple(value["warnings"]),
            series=value.get("series"),
        )


def _fields(value: Section | Fact) -> dict[str, Any]:
    """Return the fields in their order; `dataclasses.asdict` would copy each of them deeply."""
    return {name: getattr(value, name) for name in value.__slots__}
