"""Rows of many reports at once: what is known of each, and the figures that a measure asks for."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from archive.questions.pictures import MISSING, Figure, Measure, ReportFacts
from archive.readings.documents import dump_json, load_json

_DIGITS = 6
"""Amounts are added as binary fractions; what is left of that beyond so many digits is no part of the sum."""
REPORTS_OF_SITE = """(
  SELECT DISTINCT locations.report_id FROM sites CROSS JOIN pages ON pages.site_id = sites.id
  CROSS JOIN locations ON locations.page_id = pages.id WHERE sites.name = :site)"""
"""The reports that were ever met at a site: all that may be told by its pages, found without a look at any other."""

_FACTS = """
SELECT reports.id AS report_id, reports.district, reports.agency_key, reports.key, states.url, versions.title,
       versions.agency, sites.name AS site, reports.year, versions.form, versions.published, states.status,
       versions.number, (SELECT count(*) FROM versions AS each WHERE each.report_id = reports.id) AS versions,
       (SELECT count(*) FROM changes WHERE changes.report_id = reports.id AND kind <> 'new') AS changes,
       (SELECT count(*) FROM findings WHERE findings.version_id = versions.id) AS findings
FROM reports CROSS JOIN states ON states.report_id = reports.id AND states.known_until IS NULL
CROSS JOIN versions ON versions.id = states.version_id
CROSS JOIN pages ON pages.id = states.page_id CROSS JOIN sites ON sites.id = pages.site_id
WHERE reports.division = :division
  AND (:agency IS NULL AND reports.agency_key NOT GLOB '*〕' OR reports.agency_key = :agency)
ORDER BY reports.district, reports.agency_key, reports.year
"""
_FIGURES = """
WITH asked AS MATERIALIZED (
  SELECT value ->> 0 AS way, value ->> 1 AS is_money, cell_names.id AS cell
  FROM json_each(:asked) CROSS JOIN cell_names
    ON "table" = value ->> 2 AND "row" = value ->> 3 AND "column" = value ->> 4)
SELECT reports.id AS report_id, (
  SELECT json_group_array(json_array(way, figures.status,
    CASE WHEN NOT is_money THEN value WHEN unit = '万元' THEN value WHEN unit = '元' THEN value / 10000.0
         WHEN unit = '亿元' THEN value * 10000 END))
  FROM asked CROSS JOIN figures ON figures.version_id = states.version_id AND cell_name_id = asked.cell) AS cells
FROM reports CROSS JOIN states ON states.report_id = reports.id AND states.known_until IS NULL
WHERE reports.division = :division AND (:agency IS NULL OR reports.agency_key = :agency)
"""
"""The cells that were asked for, one JSON a report: of so many rows, each would take longer to fetch than to find."""


@dataclass(frozen=True, slots=True)
class Known:
    """A report with what tells its agency in a division: district (empty where unknown) and the agency's key."""

    district: str
    agency_key: str
    facts: ReportFacts


