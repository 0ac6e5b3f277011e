"""A reading into its report: version, figures, change, search words and findings, in one transaction."""

import sqlite3
from collections.abc import Iterator, Sequence

from archive.capture import utc_now
from archive.captures import moment
from archive.connection import atomic
from archive.documents import (
    PackedDocument,
    load_document,
    load_json,
    make_storable,
    pack_document,
    save_document,
    unpack_document,
)
from archive.histories import file_report
from archive.reading import Filed, Outdated, Reading, Unparsed, Unread
from archive.versions import Visit, replace_reading
from parsers.report import Report

_UNPARSED = """
SELECT captures.id, captures.body_id, captures.headers
FROM captures JOIN pages ON pages.id = captures.page_id
WHERE captures.id > ?1 AND captures.failure IS NULL AND captures.body_id IS NOT NULL
  AND pages.kind IN ('report', 'attachment')
  AND NOT EXISTS (SELECT 1 FROM sightings WHERE sightings.capture_id = captures.id)
  AND NOT EXISTS (SELECT 1 FROM readings WHERE readings.body_id = captures.body_id AND parser = ?2)
ORDER BY captures.id LIMIT ?3
"""
_UNPARSED_AT_ONCE = 100
# CROSS JOIN and + hold SQLite to begin at the few files behind a page, and not at all the captures of a crawl.
_READABLE = """
SELECT captures.id, captures.run_id, captures.headers, sites.name, sites.title, sites.division,
       pages.url, pages.kind, pages.found_on, pages.link_text, parents.link_text AS parent_link_text,
       EXISTS (SELECT 1 FROM reports WHERE reports.page_id = pages.id) AS tells,
       EXISTS (
         SELECT 1 FROM pages AS files CROSS JOIN captures AS visits ON visits.page_id = files.id
         WHERE +files.site_id = pages.site_id AND files.found_on = pages.url
           AND visits.run_id = captures.run_id AND visits.failure IS NOT NULL
       ) AS lost_files,
       sightings.note, (
         SELECT key FROM versions JOIN reports ON reports.id = report_id WHERE versions.id = sightings.version_id
       ) AS filed_as
FROM captures JOIN pages ON pages.id = captures.page_id JOIN sites ON sites.id = pages.site_id
LEFT JOIN pages AS parents ON parents.site_id = pages.site_id AND parents.url = pages.found_on
LEFT JOIN sightings ON sightings.capture_id = captures.id
WHERE captures.failure IS NULL AND captures.body_id IS NOT NULL AND pages.kind IN ('report', 'attachment')
"""


def iter_unread(connection: sqlite3.Connection) -> Iterator[Unread]:
    """Yield good captures of reports and attachments that are not filed yet, the oldest crawl first, site by site."""
    order = "AND sightings.capture_id IS NULL ORDER BY captures.run_id, sites.id, captures.id"
    for row in connection.execute(f"{_READABLE} {order}").fetchall():
        yield _to_unread(row)


def iter_filed(connection: sqlite3.Connection, site: str, run_id: int) -> Iterator[tuple[Unread, Filed]]:
    """Yield the captures of a crawl of a site that are filed, in order, each with what it is filed as."""
    which = "AND sightings.capture_id IS NOT NULL AND sites.name = ? AND captures.run_id = ? ORDER BY captures.id"
    for row in connection.execute(f"{_READABLE} {which}", (site, run_id)).fetchall():
        yield _to_unread(row), Filed(row["id"], row["url"], row["filed_as"], None, row["note"])


