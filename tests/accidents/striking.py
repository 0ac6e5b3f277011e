"""A run in a child process that is struck on its way: killed or interrupted at a point of its own doing."""

import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import archive.file.database as database_module
from archive import ArchiveError

Say = Callable[[int], None]
"""Is told the number of each capture once it is saved."""
Ticker = Callable[[Callable[[], None]], None]
"""Has a function called at every point at which the process can be struck."""
INSTRUCTIONS = 40
"""Instructions of SQLite's machine from one point to the next, within statements."""
_FILES_CHANGED = {"open", "os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "os.truncate", "shutil.rmtree"}


def tick_at_statements(tick: Callable[[], None]) -> None:
    """Come by before each statement, so that a strike after the one before is met as well."""
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


def tick_at_files(tick: Callable[[], None]) -> None:
    """Come by before each file or folder is opened, made, renamed or removed, modules aside."""

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _FILES_CHANGED and not str(arguments[0]).endswith((".py", ".pyc")):
            tick()

    sys.addaudithook(watch)


TICKERS: dict[str, Ticker | None] = {
    "statement": tick_at_statements,
    "commit": tick_at_commits,
    "within": tick_within_statements,
    "file": tick_at_files,
    "moment": None,
}
"""How to be met; without a ticker points are milliseconds, so that what is not Python is struck as well."""


@dataclass(frozen=True, slots=True)
class Blow:
    """When and how a run is struck: at a point that a ticker meets (None: never), by a signal."""

    ticker: Ticker | None = None
    point: int | None = None
    number: signal.Signals = signal.SIGKILL


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a run: the captures that it said were saved, how many points it met, why it was refused.

    `is_struck` says whether the blow fell.
    """

    said: tuple[int, ...]
    points: int
    refusal: str | None
    is_struck: bool


NEVER = Blow()


@dataclass(frozen=True, slots=True)
class Running:
    """A child that goes on: its process id, and where it tells what became of it."""

    child: int
    told: int

    def wait(self) -> Outcome:
        """Wait until it is gone; anything but a blow or an error for people fails the test."""
        with os.fdopen(self.told, encoding="utf-8") as told:
            lines = [line.partition(" ") for line in told.read().split("\n") if line]
        _, status = os.waitpid(self.child, 0)
        assert os.WIFSIGNALED(status) or not status, "the child failed; its traceback stands above"
        said = tuple(int(value) for name, _, value in lines if name == "saved")
        points = next((int(value) for name, _, value in lines if name == "points"), 0)
        refusal = next((value for name, _, value in lines if name == "refused"), None)
        is_struck = os.WIFSIGNALED(status) or any(name == "interrupted" for name, *_ in lines)
        return Outcome(said, points, refusal, is_struck)


def start_child(do: Callable[[Say], object], blow: Blow = NEVER) -> Running:
    """Let a forked child do something, struck on its way.

    The test starts no thread before: a fork would copy what that holds locked. Those of numeric libraries are idle.
    """
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 counts the idle threads as well
        child = os.fork()
    if child == 0:  # nothing of the parent's may run from here on
        os.close(reading)
        try:
            _do(do, blow, writing)
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
            os._exit(1)
        os._exit(0)
    os.close(writing)
    return Running(child, reading)


def run_child(do: Callable[[Say], object], blow: Blow = NEVER) -> Outcome:
    """Let a forked child do something, struck on its way, and wait until it is gone."""
    return start_child(do, blow).wait()


def _do(do: Callable[[Say], object], blow: Blow, writing: int) -> None:
    """Do it, and write into a pipe what became of it, a line each."""
    met, began = 0, time.monotonic()

    def tick() -> None:
        nonlocal met
        met += 1
        if met - 1 == blow.point:
            os.kill(os.getpid(), blow.number)

    def tell(name: str, value: object = "") -> None:
        os.write(writing, f"{name} {value}\n".encode())

    signal.signal(signal.SIGINT, signal.default_int_handler)
    if blow.ticker:
        blow.ticker(tick)
    elif blow.point is not None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process wherever it is
        signal.setitimer(signal.ITIMER_REAL, max(blow.point, 1) / 1000)
    try:
        do(lambda number: tell("saved", number))
    except KeyboardInterrupt:
        tell("interrupted")
    except ArchiveError as problem:
        text = str(problem)
        assert "\n" not in text, text
        tell("refused", text)
    tell("points", met if blow.ticker else int(1000 * (time.monotonic() - began)))
