"""A district of 40 agencies through a year of visits: how the calendar has each of them, in the end and in between."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from archive import Archive, Capture, SiteIdentity, VisitOutcome
from gongkai.coverage import cover
from gongkai.register import Register, load_register
from gongkai.standing import Standing
from parsers import Report
from tests.gongkai.made_year import (
    CASES,
    DIVISION,
    ENDED,
    HOST,
    HOUR,
    SITE,
    SITES_TOML,
    STORY,
    TRUTH,
    VISITS,
    YEAR,
    Truth,
    at_moment,
    iter_steps,
    to_reading,
    write_report,
)

LAST_DAY = date(2026, 12, 31)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Register:
    """Return the register of the district."""
    path = tmp_path_factory.mktemp("register") / "sites.toml"
    path.write_text(SITES_TOML)
    return load_register(path)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Return the archive after the last visit."""
    path = tmp_path_factory.mktemp("year") / "gongkai.db"
    with Archive.create(path) as archive:
        for step in iter_steps():
            step.save(archive)
    with Archive.open(path) as archive:
        yield archive


def stand(archive: Archive, register: Register, as_of: str | None = None) -> dict[str, Standing]:
    """Return by agency how it stands in the year."""
    return {one.agency: one for one in cover(archive, register, today=LAST_DAY, as_of=as_of, year=YEAR)}


def to_truth(one: Standing) -> Truth:
    """Return what the story says of a standing."""
    return Truth(one.state, one.reason, one.days_late, one.due)


def find_state(archive: Archive, register: Register, agency: str, day: str) -> tuple[str, str]:
    """Return state and reason of an agency as of a day."""
    one = stand(archive, register, f"{day}T23:59:59Z")[f"青石区{agency}"]
    return one.state, one.reason


def test_the_year_ends_with_the_right_state_and_dates_for_each(year: Archive, register: Register) -> None:
    """Early, in time, late, never, withdrawn, put back, walled, by a date of its own: each of 40 agencies as it was."""
    standings = stand(year, register)

    assert len(CASES) == 40
    assert {agency: to_truth(one) for agency, one in standings.items()} == TRUTH
    for case in STORY:
        one = standings[case.agency]
        assert one.published == (case.printed.isoformat() if case.printed else None)
        seen = next((day for day in VISITS if case.is_shown(day) and not is_walled_day(day)), None)
        assert (one.first_seen or "")[:10] == (seen.isoformat() if seen else "")


def is_walled_day(day: date) -> bool:
    """Whether a wall stood before the site on a day of a visit."""
    return date(2026, 1, 20) <= day <= date(2026, 2, 2)


def test_an_agency_that_is_no_more_is_expected_no_more(year: Archive, register: Register) -> None:
    """After the year named as its last an agency has no place; what it published before keeps its own."""
    standings = cover(year, register, today=LAST_DAY, agency=ENDED.agency)

    assert [(one.year, one.state) for one in standings] == [(YEAR - 1, "in_time")]


def test_an_agency_is_expected_since_the_year_that_is_named(year: Archive, register: Register) -> None:
    """One that was never found is missing each year, but for those before the one it is expected from."""
    found = {
        name: [one.year for one in cover(year, register, today=LAST_DAY, agency=name)]
        for name in ("青石区档案局", "青石区气象局")
    }

    assert found == {"青石区档案局": [YEAR - 1, YEAR], "青石区气象局": [YEAR]}


