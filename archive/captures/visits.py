"""Visits of whole sites: begun, taken up again after an interruption, ended with what came of them."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from archive.captures.capture import utc_now
from archive.file.database import atomic
from archive.moments import moment
from archive.readings import filing
from archive.readings.documents import dump_json, load_json

VisitMode = Literal["full", "light"]
"""Whether a visit reads every list to its end, or stops at known ground."""


@dataclass(frozen=True, slots=True)
class VisitStart:
    """What a visit began as: `is_resumed` where an interrupted one goes on, with its own mode and moment."""

    mode: VisitMode
    started_at: datetime
    is_resumed: bool


@dataclass(frozen=True, slots=True)
class VisitOutcome:
    """What came of a visit. `captures` counts the good ones, `failed` holds pairs of URL and reason."""

    requests: int
    captures: int
    reports: int
    new: int
    changed: int
    failed: tuple[tuple[str, str], ...]
    complete: bool
    notes: tuple[str, ...] = ()
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class PastVisit:
    """A visit on record; what came of it is None where it never ended (or goes on now)."""

    site: str
    mode: VisitMode
    started_at: datetime
    ended_at: datetime | None
    requests: int | None
    captures: int | None
    reports: int | None
    new: int | None
    changed: int | None
    failed: tuple[tuple[str, str], ...] | None
    complete: bool | None
    notes: tuple[str, ...] | None
    withdrawn: int | None = None


@dataclass(frozen=True, slots=True)
class VisitFindings:
    """What the captures of a visit were filed as: the ids of the reports met, how many are new, changed, withdrawn."""

    reports: frozenset[str]
    new: int
    changed: int
    withdrawn: int = 0


class OpenVisit(NamedTuple):
    """The visit of a site that is under way in this process, and the run that its captures belong to."""

    id: int
    run_id: int


def resume_visit(
    connection: sqlite3.Connection, site: str, mode: VisitMode, after: datetime
) -> tuple[OpenVisit, VisitStart] | None:
    """Find the site's last visit if it never ended, began at `after` or later, and does all that `mode` asks for."""
    row = connection.execute(
        """
        SELECT visits.id, run_id, mode, started_at, ended_at FROM visits JOIN sites ON sites.id = visits.site_id
        WHERE sites.name = ? ORDER BY visits.id DESC LIMIT 1
        """,
        (site,),
    ).fetchone()
    if row is None or row["ended_at"] is not None or row["started_at"] < moment(after):
        return None
    if mode == "full" and row["mode"] != mode:
        return None
    start = VisitStart(row["mode"], datetime.fromisoformat(row["started_at"]), is_resumed=True)
    return OpenVisit(row["id"], row["run_id"]), start


# CROSS JOIN holds SQLite to begin at the pages of one site, and not at all the captures of a run: a run of a thousand
# sites would cost a thousand times as much for each.
def is_visited(connection: sqlite3.Connection, site: str, run_id: int) -> bool:
    """Whether a run has a visit or captures of the site already; another visit of it needs a run of its own."""
    row = connection.execute(
        """
        SELECT 1 FROM visits JOIN sites ON sites.id = visits.site_id WHERE run_id = ?1 AND sites.name = ?2
        UNION ALL
        SELECT 1 FROM sites CROSS JOIN pages ON pages.site_id = sites.id
        CROSS JOIN captures ON captures.run_id = ?1 AND captures.page_id = pages.id
        WHERE sites.name = ?2 LIMIT 1
        """,
        (run_id, site),
    ).fetchone()
    return row is not None


def begin_visit(
    connection: sqlite3.Connection, site: str, mode: VisitMode, run_id: int
) -> tuple[OpenVisit, VisitStart]:
    """Record that a visit of a site begins."""
    started_at = moment(utc_now())
    with atomic(connection):
        cursor = connection.execute(
            """
            INSERT INTO visits (run_id, site_id, mode, started_at)
            VALUES (?, (SELECT id FROM sites WHERE name = ?), ?, ?)
            """,
            (run_id, site, mode, started_at),
        )
    start = VisitStart(mode, datetime.fromisoformat(started_at), is_resumed=False)
    return OpenVisit(int(cursor.lastrowid or 0), run_id), start


