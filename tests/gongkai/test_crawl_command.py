"""`gongkai crawl`: which sites it takes, what it writes down, and what it says at the end."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from archive import Archive, CannotOpenError, utc_now
from crawler import Failure, Progress, Site, blocks, failures, judge, load_sites, walk
from crawler.hosts import OFF_SITE, PRIVATE_ADDRESS
from crawler.sites import shard_sites
from crawler.troubles import BLOCKED
from gongkai.cli.crawl import iter_lines, tell_failures
from gongkai.cli.progress import progress_shown
from gongkai.crawling import SiteSummary, crawl_due
from gongkai.demo import DemoServers, serve_sites
from gongkai.demo.mark import DEMO_COMMAND
from gongkai.expectations import NOT_MET
from gongkai.hints import find_hint
from tests.gongkai.conftest import Outcome

Gongkai = Callable[..., Outcome]

NAMES = ["yunting", "chengxiu", "yanhu"]


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[DemoServers]:
    """Serve the demo's sites, listed in sites.toml."""
    with serve_sites(1) as running:
        (tmp_path / "sites.toml").write_text(running.sites_toml(), encoding="utf-8")
        yield running


@pytest.fixture
def crawl(gongkai: Gongkai, servers: DemoServers) -> Gongkai:
    """Run `gongkai crawl` on the demo's sites."""
    del servers
    return lambda *arguments: gongkai("crawl", *arguments)


def rows(outcome: Outcome) -> dict[str, dict[str, object]]:
    """Return the objects that were printed, by site."""
    return {row["site"]: row for row in map(json.loads, outcome.out.splitlines())}


def summary(**values: object) -> SiteSummary:
    """Return what came of a site that had all it expected, but for these values."""
    plain = SiteSummary("qingshi", 9, 9, 5, 5, 0, 0, (), complete=True)
    return replace(plain, **values)  # type: ignore[arg-type] # as the test says


def test_due_crawls_new_sites_once(crawl: Gongkai, gongkai: Gongkai) -> None:
    """With `--due` sites never visited are crawled in full; at once again nothing is due, which is said and is well."""
    first, second = crawl("--due", "--json"), crawl("--due", "--json")
    forecast = [json.loads(line) for line in gongkai("sites", "--json").out.splitlines()]

    assert {name: row["mode"] for name, row in rows(first).items()} == dict.fromkeys(NAMES, "full")
    assert (second.code, second.out) == (0, "")
    assert second.err == "gongkai: nothing is due; `gongkai sites` shows what will be, and when\n"
    assert {row["last_result"] for row in forecast} == {"complete"}
    assert all(row["next_due"] > row["last_visit"] for row in forecast)


def test_shards_share_the_sites(crawl: Gongkai, tmp_path: Path) -> None:
    """The parts of `--shard` hold every site once; a part without a site is no failure."""
    parts = [crawl("--shard", f"{number}/2", "--json") for number in (1, 2)]
    names = [name for part in parts for name in rows(part)]
    empty = next(
        number for number in range(1, 60) if not shard_sites(load_sites(tmp_path / "sites.toml").sites, number, 60)
    )

    outcome = crawl("--shard", f"{empty}/60")

    assert sorted(names) == sorted(NAMES)
    assert outcome == Outcome(0, "", "gongkai: no site falls into this part\n")


@pytest.mark.parametrize("part", ["0/3", "4/3", "1", "a/b", "1/0", "-1/3"])
def test_a_part_that_is_none_is_wrong_usage(crawl: Gongkai, part: str) -> None:
    """`--shard` wants I/N with I from 1 to N."""
    outcome = crawl(f"--shard={part}")

    assert (outcome.code, outcome.out) == (2, "")
    assert "write I/N" in outcome.err


def test_a_log_has_a_line_an_answer(crawl: Gongkai, servers: DemoServers, tmp_path: Path) -> None:
    """The log has a line for each answer, with the moment in UTC, then what came of the site; a second crawl adds."""
    crawl("--site", "yanhu", "--log-file", "crawl.log")
    first = (tmp_path / "crawl.log").read_text(encoding="utf-8").splitlines()
    crawl("--site", "yanhu", "--log-file", "crawl.log")
    second = (tmp_path / "crawl.log").read_text(encoding="utf-8").splitlines()

    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \S", line) for line in first)
    home = load_sites(tmp_path / "sites.toml").sites[NAMES.index("yanhu")].start_urls[0]
    assert first[0].split(" ", 1)[1] == f"200 home {home}"
    assert sum(" report http" in line for line in first) == 5
    assert first[-1].endswith("yanhu: 12 requests, 5 reports, 5 new, 0 changed")
    assert second[: len(first)] == first
    assert len(second) > len(first)


def test_a_log_that_cannot_be_written_is_said_first(crawl: Gongkai, tmp_path: Path) -> None:
    """A log file in a folder that is not there is wrong usage, and no archive is made."""
    outcome = crawl("--log-file", str(tmp_path / "nowhere" / "crawl.log"))

    assert outcome.code == 2
    assert "cannot be written" in outcome.err
    assert not (tmp_path / "gongkai.db").exists()


def test_a_crawl_that_is_well_says_nothing_else(crawl: Gongkai) -> None:
    """Without a terminal only the table is printed: nothing moves, nothing is logged."""
    outcome = crawl()

    assert (outcome.code, outcome.err) == (0, "")
    assert [line.split("\t")[0] for line in outcome.out.splitlines()] == ["site", *NAMES]


