"""What proves a version of a report: its captures whole, and the chain from them to the head of the ledger."""

import json
import sqlite3
from array import array
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from archive.captures.bodies import digest, load_body
from archive.captures.capture import SiteIdentity
from archive.captures.ledger import next_link
from archive.captures.records import CaptureRecord, iter_records
from archive.errors import ArchiveError, DamagedError
from archive.file.connection import open_for_reading
from archive.moments import moment
from archive.proof.checks_of_evidence import Entry, load_records
from archive.questions.answers import ShownReport
from archive.questions.queries import find_report, show_report
from archive.readings.documents import dump_json, load_json
from archive.readings.unread import find_content_type
from archive.warc.records import MissingWarcError
from archive.warc.writing import FILE_NAME, NOT_MODIFIED, WarcWriter

_AT_ONCE = 500
_SEE = "`gongkai verify` says more; nothing is proven by what is damaged, restore a copy of the archive"


@dataclass(frozen=True, slots=True)
class Chain:
    """The digests of a capture and of all after it up to the head: each link is hashed from the one before and them.

    `previous` is the link before the capture ("" where it is the first), `head` the last one.
    """

    previous: str
    digests: tuple[str, ...]
    head: str


@dataclass(frozen=True, slots=True)
class CaptureProof:
    """A capture with all that its digest covers.

    `parts` are the values of the digest, by their names and in order. `body` are the bytes that it brought or
    confirmed, None for a failure; `warc` is a WARC file of it, None where the library for that is not installed.
    """

    record: CaptureRecord
    body: bytes | None
    content_type: str | None
    parts: dict[str, str | int | None]
    chain: Chain
    warc: bytes | None


