"""Captures that were made elsewhere, into the archive: each once, whatever the order in which they come."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive.captures.bodies import SavedBody, digest, save_body
from archive.captures.capture import Capture
from archive.captures.captures import make_storable
from archive.captures.dictionaries import Kin
from archive.captures.headers import drop_cookies, keep_text, save_headers
from archive.captures.ledger import add_link, capture_digest
from archive.captures.records import Run, iter_records
from archive.file.database import atomic, durable
from archive.joining.places import MetPage, keep_page
from archive.moments import moment
from archive.readings.documents import dump_json
from archive.readings.refiling import mark_stale

_BATCH = 200
"""Captures of a transaction, so that the disk is not waited for with each."""
_BATCH_BYTES = 16 << 20
"""Bytes of the bodies of a transaction, so that they do not fill the memory."""

Import = tuple[Run, Capture, str | None]
"""A capture, the run that it belongs to, and the SHA-256 of its bytes; of a 304 those of the bytes it confirms."""


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """How many captures were new, and how many were there before; how many bodies were new.

    `refused` says of the others, a line each, why they were not taken.
    """

    added: int
    known: int
    bodies: int
    refused: tuple[str, ...] = ()


class _RefusedError(Exception):
    """A capture that is not taken; the text says why."""


def import_captures(connection: sqlite3.Connection, captures: Iterable[Import]) -> ImportSummary:
    """Add captures that are not there yet, some hundred at a time, each time durable and all or none.

    One is there if its site, URL, moment and digest are; cookies, which were kept once, do not count. Their sites have
    to be known, and the bytes that one confirms have to be there or to come before it. `refiling.work_out` has to
    follow, which the next writer does where that was cut short.
    """
    known, refused = 0, list[str]()
    captures_before, bodies_before = _count(connection)
    for batch in _iter_batches(captures):
        with durable(connection), atomic(connection):
            for run, capture, sha256 in batch:
                try:
                    known += not _import(connection, run, make_storable(capture), sha256)
                except _RefusedError as reason:
                    refused.append(f"{capture.url} at {moment(capture.fetched_at)}: {reason}")
    captures_now, bodies_now = _count(connection)
    return ImportSummary(captures_now - captures_before, known, bodies_now - bodies_before, tuple(refused))


def insert_capture(connection: sqlite3.Connection, row: Iterable[int | str | None]) -> int:
    """Add the row of a capture, its columns from `page_id` to `facts_id` in order, and return its number."""
    cursor = connection.execute(
        """
        INSERT INTO captures (page_id, run_id, fetched_at, status, failure, shape_id, header_values, body_id,
                              final_url, facts_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        tuple(row),
    )
    return int(cursor.lastrowid or 0)


def keep_run(connection: sqlite3.Connection, run: Run) -> int:
    """Return the number of a run, put on record where it is new."""
    row = connection.execute("SELECT id FROM runs WHERE uid = ?", (run.uid,)).fetchone()
    if row is not None:
        return int(row["id"])
    cursor = connection.execute(
        "INSERT INTO runs (uid, started_at, command) VALUES (?, ?, ?)", (run.uid, run.started_at, run.command)
    )
    return int(cursor.lastrowid or 0)


def _iter_batches(captures: Iterable[Import]) -> Iterator[list[Import]]:
    batch, size = list[Import](), 0
    for item in captures:
        batch.append(item)
        size += len(item[1].body or b"")
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _count(connection: sqlite3.Connection) -> tuple[int, int]:
    row = connection.execute("SELECT (SELECT count(*) FROM captures), (SELECT count(*) FROM bodies)").fetchone()
    return int(row[0]), int(row[1])


def _import(connection: sqlite3.Connection, run: Run, capture: Capture, sha256: str | None) -> bool:
    """Add a capture, unless it is there; return whether it was added."""
    site_id = _find_site(connection, capture.site)
    named = _name_body(capture, sha256)
    facts = None if capture.facts is None else dump_json(dict(capture.facts))
    name = capture_digest(capture, dump_json(capture.headers), named, facts)
    if _is_known(connection, site_id, capture, name):
        return False
    confirmed = _find_confirmed(connection, named) if capture.body is None and named else None
    met = MetPage(capture.kind, capture.found_on, capture.link_text, moment(capture.fetched_at))
    page_id = keep_page(connection, site_id, capture.url, met)
    body = confirmed if capture.body is None else _save_body(connection, page_id, capture, capture.body)
    row = (
        page_id,
        keep_run(connection, run),
        moment(capture.fetched_at),
        capture.status,
        capture.failure,
        *save_headers(connection, capture.headers),
        body.id if body else None,
        capture.final_url,
        None if facts is None else keep_text(connection, "facts", "facts", facts),
    )
    add_link(connection, insert_capture(connection, row), name)
    mark_stale(connection)
    return True


def _find_site(connection: sqlite3.Connection, name: str) -> int:
    row = connection.execute("SELECT id FROM sites WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise _RefusedError(f"no site {name} is known; add it to the archive first")
    return int(row["id"])


def _name_body(capture: Capture, sha256: str | None) -> str | None:
    """Return the SHA-256 of the bytes that a capture brought or confirms."""
    if capture.body is None:
        if sha256 is not None and not capture.is_good:
            raise _RefusedError("it failed, and yet it is said to have brought bytes")
        return sha256
    own = digest(capture.body)
    if sha256 not in {None, own}:
        raise _RefusedError(f"its bytes are not those of its SHA-256 ({sha256})")
    return own


def _find_confirmed(connection: sqlite3.Connection, sha256: str) -> SavedBody:
    row = connection.execute("SELECT id FROM bodies WHERE sha256 = ?", (sha256,)).fetchone()
    if row is None:
        raise _RefusedError(f"the bytes that it confirms (SHA-256 {sha256}) are not there; import those too")
    return SavedBody(row["id"], sha256)


def _is_known(connection: sqlite3.Connection, site_id: int, capture: Capture, name: str) -> bool:
    rows = connection.execute(
        """
        SELECT captures.id FROM pages JOIN captures ON captures.page_id = pages.id
        WHERE site_id = ? AND url = ? AND fetched_at = ?
        """,
        (site_id, capture.url, moment(capture.fetched_at)),
    ).fetchall()
    return any(name in _list_digests(connection, row["id"]) for row in rows)


def read_digest(connection: sqlite3.Connection, capture_id: int) -> str:
    """Return the digest of a capture that is on record."""
    record = next(iter_records(connection, "captures.id = ?", (capture_id,), with_bodies=False))
    return record.digest


def _list_digests(connection: sqlite3.Connection, capture_id: int) -> tuple[str, str]:
    """Return the digest of a capture on record, and what it would be without the cookies that were kept once."""
    record = next(iter_records(connection, "captures.id = ?", (capture_id,), with_bodies=False))
    facts = None if record.capture.facts is None else dump_json(dict(record.capture.facts))
    bare = dump_json(drop_cookies(record.capture.headers))
    return record.digest, capture_digest(record.capture, bare, record.body_sha256, facts)


def _save_body(connection: sqlite3.Connection, page_id: int, capture: Capture, content: bytes) -> SavedBody:
    """Store the bytes of a capture, packed against those that came to its page before."""
    row = connection.execute(
        """
        SELECT bodies.id, sha256 FROM captures JOIN bodies ON bodies.id = captures.body_id
        WHERE page_id = ? ORDER BY captures.id DESC LIMIT 1
        """,
        (page_id,),
    ).fetchone()
    previous = SavedBody(*row) if row is not None else None
    return save_body(connection, content, previous, Kin(capture.site, capture.kind))
