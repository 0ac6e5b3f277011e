"""A report's history worked out from its looks, and written: no more rows are touched than differ."""

import sqlite3

from archive.histories.histories import tell_history
from archive.histories.history import History, Version
from archive.histories.looks import Contents, load_looks, load_rules
from archive.histories.told import (
    DIFFERENCE_RULE,
    tell_changes,
    tell_differences,
    tell_locations,
    tell_sightings,
    tell_states,
    tell_version,
)
from archive.histories.versions import add_content, find_standing, move_words, remove_versions, set_content

_TELLING = "SELECT id FROM reports WHERE is_stale = 1 ORDER BY id LIMIT ?"


def list_stale(connection: sqlite3.Connection, limit: int) -> list[int]:
    """Return reports that have captures which are not worked into their history yet."""
    return [int(row["id"]) for row in connection.execute(_TELLING, (limit,))]


def tell_report(connection: sqlite3.Connection, report_id: int) -> History:
    """Work out a report's history and write it, within the caller's transaction."""
    visits, contents = load_looks(connection, report_id)
    rules = load_rules(connection, {look.page_id for visit in visits for look in visit})
    history = tell_history(visits, contents, rules.__getitem__)
    if not history.versions:
        _forget_report(connection, report_id)
        return history
    _write_locations(connection, report_id, history)
    numbers = _write_versions(connection, report_id, history, contents)
    _write_changes(connection, report_id, history, numbers)
    _write_states(connection, report_id, history, numbers)
    _write_sightings(connection, report_id, history, numbers, contents)
    _write_differences(connection, report_id, history, numbers[-1], contents)
    connection.execute(
        "UPDATE reports SET page_id = ?, status = ?, is_stale = 0 WHERE id = ?",
        (history.teller, history.status, report_id),
    )
    return history


def _forget_report(connection: sqlite3.Connection, report_id: int) -> None:
    """Take away a report that no capture shows: all that was taken for it is taken for another one now."""
    remove_versions(connection, report_id, 1)
    connection.execute("DELETE FROM locations WHERE report_id = ?", (report_id,))
    connection.execute("DELETE FROM reports WHERE id = ?", (report_id,))


def _write_locations(connection: sqlite3.Connection, report_id: int, history: History) -> None:
    stored = connection.execute("SELECT page_id FROM locations WHERE report_id = ?", (report_id,)).fetchall()
    for row in stored:
        if row["page_id"] not in history.locations:
            connection.execute("DELETE FROM locations WHERE report_id = ? AND page_id = ?", (report_id, row["page_id"]))
    connection.executemany(
        """
        INSERT INTO locations (report_id, page_id, first_seen, last_seen, body_id, is_present)
        VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (report_id, page_id) DO UPDATE SET
          first_seen = excluded.first_seen, last_seen = excluded.last_seen, body_id = excluded.body_id,
          is_present = excluded.is_present
        """,
        tell_locations(report_id, history),
    )


def _write_versions(connection: sqlite3.Connection, report_id: int, history: History, contents: Contents) -> list[int]:
    """Return the rows of the versions, in order; those that stay what they were keep theirs."""
    stored = connection.execute(
        "SELECT id, capture_id, reading_id FROM versions WHERE report_id = ? ORDER BY number", (report_id,)
    ).fetchall()
    same = 0
    while same < min(len(stored), len(history.versions)) and (
        stored[same]["capture_id"] == history.versions[same].look.capture_id
    ):
        same += 1
    if same < len(stored):
        remove_versions(connection, report_id, same + 1)
    for row, version in zip(stored[:same], history.versions, strict=False):
        _update_version(connection, row, version, contents)
    kept = [int(row["id"]) for row in stored[:same]]
    _move_standing(connection, report_id, history, kept)
    added = [_add_version(connection, report_id, version, history, contents) for version in history.versions[same:]]
    return [*kept, *added]


