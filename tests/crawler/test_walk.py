"""The frontier and the tally of one site, without a network; and the account of every fixture site."""

import socketserver
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from archive import PageKind
from crawler.ground import Ground
from crawler.hosts import seen_key
from crawler.plan import FILE_PRIORITY, LIST_PRIORITY, PAGING_PRIORITY, REPORT_PRIORITY
from crawler.results import Failure, SiteResult
from crawler.run import run_crawl
from crawler.sites import Site
from crawler.step import Step
from crawler.troubles import BLOCKS_LIMIT, SILENCES_LIMIT
from crawler.walk import BARREN_LIMIT, NO_COLUMN, NO_REPORT, WAY_LIMIT, SiteWalk
from tests.crawler.served import MemoryArchive, Served, link, page, report, serve
from tests.crawler.test_families import find_builders
from tests.crawler.world import FamilySite, World, make_world, serve_site

HOST = "http://127.0.0.1"
START = f"{HOST}/"
PRIORITIES: dict[PageKind, int] = {"list": LIST_PRIORITY, "report": REPORT_PRIORITY, "attachment": FILE_PRIORITY}


def start_walk(**fields: Any) -> SiteWalk:
    """Begin the walk of a site, its home page already seen."""
    walk = SiteWalk(Site("qingshi", (START,), **fields))
    walk.begin()
    take(walk)
    return walk


def make_step(path: str, kind: PageKind = "column", **fields: Any) -> Step:
    """Make a step to a page of the site."""
    return replace(Step(f"{HOST}{path}", kind, PRIORITIES.get(kind, 30)), **fields)


def make_turn(path: str, **fields: Any) -> Step:
    """Make a step to a further page of a list."""
    return make_step(path, "list", priority=PAGING_PRIORITY, **fields)


def take(walk: SiteWalk, *steps: Step) -> Step:
    """Take the next step, which shows what it promised and leads to these."""
    step = walk.next_step()
    assert step is not None
    walk.requests += 1
    walk.note_good(step.kind, step, step.url, is_list=step.kind == "list", is_unchanged=False)
    walk.offer(steps, step)
    return step


def fail(walk: SiteWalk, reason: str) -> None:
    """Take the next step, which fails."""
    step = walk.next_step()
    assert step is not None
    walk.requests += 1
    walk.note_failure(step, reason)


def walk_on(walk: SiteWalk) -> list[str]:
    """Walk to the end; return the paths in their order."""
    paths = []
    while (step := walk.next_step()) is not None:
        walk.note_good(step.kind, step, step.url, is_list=step.kind == "list", is_unchanged=False)
        walk.offer((), step)
        paths.append(step.url.removeprefix(HOST))
    return paths


def said(result: SiteResult) -> list[str]:
    """Return the reasons of what failed."""
    return [failure.reason for failure in result.failed]


def test_the_best_step_is_taken_first() -> None:
    """Lists before their pages, those before files and reports, the rest of the way last; each once."""
    walk = start_walk()
    kinds: Iterable[PageKind] = ("column", "report", "attachment", "list")
    steps = [make_step(f"/{kind}", kind) for kind in kinds]
    walk.offer([*steps, make_turn("/list_2"), *steps], make_step("/", "list"))

    assert walk_on(walk) == ["/list", "/list_2", "/attachment", "/report", "/column"]
    assert walk.is_finished


def test_only_so_many_are_under_way_at_once() -> None:
    """The next step waits for an answer, and the walk does not end while one is awaited."""
    walk = start_walk(concurrency=2)
    walk.offer(make_step(f"/{number}") for number in range(3))

    first, second, third = walk.next_step(), walk.next_step(), walk.next_step()

    assert (first is not None, second is not None, third) == (True, True, None)
    assert not walk.is_finished


