"""What must hold whatever happens in what order: better parsers, cut visits, renamed sites, clocks set back."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from archive import Archive, Capture, Reading, SiteIdentity
from archive.proof.verifying import verify_archive
from parsers import Report
from tests.archive.contents import tell_contents
from tests.archive.made_reports import (
    HOST,
    MIRROR,
    PAGE,
    SITE,
    at_day,
    crawl,
    list_kinds,
    make_capture,
    make_cell,
    make_reading,
    make_report,
)

REPORT = make_report(make_cell("new_requests", 5), make_cell("granted", 0))
EDITED = make_report(make_cell("new_requests", 6), make_cell("granted", 0))
OTHER = make_report(kind="other", words="系统维护中", agency=None, year=None)
LIST = f"{HOST}/nb/"


def visit(archive: Archive, day: int, body: bytes, report: Report, parser: str = "1") -> None:
    """Visit the page and file what a parser makes of its bytes."""
    archive.begin_run()
    number = archive.save_capture(make_capture(PAGE, body, day=day))
    archive.file_readings([make_reading(number, report, parser)])


def reread(archive: Archive, parser: str, report: Report) -> None:
    """Let a newer parser read all that the next visit is compared with, as a crawl does first."""
    for outdated in list(archive.iter_outdated(parser)):
        archive.file_rereading(Reading(outdated.capture_id, parser, report))


def require_lasting(path: Path) -> None:
    """See that the archive is whole, and that working it out anew changes nothing."""
    assert verify_archive(path).problems == ()
    before = tell_contents(path)
    with Archive.create(path) as archive:
        archive.work_out()
    assert tell_contents(path) == before


def test_a_newer_parser_sees_no_change_in_a_page_that_ticks(archive: Archive, path: Path) -> None:
    """A version is compared as one parser read both states, though the page's bytes changed in between."""
    visit(archive, 1, b"one", REPORT)
    visit(archive, 2, b"two", REPORT)
    clearer = replace(REPORT, preamble="读得更清楚")

    reread(archive, "2", clearer)
    visit(archive, 3, b"three", clearer, "2")

    assert list_kinds(archive) == ["new"]
    archive.close()
    require_lasting(path)


@pytest.mark.parametrize("body", [b"one", b"another counter"], ids=["the same bytes", "other bytes"])
def test_a_parser_that_finds_no_report_withdraws_none(archive: Archive, path: Path, body: bytes) -> None:
    """Where a newer parser takes what stood there for nothing, its visits say nothing of the report."""
    visit(archive, 1, b"one", REPORT)
    other = make_report(make_cell("granted", 1), agency="云汀区望舒街道办事处")

    for day in (5, 12, 20, 28):
        reread(archive, "2", OTHER)
        archive.begin_run()
        numbers = {
            archive.save_capture(make_capture(PAGE, body, day=day)): OTHER,
            archive.save_capture(make_capture(MIRROR, b"other", day=day)): other,
        }
        archive.file_readings([make_reading(number, report, "2") for number, report in numbers.items()])

    assert [(row.id, row.status) for row in archive.list_reports()] == [
        ("990101-听松街道办事处-2020", "current"),
        ("990101-望舒街道办事处-2020", "current"),
    ]
    archive.close()
    require_lasting(path)


def test_a_parser_that_names_it_otherwise_makes_no_second_report(archive: Archive, path: Path) -> None:
    """The very same content at the same page is the same report, whatever a newer parser calls its agency."""
    visit(archive, 1, b"one", REPORT)
    renamed = replace(REPORT, agency="云汀区听松事务中心")

    reread(archive, "2", renamed)
    visit(archive, 2, b"two", renamed, "2")

    assert (list_kinds(archive), len(archive.list_reports())) == (["new"], 1)
    archive.close()
    require_lasting(path)


def test_a_mirror_that_is_read_better_does_not_tell_the_past(archive: Archive) -> None:
    """Which page tells a report was settled by what was read of it then; a newer parser turns nothing round."""
    mirror = make_report(make_cell("new_requests", 9), make_cell("granted", None, status="missing"))
    crawl(archive, 1, {PAGE: REPORT, MIRROR: mirror})
    better = make_report(make_cell("new_requests", 9), make_cell("granted", 1), make_cell("total", 9))
    (one, two) = sorted(archive.iter_outdated("2"), key=lambda outdated: outdated.capture_id)

    archive.file_rereading(Reading(one.capture_id, "2", REPORT))
    archive.file_rereading(Reading(two.capture_id, "2", better))

    assert [cell.value for cell in archive.show_report("听松").report.cells] == [5, 0]


