"""When the reports of an agency were there, from the states that are known of them."""

from archive import Archive
from tests.archive.made_reports import MIRROR, PAGE, crawl, make_report

DIVISION = "990101"


def test_an_agency_whose_district_one_report_does_not_name_is_one(archive: Archive) -> None:
    """Where a single district is named, the reports that name none are of it: no agency stands there twice."""
    crawl(archive, 1, {PAGE: make_report(), MIRROR: make_report(agency="听松街道办事处", district=None, year=2021)})

    agencies = archive.list_presences(DIVISION)

    assert [(one.district, sorted(one.presences)) for one in agencies] == [("云汀区", [2020, 2021])]
