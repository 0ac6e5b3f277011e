"""Is the archive whole? Everything in it is compared with what it was made from, and what differs is said in words.

The evidence (captures, bodies, readings) is compared with its hashes and its chain; all else with what the evidence
adds up to. Everything is read as it stood at one moment, while others go on writing, and nothing is written.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from archive.errors import CannotOpenError, DamagedError
from archive.file.connection import WriterLock, open_for_reading, open_for_writing
from archive.file.database import atomic
from archive.proof.checking import Problem, Problems, Show, VerifyProgress
from archive.proof.checks_of_evidence import (
    Entry,
    LedgerCheck,
    check_bodies,
    check_documents,
    check_ledger,
    check_noted,
)
from archive.proof.checks_of_file import check_pages, check_references, check_schema, repair_schema
from archive.proof.checks_of_readings import Parse, check_readings
from archive.proof.checks_of_reviews import check_reviews
from archive.proof.checks_of_worked_out import check_counters, check_reports, check_sightings
from archive.readings.refiling import work_out

__all__ = (
    "Head",
    "Parse",
    "Problem",
    "Verification",
    "VerifyProgress",
    "repair",
    "repair_archive",
    "verify",
    "verify_archive",
    "verify_readings",
)
_MAGIC = b"SQLite format 3\0"
_BROKEN_HEADS = ("not a database", "unsupported file format")
"""What SQLite says of a file that begins as it should and goes on otherwise."""


@dataclass(frozen=True, slots=True)
class Head:
    """An end of the chain: noted elsewhere, its link proves all captures up to it. Merged archives have several."""

    link: str
    capture_id: int
    captures: int


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at and what was found. `waiting` is how many reports wait to be worked out, which is no damage.

    With `quick` bodies, documents, histories and search index were not looked into.
    """

    captures: int
    bodies: int
    documents: int
    reports: int
    waiting: int
    heads: tuple[Head, ...]
    problems: tuple[Problem, ...]
    quick: bool

    @property
    def is_whole(self) -> bool:
        """Whether everything is as it was written."""
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        """Return the fields by name."""
        return {"whole": self.is_whole, **asdict(self)}


def verify(
    connection: sqlite3.Connection,
    *,
    on_progress: Show | None = None,
    quick: bool = False,
    noted: str | None = None,
) -> Verification:
    """Look at everything and return what is wrong; `noted` is a link that was noted elsewhere.

    Memory stays small whatever the archive's size. `on_progress` is told how far it is.
    """
    show = on_progress or (lambda _: None)
    problems = Problems()
    with _at_one_moment(connection):
        ledger = _check_evidence(connection, problems, show, quick=quick, noted=noted)
        waiting = _count_waiting(connection, problems)
        if waiting is not None:
            _check_worked_out(connection, problems, show, quick=quick)
        counts = {name: _count(connection, name) for name in ("captures", "bodies", "documents", "reports")}
        heads = tuple(_to_head(connection, entry) for entry in ledger.heads)
    return Verification(
        **counts,
        waiting=counts["reports"] if waiting is None else waiting,
        heads=heads,
        problems=problems.to_tuple(),
        quick=quick,
    )


def repair(connection: sqlite3.Connection) -> None:
    """Make indexes, triggers and views again, and all that is worked out; captures, bodies, ledger stay as they are."""
    with atomic(connection):
        repair_schema(connection)
    work_out(connection)


def verify_archive(
    path: Path, *, on_progress: Show | None = None, quick: bool = False, noted: str | None = None
) -> Verification:
    """Verify the archive at a path; `DamagedError` where it is so damaged that SQLite cannot open it."""
    with closing(_open(path)) as connection:
        return verify(connection, on_progress=on_progress, quick=quick, noted=noted)


def repair_archive(path: Path, command: str) -> None:
    """Repair the archive at a path under its lock. `command` says who writes."""
    _open(path).close()
    lock = WriterLock(path, command)
    lock.acquire()
    try:
        with closing(open_for_writing(path)) as connection:
            repair(connection)
    finally:
        lock.release()


