"""All that filing writes, without the numbers of rows and the moments of reading, so that two archives are compared."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

_VIEWS = (
    "CREATE VIRTUAL TABLE temp.words USING fts5vocab (main, search_words, instance)",
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
        SELECT key, url, locations.first_seen, last_seen, quality FROM locations
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
        SELECT sightings.capture_id, body_id, key, number, note FROM sightings
        JOIN readings ON readings.id = sightings.reading_id LEFT JOIN told ON told.id = version_id
    """,
    "changes": """
        SELECT key, kind, seen_at, number, changes.capture_id, previous_capture_id, new_url, cells
        FROM changes JOIN told ON told.id = version_id
    """,
    "search_words": 'SELECT key, number, "offset", term FROM temp.words JOIN told ON told.id = words.doc',
}


def tell_contents(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of each table that filing writes, sorted, each named by what it is about."""
    with closing(sqlite3.connect(path)) as connection:
        for view in _VIEWS:
            connection.execute(view)
        return {name: sorted(connection.execute(query), key=repr) for name, query in _QUERIES.items()}
