"""What differs between two versions of a report: its figures cell by cell, its words, who and when. Pure, no markup."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from rapidfuzz.distance import Indel

from archive import ShownReport
from gongkai.labels import CellLabels, find_labels
from gongkai.rewording import Pair, Piece, align_lines, compare_texts, join_pieces
from parsers.report import Cell, CellKey, PlainTable, Report, Section

CellDifferenceKind = Literal["value", "unit", "status", "printed"]
PartKind = Literal["same", "changed", "added", "removed"]

FACTS = ("title", "agency", "district", "year", "form", "published")
"""What is compared of who and when, as fields of a report."""

_FIELDS: Mapping[CellDifferenceKind, str] = {"value": "value", "unit": "unit", "status": "status", "printed": "raw"}
"""The fields of a cell that are compared, the weightiest first."""
_NOT_THERE = Cell("", "", "", "", None, None, "missing", None)

Part = TypeVar("Part", Section, PlainTable)


@dataclass(frozen=True, slots=True)
class FactDifference:
    """One of `FACTS` that differs, as text; None where nothing is known."""

    name: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class CellDifference:
    """A cell that differs, None where that version's form has it not.

    `kind` is the weightiest that differs: the `value`, its `unit`, the `status`, or only how it is `printed`.
    """

    key: CellKey
    old: Cell | None
    new: Cell | None
    kind: CellDifferenceKind


@dataclass(frozen=True, slots=True)
class SectionDifference:
    """A section of either version, the same ones too. `heading` and `pieces` are of its heading and its text.

    `is_moved`: it stands in another place among those that both have.
    """

    key: str | None
    kind: PartKind
    is_moved: bool
    heading: tuple[Piece, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A row of another table: its texts before and after, None where it was added or removed."""

    kind: PartKind
    old: tuple[str, ...] | None
    new: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class TableDifference:
    """A table beside the official ones, the same ones too, with all its rows."""

    kind: PartKind
    heading: tuple[Piece, ...]
    rows: tuple[RowDifference, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions and what differs. `cells` and `facts` have what differs alone, the others all that is in either."""

    before: ShownReport
    after: ShownReport
    facts: tuple[FactDifference, ...]
    cells: tuple[CellDifference, ...]
    preamble: tuple[Piece, ...]
    sections: tuple[SectionDifference, ...]
    tables: tuple[TableDifference, ...]

    @property
    def differs(self) -> bool:
        """Whether anything that the report itself says differs."""
        return (
            bool(self.facts or self.cells)
            or is_reworded(self.preamble)
            or any(section.kind != "same" or section.is_moved for section in self.sections)
            or any(table.kind != "same" for table in self.tables)
        )


def compare_versions(before: ShownReport, after: ShownReport) -> Comparison:
    """Return what differs from one version of a report to another, in the order in which the report has it."""
    old, new = before.report, after.report
    return Comparison(
        before,
        after,
        tuple(_compare_facts(old, new)),
        tuple(_compare_cells(old, new)),
        compare_texts(old.preamble, new.preamble),
        tuple(_compare_sections(old.sections, new.sections)),
        tuple(_compare_tables(old.tables, new.tables)),
    )


def find_cell_labels(comparison: Comparison, cell: CellDifference) -> CellLabels:
    """Return what is printed beside and above a cell, in the newer version that has it."""
    report = comparison.after.report if cell.new else comparison.before.report
    return find_labels(report, cell.key) or CellLabels(cell.key.table, (), ())


def comparison_to_json(comparison: Comparison) -> dict[str, Any]:
    """Return an object for programs, ready for `json.dumps`; of sections and tables those alone that differ."""
    return {
        "id": comparison.after.row.id,
        "a": comparison.before.version,
        "b": comparison.after.version,
        "facts": [{"name": fact.name, "old": fact.old, "new": fact.new} for fact in comparison.facts],
        "cells": [_cell_to_json(comparison, cell) for cell in comparison.cells],
        "preamble": _pieces_to_json(comparison.preamble) if is_reworded(comparison.preamble) else [],
        "sections": [
            {
                "key": one.key,
                "heading": join_pieces(one.heading, "removed" if one.kind == "removed" else "added"),
                "kind": one.kind,
                "moved": one.is_moved,
                "heading_pieces": _pieces_to_json(one.heading),
                "pieces": _pieces_to_json(one.pieces),
            }
            for one in comparison.sections
            if one.kind != "same" or one.is_moved
        ],
        "tables": [
            {
                "heading": join_pieces(one.heading, "removed" if one.kind == "removed" else "added"),
                "kind": one.kind,
                "rows": [{"kind": row.kind, "old": row.old, "new": row.new} for row in one.rows],
            }
            for one in comparison.tables
            if one.kind != "same"
        ],
    }


def _cell_to_json(comparison: Comparison, cell: CellDifference) -> dict[str, Any]:
    old, new = cell.old, cell.new
    labels = find_cell_labels(comparison, cell)
    return {
        **cell.key._asdict(),
        "label": " › ".join((*labels.row, *labels.column)),
        "kind": cell.kind,
        "old": old.value if old else None,
        "new": new.value if new else None,
        "old_raw": old.raw if old else None,
        "new_raw": new.raw if new else None,
        "old_unit": old.unit if old else None,
        "new_unit": new.unit if new else None,
        "old_status": old.status if old else None,
        "new_status": new.status if new else None,
    }


def _pieces_to_json(pieces: Sequence[Piece]) -> list[dict[str, str]]:
    return [{"kind": piece.kind, "text": piece.text} for piece in pieces]


def is_reworded(pieces: Sequence[Piece]) -> bool:
    """Whether any of the pieces does not stand in both texts."""
    return any(piece.kind != "same" for piece in pieces)


def _compare_facts(old: Report, new: Report) -> Iterator[FactDifference]:
    for name in FACTS:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield FactDifference(name, *(None if value is None else str(value) for value in (before, after)))


def _compare_cells(old: Report, new: Report) -> Iterator[CellDifference]:
    """Yield the cells that differ, in the order of the form; of two forms, those of the old one first in each table."""
    before, after = ({cell.key: cell for cell in report.cells} for report in (old, new))
    tables = list(dict.fromkeys(key.table for key in (*before, *after)))
    for key in sorted(dict.fromkeys((*before, *after)), key=lambda key: tables.index(key.table)):
        kind = _find_kind(before.get(key), after.get(key))
        if kind is not None:
            yield CellDifference(key, before.get(key), after.get(key), kind)


def _find_kind(old: Cell | None, new: Cell | None) -> CellDifferenceKind | None:
    """Return what differs of a cell; one that a form has not is like one that the document has not."""
    before, after = old or _NOT_THERE, new or _NOT_THERE
    return next((kind for kind, field in _FIELDS.items() if getattr(before, field) != getattr(after, field)), None)


def _compare_sections(old: Sequence[Section], new: Sequence[Section]) -> Iterator[SectionDifference]:
    pairs = _pair_parts(old, new, (_section_key, _section_heading), lambda one: f"{one.heading}\n{one.text}")
    moved = _find_moved(pairs)
    for left, right in pairs:
        before = None if left is None else old[left]
        after = None if right is None else new[right]
        found = after or before
        if found is not None:
            heading = compare_texts(before.heading if before else "", after.heading if after else "")
            pieces = compare_texts(before.text if before else "", after.text if after else "")
            kind = _tell_kind(before, after, differs=is_reworded((*heading, *pieces)))
            yield SectionDifference(found.key, kind, right in moved, heading, pieces)


def _section_key(section: Section) -> Hashable:
    return section.key


def _section_heading(section: Section) -> Hashable:
    return section.heading


def _compare_tables(old: Sequence[PlainTable], new: Sequence[PlainTable]) -> Iterator[TableDifference]:
    names = (lambda table: (table.heading, table.rows), lambda table: table.heading or None)
    for left, right in _pair_parts(old, new, names, lambda table: "\n".join(map(_row_text, table.rows))):
        before = None if left is None else old[left]
        after = None if right is None else new[right]
        heading = compare_texts(before.heading if before else "", after.heading if after else "")
        rows = tuple(_compare_rows(before.rows if before else (), after.rows if after else ()))
        differs = is_reworded(heading) or any(row.kind != "same" for row in rows)
        yield TableDifference(_tell_kind(before, after, differs=differs), heading, rows)


def _compare_rows(old: Sequence[tuple[str, ...]], new: Sequence[tuple[str, ...]]) -> Iterator[RowDifference]:
    for left, right in align_lines(list(map(_row_text, old)), list(map(_row_text, new))):
        before = None if left is None else old[left]
        after = None if right is None else new[right]
        yield RowDifference(_tell_kind(before, after, differs=before != after), before, after)


def _row_text(row: Sequence[str]) -> str:
    return "\t".join(row)


def _tell_kind(before: object | None, after: object | None, *, differs: bool) -> PartKind:
    if before is None:
        return "added"
    if after is None:
        return "removed"
    return "changed" if differs else "same"


def _pair_parts(
    old: Sequence[Part],
    new: Sequence[Part],
    names: Sequence[Callable[[Part], Hashable]],
    words: Callable[[Part], str],
) -> list[Pair]:
    """Return which parts are each other's, as they stand in the new version, with what was removed where it stood.

    Parts of one name belong together, the first with the first; None is no name. What no name joins is joined where
    the words are alike.
    """
    partners: dict[int, int] = {}  # of the new part, the old one
    for name in names:
        _pair_by_name(old, new, name, partners)
    lefts = [number for number in range(len(old)) if number not in set(partners.values())]
    rights = [number for number in range(len(new)) if number not in partners]
    alike = align_lines([words(old[number]) for number in lefts], [words(new[number]) for number in rights])
    partners |= {rights[right]: lefts[left] for left, right in alike if left is not None and right is not None}
    return _put_in_order(len(old), len(new), partners)


def _pair_by_name(
    old: Sequence[Part], new: Sequence[Part], name: Callable[[Part], Hashable], partners: dict[int, int]
) -> None:
    """Add the parts of one name to those that are each other's already."""
    taken = set(partners.values())
    waiting: dict[Hashable, list[int]] = {}
    for number, part in enumerate(old):
        if number not in taken and name(part) is not None:
            waiting.setdefault(name(part), []).append(number)
    for number, part in enumerate(new):
        if number not in partners and waiting.get(name(part)):
            partners[number] = waiting[name(part)].pop(0)


def _put_in_order(old: int, new: int, partners: Mapping[int, int]) -> list[Pair]:
    """Return all parts as the new version has them, each removed one behind the one that it stood behind."""
    places = {left: right for right, left in partners.items()}
    ordered: list[tuple[int, int, Pair]] = [(right, -1, (partners.get(right), right)) for right in range(new)]
    place = -1
    for left in range(old):
        if left in places:
            place = places[left]
        else:
            ordered.append((place, left, (left, None)))
    return [pair for _, _, pair in sorted(ordered, key=lambda one: one[:2])]


def _find_moved(pairs: Sequence[Pair]) -> set[int | None]:
    """Return the new numbers of the parts that do not stand in their old order: as few as can be."""
    both = [(left, right) for left, right in pairs if left is not None and right is not None]
    order = [left for left, _ in both]
    codes = Indel.opcodes(sorted(order), order)
    kept = {order[place] for code in codes if code.tag == "equal" for place in range(code.dest_start, code.dest_end)}
    return {right for left, right in both if left not in kept}