@pytest.mark.parametrize(
    ("agency", "day", "state"),
    [
        ("教育局", "2026-01-10", ("not_due", "not_due_yet")),
        ("教育局", "2026-01-12", ("in_time", "on_time")),
        ("教育局", "2026-02-01", ("in_time", "on_time")),
        ("文旅局", "2026-01-31", ("not_due", "not_due_yet")),
        ("文旅局", "2026-02-01", ("unknown", "wall")),
        ("文旅局", "2026-02-03", ("in_time", "on_time")),
        ("税务局", "2026-02-01", ("unknown", "wall")),
        ("税务局", "2026-02-03", ("unknown", "date_unknown")),
        ("人社局", "2026-02-01", ("unknown", "wall")),
        ("人社局", "2026-02-03", ("missing", "never_seen")),
        ("人社局", "2026-02-10", ("late", "late")),
        ("金融局", "2026-02-02", ("unknown", "wall")),
        ("档案局", "2026-02-03", ("missing", "never_seen")),
        ("统计局", "2026-03-10", ("not_due", "not_due_yet")),
        ("听松街道办事处", "2026-02-15", ("not_due", "not_due_yet")),
        ("听松街道办事处", "2026-02-17", ("missing", "never_seen")),
        ("人民政府", "2026-03-31", ("not_due", "not_due_yet")),
        ("科技局", "2026-04-20", ("in_time", "on_time")),
        ("科技局", "2026-05-10", ("withdrawn", "withdrawn")),
        ("机关事务局", "2026-05-10", ("withdrawn", "withdrawn")),
        ("机关事务局", "2026-07-10", ("republished", "republished")),
    ],
)
def test_the_calendar_is_told_as_it_was_known_on_a_day(
    year: Archive, register: Register, agency: str, day: str, state: tuple[str, str]
) -> None:
    """As of a day only what was seen by then counts; behind the wall nobody is called missing."""
    assert find_state(year, register, agency, day) == state


def test_a_wall_makes_doubtful_what_it_hides_and_nothing_else(year: Archive, register: Register) -> None:
    """During the wall those seen before it stand, those with later dates are not due, the rest are doubtful."""
    standings = stand(year, register, "2026-02-01T23:59:59Z").values()

    assert {one.agency for one in standings if one.state == "in_time"} == {
        case.agency for case in STORY if case.appears and case.appears < date(2026, 1, 19)
    }
    assert {one.reason for one in standings if one.state == "unknown"} == {"wall"}
    assert {one.state for one in standings} == {"in_time", "unknown", "not_due"}


def test_absence_is_proved_by_the_lists_that_did_not_have_it(year: Archive, register: Register) -> None:
    """A missing report names the good looks after its due day, none from behind the wall, and a capture that stands."""
    one = stand(year, register)["青石区金融局"]
    good = [day for day in VISITS if day > date(2026, 1, 31) and not is_walled_day(day)]

    assert one.evidence is not None
    assert (one.evidence.looks, one.evidence.first[:10], one.evidence.last[:10]) == (
        len(good),
        good[0].isoformat(),
        good[-1].isoformat(),
    )
    (page,) = one.evidence.pages
    assert "金融" not in year.load_capture_body(page.capture_id).decode()
    assert one.noticed_at == "2026-02-03T02:05:00Z"


def test_a_date_that_the_visits_contradict_is_told_with_them(year: Archive, register: Register) -> None:
    """In time by its own date, though two looks after the due day did not find it: both are named."""
    one = stand(year, register)["青石区地震局"]

    assert one.evidence is not None
    assert (one.published, one.evidence.looks, one.absent_at) == ("2026-01-29", 2, "2026-02-10T02:00:00Z")


def test_what_is_gone_is_proved_from_the_visit_on_that_found_it_gone(year: Archive, register: Register) -> None:
    """The looks without a report begin with that of the visit that told it withdrawn, and end before it came back."""
    stood = stand(year, register)
    gone, back = (stood[name].evidence for name in ("青石区科技局", "青石区机关事务局"))

    assert gone is not None
    assert back is not None
    assert (gone.first, back.first, back.last) == (
        "2026-05-10T02:00:00Z",
        "2026-05-10T02:00:00Z",
        "2026-06-20T02:00:00Z",
    )


# Visits of their own

BUREAU = "青石区教育局"
OTHER_SITE = SiteIdentity("qingshi-xxgk", "青石区信息公开", DIVISION)


def visit(
    archive: Archive, day: date, reports: Mapping[str, Report], failed: str | None = None, *, site: SiteIdentity = SITE
) -> None:
    """Look at the list of a site on a day, at reports by page, and at a page that fails, by what it is called."""
    start, home = datetime.combine(day, HOUR), f"{HOST}/{site.name}/"
    broken = f"{home}broken.html"
    with at_moment(start):
        archive.save_site(site)
        archive.begin_run()
        archive.begin_visit(site.name, "full")
        archive.save_capture(Capture(site.name, f"{home}nb/", "list", start, status=200, body=b"list"))
        if failed is not None:
            archive.save_capture(Capture(site.name, broken, "report", start, failure="timeout", link_text=failed))
        for page, report in reports.items():
            capture = Capture(site.name, f"{home}{page}", "report", start, status=200, body=repr(report).encode())
            archive.file_readings([to_reading(archive.save_capture(capture), report)])
    failures = () if failed is None else ((broken, "timeout"),)
    with at_moment(start + timedelta(minutes=5)):
        archive.end_visit(site.name, VisitOutcome(1, 1, len(reports), 0, 0, failures, complete=not failures))


