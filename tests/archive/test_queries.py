from dataclasses import replace
from datetime import date

import pytest

from archive import AmbiguousReportError, Archive, SiteIdentity, UnknownReportError
from tests.archive.made_reports import (
    HOST,
    MIRROR,
    PAGE,
    THIRD,
    at_day,
    crawl,
    file_report,
    make_capture,
    make_cell,
    make_report,
)

KEY = "990101-听松街道办事处-2020"
NEXT_KEY = "990101-听松街道办事处-2021"
OTHER_KEY = "990101-望舒镇人民政府-2020"
SECOND_SITE = SiteIdentity("guanlan", "观澜县人民政府")
FOREIGN_KEY = "guanlan-观澜县人民政府-2020"
FILE = f"{HOST}/files/a.doc"


@pytest.fixture
def full(archive: Archive) -> Archive:
    """Return an archive of four reports of two sites, one of them in two versions and with a file."""
    archive.save_site(SECOND_SITE)
    first, second = make_report(make_cell("granted", 1)), make_report(make_cell("granted", 2))
    other = make_report(agency="云汀区望舒镇人民政府")
    crawl(archive, 1, {PAGE: first, MIRROR: make_report(year=2021), THIRD: other})
    number = archive.save_capture(make_capture(FILE, b"file", "attachment", day=1, found_on=PAGE))
    file_report(archive, number, first)
    crawl(archive, 2, {PAGE: second})
    capture = make_capture(f"{HOST}/gl", b"gl", day=3)
    number = archive.save_capture(replace(capture, site="guanlan"))
    file_report(archive, number, make_report(agency="观澜县人民政府", district="观澜县"))
    return archive


def test_a_report_is_listed_with_the_keys_of_the_contract(full: Archive) -> None:
    """A row of the list is the object of the contract, key for key and in its order."""
    (row,) = [row.to_json() for row in full.list_reports() if row.id == KEY]

    assert list(row.items()) == [
        ("id", KEY),
        ("url", PAGE),
        ("urls", sorted([PAGE, FILE])),
        ("title", "云汀区听松街道办事处2020年政府信息公开工作年度报告"),
        ("agency", "云汀区听松街道办事处"),
        ("district", "云汀区"),
        ("division", "990101"),
        ("year", 2020),
        ("form", "2019"),
        ("published", None),
        ("site", "yunting"),
        ("version", 2),
        ("first_seen", "2026-01-01T08:00:00Z"),
        ("last_seen", "2026-01-02T08:00:00Z"),
        ("status", "current"),
    ]


@pytest.mark.parametrize(
    ("site", "year", "ids"),
    [
        (None, None, [FOREIGN_KEY, KEY, NEXT_KEY, OTHER_KEY]),
        ("yunting", None, [KEY, NEXT_KEY, OTHER_KEY]),
        ("guanlan", None, [FOREIGN_KEY]),
        (None, 2020, [FOREIGN_KEY, KEY, OTHER_KEY]),
        ("yunting", 2021, [NEXT_KEY]),
        ("guanlan", 2021, []),
        ("unknown", None, []),
    ],
)
def test_reports_are_listed_by_site_agency_and_year(
    full: Archive, site: str | None, year: int | None, ids: list[str]
) -> None:
    """The list is in the order of site, agency and year, and holds what site and year let through."""
    assert [row.id for row in full.list_reports(site, year)] == ids


def test_a_site_without_a_division_names_none(full: Archive) -> None:
    """Where a site has no code its name stands in the id, and the division is null."""
    row = full.list_reports(site="guanlan")[0]

    assert (row.id, row.division) == (FOREIGN_KEY, None)
    assert full.show_report(FOREIGN_KEY).to_json()["division"] is None


@pytest.mark.parametrize(
    ("name", "key"),
    [
        (KEY, KEY),
        ("望舒", OTHER_KEY),
        ("听松街道办事处-2021", NEXT_KEY),
        ("guanlan", FOREIGN_KEY),
        (PAGE, KEY),
        (FILE, KEY),
        (MIRROR, NEXT_KEY),
    ],
)
def test_a_report_is_known_by_id_part_or_url(full: Archive, name: str, key: str) -> None:
    """A report answers to its id, to any part of it that is no other's, and to the URL of each of its pages."""
    assert full.show_report(name).row.id == key


def test_an_id_that_begins_another_is_not_ambiguous(archive: Archive) -> None:
    """A whole id means that report, though another id holds it."""
    crawl(archive, 1, {PAGE: make_report(), MIRROR: make_report(agency="云汀区9-990101-听松街道办事处")})

    assert archive.show_report(KEY).row.id == KEY


def test_a_page_with_a_file_answers_for_it(archive: Archive) -> None:
    """The page that a report's file hangs on is one of the report's URLs, though it holds no report itself."""
    crawl(archive, 1, {PAGE: make_report(kind="other")})
    number = archive.save_capture(make_capture(FILE, b"file", "attachment", found_on=PAGE))
    file_report(archive, number, make_report())

    shown = archive.show_report(PAGE)

    assert (shown.row.id, shown.row.url, shown.row.urls) == (KEY, FILE, tuple(sorted([FILE, PAGE])))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("听松", f"'听松' may mean {KEY}, {NEXT_KEY}; write more of the id"),
        ("99", f"'99' may mean {KEY}, {NEXT_KEY}, {OTHER_KEY}; write more of the id"),
    ],
)
def test_a_name_of_several_reports_is_ambiguous(full: Archive, name: str, text: str) -> None:
    """A part that several ids share is refused with the ids that it may mean."""
    with pytest.raises(AmbiguousReportError) as caught:
        full.show_report(name)

    assert str(caught.value) == text


