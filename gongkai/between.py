"""What does not fit between the reports of two years, and between a government's report and those of its offices.

The archive looks for the pairs of years in which a sum differs; the parsers' rules decide over those alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from archive import Archive, CellScope, ReportCells, YearSum
from gongkai.calendar import is_government
from gongkai.finding import Finding, from_check
from parsers.across import YearCells, judge_district, judge_years
from parsers.across_rules import list_cells, load_across, most_plausible, year_rules
from parsers.report import Check

_LEAST_SLIP = 0.33
"""万元 by which a fee printed in 元 differs at least from that of the year before: a third of 10⁴ times 1 元."""
_GOVERNMENTS = "*政府"


def iter_years(archive: Archive, scope: CellScope) -> Iterator[Finding]:
    """Yield what does not fit between the reports in a scope and those of the year before."""
    for check, now, others in iter_year_checks(archive, scope, list_sums()):
        if check.status == "fail":
            yield from_check(check, now, *others)


def iter_year_checks(
    archive: Archive, scope: CellScope, sums: list[YearSum] | None
) -> Iterator[tuple[Check, ReportCells, tuple[ReportCells, ...]]]:
    """Yield each check between years with the report that it is about and the other; `sums` say which are tried.

    A slip of the unit is told of the year that has it: that of the year after may be the one asked for.
    """
    keys = list_cells(year_rules())
    years = {scope.year, scope.year + 1} if scope.year else {None}
    pairs = [
        pair for year in sorted(years, key=str) for pair in archive.list_year_pairs(keys, sums, _with_next(scope, year))
    ]
    known = {now.id for now, _ in pairs}
    for now, before in pairs:
        for check, is_of_before in judge_years(_to_years(now), _to_years(before)):
            about, other = (before, now) if is_of_before else (now, before)
            known.add(about.id)
            yield check, about, (other,)
    fees = list_cells([rule for rule in year_rules() if rule.kind == "ratio"])
    for alone in archive.load_cells(fees, replace(scope, above=float(most_plausible("街道")))):
        if alone.id not in known:
            yield from ((one.check, alone, ()) for one in judge_years(_to_years(alone), None))


def _with_next(scope: CellScope, year: int | None) -> CellScope:
    """Return a scope about a year; of one report that of the year after is asked for as well."""
    if scope.reports is None:
        return replace(scope, year=year)
    stem, _, own = scope.reports[0].rpartition("-")
    following = (f"{stem}-{int(own) + 1}",) if own.isdigit() else ()
    return replace(scope, year=None, reports=(*scope.reports, *following))


def list_sums() -> list[YearSum]:
    """Return what is to be 0 between two years, as the archive looks for it: all that can fail is among it."""
    return [
        YearSum(tuple(_narrow(rule.kind, rule.iter_terms(place))), _LEAST_SLIP if rule.kind == "ratio" else 0.0)
        for rule in year_rules()
        for place in rule.places
    ]


def _narrow(kind: str, terms: Iterable[tuple[int, bool, Any]]) -> Iterator[tuple[int, bool, Any]]:
    """Yield the terms whose sum is not 0 where a rule may fail: of the rules that are no sums, what they begin with."""
    for factor, is_before, cell in terms:
        is_first = is_before if kind == "followed" else factor > 0
        if kind in {"balance", "ratio"} or is_first:
            yield factor, is_before, cell


def iter_districts(archive: Archive, scope: CellScope) -> Iterator[Finding]:
    """Yield where the own figures of a government in a scope are below the sum of its offices'."""
    for check, own, offices in iter_district_checks(archive, scope):
        if check.status == "fail":
            yield from_check(check, own, *offices, named=False)


def iter_district_checks(archive: Archive, scope: CellScope) -> Iterator[tuple[Check, ReportCells, list[ReportCells]]]:
    """Yield each check of a government's own report with the reports of its offices."""
    keys = list_cells([rule for rule in load_across().rules if rule.kind == "offices"])
    for own in archive.load_cells(keys, replace(scope, agency=_GOVERNMENTS)):
        if not is_government(own.agency) or own.status != "current":
            continue
        place = CellScope(division=own.division or own.site, year=own.year, as_of=scope.as_of)
        offices = [one for one in archive.load_cells(keys, place) if _is_office(one, own)]
        for check in judge_district(_to_years(own), [_to_years(one) for one in offices]):
            yield check, own, offices


def _is_office(one: ReportCells, government: ReportCells) -> bool:
    """Whether a report is one of those that a government sums up: no government's, and not its own office's.

    The office often publishes what is the government's report itself.
    """
    is_own_office = bool(one.agency and one.agency.endswith(("政府办公室", "政府办公厅", "政府办")))
    same_place = not government.district or one.district == government.district
    return one.status == "current" and not is_government(one.agency) and not is_own_office and same_place


def _to_years(report: ReportCells) -> YearCells:
    return YearCells(report.year, report.agency, report.cells)
