"""Visits in, and what a crawler asks of earlier ones."""

import hashlib
import json
import sqlite3
from datetime import UTC, datetime

from archive.bodies import load_body, save_body
from archive.capture import Capture, SiteIdentity, StoredBody, Validators, utc_now
from archive.connection import atomic
from archive.documents import load_json

_KIND_RANK = {"home": 0, "column": 1, "list": 2, "attachment": 3, "report": 4}
"""A page met in two roles keeps the higher."""


def moment(value: datetime) -> str:
    """Return a moment as the archive writes it, in UTC to the second."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def save_site(connection: sqlite3.Connection, site: SiteIdentity) -> None:
    """Record a site, or what is newly known of it."""
    with atomic(connection):
        connection.execute(
            """
            INSERT INTO sites (name, title, division, added_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET title = excluded.title, division = excluded.division
            WHERE title IS NOT excluded.title OR division IS NOT excluded.division
            """,
            (site.name, site.title, site.division, moment(utc_now())),
        )


def begin_run(connection: sqlite3.Connection, command: str) -> int:
    """Record that a crawl begins; its captures carry the number returned."""
    with atomic(connection):
        cursor = connection.execute(
            "INSERT INTO runs (started_at, command) VALUES (?, ?)", (moment(utc_now()), command)
        )
    return int(cursor.lastrowid or 0)


def save_capture(connection: sqlite3.Connection, run_id: int, capture: Capture) -> int:
    """Record one visit in one transaction and return its number."""
    with atomic(connection):
        page_id = _save_page(connection, capture)
        body_id = save_body(connection, capture.body) if capture.body is not None else None
        if capture.status == 304 and capture.is_good:
            body_id = _last_body_id(connection, page_id)
        headers = json.dumps(capture.headers, ensure_ascii=False)
        fetched_at = moment(capture.fetched_at)
        cursor = connection.execute(
            """
            INSERT INTO captures (page_id, run_id, fetched_at, status, failure, headers, body_id, final_url,
                                  etag, last_modified, chain)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            (
                page_id,
                run_id,
                fetched_at,
                capture.status,
                capture.failure,
                headers,
                body_id,
                capture.final_url,
                capture.header("ETag"),
                capture.header("Last-Modified"),
                _next_link(connection, page_id, run_id, fetched_at, capture, headers, body_id),
            ),
        )
    return int(cursor.lastrowid or 0)


def find_validators(connection: sqlite3.Connection, site: str, url: str) -> Validators | None:
    """Return what the last good answer of a URL said about itself, for a conditional request."""
    row = connection.execute(
        """
        SELECT captures.etag, captures.last_modified
        FROM captures JOIN pages ON pages.id = captures.page_id JOIN sites ON sites.id = pages.site_id
        WHERE sites.name = ? AND pages.url = ? AND captures.failure IS NULL AND captures.status = 200
        ORDER BY captures.id DESC LIMIT 1
        """,
        (site, url),
    ).fetchone()
    if row is None or not (row["etag"] or row["last_modified"]):
        return None
    return Validators(row["etag"], row["last_modified"])


def find_body(connection: sqlite3.Connection, site: str, url: str) -> StoredBody | None:
    """Return the bytes of a URL's last good visit."""
    row = connection.execute(
        """
        SELECT captures.body_id, captures.headers, captures.fetched_at
        FROM captures JOIN pages ON pages.id = captures.page_id JOIN sites ON sites.id = pages.site_id
        WHERE sites.name = ? AND pages.url = ? AND captures.failure IS NULL AND captures.status = 200
          AND captures.body_id IS NOT NULL
        ORDER BY captures.id DESC LIMIT 1
        """,
        (site, url),
    ).fetchone()
    if row is None:
        return None
    headers = tuple((name, value) for name, value in load_json(row["headers"]))
    fetched_at = datetime.fromisoformat(row["fetched_at"])
    return StoredBody(load_body(connection, row["body_id"]), headers, fetched_at)


def _save_page(connection: sqlite3.Connection, capture: Capture) -> int:
    row = connection.execute(
        """
        SELECT pages.id, pages.kind, pages.link_text FROM pages JOIN sites ON sites.id = pages.site_id
        WHERE sites.name = ? AND pages.url = ?
        """,
        (capture.site, capture.url),
    ).fetchone()
    if row is None:
        cursor = connection.execute(
            """
            INSERT INTO pages (site_id, url, kind, found_on, link_text, first_seen)
            VALUES ((SELECT id FROM sites WHERE name = ?), ?, ?, ?, ?, ?)
            """,
            (
                capture.site,
                capture.url,
                capture.kind,
                capture.found_on,
                capture.link_text,
                moment(capture.fetched_at),
            ),
        )
        return int(cursor.lastrowid or 0)
    if _KIND_RANK[capture.kind] > _KIND_RANK[row["kind"]]:
        connection.execute(
            "UPDATE pages SET kind = ?, link_text = coalesce(?, link_text) WHERE id = ?",
            (capture.kind, capture.link_text, row["id"]),
        )
    return int(row["id"])


def _last_body_id(connection: sqlite3.Connection, page_id: int) -> int | None:
    row = connection.execute(
        "SELECT body_id FROM captures WHERE page_id = ? AND body_id IS NOT NULL AND failure IS NULL ORDER BY id DESC",
        (page_id,),
    ).fetchone()
    return row["body_id"] if row else None


def _next_link(  # noqa: PLR0913 - the parts of the row that the hash covers
    connection: sqlite3.Connection,
    page_id: int,
    run_id: int,
    fetched_at: str,
    capture: Capture,
    headers: str,
    body_id: int | None,
) -> str:
    """Return the hash of the row to come over the hash of the last one, the URL and the hash of the body."""
    last = connection.execute("SELECT chain FROM captures ORDER BY id DESC LIMIT 1").fetchone()
    body = connection.execute("SELECT sha256 FROM bodies WHERE id = ?", (body_id,)).fetchone()
    parts = [
        last["chain"] if last else "",
        capture.site,
        capture.url,
        page_id,
        run_id,
        fetched_at,
        capture.status,
        capture.failure,
        headers,
        body["sha256"] if body else None,
        capture.final_url,
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
