"""A report's history: which report a page holds, which of its pages tells the history, versions and changes.

A report is often met at several pages (a page and its attachment, a list of the district and one of the street). One
of them tells its history: the first, or one that holds more. The others are locations of the same report.
"""

import json
import sqlite3
from dataclasses import astuple, dataclass

from archive.compare import CellChange, ChangeKind, compare_reports, figures_hash, words_hash
from archive.documents import load_document
from archive.naming import agency_key, report_key
from archive.reading import Reading
from archive.search import index_words
from parsers.report import Report

_UNSIGNED = "未署名"


@dataclass(frozen=True, slots=True)
class Visit:
    """The capture that a reading is of, as filing needs it."""

    capture_id: int
    page_id: int
    run_id: int
    body_id: int
    fetched_at: str
    url: str
    division: str


def file_report(
    connection: sqlite3.Connection, visit: Visit, reading: Reading, report: Report, reading_id: int
) -> tuple[str, int, ChangeKind | None, str | None]:
    """Return the report's key, the version that holds, the change that this visit brought, and what to note of it."""
    row = _find_or_add_report(connection, visit, reading)
    tells = _tells_history(connection, row, visit, reading.quality, report)
    _save_location(connection, row["id"], visit, reading.quality)
    current = connection.execute(
        "SELECT * FROM versions WHERE report_id = ? ORDER BY number DESC LIMIT 1", (row["id"],)
    ).fetchone()
    if current is not None and not tells:
        note = _note_difference(load_document(connection, current["reading_id"]), report, row)
        return row["key"], current["id"], None, note
    connection.execute("UPDATE reports SET page_id = ? WHERE id = ?", (visit.page_id, row["id"]))
    if current is not None and _is_same(current, report):
        connection.execute("UPDATE versions SET last_seen = ? WHERE id = ?", (visit.fetched_at, current["id"]))
        return row["key"], current["id"], None, None
    previous = load_document(connection, current["reading_id"]) if current is not None else None
    change, cells = compare_reports(previous, report)
    number = current["number"] + 1 if current is not None else 1
    version_id = _add_version(connection, row["id"], number, visit, reading, report, reading_id)
    _add_change(connection, row["id"], change or "text", visit, version_id, current, cells)
    return row["key"], version_id, change, None


def _find_or_add_report(connection: sqlite3.Connection, visit: Visit, reading: Reading) -> sqlite3.Row:
    agency = reading.agency or f"{_UNSIGNED}{visit.page_id}"
    identity = (visit.division, agency_key(agency, reading.district), reading.year)
    select = """
        SELECT reports.id, reports.key, reports.page_id, pages.url
        FROM reports JOIN pages ON pages.id = reports.page_id WHERE division = ? AND agency_key = ? AND year = ?
    """
    row: sqlite3.Row | None = connection.execute(select, identity).fetchone()
    if row is None:
        key = report_key(visit.division, agency, reading.district, reading.year or 0)
        connection.execute(
            "INSERT INTO reports (key, division, agency_key, year, page_id) VALUES (?, ?, ?, ?, ?)",
            (key, *identity, visit.page_id),
        )
        row = connection.execute(select, identity).fetchone()
    return row


def _save_location(connection: sqlite3.Connection, report_id: int, visit: Visit, quality: int) -> None:
    connection.execute(
        """
        INSERT INTO locations (report_id, page_id, first_seen, last_seen, quality) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (report_id, page_id) DO UPDATE SET last_seen = excluded.last_seen, quality = excluded.quality
        """,
        (report_id, visit.page_id, visit.fetched_at, visit.fetched_at, quality),
    )


def _tells_history(
    connection: sqlite3.Connection, row: sqlite3.Row, visit: Visit, quality: int, report: Report
) -> bool:
    """Whether this page tells the report's history from now on.

    It does already; or it is met for the first time and holds more; or the page that did brought nothing in this
    crawl, and this one is new or shows something else than on its last visit. A mirror that stands there unchanged
    while the other page does not answer is no change of the report.
    """
    if row["page_id"] == visit.page_id:
        return True
    qualities = dict(
        connection.execute("SELECT page_id, quality FROM locations WHERE report_id = ?", (row["id"],)).fetchall()
    )
    is_new = visit.page_id not in qualities
    if is_new and quality > qualities.get(row["page_id"], 0):
        return True
    answered = connection.execute(
        "SELECT 1 FROM captures WHERE page_id = ? AND run_id = ? AND failure IS NULL", (row["page_id"], visit.run_id)
    ).fetchone()
    return not answered and (is_new or _shows_something_else(connection, visit, report))


def _shows_something_else(connection: sqlite3.Connection, visit: Visit, report: Report) -> bool:
    """Whether a page's report differs from the one that it showed on its last visit."""
    last = connection.execute(
        """
        SELECT readings.id FROM sightings JOIN readings ON readings.id = sightings.reading_id
        JOIN captures ON captures.id = sightings.capture_id
        WHERE captures.page_id = ? AND readings.document_id IS NOT NULL ORDER BY captures.id DESC LIMIT 1
        """,
        (visit.page_id,),
    ).fetchone()
    return last is None or compare_reports(load_document(connection, last["id"]), report)[0] is not None


def _note_difference(told: Report, report: Report, row: sqlite3.Row) -> str | None:
    """Say where a second page of the same agency and year prints other figures than the one whose history is told."""
    figures = {cell.key: cell.value for cell in told.cells if cell.status == "reported"}
    differing = [
        cell for cell in report.cells if cell.status == "reported" and figures.get(cell.key, cell.value) != cell.value
    ]
    if not differing:
        return None
    first = ".".join(differing[0].key)
    return f"{len(differing)} figures differ from those at {row['url']}, which has the same agency and year ({first})"


def _is_same(version: sqlite3.Row, report: Report) -> bool:
    return bool(version["figures_hash"] == figures_hash(report) and version["words_hash"] == words_hash(report))


def _add_version(  # noqa: PLR0913 - the row and what hangs on it
    connection: sqlite3.Connection,
    report_id: int,
    number: int,
    visit: Visit,
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
    visit: Visit,
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
