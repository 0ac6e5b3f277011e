"""When the reports of an agency were there, from the states that are known of them."""

from collections.abc import Mapping, Sequence

import pytest

from archive import Archive
from archive.questions.pictures import Presence
from parsers import Report
from tests.archive.made_reports import MIRROR, PAGE, crawl, make_capture, make_report

DIVISION = "990101"


def test_an_agency_whose_district_one_report_does_not_name_is_one(archive: Archive) -> None:
    """Where a single district is named, the reports that name none are of it: no agency stands there twice."""
    crawl(archive, 1, {PAGE: make_report(), MIRROR: make_report(agency="听松街道办事处", district=None, year=2021)})

    agencies = archive.list_presences(DIVISION)

    assert [(one.district, sorted(one.presences)) for one in agencies] == [("云汀区", [2020, 2021])]


NAMELESS = make_report(agency="听松街道办事处", district=None)
"""The same agency's report on the same year, whose page names no district."""


def take_away(archive: Archive, days: Sequence[int], gone: str, stays: Mapping[str, Report]) -> None:
    """Visit the site on these days: a page is not there any more, others are."""
    for day in days:
        crawl(archive, day, stays)
        archive.save_capture(make_capture(gone, None, day=day, status=404, failure="http 404"))
    archive.tell_stale()


def tell_one(archive: Archive) -> Presence:
    """Return the report on 2020 of the only agency."""
    (agency,) = archive.list_presences(DIVISION)
    return agency.presences[2020]


@pytest.mark.parametrize("pages", [(PAGE, MIRROR), (MIRROR, PAGE)])
def test_of_a_year_there_is_one_report(archive: Archive, pages: tuple[str, str]) -> None:
    """Two pages that show an agency's report on a year show one report, whichever names its district."""
    filed = crawl(archive, 1, dict(zip(pages, (make_report(), NAMELESS), strict=True)))

    assert len({one.report for one in filed.values()}) == 1
    assert tell_one(archive).report == filed[PAGE].report


def test_a_second_withdrawal_is_told_as_the_last(archive: Archive) -> None:
    """What was put back and taken away again is gone since the second time, and not restored."""
    stays = {MIRROR: make_report(year=2021)}
    crawl(archive, 1, {PAGE: make_report(), **stays})

    take_away(archive, (10, 20, 30), PAGE, stays)
    first = tell_one(archive)
    crawl(archive, 40, {PAGE: make_report(), **stays})
    back = tell_one(archive)
    take_away(archive, (50, 60, 70), PAGE, stays)
    second = tell_one(archive)

    assert [one.status for one in (first, back, second)] == ["withdrawn", "current", "withdrawn"]
    assert (first.restored_at, back.withdrawn_at) == (None, first.withdrawn_at)
    assert (first.withdrawn_at or "") < (back.restored_at or "") < (second.withdrawn_at or "")
    assert second.restored_at is None