def test_a_list_that_brings_nothing_new_is_turned_no_further() -> None:
    """Pages that a server makes up without end are left after the second that brought nothing."""
    walk = start_walk()
    walk.offer([make_step("/nb/", "list"), make_step("/1", "report")])
    take(walk, make_turn("/nb/2", turns=1))
    number = 2
    while (step := walk.next_step()) is not None and step.kind == "list":
        number += 1
        walk.note_good("list", step, step.url, is_list=True, is_unchanged=False)
        walk.offer([make_turn(f"/nb/{number}", turns=step.turns + 1, barren=step.barren)], step)

    assert number == 2 + BARREN_LIMIT


def test_pages_that_lead_nowhere_are_not_followed_for_ever() -> None:
    """Once a list is found, some of them are enough; how many were left out is said, and no failure."""
    walk = start_walk()
    walk.offer([make_step("/nb/", "list"), make_step("/1", "report")])
    walk.offer(make_step(f"/way/{number}") for number in range(50))

    paths = walk_on(walk)
    result = walk.result()

    taken = sum(path.startswith("/way/") for path in paths)
    assert 0 < taken < 15
    assert result.urls["beside"] == 50 - taken
    assert result.notes == (f"{50 - taken} pages beside the way to the reports were not asked for",)
    assert result.complete


def test_a_site_that_makes_up_pages_is_left_after_a_while() -> None:
    """Where no list is found, pages on the way are not followed for ever, and what is left is counted."""
    walk = start_walk(max_requests=10 * WAY_LIMIT)
    walk.offer([make_step("/0"), make_step("/0/more")])
    taken = 0
    while taken < 2 * WAY_LIMIT and (step := walk.next_step()) is not None:
        taken += 1
        walk.note_good("column", step, step.url, is_list=False, is_unchanged=False)
        walk.offer([make_step(f"/{taken}"), make_step(f"/{taken}/more")], step)

    assert taken == WAY_LIMIT - 1
    assert walk.is_finished
    assert NO_COLUMN in said(walk.result())
    assert walk.result().urls["beside"] == taken + 2


def test_who_looks_for_columns_turns_only_a_list_that_shows_nothing_itself() -> None:
    """One page with entries tells what a list is; behind a shell that is its first data."""
    walk = SiteWalk(Site("qingshi", (START,)))
    walk.begin(Ground(wants_reports=False))
    take(walk, make_step("/full/", "list"), make_step("/shell/", "list"))
    take(walk, make_step("/a", "report"), make_turn("/full/2", turns=1))
    take(walk, make_turn("/api?page=1", turns=1), make_turn("/api?page=2", turns=1))
    take(walk, make_step("/b", "report"), make_turn("/api?page=2", turns=2))

    assert walk.next_step() is None
    assert walk.result().urls == {"fetched": 4, "known": 2}


def test_a_budget_that_is_used_up_is_said_with_what_is_left() -> None:
    """Everything that was met and not asked for is counted, and the site is not complete."""
    walk = start_walk(max_requests=3)
    walk.offer([make_step("/nb/", "list")])
    take(walk, *(make_step(f"/{number}", "report") for number in range(5)))
    take(walk)

    assert walk.next_step() is None
    result = walk.result()
    assert walk.is_finished
    assert result.failed == (Failure(START, "max_requests reached, 4 links not visited"),)
    assert result.urls == {"fetched": 3, "left": 4}
    assert not result.complete


def test_an_early_end_is_said_once() -> None:
    """Also where requests that were under way then lead on: what they show is left with the rest."""
    walk = start_walk(max_requests=3, concurrency=2)
    walk.offer([make_step("/nb/", "list"), make_step("/zz/", "list"), make_step("/1", "report")])
    slow = walk.next_step()
    assert slow is not None
    take(walk)
    walk.requests += 1

    assert walk.next_step() is None
    walk.note_good("list", slow, slow.url, is_list=True, is_unchanged=False)
    walk.offer([make_step("/2", "report")], slow)
    assert walk.next_step() is None
    assert said(walk.result()) == ["max_requests reached, 2 links not visited", NO_REPORT]


