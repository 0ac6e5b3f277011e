"""Districts: which are known, and the agencies and years of one as a matrix."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from archive.errors import AmbiguousReportError, UnknownReportError
from archive.questions.facts_of_reports import describe_agency, fold_years, group_by_agency, load_facts, one_moment
from archive.questions.pictures import (
    AgencyRow,
    DistrictCount,
    DistrictCoverage,
    Measure,
    Place,
    ReportFacts,
    SiteVisits,
)
from archive.readings.documents import load_json

_EVER = "9999-12-31T23:59:59Z"
_LISTED = 8
"""So many names of districts are listed where one is not known."""


def list_districts(connection: sqlite3.Connection) -> tuple[DistrictCount, ...]:
    """Return the districts known, by division; a site without any report stands there as well."""
    counts = {division: tuple(row) for division, *row in connection.execute(_COUNTS)}
    agencies = dict(connection.execute(_AGENCIES).fetchall())
    findings = dict(connection.execute(_FINDINGS).fetchall())
    visits = dict(connection.execute(_VISITS).fetchall())
    places = []
    for place in list_places(connection):
        current, withdrawn, first, last = counts.get(place.division, (0, 0, None, None))
        places.append(
            DistrictCount(
                place.division,
                place.name,
                place.sites,
                agencies=agencies.get(place.division, 0),
                current=current,
                withdrawn=withdrawn,
                findings=findings.get(place.division, 0),
                first_year=first,
                last_year=last,
                last_visit=visits.get(place.division),
            )
        )
    return tuple(places)


_COUNTS = """
SELECT division, count(*) FILTER (WHERE states.status = 'current'),
       count(*) FILTER (WHERE states.status = 'withdrawn'), min(year), max(year)
FROM states CROSS JOIN reports ON reports.id = states.report_id
WHERE known_until IS NULL AND reports.agency_key NOT GLOB '*〕' GROUP BY division
"""
_AGENCIES = """
SELECT division, sum(max(1, districts)) FROM (
  SELECT division, count(DISTINCT nullif(district, '')) AS districts FROM reports
  WHERE reports.agency_key NOT GLOB '*〕' GROUP BY division, agency_key
) GROUP BY division
"""
"""An agency whose district some of its reports do not name is one, not two."""
_FINDINGS = """
SELECT division, sum(found) FROM (
  SELECT report_id, count(*) AS found FROM states CROSS JOIN findings USING (version_id)
  WHERE known_until IS NULL GROUP BY report_id
) CROSS JOIN reports ON reports.id = report_id GROUP BY division
"""
_VISITS = """
SELECT coalesce(division, name), max((SELECT max(last_good) FROM pages WHERE pages.site_id = sites.id))
FROM sites GROUP BY 1
"""


def list_places(connection: sqlite3.Connection) -> list[Place]:
    """Return the divisions of all sites and reports, by division.

    One is named as most of its reports name their district, else as its site is titled.
    """
    names = dict(
        connection.execute(
            """
            SELECT division, district FROM (
              SELECT division, district, count(*) AS reports FROM reports WHERE district <> ''
              GROUP BY division, district ORDER BY reports, district DESC)
            """
        ).fetchall()
    )
    sites = connection.execute(
        """
        SELECT coalesce(division, name) AS division, json_group_array(name) AS names, min(title) AS title
        FROM sites GROUP BY 1
        """
    ).fetchall()
    places = {
        row["division"]: Place(
            row["division"],
            names.get(row["division"]) or row["title"] or row["division"],
            tuple(sorted(load_json(row["names"]))),
        )
        for row in sites
    }
    divisions = [row[0] for row in connection.execute("SELECT DISTINCT division FROM reports")]
    for division in divisions:
        places.setdefault(division, Place(division, names.get(division) or division, ()))
    return [places[division] for division in sorted(places)]


def tell_district(connection: sqlite3.Connection, name: str, measures: Sequence[Measure] = ()) -> DistrictCoverage:
    """Return the agencies and years of a district; `name` is its division, its name or that of one of its sites."""
    with one_moment(connection):
        place = choose_place(list_places(connection), name)
        known = load_facts(connection, place.division, None, measures)
        sites = dict.fromkeys((*place.sites, *sorted({one.facts.site for one in known})))
        visits = tuple(tell_visits(connection, site) for site in sites)
    agencies = sorted(_iter_rows(group_by_agency(known).values()), key=_key)
    years = {one.facts.year for one in known}
    span = tuple(range(min(years), max(years) + 1)) if years else ()
    return DistrictCoverage(place.division, place.name, span, tuple(agencies), visits)


def _iter_rows(grouped: Iterable[list[ReportFacts]]) -> Iterator[AgencyRow]:
    for reports in grouped:
        key, name = describe_agency(reports)
        yield AgencyRow(key, name, fold_years(reports))


def _key(agency: AgencyRow) -> str:
    return agency.key


def choose_place(places: Sequence[Place], name: str) -> Place:
    """Return the one of these places that a name means: its division, its name or that of one of its sites."""
    found = [place for place in places if place.division == name]
    found = found or [place for place in places if name in (place.name, *place.sites)]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(f"{place.division} {place.name}" for place in (found or places)[:_LISTED])
    if found:
        raise AmbiguousReportError(f"{name!r} may mean {listed}; give the code")
    raise UnknownReportError(f"no district answers to {name!r}; known are {listed or 'none yet'}")


def tell_visits(connection: sqlite3.Connection, site: str, as_of: str | None = None) -> SiteVisits:
    """Return how the visits of a site went, up to a moment; what is still under way counts as not ended.

    Of a site that was never written down nothing is known.
    """
    span = {"site": site, "as_of": as_of or _EVER}
    title, good = connection.execute(_LAST_GOOD, span).fetchone() or (None, None)
    rows = connection.execute(_VISITS_SINCE, {**span, "good": good or 0}).fetchall()
    last = rows[0] if rows else None
    ended = next((row for row in rows if row["complete"] is not None), None)
    return SiteVisits(
        site,
        title,
        datetime.fromisoformat(last["started_at"]) if last else None,
        datetime.fromisoformat(rows[-1]["started_at"]) if good else None,
        sum(row["complete"] == 0 for row in rows),
        bool(ended["complete"]) if ended else None,
        ended["captures"] if ended else None,
        _list_reasons(ended["failed"]) if ended else (),
    )


_LAST_GOOD = """
SELECT title, (SELECT max(visits.id) FROM visits
               WHERE site_id = sites.id AND complete = 1 AND started_at <= :as_of AND ended_at <= :as_of)
FROM sites WHERE name = :site
"""
_VISITS_SINCE = """
SELECT visits.id, started_at, CASE WHEN ended_at <= :as_of THEN complete END AS complete, captures, failed
FROM visits JOIN sites ON sites.id = visits.site_id
WHERE sites.name = :site AND visits.id >= :good AND started_at <= :as_of ORDER BY visits.id DESC
"""


def _list_reasons(failed: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one["reason"] for one in load_json(failed)))
