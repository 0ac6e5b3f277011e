"""What differs between two states of one report. Pure: no database, no clock."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from parsers.report import Cell, CellKey, Report

ChangeKind = Literal["new", "figures", "text", "moved", "withdrawn", "restored"]


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
    return _hash(sorted(((*cell.key, *_figure(cell)) for cell in report.cells if cell.status != "missing"), key=str))


def words_hash(report: Report) -> str:
    """Return a hash over the report's own words and what its cells print, white space and width apart."""
    words: list[str] = [report.preamble]
    for section in report.sections:
        words += (section.heading, section.text)
    for table in report.tables:
        words += (table.heading, *(text for row in table.rows for text in row))
    words += sorted(f"{'.'.join(cell.key)}={cell.raw}" for cell in report.cells if cell.raw)
    return _hash(_fold(text) for text in words)


def _by_key(cells: Iterable[Cell]) -> dict[CellKey, Cell]:
    return {cell.key: cell for cell in cells}


def _figure(cell: Cell | None) -> tuple[str, int | float | None, str | None]:
    """Return what makes a cell's figure; a cell that the document has not is one that is missing."""
    if cell is None:
        return "missing", None, None
    status = "figure" if cell.status in {"reported", "inferred"} else cell.status
    return status, cell.value, cell.unit


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _hash(parts: Iterable[object]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(json.dumps(part, ensure_ascii=False).encode())
        digest.update(b"\n")
    return digest.hexdigest()
