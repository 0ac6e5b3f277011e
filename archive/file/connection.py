"""Opening the file: pragmas, migrations, and the one writer's lock."""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from archive.errors import BusyError, CannotOpenError, DamagedError
from archive.file.database import Connection, cannot_write, synchronise
from archive.file.migrations import APPLICATION_ID, SCHEMA_VERSION, migrate, table_names

_BUSY_MILLISECONDS = 10_000
MOST_IN_VALUE = 64 << 20
"""Bytes of the largest value that SQL of a stranger may make or read: as large as an answer that a crawl takes."""
_CACHE_KIBIBYTES = 32_000
"""What a writer keeps of the file in memory: the pages and indexes that every capture touches."""


class WriterLock:
    """One writer at a time: a lock beside the archive, and a note that says who holds it."""

    def __init__(self, archive: Path, command: str) -> None:
        self._lock = FileLock(f"{archive}.lock")
        self._note = Path(f"{archive}.writer")
        self._archive = archive
        self._command = command

    def acquire(self) -> None:
        """Take the lock at once or raise `BusyError` naming its holder."""
        if not self._archive.parent.is_dir():
            raise CannotOpenError(f"cannot write {self._archive}: there is no folder {self._archive.parent}; make it")
        try:
            self._lock.acquire(timeout=0)
        except Timeout as problem:
            if not Path(self._lock.lock_file).exists():  # a folder where nothing can be made looks like a lock
                raise cannot_write(self._archive, PermissionError("no file can be made there")) from problem
            raise BusyError(f"{self._archive} is being written by {self._holder()}; wait until it ends") from None
        except OSError as problem:
            raise cannot_write(self._archive, problem) from problem
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with suppress(OSError):  # it only says who writes; a full disk is noticed by what comes next
            self._note.write_text(f"`{self._command}` (process {os.getpid()}, since {now})\n", encoding="utf-8")

    def _holder(self) -> str:
        try:
            return self._note.read_text(encoding="utf-8").strip()
        except OSError:
            return "another process"

    def release(self) -> None:
        """Give the lock back. The lock file stays, for removing it would race with the next writer."""
        self._note.unlink(missing_ok=True)
        self._lock.release()


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Open an archive that this process has locked, made and migrated where needed."""
    with _closed_on_error(_connect(path, "rwc"), path) as connection:
        _require_archive(connection, path, may_be_new=True)
        connection.execute("PRAGMA journal_mode = WAL")
        _prepare_for_writing(connection)
        if _user_version(connection) != SCHEMA_VERSION:
            migrate(connection)
    return connection


def _prepare_for_writing(connection: sqlite3.Connection) -> None:
    synchronise(connection, "FULL")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")


def open_for_joining(path: Path) -> sqlite3.Connection:
    """Open an archive that a process beside this one has locked and made ready, to write into it as well."""
    _require_file(path)
    with _closed_on_error(_connect(path, "rw"), path) as connection:
        _require_archive(connection, path, may_be_new=False)
        _prepare_for_writing(connection)
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open an archive that is there, so that nothing can be written through it."""
    _require_file(path)
    with _closed_on_error(_connect(path, _reading_mode(path)), path) as connection:
        _require_archive(connection, path, may_be_new=False)
        connection.execute("PRAGMA query_only = ON")
    return connection


def open_for_copying(path: Path) -> sqlite3.Connection:
    """Open an archive of any version to read, for what needs to know no more than that it is one."""
    _require_file(path)
    with _closed_on_error(_connect(path, _reading_mode(path)), path) as connection:
        _require_archive(connection, path, may_be_new=True)
        connection.execute("PRAGMA query_only = ON")
    return connection


def limit_asking(connection: sqlite3.Connection) -> None:
    """Bound what SQL of a stranger can do on a connection that is open to read: no other file, no value of any size."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_IN_VALUE)


def _require_file(path: Path) -> None:
    if not path.exists():
        raise CannotOpenError(
            f"no archive at {path}; make one with `gongkai crawl` or `gongkai demo`, or name it with --archive"
        )


@contextmanager
def _closed_on_error(connection: sqlite3.Connection, path: Path) -> Iterator[sqlite3.Connection]:
    """Close a connection that turns out to be of no use, and say why."""
    try:
        yield connection
    except BaseException as problem:
        connection.close()
        if isinstance(problem, sqlite3.OperationalError):
            raise cannot_write(path, problem) from problem
        raise


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"file:{_quoted(path)}?mode={mode}"
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, factory=Connection)
    except sqlite3.Error as problem:
        raise cannot_write(path, problem) from problem
    connection.path = path
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _reading_mode(path: Path) -> str:
    """Return how to open a file to read: as usual, or as on a disc that cannot be written."""
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return "rw"
    return "ro" if Path(f"{path}-wal").exists() else "ro&immutable=1"


def _quoted(path: Path) -> str:
    return re.sub("^/+", "/", str(path)).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


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
    if version < SCHEMA_VERSION and not may_be_new:
        raise CannotOpenError(
            f"{path} is of an older gongkai, or was never finished; a crawl brings it up to date, "
            f"or `gongkai reparse --archive {path}`, which needs no network"
        )
    _require_tables(connection, path)


def _require_tables(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file in which a view stands for a table: whatever is asked of it may never end."""
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'"):
        if name.lower() in table_names():
            raise DamagedError(
                f"{path}: {name.lower()} is a view and no table; no gongkai has made this file: use another copy"
            )
