"""`gongkai watch`: round after round what is due, told a line a site, stopped cleanly, alone on its archive."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import Archive, ArchiveError, BusyError, CannotOpenError, DamagedError, SiteIdentity, VisitOutcome
from archive.file.migrations import APPLICATION_ID
from crawler import Failure, MissingContactError, Site
from crawler.schedule import Forecast
from gongkai.crawling import SiteSummary
from gongkai.watching import (
    BUSY_SLEEP,
    LONGEST_SLEEP,
    SHORTEST_SLEEP,
    Round,
    Watch,
    World,
    find_sleep,
    hold_watch,
    read_forecasts,
)
from tests.gongkai.conftest import Outcome

Gongkai = Callable[..., Outcome]

START = datetime(2026, 7, 20, 2, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
TWO_SITES = """\
[[site]]
name = "qingshi"
start_urls = ["http://127.0.0.1:9/"]
[[site]]
name = "baiyang"
start_urls = ["http://127.0.0.2:9/"]
"""


def summary(site: str, **values: object) -> SiteSummary:
    """Return what came of a site that had all it expected."""
    plain = SiteSummary(
        site=site, requests=30, captures=30, reports=20, new=1, changed=0, withdrawn=0, failed=(), complete=True
    )
    return replace(plain, **values)  # type: ignore[arg-type] # as the test says


class EndOfTestError(Exception):
    """Raised by a sleep when a test has seen enough."""


@dataclass
class Fake:
    """A world without network and clock: visits are only recorded, sleeps move the clock."""

    now: datetime = START
    rounds: list[list[str]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    sleeps: int = 5
    pace: int = 1
    answers: list[Exception | dict[str, object]] = field(default_factory=list)
    told: list[object] = field(default_factory=list)

    def crawl_due(self, sites: Sequence[Site], path: Path, now: datetime, **_: object) -> tuple[SiteSummary, ...]:
        """Record a visit of what is due, or raise what the test has put first; values change the summaries."""
        answer = self.answers.pop(0) if self.answers else {}
        if isinstance(answer, Exception):
            self.rounds.append([type(answer).__name__])
            raise answer
        due = [name for name, plan in read_forecasts(sites, path, now).items() if plan.due_at <= now]
        self.rounds.append(due)
        done = tuple(summary(name, **answer) for name in due)
        with Archive.create(path) as archive:
            for one in done:
                archive.save_site(SiteIdentity(one.site))
                archive.begin_visit(one.site, "full")
                if not one.interrupted:
                    archive.end_visit(one.site, VisitOutcome(30, 30, 20, 1, 0, (), complete=one.complete))
        return done

    def sleep(self, seconds: float) -> None:
        """Move the clock, `pace` times as fast, and end the test after so many sleeps."""
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds) * self.pace
        if len(self.slept) == self.sleeps:
            raise EndOfTestError

    def world(self) -> World:
        """Return this as a watch sees it."""
        return World(self.crawl_due, lambda: self.now, self.sleep)

    def tell_round(self, done: Round) -> None:
        """Keep the names."""
        self.told.append([one.site for one in done.summaries])

    def tell_problem(self, problem: Exception | None) -> None:
        """Keep the words."""
        self.told.append(str(problem))

    def tell_next(self, site: str, forecast: Forecast) -> None:
        """Keep the name."""
        self.told.append(f"next {site} {forecast.mode}")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Make a world whose clock the archive goes by too."""
    made = Fake()
    monkeypatch.setattr("archive.captures.visits.utc_now", lambda: made.now)
    return made


@pytest.fixture
def paths(tmp_path: Path) -> tuple[Path, Path]:
    """Write a list of two sites, and return its path with that of an archive to be made."""
    (tmp_path / "sites.toml").write_text(TWO_SITES)
    return tmp_path / "sites.toml", tmp_path / "a.db"


def watch(fake: Fake, paths: tuple[Path, Path]) -> Watch:
    """Return a watch in a world."""
    return Watch(*paths, world=fake.world(), teller=fake)


def test_what_is_due_is_crawled_and_then_left_alone(fake: Fake, paths: tuple[Path, Path]) -> None:
    """New sites are crawled at once; then the watch sleeps, ten minutes at most, and crawls nothing that is not due."""
    with pytest.raises(EndOfTestError):
        watch(fake, paths).run()

    assert fake.rounds == [["qingshi", "baiyang"]]
    assert fake.slept == [600] * 5
    assert fake.told[0] == ["qingshi", "baiyang"]
    assert str(fake.told[1]).startswith("next ")
    assert len(fake.told) == 2


