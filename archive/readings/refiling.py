"""All that is worked out, worked out anew from the captures and what they were read as: after an import or a merge."""

import sqlite3

from archive.captures.pages import recount_pages
from archive.file.database import atomic, kept_numbers
from archive.histories.telling import list_stale
from archive.readings.filing import assign_sighting, tell_or_note, tell_stale
from archive.readings.identifying import Identity
from archive.search.index import forget_all_words

_WORKED_OUT = ("findings", "changes", "states", "figures", "versions", "locations", "reports")
_SIGHTINGS = """
SELECT sightings.capture_id, readings.error, agency, district, year, published, identity_id, figures_hash, words_hash
FROM sightings
JOIN captures ON captures.id = sightings.capture_id
JOIN pages ON pages.id = captures.page_id
JOIN sites ON sites.id = pages.site_id
JOIN runs ON runs.id = captures.run_id
JOIN readings ON readings.id = sightings.reading_id
LEFT JOIN documents ON documents.id = readings.document_id
LEFT JOIN identities ON identities.id = sightings.identity_id
ORDER BY min(captures.fetched_at) OVER (PARTITION BY captures.run_id, pages.site_id), runs.uid, sites.name,
         coalesce(quality, 0) DESC, captures.fetched_at, captures.id
"""


def is_stale(connection: sqlite3.Connection) -> bool:
    """Whether all that is worked out has to be worked out anew, or some of it was left half way."""
    return is_all_stale(connection) or bool(list_stale(connection, 1))


def is_all_stale(connection: sqlite3.Connection) -> bool:
    """Whether all that is worked out has to be worked out anew."""
    return connection.execute("SELECT 1 FROM properties WHERE name = 'stale'").fetchone() is not None


def mark_stale(connection: sqlite3.Connection) -> None:
    """Note, in the transaction that adds captures from elsewhere, that everything has to be worked out anew."""
    connection.execute("INSERT INTO properties (name, value) VALUES ('stale', '1') ON CONFLICT DO NOTHING")


def work_out(connection: sqlite3.Connection) -> None:
    """Work everything out anew, in one transaction: until it ends readers see what was there before."""
    with atomic(connection):
        rework(connection)


def rework(connection: sqlite3.Connection) -> None:
    """Work everything out anew within the caller's transaction."""
    kept_numbers(connection).clear()
    _forget(connection)
    recount_pages(connection)
    for row in connection.execute(_SIGHTINGS):  # sorted, so that all of them are read by now
        identity = Identity(*row[2:6]) if row["identity_id"] is not None else None
        assign_sighting(connection, row["capture_id"], identity, (row["figures_hash"] or "", row["words_hash"] or ""))
    while stale := list_stale(connection, 1000):
        for report_id in stale:
            tell_or_note(connection, report_id)
    connection.execute("DELETE FROM properties WHERE name = 'stale'")


def finish(connection: sqlite3.Connection) -> None:
    """Do what an earlier writer left half way: an import that was cut short, reports not told yet."""
    if is_all_stale(connection):
        work_out(connection)
    elif list_stale(connection, 1):
        tell_stale(connection)


def _forget(connection: sqlite3.Connection) -> None:
    forget_all_words(connection)
    for table in _WORKED_OUT:
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
    connection.execute(
        """
        UPDATE sightings SET report_id = NULL, version_id = NULL,
          note = (SELECT error FROM readings WHERE readings.id = sightings.reading_id)
        """
    )