def test_a_visit_that_was_cut_short_is_weighed_whole(archive: Archive, path: Path) -> None:
    """A page that was gone before the interruption counts as gone once the rest of the visit shows the site was up."""
    crawl(archive, 1, {PAGE: REPORT})
    archive.begin_visit(SITE.name, "full")
    archive.save_capture(make_capture(PAGE, None, day=2, status=404, failure="http 404"))
    archive.close()

    with Archive.create(path) as again:
        again.begin_visit(SITE.name, "full", resume_after=at_day(1))
        again.save_capture(make_capture(LIST, b"list", "list", day=2))
        again.tell_stale()

    require_lasting(path)


def test_a_site_under_a_new_name_goes_on(archive: Archive, path: Path) -> None:
    """The same address under another short name of its site goes on telling the report, its edits and its end."""
    renamed = SiteIdentity("yunting2", SITE.title, SITE.division)
    crawl(archive, 1, {PAGE: REPORT})
    archive.save_site(renamed)

    def visit_again(day: int, report: Report | None) -> None:
        archive.begin_run()
        fields = {"status": 404, "failure": "http 404"} if report is None else {}
        body = None if report is None else repr(report).encode()
        number = archive.save_capture(replace(make_capture(PAGE, body, day=day, **fields), site=renamed.name))
        archive.save_capture(replace(make_capture(LIST, b"list", "list", day=day), site=renamed.name))
        archive.file_readings([make_reading(number, report)] if report else [])
        archive.tell_stale()

    for day, report in ((3, REPORT), (5, EDITED), (6, None), (13, None), (25, None)):
        visit_again(day, report)

    assert list_kinds(archive) == ["new", "figures", "withdrawn"]
    archive.close()
    require_lasting(path)


def test_another_rule_tells_the_past_anew(archive: Archive, path: Path) -> None:
    """Who says that a report is withdrawn after other days than before is answered for all that was seen."""
    crawl(archive, 1, {PAGE: REPORT, MIRROR: make_report(agency="云汀区望舒街道办事处")})
    for day in (2, 9, 20):
        archive.begin_run()
        archive.save_capture(make_capture(PAGE, None, day=day, status=404, failure="http 404"))
        archive.save_capture(make_capture(LIST, b"list", "list", day=day))
        archive.tell_stale()
    kinds = list_kinds(archive)

    archive.save_site(replace(SITE, withdrawn_after_days=60))
    archive.tell_stale()

    assert kinds == ["new", "new", "withdrawn"]
    assert list_kinds(archive) == ["new", "new"]
    archive.close()
    require_lasting(path)


def learn_a_division(archive: Archive) -> None:
    """Name another division of the site."""
    archive.save_site(replace(SITE, division="990109"))
    crawl(archive, 3, {PAGE: REPORT})


def import_an_older_name(archive: Archive) -> None:
    """Take in an older capture in which the agency is named shorter."""
    archive.begin_run()
    number = archive.save_capture(replace(make_capture(PAGE, b"older"), fetched_at=at_day(1).replace(year=2025)))
    archive.file_readings([make_reading(number, replace(REPORT, agency="听松街道"))])


@pytest.mark.parametrize("happen", [learn_a_division, import_an_older_name])
def test_an_id_that_was_given_stays(archive: Archive, happen: Callable[[Archive], None]) -> None:
    """Working everything out anew gives no report another id than the one that may have been cited."""
    crawl(archive, 1, {PAGE: REPORT})
    happen(archive)

    archive.work_out()

    assert [row.id for row in archive.list_reports()] == ["990101-听松街道办事处-2020"]