def test_a_month_later_each_site_is_due_at_its_own_moment(fake: Fake, paths: tuple[Path, Path]) -> None:
    """A watch that runs on visits each site again when its month is over, and a light visit is forecast."""
    fake.pace = 12  # times two hours
    fake.sleeps = 31 * 12

    with pytest.raises(EndOfTestError):
        watch(fake, paths).run()

    assert sorted(fake.rounds[1:]) == [["baiyang"], ["qingshi"]]
    assert {str(said)[-5:] for said in fake.told if str(said).startswith("next")} == {"light"}


def test_a_site_added_to_the_list_is_noticed(fake: Fake, paths: tuple[Path, Path]) -> None:
    """The list is read anew each round, so that a new site is visited within ten minutes."""
    runner = watch(fake, paths)
    with pytest.raises(EndOfTestError):
        runner.run()
    paths[0].write_text(TWO_SITES + '[[site]]\nname = "new"\nstart_urls = ["http://127.0.0.3:9/"]\n')
    fake.sleeps = 6

    with pytest.raises(EndOfTestError):
        runner.run()

    assert fake.rounds == [["qingshi", "baiyang"], ["new"]]


def test_a_broken_list_is_said_once_and_read_again(fake: Fake, paths: tuple[Path, Path]) -> None:
    """A list that cannot be read stops nothing for good: it is said, tried each round, and its recovery said."""
    paths[0].write_text("[[site")
    runner = watch(fake, paths)
    with pytest.raises(EndOfTestError):
        runner.run()
    paths[0].write_text(TWO_SITES)
    fake.sleeps = 6

    with pytest.raises(EndOfTestError):
        runner.run()

    assert "not valid TOML" in str(fake.told[0])
    assert fake.told[1:3] == ["None", ["qingshi", "baiyang"]]
    assert fake.slept == [600] * 6


def test_a_busy_archive_is_waited_for(fake: Fake, paths: tuple[Path, Path]) -> None:
    """An archive that another crawl is writing is tried again every minute, and that is said once."""
    fake.answers = [BusyError("busy"), BusyError("busy")]
    fake.sleeps = 3

    with pytest.raises(EndOfTestError):
        watch(fake, paths).run()

    assert fake.rounds == [["BusyError"], ["BusyError"], ["qingshi", "baiyang"]]
    assert fake.slept == [60, 60, 600]
    assert fake.told[:3] == ["busy", "None", ["qingshi", "baiyang"]]


def test_once_waits_for_a_busy_archive_too(fake: Fake, paths: tuple[Path, Path]) -> None:
    """One round alone waits as well, and returns what it did."""
    fake.answers = [BusyError("busy")]

    done = watch(fake, paths).run_once()

    assert [one.site for one in done.summaries] == ["qingshi", "baiyang"]
    assert fake.slept == [60]


def test_once_with_nothing_due_does_nothing(fake: Fake, paths: tuple[Path, Path]) -> None:
    """A second round at once has nothing to crawl, and does not open the archive to write."""
    watch(fake, paths).run_once()

    with Archive.create(paths[1]):
        done = watch(fake, paths).run_once()

    assert done.summaries == ()
    assert len(fake.rounds) == 1


def test_a_full_disk_is_tried_again_and_a_damaged_archive_is_not(fake: Fake, paths: tuple[Path, Path]) -> None:
    """What may pass is said and tried again; an archive that is damaged ends the watch."""
    fake.answers = [CannotOpenError("no room left"), DamagedError("damaged")]

    with pytest.raises(DamagedError):
        watch(fake, paths).run()

    assert fake.told == ["no room left"]
    assert fake.slept == [600]


def test_once_raises_what_stops_it(fake: Fake, paths: tuple[Path, Path]) -> None:
    """One round alone does not try again what will not pass by itself."""
    fake.answers = [CannotOpenError("no room left")]

    with pytest.raises(CannotOpenError):
        watch(fake, paths).run_once()

    assert fake.told == []


def test_an_interrupted_crawl_ends_the_watch(fake: Fake, paths: tuple[Path, Path]) -> None:
    """A crawl that was stopped by a signal is told, and nothing is begun after it."""
    fake.answers = [{"interrupted": True, "complete": False}]

    watch(fake, paths).run()

    assert fake.told == [["qingshi", "baiyang"]]
    assert fake.slept == []


