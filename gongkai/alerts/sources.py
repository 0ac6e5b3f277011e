"""Sites that begin to fail, and that are well again, told from their visits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from archive import PastVisit
from archive.moments import moment
from gongkai.alerts.events import Event, Evidence, Line, Place, make_line
from gongkai.alerts.plain import plain
from gongkai.calendar import WALL

REASONS_TOLD = 3
"""Reasons of failed requests that a message lists, each once."""


def visits_to_events(visits: Iterable[PastVisit], places: Mapping[str, Place], failing_after: int) -> Iterator[Event]:
    """Yield an event for each time that a site began to fail, or was well again after that.

    `visits` are in any order, `places` where each site belongs. A site fails with the last of `failing_after` visits in
    a row that were not complete, or at once where a wall stood before it; it is well with the next complete one.
    """
    by_site: dict[str, list[PastVisit]] = {}
    for visit in visits:
        if visit.ended_at is not None:
            by_site.setdefault(visit.site, []).append(visit)
    for site, own in sorted(by_site.items()):
        ordered = sorted(own, key=lambda visit: visit.started_at)
        yield from _tell_site(ordered, places.get(site, Place(site)), failing_after)


def _tell_site(visits: Sequence[PastVisit], place: Place, failing_after: int) -> Iterator[Event]:
    """Yield the events of one site, whose visits are in order and have all ended."""
    failed: list[PastVisit] = []
    is_told = False
    last_good: datetime | None = None
    for visit in visits:
        if visit.complete:
            if is_told:
                yield _recovered(visit, failed, place)
            failed, is_told, last_good = [], False, visit.started_at
            continue
        failed.append(visit)
        if not is_told and (len(failed) >= failing_after or _is_walled(visit)):
            is_told = True
            yield _failing(failed, place, last_good)


def _is_walled(visit: PastVisit) -> bool:
    return any(reason.startswith(WALL) for _, reason in visit.failed or ())


def _failing(failed: Sequence[PastVisit], place: Place, last_good: datetime | None) -> Event:
    begun = moment(failed[0].started_at)
    reasons = list(dict.fromkeys(reason for visit in reversed(failed) for _, reason in visit.failed or ()))
    notes = list(dict.fromkeys(note for visit in reversed(failed) for note in visit.notes or ()))
    told = [make_line("reason", reason=plain(one)) for one in (reasons or notes)[:REASONS_TOLD]]
    good = make_line("last_good", moment=moment(last_good)) if last_good else make_line("never_good")
    lines = (make_line("failing", count=len(failed), moment=begun), *told, good)
    # The first visit that failed names the outage, so that it is the same one however many are waited for.
    return _make_event("failing", place, begun, failed[-1], lines)


def _recovered(visit: PastVisit, failed: Sequence[PastVisit], place: Place) -> Event:
    line = make_line("recovered", count=len(failed), moment=moment(failed[0].started_at))
    return _make_event("recovered", place, moment(visit.started_at), visit, (line,))


def _make_event(what: str, place: Place, begun: str, visit: PastVisit, lines: tuple[Line, ...]) -> Event:
    return Event(
        key=f"source:{what}:{place.site}:{begun}",
        kind="source_failing" if what == "failing" else "source_recovered",
        noticed_at=moment(visit.ended_at or visit.started_at),
        title=place.site,
        where=place,
        evidence=Evidence("/", None, ("gongkai", "sites", "list")),
        lines=lines,
    )
