"""What differs between two states of one report. Pure: no database, no clock."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Literal, NamedTuple

from parsers.report import Cell, CellKey, Report

ChangeKind = Literal["new", "figures", "text", "moved", "withdrawn", "restored"]

_NAMES_KEPT = 4096
"""Names of cells whose texts are kept: some times those of all forms."""
_FIGURE_STATUS = {"reported": "figure", "inferred": "figure"}
"""Whether a figure is printed or follows from the others makes no other figure."""


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell that differs: its name, and its value before and after (None: no figure stood there)."""

    table: str
    row: str
    column: str
    old: int | float | None
    new: int | float | None


def compare_reports(previous: Report | None, current: Report) -> tuple[ChangeKind | None, tuple[CellChange, ...]]:
    """Return the kind of the change from one state to the next, None where the report's own content is the same.

    Figures are compared with blanks apart from zeros: blank to 0 is a change of figures. The page around the report
    is not looked at, nor is where on it a figure stands.
    """
    if previous is None:
        return "new", ()
    if previous is current:
        return None, ()
    before, after = _by_key(previous.cells), _by_key(current.cells)
    keys = [*before, *(key for key in after if key not in before)]
    cells = tuple(
        CellChange(*key, before[key].value if key in before else None, after[key].value if key in after else None)
        for key in keys
        if _figure(before.get(key)) != _figure(after.get(key))
    )
    if cells:
        return "figures", cells
    return (None if words_hash(previous) == words_hash(current) else "text"), ()


def figures_hash(report: Report) -> str:
    """Return a hash over the name and figure of every cell that the document has, in whatever order."""
    figures: list[tuple[str, str]] = []  # each as it is sorted by and as it is hashed
    for table, row, column, _, value, unit, status, _ in report.cells:
        if status != "missing":
            order, start, _ = _write_name(table, row, column)
            kind = _FIGURE_STATUS.get(status, status)
            number = str(value) if type(value) is int else _to_json(value)
            named = "null" if unit is None else _to_json(unit)
            figures.append((f"{order}'{kind}', {value!r}, {unit!r})", f'{start}"{kind}", {number}, {named}]'))
    return _hash([line for _, line in sorted(figures)])


def words_hash(report: Report) -> str:
    """Return a hash over the report's own words and what its cells print, white space and width apart."""
    words: list[str] = [report.preamble]
    for section in report.sections:
        words += (section.heading, section.text)
    for table in report.tables:
        words += (table.heading, *(text for row in table.rows for text in row))
    words += sorted([_write_name(table, row, column)[2] + raw for table, row, column, raw, *_ in report.cells if raw])
    return _hash([encode_basestring(_fold(text)) for text in words])


def measure_quality(report: Report) -> int:
    """Return how much of a report a document holds, 0 for what is none; the page that holds the most tells it."""
    if report.kind != "annual_report":
        return 0
    stands = [cell.status for cell in report.cells]
    return 1 + 2 * (len(stands) - stands.count("ambiguous") - stands.count("missing"))


class _CellName(NamedTuple):
    """A cell's name as the hashes have it: the head of the tuple that figures are sorted by, of its JSON, with dots."""

    repr: str
    json: str
    dotted: str


@lru_cache(_NAMES_KEPT)
def _write_name(table: str, row: str, column: str) -> _CellName:
    parts = (table, row, column)
    return _CellName(
        f"({table!r}, {row!r}, {column!r}, ", f"[{', '.join(map(_to_json, parts))}, ", f"{'.'.join(parts)}="
    )


def _by_key(cells: Iterable[Cell]) -> dict[CellKey, Cell]:
    return {cell.key: cell for cell in cells}


def _figure(cell: Cell | None) -> tuple[str, int | float | None, str | None]:
    """Return what makes a cell's figure; a cell that the document has not is one that is missing."""
    if cell is None:
        return "missing", None, None
    return _FIGURE_STATUS.get(cell.status, cell.status), cell.value, cell.unit


def _fold(text: str) -> str:
    return "".join((text if text.isascii() else unicodedata.normalize("NFKC", text)).split())


def _to_json(value: object) -> str:
    """Return what `json.dumps` returns; most values are texts and whole numbers, which it takes long for."""
    if type(value) is int:
        return str(value)
    if value is None:
        return "null"
    return encode_basestring(value) if isinstance(value, str) else json.dumps(value)


def _hash(lines: Iterable[str]) -> str:
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
