"""What waits to be read and filed, and what was read before."""

import sqlite3
from collections.abc import Iterator

from archive.captures.headers import join_headers
from archive.readings.documents import load_document, unpack_document
from archive.readings.reading import Filed, Outdated, Unparsed, Unread
from parsers.report import Report

_UNPARSED = """
SELECT captures.id, captures.body_id, shape, header_values
FROM captures JOIN pages ON pages.id = captures.page_id JOIN header_shapes ON header_shapes.id = captures.shape_id
WHERE captures.id > ?1 AND captures.failure IS NULL AND captures.body_id IS NOT NULL
  AND pages.kind IN ('report', 'attachment')
  AND NOT EXISTS (SELECT 1 FROM sightings WHERE sightings.capture_id = captures.id)
  AND NOT EXISTS (SELECT 1 FROM readings WHERE readings.body_id = captures.body_id AND parser = ?2)
ORDER BY captures.id LIMIT ?3
"""
_UNPARSED_AT_ONCE = 100
# CROSS JOIN and + hold SQLite to begin at the few files behind a page, and not at all the captures of a crawl.
_READABLE = """
SELECT captures.id, captures.run_id, shape, header_values, sites.name, sites.title, sites.division,
       pages.url, pages.kind, pages.found_on, pages.link_text, parents.link_text AS parent_link_text,
       EXISTS (SELECT 1 FROM reports WHERE reports.page_id = pages.id) AS tells,
       EXISTS (
         SELECT 1 FROM pages AS files CROSS JOIN captures AS visits ON visits.page_id = files.id
         WHERE +files.site_id = pages.site_id AND files.found_on = pages.url
           AND visits.run_id = captures.run_id AND visits.failure IS NOT NULL
       ) AS lost_files,
       sightings.note, (SELECT key FROM reports WHERE reports.id = sightings.report_id) AS filed_as
FROM captures JOIN header_shapes ON header_shapes.id = captures.shape_id
JOIN pages ON pages.id = captures.page_id JOIN sites ON sites.id = pages.site_id
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
    which = "AND sightings.capture_id IS NOT NULL AND sites.name = ? AND +captures.run_id = ? ORDER BY captures.id"
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
        content_type=_find_content_type(row),
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


_BODIES_READ = "SELECT body_id FROM captures JOIN sightings ON sightings.capture_id = captures.id"
_BODIES_COMPARED = """
SELECT body_id FROM locations UNION
SELECT captures.body_id FROM states JOIN versions ON versions.id = states.version_id
JOIN captures ON captures.id = versions.capture_id WHERE states.known_until IS NULL
"""
"""What pages of reports last showed, and what began the version that stands: the next visit is compared with these."""


def iter_outdated(connection: sqlite3.Connection, parser: str, *, whole: bool = False) -> Iterator[Outdated]:
    """Yield the bytes that the next visit is compared with and that this parser version has not read, each once.

    With `whole` all bytes that were ever read there: the history as well.
    """
    bodies = _BODIES_READ if whole else _BODIES_COMPARED
    rows = connection.execute(
        f"""
        SELECT bodies.id, (
          SELECT captures.id FROM captures
          WHERE captures.body_id = bodies.id AND captures.status IS NOT 304 ORDER BY captures.id LIMIT 1
        ) AS capture_id
        FROM bodies WHERE bodies.id IN ({bodies})
          AND NOT EXISTS (SELECT 1 FROM readings WHERE body_id = bodies.id AND parser = ?)
        ORDER BY bodies.id
        """,  # noqa: S608 - statements of ours
        (parser,),
    ).fetchall()
    for row in rows:
        yield Outdated(row["id"], row["capture_id"], find_content_type(connection, row["capture_id"]))


def find_content_type(connection: sqlite3.Connection, capture_id: int) -> str | None:
    """Return what a capture's bytes were said to be; for a 304 what they were said to be when they came."""
    row = connection.execute(
        "SELECT shape, header_values FROM captures JOIN header_shapes ON header_shapes.id = shape_id "
        "WHERE captures.id = ?",
        (capture_id,),
    ).fetchone()
    return _find_content_type(row)


def iter_unparsed(connection: sqlite3.Connection, parser: str, after: int = 0) -> Iterator[Unparsed]:
    """Yield what `iter_unread` will yield and this parser version has not read, from the captures after one, in order.

    The same bytes come once. The rows come some at a time: what is stored meanwhile comes as well, and no reader keeps
    the write-ahead log from being written back while it parses.
    """
    met: set[int] = set()
    while rows := connection.execute(_UNPARSED, (after, parser, _UNPARSED_AT_ONCE)).fetchall():
        for row in rows:
            number, body_id = row[:2]
            if body_id not in met:
                met.add(body_id)
                yield Unparsed(number, body_id, _find_content_type(row))
        after = rows[-1]["id"]


def _find_content_type(row: sqlite3.Row) -> str | None:
    headers = join_headers(row["shape"], row["header_values"])
    return next((value for name, value in reversed(headers) if name.lower() == "content-type"), None)
