"""A district: its agencies and years as a matrix, and sums over them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import attrgetter

from archive import Archive
from archive.questions.pictures import DistrictCoverage, ReportFacts
from gongkai.calendar import STATES
from gongkai.coverage import cover
from gongkai.indicators import CHARTED, INDICATORS, YearSum, list_measures, sum_up
from gongkai.standing import Standing
from gongkai.web.downloads import rows_to_csv
from gongkai.web.exchange import Answer, Ask, Download, Page, Redirect, make_path
from gongkai.web.pages.charted import give
from gongkai.web.pictured import CHART_TITLES, chart_district

_CSV_COLUMNS = (
    *("agency", "year", "state", "reason", "days_late", "due", "basis", "published", "first_seen", "status"),
    *("versions", "findings", "looks", "last_look", "report", "url"),
)
_NO_FACTS = (None,) * 5


@dataclass(frozen=True, slots=True)
class Place:
    """One agency in one year: how it stands, and its report where there is one."""

    standing: Standing
    report: ReportFacts | None


@dataclass(frozen=True, slots=True)
class Line:
    """An agency with its places by year, None where nothing is expected; `is_found` says whether it ever reported."""

    key: str
    name: str
    is_found: bool
    places: tuple[Place | None, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The agencies of a district and their years, from the first that is known or expected to the last."""

    years: tuple[int, ...]
    lines: tuple[Line, ...]


def show_district(archive: Archive, ask: Ask) -> Answer:
    """Show who has published when, and what the agencies report together."""
    coverage = _load(archive, ask)
    if coverage.division != ask.parts["district"]:
        return Redirect(make_path("district", coverage.division))
    sums = {key: years for key in INDICATORS if has_total(years := sum_up(coverage, key))}
    context = {
        "coverage": coverage,
        "matrix": make_matrix(archive, coverage, ask),
        "state_names": STATES,
        "indicators": INDICATORS,
        "sums": sums,
        "chart_keys": [key for key, names in CHARTED.items() if not sums.keys().isdisjoint(names)],
        "titles": CHART_TITLES,
    }
    return Page("district.html", context)


def has_total(years: Sequence[YearSum]) -> bool:
    """Whether any year has a sum."""
    return any(one.total is not None for one in years)


def make_matrix(archive: Archive, coverage: DistrictCoverage, ask: Ask) -> Matrix:
    """Return each agency with its years."""
    standings = cover(archive, ask.register, today=ask.today, district=coverage.division)
    years = {one.year for one in standings}
    span = tuple(range(min(years), max(years) + 1)) if years else ()
    reports = {one.id: one for agency in coverage.agencies for one in agency.reports.values()}
    found = {agency.key for agency in coverage.agencies}
    lines = []
    for key, own in groupby(standings, key=attrgetter("key")):
        places = {one.year: Place(one, reports.get(one.report or "")) for one in own}
        name = next(iter(places.values())).standing.agency
        lines.append(Line(key, name, key in found, tuple(places.get(year) for year in span)))
    return Matrix(span, tuple(lines))


def give_chart(archive: Archive, ask: Ask) -> Answer:
    """Give a chart of a district, as SVG or as CSV; `matrix` is its matrix, as CSV alone."""
    coverage = _load(archive, ask)
    if (ask.parts["chart"], ask.parts["form"]) == ("matrix", "csv"):
        return Download(_matrix_to_csv(make_matrix(archive, coverage, ask)), "text/csv; charset=utf-8", "matrix.csv")
    return give({key: partial(chart_district, coverage, key) for key in CHARTED}, ask)


def _matrix_to_csv(matrix: Matrix) -> bytes:
    rows = []
    for place in (one for line in matrix.lines for one in line.places if one):
        own, known, proof = place.standing, place.report, place.standing.evidence
        facts = (known.status, known.versions, known.findings, known.id, known.url) if known else _NO_FACTS
        rows.append(
            (
                *(own.agency, own.year, own.state, own.reason, own.days_late, own.due, own.basis),
                *(own.published, own.first_seen, *facts[:3]),
                *((proof.looks, proof.last) if proof else (None, None)),
                *facts[3:],
            )
        )
    return rows_to_csv(_CSV_COLUMNS, rows)


def _load(archive: Archive, ask: Ask) -> DistrictCoverage:
    return archive.tell_district(ask.parts["district"], list_measures(INDICATORS))
