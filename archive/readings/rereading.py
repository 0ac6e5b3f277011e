"""A newer parser over bytes that an older one has read: what it reads otherwise is said, and is no change."""

import sqlite3

from archive.file.database import atomic
from archive.histories.compare import CellChange, compare_reports
from archive.histories.looks import Contents
from archive.readings.documents import load_document
from archive.readings.filing import tell_stale
from archive.readings.reading import Reading, Rereading
from archive.readings.readings import mark_readers_stale, pack_reading, save_reading
from parsers.report import Report


def file_rereading(connection: sqlite3.Connection, reading: Reading, *, accept: bool = False) -> Rereading:
    """Keep what a newer parser made of a capture's bytes, beside the older readings of them.

    It stands if it is accepted, or if every cell that said `reported` says the same still. A document that it does not
    take for a report any more leaves the older reading standing.
    """
    row = connection.execute(
        "SELECT body_id, url FROM captures JOIN pages ON pages.id = page_id WHERE captures.id = ?",
        (reading.capture_id,),
    ).fetchone()
    body_id = int(row["body_id"])
    old = _find_standing(connection, body_id)
    said = _weigh(connection, body_id, old, reading.report)
    accepted = accept or not said.reported
    with atomic(connection):
        save_reading(connection, pack_reading(reading), body_id, accepted=accepted)
        mark_readers_stale(connection, body_id)
    tell_stale(connection)
    return Rereading(said.reports, row["url"], said.old_parser, said.cells, said.reported, accepted, said.note)


def list_rereadings(connection: sqlite3.Connection, parser: str) -> list[Rereading]:
    """Return what a parser version reads otherwise than stands, and was not accepted."""
    return [_weigh_stored(connection, row) for row in _find_kept_aside(connection, parser)]


def count_rereadings(connection: sqlite3.Connection, site: str, parser: str) -> int:
    """Return how many pages of a site a parser version reads otherwise than stands, and was not accepted."""
    row = connection.execute(
        """
        SELECT count(DISTINCT pages.id) FROM readings
        JOIN captures ON captures.body_id = readings.body_id AND captures.status IS NOT 304
        JOIN pages ON pages.id = captures.page_id JOIN sites ON sites.id = pages.site_id
        WHERE readings.accepted = 0 AND readings.parser = ? AND sites.name = ?
        """,
        (parser, site),
    ).fetchone()
    return int(row[0])


def accept_rereadings(connection: sqlite3.Connection, parser: str) -> list[Rereading]:
    """Let all that a parser version reads otherwise stand, in one transaction, and return what that was."""
    rows = _find_kept_aside(connection, parser)
    said = [_weigh_stored(connection, row) for row in rows]
    with atomic(connection):
        for row in rows:
            connection.execute("UPDATE readings SET accepted = 1 WHERE id = ?", (row["id"],))
            mark_readers_stale(connection, row["body_id"])
    tell_stale(connection)
    return said


def _find_kept_aside(connection: sqlite3.Connection, parser: str) -> list[sqlite3.Row]:
    return connection.execute(
        "SELECT id, body_id FROM readings WHERE parser = ? AND accepted = 0 ORDER BY id", (parser,)
    ).fetchall()


def _weigh_stored(connection: sqlite3.Connection, row: sqlite3.Row) -> Rereading:
    report = load_document(connection, row["id"])
    return _weigh(connection, row["body_id"], _find_standing(connection, row["body_id"]), report)


def _weigh(
    connection: sqlite3.Connection, body_id: int, old: tuple[str, Report] | None, new: Report | None
) -> Rereading:
    """Say what differs between the reading that stands and a new one."""
    reports = tuple(row["key"] for row in _find_reports(connection, body_id))
    url = connection.execute(
        "SELECT url FROM captures JOIN pages ON pages.id = page_id WHERE body_id = ? "
        "AND captures.status IS NOT 304 ORDER BY captures.id LIMIT 1",
        (body_id,),
    ).fetchone()["url"]
    if old is None:
        return Rereading(reports, url, "", (), (), accepted=True)
    if new is None or new.kind != "annual_report":
        note = "the new parser finds no report in it; the older reading stands"
        return Rereading(reports, url, old[0], (), (), accepted=True, note=note)
    _, cells = compare_reports(old[1], new)
    said = {cell.key for cell in old[1].cells if cell.status == "reported"}
    reported = tuple(cell for cell in cells if _key(cell) in said)
    return Rereading(reports, url, old[0], cells, reported, accepted=False)


def _key(cell: CellChange) -> tuple[str, str, str]:
    return cell.table, cell.row, cell.column


def _find_standing(connection: sqlite3.Connection, body_id: int) -> tuple[str, Report] | None:
    """Return the parser version and the report of the reading that stands for a body."""
    content = Contents(connection, {body_id}).standing(body_id)
    if content is None:
        return None
    row = connection.execute("SELECT parser FROM readings WHERE id = ?", (content.reading_id,)).fetchone()
    return row["parser"], load_document(connection, content.reading_id)


def _find_reports(connection: sqlite3.Connection, body_id: int) -> list[sqlite3.Row]:
    return connection.execute(
        """
        SELECT DISTINCT reports.id, reports.key FROM captures JOIN sightings ON sightings.capture_id = captures.id
        JOIN reports ON reports.id = sightings.report_id
        WHERE captures.body_id = ? AND captures.status IS NOT 304 ORDER BY reports.key
        """,
        (body_id,),
    ).fetchall()
