"""A report's history: which report a page holds, and which of its pages tells the history.

A report is often met at several pages (a page and its attachment, a list of the district and one of the street). One
of them tells its history: the first, or one that holds more. The others are locations of the same report.
"""

import sqlite3
from collections.abc import Set
from itertools import chain, count

from archive.compare import ChangeKind, compare_reports
from archive.documents import load_document
from archive.naming import agency_key, report_key
from archive.reading import Reading
from archive.versions import Visit, add_change, add_version, find_current_version
from parsers.report import CellKey, Report

_UNSIGNED = "未署名"
_PRINTED = frozenset({"reported", "blank"})


def file_report(
    connection: sqlite3.Connection, visit: Visit, reading: Reading, report: Report, reading_id: int
) -> tuple[str, int, ChangeKind | None, str | None]:
    """Return the report's key, the version that holds, the change that this visit brought, and what to note of it."""
    row = _find_or_add_report(connection, visit, reading)
    current = find_current_version(connection, row["id"])
    told = _load_told(connection, current, reading_id, report)
    tells = current is None or row["page_id"] == visit.page_id
    takes_over = not tells and _takes_over(connection, row, visit, reading.quality, report)
    before = _state_before(connection, visit, told, report) if takes_over else (told, report)
    stranger = _note_stranger(connection, visit, row)
    _save_location(connection, row["id"], visit, reading.quality)
    if current is not None and told is not None:
        if not tells and not takes_over:
            return row["key"], current["id"], None, _note_difference(told, report, row)
        if compare_reports(told, report)[0] is None:
            _set_teller(connection, row, visit)
            _extend_version(connection, current["id"], visit)
            return row["key"], current["id"], None, stranger
    _set_teller(connection, row, visit)
    change, cells = compare_reports(*before)
    number = current["number"] + 1 if current is not None else 1
    version_id = add_version(connection, row["id"], number, visit, reading, report, reading_id)
    if change:
        add_change(connection, row["id"], change, visit, version_id, current, cells)
    return row["key"], version_id, change, _note_loss(told, report) or stranger


def _load_told(
    connection: sqlite3.Connection, current: sqlite3.Row | None, reading_id: int, report: Report
) -> Report | None:
    """Return what the newest version says; that is `report` itself where the same bytes told it."""
    if current is None:
        return None
    return report if current["reading_id"] == reading_id else load_document(connection, current["reading_id"])


def _find_or_add_report(connection: sqlite3.Connection, visit: Visit, reading: Reading) -> sqlite3.Row:
    agency = reading.agency or f"{_UNSIGNED}{visit.page_id}"
    key, district = agency_key(agency, reading.district), reading.district or ""
    row = _find_report(connection, visit, key, district, reading.year or 0)
    if row is None:
        connection.execute(
            "INSERT INTO reports (key, division, district, agency_key, year, page_id) VALUES (?, ?, ?, ?, ?, ?)",
            (_free_key(connection, visit, agency, reading), visit.division, district, key, reading.year, visit.page_id),
        )
        row = _find_report(connection, visit, key, district, reading.year or 0)
        if row is None:
            raise RuntimeError("a report that was just added is not there")
    if row["division"] != visit.division or (district and not row["district"]):
        # What the site did not say at first (its division, its district) it says now; the id stays what it was.
        connection.execute(
            "UPDATE reports SET division = ?, district = ? WHERE id = ?",
            (visit.division, district or row["district"], row["id"]),
        )
    return row


def _find_report(
    connection: sqlite3.Connection, visit: Visit, key: str, district: str, year: int
) -> sqlite3.Row | None:
    """Return the report of that agency and year in this division or at this site; a district not known is any."""
    row: sqlite3.Row | None = connection.execute(
        """
        SELECT reports.id, reports.key, reports.page_id, reports.division, reports.district, pages.url
        FROM reports JOIN pages ON pages.id = reports.page_id
        WHERE agency_key = ?1 AND year = ?2 AND (division = ?3 OR pages.site_id = ?4)
          AND (district = ?5 OR district = '' OR ?5 = '')
        ORDER BY division = ?3 DESC, district = ?5 DESC, reports.id LIMIT 1
        """,
        (key, year, visit.division, visit.site_id, district),
    ).fetchone()
    return row


def _free_key(connection: sqlite3.Connection, visit: Visit, agency: str, reading: Reading) -> str:
    """Return an id that no other report has: with the agency's short name, else its whole one, else a number."""
    year = reading.year or 0
    whole = report_key(visit.division, agency, None, year)
    numbered = (f"{whole}-{number}" for number in count(2))
    short = report_key(visit.division, _find_name(connection, visit, agency, reading) or agency, reading.district, year)
    for key in chain((short, whole), numbered):
        if connection.execute("SELECT 1 FROM reports WHERE key = ?", (key,)).fetchone() is None:
            return key
    raise AssertionError("count never ends")


def _find_name(connection: sqlite3.Connection, visit: Visit, agency: str, reading: Reading) -> str | None:
    """Return how the agency is named in the ids of its other years, so that all begin alike."""
    sibling = connection.execute(
        """
        SELECT key, year FROM reports
        WHERE agency_key = ? AND division = ? AND district = ? ORDER BY id LIMIT 1
        """,
        (agency_key(agency, reading.district), visit.division, reading.district or ""),
    ).fetchone()
    if sibling is None:
        return None
    name: str = sibling["key"]
    return name.removeprefix(f"{visit.division}-").removesuffix(f"-{sibling['year']}")


