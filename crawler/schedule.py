"""When a site is due, and for which kind of visit: its past visits in, a moment and the reason in words out.

Pure: the clock is an argument. The calendar is China's (UTC+8, no summer time). A site is due at the first moment at
which the time since its last visit reaches the interval of *that* moment's day, so that a visit of December does not
carry its month into the season.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Literal

from archive import KnownPage, PastVisit, VisitMode
from crawler.hours import CHINA, find_open_moment
from crawler.sites import Site
from crawler.troubles import BLOCKED, is_passing

_ONE_DAY = timedelta(days=1)
_MOST_DOUBLINGS = 16
_CLOCKS_DIFFER = timedelta(hours=1)  # what lies further ahead was written by a clock that was wrong
_SAME_VISIT = timedelta(hours=1)  # a page is met, and its first bytes come, within that
_DEADLINE = (3, 31)  # the later of the two legal dates
# The words of a crawl that ended early since its site wanted no more of it; a page behind a wall says less.
_TURNED_AWAY = re.compile(r"(?:blocked:|the site has stopped answering).* not visited")
# What is missing besides, and may be there tomorrow, by how its reason begins.
_EXPECTED = ("no annual-report column", "no report", "known from an earlier crawl", "outside the hours", "retry after")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Days:
    """Days of every year as (month, day), both ends among them; they may run over New Year's Eve."""

    first: tuple[int, int]
    last: tuple[int, int]

    def hold(self, day: date) -> bool:
        """Whether a day is one of them."""
        here = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= here <= self.last
        return here >= self.first or here <= self.last

    def __str__(self) -> str:
        """Return them as a person writes them.

        >>> str(Days((1, 15), (2, 5)))
        '15 January to 5 February'
        """
        return " to ".join(f"{day} {date(2000, month, day):%B}" for month, day in (self.first, self.last))