def _to_unread(row: sqlite3.Row) -> Unread:
    return Unread(
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
        content_type=_find_content_type(row["headers"]),
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


def is_read(connection: sqlite3.Connection, capture_id: int, parser: str) -> bool:
    """Whether this parser version has read the bytes of a capture."""
    row = connection.execute(
        """
        SELECT 1 FROM captures JOIN readings ON readings.body_id = captures.body_id
        WHERE captures.id = ? AND readings.parser = ?
        """,
        (capture_id, parser),
    ).fetchone()
    return row is not None


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
        yield Outdated(row["version_id"], row["capture_id"], _find_content_type(row["headers"]))


def iter_unparsed(connection: sqlite3.Connection, parser: str, after: int = 0) -> Iterator[Unparsed]:
    """Yield what `iter_unread` will yield and this parser version has not read, from the captures after one, in order.

    The same bytes come once. The rows come some at a time: what is stored meanwhile comes as well, and no reader keeps
    the write-ahead log from being written back while it parses.
    """
    met: set[int] = set()
    while rows := connection.execute(_UNPARSED, (after, parser, _UNPARSED_AT_ONCE)).fetchall():
        for number, body_id, headers in rows:
            if body_id not in met:
                met.add(body_id)
                yield Unparsed(number, body_id, _find_content_type(headers))
        after = rows[-1]["id"]


def save_readings(connection: sqlite3.Connection, readings: Sequence[Reading]) -> None:
    """Keep what a parser made of some captures' bytes, all or nothing, and file none of it.

    What takes time is done before the transaction, for another process wants to write meanwhile.
    """
    packed = [_pack_reading(reading) for reading in readings]
    with atomic(connection):
        for reading, document in packed:
            row = connection.execute("SELECT body_id FROM captures WHERE id = ?", (reading.capture_id,)).fetchone()
            if row is None or row["body_id"] is None:
                raise ValueError(f"capture {reading.capture_id} has no bytes that could have been read")
            _save_reading(connection, row["body_id"], reading, document)


def _pack_reading(reading: Reading) -> tuple[Reading, PackedDocument | None]:
    try:
        (reading.error or "").encode()
        return reading, pack_document(reading.report) if reading.report else None
    except UnicodeEncodeError:
        reading = make_storable(reading)
        return reading, pack_document(reading.report) if reading.report else None


def file_rereading(connection: sqlite3.Connection, version_id: int, reading: Reading) -> None:
    """Record what a newer parser made of a version's bytes; the version is told by it if it is a report still.

    The earlier reading stays, and no change of the source is recorded.
    """
    visit = _load_visit(connection, reading.capture_id)
    reading, document = _pack_reading(reading)
    with atomic(connection):
        reading_id = _save_reading(connection, visit.body_id, reading, document)
        if reading.quality and reading.report:
            replace_reading(connection, version_id, reading_id, reading, reading.report)


def file_reading(connection: sqlite3.Connection, reading: Reading) -> Filed:
    """Record a reading and all that follows from it in one transaction."""
    visit = _load_visit(connection, reading.capture_id)
    try:
        return _file_reading(connection, visit, reading)
    except UnicodeEncodeError:  # nothing of it is in; to look for it first would cost more than all the rest
        return _file_reading(connection, visit, make_storable(reading))


def file_readings(connection: sqlite3.Connection, readings: Sequence[Reading]) -> list[Filed]:
    """Record readings in their order, all that follows from them in one transaction: all of it or none.

    Whoever is told that one of them cannot be filed files them one by one.
    """
    visits = [_load_visit(connection, reading.capture_id) for reading in readings]
    with atomic(connection):
        return [_add_reading(connection, *pair) for pair in zip(visits, readings, strict=True)]


def _file_reading(connection: sqlite3.Connection, visit: Visit, reading: Reading) -> Filed:
    with atomic(connection):
        return _add_reading(connection, visit, reading)


def _add_reading(connection: sqlite3.Connection, visit: Visit, reading: Reading) -> Filed:
    reading_id = _save_reading(connection, visit.body_id, reading)
    version_id, report, change, note = None, None, None, reading.error
    if reading.report and reading.quality:
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


def _save_reading(
    connection: sqlite3.Connection, body_id: int, reading: Reading, document: PackedDocument | None = None
) -> int:
    """Keep what a parser version made of some bytes, where it is not kept yet; `document` is its report if packed."""
    found = connection.execute(
        "SELECT id FROM readings WHERE body_id = ? AND parser = ?", (body_id, reading.parser)
    ).fetchone()
    if found:
        return int(found["id"])
    report = reading.report
    document_id = save_document(connection, document or pack_document(report)) if report else None
    cursor = connection.execute(
        "INSERT INTO readings (body_id, parser, read_at, kind, form, document_id, error) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            body_id,
            reading.parser,
            moment(utc_now()),
            report.kind if report else None,
            report.form if report else None,
            document_id,
            None if report else reading.error or "not read",
        ),
    )
    return int(cursor.lastrowid or 0)


def _find_content_type(headers: str) -> str | None:
    return next((value for name, value in reversed(load_json(headers)) if name.lower() == "content-type"), None)
