"""When a report was due, and how it stands with that: Article 49 of the regulation of 2019, and what came before.

Departments publish by 31 January of the next year, governments by 31 March; for the years before 2019 all had until
31 March. The article names neither streets nor towns: they are held to 31 January by practice, or to the date that
their district has set, which is said. Everything here is pure: moments are UTC text as the archive writes it
(`2026-01-31T08:00:00Z`), days are China's.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal, NamedTuple

from archive.questions.pictures import SiteVisits

CHINA = timezone(timedelta(hours=8))
FIRST_OF_ARTICLE_49 = 2019
"""The first year whose report was due by the new dates."""
WALL = "blocked:"
"""How the reason of a failed request begins where a wall answered instead of the site."""

_BELOW_COUNTY = re.compile(
    r"(?:街道?(?:办事处|办)?|[乡镇](?:人民)?政府|镇|乡|苏木(?:人民政府)?|(?<!驻.)办事处|管委会|管理委员会)$"
)
_GOVERNMENT = re.compile(
    r"(?:人民政府|[省市区县旗州盟]政府)$|^[一-鿿]{1,10}(?:[省市县旗州盟]|(?<!开发|高新|示范|试验|保护|合作|保税|管理|工业|度假|集聚|功能|投资|自贸|机场)"
    r"(?<![社园景库林矿牧港])区)$"
)
"""A report is often called by the place alone, 淮安市2024年…, which is its government's."""

_NAMES_KEPT = 50_000
"""Names whose kind is remembered: a district asks for the same hundred again and again."""
_FIRST_SOUND_MONTH = 12
"""No report is published before December of its own year: an earlier date is that of something else."""
_SEASON = timedelta(days=366)
"""A site first looked at so long after the due day may have shown a report before, and taken it down."""
_END_OF_DAY = "T16:00:00Z"
"""When a day ends in China, on the same day of UTC."""

StateName = Literal["in_time", "late", "missing", "withdrawn", "republished", "unknown", "not_due"]
STATES: tuple[StateName, ...] = ("in_time", "late", "missing", "withdrawn", "republished", "unknown", "not_due")
"""All states, in the order in which they are listed."""
Basis = Literal["article_49", "practice", "local", "before_2019"]
Reason = Literal[
    "on_time",
    "seen_in_time",
    "date_contradicted",
    "late",
    "late_by_practice",
    "late_by_local_date",
    "late_or_posted_again",
    "late_undated",
    "date_unknown",
    "withdrawn",
    "republished",
    "wall",
    "no_look",
    "not_due_yet",
    "never_seen",
    "not_there_now",
]
"""Why a state is what it is: keys of sentences (`reason_on_time` … of the web's words)."""
MonthDay = tuple[int, int]


class Due(NamedTuple):
    """The last day on which a report is in time, and what says so."""

    day: date
    basis: Basis


class State(NamedTuple):
    """How a place in the calendar stands; `reason` is the key of a sentence.

    `days_late` is None where it was in time or nobody can know; it stays with a report that was withdrawn since.
    """

    name: StateName
    reason: Reason
    days_late: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """When a report was there: the day printed on it, the moment at which it was first seen, and what became of it."""

    published: date | None
    first_seen: str
    is_withdrawn: bool = False
    is_restored: bool = False


@dataclass(frozen=True, slots=True)
class Looks:
    """The good looks at the lists of a site, in order: the moments at which each began and was over."""

    begun: Sequence[str] = ()
    over: Sequence[str] = ()

    def begin_of(self, moment: str) -> str:
        """Return when the visit began in which a moment falls, the moment itself where it falls in none."""
        number = bisect_left(self.begun, moment)
        return self.begun[number - 1] if number and self.over[number - 1] >= moment else moment

    def between(self, since: str, before: str | None = None) -> range:
        """Return the numbers of the looks that began at a moment or later and were over before another.

        A visit reads a list before it reads the report that it found there: that look is not one without it.
        """
        start = bisect_left(self.begun, since)
        stop = len(self.begun) if before is None else bisect_left(self.begun, before)
        while before is not None and stop > start and self.over[stop - 1] >= before:
            stop -= 1
        return range(start, max(start, stop))


@lru_cache(maxsize=_NAMES_KEPT)
def is_government(agency: str | None) -> bool:
    """Whether a name is that of a government of a county or above: its own report is the sum of many.

    >>> [is_government(name) for name in ("青石区人民政府", "白杨镇人民政府", "青石区教育局")]
    [True, False, False]
    """
    return bool(agency and _GOVERNMENT.search(agency) and not _BELOW_COUNTY.search(agency))


