"""What hangs on a version: its figures, the sums that do not add up, its words."""

import sqlite3
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from archive.file.database import kept_numbers
from archive.readings.documents import dump_json, load_document
from archive.search.index import IndexedVersion, forget_words, index_words, make_indexed
from parsers.report import CellKey, Report

_INTEGER_LIMIT = 2**63
_ROWS_A_STATEMENT = 100
"""Figures put in at once, which halves what they cost; the smallest builds of SQLite take 999 values a statement."""


class VersionRow(NamedTuple):
    """What is kept of a version beside what hangs on it, in the order of the columns."""

    number: int
    reading_id: int
    capture_id: int
    first_seen: str
    last_seen: str
    title: str | None
    agency: str | None
    district: str | None
    form: str | None
    published: str | None
    figures_hash: str
    words_hash: str


def set_content(connection: sqlite3.Connection, version_id: int, told: VersionRow, report: Report) -> None:
    """Let a version be told by another reading of the same bytes: the source has not changed, our eyes have."""
    report_id = connection.execute("SELECT report_id FROM versions WHERE id = ?", (version_id,)).fetchone()[0]
    stands = find_standing(connection, report_id) == version_id
    _remove_content(connection, version_id, stands=stands)
    connection.execute(
        """
        UPDATE versions SET reading_id = :reading_id, title = :title, agency = :agency, district = :district,
                            form = :form, published = :published, figures_hash = :figures_hash, words_hash = :words_hash
        WHERE id = :id
        """,
        {**told._asdict(), "id": version_id},
    )
    add_content(connection, version_id, report, told.agency, stands=stands)


def remove_versions(connection: sqlite3.Connection, report_id: int, first: int) -> None:
    """Take away a report's versions from a number on, with all that hangs on them."""
    rows = connection.execute(
        "SELECT id FROM versions WHERE report_id = ? AND number >= ?", (report_id, first)
    ).fetchall()
    standing = find_standing(connection, report_id)
    for table in ("states", "changes"):
        connection.execute(
            f"DELETE FROM {table} WHERE report_id = ?1 AND version_id IN "  # noqa: S608 - names of ours
            "(SELECT id FROM versions WHERE report_id = ?1 AND number >= ?2)",
            (report_id, first),
        )
    for row in rows:
        _remove_content(connection, row["id"], stands=row["id"] == standing)
        connection.execute("DELETE FROM versions WHERE id = ?", (row["id"],))


def find_standing(connection: sqlite3.Connection, report_id: int) -> int | None:
    """Return the version of a report that is what is known of it now, None before that was told.

    The search index has its words apart from those of the others: they go from one place to the other with its state.
    """
    row = connection.execute(
        "SELECT version_id FROM states WHERE report_id = ? AND known_until IS NULL", (report_id,)
    ).fetchone()
    return int(row["version_id"]) if row else None


def move_words(connection: sqlite3.Connection, version_id: int, *, stands: bool) -> None:
    """Let the search index have a version's words among those that stand now, or among the others."""
    version = _load_indexed(connection, version_id)
    forget_words(connection, version, stands=not stands)
    index_words(connection, version, stands=stands)


def _load_indexed(connection: sqlite3.Connection, version_id: int) -> IndexedVersion:
    row = connection.execute("SELECT reading_id, agency FROM versions WHERE id = ?", (version_id,)).fetchone()
    return make_indexed(connection, version_id, load_document(connection, row["reading_id"]), row["agency"])


def _remove_content(connection: sqlite3.Connection, version_id: int, *, stands: bool) -> None:
    forget_words(connection, _load_indexed(connection, version_id), stands=stands)
    connection.execute("DELETE FROM figures WHERE version_id = ?", (version_id,))
    connection.execute("DELETE FROM findings WHERE version_id = ?", (version_id,))


def add_content(
    connection: sqlite3.Connection, version_id: int, report: Report, agency: str | None, *, stands: bool
) -> None:
    """Add what hangs on a version: its figures, the sums that do not add up, its words; `stands` as it is to be."""
    _add_figures(connection, version_id, report)
    connection.executemany(
        """
        INSERT INTO findings (version_id, rule, place, left_sum, right_sum, text, level, origin, suspects)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """,
        [(version_id, *finding) for finding in iter_findings(report)],
    )
    index_words(connection, make_indexed(connection, version_id, report, agency), stands=stands)


def iter_findings(report: Report) -> Iterator[tuple[object, ...]]:
    """Yield each check that failed, as its columns are kept."""
    for check in report.checks:
        if check.status == "fail":
            sides = _storable(check.left), _storable(check.right)
            suspects = dump_json([suspect._asdict() for suspect in check.suspects])
            yield check.rule, check.where, *sides, check.text, check.level, check.origin, suspects


def iter_figures(report: Report) -> Iterator[tuple[CellKey, tuple[object, ...]]]:
    """Yield the name of each cell, and its raw text, value, unit, status and place as they are kept."""
    for table, row, column, raw, value, unit, status, at in report.cells:
        yield CellKey(table, row, column), (raw, _storable(value), unit, status, at)


def _storable(number: float | None) -> int | float | None:
    """Return a number that SQLite has room for; one beyond its integers becomes a real, `raw` keeps every digit."""
    return number if number is None or abs(number) < _INTEGER_LIMIT else float(number)


def _add_figures(connection: sqlite3.Connection, version_id: int, report: Report) -> None:
    names = _name_cells(connection, report)
    rows = [(version_id, names[key], *figure) for key, figure in iter_figures(report)]
    for start in range(0, len(rows), _ROWS_A_STATEMENT):
        some = rows[start : start + _ROWS_A_STATEMENT]
        places = ", ".join(["(?, ?, ?, ?, ?, ?, ?)"] * len(some))
        connection.execute(
            f"INSERT INTO figures (version_id, cell_name_id, raw, value, unit, status, at) VALUES {places}",  # noqa: S608 - marks
            list(chain.from_iterable(some)),
        )


def _name_cells(connection: sqlite3.Connection, report: Report) -> Mapping[tuple[str, ...], int]:
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
