"""What people ask of the archive. Rows come back as frozen values that know their JSON."""

import sqlite3
from dataclasses import replace
from datetime import date
from typing import Any

from archive.errors import AmbiguousReportError, ArchiveError, DamagedError, UnknownReportError
from archive.histories.told import DIFFERENCE_RULE
from archive.questions.answers import CaptureRef, ChangeRow, FindingRow, ReportRow, ShownReport
from archive.questions.facts_of_reports import REPORTS_OF_SITE
from archive.readings.documents import load_document, load_json
from parsers.report import Suspect

_LISTED = 5
_EVER = "9999-12-31T23:59:59Z"
_STANDS = "states.known_from <= :as_of AND (states.known_until IS NULL OR states.known_until > :as_of)"
"""What was known of a report at a moment is the one state that had begun and had not ended."""
_NEWEST_VERSIONS = "versions.first_seen DESC, versions.id DESC"
_REPORTS = """
SELECT reports.key, states.url, versions.title, versions.agency, versions.district,
       nullif(reports.division, sites.name), reports.year, versions.form, versions.published, sites.name,
       versions.number, (SELECT min(known_from) FROM states AS first WHERE first.report_id = reports.id) AS first_seen,
       CASE WHEN (SELECT max(last_seen) FROM locations AS seen WHERE seen.report_id = reports.id) <= :as_of
         THEN (SELECT max(last_seen) FROM locations AS seen WHERE seen.report_id = reports.id) ELSE (
         SELECT max(captures.fetched_at) FROM locations JOIN captures ON captures.page_id = locations.page_id
         JOIN sightings ON sightings.capture_id = captures.id
         WHERE locations.report_id = reports.id AND sightings.report_id = reports.id AND captures.fetched_at <= :as_of
       ) END AS last_seen, states.status, reports.id AS report_id
FROM {reports} CROSS JOIN states ON states.report_id = reports.id
CROSS JOIN versions ON versions.id = states.version_id
CROSS JOIN pages ON pages.id = states.page_id CROSS JOIN sites ON sites.id = pages.site_id
"""
_MET_AT_SITE = f"{REPORTS_OF_SITE} AS met CROSS JOIN"


def list_reports(
    connection: sqlite3.Connection, site: str | None = None, year: int | None = None, as_of: str | None = None
) -> list[ReportRow]:
    """Return the reports known, by site, agency and year; `as_of` a moment, as they were known then."""
    known = "reports" if site is None else f"{_MET_AT_SITE} reports ON reports.id = met.report_id"
    rows = connection.execute(
        f"{_REPORTS.format(reports=known)} WHERE {_STANDS} "
        "AND (:site IS NULL OR sites.name = :site) AND (:year IS NULL OR year = :year) "
        "ORDER BY sites.name, reports.agency_key, reports.year, reports.key",
        {"as_of": as_of or _EVER, "site": site, "year": year},
    ).fetchall()
    urls = _load_urls(connection, as_of or _EVER, site)
    return [_to_report_row(row, urls.get(row["report_id"], ())) for row in rows]


def _is_known(connection: sqlite3.Connection, report_id: int, as_of: str) -> bool:
    row = connection.execute(
        f"SELECT 1 FROM states WHERE report_id = :report AND {_STANDS}",  # noqa: S608 - a condition of ours
        {"report": report_id, "as_of": as_of},
    ).fetchone()
    return row is not None


