"""Visits in, and what a crawler asks of earlier ones."""

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from archive.bodies import SavedBody, load_body, save_body
from archive.capture import Capture, PageKind, SiteIdentity, StoredBody, Validators, utc_now
from archive.connection import atomic
from archive.documents import dump_json, load_json

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
    capture = _storable(capture)
    headers = dump_json(capture.headers)
    facts = None if capture.facts is None else dump_json(dict(capture.facts))
    fetched_at = moment(capture.fetched_at)
    with atomic(connection):
        page = _find_page(connection, capture)
        body = save_body(connection, capture.body) if capture.body is not None else None
        if capture.status == 304 and capture.is_good and page is not None:
            body = page.body
        page_id = _save_page(connection, page, capture, body)
        chain = _next_link(connection, page_id, run_id, capture, [headers, body.sha256 if body else None], facts)
        cursor = connection.execute(
            """
            INSERT INTO captures (page_id, run_id, fetched_at, status, failure, headers, body_id, final_url,
                                  etag, last_modified, facts, chain)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            (
                page_id,
                run_id,
                fetched_at,
                capture.status,
                capture.failure,
                headers,
                body.id if body else None,
                capture.final_url,
                capture.header("ETag"),
                capture.header("Last-Modified"),
                facts,
                chain,
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


@dataclass(frozen=True, slots=True)
class _Page:
    """What is kept of a page beside its captures; see the second migration."""

    id: int
    kind: PageKind
    link_text: str | None
    body: SavedBody | None
    last_good: str | None
    last_changed: str | None
    failures: int


def _find_page(connection: sqlite3.Connection, capture: Capture) -> _Page | None:
    row = connection.execute(
        """
        SELECT pages.id, kind, link_text, last_good, last_changed, failures, bodies.id, bodies.sha256
        FROM pages JOIN sites ON sites.id = pages.site_id LEFT JOIN bodies ON bodies.id = pages.present_body_id
        WHERE sites.name = ? AND pages.url = ?
        """,
        (capture.site, capture.url),
    ).fetchone()
    if row is None:
        return None
    number, kind, link_text, last_good, last_changed, failures, body_id, sha256 = row
    body = SavedBody(body_id, sha256) if body_id is not None else None
    return _Page(number, kind, link_text, body, last_good, last_changed, failures)


def _save_page(connection: sqlite3.Connection, page: _Page | None, capture: Capture, body: SavedBody | None) -> int:
    """Add a page, or write on what its captures add up to with this one, and return its number."""
    if page is None:
        met = _Page(0, capture.kind, capture.link_text, None, None, None, 0)
        fields = {**_add_visit(met, capture, body), "url": capture.url, "found_on": capture.found_on}
        fields["first_seen"] = moment(capture.fetched_at)
        cursor = connection.execute(
            """
            INSERT INTO pages (site_id, url, kind, found_on, link_text, first_seen, present_body_id, last_good,
                               last_changed, failures)
            VALUES ((SELECT id FROM sites WHERE name = :site), :url, :kind, :found_on, :link_text, :first_seen,
                    :present_body_id, :last_good, :last_changed, :failures)
            """,
            {**fields, "site": capture.site},
        )
        return int(cursor.lastrowid or 0)
    connection.execute(
        """
        UPDATE pages SET kind = :kind, link_text = :link_text, present_body_id = :present_body_id,
                         last_good = :last_good, last_changed = :last_changed, failures = :failures
        WHERE id = :id
        """,
        {**_add_visit(page, capture, body), "id": page.id},
    )
    return page.id


def _add_visit(page: _Page, capture: Capture, body: SavedBody | None) -> dict[str, str | int | None]:
    """Return the columns of a page after one more visit. A 304 for bytes never fetched is neither good nor failed."""
    rises = _KIND_RANK[capture.kind] > _KIND_RANK[page.kind]
    is_good = capture.is_good and body is not None
    has_changed = is_good and (page.body is None or body != page.body)
    now = moment(capture.fetched_at)
    present = body if is_good else page.body
    return {
        "kind": capture.kind if rises else page.kind,
        "link_text": (capture.link_text or page.link_text) if rises else page.link_text,
        "present_body_id": present.id if present else None,
        "last_good": now if is_good else page.last_good,
        "last_changed": now if has_changed else page.last_changed,
        "failures": 0 if is_good else page.failures + (not capture.is_good),
    }


def _next_link(  # noqa: PLR0913 - the parts of the row that the hash covers
    connection: sqlite3.Connection,
    page_id: int,
    run_id: int,
    capture: Capture,
    answer: Sequence[str | None],
    facts: str | None,
) -> str:
    """Return the hash of the row to come over the hash of the last one and all that the visit was.

    It covers, as one JSON list: the last row's chain ("" for the first), site, URL, number of the page, number of the
    run, moment, status, failure, headers (as stored), SHA-256 of the body, final URL; and `facts` (as stored) as a
    twelfth part where there are any, so that rows from before there were facts hash as they always did.
    """
    last = connection.execute("SELECT chain FROM captures ORDER BY id DESC LIMIT 1").fetchone()
    parts = [
        last["chain"] if last else "",
        capture.site,
        capture.url,
        page_id,
        run_id,
        moment(capture.fetched_at),
        capture.status,
        capture.failure,
        *answer,
        capture.final_url,
        *([] if facts is None else [facts]),
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def _storable(capture: Capture) -> Capture:
    """Return a capture without halves of characters (lone surrogates) in its texts: no UTF-8 file has room for them."""
    texts = {name: getattr(capture, name) for name in ("url", "final_url", "failure", "found_on", "link_text")}
    try:
        "".join(filter(None, texts.values())).encode()
    except UnicodeEncodeError:
        whole = {name: text and text.encode(errors="replace").decode() for name, text in texts.items()}
        return replace(capture, **whole)
    return capture