def end_visit(connection: sqlite3.Connection, visit: OpenVisit, outcome: VisitOutcome) -> None:
    """Record what came of a visit; it is never taken up again."""
    failed = [{"url": url, "reason": reason} for url, reason in outcome.failed]
    with atomic(connection):
        connection.execute(
            """
            UPDATE visits SET ended_at = ?, requests = ?, captures = ?, reports = ?, new = ?, changed = ?,
                              complete = ?, failed = ?, notes = ?, withdrawn = ?
            WHERE id = ?
            """,
            (
                moment(utc_now()),
                outcome.requests,
                outcome.captures,
                outcome.reports,
                outcome.new,
                outcome.changed,
                outcome.complete,
                dump_json(failed),
                dump_json(outcome.notes),
                outcome.withdrawn,
                visit.id,
            ),
        )


def sum_up_visit(connection: sqlite3.Connection, site: str, visit: OpenVisit) -> VisitFindings:
    """Return what the captures of a visit, those from before an interruption among them, were filed as so far."""
    reports = connection.execute(
        """
        SELECT DISTINCT reports.key
        FROM sites CROSS JOIN pages ON pages.site_id = sites.id
        CROSS JOIN captures ON captures.run_id = ? AND captures.page_id = pages.id
        CROSS JOIN sightings ON sightings.capture_id = captures.id JOIN reports ON reports.id = sightings.report_id
        WHERE sites.name = ?
          AND EXISTS (SELECT 1 FROM states WHERE states.report_id = reports.id)
        """,
        (visit.run_id, site),
    ).fetchall()
    new, changed, withdrawn = connection.execute(
        """
        SELECT count(*) FILTER (WHERE changes.kind = 'new'),
               count(*) FILTER (WHERE changes.kind IN ('figures', 'text')),
               count(*) FILTER (WHERE changes.kind = 'withdrawn')
        FROM sites CROSS JOIN pages ON pages.site_id = sites.id
        CROSS JOIN locations ON locations.page_id = pages.id
        CROSS JOIN changes ON changes.report_id = locations.report_id
        CROSS JOIN captures ON captures.id = changes.capture_id AND captures.page_id = pages.id
        WHERE captures.run_id = ? AND sites.name = ?
        """,
        (visit.run_id, site),
    ).fetchone()
    return VisitFindings(frozenset(row["key"] for row in reports), new, changed, withdrawn)


def mark_visit_stale(connection: sqlite3.Connection, site: str, visit: OpenVisit) -> None:
    """Have the reports told again that this visit did not find where they were: it may have been cut short before."""
    (site_id,) = connection.execute("SELECT id FROM sites WHERE name = ?", (site,)).fetchone()
    with atomic(connection):
        filing.mark_visit_stale(connection, visit.run_id, site_id)


def list_visits(connection: sqlite3.Connection, site: str | None = None, limit: int | None = None) -> list[PastVisit]:
    """Return the visits of a site or of all, the newest first, `limit` of them at most."""
    rows = connection.execute(
        """
        SELECT sites.name AS site, mode, started_at, ended_at, requests, captures, reports, new, changed, failed,
               complete, notes, withdrawn
        FROM visits JOIN sites ON sites.id = visits.site_id
        WHERE ?1 IS NULL OR sites.name = ?1 ORDER BY visits.id DESC LIMIT ?2
        """,
        (site, -1 if limit is None else limit),
    ).fetchall()
    return [_to_past_visit(dict(row)) for row in rows]


def _to_past_visit(row: dict[str, Any]) -> PastVisit:
    row["started_at"] = datetime.fromisoformat(row["started_at"])
    if row["ended_at"] is not None:
        row["ended_at"] = datetime.fromisoformat(row["ended_at"])
        row["failed"] = tuple((one["url"], one["reason"]) for one in load_json(row["failed"]))
        row["complete"] = bool(row["complete"])
        row["notes"] = tuple(load_json(row["notes"]))
    return PastVisit(**row)
