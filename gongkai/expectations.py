"""What was to be expected of a site, and whether it came: a crawl that looks healthy may have read the wrong page."""

from collections.abc import Collection, Iterator, Mapping, Sequence, Set

from archive import PastVisit, VisitFindings, VisitMode, utc_now
from crawler import Failure, Site, SiteResult

NOT_MET = "known from an earlier crawl, and not met in this one"


def find_shortfalls(  # noqa: PLR0913 - what was met, what was known, what was said: all are needed to compare
    site: Site,
    result: SiteResult,
    met: VisitFindings,
    known: Mapping[str, Sequence[str]],
    past: Sequence[PastVisit],
    *,
    said: Collection[str],
) -> list[Failure]:
    """Return what is missing of a site beside what already failed.

    `met` is what this crawl was filed as, `known` the addresses of every report known, by id; `past` are the
    visits that ended, newest first; `said` are addresses of which something is said already.
    """
    is_full = result.mode == "full"
    missing = _iter_missing(result, met.reports, known, said) if is_full else _iter_lost(result, met.reports, known)
    reasons = _iter_site_reasons(site, result, met, known, past)
    return [*(Failure(site.start_urls[0], reason) for reason in reasons), *missing]


def note_course(past: Sequence[PastVisit], mode: VisitMode, *, is_complete: bool) -> tuple[str, ...]:
    """Say how this crawl goes on from the last ones: failing again, for the first time, or recovered.

    A light crawl does not ask again for all that a full one missed: it says so, and no more.
    """
    failing = list(_iter_failing(past))
    if is_complete and not failing:
        return ()
    if is_complete and mode == "light" and (full := next((visit for visit in failing if visit.mode == "full"), None)):
        return (f"what the full visit of {full.started_at:%Y-%m-%d} missed was not all asked for again",)
    if is_complete:
        return (f"complete again, after {len(failing)} in a row that were not",)
    if not failing:
        return (f"not complete, as the visit of {past[0].started_at:%Y-%m-%d} was",) if past else ()
    return (f"not complete again: {len(failing) + 1} visits in a row since {failing[-1].started_at:%Y-%m-%d}",)


def _iter_failing(past: Sequence[PastVisit]) -> Iterator[PastVisit]:
    """Yield, newest first, the visits that were not complete and that none after them has made good.

    A full one makes good all before it; a light one only what light ones missed.
    """
    is_light_well = False
    for visit in past:
        if visit.complete and visit.mode == "full":
            return
        if not visit.complete and (visit.mode == "full" or not is_light_well):
            yield visit
        is_light_well |= bool(visit.complete)


def _iter_site_reasons(
    site: Site, result: SiteResult, met: VisitFindings, known: Mapping[str, Sequence[str]], past: Sequence[PastVisit]
) -> Iterator[str]:
    if not result.captures:  # a site that does not answer is one failure, and that is said
        return
    seen = len(met.reports if result.mode == "full" else met.reports | known.keys())
    if seen < site.min_reports:
        yield f"{seen} reports, fewer than the {site.min_reports} of min_reports"
    is_empty = not met.reports and (result.mode == "full" or not result.reports_met)
    before = next((visit for visit in past if visit.reports), None)
    if is_empty and before is not None:
        yield f"no report, where the crawl of {before.started_at:%Y-%m-%d} had {before.reports}"
    days = 0 if met.new or met.changed else _days_without(past)
    if site.max_days_without and days > site.max_days_without:
        yield f"nothing new or changed for {days} days, more than the {site.max_days_without} of max_days_without"


def _days_without(past: Sequence[PastVisit]) -> int:
    stirred = next((visit for visit in past if visit.new or visit.changed), past[-1] if past else None)
    return (utc_now() - stirred.started_at).days if stirred else 0


def _iter_missing(
    result: SiteResult, met: Set[str], known: Mapping[str, Sequence[str]], said: Collection[str]
) -> Iterator[Failure]:
    """Yield each report known that a full crawl did not meet, with what its address answered."""
    if result.interrupted or not result.captures:  # a site that does not answer is one failure, not hundreds
        return
    lost = {failure.url: failure.reason for failure in result.lost}
    for key, urls in known.items():
        if key in met or any(url in said for url in urls):
            continue
        told = next((url for url in urls if url in lost), None)
        if told:
            yield Failure(told, f"{lost[told]}; {NOT_MET}")
        elif not result.urls.get("left"):  # else the crawl ended early, and that is said
            yield Failure(urls[0], NOT_MET)


def _iter_lost(result: SiteResult, met: Set[str], known: Mapping[str, Sequence[str]]) -> Iterator[Failure]:
    """Yield each known report that a light crawl asked for by itself and did not get anywhere."""
    homes = {url: key for key, urls in known.items() for url in urls}
    yield from (failure for failure in result.lost if homes.get(failure.url) not in met)