def test_a_site_that_blocks_is_left_alone() -> None:
    """After five block pages in a row nothing more is asked of it, known pages neither."""
    walk = start_walk()
    walk.offer(make_step(f"/{number}", "report") for number in range(20))
    for _ in range(BLOCKS_LIMIT):
        fail(walk, "blocked:jiasule")

    assert walk.next_step() is None
    result = walk.result()
    assert said(result)[BLOCKS_LIMIT] == "blocked:jiasule, 15 links not visited"
    assert result.urls == {"fetched": 1, "failed": BLOCKS_LIMIT, "left": 15}


def test_a_site_that_falls_silent_is_left_alone() -> None:
    """After ten requests in a row without an answer."""
    walk = start_walk()
    walk.offer(make_step(f"/{number}", "report") for number in range(20))
    for _ in range(SILENCES_LIMIT):
        fail(walk, "timeout")

    assert walk.next_step() is None
    assert said(walk.result())[SILENCES_LIMIT] == "the site has stopped answering, 10 links not visited"


@pytest.mark.parametrize(("hour", "is_open"), [(19, True), (1, False)])
def test_a_site_is_walked_only_in_its_hours(monkeypatch: pytest.MonkeyPatch, hour: int, *, is_open: bool) -> None:
    """When they are over, China time, what is open is left, and that is said."""
    walk = start_walk()
    walk.site = replace(walk.site, hours=("22:00", "06:00"))
    walk.offer([make_step("/nb/", "list"), make_step("/1", "report")])
    monkeypatch.setattr("crawler.walk.utc_now", lambda: datetime(2026, 1, 5, hour, tzinfo=UTC))

    step = walk.next_step()

    reason = "outside the hours in which this site may be crawled, 2 links not visited"
    assert (step is not None) is is_open
    assert (reason in said(walk.result())) is not is_open


def test_what_may_not_be_taken_is_counted_as_refused() -> None:
    """Robots, a private address, a report on a foreign host; a menu's link to another site is none of these."""
    walk = start_walk()
    walk.offer([make_step("/nb/", "list")])
    foreign = replace(make_step("/x", "report"), url="http://www.example.gov.cn/x")
    menu = replace(make_step("/y"), url="http://www.example.gov.cn/y")
    step = walk.next_step()
    assert step is not None
    walk.note_good("list", step, step.url, is_list=True, is_unchanged=False)
    refused = walk.offer([foreign, menu, make_step("/1", "report"), make_step("/2", "report")], step)
    for one, reason in refused:
        walk.note_refused(one, reason)
    fail(walk, "robots")
    walk_on(walk)

    result = walk.result()
    assert [(one.url, reason) for one, reason in refused] == [("http://www.example.gov.cn/x", "off site")]
    assert said(result) == ["off site", "robots"]
    assert result.urls == {"fetched": 3, "refused": 2}


def test_a_guess_that_is_not_there_is_no_loss() -> None:
    """Nobody said that it was; it is counted all the same."""
    walk = start_walk()
    walk.offer([make_step("/nb/", "list", is_guess=True), make_step("/1", "report")])
    fail(walk, "http 404")
    walk_on(walk)

    result = walk.result()
    assert (said(result), result.urls) == ([NO_COLUMN], {"fetched": 2, "absent": 1})


def test_what_is_missing_of_a_site_is_said() -> None:
    """No column, or a column without reports; where a list failed, that is said and no more."""
    nowhere, bare, lost = start_walk(), start_walk(), start_walk()
    for walk in (bare, lost):
        walk.offer([make_step("/nb/", "list")])
    walk_on(nowhere)
    walk_on(bare)
    fail(lost, "http 500")
    walk_on(lost)

    results = [walk.result() for walk in (nowhere, bare, lost)]
    assert [said(result) for result in results] == [[NO_COLUMN], [NO_REPORT], ["http 500"]]
    assert [result.notes for result in results] == [(), (), ()]


