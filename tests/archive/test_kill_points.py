"""A writer that is killed at any point: what was saved stays, nothing is half done, the next run ends as without."""

import os
import random
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

import archive.file.database as database_module
from archive import Archive, ArchiveError
from archive.captures.records import iter_records
from archive.proof.verifying import verify_archive
from tests.archive.contents import tell_contents
from tests.archive.kill_story import live
from tests.archive.made_reports import find_broken_links, select

Ticker = Callable[[Callable[[], None]], None]
"""Has a function called at every point at which the process can be killed."""
INSTRUCTIONS = 40
"""Instructions of SQLite's machine from one point to the next, within statements."""

COMPARED = {
    "visits": "mode, requests, captures, reports, new, changed, withdrawn, complete",
    "pages": "url, present_body_id, last_good, last_changed, failures",
}


def tick_at_statements(tick: Callable[[], None]) -> None:
    """Come by before each statement, so that a kill after the one before is met as well."""
    kind = database_module.Connection  # the one way by which statements come
    run, run_many = kind.execute, kind.executemany

    def execute(connection: Any, *values: Any) -> Any:
        tick()
        return run(connection, *values)

    def executemany(connection: Any, *values: Any) -> Any:
        tick()
        return run_many(connection, *values)

    kind.execute, kind.executemany = execute, executemany  # type: ignore[method-assign]


def tick_at_commits(tick: Callable[[], None]) -> None:
    """Come by before and after each commit alone."""
    kind = database_module.Connection
    run = kind.execute

    def execute(connection: Any, statement: str, *values: Any) -> Any:
        if statement != "COMMIT":
            return run(connection, statement, *values)
        tick()
        done = run(connection, statement, *values)
        tick()
        return done

    kind.execute = execute  # type: ignore[method-assign]


def tick_within_statements(tick: Callable[[], None]) -> None:
    """Come by every so many instructions of SQLite's machine."""
    kind = database_module.Connection
    make = kind.__init__

    def made(connection: Any, *values: Any, **options: Any) -> None:
        make(connection, *values, **options)
        connection.set_progress_handler(tick, INSTRUCTIONS)

    kind.__init__ = made  # type: ignore[method-assign]


TICKERS: dict[str, tuple[Ticker, int]] = {
    "statement": (tick_at_statements, 90),
    "commit": (tick_at_commits, 60),
    "within": (tick_within_statements, 50),
}
"""How to be met, and at how many points at most a process is killed so."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder in memory where there is one: a kill takes nothing of what was written, synced or not."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own in it
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as made:
        yield Path(made)


def run_child(path: Path, ticker: Ticker, point: int | None) -> tuple[list[int], int]:
    """Let a forked child live, killed at a point (None: at none); return the captures it saved, and its points."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # nothing of the parent's may run from here on
        os.close(reading)
        met = 0

        def tick() -> None:
            nonlocal met
            if met == point:
                os.kill(os.getpid(), signal.SIGKILL)
            met += 1

        try:
            ticker(tick)
            live(path, lambda number: os.write(writing, f"{number}\n".encode()) and None)
            os.write(writing, f"points {met}\n".encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        lines = said.read().split("\n")
    os.waitpid(child, 0)
    points = [int(line.split()[1]) for line in lines if line.startswith("points")]
    return [int(line) for line in lines if line.isdigit()], points[0] if points else 0


def tell_all(path: Path) -> dict[str, Any]:
    """Return what an archive holds: what is worked out, its captures as named everywhere, what each page adds up to."""
    told: dict[str, Any] = tell_contents(path)
    with Archive.open(path) as archive:
        records = list(iter_records(archive._connection))
    told["captures"] = [(record.id, record.digest, record.body_sha256, record.capture.body) for record in records]
    for table, columns in COMPARED.items():
        told[table] = select(path, f"SELECT {columns} FROM {table} ORDER BY id")  # noqa: S608 - the columns above
    return told


def require_whole(path: Path) -> None:
    """See that SQLite, the ledger and `verify` find nothing wrong."""
    assert select(path, "PRAGMA integrity_check") == [("ok",)]
    assert select(path, "PRAGMA foreign_key_check") == []
    assert find_broken_links(path) == []
    assert verify_archive(path).problems == ()


def is_made(path: Path) -> bool:
    """Whether the file has come so far that it can be read as an archive."""
    try:
        Archive.open(path).close()
    except ArchiveError:
        with closing(sqlite3.connect(path)) as connection:
            return bool(connection.execute("PRAGMA user_version").fetchone()[0])
    return True


@pytest.mark.parametrize("points", TICKERS)
def test_a_writer_killed_at_any_point_loses_nothing(folder: Path, points: str) -> None:
    """Crawling, filing, reading again, importing: after a kill all is whole, what was saved is there, it goes on."""
    ticker, most = TICKERS[points]
    undisturbed = folder / "whole.db"
    captures, met = run_child(undisturbed, ticker, None)
    require_whole(undisturbed)
    expected = tell_all(undisturbed)
    dice = random.Random(points)  # noqa: S311 - not for secrets

    for point in sorted(dice.sample(range(met), min(most, met))):
        path = folder / "killed.db"
        for file in folder.glob("killed.db*"):
            file.unlink()
        saved, ended = run_child(path, ticker, point)
        assert ended == 0, point
        if is_made(path):
            require_whole(path)
            kept = [row[0] for row in select(path, "SELECT id FROM captures ORDER BY id")]
            assert kept[: len(saved)] == saved == captures[: len(saved)], point
        else:
            assert saved == [], point
        run_child(path, ticker, None)
        assert tell_all(path) == expected, point
        require_whole(path)
