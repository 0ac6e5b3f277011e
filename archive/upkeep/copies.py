"""A copy of an archive as it stands at one moment, made while others go on reading and writing it."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

from archive.captures.bodies import load_body
from archive.errors import ArchiveError, CannotOpenError, DamagedError
from archive.file.connection import WriterLock, open_for_copying
from archive.file.migrations import SCHEMA_VERSION

STEP_PAGES = 2000
"""Pages of the file that are copied at a time, some 8 MB: between two, progress is shown and an interruption heard."""
_SHOWN_BODIES = 100
_SIDE_FILES = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class BackupSummary:
    """What a copy holds: its size in bytes, how many captures and bodies, and the moment of the last capture."""

    path: str
    size: int
    captures: int
    bodies: int
    last_capture: str | None

    def to_json(self) -> dict[str, Any]:
        """Return the fields by name."""
        return asdict(self)


Show = Callable[[str, int, int], None]
"""Is told what is done now, and how much of how much of it is behind; of 0 where that is not known."""


def back_up(
    path: Path, target: Path, *, replace: bool = False, show: Show = lambda _step, _done, _total: None
) -> BackupSummary:
    """Copy the archive at `path` to `target` as it stands now, see that the copy is whole, and say what it holds.

    Nobody is kept waiting by it. `target` is there whole or not at all; what is there already stays unless `replace`
    is set. A file that is left beside it, `<target>.….part`, is of a copy that was killed, and can be removed.
    """
    _require_free(path, target, replace=replace)
    with _part_beside(target) as part:
        _copy(path, part, show)
        summary = _require_whole(part, target, show)
        _sync(part)
        _put_in_place(part, target, replace=replace)
    return summary


def _require_free(path: Path, target: Path, *, replace: bool) -> None:
    """Refuse a target that is the archive itself, no place for a file, or taken."""
    if target.is_dir():
        raise CannotOpenError(f"{target} is a folder; name a file in it for the copy")
    if not target.parent.is_dir():
        raise CannotOpenError(f"cannot write {target}: there is no folder {target.parent}; make it")
    if not target.exists():
        return
    if path.exists() and target.samefile(path):
        raise CannotOpenError(f"{target} is the archive itself; name another file for the copy")
    if not replace:
        raise CannotOpenError(f"{target} is there already; name another file, or replace it with --force")


@contextmanager
def _part_beside(target: Path) -> Iterator[Path]:
    """Give a new file beside the target, and leave nothing of it where it was not put in its place."""
    part = target.with_name(f"{target.name}.{token_hex(4)}.part")
    try:
        part.touch(exist_ok=False)
    except OSError as problem:
        raise CannotOpenError(f"cannot write {target} ({problem.strerror}); choose another place") from problem
    try:
        yield part
    except (sqlite3.Error, OSError) as problem:
        raise _cannot_copy(target, problem) from problem
    finally:
        for ending in ("", *_SIDE_FILES):
            part.with_name(part.name + ending).unlink(missing_ok=True)


def _copy(path: Path, part: Path, show: Show) -> None:
    """Copy page by page what one reader sees.

    It sees one moment all the time because it is in a transaction: otherwise whatever is written meanwhile would make
    SQLite begin the copy again, and beside a crawl it would never end.
    """
    with closing(open_for_copying(path)) as source, closing(sqlite3.connect(part, isolation_level=None)) as copy:
        source.execute("BEGIN")
        _require_room(source, part)
        copy.execute("PRAGMA synchronous = OFF")  # it is synced as a whole before it takes its place
        source.backup(copy, pages=STEP_PAGES, progress=lambda _, left, all_: show("copying", all_ - left, all_))
        source.execute("COMMIT")
        copy.execute("PRAGMA journal_mode = DELETE")  # no files beside it: it can be read where nothing can be written


def _require_room(source: sqlite3.Connection, part: Path) -> None:
    size = source.execute("PRAGMA page_count").fetchone()[0] * source.execute("PRAGMA page_size").fetchone()[0]
    free = shutil.disk_usage(part.parent).free
    if free < size:
        raise CannotOpenError(f"no room for the copy: it takes {size / 1e6:.1f} MB, {free / 1e6:.1f} MB are free there")


def _require_whole(part: Path, target: Path, show: Show) -> BackupSummary:
    """See that SQLite finds a copy whole, and that its bodies are what was stored; return what it holds."""
    with closing(open_for_copying(part)) as connection:
        problem = _find_problem(connection, show)
        if problem is not None:
            raise DamagedError(f"the archive is damaged, so that no copy was kept ({problem}); try `gongkai verify`")
        captures, last = connection.execute("SELECT count(*), max(fetched_at) FROM captures").fetchone()
        bodies = connection.execute("SELECT count(*) FROM bodies").fetchone()[0]
    return BackupSummary(str(target), part.stat().st_size, captures, bodies, last)


def _find_problem(connection: sqlite3.Connection, show: Show) -> str | None:
    said = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if said != "ok":
        return str(said).replace("\n", " ")
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        return f"row {broken[1]} of {broken[0]} refers to a row of {broken[2]} that is not there"
    is_present = connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
    return _find_lost_body(connection, show) if is_present else None  # an older one is copied as it is


def _find_lost_body(connection: sqlite3.Connection, show: Show) -> str | None:
    total = connection.execute("SELECT count(*) FROM bodies").fetchone()[0]
    rows = connection.execute("SELECT id FROM bodies ORDER BY coalesce(base_id, id), id")
    for number, row in enumerate(rows):
        if number % _SHOWN_BODIES == 0:
            show("verifying", number, total)
        try:
            load_body(connection, row["id"])
        except DamagedError as problem:
            return str(problem)
    return None


def _sync(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())


def _put_in_place(part: Path, target: Path, *, replace: bool) -> None:
    """Give a copy its name, durably; a file that came there meanwhile stays unless `replace` is set."""
    if not replace:
        try:
            os.link(part, target)
        except FileExistsError:
            raise CannotOpenError(f"{target} was made by another program meanwhile; name another file") from None
        except OSError:  # a file system without links
            part.rename(target)
    else:
        with _unwritten(target):
            for ending in _SIDE_FILES:
                target.with_name(target.name + ending).unlink(missing_ok=True)
            part.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _unwritten(target: Path) -> Iterator[None]:
    """Hold the lock of an archive that is to be replaced; refuse while it is being written."""
    lock = WriterLock(target, "gongkai backup")
    lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _cannot_copy(target: Path, problem: Exception) -> ArchiveError:
    said = str(problem)
    if "is full" in said or "No space" in said:
        return CannotOpenError(f"no room left for the copy {target}; make room or name another place")
    return CannotOpenError(f"cannot write the copy {target} ({said}); choose another place")
