"""What the archive holds of one report, as the fold over its history takes it: looks, contents, rules."""

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import groupby
from typing import NamedTuple

from archive.histories.compare import CellChange, ChangeKind, compare_reports
from archive.histories.history import Look, Rule, Showing
from archive.readings.documents import load_document
from parsers.report import CellKey, Report

GONE = re.compile(r"http (?:404|410)$|gone\b")
"""Failures that say of a page that it is not there: all others say nothing about it."""

_LOOKS = """
SELECT captures.id, captures.page_id, pages.site_id, captures.fetched_at, captures.failure, captures.body_id,
       captures.final_url, pages.url, pages.kind,
       sightings.report_id, readings.kind AS read_as, readings.parser, captures.run_id
FROM locations
JOIN captures ON captures.page_id = locations.page_id
JOIN pages ON pages.id = captures.page_id
JOIN sites ON sites.id = pages.site_id
JOIN runs ON runs.id = captures.run_id
LEFT JOIN sightings ON sightings.capture_id = captures.id
LEFT JOIN readings ON readings.id = sightings.reading_id
WHERE locations.report_id = ?
ORDER BY min(captures.fetched_at) OVER (PARTITION BY captures.run_id, pages.site_id), runs.uid, sites.name,
         captures.fetched_at, pages.url, captures.id
"""
"""All captures of a report's pages, visit by visit, in the order of the moments at which these began."""
_IS_UP = """
SELECT EXISTS (
  SELECT 1 FROM pages CROSS JOIN captures ON captures.run_id = ? AND captures.page_id = pages.id
  WHERE pages.site_id = ? AND captures.failure IS NULL
)
"""
_SHOWS_REPORTS = """
SELECT EXISTS (
  SELECT 1 FROM pages CROSS JOIN captures ON captures.run_id = ? AND captures.page_id = pages.id
  CROSS JOIN sightings ON sightings.capture_id = captures.id JOIN readings ON readings.id = sightings.reading_id
  WHERE pages.site_id = ? AND readings.kind = 'annual_report'
)
"""
_PRINTED = frozenset({"reported", "blank"})
_REPORTS_KEPT = 8


class Content(NamedTuple):
    """What one parser made of a body: its reading, the hashes of what the document says, and how much it holds."""

    reading_id: int
    figures_hash: str
    words_hash: str
    quality: int
    accepted: bool

    @property
    def hashes(self) -> tuple[str, str]:
        """Both hashes: equal ones say the same."""
        return self.figures_hash, self.words_hash


class Contents:
    """The contents of some bodies. Two are compared as one parser read both: the oldest that did.

    So a better parser never looks like a change of the source, and a change stays what it was when it was seen.
    """

    def __init__(self, connection: sqlite3.Connection, bodies: AbstractSet[int]) -> None:
        self._connection = connection
        self._readings: dict[int, dict[str, Content]] = {body: {} for body in bodies}
        self._reports: dict[int, Report] = {}
        for body in bodies:
            rows = connection.execute(
                """
                SELECT parser, readings.id, figures_hash, words_hash, quality, accepted
                FROM readings JOIN documents ON documents.id = readings.document_id
                WHERE body_id = ? AND kind = 'annual_report'
                """,
                (body,),
            )
            self._readings[body] = {row[0]: Content(row[1], row[2], row[3], row[4], bool(row[5])) for row in rows}

    def first(self, body: int) -> Content | None:
        """Return the reading by the oldest parser: what was to be known of a body when it was met."""
        readings = self._readings.get(body)
        return readings[min(readings, key=parser_order)] if readings else None

    def knows(self, parser: str, bodies: Iterable[int]) -> bool:
        """Whether a parser version takes one of some bodies for a report."""
        return any(parser in self._readings.get(body, {}) for body in bodies)

    def standing(self, body: int) -> Content | None:
        """Return the reading that stands for a body: the newest parser's among those accepted."""
        accepted = {parser: one for parser, one in self._readings.get(body, {}).items() if one.accepted}
        return accepted[max(accepted, key=parser_order)] if accepted else None

    def is_reread(self, one: int, other: int, parser: str) -> bool:
        """Whether a parser version says the same of two bodies, of which an older version had read the first."""
        first, second = self._readings.get(one, {}), self._readings.get(other, {})
        if parser not in first or parser not in second or min(first, key=parser_order) == parser:
            return False
        return first[parser].hashes == second[parser].hashes

    def is_same(self, one: int, other: int) -> bool:
        """Whether two contents say the same."""
        if one == other:
            return True
        first, second = self._pair(one, other)
        return first.hashes == second.hashes

    def compare(self, old: int, new: int) -> tuple[ChangeKind | None, tuple[CellChange, ...]]:
        """Return what differs between two contents."""
        if self.is_same(old, new):
            return None, ()
        first, second = self._pair(old, new)
        if first.figures_hash == second.figures_hash:
            return "text", ()
        return compare_reports(self._load(first), self._load(second))

    def compare_shared(self, old: int, new: int) -> tuple[ChangeKind | None, tuple[CellChange, ...]]:
        """Return what differs in the cells that both print."""
        first, second = (self._load(one) for one in self._pair(old, new))
        both = _printed(first) & _printed(second)
        return compare_reports(_only_cells(first, both), _only_cells(second, both))

    def is_alike(self, old: int, new: int) -> bool:
        """Whether two contents print the same cells."""
        first, second = (self._load(one) for one in self._pair(old, new))
        return _printed(first) == _printed(second)

    def load(self, body: int) -> Report:
        """Return the report as which a body stands."""
        content = self.standing(body)
        if content is None:
            raise LookupError(f"body {body} was never read as a report")
        return self._load(content)

    def find_lost_tables(self, old: int, new: int) -> list[str]:
        """Return the tables that one content prints and the next has not at all."""
        first, second = (self._load(one) for one in self._pair(old, new))
        before = {cell.table for cell in first.cells if cell.status in _PRINTED}
        return sorted(before - {cell.table for cell in second.cells if cell.status != "missing"})

    def find_differing_figures(self, one: int, other: int) -> list[CellKey]:
        """Return the cells in which both print a figure, and not the same."""
        first, second = (self._load(content) for content in self._pair(one, other))
        figures = {cell.key: cell.value for cell in first.cells if cell.status == "reported"}
        return [
            cell.key
            for cell in second.cells
            if cell.status == "reported" and figures.get(cell.key, cell.value) != cell.value
        ]

    def _pair(self, one: int, other: int) -> tuple[Content, Content]:
        first, second = self._readings[one], self._readings[other]
        both = first.keys() & second.keys()
        if both:
            parser = min(both, key=parser_order)
            return first[parser], second[parser]
        return first[max(first, key=parser_order)], second[max(second, key=parser_order)]

    def _load(self, content: Content) -> Report:
        if content.reading_id not in self._reports:
            while len(self._reports) >= _REPORTS_KEPT:
                self._reports.pop(next(iter(self._reports)))
            self._reports[content.reading_id] = load_document(self._connection, content.reading_id)
        return self._reports[content.reading_id]


