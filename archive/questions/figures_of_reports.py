"""Cells of many reports at once, each report with what proves them, and pairs of years in which sums differ.

All that is asked of many reports is one statement, and only reports that are wanted become values.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from archive.questions.answers import CaptureRef
from archive.questions.facts_of_reports import REPORTS_OF_SITE, one_moment
from archive.readings.documents import dump_json, load_json
from archive.search.filters import TEN_THOUSANDS
from parsers.report import Cell, CellKey

_EVER = "9999-12-31T23:59:59Z"
_STANDS = "{0}.known_from <= :as_of AND ({0}.known_until IS NULL OR {0}.known_until > :as_of)"
"""What was known of a report at a moment is the one state that had begun and had not ended."""
_NOW, _BEFORE = _STANDS.format("now"), _STANDS.format("before")

_REPORTS = f"""
WITH asked AS MATERIALIZED (
  SELECT cell_names.id FROM json_each(:cells) AS wanted CROSS JOIN cell_names
    ON "table" = wanted.value ->> 0 AND "row" = wanted.value ->> 1 AND "column" = wanted.value ->> 2)
SELECT reports.id AS report_id, reports.key, reports.agency_key, versions.agency,
       coalesce(nullif(reports.district, ''), versions.district) AS district,
       nullif(reports.division, sites.name) AS division, sites.name AS site, now.url, versions.title, reports.year,
       versions.form, versions.number, now.status, versions.first_seen,
       captures.id AS capture_id, shown.url AS capture_url, captures.fetched_at, bodies.sha256, (
  SELECT json_group_array(json_array(asked.id, raw, value, unit, figures.status, at))
  FROM asked CROSS JOIN figures ON figures.version_id = versions.id AND cell_name_id = asked.id) AS cells
FROM {{reports}} CROSS JOIN states AS now ON now.report_id = reports.id AND {_NOW}
CROSS JOIN versions ON versions.id = now.version_id
CROSS JOIN pages ON pages.id = now.page_id CROSS JOIN sites ON sites.id = pages.site_id
CROSS JOIN captures ON captures.id = versions.capture_id CROSS JOIN pages AS shown ON shown.id = captures.page_id
CROSS JOIN bodies ON bodies.id = captures.body_id
WHERE {{condition}}
ORDER BY sites.name, reports.agency_key, reports.year, reports.key
"""  # noqa: S608 - conditions of ours
_CHOSEN = """(:division IS NULL OR reports.division = :division) AND (:site IS NULL OR sites.name = :site)
  AND (:year IS NULL OR reports.year = :year) AND (:agency IS NULL OR versions.agency GLOB :agency)
  AND (:above IS NULL OR EXISTS (
    SELECT 1 FROM asked CROSS JOIN figures ON figures.version_id = versions.id AND cell_name_id = asked.id
    WHERE value > :above))"""
_NAMED = "json_each(:reports) AS chosen CROSS JOIN reports AS {0} ON {0}.key = chosen.value"
_OF_SITE = f"{REPORTS_OF_SITE} AS met CROSS JOIN reports AS {{0}} ON {{0}}.id = met.report_id"
_OF_DIVISION = "(SELECT * FROM reports WHERE division = :division) AS {0}"
_NUMBERED = "json_each(:numbers) AS chosen CROSS JOIN reports ON reports.id = chosen.value"

_PAIRS = f"""
WITH pairs AS (
  SELECT later.*, earlier.id AS earlier_id, earlier.district = later.district AS is_sure
  FROM {{later}} CROSS JOIN reports AS earlier ON earlier.division = later.division
    AND earlier.district IN (later.district, '') AND earlier.agency_key = later.agency_key
    AND earlier.year = later.year - 1
  UNION ALL
  SELECT later.*, earlier.id, 0
  FROM {{later}} CROSS JOIN reports AS earlier ON earlier.division = later.division
    AND earlier.district > '' AND earlier.agency_key = later.agency_key AND earlier.year = later.year - 1
  WHERE later.district = '')
SELECT pairs.id, earlier_id, is_sure FROM pairs
CROSS JOIN states AS now ON now.report_id = pairs.id AND {_NOW}
CROSS JOIN states AS before ON before.report_id = earlier_id AND {_BEFORE}
CROSS JOIN pages ON pages.id = now.page_id CROSS JOIN sites ON sites.id = pages.site_id
WHERE (:division IS NULL OR pairs.division = :division) AND (:site IS NULL OR sites.name = :site)
  AND (:year IS NULL OR year = :year) AND ({{differs}})
ORDER BY pairs.id, is_sure DESC
"""  # noqa: S608 - conditions of ours


@dataclass(frozen=True, slots=True)
class CellScope:
    """Which reports are asked for, None any: those of a site, a division, about a year, with these ids.

    A division is its site's name where that names none; `agency` is a GLOB pattern for names of agencies; `above` asks
    for those alone of which one of the cells is above that; `as_of` is a moment: as they were known then.
    """

    site: str | None = None
    division: str | None = None
    year: int | None = None
    reports: tuple[str, ...] | None = None
    agency: str | None = None
    above: float | None = None
    as_of: str | None = None

    def to_values(self) -> dict[str, object]:
        """Return the values of a statement."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        reports = None if self.reports is None else dump_json(sorted(self.reports))
        return {**fields, "reports": reports, "as_of": self.as_of or _EVER}


