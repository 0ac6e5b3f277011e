"""The watch: round after round, what is due is crawled, until somebody stops it.

A round reads the list of sites anew, asks the archive which of them are due, and has those crawled. What
crawls, sleeps and prints is handed in, so that a watch can be tested without a clock or a network.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from archive import Archive, ArchiveError, BusyError, CannotOpenError, DamagedError, utc_now
from crawler import CrawlerError, Site, load_sites
from crawler.contact import make_user_agent
from crawler.schedule import Forecast, forecast_sites, is_due
from gongkai.crawling import SiteSummary

LONGEST_SLEEP = timedelta(minutes=10)
"""After so long the watch looks again, whatever it expects: the list may have changed, or the machine slept."""

SHORTEST_SLEEP = timedelta(seconds=1)
"""So long it sleeps at least."""

BUSY_SLEEP = timedelta(minutes=1)
"""After so long an archive that another crawl was writing is tried again."""

CrawlDue = Callable[[Sequence[Site], Path, datetime], tuple[SiteSummary, ...]]
"""Crawls those of the sites that are due at that moment; `BusyError` where another process writes the archive."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did until it ended: the sites visited, and when each site of the list is due next."""

    ended_at: datetime
    summaries: tuple[SiteSummary, ...] = ()
    forecasts: tuple[tuple[str, Forecast], ...] = ()
    problem: Exception | None = None

    @property
    def is_interrupted(self) -> bool:
        """Whether somebody stopped it."""
        return any(summary.interrupted for summary in self.summaries)

    def find_next(self) -> tuple[str, Forecast] | None:
        """Return the site that is due next, None where that cannot be told."""
        return min(self.forecasts, key=lambda one: one[1].due_at, default=None)


class Teller(Protocol):
    """Says what a watch does, to whoever follows it."""

    def tell_round(self, done: Round, /) -> None:
        """Say what came of the sites that were visited."""

    def tell_problem(self, problem: Exception | None, /) -> None:
        """Say what stops the watch for now, None that it goes on."""

    def tell_next(self, site: str, forecast: Forecast, /) -> None:
        """Say which site is due next."""


@dataclass(frozen=True, slots=True)
class World:
    """What a watch needs of the world: who crawls, the clock, and how to wait."""

    crawl_due: CrawlDue
    now: Callable[[], datetime] = utc_now
    sleep: Callable[[float], None] = time.sleep


class Watch:
    """Crawls what is due, again and again. Hold it with `hold_watch`, so that there is one an archive."""

    def __init__(self, sites_path: Path, archive_path: Path, *, world: World, teller: Teller) -> None:
        self._sites_path = sites_path
        self._archive_path = archive_path
        self._world = world
        self._teller = teller
        self._said_problem: str | None = None
        self._said_next: tuple[str, Forecast] | None = None

    def run_once(self) -> Round:
        """Run one round, waiting for an archive that is busy; what else stops it is raised."""
        while isinstance((done := self._try_round()).problem, BusyError):
            self._tell(done)
            self._world.sleep(BUSY_SLEEP.total_seconds())
        if done.problem is not None:
            raise done.problem
        self._tell(done)
        return done

    def run(self) -> None:
        """Run rounds until one is interrupted; a damaged archive is raised, all else is said and tried again."""
        while True:
            done = self._try_round()
            if isinstance(done.problem, DamagedError):
                raise done.problem
            self._tell(done)
            if done.is_interrupted:
                return
            self._tell_next(done)
            self._world.sleep(find_sleep(done, self._world.now()).total_seconds())

    def _tell(self, done: Round) -> None:
        words = str(done.problem) if done.problem else None
        if words != self._said_problem:  # what lasts is said once
            self._teller.tell_problem(done.problem)
        self._said_problem = words
        if done.summaries:
            self._teller.tell_round(done)

    def _tell_next(self, done: Round) -> None:
        found = done.find_next()
        if found and found != self._said_next and not is_due(found[1], self._world.now()):
            self._teller.tell_next(*found)
            self._said_next = found

    def _try_round(self) -> Round:
        try:
            file = load_sites(self._sites_path)
            make_user_agent(file.sites)  # a public site without a contact is refused before anything is opened
            before = read_forecasts(file.sites, self._archive_path, self._world.now())
            if not any(is_due(forecast, self._world.now()) for forecast in before.values()):
                return self._end_round((), before)
            summaries = self._world.crawl_due(file.sites, self._archive_path, self._world.now())
            after = read_forecasts(file.sites, self._archive_path, self._world.now())
            return self._end_round(summaries, after)
        except (CrawlerError, ArchiveError) as problem:
            return Round(self._world.now(), problem=problem)

    def _end_round(self, summaries: tuple[SiteSummary, ...], forecasts: dict[str, Forecast]) -> Round:
        return Round(self._world.now(), summaries, tuple(forecasts.items()))


def read_forecasts(sites: Sequence[Site], archive_path: Path, now: datetime) -> dict[str, Forecast]:
    """Return the forecast of each site by name; all are due where there is no archive that can be asked."""
    visits = []
    with suppress(CannotOpenError), Archive.open(archive_path) as archive:
        visits = archive.list_visits()
    return forecast_sites(sites, visits, now)


def find_sleep(done: Round, now: datetime) -> timedelta:
    """Return how long to sleep after a round.

    Until the next site is due, and no longer than `LONGEST_SLEEP`; so long too where a site stays due though it could
    have been crawled.
    """
    if isinstance(done.problem, BusyError):
        return BUSY_SLEEP
    found = done.find_next()
    if found is None or is_due(found[1], now):
        return LONGEST_SLEEP
    return min(max(found[1].due_at - now, SHORTEST_SLEEP), LONGEST_SLEEP)


@contextmanager
def hold_watch(archive_path: Path) -> Iterator[None]:
    """Be the one watch of an archive, or raise `BusyError` naming the other.

    The lock is another than the archive's own, so that a crawl by hand can come between two rounds.
    """
    archive = archive_path.resolve()
    if not archive.parent.is_dir():
        raise CannotOpenError(f"cannot write {archive_path}: there is no folder {archive.parent}; make it")
    lock, note = FileLock(f"{archive}.watch.lock"), Path(f"{archive}.watch")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BusyError(f"{archive_path} is already watched by {_read_note(note)}; end that one first") from None
    except OSError as problem:
        raise CannotOpenError(f"cannot write beside {archive_path} ({problem}); check its folder") from problem
    try:
        with suppress(OSError):  # it only says who watches
            note.write_text(f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\n", encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _read_note(note: Path) -> str:
    try:
        return note.read_text(encoding="utf-8").strip()
    except OSError:
        return "another process"
