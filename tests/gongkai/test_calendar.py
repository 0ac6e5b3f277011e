from datetime import UTC, date, datetime

import pytest

from archive.questions.pictures import SiteVisits
from gongkai.calendar import Looks, MonthDay, Seen, State, count_days_late, find_due, is_walled, state_of_absence
from gongkai.calendar import state_of_report as tell

STREET = "青石区白杨街道办事处"
BUREAU = "青石区教育局"
GOVERNMENT = "青石区人民政府"
TODAY = date(2026, 11, 22)
MOMENT = datetime(2026, 11, 1, tzinfo=UTC)
LONG_AFTER = "2025-06-01T02:00:00Z"
"""When a report of 2023 is first seen by somebody who came late."""


def make_looks(*days: str) -> Looks:
    """Make looks at these days, each five minutes long."""
    return Looks([f"{day}T02:00:00Z" for day in days], [f"{day}T02:05:00Z" for day in days])


def make_visits(*reasons: str, complete: bool | None = False, brought: int | None = 0) -> SiteVisits:
    """Make how the visits of a site went."""
    return SiteVisits("site", None, MOMENT, None, 1, complete, brought, reasons)


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
    ("names", "day", "basis"),
    [
        ("桐岭县 青石区 石桥市", "2021-03-31", "article_49"),
        ("棠景街 白杨办事处 青石区管委会", "2021-01-31", "practice"),
        ("青石经济开发区", "2021-01-31", "article_49"),
    ],
    ids=["governments", "by practice", "departments"],
)
def test_an_agency_that_is_called_by_its_place_is_what_the_place_is(names: str, day: str, basis: str) -> None:
    """A county, district or city alone is its government; streets and committees are by practice, zones departments."""
    dues = {name: find_due(name, 2020) for name in names.split()}

    assert {name: (due.day.isoformat(), due.basis) for name, due in dues.items()} == dict.fromkeys(dues, (day, basis))


@pytest.mark.parametrize(
    ("agency", "year", "own", "day", "basis"),
    [
        (STREET, 2023, None, "2024-02-15", "local"),
        (BUREAU, 2023, None, "2024-01-31", "article_49"),
        (GOVERNMENT, 2023, None, "2024-03-31", "article_49"),
        (BUREAU, 2023, (3, 10), "2024-03-10", "local"),
        (STREET, 2023, (3, 10), "2024-03-10", "local"),
        (STREET, 2018, (3, 10), "2019-03-31", "before_2019"),
    ],
)
def test_a_district_may_set_dates_of_its_own(
    agency: str, year: int, own: MonthDay | None, day: str, basis: str
) -> None:
    """A date for streets and towns binds these alone, one of an agency that agency, neither the years before 2019."""
    due = find_due(agency, year, own, (2, 15))

    assert (due.day.isoformat(), due.basis) == (day, basis)


@pytest.mark.parametrize(
    ("published", "days"), [("2024-01-31", 0), ("2024-02-01", 1), ("2024-03-01", 30), ("2023-12-30", 0), (None, None)]
)
def test_days_are_counted_from_the_last_day_in_time(published: str | None, days: int | None) -> None:
    """The last day is in time; without a date nothing is late."""
    assert count_days_late(STREET, 2023, published) == days


@pytest.mark.parametrize(
    ("agency", "published", "state"),
    [
        (BUREAU, "2024-01-31", State("in_time", "on_time")),
        (BUREAU, "2024-02-10", State("late", "late", 10)),
        (STREET, "2024-02-10", State("late", "late_by_practice", 10)),
        (GOVERNMENT, "2024-02-10", State("in_time", "on_time")),
        (BUREAU, "2025-02-10", State("late", "late_or_posted_again", 376)),
        (BUREAU, "2026-02-10", State("late", "late_or_posted_again", 487)),
        (BUREAU, "2023-03-01", State("unknown", "date_unknown")),
        (BUREAU, None, State("unknown", "date_unknown")),
    ],
    ids=["on the day", "ten days", "street", "government", "moved", "dated after it was seen", "unsound", "undated"],
)
def test_who_comes_late_tells_from_the_date_that_is_printed(agency: str, published: str | None, state: State) -> None:
    """Where nobody looked before, the printed date decides, bounded by the first sight; no date is no proof."""
    printed = date.fromisoformat(published) if published else None

    assert tell(2023, find_due(agency, 2023), Seen(printed, LONG_AFTER), make_looks("2025-06-01")) == state


