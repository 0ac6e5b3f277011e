from datetime import UTC, date, datetime

import pytest

from archive.pictures import ReportFacts, SiteVisits
from gongkai.calendar import State, count_days_late, find_due, state_of

STREET = "青石区白杨街道办事处"
BUREAU = "青石区教育局"
GOVERNMENT = "青石区人民政府"
TODAY = date(2026, 11, 22)
MOMENT = datetime(2026, 11, 1, tzinfo=UTC)


def make_facts(published: str | None, status: str = "current", agency: str = STREET, year: int = 2023) -> ReportFacts:
    """Make what is known of a report."""
    return ReportFacts("id", "url", None, agency, "site", year, "2021", published, status, 1, 1, 0, 0)


def make_visits(*reasons: str, failed: int = 1, complete: bool | None = False, brought: int | None = 0) -> SiteVisits:
    """Make how the visits of a site went."""
    return SiteVisits("site", None, MOMENT, None, failed, complete, brought, reasons)


@pytest.mark.parametrize(
    ("agency", "year", "day", "basis"),
    [
        (BUREAU, 2019, "2020-01-31", "article_49"),
        (BUREAU, 2018, "2019-03-31", "before_2019"),
        (GOVERNMENT, 2019, "2020-03-31", "article_49"),
        (GOVERNMENT, 2014, "2015-03-31", "before_2019"),
        (STREET, 2020, "2021-01-31", "practice"),
        ("青石区人民政府白杨街道办事处", 2020, "2021-01-31", "practice"),
        ("白杨镇人民政府", 2020, "2021-01-31", "practice"),
        ("听松乡人民政府", 2018, "2019-03-31", "before_2019"),
        ("青石市人民政府", 2020, "2021-03-31", "article_49"),
        (None, 2020, "2021-01-31", "practice"),
    ],
)
def test_a_report_is_due_by_the_rules_of_its_year(agency: str | None, year: int, day: str, basis: str) -> None:
    """Departments have until 31 January, governments until 31 March, all until 31 March for the years before 2019."""
    due = find_due(agency, year)

    assert (due.day.isoformat(), due.basis) == (day, basis)


@pytest.mark.parametrize(
    ("published", "days"), [("2024-01-31", 0), ("2024-02-01", 1), ("2024-03-01", 30), ("2023-12-30", 0), (None, None)]
)
def test_days_are_counted_from_the_last_day_in_time(published: str | None, days: int | None) -> None:
    """The last day is in time; without a date nothing is late."""
    assert count_days_late(STREET, 2023, published) == days


@pytest.mark.parametrize(
    ("report", "state"),
    [
        (make_facts("2024-01-31"), State("found", "on_time")),
        (make_facts("2024-02-10"), State("late", "late_by_practice", 10)),
        (make_facts("2024-02-10", agency=BUREAU), State("late", "late", 10)),
        (make_facts("2024-02-10", agency=GOVERNMENT), State("found", "on_time")),
        (make_facts("2026-02-10", agency=BUREAU), State("late", "late_or_posted_again", 741)),
        (make_facts(None), State("found", "date_unknown")),
        (make_facts("2024-02-10", "withdrawn"), State("withdrawn", "withdrawn")),
    ],
)
def test_a_report_that_was_seen_is_found_late_or_withdrawn(report: ReportFacts, state: State) -> None:
    """What was seen is never blocked, whatever stands before the site now."""
    assert state_of(report.agency, 2023, report, [make_visits("blocked:jsl")], TODAY) == state


@pytest.mark.parametrize(
    ("visits", "state"),
    [
        ([], State("never", "never_seen")),
        ([make_visits("blocked:jsl", brought=2)], State("blocked", "wall")),
        ([make_visits("timeout", brought=0)], State("blocked", "wall")),
        ([make_visits("timeout", brought=40)], State("never", "never_seen")),
        ([make_visits(failed=0, complete=True, brought=40)], State("never", "never_seen")),
        ([make_visits("blocked:jsl", failed=0, complete=None, brought=None)], State("never", "never_seen")),
        ([make_visits(failed=0, complete=True, brought=9), make_visits("blocked:waf")], State("blocked", "wall")),
    ],
    ids=["no visit", "wall", "nobody there", "one page failed", "all well", "under way", "one of two sites"],
)
def test_a_report_never_seen_is_blocked_only_behind_a_wall(visits: list[SiteVisits], state: State) -> None:
    """A place without a report is blocked where the last visits failed as a whole, and never seen elsewhere."""
    assert state_of(STREET, 2023, None, visits, TODAY) == state


def test_a_report_that_is_not_due_yet_is_not_missed() -> None:
    """Until the last day nobody is blamed for a report that is not there."""
    states = [state_of(STREET, 2025, None, [], day).reason for day in (date(2026, 1, 31), date(2026, 2, 1))]

    assert states == ["not_due_yet", "never_seen"]
