"""When reports on disclosure were there: by agency and year, from when to when, now or as it was known at a moment."""

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

from archive.questions.facts_of_reports import stem_of
from archive.questions.pictures import AgencyPresences, Presence

_EVER = "9999-12-31T23:59:59Z"
_STATES = """
SELECT reports.key, reports.district, reports.agency_key, versions.agency, reports.year, sites.name AS site,
       versions.published, states.status, states.known_from
FROM reports CROSS JOIN states ON states.report_id = reports.id
CROSS JOIN versions ON versions.id = states.version_id
CROSS JOIN pages ON pages.id = states.page_id CROSS JOIN sites ON sites.id = pages.site_id
WHERE reports.division = ? AND states.known_from <= ? AND reports.agency_key NOT GLOB '*〕'
ORDER BY reports.key, states.known_from
"""


def list_presences(
    connection: sqlite3.Connection, division: str, as_of: str | None = None
) -> tuple[AgencyPresences, ...]:
    """Return the agencies of a division by key, each with its reports by year; `as_of` a moment, as known then.

    There is one report of an agency on a year: one that names no district was filed with the one that does.
    """
    rows = connection.execute(_STATES, (division, as_of or _EVER))
    told = [_fold_states(list(states)) for _, states in groupby(rows, key=itemgetter("key"))]
    agencies = [_to_agency(reports) for reports in _group_by_agency(told)]
    return tuple(sorted(agencies, key=_key))


def _fold_states(states: Sequence[sqlite3.Row]) -> Presence:
    """Return when a report was there, from what was known of it, one state after the other."""
    withdrawn_at: str | None = None
    restored_at: str | None = None
    before = "current"
    for status, known_from in ((state["status"], state["known_from"]) for state in states):
        if status == "withdrawn" and before != status:
            withdrawn_at, restored_at = known_from, None
        elif status != "withdrawn" and before == "withdrawn":
            restored_at = known_from
        before = status
    last = states[-1]
    return Presence(
        last["key"],
        last["district"],
        last["agency_key"],
        last["agency"],
        last["year"],
        last["site"],
        next((state["published"] for state in states if state["published"]), None),
        last["status"],
        states[0]["known_from"],
        withdrawn_at,
        restored_at,
    )


def _group_by_agency(reports: Iterable[Presence]) -> Iterable[list[Presence]]:
    """Return the reports of each agency; where one district alone is named, those that name none are of it."""
    known = list(reports)
    districts: dict[str, set[str]] = {}
    for one in known:
        districts.setdefault(one.agency_key, set()).update({one.district} - {""})
    grouped: dict[tuple[str, str], list[Presence]] = {}
    for one in known:
        named = districts[one.agency_key]
        district = next(iter(named)) if len(named) == 1 else one.district
        grouped.setdefault((district, one.agency_key), []).append(one)
    return grouped.values()


def _to_agency(reports: Sequence[Presence]) -> AgencyPresences:
    years = {one.year: one for one in sorted(reports, key=_year)}
    newest = max(reports, key=_year)
    stem = stem_of(newest.report, newest.year)
    name = next((one.agency for one in sorted(reports, key=_year, reverse=True) if one.agency), None)
    district = next((one.district for one in reports if one.district), "")
    return AgencyPresences(
        stem, name or stem.partition("-")[2] or stem, district, newest.agency_key, newest.site, years
    )


def _year(presence: Presence) -> int:
    return presence.year


def _key(agency: AgencyPresences) -> str:
    return agency.key
