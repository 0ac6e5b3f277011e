"""A connection that explains its errors, and transactions on it."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from archive.captures.packing import PackingMemory
from archive.errors import ArchiveError, BusyError, CannotOpenError, DamagedError

_POSTPONED_AT_MOST = 200
"""Statements that wait for the end of their transaction at most: of usual reports some megabytes of words."""
_POSTPONED_LENGTH = 4 << 20
"""Characters in them at most: those of one page may be millions."""


@contextmanager
def atomic(connection: sqlite3.Connection) -> Iterator[None]:
    """Run one write as one transaction; the write lock is taken first, so that it can never be half way in."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        with _postponing(connection):
            yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk has ended it already
            connection.execute("ROLLBACK")
        kept_numbers(connection).clear()
        kept_packing(connection).clear()
        raise


@contextmanager
def _postponing(connection: sqlite3.Connection) -> Iterator[None]:
    """Run what is postponed inside at the end; nothing of it where that fails."""
    if not isinstance(connection, Connection):
        yield
        return
    connection.postponed = []
    try:
        yield
        _run_postponed(connection)
    finally:
        connection.postponed = None


def postpone(connection: sqlite3.Connection, statement: str, values: Sequence[object] = ()) -> None:
    """Run a statement at the end of the transaction, behind those that were postponed before it; now where none is.

    FTS5 writes down what it holds whenever SQLite wants to be able to take one statement back. What is put into an
    index report by report, between other statements, makes as many parts that have to be merged later.
    """
    if not isinstance(connection, Connection) or connection.postponed is None:
        connection.execute(statement, values)
        return
    connection.postponed.append((statement, values))
    length = sum(len(value) for _, each in connection.postponed for value in each if isinstance(value, str))
    if len(connection.postponed) >= _POSTPONED_AT_MOST or length >= _POSTPONED_LENGTH:
        _run_postponed(connection)


def _run_postponed(connection: sqlite3.Connection) -> None:
    waiting = connection.postponed if isinstance(connection, Connection) else None
    if waiting:
        for statement, values in waiting:
            connection.execute(statement, values)
        waiting.clear()


@contextmanager
def undone_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    """Undo what was done inside where it fails, and leave the transaction around it as it was before."""
    _run_postponed(connection)
    connection.execute("SAVEPOINT inside")
    try:
        yield
        _run_postponed(connection)
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK TO inside")
            connection.execute("RELEASE inside")
        kept_numbers(connection).clear()
        if isinstance(connection, Connection) and connection.postponed:
            connection.postponed.clear()
        raise
    connection.execute("RELEASE inside")


@contextmanager
def durable(connection: sqlite3.Connection) -> Iterator[None]:
    """Let what is committed inside be on the disk when it is: what no crawl can bring back outlives a power cut."""
    synchronise(connection, "FULL")
    yield


@contextmanager
def relaxed(connection: sqlite3.Connection) -> Iterator[None]:
    """Let what is committed inside reach the disk some time later.

    It can be worked out again: a power cut takes the last of it away whole, and never a half.
    """
    synchronise(connection, "NORMAL")
    try:
        yield
    finally:
        synchronise(connection, "FULL")


def synchronise(connection: sqlite3.Connection, mode: str) -> None:
    """Say how commits are synchronised, where that is not so already: asking costs as much as a small write."""
    if isinstance(connection, Connection) and connection.synchronous == mode:
        return
    connection.execute(f"PRAGMA synchronous = {mode}")
    if isinstance(connection, Connection):
        connection.synchronous = mode


def kept_numbers(connection: sqlite3.Connection) -> dict[tuple[str, ...], int]:
    """Return what this connection remembers of rows that are never changed, number by name; forgotten on a rollback."""
    return connection.numbers if isinstance(connection, Connection) else {}


def kept_packing(connection: sqlite3.Connection) -> PackingMemory:
    """Return what this connection has ready to pack and unpack bodies with; forgotten on a rollback."""
    return connection.packing if isinstance(connection, Connection) else PackingMemory()


_EXPLAINED = (sqlite3.DatabaseError, UnicodeDecodeError)


