"""What people ask of the archive. Rows come back as frozen values that know their JSON."""

import sqlite3
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from archive.documents import load_document, load_json
from archive.errors import AmbiguousReportError, UnknownReportError
from archive.search import make_snippet, query_words, searchable_text, words_to_match
from parsers.report import Report

_LISTED = 5


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report as it is now, with where it was met and since when it is known."""

    id: str
    url: str
    urls: tuple[str, ...]
    title: str | None
    agency: str | None
    district: str | None
    division: str | None
    year: int
    form: str | None
    published: str | None
    site: str
    version: int
    first_seen: str
    last_seen: str
    status: str

    def to_json(self) -> dict[str, Any]:
        """Return the object of the contract."""
        return {**{name: getattr(self, name) for name in self.__slots__}, "urls": list(self.urls)}


@dataclass(frozen=True, slots=True)
class ShownReport:
    """One version of a report in full; `versions` are the numbers of all."""

    row: ReportRow
    report: Report
    version: int
    versions: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the object of the contract."""
        names = {
            "id": self.row.id,
            "url": self.row.url,
            "version": self.version,
            "versions": list(self.versions),
        }
        return {**names, **self.report.to_json()}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One entry of the change log."""

    kind: str
    id: str
    url: str
    title: str | None
    site: str
    seen_at: str
    version: int
    cells: tuple[dict[str, Any], ...]
    new_url: str | None

    def to_json(self) -> dict[str, Any]:
        """Return the object of the contract."""
        return {**{name: getattr(self, name) for name in self.__slots__}, "cells": list(self.cells)}


@dataclass(frozen=True, slots=True)
class Match:
    """One report that a search found."""

    id: str
    url: str
    title: str | None
    year: int
    snippet: str

    def to_json(self) -> dict[str, Any]:
        """Return the object of the contract."""
        return {name: getattr(self, name) for name in self.__slots__}


def list_reports(connection: sqlite3.Connection, site: str | None = None, year: int | None = None) -> list[ReportRow]:
    """Return the reports known, by site, agency and year."""
    rows = connection.execute(
        """
        SELECT reports_now.* FROM reports_now JOIN reports ON reports.id = reports_now.report_id
        WHERE (?1 IS NULL OR site = ?1) AND (?2 IS NULL OR reports.year = ?2)
        ORDER BY site, reports.agency_key, reports.year, reports.key
        """,
        (site, year),
    ).fetchall()
    return [_to_report_row(connection, row) for row in rows]


def find_report(connection: sqlite3.Connection, name: str) -> int:
    """Return the report that a name means: its id, one of its URLs, or any part of the id that is no other's.

    Where another report once stood at a URL, it means the one that was last seen there.
    """
    by_key = "SELECT id FROM reports WHERE key = ?"
    by_url = """
        SELECT versions.report_id AS id FROM pages JOIN captures ON captures.page_id = pages.id
        JOIN sightings ON sightings.capture_id = captures.id JOIN versions ON versions.id = sightings.version_id
        WHERE pages.url = ?1 OR pages.found_on = ?1 AND pages.kind = 'attachment'
        ORDER BY pages.url = ?1 DESC, captures.id DESC LIMIT 1
    """
    by_part = "SELECT id FROM reports WHERE instr(key, ?) > 0 ORDER BY key"
    rows: list[sqlite3.Row] = []
    for query in (by_key, by_url, by_part) if name else ():
        rows = rows or connection.execute(query, (name,)).fetchall()
    if len(rows) == 1:
        return int(rows[0]["id"])
    if not rows:
        raise UnknownReportError(f"no report answers to {name!r}; `gongkai reports` lists those known")
    keys = [connection.execute("SELECT key FROM reports WHERE id = ?", (row["id"],)).fetchone()["key"] for row in rows]
    more = f" and {len(keys) - _LISTED} more" if len(keys) > _LISTED else ""
    raise AmbiguousReportError(f"{name!r} may mean {', '.join(keys[:_LISTED])}{more}; write more of the id")


def show_report(connection: sqlite3.Connection, name: str, version: int | None = None) -> ShownReport:
    """Return one version of a report, the newest if none is named."""
    report_id = find_report(connection, name)
    row = _to_report_row(
        connection,
        connection.execute("SELECT * FROM reports_now WHERE report_id = ?", (report_id,)).fetchone(),
    )
    versions = {
        found["number"]: found
        for found in connection.execute("SELECT * FROM versions WHERE report_id = ? ORDER BY number", (report_id,))
    }
    number = version if version is not None else max(versions)
    if number not in versions:
        known = ", ".join(map(str, versions))
        raise UnknownReportError(f"{row.id} has no version {number}; it has {known}")
    found = versions[number]
    report = replace(
        load_document(connection, found["reading_id"]),
        agency=found["agency"],
        district=found["district"],
        division=row.division,
        year=row.year,
        published=date.fromisoformat(found["published"]) if found["published"] else None,
    )
    return ShownReport(row, report, number, tuple(versions))


def list_changes(
    connection: sqlite3.Connection, since: str | None = None, kind: str | None = None, site: str | None = None
) -> list[ChangeRow]:
    """Return the change log, oldest first. `since` is a date or a moment, in UTC."""
    rows = connection.execute(
        """
        SELECT changes.kind, reports.key, pages.url, versions.title, sites.name AS site, changes.seen_at,
               versions.number, changes.cells, changes.new_url
        FROM changes JOIN reports ON reports.id = changes.report_id JOIN versions ON versions.id = changes.version_id
        JOIN captures ON captures.id = changes.capture_id JOIN pages ON pages.id = captures.page_id
        JOIN sites ON sites.id = pages.site_id
        WHERE (?1 IS NULL OR changes.seen_at >= ?1) AND (?2 IS NULL OR changes.kind = ?2)
          AND (?3 IS NULL OR sites.name = ?3)
        ORDER BY changes.id
        """,
        (since, kind, site),
    )
    return [
        ChangeRow(
            row["kind"], row["key"], row["url"], row["title"], row["site"], row["seen_at"], row["number"],
            tuple(load_json(row["cells"])), row["new_url"],
        )
        for row in rows
    ]  # fmt: skip


def search_reports(
    connection: sqlite3.Connection, query: str, limit: int = 20, *, all_versions: bool = False
) -> list[Match]:
    """Return the reports that hold all the words of a query, the closest first."""
    words = query_words(query)
    rows = connection.execute(
        """
        SELECT reports.key, pages.url, versions.title, versions.agency, versions.reading_id, reports.year
        FROM search_words JOIN versions ON versions.id = search_words.rowid
        JOIN reports ON reports.id = versions.report_id JOIN pages ON pages.id = reports.page_id
        WHERE search_words MATCH ?
          AND (? OR versions.number = (SELECT max(number) FROM versions AS newest WHERE newest.report_id = reports.id))
        ORDER BY bm25(search_words), reports.year DESC, versions.id DESC LIMIT ?
        """,
        (words_to_match(words), all_versions, limit),
    ).fetchall()
    return [
        Match(
            row["key"],
            row["url"],
            row["title"],
            row["year"],
            make_snippet(searchable_text(load_document(connection, row["reading_id"]), row["agency"]), words),
        )
        for row in rows
    ]


def list_sites(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return the sites known, with their last visit and what is known of them.

    `last_result` is that of the last visit: complete, incomplete, interrupted (or under way now), None where there is
    none on record; `last_mode` is full or light.
    """
    rows = connection.execute(
        """
        SELECT sites.name, sites.title, sites.division, max(captures.fetched_at) AS last_visit,
               count(captures.id) AS captures,
               (SELECT count(*) FROM reports_now WHERE reports_now.site = sites.name) AS reports,
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


def _to_report_row(connection: sqlite3.Connection, row: sqlite3.Row) -> ReportRow:
    urls = [
        found["url"]
        for found in connection.execute(
            """
            SELECT url FROM pages JOIN locations ON locations.page_id = pages.id WHERE report_id = ?1
            UNION SELECT parents.url FROM pages JOIN locations ON locations.page_id = pages.id
            JOIN pages AS parents ON parents.site_id = pages.site_id AND parents.url = pages.found_on
            WHERE report_id = ?1 AND pages.kind = 'attachment' AND parents.kind = 'report'
            ORDER BY url
            """,
            (row["report_id"],),
        )
    ]
    first_seen = connection.execute(
        "SELECT min(first_seen) FROM versions WHERE report_id = ?", (row["report_id"],)
    ).fetchone()[0]
    return ReportRow(
        id=row["report"],
        url=row["url"],
        urls=tuple(urls),
        title=row["title"],
        agency=row["agency"],
        district=row["district"],
        division=row["division"] if row["division"] != row["site"] else None,
        year=row["year"],
        form=row["form"],
        published=row["published"],
        site=row["site"],
        version=row["version"],
        first_seen=first_seen,
        last_seen=row["last_seen"],
        status="current",
    )
