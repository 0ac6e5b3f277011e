"""When a site is due: the calendar, what its past changes, and what never happens whatever the past."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import KnownPage, PastVisit
from crawler.failures import LEFT_ALONE
from crawler.hours import CHINA, find_open_moment
from crawler.schedule import (
    DEFAULTS,
    Days,
    count_failures,
    forecast_sites,
    is_due,
    is_page_due,
    plan_next,
)
from crawler.sites import Site
from crawler.troubles import BLOCKS_LIMIT, SILENCES_LIMIT
from crawler.walk import NO_COLUMN, NO_REPORT, OUT_OF_BUDGET, OUT_OF_HOURS, SiteWalk

DOCUMENT = Path(__file__).parents[2] / "docs" / "scheduling.md"
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def moment(text: str) -> datetime:
    """Return a moment of China's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(UTC)


def visit(at: datetime, **values: Any) -> PastVisit:
    """Return a visit of an hour that had all it expected, and nothing new."""
    past = PastVisit(
        site="qingshi",
        mode="full",
        started_at=at,
        ended_at=at + HOUR,
        requests=30,
        captures=30,
        reports=20,
        new=0,
        changed=0,
        failed=(),
        complete=True,
        notes=(),
    )
    return replace(past, **values)


def broken(at: datetime, **values: Any) -> PastVisit:
    """Return a visit to a site that did not answer."""
    failed = (("http://127.0.0.1/", "timeout"),)
    return visit(at, **{"captures": 0, "reports": 0, "failed": failed, "complete": False, **values})


def wait_after(*visits: PastVisit) -> timedelta:
    """Return how long after the last visit began the site is due."""
    return plan_next(visits, visits[0].started_at + HOUR).due_at - visits[0].started_at


def nearly(span: timedelta) -> Any:
    """Return what equals a span that is shortened by at most a tenth, as each site's own is."""

    class Nearly:
        def __eq__(self, other: object) -> bool:
            return isinstance(other, timedelta) and span * 0.9 <= other <= span

        def __repr__(self) -> str:
            return f"nearly {span}"

        __hash__ = None  # type: ignore[assignment] # it is only compared

    return Nearly()


def test_a_site_never_visited_is_due_now_in_full() -> None:
    """A site without a visit is due at this moment, for a full visit."""
    now = moment("2026-07-01T10:00")

    forecast = plan_next((), now)

    assert (forecast.due_at, forecast.mode, forecast.reason) == (now, "full", "never visited")
    assert is_due(forecast, now)


@pytest.mark.parametrize(
    ("last", "wait", "says"),
    [
        ("2026-07-01T10:00", timedelta(days=30), "monthly outside 10 January to 30 April"),
        ("2026-02-20T10:00", timedelta(days=7), "weekly from 10 January to 30 April"),
        ("2026-01-20T10:00", timedelta(hours=22), "daily from 15 January to 5 February"),
        ("2026-03-30T10:00", timedelta(hours=22), "daily from 28 March to 3 April"),
    ],
)
def test_the_time_of_year_decides(last: str, wait: timedelta, says: str) -> None:
    """A site is visited monthly, weekly in the season, and daily when most reports appear."""
    past = [visit(moment(last)), visit(moment(last) - 40 * DAY)]

    forecast = plan_next(past, past[0].started_at + HOUR)

    assert forecast.due_at - past[0].started_at == nearly(wait)
    assert forecast.reason.startswith(f"{says}; ")


@pytest.mark.parametrize(
    ("last", "due_on"),
    [
        ("2025-12-28T10:00", {"2026-01-10", "2026-01-11"}),
        ("2026-01-13T10:00", {"2026-01-15", "2026-01-16"}),
        ("2026-03-26T10:00", {"2026-03-28", "2026-03-29"}),
        ("2026-04-29T10:00", {"2026-05-26", "2026-05-27", "2026-05-28", "2026-05-29"}),
    ],
)
def test_the_interval_is_that_of_the_day_that_comes(last: str, due_on: set[str]) -> None:
    """A visit before the season does not carry its month into it, nor one of the season its week out of it."""
    due_at = plan_next([visit(moment(last))], moment(last) + HOUR).due_at

    assert f"{due_at.astimezone(CHINA):%Y-%m-%d}" in due_on


