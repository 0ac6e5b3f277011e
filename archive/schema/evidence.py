"""The third migration's rows: captures with shared headers, their ledger, documents with hashes, identities.

Frozen with the migration, so that it says here how things were hashed before.
"""

import hashlib
import json
import sqlite3

from archive.captures.headers import keep_text, save_headers
from archive.captures.ledger import add_link
from archive.errors import DamagedError
from archive.histories.compare import figures_hash, measure_quality, words_hash
from archive.readings.documents import dump_json, load_json, unpack_document

_OLD_CAPTURES = """
SELECT old_captures.id, page_id, run_id, fetched_at, status, failure, headers, body_id, final_url, facts, chain,
       sites.name AS site, pages.url, bodies.sha256
FROM old_captures JOIN pages ON pages.id = page_id JOIN sites ON sites.id = pages.site_id
LEFT JOIN bodies ON bodies.id = body_id ORDER BY old_captures.id
"""
_NO_YEAR = "a report whose year is nowhere stated; it is kept, and filed under no report"


def convert_evidence(connection: sqlite3.Connection) -> None:
    """Carry the evidence of an older archive over, once its chain was found to be whole."""
    _convert_captures(connection)
    _name_runs(connection)
    _measure_documents(connection)
    _name_sightings(connection)


def _convert_captures(connection: sqlite3.Connection) -> None:
    last = ""
    for row in connection.execute(_OLD_CAPTURES):
        last = _require_link(row, last)
        headers = load_json(row["headers"])
        facts_id = None if row["facts"] is None else keep_text(connection, "facts", "facts", row["facts"])
        connection.execute(
            "INSERT INTO captures (id, page_id, run_id, fetched_at, status, failure, shape_id, header_values, body_id, "
            "final_url, facts_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *row[:6],
                *save_headers(connection, [(name, value) for name, value in headers]),
                row["body_id"],
                row["final_url"],
                facts_id,
            ),
        )
        parts = [
            row["site"],
            row["url"],
            *row[3:6],
            dump_json(headers),
            row["sha256"],
            row["final_url"],
            row["facts"],
        ]
        add_link(connection, row["id"], hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest())


def _require_link(row: sqlite3.Row, last: str) -> str:
    """Return the old chain's link of a capture, if the row is the one that was hashed."""
    parts = [
        last,
        row["site"],
        row["url"],
        row["page_id"],
        row["run_id"],
        *row[3:7],
        row["sha256"],
        row["final_url"],
        *([] if row["facts"] is None else [row["facts"]]),
    ]
    link = hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
    if link != row["chain"]:
        raise DamagedError(
            f"capture {row['id']} ({row['url']}) is not what was stored, or one before it is gone: the chain breaks "
            "there; restore a copy of the archive"
        )
    return link


def _name_runs(connection: sqlite3.Connection) -> None:
    """Give each run a name that every copy of the archive gives it, so that it is known again in a merge."""
    rows = connection.execute(
        """
        SELECT runs.id, started_at, command, chain FROM runs LEFT JOIN old_captures ON old_captures.id = (
          SELECT min(id) FROM old_captures AS first WHERE first.run_id = runs.id)
        """
    ).fetchall()
    for row in rows:
        told = hashlib.sha256("\n".join((row["started_at"], row["command"], row["chain"] or "")).encode())
        uid = f"{row['id']:016x}{told.hexdigest()[:16]}"
        connection.execute("UPDATE runs SET uid = ? WHERE id = ?", (uid, row["id"]))


def _measure_documents(connection: sqlite3.Connection) -> None:
    for (number,) in connection.execute("SELECT id FROM documents").fetchall():
        row = connection.execute("SELECT id, sha256, codec, data FROM documents WHERE id = ?", (number,)).fetchone()
        report = unpack_document(row)
        connection.execute(
            "UPDATE documents SET figures_hash = ?, words_hash = ?, quality = ? WHERE id = ?",
            (figures_hash(report), words_hash(report), measure_quality(report), row["id"]),
        )


def _name_sightings(connection: sqlite3.Connection) -> None:
    """Keep apart, by capture, as what each was filed, for the tables that say so are made anew."""
    connection.execute(
        """
        INSERT INTO identities (agency, district, year, published)
        SELECT DISTINCT versions.agency, versions.district, reports.year, versions.published
        FROM versions JOIN reports ON reports.id = versions.report_id
        UNION SELECT NULL, NULL, NULL, NULL FROM sightings WHERE note = ?
        """,
        (_NO_YEAR,),
    )
    connection.execute(
        """
        CREATE TABLE kept_sightings AS
        SELECT capture_id, reading_id, CASE
          WHEN note = ? THEN (SELECT id FROM identities WHERE agency IS NULL AND year IS NULL)
          ELSE (
            SELECT identities.id FROM versions JOIN reports ON reports.id = versions.report_id JOIN identities
              ON identities.agency IS versions.agency AND identities.district IS versions.district
             AND identities.year IS reports.year AND identities.published IS versions.published
            WHERE versions.id = sightings.version_id
          )
        END AS identity_id
        FROM sightings
        """,
        (_NO_YEAR,),
    )
