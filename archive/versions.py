"""A report's content while it stayed the same: version, figures, sums that do not add up, words, and the change."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from datetime import date
from itertools import chain

from archive.compare import CellChange, ChangeKind, figures_hash, words_hash
from archive.connection import kept_numbers
from archive.documents import load_document
from archive.reading import Reading
from archive.search import forget_words, index_words
from parsers.report import Report

_INTEGER_LIMIT = 2**63
_ROWS_A_STATEMENT = 100
"""Figures put in at once, which halves what they cost; the smallest builds of SQLite take 999 values a statement."""


@dataclass(frozen=True, slots=True)
class Visit:
    """The capture that a reading is of, as filing needs it."""

    capture_id: int
    page_id: int
    run_id: int
    body_id: int
    fetched_at: str
    url: str
    site_id: int
    division: str


def find_current_version(connection: sqlite3.Connection, report_id: int) -> sqlite3.Row | None:
    """Return the newest version of a report."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM versions WHERE report_id = ? ORDER BY number DESC LIMIT 1", (report_id,)
    ).fetchone()
    return row


def replace_reading(
    connection: sqlite3.Connection, version_id: int, reading_id: int, reading: Reading, report: Report
) -> None:
    """Let a version be told by another reading of the same bytes: the source has not changed, our eyes have."""
    version = connection.execute(
        "SELECT agency, published, reading_id FROM versions WHERE id = ?", (version_id,)
    ).fetchone()
    agency = version["agency"]
    if version["published"] and reading.published is None:
        reading = replace(reading, published=date.fromisoformat(version["published"]))
    connection.execute(
        "UPDATE versions SET reading_id = ?, title = ?, form = ?, published = ?, figures_hash = ?, words_hash = ? "
        "WHERE id = ?",
        (reading_id, *_told_by(report, reading), version_id),
    )
    connection.execute("DELETE FROM figures WHERE version_id = ?", (version_id,))
    connection.execute("DELETE FROM findings WHERE version_id = ?", (version_id,))
    forget_words(connection, version_id, load_document(connection, version["reading_id"]), agency)
    _add_content(connection, version_id, report, agency)


def add_version(  # noqa: PLR0913 - the row and what hangs on it
    connection: sqlite3.Connection,
    report_id: int,
    number: int,
    visit: Visit,
    reading: Reading,
    report: Report,
    reading_id: int,
) -> int:
    """Add a version with all that hangs on it, and return its row."""
    cursor = connection.execute(
        """
        INSERT INTO versions (report_id, number, reading_id, capture_id, first_seen, last_seen, agency, district,
                              title, form, published, figures_hash, words_hash)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            report_id,
            number,
            reading_id,
            visit.capture_id,
            visit.fetched_at,
            visit.fetched_at,
            reading.agency,
            reading.district,
            *_told_by(report, reading),
        ),
    )
    version_id = int(cursor.lastrowid or 0)
    _add_content(connection, version_id, report, reading.agency)
    return version_id


def _told_by(report: Report, reading: Reading) -> tuple[str | None, ...]:
    """Return title, form, date and both hashes, as a version has them."""
    published = report.published or reading.published
    day = published.isoformat() if published else None
    return report.title, report.form, day, figures_hash(report), words_hash(report)


def _add_content(connection: sqlite3.Connection, version_id: int, report: Report, agency: str | None) -> None:
    """Add what hangs on a version: its figures, the sums that do not add up, its words."""
    _add_figures(connection, version_id, report)
    failed = [check for check in report.checks if check.status == "fail"]
    connection.executemany(
        """
        INSERT INTO findings (version_id, rule, place, left_sum, right_sum, text) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """,
        [(version_id, c.rule, c.where, _storable(c.left), _storable(c.right), c.text) for c in failed],
    )
    index_words(connection, version_id, report, agency)


def _storable(number: float | None) -> int | float | None:
    """Return a number that SQLite has room for; one beyond its integers becomes a real, `raw` keeps every digit."""
    return number if number is None or abs(number) < _INTEGER_LIMIT else float(number)


def _add_figures(connection: sqlite3.Connection, version_id: int, report: Report) -> None:
    names = _name_cells(connection, report)
    rows = [
        (version_id, names[table, row, column], raw, value if value is None else _storable(value), unit, status, at)
        for table, row, column, raw, value, unit, status, at in report.cells
    ]
    for start in range(0, len(rows), _ROWS_A_STATEMENT):
        some = rows[start : start + _ROWS_A_STATEMENT]
        places = ", ".join(["(?, ?, ?, ?, ?, ?, ?)"] * len(some))
        connection.execute(
            f"INSERT INTO figures (version_id, cell_name_id, raw, value, unit, status, at) VALUES {places}",  # noqa: S608 - marks
            list(chain.from_iterable(some)),
        )


def _name_cells(connection: sqlite3.Connection, report: Report) -> Mapping[tuple[str, str, str], int]:
    """Return the number of every cell's name, those that are new given one."""
    names = kept_numbers(connection)
    new = [key for key in dict.fromkeys(cell[:3] for cell in report.cells) if key not in names]
    if new:
        rows = connection.execute('SELECT "table", "row", "column", id FROM cell_names').fetchall()
        names.update({(table, row, column): number for table, row, column, number in rows})
    for key in new:
        if key not in names:
            cursor = connection.execute('INSERT INTO cell_names ("table", "row", "column") VALUES (?, ?, ?)', key)
            names[key] = int(cursor.lastrowid or 0)
    return names


def add_change(  # noqa: PLR0913 - the row, column by column
    connection: sqlite3.Connection,
    report_id: int,
    kind: ChangeKind,
    visit: Visit,
    version_id: int,
    previous: sqlite3.Row | None,
    cells: tuple[CellChange, ...],
) -> None:
    """Add an entry to the change log, the captures before and after as its evidence."""
    fields = ("table", "row", "column", "old", "new")
    connection.execute(
        """
        INSERT INTO changes (report_id, kind, seen_at, version_id, capture_id, previous_capture_id, cells)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        (
            report_id,
            kind,
            visit.fetched_at,
            version_id,
            visit.capture_id,
            previous["capture_id"] if previous is not None else None,
            json.dumps([dict(zip(fields, astuple(cell), strict=True)) for cell in cells], ensure_ascii=False),
        ),
    )