@pytest.mark.parametrize(
    ("called", "state"),
    [(f"{BUREAU}2018年年报", ("missing", "never_seen")), (f"{BUREAU}{YEAR}年年报", ("unknown", "no_look"))],
    ids=["another year", "this year"],
)
def test_a_page_that_is_called_by_another_year_leaves_no_doubt(
    tmp_path: Path, called: str, state: tuple[str, str]
) -> None:
    """A page that failed hides the report of the year that it is called by, and of no other."""
    with Archive.create(tmp_path / "a.db", "test") as archive:
        visit(archive, date(2026, 1, 10), {"old.html": write_report(BUREAU, YEAR - 1, date(2025, 1, 20))})
        visit(archive, date(2026, 2, 10), {}, called)

        one = stand(archive, Register())[BUREAU]

    assert (one.state, one.reason) == state


def test_a_report_is_judged_by_the_looks_at_the_site_where_it_stands(tmp_path: Path) -> None:
    """Where an agency's newer reports stand on another site, the looks at that one say nothing of the older."""
    other = write_report("青石区民政局", YEAR, date(2026, 1, 20))
    newer = write_report(BUREAU, YEAR + 1, date(2027, 1, 15))
    with Archive.create(tmp_path / "a.db", "test") as archive:
        for day in (date(2026, 2, 5), date(2026, 2, 10)):
            visit(archive, day, {"other.html": other}, site=OTHER_SITE)
        visit(archive, date(2026, 2, 20), {"own.html": write_report(BUREAU, YEAR, None)})
        visit(archive, date(2027, 1, 20), {"other.html": other, "newer.html": newer}, site=OTHER_SITE)

        one = stand(archive, Register())[BUREAU]

    assert (one.site, one.state, one.reason) == (SITE.name, "unknown", "date_unknown")


def test_a_date_of_one_district_is_not_that_of_another_in_the_same_city(tmp_path: Path) -> None:
    """Where a site holds several districts, the register means the agency of the district that it names."""
    city = SiteIdentity("shiqiao", "石桥市人民政府", "990300")
    path = tmp_path / "sites.toml"
    path.write_text(
        f'[[site]]\nname = "{city.name}"\ntitle = "{city.title}"\ndivision = "{city.division}"\n'
        f'start_urls = ["{HOST}/"]\n[[site.agency]]\nname = "云汀区教育局"\ndue = "03-10"\n'
    )
    treasury = replace(write_report("云汀区财政局", YEAR, date(2026, 1, 5)), district="云汀区")
    bureau = write_report(BUREAU, YEAR, date(2026, 2, 3))
    with Archive.create(tmp_path / "a.db", "test") as archive:
        for day in (date(2026, 2, 5), date(2026, 4, 5)):
            visit(archive, day, {"bureau.html": bureau, "treasury.html": treasury}, site=city)

        standings = stand(archive, load_register(path))

    assert {agency: to_truth(standings[agency]) for agency in (BUREAU, "云汀区教育局")} == {
        BUREAU: Truth("late", "late", 3),
        "云汀区教育局": Truth("missing", "never_seen", due=date(2026, 3, 10)),
    }


def test_a_report_read_later_does_not_undo_the_doubt_before_it(tmp_path: Path) -> None:
    """A visit in which the page failed proves nothing, also once a report was read there, and also as of its day."""
    with Archive.create(tmp_path / "a.db", "test") as archive:
        visit(archive, date(2026, 1, 10), {"old.html": write_report(BUREAU, YEAR - 1, date(2025, 1, 20))})
        visit(archive, date(2026, 2, 10), {}, f"{BUREAU}{YEAR}年年报")
        visit(archive, date(2026, 2, 20), {"broken.html": write_report(BUREAU, YEAR, None)})

        now, before = (stand(archive, Register(), as_of)[BUREAU] for as_of in (None, "2026-02-11T00:00:00Z"))

    assert (now.state, now.reason) == ("unknown", "date_unknown")
    assert (before.state, before.reason) == ("unknown", "no_look")
