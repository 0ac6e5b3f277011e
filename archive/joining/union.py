"""What is known while the rows of one archive are joined to those of another: which row is which."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Self

from archive.errors import DamagedError
from archive.joining.sources import Source

LEDGER = """
SELECT ledger.id, capture_id, previous_id, link, run_id
FROM ledger JOIN captures ON captures.id = capture_id ORDER BY ledger.id
"""
_AT_ONCE = 500


class RowMap(dict[int, int]):
    """The number of a row in the target by its number in the source."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def __missing__(self, number: int) -> int:
        raise DamagedError(f"{self._name} {number} is named and not there")

    def find(self, number: int | None) -> int | None:
        """Return the row, None where none is named."""
        return None if number is None else self[number]


class Links:
    """The entries of the target's ledger by link and run, on the disk: there are as many as captures.

    A run belongs to a link as it does to a capture: two machines that begin alike have equal links of two visits.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._index = sqlite3.connect("", isolation_level=None)
        self._index.execute(
            "CREATE TABLE links (link BLOB, run_id, entry_id, capture_id, PRIMARY KEY (link, run_id)) WITHOUT ROWID"
        )
        self._index.execute("BEGIN")
        for row in connection.execute(LEDGER):
            self.add(row["link"], row["run_id"], row["id"], row["capture_id"])

    def find(self, link: str, run_id: int) -> tuple[int, int] | None:
        """Return entry and capture of a link."""
        row = self._index.execute(
            "SELECT entry_id, capture_id FROM links WHERE link = ? AND run_id = ?", (bytes.fromhex(link), run_id)
        )
        found: tuple[int, int] | None = row.fetchone()
        return found

    def add(self, link: str, run_id: int, entry_id: int, capture_id: int) -> None:
        """Note an entry."""
        values = (bytes.fromhex(link), run_id, entry_id, capture_id)
        self._index.execute("INSERT OR IGNORE INTO links VALUES (?, ?, ?, ?)", values)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._index.close()


class Union:
    """One source on its way into the target: by table which row is which, how many were new, what to tell of it."""

    def __init__(self, target: sqlite3.Connection, source: Source, links: Links) -> None:
        self.target = target
        self.source = source
        self.links = links
        self.sites = RowMap("site")
        self.runs = RowMap("run")
        self.pages = RowMap("page")
        self.dictionaries = RowMap("dictionary")
        self.bodies = RowMap("body")
        self.captures = RowMap("capture")
        self.documents = RowMap("document")
        self.readings = RowMap("reading")
        self.identities = RowMap("identity")
        self.added: Counter[str] = Counter()
        self.problems: list[str] = []

    def iter_rows(self, statement: str) -> Iterator[sqlite3.Row]:
        """Yield what the source answers, some rows at a time."""
        cursor = self.source.connection.execute(statement)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows

    def find(self, statement: str, values: Sequence[object]) -> sqlite3.Row | None:
        """Return the row of the target that is asked for."""
        row: sqlite3.Row | None = self.target.execute(statement, tuple(values)).fetchone()
        return row

    def insert(self, table: str, columns: Sequence[str], values: Sequence[object]) -> int:
        """Add a row to a table of the target and return its number."""
        places = ", ".join("?" * len(columns))
        cursor = self.target.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})",  # noqa: S608 - names of ours
            tuple(values),
        )
        self.added[table] += 1
        return int(cursor.lastrowid or 0)

    def update(self, table: str, number: int, columns: Sequence[str], values: Sequence[object]) -> None:
        """Write columns of a row of the target anew."""
        assignments = ", ".join(f"{column} = ?" for column in columns)
        self.target.execute(
            f"UPDATE {table} SET {assignments} WHERE id = ?",  # noqa: S608 - names of ours
            (*values, number),
        )


def sortable(values: Sequence[object]) -> tuple[tuple[bool, Any], ...]:
    """Return the values of columns so that they can be compared, NULL as the least."""
    return tuple((value is not None, value if value is not None else 0) for value in values)
