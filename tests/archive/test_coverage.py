from dataclasses import replace

import pytest

from archive import AmbiguousReportError, Archive, SiteIdentity, UnknownReportError, VisitOutcome
from archive.questions.pictures import Figure, Measure
from parsers.report import CellKey
from tests.archive.made_reports import (
    HOST,
    MIRROR,
    PAGE,
    SITE,
    THIRD,
    at_day,
    crawl,
    file_report,
    make_capture,
    make_cell,
    make_report,
)

NEW = Measure("requests.new_requests.total", ((CellKey("requests", "new_requests", "total"),),))
OTHER_SITE = SiteIdentity("guanlan", "观澜县人民政府")


def end_visit(archive: Archive, *, captures: int = 3, complete: bool = True, reasons: tuple[str, ...] = ()) -> None:
    """Put a visit of the site on record."""
    archive.begin_visit(SITE.name, "full")
    failed = tuple((f"{HOST}/{number}", reason) for number, reason in enumerate(reasons))
    archive.end_visit(SITE.name, VisitOutcome(5, captures, 1, 0, 0, failed, complete=complete))


def add_other_site(archive: Archive) -> None:
    """Add a site without a code, and a report of it."""
    archive.save_site(OTHER_SITE)
    number = archive.save_capture(replace(make_capture(f"{HOST}/gl", b"gl", day=3), site="guanlan"))
    file_report(archive, number, make_report(agency="观澜县人民政府", district="观澜县"))


def test_a_district_is_a_matrix_without_a_gap(archive: Archive) -> None:
    """Years run from the first to the last known, the ones without any report among them; each place has its report."""
    town = make_report(agency="云汀区望舒镇人民政府", year=2019)
    crawl(archive, 1, {PAGE: make_report(make_cell(value=4), year=2022), MIRROR: make_report(year=2019), THIRD: town})

    coverage = archive.tell_district("990101", [NEW])

    assert (coverage.name, coverage.years) == ("云汀区", (2019, 2020, 2021, 2022))
    assert {agency.key: sorted(agency.reports) for agency in coverage.agencies} == {
        "990101-听松街道办事处": [2019, 2022],
        "990101-望舒镇人民政府": [2019],
    }
    (street,) = [agency for agency in coverage.agencies if "听松" in agency.name]
    assert street.reports[2022].figures == {"requests.new_requests.total": Figure(4, "reported")}


@pytest.mark.parametrize("name", ["990101", "云汀区", "yunting"])
def test_a_district_answers_to_code_name_and_site(archive: Archive, name: str) -> None:
    """A district is found by its code, by the name that its reports give it, by the name of its site."""
    crawl(archive, 1, {PAGE: make_report()})
    add_other_site(archive)

    assert archive.tell_district(name).division == "990101"


def test_a_district_that_is_not_known_is_an_error(archive: Archive) -> None:
    """The error names the districts that are known."""
    crawl(archive, 1, {PAGE: make_report()})

    with pytest.raises(UnknownReportError, match="known are 990101 云汀区"):
        archive.tell_district("青石区")


def test_a_name_of_two_districts_is_refused(archive: Archive) -> None:
    """Where two divisions have districts of one name, the code is asked for."""
    crawl(archive, 1, {PAGE: make_report()})
    archive.save_site(SiteIdentity("twin", "云汀区", "990202"))

    with pytest.raises(AmbiguousReportError, match="990202"):
        archive.tell_district("云汀区")


def test_a_report_withdrawn_stays_in_the_matrix(archive: Archive) -> None:
    """A report that is gone stands at its place, as withdrawn."""
    stays = make_report(year=2021)
    crawl(archive, 1, {PAGE: make_report(), MIRROR: stays})
    for day in (10, 20, 30):
        crawl(archive, day, {MIRROR: stays})
        archive.save_capture(make_capture(PAGE, None, day=day, status=404, failure="http 404"))
    archive.work_out()

    (agency,) = archive.tell_district("990101").agencies

    assert {year: one.status for year, one in agency.reports.items()} == {2020: "withdrawn", 2021: "current"}
    assert [(one.current, one.withdrawn) for one in archive.list_districts()] == [(1, 1)]


def test_visits_say_since_when_a_site_fails(archive: Archive) -> None:
    """What came of the last visit, the last complete one, how many failed since, and why the last did."""
    crawl(archive, 1, {PAGE: make_report()})
    end_visit(archive)
    end_visit(archive, captures=0, complete=False, reasons=("timeout",))
    end_visit(archive, captures=0, complete=False, reasons=("blocked:jsl", "blocked:jsl", "timeout"))

    (site,) = archive.tell_district("990101").sites

    assert (site.failed_since, site.is_complete, site.brought) == (2, False, 0)
    assert site.reasons == ("blocked:jsl", "timeout")
    assert site.last_good is not None
    assert site.last_visit is not None
    assert site.last_good <= site.last_visit


def test_a_visit_under_way_says_nothing_of_the_last_that_ended(archive: Archive) -> None:
    """While a visit goes on, what came of the one before it is still what is told."""
    crawl(archive, 1, {PAGE: make_report()})
    end_visit(archive)
    archive.begin_visit(SITE.name, "full")

    (site,) = archive.tell_district("990101").sites

    assert (site.is_complete, site.brought, site.failed_since) == (True, 3, 0)


def test_a_site_never_visited_has_no_visits(archive: Archive) -> None:
    """A site that was only written down is a district without agencies, years or visits."""
    coverage = archive.tell_district("990101")

    assert (coverage.agencies, coverage.years) == ((), ())
    assert [(site.site, site.last_visit, site.is_complete) for site in coverage.sites] == [("yunting", None, None)]


def test_districts_are_listed_with_what_is_known_of_each(archive: Archive) -> None:
    """A district's agencies, reports and years are its own; a site without a code stands under its name."""
    crawl(archive, 1, {PAGE: make_report(), MIRROR: make_report(year=2021)})
    add_other_site(archive)

    first, second = archive.list_districts()

    assert (first.division, first.name, first.agencies, first.current) == ("990101", "云汀区", 1, 2)
    assert (first.first_year, first.last_year, first.sites) == (2020, 2021, ("yunting",))
    assert (second.division, second.name, second.current) == ("guanlan", "观澜县", 1)
    assert second.last_visit == at_day(3).strftime("%Y-%m-%dT%H:%M:%SZ")
