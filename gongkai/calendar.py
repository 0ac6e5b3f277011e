"""When a report was due, and how it stands with that: Article 49 of the regulation of 2019, and what came before.

Departments publish by 31 January of the next year, governments by 31 March; for the years before 2019 all had until
31 March. The article names neither streets nor towns: they are held to 31 January by practice, which is said.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from archive.pictures import ReportFacts, SiteVisits

FIRST_OF_ARTICLE_49 = 2019
"""The first year whose report was due by the new dates."""
WALL = "blocked:"
"""How the reason of a failed request begins where a wall answered instead of the site."""

_BELOW_COUNTY = re.compile(r"(?:街道(?:办事处|办)?|街办|[乡镇](?:人民)?政府|镇|乡|苏木(?:人民政府)?|地区办事处)$")
_GOVERNMENT = re.compile(r"(?:人民政府|[省市区县旗州盟]政府)$")

_NAMES_KEPT = 50_000
"""Names whose kind is remembered: a district asks for the same hundred again and again."""

StateName = Literal["found", "late", "withdrawn", "blocked", "never"]
Basis = Literal["article_49", "practice", "before_2019"]
Reason = Literal[
    "on_time",
    "date_unknown",
    "late",
    "late_by_practice",
    "late_or_posted_again",
    "withdrawn",
    "wall",
    "not_due_yet",
    "never_seen",
]


class Due(NamedTuple):
    """The last day on which a report is in time, and what says so."""

    day: date
    basis: Basis


class State(NamedTuple):
    """How a place in the calendar stands; `days_late` is None unless it is late. `reason` is the key of a sentence."""

    name: StateName
    reason: Reason
    days_late: int | None = None


@lru_cache(maxsize=_NAMES_KEPT)
def is_government(agency: str | None) -> bool:
    """Whether a name is that of a government of a county or above: its own report is the sum of many.

    >>> [is_government(name) for name in ("青石区人民政府", "白杨镇人民政府", "青石区教育局")]
    [True, False, False]
    """
    return bool(agency and _GOVERNMENT.search(agency) and not _BELOW_COUNTY.search(agency))


@lru_cache(maxsize=_NAMES_KEPT)
def find_due(agency: str | None, year: int) -> Due:
    """Return when an agency's report on a year was due.

    >>> find_due("青石区教育局", 2023).day.isoformat(), find_due("白杨街道办事处", 2023)
    ('2024-01-31', Due(day=datetime.date(2024, 1, 31), basis='practice'))
    """
    if year < FIRST_OF_ARTICLE_49:
        return Due(date(year + 1, 3, 31), "before_2019")
    if is_government(agency):
        return Due(date(year + 1, 3, 31), "article_49")
    is_below = agency is None or _BELOW_COUNTY.search(agency)
    return Due(date(year + 1, 1, 31), "practice" if is_below else "article_49")


def due_date(agency: str | None, year: int) -> date:
    """Return the last day on which an agency's report on a year was in time."""
    return find_due(agency, year).day


def count_days_late(agency: str | None, year: int, published: str | None) -> int | None:
    """Return by how many days a report was late, 0 where it was in time, None where no date says.

    >>> count_days_late("白杨街道办事处", 2023, "2024-02-02"), count_days_late("白杨街道办事处", 2023, None)
    (2, None)
    """
    if published is None:
        return None
    return max(0, (date.fromisoformat(published) - due_date(agency, year)).days)


def state_of(
    agency: str | None, year: int, report: ReportFacts | None, visits: Sequence[SiteVisits], today: date
) -> State:
    """Return how a year of an agency stands; `visits` are those of the sites where its report would be.

    It is `blocked` only where no report was ever seen and a wall stands before one of the sites.
    """
    if report is not None and report.status == "withdrawn":
        return State("withdrawn", "withdrawn")
    if report is not None:
        return _state_of_found(agency, report)
    if today <= due_date(agency, year):
        return State("never", "not_due_yet")
    if any(map(is_walled, visits)):
        return State("blocked", "wall")
    return State("never", "never_seen")


def _state_of_found(agency: str | None, report: ReportFacts) -> State:
    days = count_days_late(agency, report.year, report.published)
    if days is None:
        return State("found", "date_unknown")
    if days == 0:
        return State("found", "on_time")
    if report.published is not None and date.fromisoformat(report.published).year > report.year + 1:
        # Sites that move give old reports the day of the move.
        return State("late", "late_or_posted_again", days)
    is_practice = find_due(agency, report.year).basis == "practice"
    return State("late", "late_by_practice" if is_practice else "late", days)


def is_walled(visits: SiteVisits) -> bool:
    """Whether the last visits of a site failed at a wall, or brought nothing at all."""
    has_wall = any(reason.startswith(WALL) for reason in visits.reasons)
    return visits.is_complete is False and (has_wall or not visits.brought)
