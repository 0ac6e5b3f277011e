"""Visits in, and what a crawler asks of earlier ones."""

import secrets
import sqlite3
import time
from dataclasses import astuple, dataclass, replace
from datetime import datetime

from archive.captures.bodies import SavedBody, load_body, save_body
from archive.captures.capture import Capture, PageKind, SiteIdentity, StoredBody, Validators, utc_now
from archive.captures.dictionaries import Kin
from archive.captures.headers import join_headers, keep_text, save_headers
from archive.captures.ledger import add_link, capture_digest
from archive.captures.pages import recount_page
from archive.file.database import atomic, durable
from archive.moments import moment
from archive.readings.documents import dump_json

KIND_RANK = {"home": 0, "column": 1, "list": 2, "attachment": 3, "report": 4}
"""A page met in two roles keeps the higher."""


_RULE = "SELECT withdrawn_after_days, withdrawn_after_visits FROM sites WHERE name = ?"
_TOLD_BY_RULE = """
UPDATE reports SET is_stale = 1 WHERE id IN (
  SELECT report_id FROM locations JOIN pages ON pages.id = page_id JOIN sites ON sites.id = site_id
  WHERE sites.name = ?)
"""
"""Another rule for what is withdrawn is another telling of what was seen."""


def save_site(connection: sqlite3.Connection, site: SiteIdentity) -> None:
    """Record a site, or what is newly known of it."""
    with atomic(connection):
        before = connection.execute(_RULE, (site.name,)).fetchone()
        connection.execute(
            """
            INSERT INTO sites (name, title, division, withdrawn_after_days, withdrawn_after_visits, added_at)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET
              title = excluded.title, division = excluded.division,
              withdrawn_after_days = excluded.withdrawn_after_days,
              withdrawn_after_visits = excluded.withdrawn_after_visits
            WHERE (title, division, sites.withdrawn_after_days, sites.withdrawn_after_visits)
              IS NOT (excluded.title, excluded.division, excluded.withdrawn_after_days, excluded.withdrawn_after_visits)
            """,
            (*astuple(site), moment(utc_now())),
        )
        if before is not None and tuple(before) != tuple(connection.execute(_RULE, (site.name,)).fetchone()):
            connection.execute(_TOLD_BY_RULE, (site.name,))


def begin_run(connection: sqlite3.Connection, command: str) -> int:
    """Record that a crawl begins; its captures carry the number returned. Its name sorts by the moment it began."""
    with atomic(connection):
        cursor = connection.execute(
            "INSERT INTO runs (uid, started_at, command) VALUES (?, ?, ?)",
            (f"{time.time_ns():016x}{secrets.token_hex(8)}", moment(utc_now()), command),
        )
    return int(cursor.lastrowid or 0)


def save_capture(connection: sqlite3.Connection, run_id: int, capture: Capture) -> int:
    """Record one visit in one transaction, on the disk when this returns, and return its number."""
    with durable(connection), atomic(connection):
        return add_capture(connection, run_id, capture)


