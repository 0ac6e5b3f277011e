"""A reading into its report: version, figures, change, search words and findings, in one transaction."""

import sqlite3
from collections.abc import Iterator

from archive.capture import utc_now
from archive.captures import moment
from archive.connection import atomic
from archive.documents import load_document, load_json, save_document, storable, unpack_document
from archive.histories import file_report
from archive.reading import Filed, Outdated, Reading, Unread
from archive.versions import Visit, replace_reading
from parsers.report import Report


def iter_unread(connection: sqlite3.Connection) -> Iterator[Unread]:
    """Yield good captures of reports and attachments that are not filed yet, the oldest crawl first, site by site."""
    rows = connection.execute(
        """
        SELECT captures.id, captures.run_id, captures.headers, sites.name, sites.title, sites.division,
               pages.url, pages.kind, pages.found_on, pages.link_text, parents.link_text AS parent_link_text,
               EXISTS (SELECT 1 FROM reports WHERE reports.page_id = pages.id) AS tells,
               EXISTS (
                 SELECT 1 FROM pages AS files JOIN captures AS visits ON visits.page_id = files.id
                 WHERE files.site_id = pages.site_id AND files.found_on = pages.url
                   AND visits.run_id = captures.run_id AND visits.failure IS NOT NULL
               ) AS lost_files
        FROM captures JOIN pages ON pages.id = captures.page_id JOIN sites ON sites.id = pages.site_id
        LEFT JOIN pages AS parents ON parents.site_id = pages.site_id AND parents.url = pages.found_on
        LEFT JOIN sightings ON sightings.capture_id = captures.id
        WHERE sightings.capture_id IS NULL AND captures.failure IS NULL AND captures.body_id IS NOT NULL
          AND pages.kind IN ('report', 'attachment')
        ORDER BY captures.run_id, sites.id, captures.id
        """
    ).fetchall()
    for row in rows:
        headers = {name.lower(): value for name, value in load_json(row["headers"])}
        yield Unread(
            capture_id=row["id"],
            run_id=row["run_id"],
            site=row["name"],
            site_title=row["title"],
            division=row["division"],
            url=row["url"],
            kind=row["kind"],
            found_on=row["found_on"],
            link_text=row["link_text"],
            parent_link_text=row["parent_link_text"],
            tells=bool(row["tells"]),
            lost_files=bool(row["lost_files"]),
            content_type=headers.get("content-type"),
        )


def find_reading(
    connection: sqlite3.Connection, capture_id: int, parser: str
) -> tuple[Report | None, str | None] | None:
    """Return what this parser version made of the capture's bytes before: report or error; None if it never did."""
    row = connection.execute(
        """
        SELECT readings.error, documents.sha256, documents.codec, documents.data
        FROM captures JOIN readings ON readings.body_id = captures.body_id
        LEFT JOIN documents ON documents.id = readings.document_id
        WHERE captures.id = ? AND readings.parser = ?
        """,
        (capture_id, parser),
    ).fetchone()
    if row is None:
        return None
    return (unpack_document(row) if row["data"] is not None else None), row["error"]


def find_page_report(connection: sqlite3.Connection, site: str, url: str) -> Report | None:
    """Return the report or other document that a page was last read as."""
    row = connection.execute(
        """
        SELECT readings.id FROM pages JOIN sites ON sites.id = pages.site_id
        JOIN captures ON captures.page_id = pages.id JOIN sightings ON sightings.capture_id = captures.id
        JOIN readings ON readings.id = sightings.reading_id
        WHERE sites.name = ? AND pages.url = ? AND readings.document_id IS NOT NULL ORDER BY captures.id DESC LIMIT 1
        """,
        (site, url),
    ).fetchone()
    return load_document(connection, row["id"]) if row is not None else None


def iter_outdated(connection: sqlite3.Connection, parser: str) -> Iterator[Outdated]:
    """Yield the newest version of every report whose bytes this parser version has not read yet."""
    rows = connection.execute(
        """
        SELECT reports_now.version_id, versions.capture_id, captures.headers
        FROM reports_now JOIN versions ON versions.id = reports_now.version_id
        JOIN captures ON captures.id = versions.capture_id
        WHERE NOT EXISTS (SELECT 1 FROM readings WHERE body_id = captures.body_id AND parser = ?)
        ORDER BY reports_now.version_id
        """,
        (parser,),
    ).fetchall()
    for row in rows:
        headers = {name.lower(): value for name, value in load_json(row["headers"])}
        yield Outdated(row["version_id"], row["capture_id"], headers.get("content-type"))


def file_rereading(connection: sqlite3.Connection, version_id: int, reading: Reading) -> None:
    """Record what a newer parser made of a version's bytes; the version is told by it if it is a report still.

    The earlier reading stays, and no change of the source is recorded.
    """
    reading = storable(reading)
    visit = _load_visit(connection, reading.capture_id)
    with atomic(connection):
        reading_id = _save_reading(connection, visit, reading)
        if reading.quality and reading.report:
            replace_reading(connection, version_id, reading_id, reading, reading.report)


def file_reading(connection: sqlite3.Connection, reading: Reading) -> Filed:
    """Record a reading and all that follows from it in one transaction."""
    reading = storable(reading)
    visit = _load_visit(connection, reading.capture_id)
    with atomic(connection):
        reading_id = _save_reading(connection, visit, reading)
        version_id, report, change, note = None, None, None, reading.error
        if reading.quality and reading.report:
            if reading.year is None:
                note = "a report whose year is nowhere stated; it is kept, and filed under no report"
            else:
                report, version_id, change, note = file_report(connection, visit, reading, reading.report, reading_id)
        connection.execute(
            "INSERT INTO sightings (capture_id, reading_id, version_id, note) VALUES (?, ?, ?, ?)",
            (visit.capture_id, reading_id, version_id, note),
        )
    return Filed(visit.capture_id, visit.url, report, change, note)


def _load_visit(connection: sqlite3.Connection, capture_id: int) -> Visit:
    row = connection.execute(
        """
        SELECT captures.id, page_id, run_id, body_id, fetched_at, pages.url, sites.id,
               coalesce(sites.division, sites.name) AS division
        FROM captures JOIN pages ON pages.id = captures.page_id JOIN sites ON sites.id = pages.site_id
        WHERE captures.id = ?
        """,
        (capture_id,),
    ).fetchone()
    return Visit(*row)


def _save_reading(connection: sqlite3.Connection, visit: Visit, reading: Reading) -> int:
    found = connection.execute(
        "SELECT id FROM readings WHERE body_id = ? AND parser = ?", (visit.body_id, reading.parser)
    ).fetchone()
    if found:
        return int(found["id"])
    report = reading.report
    document_id = save_document(connection, report) if report else None
    cursor = connection.execute(
        "INSERT INTO readings (body_id, parser, read_at, kind, form, document_id, error) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            visit.body_id,
            reading.parser,
            moment(utc_now()),
            report.kind if report else None,
            report.form if report else None,
            document_id,
            None if report else reading.error or "not read",
        ),
    )
    return int(cursor.lastrowid or 0)
