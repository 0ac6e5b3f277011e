"""Opening the file: pragmas, migrations, the one writer's lock, and transactions."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from archive.errors import BusyError, CannotOpenError, DamagedError
from archive.migrations import APPLICATION_ID, SCHEMA_VERSION, migrate

_BUSY_MILLISECONDS = 10_000


class WriterLock:
    """One writer at a time: a lock beside the archive, and a note that says who holds it."""

    def __init__(self, archive: Path, command: str) -> None:
        self._lock = FileLock(f"{archive}.lock")
        self._note = Path(f"{archive}.writer")
        self._archive = archive
        self._command = command

    def acquire(self) -> None:
        """Take the lock at once or raise `BusyError` naming its holder."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            holder = self._note.read_text(encoding="utf-8").strip() if self._note.exists() else "another process"
            raise BusyError(f"{self._archive} is being written by {holder}; wait until it ends") from None
        except OSError as problem:
            raise _cannot_write(self._archive, problem) from problem
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._note.write_text(f"`{self._command}` (process {os.getpid()}, since {now})\n", encoding="utf-8")

    def release(self) -> None:
        """Give the lock back. The lock file stays, for removing it would race with the next writer."""
        self._note.unlink(missing_ok=True)
        self._lock.release()


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Open an archive that this process has locked, made and migrated where needed."""
    try:
        connection = _connect(f"file:{_quoted(path)}?mode=rwc")
        _require_archive(connection, path, may_be_new=True)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        if _user_version(connection) != SCHEMA_VERSION:
            migrate(connection)
    except sqlite3.Error as problem:
        raise _explain(path, problem) from problem
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open an archive that is there, so that nothing can be written through it."""
    if not path.exists():
        raise CannotOpenError(
            f"no archive at {path}; make one with `gongkai crawl` or `gongkai demo`, or name it with --archive"
        )
    try:
        connection = _connect(f"file:{_quoted(path)}?mode=rw")
        _require_archive(connection, path, may_be_new=False)
        if _user_version(connection) < SCHEMA_VERSION:
            migrate(connection)
        connection.execute("PRAGMA query_only = ON")
    except sqlite3.Error as problem:
        raise _explain(path, problem) from problem
    return connection


@contextmanager
def atomic(connection: sqlite3.Connection) -> Iterator[None]:
    """Run one write as one transaction; the write lock is taken first, so that it can never be half way in."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _connect(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _quoted(path: Path) -> str:
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _user_version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _require_archive(connection: sqlite3.Connection, path: Path, *, may_be_new: bool) -> None:
    """Refuse another program's database and one from a newer version of this program, before touching it."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION_ID and (tables or not may_be_new):
        raise CannotOpenError(f"{path} is not an archive of gongkai; name another file with --archive")
    version = _user_version(connection)
    if version > SCHEMA_VERSION:
        raise CannotOpenError(
            f"{path} was written by a newer gongkai (schema {version}, this one knows {SCHEMA_VERSION}); update gongkai"
        )


def _explain(path: Path, problem: sqlite3.Error) -> CannotOpenError | BusyError | DamagedError:
    message = str(problem)
    if "not a database" in message:
        return CannotOpenError(f"{path} is not an SQLite file; name another file with --archive")
    if "malformed" in message or "disk image" in message:
        return DamagedError(f"{path} is damaged ({message}); restore a copy")
    if "locked" in message:
        return BusyError(f"{path} is locked by another program; close it and try again")
    return _cannot_write(path, problem)


def _cannot_write(path: Path, problem: Exception) -> CannotOpenError:
    return CannotOpenError(f"cannot open {path} ({problem}); check that the folder is there and may be written")