def test_a_site_that_stays_due_is_not_asked_for_without_rest(fake: Fake, paths: tuple[Path, Path]) -> None:
    """Where the crawl leaves a site alone that is due, the watch tries again after ten minutes and says nothing."""
    world = replace(fake.world(), crawl_due=lambda *_: ())

    with pytest.raises(EndOfTestError):
        Watch(*paths, world=world, teller=fake).run()

    assert fake.slept == [600] * 5
    assert fake.told == []


def test_a_public_site_without_a_contact_is_not_crawled(
    fake: Fake, paths: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for a crawl, nothing is opened where a public site could not tell whose crawler this is."""
    monkeypatch.delenv("GONGKAI_CONTACT", raising=False)
    paths[0].write_text('[[site]]\nname = "public"\nstart_urls = ["http://www.example.gov.cn/"]\n')

    with pytest.raises(MissingContactError):
        watch(fake, paths).run_once()

    assert fake.rounds == []
    assert not paths[1].exists()


def test_an_old_archive_is_left_to_the_crawl(fake: Fake, paths: tuple[Path, Path]) -> None:
    """An archive of an older version, which cannot be asked, counts as one without visits: the crawl brings it up."""
    import sqlite3  # noqa: PLC0415 - the only use
    from contextlib import closing  # noqa: PLC0415 - the same

    with closing(sqlite3.connect(paths[1])) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    done = watch(fake, paths).run_once()

    assert [one.site for one in done.summaries] == ["qingshi", "baiyang"]


@pytest.mark.parametrize(
    ("wait", "slept"),
    [
        (timedelta(days=3), LONGEST_SLEEP),
        (timedelta(minutes=3), timedelta(minutes=3)),
        (timedelta(microseconds=1), SHORTEST_SLEEP),
        (timedelta(), LONGEST_SLEEP),
        (timedelta(days=-3), LONGEST_SLEEP),
    ],
)
def test_the_watch_sleeps_until_the_next_site_is_due(wait: timedelta, slept: timedelta) -> None:
    """It sleeps until the next is due, ten minutes at most, and as long where a site stays due all the same."""
    late = Forecast(START + timedelta(days=9), "full", "")
    done = Round(START, forecasts=(("a", late), ("b", Forecast(START + wait, "full", ""))))

    assert find_sleep(done, START) == slept


def test_a_problem_decides_the_sleep() -> None:
    """After a busy archive the sleep is a minute, after any other problem ten."""
    assert find_sleep(Round(START, problem=BusyError("")), START) == BUSY_SLEEP
    assert find_sleep(Round(START, problem=ArchiveError("")), START) == LONGEST_SLEEP


def test_two_watches_do_not_meet(tmp_path: Path) -> None:
    """A second watch of an archive is refused and told who watches, by whatever path; later there may be one."""
    archive = tmp_path / "a.db"
    (tmp_path / "other.db").symlink_to(archive)

    with (
        hold_watch(archive),
        pytest.raises(BusyError, match=f"other.db is already watched by process {os.getpid()}, since 20"),
        hold_watch(tmp_path / "other.db"),
    ):
        pass
    with hold_watch(archive):
        pass

    assert not (tmp_path / "a.db.watch").exists()


def test_a_watch_leaves_the_archive_free_between_rounds(tmp_path: Path) -> None:
    """A crawl by hand may write while a watch sleeps."""
    with hold_watch(tmp_path / "a.db"), Archive.create(tmp_path / "a.db") as archive:
        assert archive.list_visits() == []


def test_a_watch_without_a_folder_is_said(tmp_path: Path) -> None:
    """An archive in a folder that is not there is refused before anything else."""
    with pytest.raises(CannotOpenError, match="there is no folder"), hold_watch(tmp_path / "no" / "a.db"):
        pass


# The command


@pytest.fixture
def command(fake: Fake, gongkai: Gongkai, paths: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Gongkai:
    """Run `gongkai watch` on two sites in a world without network."""
    monkeypatch.setattr("gongkai.crawling.crawl_due", fake.crawl_due, raising=False)
    return lambda *arguments: gongkai("watch", "--archive", str(paths[1]), *arguments)


def test_once_prints_a_line_a_site(command: Gongkai, fake: Fake) -> None:
    """`watch --once` prints a line for each site visited and none where nothing was due, and ends well."""
    fake.now = datetime.now(UTC)  # the command goes by the real clock

    first, second = command("--once"), command("--once")

    assert (first.code, first.err, second) == (0, "", Outcome(0, "", ""))
    at, words = first.out.splitlines()[0].split(" ", 1)
    assert datetime.fromisoformat(at).tzinfo is not None
    assert words.startswith("qingshi: 30 requests, 20 reports, 1 new, 0 changed; due 20")
    assert len(first.out.splitlines()) == 2


def test_once_prints_json(command: Gongkai, fake: Fake) -> None:
    """`--json` gives the object of a crawl with when it was and when the site is due next."""
    fake.now = datetime.now(UTC)

    rows = [json.loads(line) for line in command("--once", "--json").out.splitlines()]

    assert [row["site"] for row in rows] == ["qingshi", "baiyang"]
    assert rows[0].keys() >= {"at", "requests", "new", "failed", "complete", "next_due", "next_mode"}
    assert rows[0]["next_due"] > rows[0]["at"]


def test_once_exits_as_a_crawl_does(command: Gongkai, fake: Fake) -> None:
    """What could not be had is said on standard error, and the exit code is 3."""
    fake.now = datetime.now(UTC)
    fake.answers = [{"complete": False, "failed": (Failure("http://127.0.0.1:9/", "timeout"),)}]

    outcome = command("--once")

    assert outcome.code == 3
    assert "1 failed, incomplete; due" in outcome.out
    assert "gongkai: qingshi: http://127.0.0.1:9/: timeout (" in outcome.err


def test_a_second_watch_is_one_line(command: Gongkai, paths: tuple[Path, Path]) -> None:
    """A watch of an archive that is watched ends in one line that names the other, with exit code 1."""
    with hold_watch(paths[1]):
        outcome = command("--once")

    assert (outcome.code, outcome.out) == (1, "")
    assert f"is already watched by process {os.getpid()}" in outcome.err


def test_a_broken_list_ends_one_round(command: Gongkai, paths: tuple[Path, Path]) -> None:
    """With `--once` a list that cannot be read is wrong usage, said in one line."""
    paths[0].write_text("[[site")

    outcome = command("--once")

    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)


def test_a_stopped_crawl_ends_the_service(command: Gongkai, fake: Fake) -> None:
    """A crawl that a signal stopped ends the command with what it had, one line that says so, and 130."""
    fake.answers = [
        {"interrupted": True, "complete": False, "failed": (Failure("http://127.0.0.1:9/", "interrupted"),)}
    ]

    outcome = command()

    assert outcome.code == 130
    assert [", interrupted; due " in line for line in outcome.out.splitlines()] == [True, True]
    assert outcome.err.endswith("gongkai: stopped; what was stored stays\n")


SERVICE = """
import sys
from pathlib import Path
from archive import Archive, SiteIdentity, VisitOutcome
from gongkai import crawling
from gongkai.cli import run

def crawl_due(sites, path, now, **_):
    with Archive.create(path) as archive:
        for site in sites:
            archive.save_site(SiteIdentity(site.name))
            archive.begin_visit(site.name, "full")
            archive.end_visit(site.name, VisitOutcome(1, 1, 1, 0, 0, (), complete=True))
    return tuple(crawling.SiteSummary(site.name, 1, 1, 1, 0, 0, 0, (), True) for site in sites)

crawling.crawl_due = crawl_due
sys.exit(run(["watch", "--sites", sys.argv[1], "--archive", sys.argv[2]]))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_service_that_sleeps_ends_at_once(paths: tuple[Path, Path], number: signal.Signals) -> None:
    """SIGTERM and Ctrl-C wake a watch that sleeps; it gives its lock back and exits with 130."""
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", textwrap.dedent(SERVICE), *map(str, paths)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        assert process.stdout.readline()
        coming = process.stderr.readline()
        time.sleep(0.2)  # it goes to sleep after that line
        process.send_signal(number)
        try:
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()

    assert " qingshi: 1 requests" in first
    assert coming.startswith("gongkai: next is ")
    assert (process.returncode, out, err) == (130, "", "gongkai: stopped; what was stored stays\n")
    with hold_watch(paths[1]):
        pass


def test_signals_are_put_back(command: Gongkai, fake: Fake) -> None:
    """A watch leaves the handling of signals as it was."""
    fake.now = datetime.now(UTC)
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)

    try:
        command("--once")

        assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)
