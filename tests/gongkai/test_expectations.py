"""What was expected of a site and did not come is said, and nothing else is."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import PastVisit, VisitFindings, VisitMode, utc_now
from crawler import Failure, Site, SiteResult
from gongkai.expectations import NOT_MET, find_shortfalls, note_course
from tests.crawler.served import Served, link, page, report, serve
from tests.gongkai.conftest import Outcome

HOST = "http://127.0.0.1"
START = f"{HOST}/"
SITE = Site("qingshi", (START,))
TODAY = utc_now()
LAST_MONTH = TODAY - timedelta(days=30)
GOOD = SiteResult("qingshi", 9, 9, (), complete=True, reports_met=3)
KNOWN = {"a": [f"{HOST}/a"], "b": [f"{HOST}/b", f"{HOST}/b2"], "c": [f"{HOST}/c"]}
ALL = VisitFindings(frozenset(KNOWN), 0, 0)
NONE = VisitFindings(frozenset(), 0, 0)

Gongkai = Callable[..., Outcome]


def visited(mode: VisitMode = "full", *, complete: bool = True, days: int = 30, **fields: Any) -> PastVisit:
    """Make a visit of so many days ago that had three reports, none of them new."""
    moment = TODAY - timedelta(days=days)
    visit = PastVisit("qingshi", mode, moment, moment, 9, 9, 3, 0, 0, (), complete, ())
    return replace(visit, **fields)


def shortfalls(
    met: VisitFindings, past: tuple[PastVisit, ...] = (), *, site: Site = SITE, said: str = "", **result: Any
) -> list[tuple[str, str]]:
    """Return what is missing, as (path, reason)."""
    found = find_shortfalls(site, replace(GOOD, **result), met, KNOWN, past, said={said})
    return [(failure.url.removeprefix(HOST), failure.reason) for failure in found]


def test_a_crawl_that_met_all_owes_nothing() -> None:
    """Every report known was met."""
    assert shortfalls(ALL, (visited(),)) == []


def test_a_report_that_was_not_met_is_missing() -> None:
    """It is said with the address that it is known by."""
    assert shortfalls(VisitFindings(frozenset("ab"), 0, 0)) == [("/c", NOT_MET)]


def test_a_report_that_is_gone_is_missing_with_what_its_address_answers() -> None:
    """Whichever of its addresses was asked for."""
    lost = (Failure(f"{HOST}/b2", "http 404"),)

    assert shortfalls(VisitFindings(frozenset("ac"), 0, 0), lost=lost) == [("/b2", f"http 404; {NOT_MET}")]


def test_an_address_that_is_gone_is_no_loss_where_its_report_was_met() -> None:
    """It has moved."""
    assert shortfalls(ALL, lost=(Failure(f"{HOST}/b2", "http 404"),)) == []


def test_what_failed_already_is_not_said_twice() -> None:
    """A report whose own address is among the failures is one failure."""
    assert shortfalls(VisitFindings(frozenset("ab"), 0, 0), said=f"{HOST}/c") == []


def test_a_crawl_that_ended_early_does_not_call_missing_what_it_left() -> None:
    """That it ended early is said of the site."""
    assert shortfalls(VisitFindings(frozenset("a"), 0, 0), urls={"left": 9}) == []


def test_a_light_crawl_calls_missing_only_what_it_asked_for() -> None:
    """A report that was due and did not answer is; those that it left alone are not."""
    lost = (Failure(f"{HOST}/b", "http 500"),)

    assert shortfalls(NONE, (visited(),), mode="light") == []
    assert shortfalls(NONE, (visited(),), mode="light", lost=lost) == [("/b", "http 500")]


def test_a_site_that_had_reports_and_shows_none_has_failed() -> None:
    """However well all its pages answered."""
    past = (visited(reports=50),)
    reason = f"no report, where the crawl of {LAST_MONTH:%Y-%m-%d} had 50"

    assert ("/", reason) in shortfalls(NONE, past, reports_met=0)
    assert shortfalls(NONE, past, reports_met=0, mode="light") == [("/", reason)]
    assert ("/", reason) in shortfalls(NONE, (visited(reports=0, complete=False, days=3), *past), reports_met=0)


def test_a_site_that_never_had_reports_is_not_measured_by_that() -> None:
    """Whether it must have some, the walk says."""
    found = find_shortfalls(SITE, replace(GOOD, reports_met=0), NONE, {}, (visited(reports=0),), said=())

    assert found == []


def test_a_site_that_does_not_answer_is_one_failure() -> None:
    """What else is missing follows from that."""
    site = replace(SITE, min_reports=5)

    assert shortfalls(NONE, (visited(reports=50),), site=site, captures=0, reports_met=0) == []


@pytest.mark.parametrize(("mode", "count"), [("full", 2), ("light", 3)])
def test_too_few_reports_are_said(mode: VisitMode, count: int) -> None:
    """A full crawl counts those that it met, a light one those that it left alone as well."""
    met, site = VisitFindings(frozenset("ab"), 0, 0), replace(SITE, min_reports=4)

    reason = f"{count} reports, fewer than the 4 of min_reports"
    assert ("/", reason) in shortfalls(met, site=site, mode=mode)


def test_too_long_without_news_is_said() -> None:
    """Days are counted from the last visit that brought something, or from the first; news of today end it."""
    site = replace(SITE, max_days_without=40)
    past = (visited(days=10), visited(days=50, changed=1), visited(days=90, new=3))
    reason = "nothing new or changed for 50 days, more than the 40 of max_days_without"

    assert shortfalls(ALL, past, site=site) == [("/", reason)]
    assert shortfalls(ALL, (visited(days=10), visited(days=50)), site=site) == [("/", reason)]
    assert shortfalls(ALL, past[:1], site=site) == []
    assert shortfalls(ALL, (), site=site) == []
    assert shortfalls(VisitFindings(frozenset(KNOWN), 1, 0), past, site=site) == []
    assert shortfalls(VisitFindings(frozenset(KNOWN), 0, 1), past, site=site) == []


WELL, BAD = visited(days=20), visited(complete=False, days=10)
LIGHT_WELL, LIGHT_BAD = visited("light", days=5), visited("light", complete=False, days=4)


def day(days: int) -> str:
    """Return the day so many days ago."""
    return f"{TODAY - timedelta(days=days):%Y-%m-%d}"


@pytest.mark.parametrize(
    ("past", "mode", "complete", "expected"),
    [
        ((), "full", True, None),
        ((), "full", False, None),
        ((WELL,), "full", True, None),
        ((WELL,), "full", False, f"not complete, as the visit of {day(20)} was"),
        ((BAD, WELL), "full", False, f"not complete again: 2 visits in a row since {day(10)}"),
        ((LIGHT_BAD, BAD), "full", False, f"not complete again: 3 visits in a row since {day(10)}"),
        ((BAD, WELL), "full", True, "complete again, after 1 in a row that were not"),
        ((LIGHT_BAD, BAD, WELL), "full", True, "complete again, after 2 in a row that were not"),
        ((LIGHT_BAD, WELL), "light", True, "complete again, after 1 in a row that were not"),
        ((BAD, WELL), "light", True, f"what the full visit of {day(10)} missed was not all asked for again"),
        ((LIGHT_WELL, BAD), "light", True, f"what the full visit of {day(10)} missed was not all asked for again"),
        ((LIGHT_WELL, BAD), "full", True, "complete again, after 1 in a row that were not"),
        ((LIGHT_WELL, LIGHT_BAD, WELL), "full", True, None),
        ((LIGHT_WELL, LIGHT_BAD, WELL), "light", False, f"not complete, as the visit of {day(5)} was"),
    ],
)
def test_the_course_of_a_site_is_said(
    past: tuple[PastVisit, ...], mode: VisitMode, *, complete: bool, expected: str | None
) -> None:
    """Failing for the first time, failing again and recovering are said; a light crawl mends no full one."""
    assert note_course(past, mode, is_complete=complete) == ((expected,) if expected else ())


def small_site(count: int) -> dict[str, Served]:
    """Make a site whose column shows so many reports."""
    titles = [f"青石区第{number}街道办事处2020年政府信息公开工作年度报告" for number in range(count)]
    rows = [link(f"r{number}.html", title) for number, title in enumerate(titles)]
    pages = {f"/nb/r{number}.html": report(title) for number, title in enumerate(titles)}
    column = page("政府信息公开年报", "<ul>", *rows, "</ul>", "<p>暂无信息</p>" * (not count))
    return {"/": page("青石区", link("/nb/", "政府信息公开年报")), "/nb/": column, **pages}


def write_sites(folder: Path, url: str, *lines: str) -> None:
    """Write a sites.toml for one site."""
    text = "\n".join(('[[site]]\nname = "one"', f'start_urls = ["{url}/"]', "delay = 0", *lines))
    (folder / "sites.toml").write_text(text)


def test_a_site_that_loses_all_reports_exits_3_and_recovers(gongkai: Gongkai, tmp_path: Path) -> None:
    """Eight reports, then none, then eight: the exit code and the notes say so each time."""
    with serve(small_site(8)) as server:
        write_sites(tmp_path, server.url)
        outcomes = [gongkai("crawl", "--json")]
        server.pages = dict(small_site(0))
        outcomes.append(gongkai("crawl", "--json"))
        server.pages = dict(small_site(8))
        outcomes.append(gongkai("crawl", "--json"))

    first, empty, again = (json.loads(outcome.out) for outcome in outcomes)
    reasons = [failure["reason"] for failure in empty["failed"]]
    assert [outcome.code for outcome in outcomes] == [0, 3, 0]
    assert (first["reports"], empty["reports"], again["reports"]) == (8, 0, 8)
    assert any(reason.startswith("no report, where the crawl of ") and reason.endswith(" had 8") for reason in reasons)
    assert empty["notes"][-1].startswith("not complete, as the visit of ")
    assert again["notes"] == ["complete again, after 1 in a row that were not"]


@pytest.mark.parametrize(("must", "code"), [("true", 3), ("false", 0)])
def test_a_site_may_have_no_reports_yet(gongkai: Gongkai, tmp_path: Path, must: str, code: int) -> None:
    """Where must_have_results is false, that there is no column is a note, and no failure."""
    with serve({"/": page("青石区", link("/news/", "新闻动态"), "<p>欢迎来到青石区</p>" * 40)}) as server:
        write_sites(tmp_path, server.url, f"must_have_results = {must}")
        outcome = gongkai("crawl", "--json")

    summary = json.loads(outcome.out)
    said = [failure["reason"] for failure in summary["failed"]], summary["notes"]
    reason = "no annual-report column found"
    assert (outcome.code, summary["complete"]) == (code, code == 0)
    assert said == (([reason], []) if code else ([], [reason]))