@dataclass(frozen=True, slots=True)
class ReadingFacts:
    """Which parser read the bytes, when, and the SHA-256 of what it made of them, as the archive keeps it."""

    parser: str
    read_at: str
    form: str | None
    document_sha256: str


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """The change that the version came with: its cells as `gongkai changes --json` has them."""

    kind: str
    seen_at: str
    new_url: str | None
    cells: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proves a version of a report. `before` is what stood before the change that it came with, if it did."""

    shown: ShownReport
    first_seen: str
    last_seen: str
    reading: ReadingFacts
    capture: CaptureProof
    change: ChangeFacts | None = None
    before: CaptureProof | None = None
    shown_before: ShownReport | None = None


def gather_from(
    path: Path, name: str, version: int | None = None, as_of: str | None = None, noted: str | None = None
) -> Evidence:
    """Return what proves a version of a report of the archive at a path, as it stands at one moment."""
    with closing(open_for_reading(path)) as connection:
        connection.execute("BEGIN")
        return gather_evidence(connection, name, version, as_of, noted)


def gather_evidence(
    connection: sqlite3.Connection,
    name: str,
    version: int | None = None,
    as_of: str | None = None,
    noted: str | None = None,
) -> Evidence:
    """Return what proves a version of the report that a name means; `DamagedError` where any of it does not hold.

    It is proven up to the link `noted`, which somebody noted elsewhere, else up to the newest head.
    """
    shown = show_report(connection, name, version, as_of)
    told = _find_version(connection, shown)
    capture = _prove(connection, told["capture_id"], noted)
    found = Evidence(shown, told["first_seen"], told["last_seen"], _load_reading(connection, told, capture), capture)
    row = connection.execute(
        "SELECT kind, seen_at, new_url, cells, previous_capture_id FROM changes "
        "WHERE version_id = ? AND capture_id = ? AND kind IN ('figures', 'text')",
        (told["id"], told["capture_id"]),
    ).fetchone()
    if row is None or row["previous_capture_id"] is None:
        return found
    change = ChangeFacts(row["kind"], row["seen_at"], row["new_url"], tuple(load_json(row["cells"])))
    before = _prove(connection, row["previous_capture_id"], noted)
    return replace(found, change=change, before=before, shown_before=_show_before(connection, shown, before))


def _show_before(connection: sqlite3.Connection, shown: ShownReport, before: CaptureProof) -> ShownReport | None:
    """Return the version that a capture was the first to show, where it is the one before."""
    if shown.version < 2:
        return None
    earlier = show_report(connection, shown.row.id, shown.version - 1)
    told = _find_version(connection, earlier)
    if told["capture_id"] != before.record.id:
        return None
    _load_reading(connection, told, before)
    return earlier


def _find_version(connection: sqlite3.Connection, shown: ShownReport) -> sqlite3.Row:
    report_id = find_report(connection, shown.row.id)
    row: sqlite3.Row = connection.execute(
        "SELECT id, capture_id, reading_id, first_seen, last_seen FROM versions WHERE report_id = ? AND number = ?",
        (report_id, shown.version),
    ).fetchone()
    return row


def _load_reading(connection: sqlite3.Connection, told: sqlite3.Row, capture: CaptureProof) -> ReadingFacts:
    """Return which reading a version is told by, once it is seen to be one of the bytes of its capture."""
    row = connection.execute(
        """
        SELECT parser, read_at, readings.form, documents.sha256, bodies.sha256 AS body
        FROM readings JOIN documents ON documents.id = document_id JOIN bodies ON bodies.id = body_id
        WHERE readings.id = ?
        """,
        (told["reading_id"],),
    ).fetchone()
    if row["body"] != capture.record.body_sha256:
        raise DamagedError(f"what is said of capture {capture.record.id} was read from other bytes; {_SEE}")
    return ReadingFacts(row["parser"], row["read_at"], row["form"], row["sha256"])


def _prove(connection: sqlite3.Connection, number: int, noted: str | None) -> CaptureProof:
    """Return a capture with all that proves it, once it is seen to hold."""
    record = next(iter_records(connection, "captures.id = ?", (number,)), None)
    if record is None:
        raise DamagedError(f"capture {number} is not there; {_SEE}")
    row = connection.execute(
        "SELECT body_id, facts.facts FROM captures LEFT JOIN facts ON facts.id = facts_id WHERE captures.id = ?",
        (number,),
    ).fetchone()
    capture = record.capture
    parts: dict[str, str | int | None] = {
        "site": capture.site,
        "url": capture.url,
        "fetched_at": moment(capture.fetched_at),
        "status": capture.status,
        "failure": capture.failure,
        "headers": dump_json(capture.headers),
        "body_sha256": record.body_sha256,
        "final_url": capture.final_url,
        "facts": row["facts"],
    }
    if digest(json.dumps(list(parts.values()), ensure_ascii=False).encode()) != record.digest:
        raise DamagedError(f"capture {number} cannot be proven by its parts; {_SEE}")
    body = load_body(connection, row["body_id"]) if row["body_id"] is not None else None
    chain = _load_chain(connection, record, noted)
    content_type = find_content_type(connection, number)
    return CaptureProof(record, body, content_type, parts, chain, _make_warc(connection, record, body))


def _load_chain(connection: sqlite3.Connection, record: CaptureRecord, noted: str | None) -> Chain:
    """Return the chain from a capture to a link that was noted, or to the newest head that it leads to.

    Every link of it is seen to hold.
    """
    path = _find_path(connection, record.id, noted)
    previous, digests = "", list[str]()
    first = ""
    for entry, found in _iter_entries(connection, path):
        if not digests:
            before = connection.execute("SELECT link FROM ledger WHERE id = ?", (entry.previous_id,)).fetchone()
            first = previous = before["link"] if before else ""
        if found is None or isinstance(found, str) or next_link(previous, found.digest) != entry.link:
            raise DamagedError(f"the chain of captures breaks at capture {entry.capture_id}; {_SEE}")
        previous = entry.link
        digests.append(found.digest)
    return Chain(first, tuple(digests), previous)


def _find_path(connection: sqlite3.Connection, number: int, noted: str | None) -> "array[int]":
    """Return the entries from that of a capture to a link that was noted, or to the newest head after it, in order."""
    torn = connection.execute(
        "SELECT capture_id FROM ledger WHERE previous_id IS NOT NULL AND previous_id NOT IN (SELECT id FROM ledger)"
    ).fetchone()
    if torn is not None:
        raise DamagedError(f"the chain of captures is torn before capture {torn['capture_id']}; {_SEE}")
    own = [row["id"] for row in connection.execute("SELECT id FROM ledger WHERE capture_id = ?", (number,))]
    for end in _list_ends(connection, noted):
        for entry in own:
            path = array("q", (row["id"] for row in _walk_back(connection, end, entry)))
            if path and path[-1] == entry:
                path.reverse()
                return path
    if noted is None:
        raise DamagedError(f"capture {number} is not in the chain; {_SEE}")
    raise ArchiveError(f"link {noted} does not prove capture {number}, which came later or by another archive")


def _list_ends(connection: sqlite3.Connection, noted: str | None) -> list[int]:
    """Return the entries up to which a capture may be proven, the newest first."""
    if noted is None:
        heads = "id NOT IN (SELECT previous_id FROM ledger WHERE previous_id IS NOT NULL)"
        rows = connection.execute(f"SELECT id FROM ledger WHERE {heads} ORDER BY id DESC")  # noqa: S608 - of ours
        return [row["id"] for row in rows]
    ends = [row["id"] for row in connection.execute("SELECT id FROM ledger WHERE link = ?", (noted,))]
    if not ends:
        raise ArchiveError(f"the chain does not hold link {noted}; `gongkai verify --head` says what that means")
    return ends


def _walk_back(connection: sqlite3.Connection, head: int, entry: int) -> Iterator[sqlite3.Row]:
    return connection.execute(
        """
        WITH RECURSIVE path (id) AS (
          SELECT ?1 UNION ALL
          SELECT previous_id FROM ledger JOIN path USING (id) WHERE previous_id >= ?2 AND previous_id < id
        ) SELECT id FROM path
        """,
        (head, entry),
    )


def _iter_entries(
    connection: sqlite3.Connection, path: "array[int]"
) -> Iterator[tuple[Entry, CaptureRecord | str | None]]:
    numbers = iter(path)
    while some := list(islice(numbers, _AT_ONCE)):
        marks = ",".join("?" * len(some))
        rows = connection.execute(
            f"SELECT id, capture_id, previous_id, link FROM ledger WHERE id IN ({marks}) ORDER BY id",  # noqa: S608 - marks
            some,
        ).fetchall()
        records = load_records(connection, [row["capture_id"] for row in rows])
        for row in rows:
            yield Entry(*row), records.get(row["capture_id"])


def _make_warc(connection: sqlite3.Connection, record: CaptureRecord, body: bytes | None) -> bytes | None:
    """Return a WARC file of one capture; with the bytes that it confirms where it is a 304."""
    row = connection.execute(
        "SELECT name, title, division FROM sites WHERE name = ?", (record.capture.site,)
    ).fetchone()
    confirmed = body if record.capture.status == NOT_MODIFIED and record.capture.is_good else None
    with TemporaryDirectory() as folder:
        try:
            writer = WarcWriter(Path(folder))
        except MissingWarcError:
            return None
        with closing(writer):
            writer.write(record, SiteIdentity(*row), confirmed)
        return (Path(folder) / FILE_NAME.format(1)).read_bytes()
