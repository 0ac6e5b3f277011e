"""The schema, as ordered migrations. One that has landed is never edited; the next change is one more step.

The statements stand in `schema/`, one file a step; where rows must be computed, a function does so between two files.
Every table is STRICT, every moment is UTC text (`2026-01-31T08:00:00Z`), every hash is SHA-256 in hexadecimal.
"""

import re
import sqlite3
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

Step = str | Callable[[sqlite3.Connection], None]
"""The name of a file of statements in `schema/`, or a function."""

APPLICATION_ID = 0x676B6169
"""`gkai`, kept in `PRAGMA application_id`: this file is an archive of gongkai."""


def _convert_evidence(connection: sqlite3.Connection) -> None:
    from archive.schema.evidence import convert_evidence  # noqa: PLC0415 - it knows what stands above a connection

    convert_evidence(connection)


def _fill_search(connection: sqlite3.Connection) -> None:
    from archive.search.index import fill_index  # noqa: PLC0415 - the same

    fill_index(connection)


MIGRATIONS: tuple[tuple[str, tuple[Step, ...]], ...] = (
    ("001_first", ("001_first",)),
    ("002_visits", ("002_visits",)),
    ("003_evidence", ("003_evidence", _convert_evidence, "003_worked_out")),
    ("004_search", ("004_search", _fill_search)),
    ("005_judgements", ("005_judgements",)),
    ("006_cells", ("006_cells",)),
)
"""Name and steps of each migration, in order."""
SCHEMA_VERSION = len(MIGRATIONS)
"""Kept in `PRAGMA user_version`, so that a ready file is known at a glance."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring an archive to this program's schema, all or nothing: whoever is interrupted leaves it as it was."""
    from sqlite_utils import Database, Migrations  # noqa: PLC0415 - 100 ms that a ready file does not need

    migrations = Migrations("gongkai")

    for name, steps in MIGRATIONS:
        migrations(name=name)(_to_function(steps))

    # First of all, so that a file whose making was cut short is known as an archive and made on.
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA foreign_keys = OFF")  # tables are made anew below those that refer to them
    try:
        _migrate_at_once(connection, lambda: migrations.apply(Database(connection)))
    finally:
        connection.execute("PRAGMA foreign_keys = ON")


def _migrate_at_once(connection: sqlite3.Connection, apply: Callable[[], None]) -> None:
    """Run the migrations and what has to be worked out anew after them in one transaction.

    In between no reader could tell the archive from one in which nothing was ever filed.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        apply()
        _work_out_what_is_stale(connection)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk has ended it already
            connection.execute("ROLLBACK")
        raise


def _work_out_what_is_stale(connection: sqlite3.Connection) -> None:
    from archive.readings.refiling import is_all_stale, rework  # noqa: PLC0415 - they know what stands above a connection

    if is_all_stale(connection):
        rework(connection)


def read_statements(name: str) -> list[str]:
    """Return the statements of a file in `schema/`; run one by one, for `executescript` commits in between."""
    statements, held = [], ""
    for line in (files("archive.schema") / f"{name}.sql").read_text(encoding="utf-8").splitlines(keepends=True):
        held += line
        if sqlite3.complete_statement(held):
            statements.append(held)
            held = ""
    return statements


@cache
def table_names() -> frozenset[str]:
    """Return the names of the tables of all schemas, those apart that a later schema has as a view."""
    names = [step for _, steps in MIGRATIONS for step in steps if isinstance(step, str)]
    text = "".join((files("archive.schema") / f"{name}.sql").read_text(encoding="utf-8") for name in names)
    made = re.findall(r"^CREATE (?:VIRTUAL )?(TABLE|VIEW) (\w+)", text, re.MULTILINE)
    return frozenset(name for kind, name in made if kind == "TABLE") - {name for kind, name in made if kind == "VIEW"}


def _to_function(steps: tuple[Step, ...]) -> Callable[["Database"], None]:
    def run(database: "Database", /) -> None:
        for step in steps:
            if isinstance(step, str):
                for statement in read_statements(step):
                    database.conn.execute(statement)
            else:
                step(database.conn)

    return run