def _move_standing(connection: sqlite3.Connection, report_id: int, history: History, kept: list[int]) -> None:
    """Let the search index know which version stands from now on, of those that are on record already.

    It is to be told before the states are written: they say where the words have been until now.
    """
    before = find_standing(connection, report_id)
    after = dict(enumerate(kept, 1)).get(history.states[-1].version)
    if before != after:
        for version_id, stands in ((before, False), (after, True)):
            if version_id is not None:
                move_words(connection, version_id, stands=stands)


def _update_version(connection: sqlite3.Connection, row: sqlite3.Row, version: Version, contents: Contents) -> None:
    connection.execute(
        "UPDATE versions SET last_seen = ? WHERE id = ? AND last_seen <> ?",
        (version.last_seen, row["id"], version.last_seen),
    )
    standing = contents.standing(version.look.body)
    if standing is not None and standing.reading_id != row["reading_id"]:
        told = tell_version(connection, version, contents)
        set_content(connection, row["id"], told, contents.load(version.look.body))


def _add_version(
    connection: sqlite3.Connection, report_id: int, version: Version, history: History, contents: Contents
) -> int:
    told = tell_version(connection, version, contents)
    cursor = connection.execute(
        """
        INSERT INTO versions (report_id, number, reading_id, capture_id, first_seen, last_seen, title, agency, district,
                              form, published, figures_hash, words_hash)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (report_id, *told),
    )
    number = int(cursor.lastrowid or 0)
    stands = version.number == history.states[-1].version
    add_content(connection, number, contents.load(version.look.body), told.agency, stands=stands)
    return number


def _write_changes(connection: sqlite3.Connection, report_id: int, history: History, numbers: list[int]) -> None:
    """Let the log say what the history says; entries that stand already keep their rows."""
    told = tell_changes(report_id, history, numbers)
    stored = connection.execute(
        """
        SELECT id, report_id, kind, seen_at, version_id, page_id, url, capture_id, previous_capture_id, new_url,
               cells
        FROM changes WHERE report_id = ? ORDER BY id
        """,
        (report_id,),
    ).fetchall()
    same = 0
    while same < min(len(stored), len(told)) and tuple(stored[same])[1:] == told[same]:
        same += 1
    connection.executemany("DELETE FROM changes WHERE id = ?", [(row["id"],) for row in stored[same:]])
    connection.executemany(
        """
        INSERT INTO changes (report_id, kind, seen_at, version_id, page_id, url, capture_id, previous_capture_id,
                             new_url, cells)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        told[same:],
    )


def _write_states(connection: sqlite3.Connection, report_id: int, history: History, numbers: list[int]) -> None:
    told = tell_states(report_id, history, numbers)
    stored = connection.execute("SELECT * FROM states WHERE report_id = ? ORDER BY known_from", (report_id,))
    if told == [tuple(row) for row in stored.fetchall()]:
        return
    connection.execute("DELETE FROM states WHERE report_id = ?", (report_id,))
    connection.executemany(
        """
        INSERT INTO states (report_id, known_from, known_until, version_id, page_id, url, status)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        told,
    )


def _write_sightings(
    connection: sqlite3.Connection, report_id: int, history: History, numbers: list[int], contents: Contents
) -> None:
    connection.executemany(
        "UPDATE sightings SET version_id = ?2, note = ?3 WHERE capture_id = ?1 "
        "AND (version_id IS NOT ?2 OR note IS NOT ?3)",
        tell_sightings(connection, report_id, history, numbers, contents),
    )


def _write_differences(
    connection: sqlite3.Connection, report_id: int, history: History, version_id: int, contents: Contents
) -> None:
    """Let the findings of the newest version say which other pages of the report print other figures now."""
    connection.execute(
        "DELETE FROM findings WHERE rule = ? AND version_id IN (SELECT id FROM versions WHERE report_id = ?)",
        (DIFFERENCE_RULE, report_id),
    )
    connection.executemany(
        "INSERT INTO findings (version_id, rule, place, text) VALUES (?, ?, ?, ?)",
        tell_differences(history, version_id, contents),
    )
