"""A reading into its report: version, figures, change, search words and findings, in one transaction.

A report is often met at several pages (a page and its attachment, a list of the district and one of the street). One
of them tells its history: the first, or one that holds more. The others are locations of the same report.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import astuple, dataclass

from archive.bodies import digest, pack, unpack
from archive.capture import utc_now
from archive.captures import moment
from archive.compare import CellChange, ChangeKind, compare_reports, figures_hash, words_hash
from archive.connection import atomic
from archive.naming import agency_key, report_key
from archive.reading import Filed, Reading, Unread
from archive.search import index_words
from parsers.report import Report

_UNSIGNED = "未署名"


@dataclass(frozen=True, slots=True)
class _Visit:
    """The capture that a reading is of, as filing needs it."""

    capture_id: int
    page_id: int
    run_id: int
    body_id: int
    fetched_at: str
    url: str
    division: str


def iter_unread(connection: sqlite3.Connection) -> Iterator[Unread]:
    """Yield good captures of reports and attachments that are not filed yet, the oldest crawl first, site by site."""
    rows = connection.execute(
        """
        SELECT captures.id, captures.run_id, captures.headers, sites.name, sites.title, sites.division,
               pages.url, pages.link_text
        FROM captures JOIN pages ON pages.id = captures.page_id JOIN sites ON sites.id = pages.site_id
        LEFT JOIN sightings ON sightings.capture_id = captures.id
        WHERE sightings.capture_id IS NULL AND captures.failure IS NULL AND captures.body_id IS NOT NULL
          AND pages.kind IN ('report', 'attachment')
        ORDER BY captures.run_id, sites.id, captures.id
        """
    ).fetchall()
    for row in rows:
        headers = {name.lower(): value for name, value in json.loads(row["headers"])}
        yield Unread(
            capture_id=row["id"],
            run_id=row["run_id"],
            site=row["name"],
            site_title=row["title"],
            division=row["division"],
            url=row["url"],
            link_text=row["link_text"],
            content_type=headers.get("content-type"),
        )


def find_reading(
    connection: sqlite3.Connection, capture_id: int, parser: str
) -> tuple[Report | None, str | None] | None:
    """Return what this parser version made of the capture's bytes before: report or error; None if it never did."""
    row = connection.execute(
        """
        SELECT readings.error, documents.codec, documents.data
        FROM captures JOIN readings ON readings.body_id = captures.body_id
        LEFT JOIN documents ON documents.id = readings.document_id
        WHERE captures.id = ? AND readings.parser = ?
        """,
        (capture_id, parser),
    ).fetchone()
    if row is None:
        return None
    return (_load_report(row) if row["data"] is not None else None), row["error"]


def load_document(connection: sqlite3.Connection, reading_id: int) -> Report:
    """Return the report of a reading that has one."""
    row = connection.execute(
        """
        SELECT documents.codec, documents.data FROM readings JOIN documents ON documents.id = readings.document_id
        WHERE readings.id = ?
        """,
        (reading_id,),
    ).fetchone()
    return _load_report(row)


def file_reading(connection: sqlite3.Connection, reading: Reading) -> Filed:
    """Record a reading and all that follows from it in one transaction."""
    visit = _load_visit(connection, reading.capture_id)
    with atomic(connection):
        reading_id = _save_reading(connection, visit, reading)
        version_id, report, change, note = None, None, None, reading.error
        if reading.quality and reading.report:
            if reading.year is None:
                note = "a report whose year is nowhere stated; it is kept, and filed under no report"
            else:
                report, version_id, change = _file_report(connection, visit, reading, reading.report, reading_id)
        connection.execute(
            "INSERT INTO sightings (capture_id, reading_id, version_id, note) VALUES (?, ?, ?, ?)",
            (visit.capture_id, reading_id, version_id, note),
        )
    return Filed(visit.capture_id, visit.url, report, change, note)


def _load_visit(connection: sqlite3.Connection, capture_id: int) -> _Visit:
    row = connection.execute(
        """
        SELECT captures.id, page_id, run_id, body_id, fetched_at, pages.url,
               coalesce(sites.division, sites.name) AS division
        FROM captures JOIN pages ON pages.id = captures.page_id JOIN sites ON sites.id = pages.site_id
        WHERE captures.id = ?
        """,
        (capture_id,),
    ).fetchone()
    return _Visit(*row)


def _load_report(row: sqlite3.Row) -> Report:
    return Report.from_json(json.loads(unpack(row["codec"], row["data"])))


def _save_reading(connection: sqlite3.Connection, visit: _Visit, reading: Reading) -> int:
    found = connection.execute(
        "SELECT id FROM readings WHERE body_id = ? AND parser = ?", (visit.body_id, reading.parser)
    ).fetchone()
    if found:
        return int(found["id"])
    report = reading.report
    document_id = _save_document(connection, report) if report else None
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


def _save_document(connection: sqlite3.Connection, report: Report) -> int:
    content = json.dumps(report.to_json(), ensure_ascii=False, separators=(",", ":")).encode()
    sha256 = digest(content)
    found = connection.execute("SELECT id FROM documents WHERE sha256 = ?", (sha256,)).fetchone()
    if found:
        return int(found["id"])
    cursor = connection.execute(
        "INSERT INTO documents (sha256, codec, data) VALUES (?, ?, ?)", (sha256, *pack(content))
    )
    return int(cursor.lastrowid or 0)