def _save_location(connection: sqlite3.Connection, report_id: int, visit: Visit, quality: int) -> None:
    connection.execute(
        """
        INSERT INTO locations (report_id, page_id, first_seen, last_seen, quality) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (report_id, page_id)
        DO UPDATE SET last_seen = max(last_seen, excluded.last_seen), quality = excluded.quality
        """,
        (report_id, visit.page_id, visit.fetched_at, visit.fetched_at, quality),
    )


def _set_teller(connection: sqlite3.Connection, row: sqlite3.Row, visit: Visit) -> None:
    if row["page_id"] != visit.page_id:
        connection.execute("UPDATE reports SET page_id = ? WHERE id = ?", (visit.page_id, row["id"]))


def _extend_version(connection: sqlite3.Connection, version_id: int, visit: Visit) -> None:
    connection.execute("UPDATE versions SET last_seen = max(last_seen, ?) WHERE id = ?", (visit.fetched_at, version_id))


def _takes_over(connection: sqlite3.Connection, row: sqlite3.Row, visit: Visit, quality: int, report: Report) -> bool:
    """Whether this page, which does not tell the report's history, tells it from now on.

    It is met for the first time and holds more; or the page that did shows the report no more in this crawl, and this
    one is new or shows something else than on its last visit. A mirror that stands there unchanged while the other
    page does not answer is no change of the report.
    """
    qualities = dict(
        connection.execute("SELECT page_id, quality FROM locations WHERE report_id = ?", (row["id"],)).fetchall()
    )
    is_new = visit.page_id not in qualities
    if is_new and quality > qualities.get(row["page_id"], 0):
        return True
    shown = connection.execute(
        """
        SELECT 1 FROM sightings JOIN captures ON captures.id = sightings.capture_id
        JOIN versions ON versions.id = sightings.version_id
        WHERE captures.page_id = ? AND captures.run_id = ? AND versions.report_id = ?
        """,
        (row["page_id"], visit.run_id, row["id"]),
    ).fetchone()
    if shown:
        return False
    last = _last_shown(connection, visit)
    return is_new or last is None or compare_reports(last, report)[0] is not None


def _last_shown(connection: sqlite3.Connection, visit: Visit) -> Report | None:
    """Return the report that a page showed when it last showed one."""
    last = connection.execute(
        """
        SELECT readings.id FROM sightings JOIN readings ON readings.id = sightings.reading_id
        JOIN captures ON captures.id = sightings.capture_id
        WHERE captures.page_id = ? AND readings.kind = 'annual_report' ORDER BY captures.id DESC LIMIT 1
        """,
        (visit.page_id,),
    ).fetchone()
    return load_document(connection, last["id"]) if last is not None else None


def _state_before(
    connection: sqlite3.Connection, visit: Visit, told: Report | None, report: Report
) -> tuple[Report | None, Report]:
    """Return the two states between which a page that takes over shows a change of the source.

    They are its own two, or, of a page that is met for the first time, the cells that both pages print: two pages of
    one report never agree in all.
    """
    last = _last_shown(connection, visit)
    if last is not None or told is None:
        return last, report
    printed = {cell.key for cell in told.cells if cell.status in _PRINTED}
    both = {cell.key for cell in report.cells if cell.status in _PRINTED and cell.key in printed}
    return _only_cells(told, both), _only_cells(report, both)


def _only_cells(report: Report, keys: Set[CellKey]) -> Report:
    cells = tuple(cell._replace(raw="") for cell in report.cells if cell.key in keys)
    return Report("annual_report", report.form, None, None, None, None, None, None, cells=cells)


def _note_stranger(connection: sqlite3.Connection, visit: Visit, row: sqlite3.Row) -> str | None:
    """Say where a page shows another report than on its last visit."""
    last = connection.execute(
        """
        SELECT reports.id, reports.key FROM sightings JOIN captures ON captures.id = sightings.capture_id
        JOIN versions ON versions.id = sightings.version_id JOIN reports ON reports.id = versions.report_id
        WHERE captures.page_id = ? AND captures.id < ? ORDER BY captures.id DESC LIMIT 1
        """,
        (visit.page_id, visit.capture_id),
    ).fetchone()
    return f"it shows {row['key']} now, and showed {last['key']} before" if last and last["id"] != row["id"] else None


def _note_loss(told: Report | None, report: Report) -> str | None:
    """Say where a table that was read before is gone from a report as a whole: it may have come cut off."""
    before = {cell.table for cell in told.cells if cell.status in _PRINTED} if told else set()
    gone = before - {cell.table for cell in report.cells if cell.status != "missing"}
    return f"tables that stood in it are gone ({', '.join(sorted(gone))}); the change is recorded" if gone else None


def _note_difference(told: Report, report: Report, row: sqlite3.Row) -> str | None:
    """Say where a second page of the same agency and year prints other figures than the one whose history is told."""
    figures = {cell.key: cell.value for cell in told.cells if cell.status == "reported"}
    differing = [
        cell for cell in report.cells if cell.status == "reported" and figures.get(cell.key, cell.value) != cell.value
    ]
    if not differing:
        return None
    first = ".".join(differing[0].key)
    return f"{len(differing)} figures differ from those at {row['url']}, which has the same agency and year ({first})"