@dataclass(frozen=True, slots=True)
class ScheduleOptions:
    """How often, in which part of the year.

    Reports appear from January to the end of March; departments and streets must publish by 31 January, governments
    by 31 March (条例 Art. 49). `daily` is a little less than a day, so that a daily cron job finds the site due.
    `earlier` is the largest part by which an interval is shortened, and `spread` the longest time by which a season
    begins later, for one site, so that not all sites are due at the same minute. `stirring_visits` of the last visits
    are asked for news; a site without any for `quiet_after` is visited less often, outside the season only.
    A failure is tried again after `retry_first` (`blocked_first` where the site turned the crawler away), then after
    twice that, and so on up to `retry_last`; where something was had all the same, `retries` times at most, and only
    where what is missing may pass.
    A report is asked for again in a light visit when `page_share` of the time since it came or changed has gone by
    since it was last had: not before `page_first`, not later than `page_last`.
    """

    season: Days = Days((1, 10), (4, 30))
    peaks: tuple[Days, ...] = (Days((1, 15), (2, 5)), Days((3, 28), (4, 3)))
    daily: timedelta = timedelta(hours=22)
    weekly: timedelta = timedelta(days=7)
    monthly: timedelta = timedelta(days=30)
    stirring_visits: int = 2
    sooner: float = 0.5
    quiet_after: timedelta = timedelta(days=180)
    later: float = 2.0
    full_in_season: timedelta = timedelta(days=30)
    full_otherwise: timedelta = timedelta(days=90)
    retry_first: timedelta = timedelta(hours=4)
    blocked_first: timedelta = timedelta(days=1)
    retry_last: timedelta = timedelta(days=7)
    retries: int = 3
    earlier: float = 0.1
    spread: timedelta = timedelta(days=1)
    page_share: float = 0.25
    page_first: timedelta = timedelta(days=2)
    page_last: timedelta = timedelta(days=90)
    page_failures: int = 5

    @property
    def longest(self) -> timedelta:
        """The longest time that may lie between a visit and the next."""
        return max(self.monthly * max(self.later, 1.0), self.weekly, self.daily, self.retry_last)


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a site is to be visited next, for which kind of visit, and why, in words."""

    due_at: datetime
    mode: VisitMode
    reason: str


Pace = Literal["sooner", "usual", "later"]
"""How a site's own past changes the calendar's interval."""

DEFAULTS = ScheduleOptions()
"""What holds where nothing else is said."""


def plan_next(visits: Sequence[PastVisit], now: datetime, options: ScheduleOptions = DEFAULTS) -> Forecast:
    """Return when a site is due, from all its visits, newest first; a moment that has gone by is overdue."""
    if not visits:
        return Forecast(now, "full", "never visited")
    done = [visit for visit in visits if visit.ended_at is not None]
    if visits[0].ended_at is None:
        mode = "full" if visits[0].mode == "full" else _choose_mode(done, now, options)[0]
        return Forecast(now, mode, f"the visit of {_say_day(visits[0].started_at)} did not end")
    due_at, why = _find_due(done, now, options)
    mode, why_mode = _choose_mode(done, max(due_at, now), options)
    return Forecast(due_at, mode, f"{why}; {why_mode}")


def is_due(forecast: Forecast, now: datetime) -> bool:
    """Whether the moment has come."""
    return forecast.due_at <= now


def forecast_sites(
    sites: Iterable[Site], visits: Iterable[PastVisit], now: datetime, options: ScheduleOptions = DEFAULTS
) -> dict[str, Forecast]:
    """Return the forecast of each site by name, within the hours in which it may be crawled.

    `visits` are those of all sites, newest first.
    """
    past: dict[str, list[PastVisit]] = {}
    for visit in visits:
        past.setdefault(visit.site, []).append(visit)
    plans = {site.name: (site.hours, plan_next(past.get(site.name, ()), now, options)) for site in sites}
    return {name: _keep_hours(plan, hours, now) for name, (hours, plan) in plans.items()}


def count_failures(visits: Sequence[PastVisit]) -> int:
    """Return how many of the last visits in a row, newest first, ended without what was expected."""
    done = [visit for visit in visits if visit.ended_at is not None]
    return next((number for number, visit in enumerate(done) if visit.complete), len(done))


def is_page_due(known: KnownPage, now: datetime, options: ScheduleOptions = DEFAULTS) -> bool:
    """Whether a known report or attachment is asked for again in a light visit; a full visit asks for all.

    One that failed is asked for at once, until it failed so often that it is left to the full visits.
    """
    if known.failures > options.page_failures:
        return False
    if known.last_good is None or known.failures or known.last_good > now + _CLOCKS_DIFFER:
        return True
    age = max(now - _find_youth(known), timedelta())
    wait = min(max(age * options.page_share, options.page_first), options.page_last)
    return now - known.last_good >= wait * (1 - options.earlier * _share_of(known.url))


def _find_youth(known: KnownPage) -> datetime:
    """Return the moment from which a report's age counts: when it changed, or came.

    One whose link names a year long gone came in its year, though it was met for the first time today.
    """
    if known.last_changed is not None and known.last_changed - known.first_seen > _SAME_VISIT:
        return known.last_changed
    years = [int(year) for year in _YEAR.findall(known.link_text or "")]
    if not years:
        return known.first_seen
    return min(known.first_seen, datetime(max(years) + 1, *_DEADLINE, tzinfo=CHINA))


def _find_due(done: Sequence[PastVisit], now: datetime, options: ScheduleOptions) -> tuple[datetime, str]:
    """Return the moment at which a site is due whose last visit ended, and the reason."""
    last = done[0]
    if last.started_at > now + _CLOCKS_DIFFER:  # it would put visits off until that day
        return now, f"the last visit has a moment that has not come ({_say_day(last.started_at)})"
    started = min(last.started_at, now)
    pace, why_pace = _find_pace(done, options)
    usual = _add_interval(started, pace, _share_of(last.site), options)
    why = f"{_say_cadence(usual, _share_of(last.site), options)}{why_pace}"
    failures = count_failures(done)
    if not failures:
        return usual, why
    wait = _find_retry(last, failures, options) * (1 - options.earlier * _share_of(last.site))
    again = min(last.ended_at or started, now) + wait
    times = "the last visit" if failures == 1 else f"the last {failures} visits"
    if not _brought_nothing(last):
        is_tried = _may_pass(last) and failures <= options.retries and again < usual
        return (again, f"{times} incomplete, tried again") if is_tried else (usual, f"{why} ({times} incomplete)")
    reason = f" ({last.failed[0][1]})" if last.failed else ""
    return again, f"{times} brought nothing{reason}, tried again after {_say_span(wait)}"


def _add_interval(started: datetime, pace: Pace, share: float, options: ScheduleOptions) -> datetime:
    """Return the first moment at which the time since the last visit reaches the interval of that moment's day.

    `share` (0 to 1) is the site's own: its intervals are that much shorter, its days begin that much later.
    """
    for begins, every in _iter_days(started, pace, share, options):
        moment = max(begins, started + every * (1 - options.earlier * share))
        if moment < begins + _ONE_DAY:
            return moment
    raise AssertionError("days do not end")  # pragma: no cover


def _iter_days(
    started: datetime, pace: Pace, share: float, options: ScheduleOptions
) -> Iterator[tuple[datetime, timedelta]]:
    day = _site_day(started, share, options)
    while True:
        begins = datetime.combine(day, time(), CHINA) + options.spread * share
        yield begins.astimezone(UTC), _find_interval(day, pace, options)
        day += _ONE_DAY


def _site_day(moment: datetime, share: float, options: ScheduleOptions) -> date:
    """Return the day of the calendar that a moment falls on for a site whose days begin a little later."""
    return (moment - options.spread * share).astimezone(CHINA).date()


def _find_interval(day: date, pace: Pace, options: ScheduleOptions) -> timedelta:
    if any(peak.hold(day) for peak in options.peaks):
        return options.daily
    is_season = options.season.hold(day)
    every = options.weekly if is_season else options.monthly
    if pace == "sooner":
        return max(every * options.sooner, options.daily)
    return every * options.later if pace == "later" and not is_season else every


def _find_pace(done: Sequence[PastVisit], options: ScheduleOptions) -> tuple[Pace, str]:
    """Return how a site's own past changes the interval, with words for it. On the first visit all is new."""
    last, first = done[0], done[-1]
    found = sum((visit.new or 0) + (visit.changed or 0) for visit in done[:-1][: options.stirring_visits])
    if found:
        return "sooner", f", sooner since {found} new or changed reports were seen lately"
    news = next((visit for visit in done if visit.new or visit.changed), first)
    if last.started_at - news.started_at >= options.quiet_after:
        return "later", f", later outside the season since nothing new was seen from {_say_day(news.started_at)} on"
    return "usual", ""