def test_news_bring_the_next_visit_nearer() -> None:
    """A site with new or changed reports at one of its last two visits is visited twice as often, but for the peaks."""
    at = moment("2026-07-20T10:00")
    first = visit(at - 90 * DAY, new=20)

    assert wait_after(visit(at, changed=1), first) == nearly(15 * DAY)
    assert wait_after(visit(at), visit(at - 30 * DAY, new=2), first) == nearly(15 * DAY)
    assert wait_after(visit(at), visit(at - 30 * DAY), visit(at - 60 * DAY, new=2), first) == nearly(30 * DAY)
    peak = moment("2026-01-20T10:00")
    assert wait_after(visit(peak, new=5), visit(peak - DAY)) == nearly(22 * HOUR)


def test_the_first_visit_is_no_news() -> None:
    """What the first visit met says nothing about how often a site changes."""
    assert wait_after(visit(moment("2026-07-20T10:00"), new=500)) == nearly(30 * DAY)


def test_long_quiet_puts_off_visits_outside_the_season_only() -> None:
    """A site without news for half a year waits up to twice as long, but never in the season."""
    summer, winter = moment("2026-10-01T10:00"), moment("2026-02-20T10:00")

    assert wait_after(visit(summer), visit(summer - 200 * DAY, new=3)) == nearly(60 * DAY)
    assert wait_after(visit(summer), visit(summer - 100 * DAY, new=3)) == nearly(30 * DAY)
    assert wait_after(visit(winter), visit(winter - 400 * DAY, new=3)) == nearly(7 * DAY)


def test_a_site_that_does_not_answer_is_tried_less_and_less() -> None:
    """Failures in a row are tried again after hours, then days, at most a week, and the first success ends it."""
    at = moment("2026-07-20T10:00")
    visits = [broken(at - number * DAY) for number in range(9)]

    waits = [wait_after(*visits[:failures], visit(at - 60 * DAY)) - HOUR for failures in range(1, 9)]

    assert waits == [nearly(hours * HOUR) for hours in (4, 8, 16, 32, 64, 128, 168, 168)]
    assert wait_after(visit(at), *visits[1:]) == nearly(30 * DAY)
    forecast = plan_next([*visits[:3], visit(at - 60 * DAY)], at)
    assert "the last 3 visits brought nothing (timeout), tried again after" in forecast.reason


def test_a_site_that_turned_us_away_is_left_alone_longer() -> None:
    """A block page is answered with a day's rest at least, whatever else the visit had."""
    at = moment("2026-01-20T10:00")
    blocked = broken(at, captures=3, failed=(("http://127.0.0.1/", "blocked:ruishu, 7 links not visited"),))

    assert wait_after(blocked, visit(at - DAY)) - HOUR == nearly(24 * HOUR)


def test_a_single_page_behind_a_wall_is_no_reason_to_leave_a_site_alone() -> None:
    """A file that a site guards does not put off its reports: it is missing, and the site is visited as usual."""
    at = moment("2026-01-20T10:00")
    missed = [
        visit(at - number * DAY, complete=False, failed=(("http://127.0.0.1/a", "blocked:captcha"),))
        for number in range(6)
    ]

    assert wait_after(*missed, visit(at - 60 * DAY)) == nearly(22 * HOUR)


def walk_until(site: Site, reason: str, times: int) -> SiteWalk:
    """Return a walk that met the same failure so many times and has links left."""
    walk = SiteWalk(site)
    walk.begin()
    for _ in range(times):
        step = walk.next_step()
        assert step is not None
        walk.note_failure(step, reason)
    walk.next_step()
    return walk


@pytest.mark.parametrize(
    ("reason", "times", "wait"), [("blocked:ruishu", BLOCKS_LIMIT, 7 * DAY), ("timeout", SILENCES_LIMIT, 64 * HOUR)]
)
def test_a_crawl_that_ended_since_the_site_wanted_no_more_is_known(reason: str, times: int, wait: timedelta) -> None:
    """The words with which a walk ends before a wall or a dead server are those that put the next visit off."""
    at = moment("2026-07-20T10:00")
    site = Site("qingshi", tuple(f"http://127.0.0.1/{number}/" for number in range(30)))
    failed = tuple((one.url, one.reason) for one in walk_until(site, reason, times).result().failed)

    past = [visit(at - number * DAY, captures=9, failed=failed, complete=False) for number in range(5)]

    assert "not visited" in failed[-1][1]
    assert wait_after(*past, visit(at - 60 * DAY)) - HOUR == nearly(wait)