def find_report(connection: sqlite3.Connection, name: str, as_of: str | None = None) -> int:
    """Return the report that a name means: its id, one of its URLs, or any part of the id that is no other's.

    Where another report once stood at a URL, it means the one that was last seen there, or had been as of a moment.
    """
    by_key = "SELECT id FROM reports WHERE key = :name"
    by_url = """
        SELECT sightings.report_id AS id FROM pages JOIN captures ON captures.page_id = pages.id
        JOIN sightings ON sightings.capture_id = captures.id AND sightings.report_id IS NOT NULL
        WHERE (pages.url = :name OR pages.found_on = :name AND pages.kind = 'attachment')
        ORDER BY captures.fetched_at <= :as_of DESC, pages.url = :name DESC, captures.fetched_at DESC, captures.id DESC
        LIMIT 1
    """
    by_id_before = """
        SELECT DISTINCT reports.id FROM ids JOIN reports USING (agency_key, year, division) WHERE ids.key = :name
    """
    by_part = "SELECT id FROM reports WHERE instr(key, :name) > 0 ORDER BY key"
    rows: list[sqlite3.Row] = []
    values = {"name": name, "as_of": as_of or _EVER}
    for query in (by_key, by_id_before, by_url, by_part) if name else ():
        rows = rows or connection.execute(query, values).fetchall()
    if len(rows) == 1:
        return int(rows[0]["id"])
    if not rows:
        raise UnknownReportError(f"no report answers to {name!r}; `gongkai reports` lists those known")
    keys = [connection.execute("SELECT key FROM reports WHERE id = ?", (row["id"],)).fetchone()["key"] for row in rows]
    more = f" and {len(keys) - _LISTED} more" if len(keys) > _LISTED else ""
    raise AmbiguousReportError(f"{name!r} may mean {', '.join(keys[:_LISTED])}{more}; write more of the id")


def find_report_id(connection: sqlite3.Connection, name: str, as_of: str | None = None) -> str:
    """Return the id of the report that a name means."""
    number = find_report(connection, name, as_of)
    return str(connection.execute("SELECT key FROM reports WHERE id = ?", (number,)).fetchone()["key"])


def show_report(
    connection: sqlite3.Connection, name: str, version: int | None = None, as_of: str | None = None
) -> ShownReport:
    """Return one version of a report, the newest if none is named; `as_of` a moment, as it was known then."""
    report_id = find_report(connection, name, as_of)
    now = {"as_of": as_of or _EVER, "report": report_id}
    found = connection.execute(
        f"{_REPORTS.format(reports='reports')} WHERE {_STANDS} AND reports.id = :report", now
    ).fetchone()
    if found is None:
        raise _not_known_yet(connection, report_id, as_of or _EVER)
    row = _to_report_row(found, _load_urls(connection, as_of or _EVER, report_id=report_id).get(report_id, ()))
    versions = {
        one["number"]: one
        for one in connection.execute(
            "SELECT * FROM versions WHERE report_id = :report AND first_seen <= :as_of ORDER BY number", now
        )
    }
    number = version if version is not None else row.version
    if number not in versions:
        known = ", ".join(map(str, versions))
        raise UnknownReportError(f"{row.id} has no version {number}; it has {known}")
    told = versions[number]
    report = replace(
        load_document(connection, told["reading_id"]),
        agency=told["agency"],
        district=told["district"],
        division=row.division,
        year=row.year,
        published=date.fromisoformat(told["published"]) if told["published"] else None,
    )
    return ShownReport(row, report, number, tuple(versions))


def _not_known_yet(connection: sqlite3.Connection, report_id: int, as_of: str) -> ArchiveError:
    key, is_stale, first_seen = connection.execute(
        """
        SELECT key, is_stale, min(known_from) FROM reports LEFT JOIN states ON report_id = reports.id
        WHERE reports.id = ?
        """,
        (report_id,),
    ).fetchone()
    if first_seen is None and is_stale:
        return UnknownReportError(f"{key} is not worked out yet; the next command that writes does that")
    if first_seen is None or as_of == _EVER:
        return DamagedError(f"what is known of {key} is gone; `gongkai verify` says more, with --repair it mends that")
    return UnknownReportError(f"{key} was not known at {as_of}; it was first seen at {first_seen}")


