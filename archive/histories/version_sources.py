"""Where the versions of a report come from: the capture that first showed each, who read it, and its bytes."""

import sqlite3
from dataclasses import dataclass

from archive.captures.bodies import load_body
from archive.errors import UnknownReportError
from archive.questions.queries import find_report
from archive.readings.unread import find_content_type

_EVER = "9999-12-31T23:59:59Z"
_VERSIONS = """
SELECT versions.number, versions.first_seen, versions.last_seen, versions.title, versions.form, versions.published,
       pages.url, captures.fetched_at, captures.status, bodies.sha256, bodies.size, readings.parser,
       captures.id AS capture_id, captures.body_id
FROM versions
JOIN captures ON captures.id = versions.capture_id
JOIN pages ON pages.id = captures.page_id
JOIN bodies ON bodies.id = captures.body_id
JOIN readings ON readings.id = versions.reading_id
WHERE versions.report_id = :report AND versions.first_seen <= :as_of
ORDER BY versions.number
"""


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """A version, and the capture that was the first to show it.

    Moments are UTC text; `http_status` is the answer's, `sha256` and `size` (bytes) are of its body.
    """

    number: int
    first_seen: str
    last_seen: str
    title: str | None
    form: str | None
    published: str | None
    url: str
    fetched_at: str
    http_status: int | None
    sha256: str
    size: int
    parser: str


@dataclass(frozen=True, slots=True)
class VersionSource:
    """The bytes that a version was read from, and what the server said that they are."""

    facts: VersionFacts
    body: bytes
    content_type: str | None


def list_versions(connection: sqlite3.Connection, name: str, as_of: str | None = None) -> tuple[VersionFacts, ...]:
    """Return the versions of the report that a name means, in order; `as_of` a moment, those known then."""
    report_id = find_report(connection, name, as_of)
    return tuple(_to_facts(row) for row in _select(connection, report_id, as_of))


def load_version_source(connection: sqlite3.Connection, name: str, number: int) -> VersionSource:
    """Return what a version was read from; `UnknownReportError` where there is none of that number."""
    rows = _select(connection, find_report(connection, name), None)
    row = next((row for row in rows if row["number"] == number), None)
    if row is None:
        raise UnknownReportError(f"{name} has no version {number}; it has {', '.join(str(row[0]) for row in rows)}")
    content_type = find_content_type(connection, row["capture_id"])
    return VersionSource(_to_facts(row), load_body(connection, row["body_id"]), content_type)


def _select(connection: sqlite3.Connection, report_id: int, as_of: str | None) -> list[sqlite3.Row]:
    return connection.execute(_VERSIONS, {"report": report_id, "as_of": as_of or _EVER}).fetchall()


def _to_facts(row: sqlite3.Row) -> VersionFacts:
    """Return the facts of a row of `_VERSIONS`; its first columns stand in the order of the fields."""
    return VersionFacts(*tuple(row)[: len(VersionFacts.__slots__)])
