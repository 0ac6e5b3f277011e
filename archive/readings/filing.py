"""Readings into their reports: what a capture was read as is recorded, then the histories that it touches are told."""

import sqlite3
from collections.abc import Iterable, Sequence

from archive.errors import ArchiveError
from archive.file.database import atomic, relaxed, undone_on_error
from archive.histories.history import is_same_address
from archive.histories.looks import Contents
from archive.histories.telling import list_stale, tell_report
from archive.readings.identifying import Identity, find_or_add_report, load_place, save_identity
from archive.readings.naming import name_with_series
from archive.readings.reading import Filed, Reading
from archive.readings.readings import PackedReading, find_or_pack, load_body_id, pack_reading, save_reading

_BATCH = 20
"""Captures or reports in one transaction: it costs a tenth of twenty, and an interruption undoes no more than these."""
_TOLD = ("restored", "figures", "text", "new", "withdrawn", "moved")
_NO_YEAR = "a report whose year is nowhere stated; it is kept, and filed under no report"


def save_readings(connection: sqlite3.Connection, readings: Sequence[Reading]) -> None:
    """Keep what a parser made of some captures' bytes, all or nothing, and file none of it.

    What takes time is done before the transaction, for another process wants to write meanwhile.
    """
    packed = [pack_reading(reading) for reading in readings]
    with relaxed(connection), atomic(connection):
        for one in packed:
            save_reading(connection, one, load_body_id(connection, one.reading.capture_id))


def file_readings(connection: sqlite3.Connection, readings: Sequence[Reading]) -> list[Filed]:
    """Record readings and tell the histories that they touch; return what became of each, in their order.

    They are recorded some at a time, each time all of them or none, then told report by report: whoever is interrupted
    in between leaves reports that are marked as stale, and the next to file anything goes on with those.
    """
    ordered = sorted(readings, key=lambda reading: _canonical_key(connection, reading))
    for start in range(0, len(ordered), _BATCH):
        _record_batch(connection, ordered[start : start + _BATCH])
    mark_visits_stale(connection, [reading.capture_id for reading in readings])
    tell_stale(connection)
    return [_find_filed(connection, reading.capture_id) for reading in readings]


def mark_visits_stale(connection: sqlite3.Connection, captures: Iterable[int]) -> None:
    """Mark the reports that the visits of these captures did not find where they were.

    What else a visit showed says whether that counts, and it may have been told before, when the visit was cut short.
    """
    visits = {
        tuple(row)
        for number in captures
        for row in connection.execute(
            "SELECT run_id, site_id FROM captures JOIN pages ON pages.id = page_id WHERE captures.id = ?", (number,)
        )
    }
    with relaxed(connection), atomic(connection):
        for run_id, site_id in sorted(visits):
            mark_visit_stale(connection, run_id, site_id)


# CROSS JOIN holds SQLite to begin at the pages of the site, and not at all the captures of a crawl.
def mark_visit_stale(connection: sqlite3.Connection, run_id: int, site_id: int) -> None:
    """Mark the reports that one visit of a site did not find where they were."""
    connection.execute(
        """
        UPDATE reports SET is_stale = 1 WHERE id IN (
          SELECT locations.report_id FROM pages
          CROSS JOIN captures ON captures.run_id = ? AND captures.page_id = pages.id
          CROSS JOIN locations ON locations.page_id = pages.id
          LEFT JOIN sightings ON sightings.capture_id = captures.id
          WHERE pages.site_id = ? AND sightings.report_id IS NOT locations.report_id)
        """,
        (run_id, site_id),
    )


def _record_batch(connection: sqlite3.Connection, readings: Sequence[Reading]) -> None:
    """Record readings together; where that fails one by one, and one that cannot be recorded as what kept it."""
    try:
        _record_all(connection, readings)
    except (sqlite3.OperationalError, ArchiveError):
        raise
    except Exception:  # noqa: BLE001,RUF100 - nothing of it is in; which one it was shows below
        for reading in readings:
            _record_or_note(connection, reading)


def _record_all(connection: sqlite3.Connection, readings: Sequence[Reading]) -> None:
    packed = [find_or_pack(connection, reading) for reading in readings]
    with relaxed(connection), atomic(connection):
        for one in packed:
            _record(connection, one)


