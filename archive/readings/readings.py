"""Readings in: what a parser version made of some bytes, kept once."""

import sqlite3
from typing import NamedTuple

from archive.captures.capture import utc_now
from archive.moments import moment
from archive.readings.documents import PackedDocument, make_named, make_storable, pack_document, save_document
from archive.readings.reading import Reading


class PackedReading(NamedTuple):
    """A reading ready to be kept: its document packed, the hashes of what that says; `id` where it is kept already."""

    reading: Reading
    document: PackedDocument | None
    hashes: tuple[str, str]
    id: int | None = None


def load_body_id(connection: sqlite3.Connection, capture_id: int) -> int:
    """Return the row of the bytes that a capture brought or confirmed; `ValueError` where it has none."""
    row = connection.execute("SELECT body_id FROM captures WHERE id = ?", (capture_id,)).fetchone()
    if row is None or row["body_id"] is None:
        raise ValueError(f"capture {capture_id} has no bytes that could have been read")
    return int(row["body_id"])


def save_reading(connection: sqlite3.Connection, packed: PackedReading, body_id: int, *, accepted: bool = True) -> int:
    """Keep what a parser version made of some bytes, where it is not kept yet, and return its number."""
    reading, report = packed.reading, packed.reading.report
    found = connection.execute(
        "SELECT id FROM readings WHERE body_id = ? AND parser = ?", (body_id, reading.parser)
    ).fetchone()
    if found:
        return int(found["id"])
    cursor = connection.execute(
        """
        INSERT INTO readings (body_id, parser, read_at, kind, form, document_id, error, accepted)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            body_id,
            reading.parser,
            moment(utc_now()),
            report.kind if report else None,
            report.form if report else None,
            save_document(connection, packed.document) if packed.document else None,
            None if report else reading.error or "not read",
            accepted,
        ),
    )
    mark_readers_stale(connection, body_id)
    return int(cursor.lastrowid or 0)


def mark_readers_stale(connection: sqlite3.Connection, body_id: int) -> None:
    """Mark the reports that these bytes tell: another reading of them may stand from now on."""
    connection.execute(
        """
        UPDATE reports SET is_stale = 1 WHERE id IN (
          SELECT locations.report_id FROM captures JOIN locations ON locations.page_id = captures.page_id
          WHERE captures.body_id = ? AND captures.status IS NOT 304)
        """,
        (body_id,),
    )


def pack_reading(reading: Reading) -> PackedReading:
    """Return a reading with its document packed, halves of characters made whole."""
    try:
        "".join(filter(None, (reading.error, reading.agency, reading.district))).encode()
        document = pack_document(reading.report) if reading.report else None
    except UnicodeEncodeError:
        reading = make_storable(reading)
        document = pack_document(reading.report) if reading.report else None
    return PackedReading(reading, document, (document.figures_hash, document.words_hash) if document else ("", ""))


def find_or_pack(connection: sqlite3.Connection, reading: Reading) -> PackedReading:
    """Return a reading packed, or the one on record of the same bytes by the same parser, whose packing is done."""
    row = connection.execute(
        """
        SELECT readings.id, figures_hash, words_hash FROM captures JOIN readings ON readings.body_id = captures.body_id
        LEFT JOIN documents ON documents.id = document_id WHERE captures.id = ? AND parser = ?
        """,
        (reading.capture_id, reading.parser),
    ).fetchone()
    if row is None:
        return pack_reading(reading)
    return PackedReading(make_named(reading), None, (row["figures_hash"] or "", row["words_hash"] or ""), row["id"])