@contextmanager
def one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """Have all that is asked inside answered as of one moment, whatever is written meanwhile."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def load_facts(
    connection: sqlite3.Connection, division: str, agency_key: str | None, measures: Sequence[Measure]
) -> list[Known]:
    """Return the reports of a division, or of an agency in it, by agency and year, each with its figures.

    Of a division the reports on disclosure; an agency's key names the series as well.
    """
    place = {"division": division, "agency": agency_key}
    figures = _load_figures(connection, place, measures) if measures else {}
    none = {measure.key: MISSING for measure in measures}
    return [
        Known(district, agency, ReportFacts(*[*facts, {**none, **figures.get(report_id, {})}]))
        for report_id, district, agency, *facts in connection.execute(_FACTS, place)
    ]


def _load_figures(
    connection: sqlite3.Connection, place: dict[str, str | None], measures: Sequence[Measure]
) -> dict[int, dict[str, Figure]]:
    ways = [(measure, cells) for measure in measures for cells in measure.ways]
    asked = [[number, measure.is_money, *cell] for number, (measure, cells) in enumerate(ways) for cell in cells]
    rows = connection.execute(_FIGURES, {**place, "asked": dump_json(asked)})
    wanted = [(measure.key, len(cells)) for measure, cells in ways]
    return {report_id: _to_figures(load_json(cells), wanted) for report_id, cells in rows}


def _to_figures(cells: Iterable[tuple[int, str, float | None]], wanted: Sequence[tuple[str, int]]) -> dict[str, Figure]:
    """Return the figures of one report; `wanted` is the measure of each way and how many cells that has."""
    found: dict[int, list[tuple[str, float | None]]] = {}
    for way, status, value in cells:
        found.setdefault(way, []).append((status, value))
    figures: dict[str, Figure] = {}
    for way, own in found.items():
        key, count = wanted[way]
        figure = add_cells(own, count)
        figures[key] = choose_figure(figures[key], figure) if key in figures else figure
    return figures


def add_cells(cells: Sequence[tuple[str, float | None]], wanted: int) -> Figure:
    """Return the sum of cells, each its status and its value; `wanted` is how many there are to be.

    >>> add_cells([("reported", 2), ("inferred", 1), ("blank", None)], 3)
    Figure(value=3, status='inferred', blanks=1)
    >>> add_cells([("reported", 2), ("missing", None)], 2)
    Figure(value=None, status='missing', blanks=0)
    """
    statuses = [status for status, _ in cells]
    values = [value for _, value in cells if value is not None]
    blanks = statuses.count("blank")
    if len(cells) < wanted or "missing" in statuses:
        return MISSING
    if len(values) + blanks < wanted:
        return Figure(None, "ambiguous")
    if not values:
        return Figure(None, "blank", blanks)
    total = sum(values)
    exact = total if isinstance(total, int) else round(total, _DIGITS)
    return Figure(exact, "inferred" if "inferred" in statuses else "reported", blanks)


def choose_figure(first: Figure, second: Figure) -> Figure:
    """Return what a report says of a measure that it prints in two ways; ways that contradict are ambiguous.

    >>> choose_figure(MISSING, Figure(3, "reported")), choose_figure(Figure(2, "reported"), Figure(3, "reported")).value
    (Figure(value=3, status='reported', blanks=0), None)
    """
    if first.value is not None and second.value is not None and first.value != second.value:
        return Figure(None, "ambiguous")
    if "ambiguous" in (first.status, second.status):
        return Figure(None, "ambiguous")
    return max(first, second, key=_says_most)


def _says_most(figure: Figure) -> tuple[bool, bool]:
    return figure.value is not None, figure.status == "blank"


def group_by_agency(known: Iterable[Known]) -> dict[tuple[str, str], list[ReportFacts]]:
    """Return the reports of each agency, the oldest first, by district and agency's key.

    A report whose district nothing says belongs to the agency of that name, where the division has one only.
    """
    rows = list(known)
    districts: dict[str, set[str]] = {}
    for row in rows:
        districts.setdefault(row.agency_key, set()).update({row.district} - {""})
    grouped: dict[tuple[str, str], list[ReportFacts]] = {}
    for row in rows:
        named = districts[row.agency_key]
        district = next(iter(named)) if len(named) == 1 else row.district
        grouped.setdefault((district, row.agency_key), []).append(row.facts)
    return {agency: sorted(reports, key=_year) for agency, reports in grouped.items()}


def stem_of(key: str, year: int) -> str:
    """Return a report's id without its year.

    >>> stem_of("220103-柳影街道办事处-2020", 2020)
    '220103-柳影街道办事处'
    """
    before, found, _ = key.rpartition(f"-{year}")
    return before if found else key


def iter_names(reports: Iterable[ReportFacts]) -> Iterator[str]:
    """Yield the names under which an agency reported, the newest first, each once."""
    newest = sorted(reports, key=_year, reverse=True)
    yield from dict.fromkeys(one.agency for one in newest if one.agency)


def _year(facts: ReportFacts) -> int:
    return facts.year


def describe_agency(reports: Sequence[ReportFacts]) -> tuple[str, str]:
    """Return key and name of an agency, told from its newest report."""
    newest = max(reports, key=_year)
    key = stem_of(newest.id, newest.year)
    return key, next(iter_names(reports), key.partition("-")[2] or key)


def fold_years(facts: Iterable[ReportFacts]) -> dict[int, ReportFacts]:
    """Return an agency's reports by year; of two of one year the one that stands, else the first."""
    years: dict[int, ReportFacts] = {}
    for one in facts:
        if one.year not in years or (years[one.year].status != "current" and one.status == "current"):
            years[one.year] = one
    return years
