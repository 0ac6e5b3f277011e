"""A district: its agencies and years as a matrix, and sums over them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from archive import Archive
from archive.pictures import AgencyRow, DistrictCoverage, ReportFacts
from gongkai.calendar import State, state_of
from gongkai.indicators import CHARTED, INDICATORS, YearSum, list_measures, sum_up
from gongkai.web.downloads import rows_to_csv
from gongkai.web.exchange import Answer, Ask, Download, Page, Redirect, make_path
from gongkai.web.pages.charted import give
from gongkai.web.pictured import CHART_TITLES, chart_district

_CSV_COLUMNS = ("agency", "year", "state", "days_late", "published", "status", "versions", "findings", "report", "url")


@dataclass(frozen=True, slots=True)
class Place:
    """One agency in one year: how it stands, and its report where there is one."""

    agency: AgencyRow
    year: int
    state: State
    report: ReportFacts | None


def show_district(archive: Archive, ask: Ask) -> Answer:
    """Show who has published when, and what the agencies report together."""
    coverage = _load(archive, ask)
    if coverage.division != ask.parts["district"]:
        return Redirect(make_path("district", coverage.division))
    sums = {key: years for key in INDICATORS if has_total(years := sum_up(coverage, key))}
    context = {
        "coverage": coverage,
        "matrix": list_places(coverage, ask),
        "indicators": INDICATORS,
        "sums": sums,
        "chart_keys": [key for key, names in CHARTED.items() if not sums.keys().isdisjoint(names)],
        "titles": CHART_TITLES,
    }
    return Page("district.html", context)


def has_total(years: Sequence[YearSum]) -> bool:
    """Whether any year has a sum."""
    return any(one.total is not None for one in years)


def list_places(coverage: DistrictCoverage, ask: Ask) -> list[tuple[AgencyRow, list[Place]]]:
    """Return each agency with its years, from the first year known in the district to the last."""
    return [
        (agency, [_to_place(coverage, agency, year, ask) for year in coverage.years]) for agency in coverage.agencies
    ]


def _to_place(coverage: DistrictCoverage, agency: AgencyRow, year: int, ask: Ask) -> Place:
    report = agency.reports.get(year)
    return Place(agency, year, state_of(agency.name, year, report, coverage.sites, ask.today), report)


def give_chart(archive: Archive, ask: Ask) -> Answer:
    """Give a chart of a district, as SVG or as CSV; `matrix` is its matrix, as CSV alone."""
    coverage = _load(archive, ask)
    if (ask.parts["chart"], ask.parts["form"]) == ("matrix", "csv"):
        return Download(_matrix_to_csv(coverage, ask), "text/csv; charset=utf-8", "matrix.csv")
    return give({key: partial(chart_district, coverage, key) for key in CHARTED}, ask)


def _matrix_to_csv(coverage: DistrictCoverage, ask: Ask) -> bytes:
    rows = []
    for agency, places in list_places(coverage, ask):
        for place in places:
            one, state = place.report, place.state
            facts = (one.published, one.status, one.versions, one.findings, one.id, one.url) if one else (None,) * 6
            rows.append((agency.name, place.year, state.name, state.days_late, *facts))
    return rows_to_csv(_CSV_COLUMNS, rows)


def _load(archive: Archive, ask: Ask) -> DistrictCoverage:
    return archive.tell_district(ask.parts["district"], list_measures(INDICATORS))
