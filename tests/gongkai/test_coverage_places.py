"""Which districts, sites and offices the calendar means, where names are shared or short."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from archive import Archive, SiteIdentity
from gongkai.coverage import cover
from gongkai.finding import Scope
from gongkai.findings import list_findings
from gongkai.register import Register
from tests.gongkai.conftest import Outcome
from tests.gongkai.made_year import DIVISION, SITE, YEAR, write_report
from tests.gongkai.test_coverage_year import BUREAU, OTHER_SITE, stand, visit

Gongkai = Callable[..., Outcome]
LAST_DAY = date(2026, 12, 31)


def test_a_link_that_begins_with_the_district_may_be_of_any_office(tmp_path: Path) -> None:
    """A page that failed and is called by the district and a short name may be the report of any office of it."""
    office = "青石区卫生健康局"
    with Archive.create(tmp_path / "a.db", "test") as archive:
        pages = {
            "government.html": write_report("青石区人民政府", YEAR - 1, date(2025, 3, 20)),
            "office.html": write_report(office, YEAR - 1, date(2025, 1, 20)),
        }
        visit(archive, date(2026, 1, 10), pages)
        visit(archive, date(2026, 2, 10), {}, f"青石区卫健局{YEAR}年政府信息公开工作年度报告")

        one = stand(archive, Register())[office]

    assert (one.state, one.reason) == ("unknown", "no_look")


def test_two_districts_of_one_name_are_told_apart_by_code(gongkai: Gongkai, tmp_path: Path) -> None:
    """A name that two districts bear is refused with their codes."""
    path = tmp_path / "a.db"
    with Archive.create(path, "test") as archive:
        for division in (DIVISION, "990401"):
            site = SiteIdentity(f"site-{division}", "青石区人民政府", division)
            visit(archive, date(2026, 2, 10), {"a.html": write_report(BUREAU, YEAR, date(2026, 1, 20))}, site=site)

    told = gongkai("coverage", "--archive", str(path), "青石区")

    assert (told.code, told.out) == (1, "")
    assert f"{DIVISION} 青石区, 990401 青石区; give the code" in told.err


def test_a_district_of_the_list_alone_is_named_as_others_are(gongkai: Gongkai, tmp_path: Path) -> None:
    """A district that no visit has seen yet is found by its name, with all of its agencies."""
    path, sites = tmp_path / "a.db", tmp_path / "list.toml"
    with Archive.create(path, "test"):
        pass
    sites.write_text(
        '[[site]]\nname = "yunting"\ntitle = "云汀区人民政府"\ndivision = "990101"\n'
        'start_urls = ["http://127.0.0.1:9/"]\nagencies = ["教育局", "云汀区人民政府"]\n',
        encoding="utf-8",
    )

    told = gongkai("coverage", "--archive", str(path), "--sites", str(sites), "云汀区")

    assert {line.split("\t")[1] for line in told.out.splitlines()[1:]} == {"教育局", "云汀区人民政府"}


def test_a_late_report_is_told_on_the_site_where_it_stands(tmp_path: Path) -> None:
    """An agency whose newest report stands on another site is late where its older one was."""
    with Archive.create(tmp_path / "a.db", "test") as archive:
        visit(archive, date(2026, 4, 10), {"a.html": write_report(BUREAU, YEAR - 1, date(2025, 3, 20))})
        newer = write_report(BUREAU, YEAR, date(2026, 1, 20))
        visit(archive, date(2026, 4, 10), {"b.html": newer}, site=OTHER_SITE)

        found = list_findings(archive, Scope(site=SITE.name, rule="report.published_late"))
        standings = cover(archive, Register(), today=LAST_DAY, site=SITE.name)

    assert [one.year for one in found] == [YEAR - 1]
    assert [(one.year, one.state) for one in standings] == [(YEAR - 1, "late")]


@pytest.mark.parametrize("day", ["0001-01-01", "0999-12-31"])
def test_as_of_a_day_long_before_anything(gongkai: Gongkai, tmp_path: Path, day: str) -> None:
    """However early a day is, it is a day: nothing was known then."""
    path = tmp_path / "a.db"
    with Archive.create(path, "test") as archive:
        visit(archive, date(2026, 4, 10), {"a.html": write_report(BUREAU, YEAR - 1, date(2025, 3, 20))})

    told = [gongkai(name, "--archive", str(path), "--as-of", day) for name in ("coverage", "check", "reports")]

    assert [(one.code, one.out) for one in told] == [(0, "")] * 3
