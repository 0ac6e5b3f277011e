"""Whether what no crawl can bring back is as it was stored: the ledger, the bodies, what they were read as."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from archive.captures.bodies import load_body
from archive.captures.dictionaries import load_dictionary
from archive.captures.ledger import next_link
from archive.captures.records import CaptureRecord, iter_records
from archive.errors import ArchiveError
from archive.histories.compare import figures_hash, measure_quality, words_hash
from archive.proof.checking import RESTORE, Problems, Show, VerifyProgress
from archive.readings.documents import unpack_document
from parsers.report import Report

_AT_ONCE = 500
_CHANGED = f"it was changed after it was stored, and proves nothing any more; {RESTORE}"
_MOMENT = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z"


class Entry(NamedTuple):
    """An entry of the ledger."""

    id: int
    capture_id: int
    previous_id: int | None
    link: str


class LedgerCheck(NamedTuple):
    """What the ledger was found to be: its heads (entries that none follows), and the entries that do not hold."""

    heads: tuple[Entry, ...]
    broken: frozenset[int]


def iter_entries(connection: sqlite3.Connection) -> Iterator[list[Entry]]:
    """Yield the entries of the ledger in their order, some at a time."""
    after = 0
    statement = "SELECT id, capture_id, previous_id, link FROM ledger WHERE id > ? ORDER BY id LIMIT ?"
    while rows := connection.execute(statement, (after, _AT_ONCE)).fetchall():
        yield [Entry(*row) for row in rows]
        after = rows[-1]["id"]


def load_records(connection: sqlite3.Connection, captures: Iterable[int]) -> Mapping[int, CaptureRecord | str]:
    """Return captures by their numbers, without bodies; the reason where the rows of one do not make a capture."""
    wanted = list(dict.fromkeys(captures))
    marks = ",".join("?" * len(wanted))
    try:
        records = iter_records(connection, f"captures.id IN ({marks})", wanted, with_bodies=False)
        return {record.id: record for record in records}
    except (ArchiveError, ValueError, TypeError):
        return {number: found for number in wanted if (found := _load_record(connection, number)) is not None}


def _load_record(connection: sqlite3.Connection, number: int) -> CaptureRecord | str | None:
    try:
        return next(iter_records(connection, "captures.id = ?", (number,), with_bodies=False), None)
    except (ArchiveError, ValueError, TypeError) as problem:
        return str(problem)


def check_ledger(connection: sqlite3.Connection, problems: Problems, show: Show) -> LedgerCheck:
    """See that each entry follows from the one before it and from its capture, and that each capture has one."""
    total, done = connection.execute("SELECT count(*) FROM ledger").fetchone()[0], 0
    last: Entry | None = None
    broken: set[int] = set()
    for entries in iter_entries(connection):
        records = load_records(connection, [entry.capture_id for entry in entries])
        for entry in entries:
            previous = last if last and last.id == entry.previous_id else _load_entry(connection, entry.previous_id)
            if reason := _find_break(entry, previous, records.get(entry.capture_id)):
                broken.add(entry.id)
                problems.add("ledger", reason, say_capture(records.get(entry.capture_id), entry.capture_id), _CHANGED)
            last = entry
        done += len(entries)
        show(VerifyProgress("captures and their chain", done, total))
    _check_captures(connection, problems)
    return LedgerCheck(_find_heads(connection), frozenset(broken))


def _load_entry(connection: sqlite3.Connection, number: int | None) -> Entry | None:
    row = connection.execute("SELECT id, capture_id, previous_id, link FROM ledger WHERE id = ?", (number,)).fetchone()
    return Entry(*row) if row else None


def _find_break(entry: Entry, previous: Entry | None, record: CaptureRecord | str | None) -> str | None:
    """Say why an entry does not follow, None where it does."""
    if entry.previous_id is not None and previous is None:
        return f"entry {entry.previous_id} of the ledger, on which the one of this capture was hashed, was removed"
    if previous is not None and previous.id >= entry.id:
        return f"its entry of the ledger ({entry.id}) is hashed onto a later one ({previous.id})"
    if record is None:
        return f"the capture was removed; its entry of the ledger ({entry.id}) is still there"
    if isinstance(record, str):
        return f"the capture cannot be read: {record}"
    if next_link(previous.link if previous else "", record.digest) != entry.link:
        return "it is not what was stored: its URL, moment, status, failure, headers, body or facts, or its entry or"\
            " the one before it in the ledger, were changed"  # fmt: skip
    return None


def say_capture(record: CaptureRecord | str | None, number: int) -> str:
    """Return how a capture is named to people."""
    if isinstance(record, CaptureRecord):
        return f"capture {number} ({record.capture.url})"
    return f"capture {number}"


def _check_captures(connection: sqlite3.Connection, problems: Problems) -> None:
    rows = connection.execute(
        "SELECT captures.id, url FROM captures LEFT JOIN pages ON pages.id = page_id "
        "WHERE captures.id NOT IN (SELECT capture_id FROM ledger) ORDER BY captures.id"
    )
    for number, url in rows:
        what = "it has no entry in the ledger: it was put in past gongkai, or its entry was removed"
        problems.add("ledger", what, f"capture {number} ({url})", _CHANGED)
    rows = connection.execute("SELECT id, fetched_at FROM captures WHERE fetched_at NOT GLOB ? ORDER BY id", (_MOMENT,))
    for number, fetched_at in rows:
        problems.add("moment", f"its moment is no moment as the archive writes it: {fetched_at!r}", f"capture {number}",
                     _CHANGED)  # fmt: skip


def _find_heads(connection: sqlite3.Connection) -> tuple[Entry, ...]:
    rows = connection.execute(
        """
        SELECT id, capture_id, previous_id, link FROM ledger
        WHERE id NOT IN (SELECT previous_id FROM ledger WHERE previous_id IS NOT NULL) ORDER BY id
        """
    )
    return tuple(Entry(*row) for row in rows)


def check_noted(connection: sqlite3.Connection, ledger: LedgerCheck, link: str, problems: Problems) -> None:
    """See that the ledger holds a link that was noted elsewhere, with an unbroken chain up to it."""
    row = connection.execute("SELECT id FROM ledger WHERE link = ?", (link,)).fetchone()
    where = f"link {link}"
    if row is None:
        meaning = f"captures up to it were changed or removed since, or it is of another archive; {RESTORE}"
        problems.add("noted", "the ledger does not hold this link, which was noted earlier", where, meaning)
        return
    number = row["id"]
    while number is not None:
        if number in ledger.broken:
            what = f"the chain up to this link, which was noted earlier, is broken at entry {number} of the ledger"
            problems.add("noted", what, where, _CHANGED)
            return
        entry = _load_entry(connection, number)
        number = entry.previous_id if entry else None


def check_bodies(connection: sqlite3.Connection, problems: Problems, show: Show) -> int:
    """Unpack and hash every body and every dictionary; return how many bodies there are."""
    for row in connection.execute("SELECT id FROM dictionaries ORDER BY id"):
        try:
            load_dictionary(connection, row["id"])
        except ArchiveError as problem:
            problems.add("dictionary", str(problem), f"dictionary {row['id']}", RESTORE)
    total: int = connection.execute("SELECT count(*) FROM bodies").fetchone()[0]
    # Those that are packed against the same body come together, so that it is unpacked once.
    rows = connection.execute("SELECT id, size FROM bodies ORDER BY coalesce(base_id, id), id")
    for done, (number, size) in enumerate(rows):
        try:
            found = len(load_body(connection, number))
            reason = None if found == size else f"body {number} has {found} bytes, and its row says {size}"
        except ArchiveError as problem:
            reason = str(problem).removesuffix(f"; {RESTORE}")
        if reason is not None:
            problems.add("body", reason, *_say_body(connection, problems, number))
        if done % _AT_ONCE == 0:
            show(VerifyProgress("bodies", done, total))
    _check_owners(connection, problems)
    return total


def _say_body(connection: sqlite3.Connection, problems: Problems, number: int) -> tuple[str, str]:
    """Return which captures need a body, and what follows for them."""
    if problems.is_full("body"):
        return "", RESTORE
    count, first, url = connection.execute(
        "SELECT count(*), min(captures.id), url FROM captures JOIN pages ON pages.id = page_id WHERE body_id = ?",
        (number,),
    ).fetchone()
    more = f" and {count - 1} more" if count > 1 else ""
    shown = f"the bytes of {count} {'capture' if count == 1 else 'captures'} cannot be shown any more; {RESTORE}"
    return f"body {number}, of capture {first} ({url}){more}", shown


def _check_owners(connection: sqlite3.Connection, problems: Problems) -> None:
    rows = connection.execute(
        "SELECT id FROM bodies WHERE id NOT IN (SELECT body_id FROM captures WHERE body_id IS NOT NULL) ORDER BY id"
    )
    for (number,) in rows:
        what = "no capture has brought it: the one that did was removed or changed"
        problems.add("owner", what, f"body {number}", RESTORE)


def check_documents(connection: sqlite3.Connection, problems: Problems, show: Show) -> int:
    """Unpack and hash every document, and what is kept of it beside it; return how many there are."""
    total: int = connection.execute("SELECT count(*) FROM documents").fetchone()[0]
    rows = connection.execute(
        "SELECT document_id, id, kind, form FROM readings WHERE document_id IS NOT NULL ORDER BY document_id, id"
    )
    done = 0
    for done, (number, readings) in enumerate(groupby(rows, key=itemgetter("document_id"))):
        own = list(readings)
        where = f"document {number}, of reading {own[0]['id']}"
        try:
            report = _check_document(connection, problems, number, where)
        except (ArchiveError, ValueError, TypeError, LookupError) as problem:
            problems.add("document", str(problem).removesuffix(f"; {RESTORE}"), where, _UNREADABLE)
            continue
        for row in own:
            if (row["kind"], row["form"]) != (report.kind, report.form):
                what = "kind and form are not those of its document"
                problems.add("reading", what, f"reading {row['id']}", _CHANGED)
        if done % _AT_ONCE == 0:
            show(VerifyProgress("documents", done, total))
    orphans = connection.execute(
        "SELECT id FROM documents WHERE id NOT IN (SELECT document_id FROM readings WHERE document_id IS NOT NULL)"
    )
    for (number,) in orphans:
        problems.add("document", "no reading has it: that was removed or changed", f"document {number}", RESTORE)
    _check_sightings(connection, problems)
    return total


_UNREADABLE = f"what the parser made of some bytes cannot be shown any more; {RESTORE}"


def _check_document(connection: sqlite3.Connection, problems: Problems, number: int, where: str) -> Report:
    row = connection.execute(
        "SELECT sha256, codec, data, figures_hash, words_hash, quality FROM documents WHERE id = ?", (number,)
    ).fetchone()
    if row is None:
        raise LookupError("it was removed")
    report = unpack_document(row)
    measured = (figures_hash(report), words_hash(report), measure_quality(report))
    if measured != (row["figures_hash"], row["words_hash"], row["quality"]):
        what = "its hashes of figures and words, or how much it holds, are not those of what it says"
        problems.add("document", what, where, f"changes of reports are told wrong; {RESTORE}")
    return report


def _check_sightings(connection: sqlite3.Connection, problems: Problems) -> None:
    """See that each sighting is of what its capture brought."""
    rows = connection.execute(
        """
        SELECT sightings.capture_id FROM sightings JOIN captures ON captures.id = sightings.capture_id
        JOIN readings ON readings.id = sightings.reading_id WHERE readings.body_id IS NOT captures.body_id
        """
    )
    for (number,) in rows:
        what = "it is said to have been read as what other bytes were read as"
        problems.add("sighting", what, f"capture {number}", _CHANGED)
