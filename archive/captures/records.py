"""Captures as they stand on record, whole and in order: what evidence, exports and merges are made from."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.captures.bodies import load_body
from archive.captures.capture import Capture
from archive.captures.headers import join_headers
from archive.captures.ledger import capture_digest
from archive.readings.documents import dump_json, load_json

_RECORDS = """
SELECT captures.id, runs.uid, runs.started_at, runs.command, sites.name, pages.url, pages.kind, captures.fetched_at,
       captures.status, captures.failure, shape, header_values, captures.body_id, bodies.sha256, captures.final_url,
       facts.facts, pages.found_on, pages.link_text
FROM captures
JOIN runs ON runs.id = captures.run_id
JOIN pages ON pages.id = captures.page_id
JOIN sites ON sites.id = pages.site_id
JOIN header_shapes ON header_shapes.id = captures.shape_id
LEFT JOIN bodies ON bodies.id = captures.body_id
LEFT JOIN facts ON facts.id = captures.facts_id
"""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a command that brought captures: `uid` is its name in every archive."""

    uid: str
    started_at: str
    command: str


@dataclass(frozen=True, slots=True)
class CaptureRecord:
    """A capture on record. `id` is its row in this file alone, `digest` its name in every archive.

    `capture.body` is None where it was not asked for, for a 304 and for a failure; `body_sha256` is that of its body,
    for a 304 of the one that it confirms.
    """

    id: int
    run: Run
    capture: Capture
    body_sha256: str | None
    digest: str


def iter_records(
    connection: sqlite3.Connection, where: str = "", values: Sequence[object] = (), *, with_bodies: bool = True
) -> Iterator[CaptureRecord]:
    """Yield captures in the order of their rows, some at a time; `where` is SQL over what the record is made from."""
    after = 0
    condition = f"AND ({where})" if where else ""
    statement = f"{_RECORDS} WHERE captures.id > ? {condition} ORDER BY captures.id LIMIT {_AT_ONCE}"
    while rows := connection.execute(statement, (after, *values)).fetchall():
        for row in rows:
            yield _to_record(connection, row, with_body=with_bodies)
        after = rows[-1]["id"]


def _to_record(connection: sqlite3.Connection, row: sqlite3.Row, *, with_body: bool) -> CaptureRecord:
    headers = join_headers(row["shape"], row["header_values"])
    own = with_body and row["body_id"] is not None and row["status"] != 304
    capture = Capture(
        row["name"],
        row["url"],
        row["kind"],
        datetime.fromisoformat(row["fetched_at"]),
        row["status"],
        headers,
        load_body(connection, row["body_id"]) if own else None,
        row["final_url"],
        row["failure"],
        row["found_on"],
        row["link_text"],
        load_json(row["facts"]) if row["facts"] is not None else None,
    )
    digest = capture_digest(capture, dump_json(headers), row["sha256"], row["facts"])
    return CaptureRecord(row["id"], Run(*row[1:4]), capture, row["sha256"], digest)