class _Cursor(sqlite3.Cursor):
    """A cursor whose errors are the archive's own where they are about the file and not about the SQL."""

    def execute(self, *args: Any) -> Self:  # noqa: ANN401 - as in sqlite3
        try:
            return super().execute(*args)
        except _EXPLAINED as problem:
            self._raise_meaning(problem)
            raise

    def executemany(self, *args: Any) -> Self:  # noqa: ANN401 - as in sqlite3
        try:
            return super().executemany(*args)
        except _EXPLAINED as problem:
            self._raise_meaning(problem)
            raise

    def fetchone(self) -> Any:  # noqa: ANN401 - as in sqlite3
        try:
            return super().fetchone()
        except _EXPLAINED as problem:
            self._raise_meaning(problem)
            raise

    def fetchall(self) -> list[Any]:
        try:
            return super().fetchall()
        except _EXPLAINED as problem:
            self._raise_meaning(problem)
            raise

    def __next__(self) -> Any:  # noqa: ANN401 - as in sqlite3
        try:
            return super().__next__()
        except _EXPLAINED as problem:
            self._raise_meaning(problem)
            raise

    def _raise_meaning(self, problem: Exception) -> None:
        """Raise what an error says of the file, if it is about that."""
        meaning = _explain(getattr(self.connection, "path", Path()), problem)
        if meaning is not None:
            raise meaning from problem


class Connection(sqlite3.Connection):
    """A connection that knows its file, and whose cursors explain their errors."""

    path = Path()

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as in sqlite3
        super().__init__(*args, **options)
        self.numbers: dict[tuple[str, ...], int] = {}
        self.packing = PackingMemory()
        self.synchronous = ""
        self.postponed: list[tuple[str, Sequence[object]]] | None = None

    def execute(self, *args: Any) -> sqlite3.Cursor:  # noqa: ANN401 - as in sqlite3
        """Run a statement."""
        return super().cursor(_Cursor).execute(*args)

    def executemany(self, *args: Any) -> sqlite3.Cursor:  # noqa: ANN401 - as in sqlite3
        """Run a statement for each of some rows."""
        return super().cursor(_Cursor).executemany(*args)


def _explain(path: Path, problem: Exception) -> ArchiveError | None:
    """Return what an error of SQLite says about the file, None where it is about something else."""
    # Of what cannot be decoded SQLite shows all, whatever it does to a terminal.
    message = str(problem).partition(" with text")[0]
    for words, make in _MEANINGS:
        if words in message:
            return make(path, message)
    # sqlite3 keeps the bare class for a corrupt file, and fails to decode what a damaged schema says of itself.
    if type(problem) is sqlite3.DatabaseError or isinstance(problem, UnicodeDecodeError):
        return DamagedError(f"{path} is damaged ({message}); restore a copy")
    return None


_FOLLOWS_FROM_DAMAGE = (TypeError, ValueError, LookupError, AttributeError, sqlite3.Error)
"""What a program trips over where a row that must be there is not, or is not what it was."""


def raise_damage(connection: sqlite3.Connection, path: Path, problem: BaseException) -> None:
    """Raise `DamagedError` where an error that nobody foresaw comes of a file that SQLite finds damaged."""
    if not isinstance(problem, _FOLLOWS_FROM_DAMAGE):
        return
    try:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        said = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if said == "ok" and (row := connection.execute("PRAGMA foreign_key_check").fetchone()):
            said = f"a row of {row[0]} refers to one of {row[2]} that is not there"
    except DamagedError as damage:
        raise damage from problem
    except (ArchiveError, sqlite3.Error):
        return  # closed, or locked: the error itself says what is the matter
    if said != "ok":
        raise DamagedError(f"{path} is damaged ({' '.join(said.split())}); restore a copy") from problem


def cannot_write(path: Path, problem: Exception) -> CannotOpenError:
    """Return the error that says that a file cannot be opened or written."""
    return CannotOpenError(f"cannot open {path} ({problem}); check that the folder is there and may be written")


_MEANINGS: tuple[tuple[str, Callable[[Path, str], ArchiveError]], ...] = (
    (
        "not a database",
        lambda path, _: CannotOpenError(f"{path} is not an SQLite file; name another file with --archive"),
    ),
    *(
        (words, lambda path, said: DamagedError(f"{path} is damaged ({said}); restore a copy"))
        for words in (
            *("malformed", "corrupt", "Could not decode", "no such table", "no such column", "no such module"),
            # What this program reads and writes again refers to what is not there, or is no number any more.
            *("FOREIGN KEY constraint failed", "cannot store BLOB value in"),
        )
    ),
    ("locked", lambda path, _: BusyError(f"{path} is locked by another program; close it and try again")),
    ("is full", lambda path, _: CannotOpenError(f"no room left to write {path}; make room, what is stored stays")),
    ("readonly", lambda path, _: CannotOpenError(f"{path} may not be written; change its permissions or its folder")),
    ("unable to open", lambda path, said: cannot_write(path, sqlite3.OperationalError(said))),
    ("disk I/O error", lambda path, said: CannotOpenError(f"{path} cannot be written ({said}); check the disk")),
)
