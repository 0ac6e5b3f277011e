"""Whether the file is what SQLite wrote, and its tables, indexes, triggers and views are those of the schema."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from typing import NamedTuple

from archive.file.migrations import MIGRATIONS, read_statements
from archive.proof.checking import LISTED, RESTORE, Problems

_MEANINGS = {
    "table": RESTORE,
    "index": "questions are answered slowly, and doubles can come in; `gongkai verify --repair` makes it again",
    "trigger": "rows that may never change could be changed unhindered; `gongkai verify --repair` makes it again",
    "view": "tools that use it fail or are misled; `gongkai verify --repair` makes it again",
}
_MADE_AGAIN = ("index", "trigger", "view")


class Part(NamedTuple):
    """A part of the schema: `kind` is table, index, trigger or view; `table` is the one that it belongs to."""

    kind: str
    name: str
    table: str
    sql: str


def check_pages(connection: sqlite3.Connection, problems: Problems, *, quick: bool) -> None:
    """Let SQLite look at its own pages; when quick, without comparing indexes with their tables."""
    pragma = "quick_check" if quick else "integrity_check"
    for (said,) in connection.execute(f"PRAGMA {pragma}({LISTED})"):
        if said != "ok":
            problems.add("file", " ".join(str(said).split()), "the file, as SQLite reads it", RESTORE)


def check_references(connection: sqlite3.Connection, problems: Problems) -> None:
    """See that each row that refers to another finds it."""
    for table, rowid, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        where = f"table {table}" if rowid is None else f"table {table}, row {rowid}"
        what = f"it refers to a row of {parent} that is not there: that one was removed, or this one was changed"
        problems.add(f"reference of {table}", what, where, RESTORE)


def check_schema(connection: sqlite3.Connection, problems: Problems) -> None:
    """Compare the parts of the schema with those of an archive that was just made."""
    found, wanted = read_parts(connection), make_parts()
    for key, part in wanted.items():
        where = f"{part.kind} {part.name}" + (f" of table {part.table}" if part.table != part.name else "")
        if key not in found:
            problems.add("schema", "it is gone", where, _MEANINGS[part.kind])
        elif _spaceless(found[key].sql) != _spaceless(part.sql):
            problems.add("schema", "it is not the one that the archive was made with", where, _MEANINGS[part.kind])
    tables = {part.table for part in wanted.values()}
    for key, part in found.items():
        if key not in wanted and part.kind == "trigger" and part.table in tables:
            meaning = (
                "what is written goes through it, and may be changed on the way; `gongkai verify --repair` drops it"
            )
            problems.add("schema", "nobody made it with the archive", f"trigger {part.name} of {part.table}", meaning)


def repair_schema(connection: sqlite3.Connection) -> None:
    """Make indexes, triggers and views again that are gone or changed. To be called in a transaction."""
    found, wanted = read_parts(connection), make_parts()
    tables = {part.table for part in wanted.values()}
    for key, part in found.items():
        own = wanted.get(key)
        is_strange = own is None and part.kind == "trigger" and part.table in tables
        is_changed = own is not None and own.kind in _MADE_AGAIN and _spaceless(own.sql) != _spaceless(part.sql)
        if is_strange or is_changed:
            name = part.name.replace('"', '""')
            connection.execute(f'DROP {part.kind} "{name}"')
    found = read_parts(connection)
    for key, part in wanted.items():
        if key not in found and part.kind in _MADE_AGAIN:
            connection.execute(part.sql)


def read_parts(connection: sqlite3.Connection) -> Mapping[tuple[str, str], Part]:
    """Return the parts of a schema by kind and name, those apart that SQLite makes by itself."""
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    parts = (Part(*row) for row in rows)
    return {(part.kind, part.name): part for part in parts if not part.name.startswith("sqlite_")}


@cache
def make_parts() -> Mapping[tuple[str, str], Part]:
    """Return the parts of the schema, from an archive in memory that is made for that."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        for _, steps in MIGRATIONS:
            for step in steps:
                if isinstance(step, str):
                    for statement in read_statements(step):
                        connection.execute(statement)
                else:
                    step(connection)
        return read_parts(connection)


def _spaceless(sql: str) -> str:
    return " ".join(sql.split())
