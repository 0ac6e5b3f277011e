"""What a parser made of a body, kept as the JSON of the report; the same outcome is kept once."""

import json
import sqlite3

from archive.bodies import digest, pack, unpack
from parsers.report import Report


def load_document(connection: sqlite3.Connection, reading_id: int) -> Report:
    """Return the report of a reading that has one."""
    row = connection.execute(
        """
        SELECT documents.codec, documents.data FROM readings JOIN documents ON documents.id = readings.document_id
        WHERE readings.id = ?
        """,
        (reading_id,),
    ).fetchone()
    return unpack_document(row)


def unpack_document(row: sqlite3.Row) -> Report:
    """Return the report that a row with the columns `codec` and `data` of a document holds."""
    return Report.from_json(json.loads(unpack(row["codec"], row["data"])))


def save_document(connection: sqlite3.Connection, report: Report) -> int:
    """Keep a report and return its number."""
    content = json.dumps(report.to_json(), ensure_ascii=False, separators=(",", ":")).encode()
    sha256 = digest(content)
    found = connection.execute("SELECT id FROM documents WHERE sha256 = ?", (sha256,)).fetchone()
    if found:
        return int(found["id"])
    cursor = connection.execute(
        "INSERT INTO documents (sha256, codec, data) VALUES (?, ?, ?)", (sha256, *pack(content))
    )
    return int(cursor.lastrowid or 0)