@pytest.mark.parametrize(
    ("reason", "is_tried"),
    [
        ("timeout", True),
        ("http 503", True),
        (NO_COLUMN, True),
        (NO_REPORT, True),
        (LEFT_ALONE, True),
        (f"{OUT_OF_HOURS}, 5 links not visited", True),
        ("known from an earlier crawl, and not met in this one", True),
        ("no report, where the crawl of 2026-01-01 had 50", True),
        ("http 404", False),
        ("robots", False),
        (f"{OUT_OF_BUDGET}, 5 links not visited", False),
        ("nothing new or changed for 90 days, more than the 60 of max_days_without", False),
    ],
)
def test_only_what_may_pass_is_tried_again_soon(reason: str, is_tried: bool) -> None:  # noqa: FBT001
    """A visit that missed something is repeated within hours where that may help, and is followed as usual else."""
    at = moment("2026-07-20T10:00")
    missed = visit(at, complete=False, failed=(("http://127.0.0.1/a", reason),))

    assert wait_after(missed, visit(at - 60 * DAY)) == nearly(5 * HOUR if is_tried else 30 * DAY)


def test_what_is_missing_is_tried_three_times() -> None:
    """A visit that missed something is repeated soon, but a page that stays away makes no site urgent for ever."""
    at = moment("2026-07-20T10:00")
    missed = [
        visit(at - number * DAY, complete=False, failed=(("http://127.0.0.1/a", "timeout"),)) for number in range(5)
    ]

    waits = [wait_after(*missed[:failures], visit(at - 60 * DAY)) for failures in range(1, 6)]

    assert waits == [
        *(nearly(hours * HOUR + HOUR) for hours in (4, 8, 16)),
        *(nearly(30 * DAY) for _ in range(2)),
    ]
    assert "(the last 5 visits incomplete)" in plan_next([*missed, visit(at - 60 * DAY)], at).reason


def test_a_long_visit_that_missed_something_does_not_put_the_next_one_off() -> None:
    """Where the usual visit comes before the next try, it is not waited for the try."""
    at = moment("2026-01-20T10:00")
    missed = visit(at, ended_at=at + 40 * HOUR, complete=False, failed=(("http://127.0.0.1/a", "timeout"),))

    due_at = plan_next([missed, visit(at - DAY)], at + 40 * HOUR).due_at

    assert due_at - at == nearly(22 * HOUR)


def test_a_visit_that_did_not_end_is_due_at_once() -> None:
    """A visit cut off is due now, as what it was; one in full stays one in full."""
    at = moment("2026-07-20T10:00")
    open_end: dict[str, Any] = {"ended_at": None, "captures": None, "failed": None, "complete": None}

    light = plan_next([visit(at, mode="light", **open_end), visit(at - DAY)], at + 3 * HOUR)
    full = plan_next([visit(at, **open_end), visit(at - DAY)], at + 3 * HOUR)

    assert (light.due_at, light.mode) == (at + 3 * HOUR, "light")
    assert (full.mode, full.reason) == ("full", "the visit of 2026-07-20 did not end")


@pytest.mark.parametrize(
    ("last_full", "now", "mode"),
    [
        ("2026-01-28T10:00", "2026-02-20T10:00", "light"),
        ("2026-01-18T10:00", "2026-02-20T10:00", "full"),
        ("2026-07-01T10:00", "2026-09-10T10:00", "light"),
        ("2026-05-20T10:00", "2026-09-10T10:00", "full"),
        ("2025-11-20T10:00", "2026-01-12T10:00", "full"),
    ],
)
def test_everything_is_read_again_at_intervals(last_full: str, now: str, mode: str) -> None:
    """A visit is full when the last full one is a month old in the season, three months otherwise; else light."""
    light = visit(moment(now) - 9 * DAY, mode="light")
    past = [light, visit(moment(last_full))]

    assert plan_next([replace(light, started_at=moment(now) - 30 * DAY), past[1]], moment(now)).mode == mode


def test_a_full_visit_that_failed_is_repeated_in_full() -> None:
    """After a full visit that failed the next is full, until the same thing was missing too often."""
    at = moment("2026-07-20T10:00")
    missed = [visit(at - number * DAY, complete=False, failed=(("u", "http 404"),)) for number in range(4)]
    light = visit(at + HOUR, mode="light")

    assert plan_next([light, missed[0]], at).mode == "full"
    assert plan_next([light, *missed[:3]], at).mode == "full"
    assert plan_next([light, *missed], at).mode == "light"
    assert plan_next([light, *(broken(past.started_at) for past in missed)], at).mode == "full"
    assert plan_next([light], at).mode == "full"