def add_capture(
    connection: sqlite3.Connection, run_id: int, capture: Capture, confirmed: SavedBody | None = None
) -> int:
    """Add one visit with all that hangs on it; `confirmed` are the bytes that a 304 is known to confirm.

    Without it a 304 confirms what stands at the page now.
    """
    capture = make_storable(capture)
    page = _find_page(connection, capture)
    body = confirmed
    if capture.body is not None:
        kin = Kin(capture.site, capture.kind)
        body = save_body(connection, capture.body, page.body if page else None, kin)
    elif confirmed is None and capture.status == 304 and capture.is_good and page is not None:
        body = page.body
    now = moment(capture.fetched_at)
    page_id = _save_page(connection, page, capture, body, now)
    if not capture.is_good or (page is not None and _rises(page.kind, capture.kind)):
        _mark_stale(connection, page_id)
    headers = save_headers(connection, capture.headers)
    facts = None if capture.facts is None else dump_json(dict(capture.facts))
    facts_id = None if facts is None else keep_text(connection, "facts", "facts", facts)
    cursor = connection.execute(
        """
        INSERT INTO captures (page_id, run_id, fetched_at, status, failure, shape_id, header_values, body_id,
                              final_url, facts_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            page_id,
            run_id,
            now,
            capture.status,
            capture.failure,
            *headers,
            body.id if body else None,
            capture.final_url,
            facts_id,
        ),
    )
    number = int(cursor.lastrowid or 0)
    if page is not None and page.last_good is not None and now < page.last_good:
        recount_page(connection, page_id)  # the clock was set back
    digest = capture_digest(capture, dump_json(capture.headers), body.sha256 if body else None, facts)
    add_link(connection, number, digest)
    return number


def _mark_stale(connection: sqlite3.Connection, page_id: int) -> None:
    """Note that what is known of the reports at a page has to be looked at again: it may be gone."""
    connection.execute(
        "UPDATE reports SET is_stale = 1 WHERE id IN (SELECT report_id FROM locations WHERE page_id = ?)", (page_id,)
    )


_LAST_GOOD = """
SELECT captures.body_id, shape, header_values, captures.fetched_at
FROM captures JOIN pages ON pages.id = captures.page_id JOIN sites ON sites.id = pages.site_id
JOIN header_shapes ON header_shapes.id = captures.shape_id
WHERE sites.name = ? AND pages.url = ? AND captures.failure IS NULL AND captures.status = 200
  AND captures.body_id IS NOT NULL
ORDER BY captures.fetched_at DESC, captures.id DESC LIMIT 1
"""


def find_validators(connection: sqlite3.Connection, site: str, url: str) -> Validators | None:
    """Return what the last good answer of a URL said about itself, for a conditional request."""
    row = connection.execute(_LAST_GOOD, (site, url)).fetchone()
    if row is None:
        return None
    said = {name.lower(): value for name, value in reversed(join_headers(row["shape"], row["header_values"]))}
    validators = Validators(said.get("etag"), said.get("last-modified"))
    return validators if validators.etag or validators.last_modified else None


def find_body(connection: sqlite3.Connection, site: str, url: str) -> StoredBody | None:
    """Return the bytes of a URL's last good visit."""
    row = connection.execute(_LAST_GOOD, (site, url)).fetchone()
    if row is None:
        return None
    headers = join_headers(row["shape"], row["header_values"])
    return StoredBody(load_body(connection, row["body_id"]), headers, datetime.fromisoformat(row["fetched_at"]))


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


def _save_page(
    connection: sqlite3.Connection, page: _Page | None, capture: Capture, body: SavedBody | None, now: str
) -> int:
    """Add a page, or write on what its captures add up to with this one, and return its number."""
    if page is None:
        met = _Page(0, capture.kind, capture.link_text, None, None, None, 0)
        fields = {**_add_visit(met, capture, body, now), "url": capture.url, "found_on": capture.found_on}
        fields["first_seen"] = now
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
        {**_add_visit(page, capture, body, now), "id": page.id},
    )
    return page.id


def _rises(known: PageKind, met: PageKind) -> bool:
    """Whether a page is met in a higher role than it was known in."""
    return KIND_RANK[met] > KIND_RANK[known]


def _add_visit(page: _Page, capture: Capture, body: SavedBody | None, now: str) -> dict[str, str | int | None]:
    """Return the columns of a page after one more visit. A 304 for bytes never fetched is neither good nor failed."""
    rises = _rises(page.kind, capture.kind)
    is_good = capture.is_good and body is not None
    has_changed = is_good and (page.body is None or body != page.body)
    present = body if is_good else page.body
    return {
        "kind": capture.kind if rises else page.kind,
        "link_text": (capture.link_text or page.link_text) if rises else page.link_text,
        "present_body_id": present.id if present else None,
        "last_good": now if is_good else page.last_good,
        "last_changed": now if has_changed else page.last_changed,
        "failures": 0 if is_good else page.failures + (not capture.is_good),
    }


def make_storable(capture: Capture) -> Capture:
    """Return a capture without halves of characters (lone surrogates) in its texts: no UTF-8 file has room for them."""
    texts = {name: getattr(capture, name) for name in ("url", "final_url", "failure", "found_on", "link_text")}
    try:
        "".join(filter(None, texts.values())).encode()
    except UnicodeEncodeError:
        whole = {name: text and text.encode(errors="replace").decode() for name, text in texts.items()}
        return replace(capture, **whole)
    return capture
