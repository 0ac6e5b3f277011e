"""Interrupted means resumed: crawls that are killed at any moment end as if nothing had happened."""

import json
import os
import random
import signal
import socketserver
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, VisitMode, utc_now
from tests.crawler.sites import trs
from tests.crawler.world import NOT_FOUND, World, html_answer
from tests.gongkai.district import NAME, NEW_DAY, District, crawl, make_district, make_report, serve_district
from tests.gongkai.killed import GONE, summary_file

ROOT = Path(__file__).parents[2]
REPORTS = 60
KILLS = 10
"""Kills in a row of one crawl; with the number of seeds below, fifty."""

MOST_SECONDS = 60.0
"""Longer than any crawl here takes on a busy machine."""

WORLD = make_district(REPORTS, files=True)
STATES = {
    "pages": "SELECT url, kind, found_on, link_text, failures, last_good IS NULL FROM pages",
    "captures": "SELECT url, status, failure, captures.final_url, sha256 FROM captures JOIN pages ON pages.id = page_id"
    " LEFT JOIN bodies ON bodies.id = body_id",
    "reports": "SELECT reports.key, division, district, agency_key, year, url FROM reports"
    " JOIN pages ON pages.id = page_id",
    "versions": "SELECT key, number, figures_hash, words_hash, url FROM versions"
    " JOIN reports ON reports.id = report_id JOIN captures ON captures.id = capture_id"
    " JOIN pages ON pages.id = captures.page_id",
    "changes": "SELECT key, kind, changes.cells FROM changes JOIN reports ON reports.id = report_id",
    "figures": 'SELECT agency, year, "table", "row", "column", raw, value, status FROM figures_now',
    "sightings": "SELECT url, note, version_id IS NULL FROM sightings JOIN captures ON captures.id = capture_id"
    " JOIN pages ON pages.id = page_id",
    "visits": "SELECT mode, captures, reports, new, changed, failed, complete, notes FROM visits",
    "words": "SELECT (SELECT count(*) FROM search_words), (SELECT count(*) FROM search_past)",
}


@pytest.fixture(autouse=True, scope="module")
def _without_waiting() -> Iterator[None]:
    """Let the server send the body of an answer without waiting for the receipt of its head."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socketserver.StreamRequestHandler, "disable_nagle_algorithm", True)
        yield


@pytest.fixture(scope="module")
def district() -> Iterator[District]:
    """Serve a district in which one report is gone, and another page holds none."""
    with serve_district(trs.build, WORLD) as served:
        gone, none = (served.target_of(WORLD.reports[number].number) for number in (20, 40))
        served.broken = {gone: NOT_FOUND, none: html_answer("<html><title>青石区</title><p>正在建设</p></html>")}
        yield served


@pytest.fixture(scope="module")
def undisturbed(district: District, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Crawl the district once, from beginning to end."""
    path = tmp_path_factory.mktemp("undisturbed") / "gongkai.db"
    with nursery(district, path) as crawls:
        crawls.run()
    return path


@pytest.fixture(autouse=True)
def _counted_anew(district: District) -> None:
    district.forget()


def select(path: Path, query: str) -> list[tuple[Any, ...]]:
    """Ask an archive that others may be writing."""
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as connection:
        return [tuple(row) for row in connection.execute(query)]


