"""An archive in memory whose versions have words and no documents, so that thousands of them are made in a second."""

import sqlite3
from collections.abc import Sequence

from archive.file.migrations import migrate
from archive.search import searching
from archive.search.index import IndexedVersion, index_words
from archive.search.plan import make_plan
from archive.search.query import parse_query

FIRST_YEAR = 2014
YEARS = 9


def make_rows(versions: Sequence[tuple[str, ...]]) -> sqlite3.Connection:
    """Make an archive of one report for each version, numbered from 1 on; each is given as its folded segments."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.row_factory = sqlite3.Row
    migrate(connection)
    connection.execute("PRAGMA foreign_keys = OFF")  # nothing is told of captures and readings
    connection.execute("BEGIN")
    connection.execute("INSERT INTO sites (id, name, title, added_at) VALUES (1, 'a', '甲', '')")
    connection.execute("INSERT INTO pages (id, site_id, url, kind, first_seen) VALUES (1, 1, 'u', 'report', '')")
    for number, segments in enumerate(versions, 1):
        year = FIRST_YEAR + number % YEARS
        connection.execute(
            """
            INSERT INTO reports (id, key, division, district, agency_key, year, page_id)
            VALUES (?1, ?1, '', '', ?1, ?2, 1)
            """,
            (number, year),
        )
        connection.execute(
            """
            INSERT INTO versions (id, report_id, number, reading_id, capture_id, first_seen, last_seen, figures_hash,
                                  words_hash)
            VALUES (?1, ?1, 1, 1, 1, '2020', '2020', '', '')
            """,
            (number,),
        )
        connection.execute("INSERT INTO states VALUES (?1, '2020', NULL, ?1, 1, 'u', 'current')", (number,))
        index_words(connection, IndexedVersion(number, year, segments), stands=True)
    connection.execute("COMMIT")
    return connection


def find_rows(connection: sqlite3.Connection, query: str) -> set[int]:
    """Return the versions that a query means, found by way of their rows; the index alone must count as many."""
    parsed = parse_query(query)
    asked = searching._Asked(parsed, make_plan(connection, parsed, is_wide=False), False, None)  # noqa: SLF001,FBT003,RUF100
    question = searching._from_rows(asked)  # noqa: SLF001,RUF100
    found = {row[0] for row in connection.execute(f"SELECT versions.id {question.sql}", question.values)}
    assert searching.search_reports(connection, query, 0).total == len(found), query
    return found