def parser_order(parser: str) -> tuple[int, str]:
    """Return what sorts versions of the parser by age.

    >>> sorted(["10", "9"], key=parser_order)
    ['9', '10']
    """
    return len(parser), parser


def load_looks(connection: sqlite3.Connection, report_id: int) -> tuple[list[list[Look]], Contents]:
    """Return all looks at a report's pages, one list for each visit of a site, in order; and what they show."""
    rows = connection.execute(_LOOKS, (report_id,)).fetchall()
    contents = Contents(connection, {row["body_id"] for row in rows if row["report_id"] == report_id})
    told: dict[int, set[int]] = {}
    for row in rows:
        if row["report_id"] == report_id:
            told.setdefault(row["page_id"], set()).add(row["body_id"])
    asked = _Asked(connection, report_id, contents, told)
    visits = [list(group) for _, group in groupby(rows, key=lambda row: (row["run_id"], row["site_id"]))]
    return [_to_looks(visit, asked) for visit in visits], contents


def load_rules(connection: sqlite3.Connection, pages: Iterable[int]) -> Mapping[int, Rule]:
    """Return by page when a report that is gone from its site counts as withdrawn."""
    found: dict[int, Rule] = {}
    for page in pages:
        row = connection.execute(
            """
            SELECT withdrawn_after_days, withdrawn_after_visits FROM sites JOIN pages ON pages.site_id = sites.id
            WHERE pages.id = ?
            """,
            (page,),
        ).fetchone()
        asked = {"days": row["withdrawn_after_days"], "visits": row["withdrawn_after_visits"]}
        found[page] = Rule(**{name: value for name, value in asked.items() if value is not None})
    return found


class _Asked(NamedTuple):
    """The report that looks are at: its contents, and by page the bodies that showed it there."""

    connection: sqlite3.Connection
    report_id: int
    contents: Contents
    told: Mapping[int, AbstractSet[int]]


def _to_looks(rows: Sequence[sqlite3.Row], asked: _Asked) -> list[Look]:
    return [
        Look(
            row["id"],
            row["page_id"],
            row["site_id"],
            row["fetched_at"],
            _find_showing(row, asked, is_report=content is not None),
            row["final_url"] or row["url"],
            row["body_id"] or 0,
            content.quality if content else 0,
            row["kind"] == "attachment",
        )
        for row in rows
        for content in [asked.contents.first(row["body_id"]) if row["report_id"] == asked.report_id else None]
    ]


def _find_showing(row: sqlite3.Row, asked: _Asked, *, is_report: bool) -> Showing:
    """Say what a capture shows of the report.

    A page that is gone counts where the site answers otherwise; one that shows something else, where the site shows
    other reports: a wall or a notice in the place of all pages is neither. A parser that does not take what showed the
    report for one either says nothing.
    """
    if is_report:
        return "shown"
    visit = (row["run_id"], row["site_id"])
    if row["failure"] is not None:
        is_gone = GONE.match(row["failure"]) is not None and asked.connection.execute(_IS_UP, visit).fetchone()[0]
        return "gone" if is_gone else "silent"
    if row["report_id"] is None and row["read_as"] != "other":
        return "silent"
    knows = asked.contents.knows(row["parser"], asked.told.get(row["page_id"], ()))
    return "gone" if knows and asked.connection.execute(_SHOWS_REPORTS, visit).fetchone()[0] else "silent"


def _printed(report: Report) -> set[CellKey]:
    return {cell.key for cell in report.cells if cell.status in _PRINTED}


def _only_cells(report: Report, keys: AbstractSet[CellKey]) -> Report:
    cells = tuple(cell._replace(raw="") for cell in report.cells if cell.key in keys)
    return Report("annual_report", report.form, None, None, None, None, None, None, cells=cells)
