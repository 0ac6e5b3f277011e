from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from archive import Archive, VisitOutcome
from tests.archive.made_reports import HOST, PAGE, SITE, at_day, make_capture, make_reading, make_report

LIST = f"{HOST}/nb/"
HOME = f"{HOST}/"
NEW_PAGE = f"{HOST}/nb/new.html"


def visit(
    archive: Archive,
    day: int,
    *failed: tuple[str, str],
    lists: tuple[str, ...] = (LIST,),
    complete: bool | None = None,
    ends: bool = True,
) -> None:
    """Visit the site: its start page, its lists, a known report, and pages that fail."""
    with patch("archive.captures.visits.utc_now", return_value=at_day(day)):
        archive.begin_run()
        archive.begin_visit(SITE.name, "full")
    archive.save_capture(make_capture(HOME, b"home", "home", day))
    for url in lists:
        archive.save_capture(make_capture(url, b"list", "list", day))
    report = make_report()
    number = archive.save_capture(make_capture(PAGE, repr(report).encode(), day=day))
    archive.file_readings([make_reading(number, report)])
    for url, reason in failed:
        called = "云汀区听松街道2021年年报" if url == NEW_PAGE else None
        kind = "report" if url.endswith(".html") else "list"
        archive.save_capture(
            make_capture(url, None, kind, day, status=None, failure=reason, link_text=called)  # type: ignore[arg-type]
        )
    if ends:
        is_complete = not failed if complete is None else complete
        with patch("archive.captures.visits.utc_now", return_value=at_day(day) + timedelta(minutes=5)):
            archive.end_visit(SITE.name, VisitOutcome(3, 3, 1, 0, 0, failed, complete=is_complete))


def test_a_complete_visit_is_a_look(archive: Archive) -> None:
    """A look names the captures of the lists that it read, without the start page, each with its hash."""
    visit(archive, 1)

    (look,) = archive.list_looks(SITE.name)

    assert (look.at, look.until) == ("2026-01-01T08:00:00Z", "2026-01-01T08:05:00Z")
    assert (look.is_complete, look.doubts, [page.url for page in look.pages]) == (True, (), [LIST])
    assert archive.load_capture_body(look.pages[0].capture_id) == b"list"
    assert len(look.pages[0].sha256) == 64


def test_where_there_is_no_list_the_start_page_is_it(archive: Archive) -> None:
    """A site whose start page is its list is looked at there."""
    visit(archive, 1, lists=())

    assert [page.url for page in archive.list_looks(SITE.name)[0].pages] == [HOME]


@pytest.mark.parametrize(
    ("url", "reason", "doubts"),
    [
        (PAGE, "timeout", ()),
        (NEW_PAGE, "http 404", ()),
        (NEW_PAGE, "timeout", ("云汀区听松街道2021年年报",)),
        (NEW_PAGE, "known from an earlier crawl, and not met in this one", ()),
        (LIST, "timeout", None),
        (HOME, "blocked:jsl, 3 links not visited", None),
        (HOME, "no report, where the crawl of 2026-01-01 had 1", None),
        (HOME, "nothing new or changed for 90 days, more than the 60 of max_days_without", ()),
        (f"{HOST}/nowhere", "timeout", None),
    ],
    ids=["known", "dead", "new", "not met", "list", "wall", "no report", "nothing new", "elsewhere"],
)
def test_what_failed_decides_what_a_look_proves(
    archive: Archive, url: str, reason: str, doubts: tuple[str, ...] | None
) -> None:
    """A known report or a dead link hides nothing, a new page may be the one sought, a list that failed is no look."""
    visit(archive, 1)
    visit(archive, 2, (url, reason))

    looks = [look for look in archive.list_looks(SITE.name) if look.at > "2026-01-02"]

    assert [look.doubts for look in looks] == ([] if doubts is None else [doubts])


def test_a_visit_under_way_is_no_look(archive: Archive) -> None:
    """Until a visit has ended nobody knows what it finds."""
    visit(archive, 1, ends=False)

    assert archive.list_looks(SITE.name) == ()