@dataclass(frozen=True, slots=True)
class ReportCells:
    """The version of a report that stands, with cells that were asked for, those that it has.

    `capture` is the first that showed the version, at `first_seen`; `division` is None where its site names none.
    """

    id: str
    agency_key: str
    agency: str | None
    district: str | None
    division: str | None
    site: str
    url: str
    title: str | None
    year: int
    form: str | None
    version: int
    status: str
    first_seen: str
    capture: CaptureRef
    cells: dict[CellKey, Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class YearSum:
    """Cells that add up to 0 between a report and that of the year before: each a factor, the year, and the cell.

    A sum is worth a look where it is more than `most` away from 0. Blanks count as 0; without one of its cells in
    both reports there is no sum.
    """

    terms: tuple[tuple[int, bool, CellKey], ...]
    most: float = 0.0


YearPair = tuple[ReportCells, ReportCells]
"""A report and that of the same agency for the year before."""


def load_cells(connection: sqlite3.Connection, keys: Iterable[CellKey], scope: CellScope) -> list[ReportCells]:
    """Return the reports in a scope, by site, agency and year, each with these of its cells."""
    statement = _REPORTS.format(reports=_choose(scope, "reports"), condition=_CHOSEN)
    return list(_load_reports(connection, statement, {**scope.to_values(), "cells": dump_json(list(keys))}).values())


def _choose(scope: CellScope, name: str) -> str:
    """Return where the reports of a scope are found, as the table `name`: no others are looked at if that can be."""
    if scope.reports is not None:
        return _NAMED.format(name)
    if scope.site is not None:
        return _OF_SITE.format(name)
    return _OF_DIVISION.format(name) if scope.division is not None else f"reports AS {name}"


def _load_reports(connection: sqlite3.Connection, statement: str, values: dict[str, object]) -> dict[int, ReportCells]:
    keys = {number: key for key, number in _number_cells(connection).items()}
    return {row[0]: _to_report(row, keys) for row in connection.execute(statement, values)}


def _to_report(row: sqlite3.Row, keys: Mapping[int, CellKey]) -> ReportCells:
    _, *fields = tuple(row)
    *facts, capture_id, url, fetched_at, sha256, cells = fields
    own = {(key := keys[number]): Cell(*key, *cell) for number, *cell in load_json(cells)}
    return ReportCells(*[*facts, CaptureRef(capture_id, url, fetched_at, sha256), own])


def _number_cells(connection: sqlite3.Connection) -> dict[CellKey, int]:
    rows = connection.execute('SELECT "table", "row", "column", id FROM cell_names').fetchall()
    return {CellKey(table, row, column): int(number) for table, row, column, number in rows}


def list_year_pairs(
    connection: sqlite3.Connection, keys: Iterable[CellKey], sums: Sequence[YearSum] | None, scope: CellScope
) -> list[YearPair]:
    """Return the reports in a scope for which one of the sums is worth a look, each with that of the year before.

    With None for the sums every pair. Of several reports that may be that of the year before, as where nothing says
    the district, none is taken.
    """
    with one_moment(connection):
        differs = "TRUE" if sums is None else _to_condition(connection, sums)
        statement = _PAIRS.format(later=_choose(scope, "later"), differs=differs)
        found = connection.execute(statement, scope.to_values()).fetchall()
        numbers = dict(_iter_sure(found))
        reports = _load_numbered(connection, keys, sorted({*numbers, *numbers.values()}), scope)
    return [(reports[later], reports[earlier]) for later, earlier in numbers.items()]


def _iter_sure(rows: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, int]]:
    """Yield later and earlier report: the earlier one of the same district, else the only one that may be meant."""
    for later, group in groupby(rows, key=lambda row: row[0]):
        candidates = list(group)
        sure = [row for row in candidates if row[2]] or candidates
        if len(sure) == 1:
            yield later, sure[0][1]


def _load_numbered(
    connection: sqlite3.Connection, keys: Iterable[CellKey], numbers: Sequence[int], scope: CellScope
) -> dict[int, ReportCells]:
    statement = _REPORTS.format(reports=_NUMBERED, condition="TRUE")
    values = {**CellScope(as_of=scope.as_of).to_values(), "cells": dump_json(list(keys))}
    return _load_reports(connection, statement, {**values, "numbers": dump_json(list(numbers))})


def _to_condition(connection: sqlite3.Connection, sums: Sequence[YearSum]) -> str:
    """Return the condition under which one of the sums is worth a look.

    It is written out, a look into the index for each cell: the same as a join and a group costs three times as much.
    """
    numbers = _number_cells(connection)
    known = [one for one in sums if all(cell in numbers for _, _, cell in one.terms)]
    return " OR ".join(_to_difference(one, numbers) for one in known) or "FALSE"


def _to_difference(one: YearSum, numbers: dict[CellKey, int]) -> str:
    terms = " + ".join(
        f"{int(factor)} * (SELECT coalesce({TEN_THOUSANDS}, 0) FROM figures "  # noqa: S608 - numbers of ours
        f"WHERE version_id = {'before' if is_before else 'now'}.version_id AND cell_name_id = {numbers[cell]})"
        for factor, is_before, cell in one.terms
    )
    return f"abs({terms}) > {float(one.most)}"