def _record_or_note(connection: sqlite3.Connection, reading: Reading) -> None:
    try:
        _record_all(connection, [reading])
    except (sqlite3.OperationalError, ArchiveError):
        raise
    except Exception as error:  # one report that cannot be filed must not keep all others from it, now and ever after
        reason = f"it cannot be filed ({type(error).__name__}: {error})"
        _record_all(connection, [Reading(reading.capture_id, reading.parser, None, reason)])


def tell_stale(connection: sqlite3.Connection) -> None:
    """Tell the history of every report that has captures which are not worked in yet."""
    with relaxed(connection):
        _tell_stale(connection)


def _tell_stale(connection: sqlite3.Connection) -> None:
    while stale := list_stale(connection, _BATCH):
        try:
            with atomic(connection):
                _tell_all(connection, stale)
        except (sqlite3.Error, ArchiveError):
            raise
        except Exception:  # noqa: BLE001,RUF100 - nothing of it is in; which one it was shows below
            for report_id in stale:
                with atomic(connection):
                    tell_or_note(connection, report_id)


def _tell_all(connection: sqlite3.Connection, reports: Iterable[int]) -> None:
    for report_id in reports:
        tell_report(connection, report_id)


def tell_or_note(connection: sqlite3.Connection, report_id: int) -> None:
    """Tell a report within the caller's transaction, or leave it as it was told before and say so.

    One that cannot be told must not keep all others from it.
    """
    try:
        with undone_on_error(connection):
            tell_report(connection, report_id)
    except (sqlite3.Error, ArchiveError):
        raise
    except Exception as error:  # whatever it is, it is said beside the captures
        reason = f"it cannot be filed ({type(error).__name__}: {error})"
        connection.execute("UPDATE reports SET is_stale = 0 WHERE id = ?", (report_id,))
        connection.execute(
            "UPDATE sightings SET note = ? WHERE report_id = ? AND version_id IS NULL", (reason, report_id)
        )


def _canonical_key(connection: sqlite3.Connection, reading: Reading) -> tuple[int, str, int]:
    """Return what sorts the readings of a visit: those that hold the most of a report name it, else the first met."""
    row = connection.execute("SELECT fetched_at FROM captures WHERE id = ?", (reading.capture_id,)).fetchone()
    return -reading.quality, row["fetched_at"], reading.capture_id


def _record(connection: sqlite3.Connection, packed: PackedReading) -> None:
    reading = packed.reading
    body_id = load_body_id(connection, reading.capture_id)
    reading_id = packed.id or save_reading(connection, packed, body_id)
    published = reading.published.isoformat() if reading.published else None
    agency = name_with_series(reading.agency, reading.report.series if reading.report else None)
    identity = Identity(agency, reading.district, reading.year, published) if reading.quality else None
    identity = identity or _find_identity(connection, body_id)
    connection.execute(
        "INSERT INTO sightings (capture_id, reading_id, identity_id, note) VALUES (?, ?, ?, ?)",
        (
            reading.capture_id,
            reading_id,
            save_identity(connection, identity) if identity else None,
            None if reading.report or identity else reading.error or "not read",
        ),
    )
    assign_sighting(connection, reading.capture_id, identity, packed.hashes)


def _find_identity(connection: sqlite3.Connection, body_id: int) -> Identity | None:
    """Return as what these bytes were filed before: a parser that does not take them for a report changes nothing."""
    row = connection.execute(
        """
        SELECT agency, district, year, published FROM captures JOIN sightings ON sightings.capture_id = captures.id
        JOIN identities ON identities.id = sightings.identity_id
        WHERE captures.body_id = ? AND captures.status IS NOT 304 ORDER BY captures.id LIMIT 1
        """,
        (body_id,),
    ).fetchone()
    return Identity(*row) if row is not None else None


def _find_same_report(connection: sqlite3.Connection, capture_id: int, capture: sqlite3.Row) -> int | None:
    """Return the report that stood at the page, where a newer parser finds the very same content there.

    By what name it calls that is our reading, and no other report.
    """
    row = connection.execute(
        "SELECT parser FROM sightings JOIN readings ON readings.id = reading_id WHERE capture_id = ?", (capture_id,)
    ).fetchone()
    places = connection.execute(
        "SELECT report_id, body_id FROM locations WHERE page_id = ? ORDER BY last_seen DESC, report_id",
        (capture["page_id"],),
    ).fetchall()
    for place in places:
        contents = Contents(connection, {place["body_id"], capture["body_id"]})
        if contents.is_reread(place["body_id"], capture["body_id"], row["parser"]):
            return int(place["report_id"])
    return None