def list_changes(  # noqa: PLR0913 - each of them is a filter of its own
    connection: sqlite3.Connection,
    since: str | None = None,
    kind: str | None = None,
    site: str | None = None,
    until: str | None = None,
    *,
    report: str | None = None,
    district: str | None = None,
    agency: str | None = None,
    newest: int | None = None,
    offset: int = 0,
) -> list[ChangeRow]:
    """Return the change log, oldest first. `since` and `until` are dates or moments, in UTC.

    With `newest` so many of those that fit, the newest first, after the first `offset`; `report` is a report's name,
    `district` a district's name or a division, `agency` an agency's name or what the ids of its reports begin with.
    """
    order = "changes.seen_at, changes.id" if newest is None else "changes.seen_at DESC, changes.id DESC"
    rows = connection.execute(
        f"""
        SELECT changes.kind, reports.key, changes.url, versions.title, sites.name AS site, changes.seen_at,
               versions.number, changes.cells, changes.new_url
        FROM changes CROSS JOIN pages ON pages.id = changes.page_id CROSS JOIN sites ON sites.id = pages.site_id
        CROSS JOIN reports ON reports.id = changes.report_id CROSS JOIN versions ON versions.id = changes.version_id
        WHERE changes.seen_at >= :since AND changes.seen_at <= :until AND (:kind IS NULL OR changes.kind = :kind)
          AND (:site IS NULL OR sites.name = :site) {"AND changes.report_id = :report" if report is not None else ""}
          AND (:district IS NULL OR :district IN (reports.district, versions.district, reports.division))
          AND (:agency IS NULL OR :agency = versions.agency OR :agency || '-' || reports.year = reports.key)
        ORDER BY {order} LIMIT :limit OFFSET :offset
        """,  # noqa: S608 - conditions of ours
        {
            "since": since or "",
            "until": until or _EVER,
            "kind": kind,
            "site": site,
            "report": None if report is None else find_report(connection, report),
            "district": district,
            "agency": agency,
            "limit": -1 if newest is None else newest,
            "offset": offset,
        },
    )
    return [
        ChangeRow(
            row["kind"], row["key"], row["url"], row["title"], row["site"], row["seen_at"], row["number"],
            tuple(load_json(row["cells"])), row["new_url"],
        )
        for row in rows
    ]  # fmt: skip


