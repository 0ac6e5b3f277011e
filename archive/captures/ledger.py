"""The chain that shows a later edit: each capture hashed onto the one before, as a list that can branch and be joined.

Whoever notes a link elsewhere can show later that nothing before it was changed, whatever happened to the file since:
it was crawled on, copied, or merged with others.
"""

import hashlib
import json
import sqlite3

from archive.captures.capture import Capture
from archive.moments import moment

_ENCODER = json.JSONEncoder(ensure_ascii=False)


def capture_digest(capture: Capture, headers: str, body_sha256: str | None, facts: str | None) -> str:
    """Return the SHA-256 in hexadecimal of all that a visit was, the same in every archive that holds it.

    It covers, as one JSON list: site, URL, moment, status, failure, headers (as JSON), SHA-256 of the body (for a 304
    of the one it confirms), final URL, facts (as JSON).
    """
    parts = [
        capture.site,
        capture.url,
        moment(capture.fetched_at),
        capture.status,
        capture.failure,
        headers,
        body_sha256,
        capture.final_url,
        facts,
    ]
    return hashlib.sha256(_ENCODER.encode(parts).encode()).hexdigest()


def next_link(previous: str, digest: str) -> str:
    """Return the link of a capture with this digest onto the link before it ("" where there is none)."""
    return hashlib.sha256(f"{previous}{digest}".encode()).hexdigest()


def add_link(connection: sqlite3.Connection, capture_id: int, digest: str) -> None:
    """Hash a capture onto the last entry of the ledger."""
    last = connection.execute("SELECT id, link FROM ledger ORDER BY id DESC LIMIT 1").fetchone()
    previous_id, previous = last or (None, "")
    connection.execute(
        "INSERT INTO ledger (capture_id, previous_id, link) VALUES (?, ?, ?)",
        (capture_id, previous_id, next_link(previous, digest)),
    )