def assign_sighting(
    connection: sqlite3.Connection, capture_id: int, identity: Identity | None, hashes: tuple[str, str]
) -> None:
    """Say which report a capture that was read shows, and mark the reports whose history it touches as stale.

    Where the page that tells a report goes on showing the same, that history is only drawn on.
    """
    capture = connection.execute(
        "SELECT page_id, body_id, fetched_at, final_url FROM captures WHERE id = ?", (capture_id,)
    ).fetchone()
    page_id, report_id = capture["page_id"], None
    if identity is not None and identity.year is None:
        connection.execute("UPDATE sightings SET note = ? WHERE capture_id = ?", (_NO_YEAR, capture_id))
    elif identity is not None:
        report_id = _find_same_report(connection, capture_id, capture) or find_or_add_report(
            connection, load_place(connection, page_id), identity, hashes, capture["fetched_at"]
        )
        connection.execute("UPDATE sightings SET report_id = ? WHERE capture_id = ?", (report_id, capture_id))
    connection.execute(
        "UPDATE reports SET is_stale = 1 WHERE id <> ? AND id IN (SELECT report_id FROM locations WHERE page_id = ?)",
        (report_id or 0, page_id),
    )
    if report_id is None or _draw_on(connection, report_id, capture_id, capture):
        return
    connection.execute(
        """
        INSERT INTO locations (report_id, page_id, first_seen, last_seen, body_id) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET last_seen = excluded.last_seen, body_id = excluded.body_id
        WHERE excluded.last_seen >= last_seen
        """,
        (report_id, page_id, capture["fetched_at"], capture["fetched_at"], capture["body_id"]),
    )
    connection.execute("UPDATE reports SET is_stale = 1 WHERE id = ?", (report_id,))


def _draw_on(connection: sqlite3.Connection, report_id: int, capture_id: int, capture: sqlite3.Row) -> bool:
    """Extend the version that stands by a capture of the page that tells it, if that shows the same still."""
    row = connection.execute(
        """
        SELECT locations.body_id, locations.last_seen, states.version_id, states.url AS told_at, pages.url FROM reports
        JOIN locations ON locations.report_id = reports.id AND locations.page_id = reports.page_id
        JOIN states ON states.report_id = reports.id AND states.known_until IS NULL
        JOIN pages ON pages.id = reports.page_id
        WHERE reports.id = ? AND reports.page_id = ? AND NOT is_stale AND reports.status = 'current' AND is_present
        """,
        (report_id, capture["page_id"]),
    ).fetchone()
    if row is None or capture["final_url"] is not None or capture["fetched_at"] < row["last_seen"]:
        return False
    if not is_same_address(row["url"], row["told_at"]):
        return False
    bodies = (row["body_id"], capture["body_id"])
    if bodies[0] != bodies[1] and not Contents(connection, set(bodies)).is_same(*bodies):
        return False
    connection.execute(
        "UPDATE locations SET last_seen = ?, body_id = ? WHERE report_id = ? AND page_id = ?",
        (capture["fetched_at"], capture["body_id"], report_id, capture["page_id"]),
    )
    connection.execute(
        "UPDATE versions SET last_seen = max(last_seen, ?) WHERE id = ?", (capture["fetched_at"], row["version_id"])
    )
    connection.execute("UPDATE sightings SET version_id = ? WHERE capture_id = ?", (row["version_id"], capture_id))
    return True


def _find_filed(connection: sqlite3.Connection, capture_id: int) -> Filed:
    row = connection.execute(
        """
        SELECT pages.url, reports.key, reports.id, sightings.note FROM captures
        JOIN pages ON pages.id = captures.page_id JOIN sightings ON sightings.capture_id = captures.id
        LEFT JOIN reports ON reports.id = sightings.report_id
          AND EXISTS (SELECT 1 FROM states WHERE states.report_id = reports.id)
        WHERE captures.id = ?
        """,
        (capture_id,),
    ).fetchone()
    kinds = connection.execute(
        "SELECT kind FROM changes WHERE report_id = ? AND capture_id = ?", (row["id"], capture_id)
    ).fetchall()
    change = min((kind["kind"] for kind in kinds), key=_TOLD.index, default=None)
    return Filed(capture_id, row["url"], row["key"], change, row["note"])