def test_a_site_that_need_not_have_reports_is_complete_without() -> None:
    """What would be a failure is a note, however often it is asked."""
    walk = start_walk(must_have_results=False)
    walk_on(walk)

    assert walk.result() == walk.result()
    assert (walk.result().failed, walk.result().notes, walk.result().complete) == ((), (NO_COLUMN,), True)


def test_a_walk_that_is_not_finished_was_interrupted() -> None:
    """Steps under way are among those not visited."""
    walk = start_walk()
    walk.offer([make_step("/nb/", "list"), make_step("/1", "report")])
    walk.next_step()

    result = walk.result()
    assert (result.interrupted, result.complete) == (True, False)
    assert said(result) == ["interrupted, 2 links not visited"]


# ---- the account of whole sites


@pytest.fixture(autouse=True, scope="module")
def _without_waiting() -> Any:
    """Let the server send the body of an answer without waiting for the receipt of its head."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socketserver.StreamRequestHandler, "disable_nagle_algorithm", True)
        yield


def account(result: SiteResult, archive: MemoryArchive) -> tuple[int, int]:
    """Return the number of URLs that have a fate, and of those that were captured, or met and said to be left."""
    captured = {seen_key(one.url) for one in archive.captures}
    not_asked = sum(result.urls.get(fate, 0) for fate in ("known", "beside", "left"))
    return sum(result.urls.values()), len(captured) + not_asked


@pytest.mark.parametrize(("name", "build"), [pytest.param(*found, id=found[0]) for found in find_builders()])
def test_every_url_of_a_site_has_one_fate(name: str, build: Callable[[World], FamilySite]) -> None:
    """Whatever the CMS, all that was captured or left is in the account, whether the crawl came to its end or not."""
    site, whole, part = build(make_world(reports=20, news=40)), MemoryArchive(), MemoryArchive()
    with serve_site(site) as running:
        target = Site("qingshi", (running.url + site.start,), delay=0.0)
        short = replace(target, max_requests=12)
        full = run_crawl([target], open_archive=lambda: whole, settings_overrides={"RETRY_TIMES": 0})["qingshi"]
        half = run_crawl([short], open_archive=lambda: part, settings_overrides={"RETRY_TIMES": 0})["qingshi"]

    assert account(full, whole)[0] == account(full, whole)[1]
    assert account(half, part)[0] == account(half, part)[1]
    assert "left" not in full.urls
    assert f"max_requests reached, {half.urls['left']} links not visited" in said(half)


def test_a_wall_before_a_site_ends_its_crawl() -> None:
    """Pages behind a wall are recorded as blocked, nothing of them is stored, and the rest is not asked for."""
    wall = Served(b"<script>document.cookie='__jsl_clearance=1'</script>", status=521)
    titles = [f"青石区第{number}街道办事处2020年政府信息公开工作年度报告" for number in range(20)]
    pages = {
        "/": page("青石区", link("/nb/", "政府信息公开年报")),
        "/nb/": page("政府信息公开年报", *(link(f"r{number}.html", title) for number, title in enumerate(titles))),
        **{f"/nb/r{number}.html": report(title) if number < 3 else wall for number, title in enumerate(titles)},
    }
    archive = MemoryArchive()
    with serve(pages) as server:
        site = Site("qingshi", (server.url + "/",), delay=0.0)
        overrides = {"RETRY_TIMES": 0, "GONGKAI_FIRST_BACKOFF": 0.01}
        result = run_crawl([site], open_archive=lambda: archive, settings_overrides=overrides)["qingshi"]

    assert len([path for path in server.paths if path.startswith("/nb/r")]) == 3 + BLOCKS_LIMIT
    assert [one.body for one in archive.captures if one.failure] == [None] * BLOCKS_LIMIT
    assert all(reason.startswith("blocked:") for reason in said(result))
    assert said(result)[-1].endswith(", 12 links not visited")
    assert sum(result.urls.values()) == 2 + 20
