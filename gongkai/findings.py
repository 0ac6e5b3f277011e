"""The one list of findings: what does not add up in a report, between two, in a district, and against the calendar.

    stored checks ─┐
    pairs of years ─▶ parsers.across ─┤
    a government's offices ───────────┼─▶ Finding ─▶ with what a person said of it
    copies, the calendar ─────────────┘

What is between reports is worked out when it is asked for: it follows from the versions that stand, or stood then.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, groupby
from operator import attrgetter

from archive import Archive, CaptureRef, CellScope, Review
from archive.judgements.resemblances import Resemblance, Resembling
from gongkai.between import iter_district_checks, iter_districts, iter_year_checks, iter_years
from gongkai.calendar import Due
from gongkai.coverage import iter_standings
from gongkai.finding import Finding, Scope, from_check, from_row
from gongkai.register import Register
from gongkai.standing import Standing
from parsers.report import Check
from parsers.rules import load_rules

__all__ = ["CaptureRef", "Finding", "Scope", "list_findings", "list_unknown"]

LATE = "report.published_late"
_COPIES = {"own_year": "report.repeats_own_year", "other_agency": "report.repeats_other"}


def list_findings(archive: Archive, scope: Scope, register: Register | None = None) -> list[Finding]:
    """Return the findings in a scope, by site, report, rule and place.

    `register` says when streets are due; without one the usual dates hold. `UnknownReportError` where no report has
    the name that the scope asks for.
    """
    with archive.at_one_moment():
        stored = list_stored(archive, scope)
        worked_out = [finding for finding in work_out(archive, scope, register or Register()) if scope.fits(finding)]
    return sorted([*stored, *worked_out], key=_order)


def _order(finding: Finding) -> tuple[str, ...]:
    return finding.site, finding.id, finding.rule, finding.where


def list_newest(archive: Archive, scope: Scope, register: Register, limit: int, offset: int = 0) -> list[Finding]:
    """Return so many findings of the reports as they stand, after the first `offset`, those noticed last first.

    Those between reports are left out where there are too many to be worked out while somebody waits (`is_too_much`).
    """
    end = offset + limit
    between = [] if is_too_much(archive, scope) else _list_between(archive, scope, register)
    # Of one moment those that the archive gives, as it orders them: it cuts its list by that order.
    newest = [*list_stored(archive, scope, end), *sorted(filter(scope.fits, between), key=_order)]
    newest.sort(key=lambda one: one.noticed_at, reverse=True)
    return newest[offset:end]


def is_too_much(archive: Archive, scope: Scope) -> bool:
    """Whether a scope has more than `MOST_AT_ONCE` reports, unless it is one site or one division."""
    districts = archive.list_districts()
    is_narrow = scope.site is not None or any(one.division == scope.district for one in districts)
    return not is_narrow and sum(one.current + one.withdrawn for one in districts) > MOST_AT_ONCE


MOST_AT_ONCE = 20_000
"""Of so many reports what is between them is worked out in some five seconds, once for a file."""


def _list_between(archive: Archive, scope: Scope, register: Register) -> tuple[Finding, ...]:
    """Return the findings that no single report has of the site or division that a scope names, else of all."""
    part = Scope(site=scope.site) if scope.site is not None else Scope(district=_find_division(archive, scope))
    return archive.remember(("findings", register, part), lambda same: tuple(work_out(same, part, register)))


def count_rules(archive: Archive, register: Register) -> Counter[str]:
    """Return how many findings of each rule the reports have as they stand, without those that a person dismissed.

    Those between reports are left out as `list_newest` leaves them out.
    """
    counts = Counter(archive.count_findings().rules)
    dismissed = {key[:2] for key, said in load_verdicts(archive, None).items() if said.verdict == "dismissed"}
    for report, rule in dismissed:
        found = list_stored(archive, Scope(report=report, rule=rule, with_dismissed=True))
        counts[rule] -= sum(one.review == "dismissed" for one in found)
    if not is_too_much(archive, Scope()):
        counts.update(one.rule for one in _list_between(archive, Scope(), register) if one.review != "dismissed")
    return +counts


def list_stored(archive: Archive, scope: Scope, limit: int | None = None) -> list[Finding]:
    """Return the findings in a scope that single reports have; with `limit` so many at most, the newest first."""
    verdicts = load_verdicts(archive, scope.as_of)
    dismissed = 0 if limit is None or scope.with_dismissed else _count_dismissed(verdicts)
    rows = archive.list_findings(
        scope.site, scope.year, scope.report, as_of=scope.as_of, rule=scope.rule, district=scope.district,
        level=scope.level, limit=None if limit is None else limit + dismissed,
    )  # fmt: skip
    found = (_with_verdict(from_row(row), verdicts) for row in rows)
    return [one for one in found if scope.with_dismissed or one.review != "dismissed"][:limit]


def work_out(archive: Archive, scope: Scope, register: Register) -> Iterator[Finding]:
    """Yield the findings between reports and against the calendar, with what was said of them.

    Of the scope site, year, report, moment and a division count; a finding is of the report that it is listed under.
    """
    report = None if scope.report is None else archive.find_report_id(scope.report, as_of=scope.as_of)
    verdicts = load_verdicts(archive, scope.as_of)
    parts = _split(archive, scope, report)
    found = chain(
        chain.from_iterable(iter_years(archive, part) for part in parts),
        chain.from_iterable(iter_districts(archive, part) for part in parts),
        _iter_copies(archive, scope, report),
        _iter_late(archive, scope, report, register),
    )
    told: set[tuple[str, str, str]] = set()
    for one in found:
        name = (one.id, one.rule, one.where)
        if report in {None, one.id} and name not in told:
            told.add(name)
            yield _with_verdict(one, verdicts)


def _split(archive: Archive, scope: Scope, report: str | None) -> list[CellScope]:
    """Return what the archive is asked for, one after another: one report, a site, or division by division.

    Years and offices are compared within a division; those of a thousand would not fit into the memory at once.
    """
    whole = CellScope(scope.site, year=scope.year, as_of=scope.as_of)
    if report is not None:
        return [replace(whole, reports=(report,))]
    if scope.site is not None:
        return [whole]
    named = _find_division(archive, scope)
    divisions = [place.division for place in archive.list_places()] if named is None else [named]
    return [replace(whole, division=division) for division in divisions]


Verdicts = dict[tuple[str, str, str], Review]
"""What people said of findings, by report, rule and place."""


def load_verdicts(archive: Archive, as_of: str | None) -> Verdicts:
    """Return what people said that holds of the versions that stand."""
    return {
        (review.id or review.report, *review.subject): review
        for review in archive.list_reviews(as_of=as_of)
        if len(review.subject) == _FINDING_PARTS
    }


_FINDING_PARTS = 2
"""A finding is named by rule and place, a cell by three keys."""


def _count_dismissed(verdicts: Verdicts) -> int:
    return sum(review.verdict == "dismissed" for review in verdicts.values())


def _with_verdict(finding: Finding, verdicts: Verdicts) -> Finding:
    """Return a finding with what a person said of it.

    A review is bound to the bytes of one report: of one between several it says nothing once any is newer.
    """
    said = verdicts.get((finding.id, finding.rule, finding.where)) if verdicts else None
    if said is None or (len(finding.captures) > 1 and finding.noticed_at > said.reviewed_at):
        return finding
    return replace(finding, review=said.verdict)


# Copies


def _iter_copies(archive: Archive, scope: Scope, report: str | None) -> Iterator[Finding]:
    """Yield the pairs of reports whose words are alike, each under the later one."""
    for pair in archive.list_resemblances(report, scope.site, scope.year, as_of=scope.as_of):
        yield _from_pair(pair)


def _from_pair(pair: Resemblance) -> Finding:
    one, other, rule = pair.report, pair.other, _COPIES[pair.kind]
    shared = f"{pair.similarity:.0%} alike, {len(pair.passages)} shared passages"
    tables = f", the same figures in {', '.join(pair.tables)}" if pair.tables else ""
    text = f"the words of {one.id} and {other.id}: {shared}{tables}"
    captures = (_to_capture(one), _to_capture(other))
    return Finding(
        one.id, one.url, one.title, one.agency, one.district, one.division, one.site, one.year, one.version, rule,
        other.id, load_rules()[rule].level, "report", pair.similarity, None, text, (), captures, other.id,
        max(one.first_seen, other.first_seen, pair.found_at),
    )  # fmt: skip


def _to_capture(side: Resembling) -> CaptureRef:
    return CaptureRef(side.capture_id, side.capture_url, side.fetched_at, side.sha256)


# The calendar


def _iter_late(archive: Archive, scope: Scope, report: str | None, register: Register) -> Iterator[Finding]:
    """Yield the reports that were published after the day on which they were due."""
    today = datetime.now(UTC).date()
    stem, division = (None, _find_division(archive, scope)) if report is None else _find_place(archive, report, scope)
    standings = iter_standings(
        archive,
        register,
        today=today,
        as_of=scope.as_of,
        site=scope.site,
        district=division,
        agency=stem,
        year=scope.year,
    )
    for place, group in groupby(standings, key=attrgetter("division")):
        late = {one.report: one for one in group if one.days_late and one.report}
        if late:
            named = None if len(late) > _MANY else tuple(late)
            asked = CellScope(scope.site, place, scope.year, reports=named, as_of=scope.as_of)
            for own in archive.load_cells((), asked):
                if one := late.get(own.id):
                    yield from_check(_to_check(one), own)


def _find_division(archive: Archive, scope: Scope) -> str | None:
    """Return the division that a scope names, None where it names none or something else."""
    divisions = (place.division for place in archive.list_places())
    return next((division for division in divisions if division == scope.district), None)


def _find_place(archive: Archive, report: str, scope: Scope) -> tuple[str, str | None]:
    """Return what the ids of a report's agency begin with, and its division: that of no other need be looked at."""
    own = archive.load_cells((), CellScope(reports=(report,), as_of=scope.as_of))
    return report.rpartition("-")[0], own[0].division or own[0].site if own else None