def test_a_clock_that_was_set_back_leaves_the_page_as_it_is(archive: Archive, path: Path) -> None:
    """A capture with an earlier moment than the page's last does not stand there now, and everything still fits."""
    for day, report in ((10, EDITED), (8, REPORT)):
        crawl(archive, day, {PAGE: report})
    archive.work_out()
    archive.begin_run()
    archive.save_capture(make_capture(PAGE, None, day=9, status=None, failure="timeout"))
    archive.tell_stale()

    assert archive.list_reports()[0].version == 2
    archive.close()
    require_lasting(path)


def test_a_report_that_moves_back_has_moved_twice(archive: Archive, path: Path) -> None:
    """A page that was gone and is back, while the other one is gone, is where the report moved."""

    def visit_both(day: int, there: str, gone: str) -> None:
        archive.begin_run()
        number = archive.save_capture(make_capture(there, there.encode(), day=day))
        archive.save_capture(make_capture(gone, None, day=day, status=404, failure="http 404"))
        archive.file_readings([make_reading(number, REPORT)])

    crawl(archive, 1, {PAGE: REPORT})
    visit_both(3, MIRROR, PAGE)
    visit_both(5, PAGE, MIRROR)

    moves = [(change.url, change.new_url) for change in archive.list_changes(kind="moved")]
    assert moves == [(PAGE, MIRROR), (MIRROR, PAGE)]
    assert archive.list_reports()[0].url == PAGE
    archive.close()
    require_lasting(path)


def test_what_differs_after_a_move_back_is_a_change(archive: Archive, path: Path) -> None:
    """A page that was gone and is back is compared with what stood last, and not with what it showed before."""

    def visit_both(day: int, there: str, gone: str, report: Report) -> None:
        archive.begin_run()
        number = archive.save_capture(make_capture(there, repr(report).encode(), day=day))
        archive.save_capture(make_capture(gone, None, day=day, status=404, failure="http 404"))
        archive.file_readings([make_reading(number, report)])

    crawl(archive, 1, {PAGE: REPORT})
    visit_both(3, MIRROR, PAGE, REPORT)
    visit_both(4, MIRROR, PAGE, EDITED)
    visit_both(5, PAGE, MIRROR, REPORT)

    logged = [(change.kind, [(cell["old"], cell["new"]) for cell in change.cells]) for change in archive.list_changes()]
    assert logged == [("new", []), ("moved", []), ("figures", [(5, 6)]), ("moved", []), ("figures", [(6, 5)])]
    archive.close()
    require_lasting(path)


def test_a_page_that_is_back_and_holds_more_does_not_tell(archive: Archive) -> None:
    """Holding more counts on the first visit alone, also of a page that was gone in between."""
    richer = make_report(*REPORT.cells, make_cell("total", 9))
    poorer = make_report(make_cell("new_requests", 5), make_cell("granted", None, status="missing"))
    crawl(archive, 1, {PAGE: REPORT, MIRROR: poorer})
    archive.begin_run()
    number = archive.save_capture(make_capture(PAGE, repr(REPORT).encode(), day=2))
    archive.save_capture(make_capture(MIRROR, None, day=2, status=404, failure="http 404"))
    archive.file_readings([make_reading(number, REPORT)])

    crawl(archive, 3, {PAGE: REPORT, MIRROR: richer})

    assert archive.list_reports()[0].url == PAGE


def test_a_redirect_that_ends_is_told_from_where_it_led(archive: Archive) -> None:
    """The log names both addresses of a move: the one that told the report, and the one that does from then on."""
    for day, final_url in ((1, None), (2, MIRROR), (3, None)):
        archive.begin_run()
        capture = Capture(SITE.name, PAGE, "report", at_day(day), 200, body=b"one", final_url=final_url)
        archive.file_readings([make_reading(archive.save_capture(capture), REPORT)])

    moves = [(change.url, change.new_url) for change in archive.list_changes(kind="moved")]
    assert moves == [(PAGE, MIRROR), (MIRROR, PAGE)]


def test_an_address_means_what_stood_there_on_the_day(archive: Archive) -> None:
    """Where a page shows next year's report now, its address as of an earlier day means the earlier report."""
    crawl(archive, 1, {PAGE: REPORT})
    crawl(archive, 9, {PAGE: replace(EDITED, year=2021)})

    assert archive.show_report(PAGE, as_of="2026-01-05T00:00:00Z").row.year == 2020
    assert archive.show_report(PAGE).row.year == 2021