def tell_state(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return what an archive holds, without moments and numbers, in no order."""
    return {name: sorted(select(path, query), key=repr) for name, query in STATES.items()}


def tell_summary(path: Path) -> dict[str, Any]:
    """Return what the crawl that ended said, but for what it had to ask for itself."""
    told: dict[str, Any] = json.loads(summary_file(path).read_text())
    del told["requests"], told["resumed"]
    return told


def stored_targets(path: Path, url: str) -> set[str]:
    """Return the targets that are stored with a good answer."""
    try:
        rows = select(path, "SELECT url FROM captures JOIN pages ON pages.id = page_id WHERE failure IS NULL")
    except sqlite3.OperationalError:  # it was killed while it made the file
        return set()
    return {row[0].removeprefix(url) for row in rows}


def count_rows(path: Path, table: str) -> int:
    """Count the rows of a table that may not be there yet."""
    try:
        rows = select(path, f"SELECT count(*) FROM {table}")  # noqa: S608 - a name from this module
    except sqlite3.OperationalError:
        return 0
    return int(rows[0][0]) if rows else 0


@dataclass
class Crawls:
    """The crawls of a district into one archive, each in a process of its own."""

    district: District
    path: Path
    process: "subprocess.Popen[str]"

    def start(self, mode: VisitMode = "full") -> int:
        """Start one, and return the id of its process."""
        assert self.process.stdin
        print(mode, file=self.process.stdin, flush=True)
        return int(self._listen())

    def wait(self) -> None:
        """Wait until it is gone."""
        assert self._listen() == GONE

    def run(self, mode: VisitMode = "full") -> None:
        """Let one run to its end."""
        self.start(mode)
        self.wait()

    def stop(
        self, number: signal.Signals, is_time: Callable[[], bool], mode: VisitMode = "full"
    ) -> tuple[set[str], int]:
        """Start one and send it a signal when it is time; return what is stored then, and how much was asked for.

        One that ends before is left alone.
        """
        summary_file(self.path).unlink(missing_ok=True)
        process, ends = self.start(mode), time.monotonic() + MOST_SECONDS
        while not is_time() and not summary_file(self.path).exists() and time.monotonic() < ends:
            time.sleep(0.002)
        with suppress(ProcessLookupError):
            os.kill(process, number)
        self.wait()
        return stored_targets(self.path, self.district.running.url), len(self.district.asked)

    def _listen(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()


@contextmanager
def nursery(district: District, path: Path) -> Iterator[Crawls]:
    """Hold a process that starts crawls of a district."""
    command = [sys.executable, "-m", "tests.gongkai.killed", district.running.url, str(path)]
    with subprocess.Popen(  # noqa: S603 - our own module
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Crawls(district, path, process)
        finally:
            process.kill()


def choose_moment(chance: random.Random, district: District) -> Callable[[], bool]:
    """Choose when to kill: after a number of requests, or after a time, which may be while it reads."""
    if chance.random() < 0.6:
        count = len(district.asked) + chance.randrange(1, 16)
        return lambda: len(district.asked) >= count
    ends = time.monotonic() + chance.uniform(0.01, 0.6)
    return lambda: time.monotonic() >= ends


@pytest.mark.parametrize("seed", range(5))
def test_a_crawl_killed_at_any_moments_ends_as_an_undisturbed_one(
    district: District, undisturbed: Path, tmp_path: Path, seed: int, struck: Callable[..., None]
) -> None:
    """Killed ten times and started again it has the same in its archive, and asked for nothing that was stored."""
    path, chance = tmp_path / "killed.db", random.Random(seed)  # noqa: S311 - not for secrets
    stops: list[tuple[set[str], int]] = []
    with nursery(district, path) as crawls:
        for _ in range(KILLS):
            stops.append(crawls.stop(signal.SIGKILL, choose_moment(chance, district)))
            if summary_file(path).exists():
                break
        else:
            crawls.run()

    print(f"{len(stops)} kills, {len(district.asked)} requests where one crawl makes {len(set(district.asked))}")
    assert select(path, "PRAGMA integrity_check") == [("ok",)]
    assert select(path, "PRAGMA foreign_key_check") == []
    assert tell_state(path) == tell_state(undisturbed)
    assert tell_summary(path) == tell_summary(undisturbed)
    assert find_asked_again(district, stops) == []
    struck("killed", "crawl of a site", len(stops))


def find_asked_again(district: District, stops: list[tuple[set[str], int]]) -> list[str]:
    """Return what was asked for although it was stored with a good answer when the crawl was stopped."""
    return [target for stored, count in stops for target, _ in district.asked[count:] if target in stored]


def test_a_crawl_killed_while_it_files_ends_as_an_undisturbed_one(
    district: District, undisturbed: Path, tmp_path: Path, struck: Callable[..., None]
) -> None:
    """What was filed before stays as it is, the rest is filed by the next, and all that is missing is said."""
    path = tmp_path / "killed.db"
    with nursery(district, path) as crawls:
        for count in (1, 20, 45):
            crawls.stop(signal.SIGKILL, lambda count=count: count_rows(path, "sightings") >= count)  # type: ignore[misc]
        crawls.run()

    assert select(path, "PRAGMA integrity_check") == [("ok",)]
    assert tell_state(path) == tell_state(undisturbed)
    assert tell_summary(path) == tell_summary(undisturbed)
    assert len(district.targets) == len(set(district.targets))
    struck("killed", "crawl of a site", 3)


def test_what_failed_is_said_though_the_crawl_died_before_it_could(
    district: District, undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crawl that dies when all is filed and nothing said is gone on with, and that says it all."""
    with monkeypatch.context() as patch:
        patch.setattr(Archive, "end_visit", lambda *_: (_ for _ in ()).throw(RuntimeError("power loss")))
        with pytest.raises(RuntimeError, match="power loss"):
            crawl(district, tmp_path / "a.db")
    asked = len(district.targets)

    summary = crawl(district, tmp_path / "a.db")

    told = tell_summary(undisturbed)
    assert len(district.targets) == asked
    assert [{"url": one.url, "reason": one.reason} for one in summary.failed] == told["failed"]
    assert (summary.resumed, summary.complete, summary.new) == (True, False, told["new"])
    assert {"http 404"} < {failure["reason"] for failure in told["failed"]}


def test_ctrl_c_ends_in_a_word_and_the_next_crawl_goes_on(
    district: District, undisturbed: Path, tmp_path: Path, struck: Callable[..., None]
) -> None:
    """An interrupted crawl says so and files what it has; the next ends as if it had never happened."""
    path = tmp_path / "stopped.db"
    with nursery(district, path) as crawls:
        stop = crawls.stop(signal.SIGINT, lambda: len(district.asked) >= 40)
        told = json.loads(summary_file(path).read_text())
        crawls.run()

    assert (told["interrupted"], told["complete"], told["resumed"]) == (True, False, False)
    assert any(failure["reason"].startswith("interrupted, ") for failure in told["failed"])
    assert 0 < told["new"] < REPORTS
    assert json.loads(summary_file(path).read_text())["resumed"]
    assert tell_state(path) == tell_state(undisturbed)
    assert tell_summary(path) == tell_summary(undisturbed)
    assert find_asked_again(district, [stop]) == []
    struck("interrupted", "crawl of a site")


@pytest.mark.parametrize("readings", [0, 10])
def test_a_reader_that_is_killed_costs_nothing(
    district: District,
    undisturbed: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    readings: int,
    struck: Callable[..., None],
) -> None:
    """Where the second process dies, at once or in the middle, the first reads all that is left."""
    path, start = tmp_path / "gongkai.db", subprocess.Popen
    killed: list[int] = []

    def start_mortal(*arguments: Any, **options: Any) -> "subprocess.Popen[bytes]":
        process = start(*arguments, **options)
        threading.Thread(target=kill_in_time, args=(process,), daemon=True).start()
        return process

    def kill_in_time(process: "subprocess.Popen[bytes]") -> None:
        while count_rows(path, "readings") < readings:
            time.sleep(0.01)
        process.kill()
        killed.append(process.pid)

    monkeypatch.setattr("gongkai.reader.subprocess.Popen", start_mortal)

    summary = crawl(district, path)

    assert len(killed) == 1
    assert tell_state(path) == tell_state(undisturbed)
    assert summary.reports == tell_summary(undisturbed)["reports"]
    struck("killed", "the reader beside a crawl")


def make_news(count: int) -> World:
    """Return the district with so many new reports on top of its list."""
    new = [make_report(19_900 + number, f"{name}街道办事处", 2026, NEW_DAY) for number, name in enumerate(_NEW[:count])]
    return replace(WORLD, annual=(*new, *WORLD.annual))


_NEW = tuple(first + second for first in "红黄蓝白黑" for second in "石山水泉桥")


def test_a_light_crawl_that_is_killed_misses_nothing(
    district: District, tmp_path: Path, struck: Callable[..., None]
) -> None:
    """What it had itself is no known ground to the one that goes on: new reports of the second page are found, too."""
    path = tmp_path / "gongkai.db"
    crawl(district, path)
    count = 20  # a list page shows 15
    with nursery(district, path) as crawls:
        district.change(make_news(count))
        before = len(district.asked)
        new = {district.target_of(19_900 + number) for number in range(count)}
        for had in (2, 16):
            crawls.stop(signal.SIGKILL, lambda had=had: len(new & set(district.targets)) >= had, "light")  # type: ignore[misc]
        crawls.run("light")
        summary = tell_summary(path)
        asked = [target for target, _ in district.asked[before:]]
        district.change(WORLD)

    assert (summary["mode"], summary["new"], summary["reports"]) == ("light", count, REPORTS - 2 + count)
    assert max(asked.count(target) for target in new) <= 2
    struck("killed", "crawl of a site", 2)


def leave_open(path: Path, mode: VisitMode) -> None:
    """Begin a visit, as one that is killed does."""
    with Archive.create(path) as archive:
        archive.begin_visit(NAME, mode)


@pytest.mark.parametrize(
    ("open_mode", "mode", "expected"),
    [
        ("light", "full", ("full", False)),
        ("light", "light", ("light", True)),
        ("full", "light", ("full", True)),
        ("full", "full", ("full", True)),
    ],
)
def test_a_full_crawl_is_not_made_light_by_one_that_was_interrupted(
    district: District, tmp_path: Path, open_mode: VisitMode, mode: VisitMode, expected: tuple[VisitMode, bool]
) -> None:
    """A light visit is gone on with as one, and not where a full one is asked for; a full one stays full."""
    crawl(district, tmp_path / "a.db")
    leave_open(tmp_path / "a.db", open_mode)

    summary = crawl(district, tmp_path / "a.db", mode)

    with Archive.open(tmp_path / "a.db") as archive:
        (last, *_) = archive.list_visits(NAME)
    assert (summary.mode, summary.resumed) == expected
    assert (last.mode, last.ended_at is not None, last.started_at <= utc_now()) == (expected[0], True, True)