_MANY = 500
"""With more late reports of a division all are asked for: each by its id would take longer."""


def _to_check(standing: Standing) -> Check:
    said = f"published {standing.published}" if standing.published else f"first seen {standing.first_seen}, undated"
    if standing.published and standing.first_seen and standing.published > standing.first_seen:
        said = f"first seen {standing.first_seen}, which is before the date that it gives, {standing.published}"
    due = Due(standing.due, standing.basis)
    first = standing.published or standing.first_seen or ""
    is_posted_again = first >= f"{standing.year + 2}"
    return _say_late(
        due, standing.days_late or 0, said, is_posted_again=is_posted_again, is_dated=standing.published is not None
    )


def _say_late(due: Due, days: int, said: str, *, is_posted_again: bool = False, is_dated: bool = True) -> Check:
    """Return the check of a date: hard where the law names it, soft where it is practice or a site may have moved."""
    is_law = due.basis in {"article_49", "before_2019"} and not is_posted_again
    basis = {"practice": " by practice, which no law names", "local": " by a local date"}.get(due.basis, "")
    again = "; sites that move give old reports the day of the move" if is_posted_again else ""
    least = "" if is_dated else "at least "
    text = f"{said}, {least}{days} days after {due.day.isoformat()}{basis}{again}"
    return Check(LATE, "published", "fail", days, 0, text, "hard" if is_law else "soft", "report")


def list_unknown(archive: Archive, scope: Scope) -> list[Finding]:
    """Return the checks in a scope that could not be decided, by site, report, rule and place.

    Those of the documents themselves are read from each, which takes a while for many; what the year before decides
    is left out.
    """
    report = None if scope.report is None else archive.find_report_id(scope.report, as_of=scope.as_of)
    parts = _split(archive, scope, report)
    between = [
        (from_check(check, own, *others), check.status)
        for part in parts
        for check, own, others in iter_year_checks(archive, part, None)
    ]
    between += [
        (from_check(check, own, *offices, named=False), check.status)
        for part in parts
        for check, own, offices in iter_district_checks(archive, part)
    ]
    decided = {(one.id, one.rule, one.where) for one, _ in between}
    found = [one for one, status in between if status == "unknown" and report in {None, one.id}]
    for own in chain.from_iterable(archive.load_cells((), part) for part in parts):
        checks = archive.show_report(own.id, own.version, as_of=scope.as_of).report.checks
        open_ones = (one for one in checks if one.status == "unknown" and (own.id, one.rule, one.where) not in decided)
        found.extend(from_check(check, own) for check in open_ones)
    return sorted(filter(scope.fits, found), key=_order)
