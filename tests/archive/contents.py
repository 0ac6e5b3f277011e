"""All that filing writes, without the numbers of rows and the moments of reading, so that two archives are compared."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from archive.captures.records import iter_records
from archive.file.connection import open_for_reading

_WORDS = (
    "CREATE VIRTUAL TABLE temp.now_words USING fts5vocab (main, search_words, instance)",
    "CREATE VIRTUAL TABLE temp.past_words USING fts5vocab (main, search_past, instance)",
    "CREATE VIRTUAL TABLE temp.characters USING fts5vocab (main, search_characters, instance)",
    """
    CREATE TEMP VIEW words AS
    SELECT 'now' AS shelf, * FROM now_words UNION ALL SELECT 'past', * FROM past_words
    UNION ALL SELECT 'characters', * FROM characters
    """,
)
_VIEWS = (
    *_WORDS,
    """
    CREATE TEMP VIEW told AS
    SELECT versions.id, key, number, reading_id, capture_id, first_seen, last_seen, agency, versions.district AS place,
           title, form, published, figures_hash, words_hash
    FROM versions JOIN reports ON reports.id = versions.report_id
    """,
)
_QUERIES = {
    "documents": "SELECT sha256, codec, data FROM documents",
    "readings": """
        SELECT bodies.sha256, parser, kind, form, documents.sha256, error FROM readings
        JOIN bodies ON bodies.id = body_id LEFT JOIN documents ON documents.id = document_id
    """,
    "reports": "SELECT key, division, district, agency_key, year, url FROM reports JOIN pages ON pages.id = page_id",
    "locations": """
        SELECT key, url, locations.first_seen, last_seen, locations.body_id, is_present FROM locations
        JOIN reports ON reports.id = report_id JOIN pages ON pages.id = locations.page_id
    """,
    "versions": """
        SELECT key, number, body_id, capture_id, first_seen, last_seen, agency, place, title, told.form, published,
               figures_hash, words_hash
        FROM told JOIN readings ON readings.id = reading_id
    """,
    "figures": """
        SELECT key, number, "table", "row", "column", raw, value, typeof(value), unit, status, at
        FROM cells JOIN told ON told.id = version_id
    """,
    "cell_names": 'SELECT "table", "row", "column" FROM cell_names',
    "findings": """
        SELECT key, number, rule, findings.place, left_sum, right_sum, text
        FROM findings JOIN told ON told.id = version_id
    """,
    "sightings": """
        SELECT sightings.capture_id, body_id, reports.key, number, note FROM sightings
        JOIN readings ON readings.id = sightings.reading_id LEFT JOIN told ON told.id = version_id
        LEFT JOIN reports ON reports.id = sightings.report_id
    """,
    "changes": """
        SELECT key, kind, seen_at, number, changes.url, changes.capture_id, previous_capture_id, new_url, cells
        FROM changes JOIN told ON told.id = version_id
    """,
    "search_words": 'SELECT key, number, shelf, col, "offset", term FROM temp.words JOIN told ON told.id = words.doc',
}


def tell_contents(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of each table that filing writes, sorted, each named by what it is about."""
    with closing(sqlite3.connect(path)) as connection:
        for view in _VIEWS:
            connection.execute(view)
        return {name: sorted(connection.execute(query), key=repr) for name, query in _QUERIES.items()}


