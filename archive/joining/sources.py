"""An archive that others are made from: open at one moment, never written, and seen to be whole."""

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.errors import CannotOpenError, DamagedError
from archive.file.connection import open_for_copying, open_for_writing
from archive.file.migrations import SCHEMA_VERSION
from archive.proof.checking import Problems
from archive.proof.checks_of_evidence import check_ledger


@dataclass(frozen=True, slots=True)
class Source:
    """An archive, read as it stood at one moment; `schema` is the version that its file has."""

    path: Path
    connection: sqlite3.Connection
    schema: int

    def damaged(self, what: str) -> DamagedError:
        """Return the error that says what is wrong with it."""
        return DamagedError(
            f"{self.path} is damaged and nothing of it was taken: {what}; "
            f"`gongkai verify --archive {self.path}` says more, a whole copy of it can be taken instead"
        )


@contextmanager
def open_sources(paths: Sequence[Path]) -> Iterator[list[Source]]:
    """Open archives, each as it stands now, while others go on writing them; older ones by way of a copy."""
    with ExitStack() as stack:
        yield [stack.enter_context(_open_source(path)) for path in paths]


@contextmanager
def _open_source(path: Path) -> Iterator[Source]:
    with ExitStack() as stack:
        connection = stack.enter_context(closing(open_for_copying(path)))
        schema = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if not schema:
            raise CannotOpenError(f"{path} is not an archive of gongkai, or was never finished; leave it out")
        if schema < SCHEMA_VERSION:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gongkai-")))
            connection = stack.enter_context(closing(_bring_up_to_date(connection, folder / path.name)))
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the moment from which it is read
        yield Source(path, connection, schema)


def _bring_up_to_date(connection: sqlite3.Connection, copy: Path) -> sqlite3.Connection:
    """Return a copy of an older archive as this program would have made it."""
    with closing(sqlite3.connect(copy)) as target:
        connection.backup(target)
    return open_for_writing(copy)


def require_whole(source: Source) -> None:
    """Raise `DamagedError` unless each capture is the one that its ledger was made of, and none is missing.

    Bodies and documents are looked at when they are taken.
    """
    problems = Problems(listed=1)
    check_ledger(source.connection, problems, lambda _: None)
    for problem in problems.to_tuple():
        raise source.damaged(f"{problem.where}: {problem.what}")
