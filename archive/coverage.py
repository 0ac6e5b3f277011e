"""Districts: which are known, and the agencies and years of one as a matrix."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.documents import load_json
from archive.errors import AmbiguousReportError, UnknownReportError
from archive.facts_of_reports import describe_agency, fold_years, group_by_agency, load_facts, one_moment
from archive.pictures import AgencyRow, DistrictCount, DistrictCoverage, Measure, ReportFacts, SiteVisits

_LISTED = 8
"""So many names of districts are listed where one is not known."""


def list_districts(connection: sqlite3.Connection) -> tuple[DistrictCount, ...]:
    """Return the districts known, by division; a site without any report stands there as well."""
    counts = {division: tuple(row) for division, *row in connection.execute(_COUNTS)}
    agencies = dict(connection.execute(_AGENCIES).fetchall())
    findings = dict(connection.execute(_FINDINGS).fetchall())
    visits = dict(connection.execute(_VISITS).fetchall())
    places = []
    for place in _list_places(connection):
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
FROM states CROSS JOIN reports ON reports.id = states.report_id WHERE known_until IS NULL GROUP BY division
"""
_AGENCIES = """
SELECT division, sum(max(1, districts)) FROM (
  SELECT division, count(DISTINCT nullif(district, '')) AS districts FROM reports GROUP BY division, agency_key
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


@dataclass(frozen=True, slots=True)
class _Place:
    """A division with its name and its sites."""

    division: str
    name: str
    sites: tuple[str, ...]


def _list_places(connection: sqlite3.Connection) -> list[_Place]:
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
        row["division"]: _Place(
            row["division"],
            names.get(row["division"]) or row["title"] or row["division"],
            tuple(sorted(load_json(row["names"]))),
        )
        for row in sites
    }
    divisions = [row[0] for row in connection.execute("SELECT DISTINCT division FROM reports")]
    for division in divisions:
        places.setdefault(division, _Place(division, names.get(division) or division, ()))
    return [places[division] for division in sorted(places)]


def tell_district(connection: sqlite3.Connection, name: str, measures: Sequence[Measure] = ()) -> DistrictCoverage:
    """Return the agencies and years of a district; `name` is its division, its name or that of one of its sites."""
    with one_moment(connection):
        place = _find_place(connection, name)
        known = load_facts(connection, place.division, None, measures)
        sites = dict.fromkeys((*place.sites, *sorted({one.facts.site for one in known})))
        visits = tuple(_tell_visits(connection, site) for site in sites)
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


def _find_place(connection: sqlite3.Connection, name: str) -> _Place:
    places = _list_places(connection)
    found = [place for place in places if place.division == name]
    found = found or [place for place in places if name in (place.name, *place.sites)]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(f"{place.division} {place.name}" for place in (found or places)[:_LISTED])
    if found:
        raise AmbiguousReportError(f"{name!r} may mean {listed}; give the code")
    raise UnknownReportError(f"no district answers to {name!r}; known are {listed or 'none yet'}")


def _tell_visits(connection: sqlite3.Connection, site: str) -> SiteVisits:
    """Return how the visits of a site went; what is still under way counts as not ended."""
    title, good = connection.execute(
        """
        SELECT title, (SELECT max(visits.id) FROM visits WHERE site_id = sites.id AND complete = 1)
        FROM sites WHERE name = ?
        """,
        (site,),
    ).fetchone()
    rows = connection.execute(
        """
        SELECT visits.id, started_at, complete, captures, failed
        FROM visits JOIN sites ON sites.id = visits.site_id
        WHERE sites.name = ?1 AND visits.id >= ?2 ORDER BY visits.id DESC
        """,
        (site, good or 0),
    ).fetchall()
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


def _list_reasons(failed: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one["reason"] for one in load_json(failed)))