def _find_retry(last: PastVisit, failures: int, options: ScheduleOptions) -> timedelta:
    was_blocked = any(reason.startswith(BLOCKED) for _, reason in last.failed or ())
    first = options.blocked_first if was_blocked else options.retry_first
    return min(first * (1 << min(failures - 1, _MOST_DOUBLINGS)), options.retry_last)


def _brought_nothing(visit: PastVisit) -> bool:
    """Whether a visit had no page at all, or was turned away on its way."""
    return not visit.captures or any(_TURNED_AWAY.match(reason) for _, reason in visit.failed or ())


def _may_pass(visit: PastVisit) -> bool:
    """Whether something that a visit missed may be there when it is asked for again soon; a dead link will not."""
    return any(is_passing(reason) or reason.startswith(_EXPECTED) for _, reason in visit.failed or ())


def _choose_mode(done: Sequence[PastVisit], moment: datetime, options: ScheduleOptions) -> tuple[VisitMode, str]:
    """Return the kind of the visit at a moment; `done` are the visits that ended, newest first."""
    full = [visit for visit in done if visit.mode == "full"]
    if not full:
        return "full", "full since no full visit ended yet"
    if full[0].started_at > moment + _CLOCKS_DIFFER:
        return "full", f"full since the last full visit has a moment that has not come ({_say_day(full[0].started_at)})"
    failures = count_failures(full)
    if failures and (_brought_nothing(full[0]) or failures <= options.retries):
        return "full", f"full since the full visit of {_say_day(full[0].started_at)} failed"
    share = _share_of(full[0].site)
    is_season = options.season.hold(_site_day(moment, share, options))
    every = options.full_in_season if is_season else options.full_otherwise
    since = f"the last full visit was on {_say_day(full[0].started_at)}"
    is_full = moment - full[0].started_at >= every * (1 - options.earlier * share)
    return ("full", f"full since {since}") if is_full else ("light", f"light, {since}")


def _keep_hours(plan: Forecast, hours: tuple[str, str] | None, now: datetime) -> Forecast:
    """Put a forecast off to the hours in which the site may be crawled."""
    moment = find_open_moment(max(plan.due_at, now), hours)
    if hours is None or moment <= max(plan.due_at, now):
        return plan
    return replace(plan, due_at=moment, reason=f"{plan.reason}; only from {hours[0]} to {hours[1]} China time")


def _share_of(name: str) -> float:
    """Return a number from 0 to 1 that is always the same for a name and spreads names evenly."""
    return int.from_bytes(sha256(name.encode(errors="replace")).digest()[:4]) / 2**32


def _say_cadence(moment: datetime, share: float, options: ScheduleOptions) -> str:
    """Return the calendar's reason at a moment in words."""
    day = _site_day(moment, share, options)
    peak = next((days for days in options.peaks if days.hold(day)), None)
    if peak is not None:
        return f"daily from {peak}"
    return f"weekly from {options.season}" if options.season.hold(day) else f"monthly outside {options.season}"


def _say_day(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d}"


def _say_span(span: timedelta) -> str:
    """Return a span as a person says it, rounded.

    >>> _say_span(timedelta(hours=3.6)), _say_span(timedelta(days=6.4))
    ('4 hours', '6 days')
    """
    number, unit = (span / _ONE_DAY, "day") if span >= 2 * _ONE_DAY else (span / timedelta(hours=1), "hour")
    return f"{round(number)} {unit}{'' if round(number) == 1 else 's'}"