def test_failures_in_a_row_are_counted() -> None:
    """The failures in a row end at the last success; a visit under way is none."""
    at = moment("2026-07-20T10:00")
    under_way = visit(at, ended_at=None, complete=None)

    assert count_failures(()) == 0
    assert count_failures((under_way, broken(at), broken(at), visit(at), broken(at))) == 2
    assert count_failures((visit(at), broken(at))) == 0
    assert count_failures((broken(at), broken(at))) == 2


def test_sites_do_not_fall_due_together() -> None:
    """Sites visited in the same minute are due at different ones, the same again each time they are asked for."""
    for last in ("2026-07-20T10:00", "2026-01-20T10:00", "2025-12-30T10:00"):
        at = moment(last)
        sites = [Site(f"site-{number}", ("http://127.0.0.1/",)) for number in range(200)]
        visits = [visit(at, site=site.name) for site in sites]

        plans = forecast_sites(sites, visits, at + HOUR)

        minutes = [f"{plan.due_at:%d %H:%M}" for plan in plans.values()]
        assert max(minutes.count(minute) for minute in minutes) <= 8
        assert plans == forecast_sites(sites, visits, at + 2 * HOUR)


def test_each_site_is_judged_by_its_own_visits() -> None:
    """Visits of several sites in one list are told apart; a site without one is due now."""
    at = moment("2026-07-20T10:00")
    sites = [Site(name, ("http://127.0.0.1/",)) for name in ("qingshi", "baiyang", "new")]
    visits = [visit(at), broken(at - HOUR, site="baiyang"), visit(at - 9 * DAY, site="baiyang"), visit(at - 9 * DAY)]

    plans = forecast_sites(sites, visits, at + 9 * HOUR)

    assert {name: is_due(plan, at + 9 * HOUR) for name, plan in plans.items()} == {
        "qingshi": False,
        "baiyang": True,
        "new": True,
    }


@pytest.mark.parametrize(
    ("hours", "now", "opens"),
    [
        (None, "2026-07-20T10:00", "2026-07-20T10:00"),
        (("22:00", "06:00"), "2026-07-20T10:00", "2026-07-20T22:00"),
        (("22:00", "06:00"), "2026-07-20T23:00", "2026-07-20T23:00"),
        (("22:00", "06:00"), "2026-07-20T05:59", "2026-07-20T05:59"),
        (("22:00", "06:00"), "2026-07-20T06:00", "2026-07-20T22:00"),
        (("01:00", "05:00"), "2026-07-20T10:00", "2026-07-21T01:00"),
        (("01:00", "05:00"), "2026-07-20T00:30", "2026-07-20T01:00"),
        (("01:00", "05:00"), "2026-07-20T01:00", "2026-07-20T01:00"),
        (("01:00", "05:00"), "2026-07-20T05:00", "2026-07-21T01:00"),
    ],
)
def test_hours_in_which_a_site_may_be_crawled_are_kept(hours: tuple[str, str] | None, now: str, opens: str) -> None:
    """A site that may be crawled at certain hours is due within them, overdue or not."""
    site = Site("qingshi", ("http://127.0.0.1/",), hours=hours)

    plan = forecast_sites([site], [], moment(now))["qingshi"]

    assert find_open_moment(moment(now), hours) == moment(opens)
    assert plan.due_at == moment(opens)
    assert ("China time" in plan.reason) == (now != opens)


def test_an_overdue_site_waits_for_its_hours() -> None:
    """A site that was due last week, within its hours, is not due now outside them."""
    site = Site("qingshi", ("http://127.0.0.1/",), hours=("00:00", "06:00"))
    past = visit(moment("2026-05-10T03:00"))

    plan = forecast_sites([site], [past], moment("2026-07-20T10:00"))["qingshi"]

    assert plan.due_at == moment("2026-07-21T00:00")


def test_days_hold_both_their_ends() -> None:
    """Days from one to another hold both and nothing outside."""
    days = Days((1, 15), (2, 5))

    held = [days.hold(moment(f"2026-{day}T12:00").date()) for day in ("01-14", "01-15", "02-05", "02-06")]

    assert held == [False, True, True, False]


def test_days_may_run_over_the_new_year() -> None:
    """Days from December to January hold both and nothing between."""
    days = Days((12, 20), (1, 10))

    held = [days.hold(moment(f"2026-{day}T12:00").date()) for day in ("12-20", "12-31", "01-10", "01-11", "12-19")]

    assert held == [True, True, True, False, False]