def test_looks_are_those_that_were_over(archive: Archive) -> None:
    """As of a moment a look counts once its visit is over."""
    for day in (1, 2, 3):
        visit(archive, day)

    def days(until: str | None) -> list[str]:
        return [look.at[:10] for look in archive.list_looks(SITE.name, until=until)]

    assert days(None) == ["2026-01-01", "2026-01-02", "2026-01-03"]
    assert days("2026-01-02T08:04:59Z") == ["2026-01-01"]
    assert days("2026-01-02T08:05:00Z") == ["2026-01-01", "2026-01-02"]


def test_a_304_confirms_a_list(archive: Archive) -> None:
    """A list that has not changed was looked at, and what it confirms is named."""
    visit(archive, 1)
    with patch("archive.captures.visits.utc_now", return_value=at_day(2)):
        archive.begin_run()
        archive.begin_visit(SITE.name, "light")
        archive.save_capture(make_capture(LIST, None, "list", 2))
        archive.end_visit(SITE.name, VisitOutcome(1, 1, 0, 0, 0, (), complete=True))

    looks = archive.list_looks(SITE.name)

    assert [look.mode for look in looks] == ["full", "light"]
    assert looks[0].pages[0].sha256 == looks[1].pages[0].sha256


def visit_lightly(archive: Archive, day: int, *asked: str) -> None:
    """Visit the site for what is new: its list, and pages that answer and hold no report."""
    with patch("archive.captures.visits.utc_now", return_value=at_day(day)):
        archive.begin_run()
        archive.begin_visit(SITE.name, "light")
        archive.save_capture(make_capture(LIST, b"list", "list", day))
        for url in asked:
            archive.save_capture(make_capture(url, b"notice", day=day))
        archive.end_visit(SITE.name, VisitOutcome(1, 1, 0, 0, 0, (), complete=True))


def test_a_doubt_stays_until_its_page_is_asked_for_again(archive: Archive) -> None:
    """Light visits that do not ask for the page that failed know no more of it; one that does clears the doubt."""
    visit(archive, 1, (NEW_PAGE, "timeout"))
    visit_lightly(archive, 2)
    visit_lightly(archive, 3)
    visit_lightly(archive, 4, NEW_PAGE)
    visit_lightly(archive, 5)

    looks = archive.list_looks(SITE.name)

    assert [bool(look.doubts) for look in looks] == [True, True, True, False, False]
    assert {called for look in looks for called in look.doubts} == {"云汀区听松街道2021年年报"}


def test_a_report_is_told_by_when_it_was_there(archive: Archive, path: Path) -> None:
    """The first moment, the last one at which it was taken for gone and the one at which it was back, as of any."""
    visit(archive, 1)
    report = make_report()
    other = make_report(year=2021)
    for day in (10, 20, 30):
        archive.begin_run()
        shown = archive.save_capture(make_capture(f"{HOST}/other.html", repr(other).encode(), day=day))
        archive.save_capture(make_capture(PAGE, None, day=day, status=404, failure="http 404"))
        archive.file_readings([make_reading(shown, other)])
    archive.tell_stale()
    archive.begin_run()
    back = archive.save_capture(make_capture(PAGE, repr(report).encode(), day=40))
    archive.file_readings([make_reading(back, report)])
    archive.work_out()

    (now,) = archive.list_presences("990101")
    (before,) = archive.list_presences("990101", as_of="2026-02-05T00:00:00Z")

    one = now.presences[2020]
    assert (one.first_seen[:10], one.status, (one.restored_at or "")[:10]) == ("2026-01-01", "current", "2026-02-09")
    assert (before.presences[2020].status, before.presences[2020].restored_at) == ("withdrawn", None)
    assert before.presences[2020].withdrawn_at == one.withdrawn_at
    assert archive.list_presences("990101", as_of="2025-01-01T00:00:00Z") == ()


def test_a_page_asked_for_after_the_visit_settles_no_doubt_of_it(archive: Archive) -> None:
    """A visit that had ended before a page was asked for again says nothing of that page."""
    visit(archive, 1, (NEW_PAGE, "timeout"))
    visit(archive, 2)
    archive.save_capture(make_capture(NEW_PAGE, b"found", day=3))

    (_, later) = archive.list_looks(SITE.name)

    assert later.doubts == ("云汀区听松街道2021年年报",)