def test_only_the_first_of_many_are_named(archive: Archive) -> None:
    """Of many reports that a part may mean five are named and the rest counted."""
    crawl(archive, 1, {f"{HOST}/{n}": make_report(year=2000 + n) for n in range(8)})

    with pytest.raises(AmbiguousReportError, match=r"-2004 and 3 more; write more of the id$"):
        archive.show_report("听松")


@pytest.mark.parametrize("name", ["不存在", f"{HOST}/unknown", "%", "_", f"{KEY} ", "'; DROP TABLE reports; --", "x\0"])
def test_an_unknown_name_is_said_to_be_unknown(full: Archive, name: str) -> None:
    """A name that no report answers to is refused, and nothing in it is a pattern."""
    with pytest.raises(UnknownReportError, match="no report answers to"):
        full.show_report(name)


def test_a_version_is_shown_as_it_was(full: Archive) -> None:
    """Each version has its own figures, the newest is shown if none is named, and all numbers are told."""
    shown = [full.show_report(KEY, version) for version in (None, 1, 2)]

    assert [(one.version, one.versions, one.report.cells[0].value) for one in shown] == [
        (2, (1, 2), 2),
        (1, (1, 2), 1),
        (2, (1, 2), 2),
    ]


@pytest.mark.parametrize("version", [0, 3, -1])
def test_a_version_that_is_not_there_is_refused(full: Archive, version: int) -> None:
    """A number that no version has is refused with those that there are."""
    with pytest.raises(UnknownReportError, match=f"{KEY} has no version {version}; it has 1, 2"):
        full.show_report(KEY, version)


def test_a_shown_report_has_the_keys_of_the_contract(full: Archive) -> None:
    """The object of a report is that of a parse with id, url, version and versions before it."""
    shown = full.show_report(KEY).to_json()

    assert list(shown) == [
        *("id", "url", "version", "versions"),
        *("kind", "form", "title", "agency", "district", "division", "year", "published"),
        *("preamble", "sections", "cells", "tables", "facts", "checks", "warnings"),
    ]
    assert {name: shown[name] for name in ("id", "url", "version", "versions", "division", "year", "agency")} == {
        "id": KEY,
        "url": PAGE,
        "version": 2,
        "versions": [1, 2],
        "division": "990101",
        "year": 2020,
        "agency": "云汀区听松街道办事处",
    }
    assert list(shown["cells"][0]) == ["table", "row", "column", "raw", "value", "unit", "status", "at"]


def test_a_change_has_the_keys_of_the_contract(full: Archive) -> None:
    """An entry of the change log is the object of the contract, and so is each of its cells."""
    (change,) = full.list_changes(kind="figures")

    assert list(change.to_json().items()) == [
        ("kind", "figures"),
        ("id", KEY),
        ("url", PAGE),
        ("title", "云汀区听松街道办事处2020年政府信息公开工作年度报告"),
        ("site", "yunting"),
        ("seen_at", "2026-01-02T08:00:00Z"),
        ("version", 2),
        ("cells", [{"table": "requests", "row": "granted", "column": "total", "old": 1, "new": 2}]),
        ("new_url", None),
    ]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [("new", KEY), ("new", NEXT_KEY), ("new", OTHER_KEY), ("figures", KEY), ("new", FOREIGN_KEY)]),
        ({"kind": "new", "site": "yunting"}, [("new", KEY), ("new", NEXT_KEY), ("new", OTHER_KEY)]),
        ({"since": "2026-01-02"}, [("figures", KEY), ("new", FOREIGN_KEY)]),
        ({"since": "2026-01-02T08:00:00Z"}, [("figures", KEY), ("new", FOREIGN_KEY)]),
        ({"since": "2026-01-02T08:00:01Z"}, [("new", FOREIGN_KEY)]),
        ({"since": "2027-01-01"}, []),
        ({"since": "2026-01-02", "kind": "new"}, [("new", FOREIGN_KEY)]),
        ({"site": "guanlan"}, [("new", FOREIGN_KEY)]),
        ({"site": "unknown"}, []),
        ({"kind": "text"}, []),
    ],
)
def test_the_change_log_is_filtered(full: Archive, filters: dict[str, str], expected: list[tuple[str, str]]) -> None:
    """The log is in the order in which changes were noticed, and holds what each filter lets through."""
    assert [(change.kind, change.id) for change in full.list_changes(**filters)] == expected


def test_sites_are_listed_with_what_is_known_of_them(full: Archive) -> None:
    """A site has its last visit, failed ones among them, and its numbers of captures and reports."""
    full.save_capture(make_capture(f"{HOST}/gone", None, day=9, status=404, failure="http 404"))
    full.save_site(SiteIdentity("zuoan"))

    names = ("name", "title", "division", "last_visit", "captures", "reports")
    assert [tuple(site[name] for name in names) for site in full.list_sites()] == [
        ("guanlan", "观澜县人民政府", None, "2026-01-03T08:00:00Z", 1, 1),
        ("yunting", "云汀区人民政府", "990101", "2026-01-09T08:00:00Z", 6, 3),
        ("zuoan", None, None, None, 0, 0),
    ]


def test_a_date_of_publication_goes_all_the_way(archive: Archive) -> None:
    """The day on which a report was published is listed and shown as a date."""
    crawl(archive, 1, {PAGE: replace(make_report(), published=at_day(3).date())})

    assert archive.list_reports()[0].published == "2026-01-03"
    assert archive.show_report(KEY).report.published == date(2026, 1, 3)