def verify_readings(path: Path, parser: str, parse: Parse, *, on_progress: Show | None = None) -> tuple[Problem, ...]:
    """Parse again what this version of the parser has read, and return what it reads otherwise now."""
    with closing(_open(path)) as connection:
        return check_readings(connection, parser, parse, on_progress or (lambda _: None))


def _open(path: Path) -> sqlite3.Connection:
    """Open an archive to read; a file whose beginning is not that of an SQLite file is taken for a damaged one."""
    try:
        with path.open("rb") as file:
            begins = file.read(len(_MAGIC))
    except FileNotFoundError:
        begins = _MAGIC  # opening it says what to do
    except OSError as problem:
        raise CannotOpenError(
            f"{path} cannot be read ({problem.strerror}); name an archive with --archive"
        ) from problem
    if begins != _MAGIC:
        said = "is empty" if not begins else "does not begin as an SQLite file does"
        raise DamagedError(f"{path} {said}; restore a copy, or name another file with --archive")
    try:
        return open_for_reading(path)
    except CannotOpenError as problem:
        if any(words in str(problem.__cause__) for words in _BROKEN_HEADS):
            raise DamagedError(f"the head of {path} is damaged ({problem.__cause__}); restore a copy") from problem
        raise


@contextmanager
def _at_one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """Let all that is read be of one moment; tables of this connection alone may be made."""
    is_reading = connection.execute("PRAGMA query_only").fetchone()[0]
    connection.execute("PRAGMA query_only = OFF")
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.execute(f"PRAGMA query_only = {is_reading}")


def _check_evidence(
    connection: sqlite3.Connection, problems: Problems, show: Show, *, quick: bool, noted: str | None
) -> LedgerCheck:
    ledger = LedgerCheck((), frozenset())
    show(VerifyProgress("the file", 0, 0))
    with problems.noted("the pages of the file"):
        check_pages(connection, problems, quick=quick)
    with problems.noted("the schema"):
        check_schema(connection, problems)
    with problems.noted("references between tables"):
        check_references(connection, problems)
    with problems.noted("captures and their chain"):
        ledger = check_ledger(connection, problems, show)
        if noted is not None:
            check_noted(connection, ledger, noted, problems)
    with problems.noted("reviews"):
        check_reviews(connection, problems)
    if not quick:
        with problems.noted("bodies"):
            check_bodies(connection, problems, show)
        with problems.noted("documents"):
            check_documents(connection, problems, show)
    return ledger


def _check_worked_out(connection: sqlite3.Connection, problems: Problems, show: Show, *, quick: bool) -> None:
    show(VerifyProgress("counters", 0, 0))
    with problems.noted("counters of pages"):
        check_counters(connection, problems)
    if not quick:
        with problems.noted("what captures were filed as"):
            check_sightings(connection, problems)
        with problems.noted("histories of reports"):
            check_reports(connection, problems, show)


def _count_waiting(connection: sqlite3.Connection, problems: Problems) -> int | None:
    """Return how many reports wait to be worked out; None where all of it does, so that it need not be looked at."""
    waiting: int | None = 0
    with problems.noted("what waits to be worked out"):
        waiting = connection.execute("SELECT count(*) FROM reports WHERE is_stale").fetchone()[0]
        if connection.execute("SELECT 1 FROM properties WHERE name = 'stale'").fetchone():
            waiting = None
    return waiting


def _count(connection: sqlite3.Connection, table: str) -> int:
    try:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - names of ours
    except Exception:  # noqa: BLE001,RUF100 - what is wrong with it is among the problems
        return 0


def _to_head(connection: sqlite3.Connection, entry: Entry) -> Head:
    statement = """
        WITH RECURSIVE chain (id) AS (
          SELECT ?1 UNION ALL SELECT previous_id FROM ledger JOIN chain USING (id) WHERE previous_id < id
        ) SELECT count(*) FROM chain
    """
    return Head(entry.link, entry.capture_id, connection.execute(statement, (entry.id,)).fetchone()[0])
