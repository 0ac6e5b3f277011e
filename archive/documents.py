"""What a parser made of a body, kept as the JSON of the report; the same outcome is kept once."""

import json
import sqlite3
from dataclasses import replace
from typing import Any

from archive.bodies import digest, pack, unpack
from archive.errors import DamagedError
from archive.reading import Reading
from parsers.report import Report


def load_document(connection: sqlite3.Connection, reading_id: int) -> Report:
    """Return the report of a reading that has one."""
    row = connection.execute(
        """
        SELECT documents.sha256, documents.codec, documents.data
        FROM readings JOIN documents ON documents.id = readings.document_id WHERE readings.id = ?
        """,
        (reading_id,),
    ).fetchone()
    if row is None:
        raise DamagedError(f"reading {reading_id} has lost its document; restore a copy of the archive")
    return unpack_document(row)


def unpack_document(row: sqlite3.Row) -> Report:
    """Return the report that a row with the columns `sha256`, `codec` and `data` of a document holds."""
    content = unpack(row["codec"], row["data"])
    if digest(content) != row["sha256"]:
        raise DamagedError("a document is not what was stored (its hash differs); restore a copy of the archive")
    return Report.from_json(json.loads(content))


def save_document(connection: sqlite3.Connection, report: Report) -> int:
    """Keep a report and return its number."""
    content = _to_bytes(report)
    sha256 = digest(content)
    found = connection.execute("SELECT id FROM documents WHERE sha256 = ?", (sha256,)).fetchone()
    if found:
        return int(found["id"])
    cursor = connection.execute(
        "INSERT INTO documents (sha256, codec, data) VALUES (?, ?, ?)", (sha256, *pack(content))
    )
    return int(cursor.lastrowid or 0)


def storable(reading: Reading) -> Reading:
    """Return a reading without halves of characters (lone surrogates), which no UTF-8 file has room for."""
    try:
        (reading.error or "").encode()
        if reading.report:
            _to_bytes(reading.report)
    except UnicodeEncodeError:
        report = reading.report and Report.from_json(json.loads(_to_bytes(reading.report, errors="replace")))
        agency, district = _whole(reading.agency), _whole(reading.district)
        return replace(reading, report=report, error=_whole(reading.error), agency=agency, district=district)
    return reading


def load_json(text: str) -> Any:  # noqa: ANN401 - what stands in the column is known to who asks
    """Return what a column of JSON holds; `DamagedError` where it holds none."""
    try:
        return json.loads(text)
    except (ValueError, TypeError) as problem:
        raise DamagedError(f"a column of JSON cannot be read ({problem}); restore a copy of the archive") from problem


def _to_bytes(report: Report, errors: str = "strict") -> bytes:
    return json.dumps(report.to_json(), ensure_ascii=False, separators=(",", ":")).encode(errors=errors)


def _whole(text: str | None) -> str | None:
    return text.encode(errors="replace").decode() if text else text