def _file_report(
    connection: sqlite3.Connection, visit: _Visit, reading: Reading, report: Report, reading_id: int
) -> tuple[str, int, ChangeKind | None]:
    """Return the report's key, the version that this visit showed, and the change it brought, if any."""
    row = _find_or_add_report(connection, visit, reading)
    _save_location(connection, row["id"], visit, reading.quality)
    current = connection.execute(
        "SELECT * FROM versions WHERE report_id = ? ORDER BY number DESC LIMIT 1", (row["id"],)
    ).fetchone()
    if current is not None and not _tells_history(connection, row, visit, reading.quality):
        return row["key"], current["id"], None
    connection.execute("UPDATE reports SET page_id = ? WHERE id = ?", (visit.page_id, row["id"]))
    if current is not None and _is_same(current, report):
        connection.execute("UPDATE versions SET last_seen = ? WHERE id = ?", (visit.fetched_at, current["id"]))
        return row["key"], current["id"], None
    previous = load_document(connection, current["reading_id"]) if current is not None else None
    change, cells = compare_reports(previous, report)
    number = current["number"] + 1 if current is not None else 1
    version_id = _add_version(connection, row["id"], number, visit, reading, report, reading_id)
    _add_change(connection, row["id"], change or "text", visit, version_id, current, cells)
    return row["key"], version_id, change


def _find_or_add_report(connection: sqlite3.Connection, visit: _Visit, reading: Reading) -> sqlite3.Row:
    agency = reading.agency or f"{_UNSIGNED}{visit.page_id}"
    identity = (visit.division, agency_key(agency, reading.district), reading.year)
    select = "SELECT id, key, page_id FROM reports WHERE division = ? AND agency_key = ? AND year = ?"
    row: sqlite3.Row | None = connection.execute(select, identity).fetchone()
    if row is None:
        key = report_key(visit.division, agency, reading.district, reading.year or 0)
        connection.execute(
            "INSERT INTO reports (key, division, agency_key, year, page_id) VALUES (?, ?, ?, ?, ?)",
            (key, *identity, visit.page_id),
        )
        row = connection.execute(select, identity).fetchone()
    return row


def _save_location(connection: sqlite3.Connection, report_id: int, visit: _Visit, quality: int) -> None:
    connection.execute(
        """
        INSERT INTO locations (report_id, page_id, first_seen, last_seen, quality) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (report_id, page_id) DO UPDATE SET last_seen = excluded.last_seen, quality = excluded.quality
        """,
        (report_id, visit.page_id, visit.fetched_at, visit.fetched_at, quality),
    )


def _tells_history(connection: sqlite3.Connection, report: sqlite3.Row, visit: _Visit, quality: int) -> bool:
    """Whether this page tells the report's history: it does already, it holds more, or the one that did is gone."""
    if report["page_id"] == visit.page_id:
        return True
    teller = connection.execute(
        """
        SELECT locations.quality,
               EXISTS (
                 SELECT 1 FROM captures WHERE page_id = locations.page_id AND run_id = ? AND failure IS NULL
               ) AS seen
        FROM locations WHERE report_id = ? AND page_id = ?
        """,
        (visit.run_id, report["id"], report["page_id"]),
    ).fetchone()
    return bool(teller is None or not teller["seen"] or quality > teller["quality"])


def _is_same(version: sqlite3.Row, report: Report) -> bool:
    return version["figures_hash"] == figures_hash(report) and version["words_hash"] == words_hash(report)


def _add_version(  # noqa: PLR0913 - the row and what hangs on it
    connection: sqlite3.Connection,
    report_id: int,
    number: int,
    visit: _Visit,
    reading: Reading,
    report: Report,
    reading_id: int,
) -> int:
    cursor = connection.execute(
        """
        INSERT INTO versions (report_id, number, reading_id, capture_id, first_seen, last_seen, title, agency, district,
                              form, published, figures_hash, words_hash)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            report_id,
            number,
            reading_id,
            visit.capture_id,
            visit.fetched_at,
            visit.fetched_at,
            report.title,
            reading.agency,
            reading.district,
            report.form,
            report.published.isoformat() if report.published else None,
            figures_hash(report),
            words_hash(report),
        ),
    )
    version_id = int(cursor.lastrowid or 0)
    _add_figures(connection, version_id, report)
    connection.executemany(
        "INSERT INTO findings (version_id, rule, place, left_sum, right_sum, text) VALUES (?, ?, ?, ?, ?, ?)",
        [(version_id, c.rule, c.where, c.left, c.right, c.text) for c in report.checks if c.status == "fail"],
    )
    index_words(connection, version_id, report, reading.agency)
    return version_id


def _add_figures(connection: sqlite3.Connection, version_id: int, report: Report) -> None:
    names = {
        (row["table"], row["row"], row["column"]): row["id"] for row in connection.execute("SELECT * FROM cell_names")
    }
    for cell in report.cells:
        if cell.key not in names:
            cursor = connection.execute('INSERT INTO cell_names ("table", "row", "column") VALUES (?, ?, ?)', cell.key)
            names[cell.key] = cursor.lastrowid
    connection.executemany(
        "INSERT INTO figures (version_id, cell_name_id, raw, value, unit, status, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(version_id, names[c.key], c.raw, c.value, c.unit, c.status, c.at) for c in report.cells],
    )


def _add_change(  # noqa: PLR0913 - the row, column by column
    connection: sqlite3.Connection,
    report_id: int,
    kind: ChangeKind,
    visit: _Visit,
    version_id: int,
    previous: sqlite3.Row | None,
    cells: tuple[CellChange, ...],
) -> None:
    fields = ("table", "row", "column", "old", "new")
    connection.execute(
        """
        INSERT INTO changes (report_id, kind, seen_at, version_id, capture_id, previous_capture_id, cells)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        (
            report_id,
            kind,
            visit.fetched_at,
            version_id,
            visit.capture_id,
            previous["capture_id"] if previous is not None else None,
            json.dumps([dict(zip(fields, astuple(cell), strict=True)) for cell in cells], ensure_ascii=False),
        ),
    )