@lru_cache(maxsize=_NAMES_KEPT)
def find_due(agency: str | None, year: int, own: MonthDay | None = None, streets: MonthDay | None = None) -> Due:
    """Return when an agency's report on a year was due.

    `own` is a date set for this agency, `streets` one that its district has set for streets and towns.

    >>> find_due("青石区教育局", 2023).day.isoformat(), find_due("白杨街道办事处", 2023)
    ('2024-01-31', Due(day=datetime.date(2024, 1, 31), basis='practice'))
    """
    if year < FIRST_OF_ARTICLE_49:
        return Due(date(year + 1, 3, 31), "before_2019")
    if own is not None:
        return Due(date(year + 1, *own), "local")
    if is_government(agency):
        return Due(date(year + 1, 3, 31), "article_49")
    is_below = agency is None or _BELOW_COUNTY.search(agency)
    if is_below and streets is not None:
        return Due(date(year + 1, *streets), "local")
    return Due(date(year + 1, 1, 31), "practice" if is_below else "article_49")


def due_date(agency: str | None, year: int) -> date:
    """Return the last day on which an agency's report on a year was in time."""
    return find_due(agency, year).day


def count_days_late(agency: str | None, year: int, published: str | None) -> int | None:
    """Return by how many days a report was late by its own date, 0 where it was in time, None where it has none.

    >>> count_days_late("白杨街道办事处", 2023, "2024-02-02"), count_days_late("白杨街道办事处", 2023, None)
    (2, None)
    """
    if published is None:
        return None
    return max(0, (date.fromisoformat(published) - due_date(agency, year)).days)


def end_of(day: date) -> str:
    """Return the moment at which a day ends in China.

    >>> end_of(date(2026, 1, 31))
    '2026-01-31T16:00:00Z'
    """
    return f"{day.isoformat()}{_END_OF_DAY}"


def day_of(moment: str) -> date:
    """Return the day of a moment in China.

    >>> day_of("2026-01-31T16:00:00Z").isoformat()
    '2026-02-01'
    """
    return datetime.fromisoformat(moment).astimezone(CHINA).date()


def state_of_report(year: int, due: Due, seen: Seen, looks: Looks) -> State:
    """Return how a report that was seen stands; `looks` are those at the lists of its site."""
    timing = judge_timing(year, due, seen, looks)
    if seen.is_withdrawn:
        return State("withdrawn", "withdrawn", timing.days_late)
    if seen.is_restored:
        return State("republished", "republished", timing.days_late)
    return timing


def judge_timing(year: int, due: Due, seen: Seen, looks: Looks) -> State:
    """Say whether a report was in time, by the earliest day that is sound: the printed one, or that of the first sight.

    A date in time stands even where looks after the due day did not find the report; that it is contradicted is said.
    Without a date a report is late only where such a look was, and by so many days as are sure.
    """
    ended = end_of(due.day)
    published = seen.published if is_sound(seen.published, year) else None
    if seen.first_seen < ended:
        said = published is not None and published <= due.day
        return State("in_time", "on_time" if said else "seen_in_time")
    without = looks.between(ended, seen.first_seen)
    if published is None:
        return State("late", "late_undated", (day_of(looks.begun[without[-1]]) - due.day).days) if without else UNDATED
    if published <= due.day:
        return State("in_time", "date_contradicted" if without else "on_time")
    earliest = min(published, day_of(seen.first_seen))
    return State("late", _why_late(year, due, earliest), (earliest - due.day).days)


UNDATED = State("unknown", "date_unknown")


def is_sound(published: date | None, year: int) -> bool:
    """Whether a date can be that of a report on a year.

    >>> is_sound(date(2025, 12, 30), 2025), is_sound(date(2025, 3, 1), 2025)
    (True, False)
    """
    return published is not None and published >= date(year, _FIRST_SOUND_MONTH, 1)


def _why_late(year: int, due: Due, earliest: date) -> Reason:
    if earliest.year > year + 1:
        return "late_or_posted_again"  # sites that move give old reports the day of the move
    by: dict[Basis, Reason] = {"practice": "late_by_practice", "local": "late_by_local_date"}
    return by.get(due.basis, "late")


def state_of_absence(due: Due, looks: Looks, today: date, *, is_walled: bool) -> State:
    """Return how a place without a report stands: it is missing where a good look after the due day did not find it.

    `is_walled` says whether the last visit was turned away.
    """
    if today <= due.day:
        return State("not_due", "not_due_yet")
    after = looks.between(end_of(due.day))
    if not after:
        return State("unknown", "wall" if is_walled else "no_look")
    is_long_ago = day_of(looks.begun[after[0]]) - due.day > _SEASON
    return State("missing", "not_there_now" if is_long_ago else "never_seen")


def is_walled(visits: SiteVisits) -> bool:
    """Whether the last visits of a site failed at a wall, or brought nothing at all."""
    has_wall = any(reason.startswith(WALL) for reason in visits.reasons)
    return visits.is_complete is False and (has_wall or not visits.brought)