@pytest.mark.parametrize("published", [None, date(2024, 2, 10), date(2024, 1, 20), date(2022, 1, 1)])
@pytest.mark.parametrize("seen", ["2024-01-05T02:00:00Z", "2024-01-31T15:59:59Z"])
def test_what_was_seen_by_the_due_day_is_in_time_whatever_it_says(published: date | None, seen: str) -> None:
    """A report seen before the due day is over in China is in time, with any date or none."""
    assert tell(2023, find_due(BUREAU, 2023), Seen(published, seen), Looks()).name == "in_time"


def test_a_day_is_over_at_its_very_last_second() -> None:
    """What was first seen as the next day began in China was not seen in time, and without a date nothing is known."""
    seen = Seen(None, "2024-01-31T16:00:00Z")

    assert tell(2023, find_due(BUREAU, 2023), seen, Looks()) == State("unknown", "date_unknown")


@pytest.mark.parametrize(
    ("looks", "state"),
    [
        ((), State("unknown", "date_unknown")),
        (("2024-01-30",), State("unknown", "date_unknown")),
        (("2024-01-30", "2024-02-20"), State("unknown", "date_unknown")),
        (("2024-01-30", "2024-02-03", "2024-02-20"), State("late", "late_undated", 3)),
        (("2024-02-03", "2024-02-12", "2024-02-20"), State("late", "late_undated", 12)),
    ],
    ids=["no look", "before the day", "the look that found it", "one after", "two after"],
)
def test_an_undated_report_is_late_only_where_a_look_did_not_find_it(looks: tuple[str, ...], state: State) -> None:
    """It is late by as many days as are sure; the visit that found it read the list a little before."""
    seen = Seen(None, "2024-02-20T02:03:00Z")

    assert tell(2023, find_due(BUREAU, 2023), seen, make_looks(*looks)) == state


def test_a_date_that_looks_contradict_stands_and_is_told() -> None:
    """Nobody is called late against the date printed, but that a look did not find it is said."""
    due, seen = find_due(BUREAU, 2023), Seen(date(2024, 1, 30), "2024-02-20T02:03:00Z")

    assert tell(2023, due, seen, make_looks("2024-02-20")) == State("in_time", "on_time")
    assert tell(2023, due, seen, make_looks("2024-02-10", "2024-02-20")) == State("in_time", "date_contradicted")


def test_a_report_withdrawn_or_put_back_keeps_its_days() -> None:
    """What became of a report stands first; that it was late is still told."""
    due, day = find_due(BUREAU, 2023), date(2024, 2, 10)
    seen = "2024-02-11T02:00:00Z"

    assert tell(2023, due, Seen(day, seen, is_withdrawn=True), Looks()) == State("withdrawn", "withdrawn", 10)
    assert tell(2023, due, Seen(day, seen, is_restored=True), Looks()) == State("republished", "republished", 10)


@pytest.mark.parametrize(
    ("looks", "walled", "state"),
    [
        ((), False, State("unknown", "no_look")),
        ((), True, State("unknown", "wall")),
        (("2024-01-31",), False, State("unknown", "no_look")),
        (("2024-01-31",), True, State("unknown", "wall")),
        (("2024-02-01",), True, State("missing", "never_seen")),
        (("2024-01-31", "2024-09-01"), False, State("missing", "never_seen")),
        (("2026-01-31",), False, State("missing", "not_there_now")),
    ],
    ids=["no look", "wall", "before the day", "then a wall", "the day after", "in the year", "two years later"],
)
def test_absence_is_proved_by_a_look_after_the_due_day(looks: tuple[str, ...], walled: bool, state: State) -> None:  # noqa: FBT001 - a case
    """Without such a look nothing is known; one that came late cannot say that it never was there."""
    assert state_of_absence(find_due(BUREAU, 2023), make_looks(*looks), TODAY, is_walled=walled) == state


def test_a_report_that_is_not_due_yet_is_not_missed() -> None:
    """Until the last day is over nobody is blamed, whatever looks did not find."""
    due, looks = find_due(STREET, 2025), make_looks("2026-01-20", "2026-02-01")
    days = (date(2026, 1, 31), date(2026, 2, 1))

    states = [state_of_absence(due, looks, day, is_walled=False).name for day in days]

    assert states == ["not_due", "missing"]


@pytest.mark.parametrize(
    ("visits", "walled"),
    [
        (make_visits("blocked:jsl", brought=2), True),
        (make_visits("timeout", brought=0), True),
        (make_visits("timeout", brought=40), False),
        (make_visits(complete=True, brought=40), False),
        (make_visits("blocked:jsl", complete=None, brought=None), False),
    ],
    ids=["wall", "nobody there", "one page failed", "all well", "under way"],
)
def test_a_site_is_walled_where_its_last_visit_failed_as_a_whole(visits: SiteVisits, *, walled: bool) -> None:
    """A wall, or nothing at all: not a page that failed, nor a visit that goes on."""
    assert is_walled(visits) == walled