_NAMED = (
    "CREATE TEMP TABLE named (id INTEGER PRIMARY KEY, name TEXT)",
    *_WORDS,
    """
    CREATE TEMP VIEW place AS
    SELECT pages.*, sites.name AS site FROM pages JOIN sites ON sites.id = pages.site_id
    """,
    """
    CREATE TEMP VIEW version AS
    SELECT versions.*, reports.key, readings.parser, documents.sha256 AS document, named.name AS capture
    FROM versions JOIN reports ON reports.id = report_id JOIN readings ON readings.id = reading_id
    LEFT JOIN documents ON documents.id = document_id JOIN named ON named.id = capture_id
    """,
)
_AGREED = {
    "sites": "SELECT name, title, division, withdrawn_after_days, withdrawn_after_visits FROM sites",
    "runs": "SELECT uid, started_at, command FROM runs",
    "visits": """
        SELECT runs.uid, sites.name, mode, visits.started_at, ended_at, requests, captures, reports, new, changed,
               withdrawn, failed, complete, notes
        FROM visits JOIN runs ON runs.id = run_id JOIN sites ON sites.id = site_id
    """,
    "pages": """
        SELECT site, url, kind, found_on, link_text, first_seen, bodies.sha256, last_good, last_changed, failures
        FROM place LEFT JOIN bodies ON bodies.id = present_body_id
    """,
    "captures": """
        SELECT named.name, site, url, captures.fetched_at, bodies.sha256 FROM captures
        JOIN named USING (id) JOIN place ON place.id = page_id LEFT JOIN bodies ON bodies.id = body_id
    """,
    "bodies": "SELECT sha256, size FROM bodies",
    "documents": "SELECT sha256, figures_hash, words_hash, quality FROM documents",
    "readings": """
        SELECT bodies.sha256, parser, kind, form, documents.sha256, error, accepted FROM readings
        JOIN bodies ON bodies.id = body_id LEFT JOIN documents ON documents.id = document_id
    """,
    "sightings": """
        SELECT named.name, readings.parser, identities.agency, identities.district, identities.year,
               identities.published, reports.key, version.number, note
        FROM sightings JOIN named ON named.id = sightings.capture_id JOIN readings ON readings.id = sightings.reading_id
        LEFT JOIN identities ON identities.id = identity_id LEFT JOIN reports ON reports.id = sightings.report_id
        LEFT JOIN version ON version.id = version_id
    """,
    "reports": """
        SELECT key, division, district, agency_key, year, site, url, status, is_stale
        FROM reports JOIN place ON place.id = page_id
    """,
    "locations": """
        SELECT key, site, url, locations.first_seen, last_seen, bodies.sha256, is_present FROM locations
        JOIN reports ON reports.id = report_id JOIN place ON place.id = locations.page_id
        LEFT JOIN bodies ON bodies.id = locations.body_id
    """,
    "versions": """
        SELECT key, number, parser, document, capture, first_seen, last_seen, title, agency, district, form, published,
               figures_hash, words_hash
        FROM version
    """,
    "states": """
        SELECT version.key, known_from, known_until, number, site, place.url, states.url, status
        FROM states JOIN version ON version.id = version_id JOIN place ON place.id = page_id
    """,
    "figures": """
        SELECT key, number, "table", "row", "column", raw, value, typeof(value), unit, status, at
        FROM cells JOIN version ON version.id = version_id
    """,
    "findings": """
        SELECT key, number, rule, place, left_sum, right_sum, text
        FROM findings JOIN version ON version.id = version_id
    """,
    "changes": """
        SELECT key, changes.kind, seen_at, number, site, place.url, changes.url, named.name, previous.name, new_url,
               cells
        FROM changes JOIN version ON version.id = version_id JOIN place ON place.id = page_id
        JOIN named ON named.id = changes.capture_id LEFT JOIN named AS previous ON previous.id = previous_capture_id
    """,
    "search_words": """
        SELECT key, number, shelf, col, "offset", term FROM temp.words JOIN version ON version.id = words.doc
    """,
}
_LEDGER = """
SELECT ledger.link, named.name, previous.link FROM ledger JOIN named ON named.id = ledger.capture_id
LEFT JOIN ledger AS previous ON previous.id = ledger.previous_id
"""


def tell_union(path: Path, *, with_ledger: bool = True) -> dict[str, list[tuple[Any, ...]]]:
    """Return all that two archives of the same captures must agree in: no numbers of rows, no clock of a machine.

    A capture is named by its run and its digest. Without the ledger two archives agree that made the same captures in
    another order.
    """
    queries = _AGREED | ({"ledger": _LEDGER} if with_ledger else {})
    with closing(open_for_reading(path)) as connection:
        connection.execute("PRAGMA query_only = OFF")  # what is made below is temporary
        for statement in _NAMED:
            connection.execute(statement)
        for record in list(iter_records(connection, with_bodies=False)):
            connection.execute("INSERT INTO temp.named VALUES (?, ?)", (record.id, f"{record.run.uid} {record.digest}"))
        return {
            name: sorted({tuple(row) for row in connection.execute(query)}, key=repr) for name, query in queries.items()
        }


def digest_contents(path: Path, *, with_ledger: bool = True) -> str:
    """Return one hash of `tell_union`: equal where two archives hold the same, in whatever order it came."""
    return hashlib.sha256(repr(tell_union(path, with_ledger=with_ledger)).encode()).hexdigest()