def test_failures_are_said_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    """The first failures are said with what to do, the rest counted, notes last; no page can steer the terminal."""
    failed = tuple(Failure(f"http://127.0.0.1/{number}", "http 404\x1b[2J") for number in range(7))

    tell_failures([summary(failed=failed, complete=False, resumed=True, notes=("noted",))])

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 8
    assert lines[0].startswith("gongkai: qingshi: http://127.0.0.1/0: http 404[2J (")
    assert lines[5] == "gongkai: qingshi: 2 more could not be had; --json lists them all"
    assert lines[6:] == [
        "gongkai: qingshi: went on where the last crawl was interrupted",
        "gongkai: qingshi: noted",
    ]


def test_a_log_lists_every_failure() -> None:
    """In the log nothing is left out."""
    failed = tuple(Failure(f"http://127.0.0.1/{number}", "timeout") for number in range(7))

    lines = list(iter_lines([summary(failed=failed, complete=False), summary(site="two", interrupted=True)]))

    assert lines[0] == "qingshi: 9 requests, 5 reports, 5 new, 0 changed, 7 failed, incomplete"
    assert len(lines) == 9
    assert lines[-1] == "two: 9 requests, 5 reports, 5 new, 0 changed, interrupted"


def test_what_is_due_does_not_go_into_a_demo(tmp_path: Path) -> None:
    """The watch's crawl, too, leaves the archive of a demo to the demo; nothing is visited."""
    path = tmp_path / "demo.db"
    with Archive.create(path, DEMO_COMMAND) as archive:
        archive.begin_run()
    site = Site("qingshi", ("http://www.example.gov.cn/",), contact="a@example.org")

    with pytest.raises(CannotOpenError, match="made-up sites of the demo"):
        crawl_due([site], path, utc_now())


def test_a_site_that_is_not_due_is_left_alone(crawl: Gongkai, servers: DemoServers, tmp_path: Path) -> None:
    """`crawl_due` goes by the moment that it is given: nothing now, everything weeks later."""
    crawl()
    sites = load_sites(tmp_path / "sites.toml").sites

    now = crawl_due(sites, tmp_path / "gongkai.db", utc_now())
    later = crawl_due(sites, tmp_path / "gongkai.db", utc_now() + timedelta(days=70))

    assert now == ()
    assert [(one.site, one.complete) for one in later] == [(name, True) for name in NAMES]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("robots", "ask the site"),
        ("robots unreachable, http 503", "robots.txt is not to be had"),
        ("blocked:jsl", "turns programs away"),
        ("blocked:rs, 12 links not visited", "turns programs away"),
        ("http 503, retry after 3600 s", "crawl again later"),
        ("http 404; known from an earlier crawl, and not met in this one", "may be dead"),
        ("3 reports, fewer than the 10 of min_reports", "min_reports"),
        ("no report, where the crawl of 2026-01-02 had 50", "may have moved"),
        ("filled by a script", "render = true"),
    ],
)
def test_what_to_do_is_said(reason: str, words: str) -> None:
    """Each kind of reason has its own advice; of two that begin alike the longer one is meant."""
    assert words in (find_hint(reason) or "")


def test_every_reason_is_told_with_what_to_do() -> None:
    """Each reason of the crawler stands in docs/sites.md, each wall in docs/crawling.md, and each has a hint."""
    docs = Path(__file__).parents[2] / "docs"
    told, walls = ((docs / name).read_text(encoding="utf-8") for name in ("sites.md", "crawling.md"))
    constants = [name for name in vars(failures) if name.isupper() and not name.endswith("_KEY")]
    reasons = {
        *(value for name in constants if isinstance(value := getattr(failures, name), str)),
        *(value.failure for value in vars(judge).values() if isinstance(value, judge.Doubt)),
        *(judge.EMPTY, judge.NOT_A_FILE, judge.NOT_A_PAGE),
        *(walk.NO_COLUMN, walk.NO_REPORT, walk.OUT_OF_BUDGET, walk.OUT_OF_HOURS, walk.INTERRUPTED),
        *(OFF_SITE, PRIVATE_ADDRESS, NOT_MET),
    }
    kinds = {row.kind for row in blocks.SIGNATURES}

    assert len(reasons) > 25
    assert sorted(reason for reason in reasons if reason not in told) == []
    assert sorted(kind for kind in kinds if f"| `{kind}` |" not in walls) == []
    assert sorted(reason for reason in reasons if not find_hint(reason)) == []
    assert find_hint(f"{BLOCKED}jsl") is not None


def test_a_terminal_has_a_line_a_site(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal each site has a line, which stays when it is done; elsewhere nothing is shown."""
    written = StringIO()
    console = Console(file=written, force_terminal=True, width=80, highlight=False)
    monkeypatch.setattr("gongkai.cli.progress.stderr", lambda: console)

    with progress_shown(["qingshi", "two"], lambda progress: f"{progress.requests} asked") as show:
        assert show is not None
        for requests, is_finished in ((1, False), (7, True), (7, True)):
            show(Progress("qingshi", requests, requests, 0, 0, finished=is_finished))
        show(Progress("two", 3, 3, 0, 0))
    monkeypatch.setattr("gongkai.cli.progress.stderr", lambda: Console(file=StringIO()))
    with progress_shown(["qingshi"], str) as nothing:
        pass

    assert written.getvalue().count("✓ qingshi 7 asked") == 1
    assert "✓ two" not in written.getvalue()
    assert "1 of 2 sites done" in written.getvalue()
    assert nothing is None