def list_findings(  # noqa: PLR0913 - each of them is a filter of its own
    connection: sqlite3.Connection,
    site: str | None = None,
    year: int | None = None,
    report: str | None = None,
    as_of: str | None = None,
    *,
    rule: str | None = None,
    district: str | None = None,
    level: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[FindingRow]:
    """Return what does not add up in the reports as they stand; `as_of` a moment, as they were known then.

    `district` is a district's name or a division; `level` is hard or soft. Which pages of a report differ is known of
    the present alone. All stand by site, agency and year; with `limit` so many, after the first `offset`, those in
    versions that were first seen last come first.
    """
    report_id = find_report(connection, report, as_of) if report is not None else None
    if report_id is not None and not _is_known(connection, report_id, as_of or _EVER):
        raise _not_known_yet(connection, report_id, as_of or _EVER)
    order = "sites.name, reports.agency_key, reports.year, reports.key" if limit is None else _NEWEST_VERSIONS
    known = "versions" if site is None else f"{_MET_AT_SITE} versions ON versions.report_id = met.report_id"
    rows = connection.execute(
        f"""
        SELECT reports.key, states.url, versions.title, sites.name AS site, versions.number, rule, place, left_sum,
               right_sum, text, reports.year, versions.agency, versions.district,
               nullif(reports.division, sites.name), level, origin, suspects, captures.id, shown.url,
               captures.fetched_at, bodies.sha256, versions.first_seen
        FROM {known} CROSS JOIN states ON states.report_id = versions.report_id AND states.version_id = versions.id
        CROSS JOIN reports ON reports.id = states.report_id
        CROSS JOIN pages ON pages.id = states.page_id CROSS JOIN sites ON sites.id = pages.site_id
        CROSS JOIN findings ON findings.version_id = versions.id
        CROSS JOIN captures ON captures.id = versions.capture_id
        CROSS JOIN pages AS shown ON shown.id = captures.page_id CROSS JOIN bodies ON bodies.id = captures.body_id
        WHERE {_STANDS} AND (:site IS NULL OR sites.name = :site) AND (:year IS NULL OR year = :year)
          AND {"versions.report_id = :report" if report_id is not None else "TRUE"}
          AND (:now OR rule <> :differences) AND (:rule IS NULL OR rule = :rule)
          AND (:level IS NULL OR level = :level)
          AND (:district IS NULL OR :district IN (reports.district, versions.district, reports.division))
        ORDER BY {order}, rule, place LIMIT :limit OFFSET :offset
        """,  # noqa: S608 - conditions of ours
        {
            "as_of": as_of or _EVER,
            "site": site,
            "year": year,
            "report": report_id,
            "now": as_of is None,
            "differences": DIFFERENCE_RULE,
            "rule": rule,
            "district": district,
            "level": level,
            "limit": -1 if limit is None else limit,
            "offset": offset,
        },
    )
    return [_to_finding_row(row) for row in rows]


def _to_finding_row(row: sqlite3.Row) -> FindingRow:
    *fields, suspects, capture_id, url, fetched_at, sha256, first_seen = tuple(row)
    named = tuple(Suspect(**suspect) for suspect in load_json(suspects)) if suspects != "[]" else ()
    shown = CaptureRef(capture_id, url, fetched_at, sha256)
    return FindingRow(*[*fields, named, shown, first_seen])


def list_sites(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return the sites known, with their last visit and what is known of them.

    `last_result` is that of the last visit: complete, incomplete, interrupted (or under way now), None where there is
    none on record; `last_mode` is full or light.
    """
    rows = connection.execute(
        """
        WITH stood AS MATERIALIZED (
          SELECT pages.site_id, count(*) AS number FROM states CROSS JOIN pages ON pages.id = states.page_id
          WHERE known_until IS NULL GROUP BY pages.site_id)
        SELECT sites.name, sites.title, sites.division, max(captures.fetched_at) AS last_visit,
               count(captures.id) AS captures,
               coalesce((SELECT number FROM stood WHERE stood.site_id = sites.id), 0) AS reports,
               (SELECT CASE complete WHEN 1 THEN 'complete' WHEN 0 THEN 'incomplete' ELSE 'interrupted' END
                FROM visits WHERE visits.site_id = sites.id ORDER BY visits.id DESC LIMIT 1) AS last_result,
               (SELECT mode FROM visits WHERE visits.site_id = sites.id ORDER BY visits.id DESC LIMIT 1) AS last_mode,
               (SELECT json_group_array(url) FROM pages AS homes WHERE homes.site_id = sites.id AND homes.kind = 'home')
                 AS start_urls
        FROM sites LEFT JOIN pages ON pages.site_id = sites.id LEFT JOIN captures ON captures.page_id = pages.id
        GROUP BY sites.id ORDER BY sites.name
        """
    )
    return [{**dict(row), "start_urls": load_json(row["start_urls"])} for row in rows]


def list_commands(connection: sqlite3.Connection) -> list[str]:
    """Return the commands that ever wrote captures, each once."""
    return [row["command"] for row in connection.execute("SELECT DISTINCT command FROM runs ORDER BY command")]


def _load_urls(
    connection: sqlite3.Connection, as_of: str, site: str | None = None, report_id: int | None = None
) -> dict[int, tuple[str, ...]]:
    """Return by report the pages at which it was met, and the pages with links to those that are files."""
    known = "locations" if site is None else f"{_MET_AT_SITE} locations ON locations.report_id = met.report_id"
    rows = connection.execute(
        f"""
        SELECT locations.report_id, pages.url, parents.url AS parent FROM {known}
        CROSS JOIN pages ON pages.id = locations.page_id
        LEFT JOIN pages AS parents ON parents.site_id = pages.site_id AND parents.url = pages.found_on
         AND pages.kind = 'attachment' AND parents.kind = 'report'
        WHERE locations.first_seen <= :as_of {"" if report_id is None else "AND locations.report_id = :report"}
        """,  # noqa: S608 - conditions of ours
        {"as_of": as_of, "report": report_id, "site": site},
    )
    found: dict[int, list[str]] = {}
    for number, url, parent in rows:
        found.setdefault(number, []).append(url)
        if parent:
            found[number].append(parent)
    return {number: tuple(sorted(set(urls))) if len(urls) > 1 else (urls[0],) for number, urls in found.items()}


def _to_report_row(row: sqlite3.Row, urls: tuple[str, ...]) -> ReportRow:
    """Return what a row of `_REPORTS` says; its columns stand in the order of the fields, and the urls come between."""
    key, url, *rest, _ = row
    return ReportRow(key, url, urls, *rest)
