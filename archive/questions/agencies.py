"""One agency over all its years."""

import sqlite3
from collections.abc import Sequence

from archive.errors import AmbiguousReportError, UnknownReportError
from archive.questions.facts_of_reports import (
    describe_agency,
    group_by_agency,
    iter_names,
    load_facts,
    one_moment,
    stem_of,
)
from archive.questions.pictures import AgencyHistory, Measure

_LISTED = 5
"""So many names that come near are listed."""

_Agency = tuple[str, str, str]
"""Division, district (empty where unknown) and the agency's key."""


def tell_agency(connection: sqlite3.Connection, name: str, measures: Sequence[Measure] = ()) -> AgencyHistory:
    """Return an agency with its reports and their figures.

    `name` is the id of one of its reports, with its year or without, one that it had before among them, or the
    `agency_id` of an export: its division and key, with its district between them where others have that key too.
    """
    with one_moment(connection):
        division, district, agency_key = _find_agency(connection, name)
        grouped = group_by_agency(load_facts(connection, division, agency_key, measures))
    own = grouped.get((district, agency_key)) or next(iter(grouped.values()), None)
    if own is None:
        raise UnknownReportError(f"{name} is not worked out yet; the next command that writes does that")
    district = next((place for (place, _), reports in grouped.items() if reports is own), "")
    key, latest = describe_agency(own)
    sites = tuple(sorted({one.site for one in own}))
    return AgencyHistory(key, latest, tuple(iter_names(own)), district or None, division, sites, tuple(own))


def _find_agency(connection: sqlite3.Connection, name: str) -> _Agency:
    found = _find_by_stem(connection, name) or _find_by_id(connection, name) or _find_by_key(connection, name)
    named = {agency[1] for agency in found} - {""}
    if len({(division, key) for division, _, key in found}) == 1 and len(named) <= 1:
        division, _, key = found[0]
        return division, next(iter(named), ""), key
    if found:
        listed = ", ".join(sorted(f"{key} ({district or division})" for division, district, key in found)[:_LISTED])
        raise AmbiguousReportError(f"{name!r} may mean {listed}; give the id of one of its reports")
    near = _list_near(connection, name)
    more = f"; near it: {', '.join(near)}" if near else "; `gongkai reports` lists the ids: leave the year off"
    raise UnknownReportError(f"no agency answers to {name!r}{more}")


def _find_by_stem(connection: sqlite3.Connection, stem: str) -> list[_Agency]:
    """Return the agencies with ids that begin so, now or once; the index over the ids is read in that range alone."""
    rows = connection.execute(
        """
        SELECT key, year, division, district, agency_key FROM reports WHERE key > :stem || '-' AND key < :stem || '.'
        UNION ALL
        SELECT ids.key, reports.year, reports.division, reports.district, agency_key
        FROM ids JOIN reports USING (agency_key, year, division)
        WHERE ids.key > :stem || '-' AND ids.key < :stem || '.'
          AND (ids.district = reports.district OR ids.district = '' OR reports.district = '')
        """,
        {"stem": stem},
    )
    return sorted({(division, district, agency) for key, year, division, district, agency in rows
                   if stem_of(key, year) == stem})  # fmt: skip


def _find_by_id(connection: sqlite3.Connection, key: str) -> list[_Agency]:
    """Return the agencies of the report that has this id, else of those that had it once."""
    own = connection.execute("SELECT division, district, agency_key FROM reports WHERE key = ?", (key,)).fetchone()
    if own is not None:
        return [(own["division"], own["district"], own["agency_key"])]
    rows = connection.execute(
        """
        SELECT DISTINCT reports.division, reports.district, agency_key
        FROM ids JOIN reports USING (agency_key, year, division)
        WHERE ids.key = :key AND (ids.district = reports.district OR ids.district = '' OR reports.district = '')
        """,
        {"key": key},
    )
    return sorted((division, district, agency) for division, district, agency in rows)


def _find_by_key(connection: sqlite3.Connection, name: str) -> list[_Agency]:
    rows = connection.execute(
        """
        SELECT DISTINCT division, district, agency_key FROM reports
        WHERE :name IN (division || '-' || agency_key, division || '-' || district || '-' || agency_key)
        """,
        {"name": name},
    )
    return sorted((division, district, agency) for division, district, agency in rows)


def _list_near(connection: sqlite3.Connection, name: str) -> list[str]:
    rows = connection.execute(
        "SELECT key, year FROM reports WHERE :name <> '' AND instr(key, :name) > 0 ORDER BY key", {"name": name}
    )
    return list(dict.fromkeys(stem_of(key, year) for key, year in rows))[:_LISTED]
