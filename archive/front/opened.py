"""The file behind the front door: opened to write (by one process) or to read (by any number)."""

import os
import sqlite3
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

from archive.captures.visits import OpenVisit
from archive.errors import BusyError
from archive.file.connection import WriterLock, open_for_joining, open_for_reading, open_for_writing
from archive.file.database import raise_damage
from archive.questions.facts_of_reports import one_moment
from archive.readings import refiling

Answer = TypeVar("Answer")
_REMEMBERED = 24
"""Answers about much of the file that are remembered at most, some hundred kilobytes each."""
_SLOW_SECONDS = 1.0
"""An answer that took so long is given again for a while, whatever was written meanwhile."""
_STANDS_LONGER = 20
"""So many times as long as it took."""


class _Slow(NamedTuple):
    """An answer that took long, and until when it is given again (seconds of the monotonic clock)."""

    answer: Any
    until: float


class Front:
    """An archive that is open: what all its sides share.

    Use it in a `with`, or call `close`. Writing takes the archive's lock, so that two writers never mix; readers are
    never kept waiting. Errors are `ArchiveError`s whose text is made for people.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: WriterLock | None) -> None:
        self.path = path
        self._connection = connection
        self._lock = lock
        self._run_id: int | None = None
        self._visits: dict[str, OpenVisit] = {}
        self._command = "gongkai"
        self._answered = (0, 0)
        self._answers: dict[Hashable, Any] = {}
        self._slow: dict[Hashable, _Slow] = {}

    @classmethod
    def create(cls, path: str | os.PathLike[str], command: str = "gongkai") -> Self:
        """Open an archive to write, made where it is not there yet. `command` says who writes.

        An older archive is migrated first. `BusyError` names who is writing it now; `CannotOpenError` where it is no
        archive, is of a newer version or cannot be written, `DamagedError` where it is not whole.
        """
        file = Path(path)
        lock = WriterLock(file, command)
        lock.acquire()
        try:
            archive = cls(file, open_for_writing(file), lock)
            refiling.finish(archive._connection)
        except BaseException:
            lock.release()
            raise
        archive._command = command
        return archive

    @classmethod
    def discard(cls, path: str | os.PathLike[str]) -> None:
        """Remove an archive with the files beside it; `BusyError` where somebody is writing it."""
        file = Path(path)
        lock = WriterLock(file, "gongkai")
        lock.acquire()
        try:
            for ending in ("", "-wal", "-shm"):
                Path(f"{file}{ending}").unlink(missing_ok=True)
        finally:
            lock.release()

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Self:
        """Open an archive that is there, to read; nobody who writes is kept waiting.

        `CannotOpenError` where it is not there, is no archive, or is of another version than this one reads.
        """
        return cls(Path(path), open_for_reading(Path(path)), None)

    @classmethod
    def join(cls, path: str | os.PathLike[str]) -> Self:
        """Open an archive to write into it without its lock: for a child of the process that holds that.

        The child is to be spawned, not forked: no connection to SQLite lives through a fork. Each of its writes waits
        for the other process's and makes that wait, so that they are to be short, as `save_readings` is.
        """
        return cls(Path(path), open_for_joining(Path(path)), None)

    @classmethod
    def note(cls, path: str | os.PathLike[str], command: str = "gongkai") -> Self:
        """Open an archive to write short notes (reviews, alerts, resemblances), beside a crawl where one goes on.

        Nobody else is kept from writing; where nobody holds the lock it is taken, and an older archive migrated.
        """
        if not Path(path).exists():
            return cls.open(path)
        try:
            return cls.create(path, command)
        except BusyError:
            return cls.join(path)

    def close(self) -> None:
        """Close the file and give the lock back."""
        self._connection.close()
        if self._lock:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if value is not None:
                raise_damage(self._connection, self.path, value)
        finally:
            self.close()

    def _visit(self, site: str) -> OpenVisit:
        if site not in self._visits:
            raise ValueError(f"no visit of {site!r} is under way")
        return self._visits[site]

    def remember(self, asked: Hashable, work_out: Callable[[Self], Answer]) -> Answer:
        """Return what was worked out from the archive, the answer from before where the file is the same since.

        One that took long to work out stands a while longer, for a crawl changes the file with every page: a reader
        would wait at each click otherwise. It is behind by `_STANDS_LONGER` times as long as it took, at most.
        """
        known, now = self._slow.get(asked), time.monotonic()
        if known is not None and now < known.until:
            answer: Answer = known.answer
            return answer
        worked_out = self._remember(("worked out", asked), lambda _: work_out(self))
        took = time.monotonic() - now
        if took > _SLOW_SECONDS:
            self._slow[asked] = _Slow(worked_out, now + _STANDS_LONGER * took)
        return worked_out

    def _remember(self, asked: Hashable, question: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Return the answer to a question about much of the file, the one from before where the file is the same."""
        (seen,) = self._connection.execute("PRAGMA data_version").fetchone()
        state = (seen, self._connection.total_changes)
        if state != self._answered or len(self._answers) >= _REMEMBERED:
            self._answered, self._answers = state, {}
        if asked not in self._answers:
            self._answers[asked] = question(self._connection)
        answer: Answer = self._answers[asked]
        return answer

    @contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """Have all that is asked inside answered as of one moment, whatever is written meanwhile."""
        with one_moment(self._connection):
            yield