def test_a_year_goes_as_the_table_says() -> None:
    """A quiet site visited whenever it is due has a visit a day in the peaks, none missed by a week in the season."""
    now = moment("2025-05-01T00:00")
    visits: list[PastVisit] = []
    while now < moment("2026-05-01T00:00"):
        plan = plan_next(visits, now)
        now = max(now, plan.due_at)
        visits.insert(0, visit(now, mode=plan.mode))

    days = [past.started_at.astimezone(CHINA).date() for past in visits]
    season = sorted(day for day in days if DEFAULTS.season.hold(day))
    peaks = {day for day in days if any(peak.hold(day) for peak in DEFAULTS.peaks)}
    assert len(peaks) >= 21 + 6
    assert max(after - before for before, after in pairwise(season)) <= timedelta(days=7)
    assert 50 <= len(visits) <= 70
    assert 5 <= sum(past.mode == "full" for past in visits) <= 9


def test_the_document_names_the_intervals() -> None:
    """docs/scheduling.md says the days and intervals that hold."""
    text = " ".join(DOCUMENT.read_text(encoding="utf-8").split())
    spans = [
        *(f"{DEFAULTS.daily // HOUR} hours", f"{DEFAULTS.weekly.days} days", f"{DEFAULTS.monthly.days} days"),
        *(f"{DEFAULTS.quiet_after.days} days", f"{DEFAULTS.retry_first // HOUR} hours, then 8, 16, 32, 64, 128"),
        f"{DEFAULTS.full_in_season.days} days old in the season, {DEFAULTS.full_otherwise.days} days otherwise",
    ]

    assert [str(days) for days in (DEFAULTS.season, *DEFAULTS.peaks) if str(days) not in text] == []
    assert [span for span in spans if span not in text] == []


# Whatever the past was

MOMENTS = st.datetimes(datetime(2008, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given after


@st.composite
def pasts(draw: st.DrawFn) -> list[PastVisit]:
    """Draw the visits of a site, newest first, all but the newest ended."""
    at = draw(MOMENTS)
    visits: list[PastVisit] = []
    for _ in range(draw(st.integers(1, 8))):
        ended = at + draw(st.timedeltas(timedelta(), 2 * DAY))
        visits.append(
            visit(
                at,
                mode=draw(st.sampled_from(["full", "light"])),
                ended_at=ended if visits or draw(st.integers(0, 5)) else None,
                captures=draw(st.sampled_from([0, 40])),
                new=draw(st.sampled_from([0, 0, 3])),
                changed=draw(st.sampled_from([0, 0, 1])),
                complete=draw(st.booleans()),
                failed=draw(
                    st.sampled_from(
                        [(), (("u", "timeout"),), (("u", "http 404"),), (("u", "blocked:521, 3 links not visited"),)]
                    )
                ),
            )
        )
        at -= draw(st.timedeltas(timedelta(hours=2), 120 * DAY))
    return visits


def end_of(past: Sequence[PastVisit]) -> datetime:
    """Return the moment at which the last visit was over."""
    return past[0].ended_at or past[0].started_at


@given(pasts(), st.timedeltas(-4000 * DAY, 400 * DAY))
def test_no_site_is_put_off_for_ever(past: list[PastVisit], later: timedelta) -> None:
    """Whatever the past and the clock, a site is due within the longest interval from now, and a mode is named."""
    now = past[0].started_at + later

    plan = plan_next(past, now)

    assert plan.due_at <= now + DEFAULTS.longest
    assert plan.mode in {"full", "light"}
    assert plan.reason
    assert plan.due_at.utcoffset() == timedelta()


@given(pasts())
def test_a_site_is_not_visited_again_at_once(past: list[PastVisit]) -> None:
    """A visit that ended is followed by a rest of some hours, unless it was long and the rest fell into it."""
    now = end_of(past)

    plan = plan_next(past, now)

    if past[0].ended_at is None:
        assert plan.due_at == now
    elif past[0].complete:
        assert plan.due_at - past[0].started_at >= DEFAULTS.daily * 0.9
    else:
        assert plan.due_at - past[0].started_at >= DEFAULTS.retry_first * 0.9


@given(pasts(), st.timedeltas(timedelta(), 400 * DAY))
def test_the_moment_does_not_depend_on_who_asks_when(past: list[PastVisit], later: timedelta) -> None:
    """A forecast stays what it is until the next visit."""
    now = end_of(past)

    first, second = plan_next(past, now), plan_next(past, now + later)

    assert past[0].ended_at is None or first.due_at == second.due_at


@given(MOMENTS, st.timedeltas(timedelta(), 400 * DAY))
def test_a_later_visit_is_never_due_sooner(at: datetime, later: timedelta) -> None:
    """Of two sites alike the one visited later is due later or at the same time."""
    now = at + later

    assert plan_next([visit(at)], now).due_at <= plan_next([visit(at + later)], now).due_at


@given(pasts().filter(lambda past: past[0].ended_at is not None))
def test_news_never_put_a_visit_off(past: list[PastVisit]) -> None:
    """The same past with news at the last visit is due at the same time or sooner."""
    first = visit(past[-1].started_at - DAY)
    now = end_of(past)

    stirring = plan_next([replace(past[0], new=5), *past[1:], first], now)
    quiet = plan_next([replace(past[0], new=0, changed=0), *past[1:], first], now)

    assert stirring.due_at <= quiet.due_at


@given(st.integers(1, 200), MOMENTS)
def test_more_failures_never_mean_sooner(failures: int, at: datetime) -> None:
    """One more failure in a row never brings the next try nearer, and none puts it off beyond a week."""
    visits = [broken(at - number * HOUR) for number in range(failures + 1)]

    fewer, more = wait_after(*visits[:-1], visit(at - 900 * DAY)), wait_after(*visits, visit(at - 900 * DAY))

    assert fewer <= more <= DEFAULTS.retry_last + HOUR


# Pages


def page(first_seen: datetime, **values: Any) -> KnownPage:
    """Return a report that was had when it was met, and never changed."""
    known = KnownPage(
        url="http://127.0.0.1/art/1.html",
        kind="report",
        found_on=None,
        link_text="白杨街道政府信息公开工作年度报告",
        first_seen=first_seen,
        last_good=first_seen,
        last_changed=first_seen,
        failures=0,
        tells_report=True,
    )
    return replace(known, **values)


@pytest.mark.parametrize(
    ("age", "since", "is_asked"),
    [(1, 1, False), (3, 3, True), (30, 5, False), (30, 9, True), (400, 60, False), (400, 91, True), (4000, 91, True)],
)
def test_an_older_report_is_asked_for_less_often(age: int, since: int, is_asked: bool) -> None:  # noqa: FBT001
    """A report is asked for again after a quarter of its age, not within two days, and at least every ninety."""
    now = moment("2026-07-20T10:00")
    known = page(now - age * DAY, last_good=now - since * DAY)

    assert is_page_due(known, now) is is_asked


def test_a_change_makes_a_report_young_again() -> None:
    """A report that changed lately is asked for again soon, however old it is."""
    now = moment("2026-07-20T10:00")
    old = page(now - 900 * DAY, last_good=now - 5 * DAY)

    assert not is_page_due(old, now)
    assert is_page_due(replace(old, last_changed=now - 10 * DAY), now)
    assert is_page_due(replace(old, first_seen=now - 100 * DAY, last_changed=now - 10 * DAY), now)


def test_a_report_of_a_year_long_gone_is_not_young_on_the_first_day() -> None:
    """A report of an old year that was met last week for the first time is old, one of last year is not."""
    now = moment("2026-02-10T10:00")

    met = now - 7 * DAY
    titles = {year: f"白杨街道{year}年政府信息公开工作年度报告" for year in ("2015", "2022", "2025")}
    due = {
        year: is_page_due(page(met, last_changed=met + HOUR / 2, link_text=title), now)
        for year, title in titles.items()
    }

    assert due == {"2015": False, "2022": False, "2025": True}


def test_a_report_that_failed_is_asked_for_at_once() -> None:
    """What failed, or was never had, is asked for at the next visit, until it failed too often for a light one."""
    now = moment("2026-07-20T10:00")
    known = page(now - 900 * DAY, last_good=now - DAY)

    assert not is_page_due(known, now)
    assert is_page_due(replace(known, failures=1), now)
    assert is_page_due(replace(known, last_good=None, last_changed=None, failures=5), now)
    assert not is_page_due(replace(known, failures=6), now)


@given(MOMENTS, st.timedeltas(timedelta(), 9000 * DAY), st.timedeltas(timedelta(), 9000 * DAY))
def test_a_report_is_asked_for_at_least_every_ninety_days(first: datetime, age: timedelta, since: timedelta) -> None:
    """However old, a report is due ninety days after it was had, and once due it stays so."""
    had = first + age
    known = page(first, last_good=had)

    assert is_page_due(known, had + 90 * DAY)
    assert not is_page_due(known, had + DAY)
    if since >= 90 * DAY:
        assert is_page_due(known, had + since)
