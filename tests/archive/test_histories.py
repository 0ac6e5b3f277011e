import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, BusyError, Filed, Reading, SiteIdentity
from archive.histories import looks as looks_module
from archive.histories import telling as telling_module
from archive.readings import filing as filing_module
from parsers import Check, Report
from tests.archive.made_reports import (
    HOST,
    MIRROR,
    PAGE,
    THIRD,
    at_day,
    crawl,
    file_report,
    list_kinds,
    make_capture,
    make_cell,
    make_reading,
    make_report,
    select,
)

KEY = "990101-听松街道办事处-2020"
REPORT = make_report(make_cell("new_requests", 5), make_cell("granted", 0), make_cell("total", None))
"""A report with a figure, a zero and a blank."""


def edit(row: str, value: float | None, **fields: Any) -> Report:
    """Return the report with one cell edited."""
    cell = make_cell(row, value, **fields)
    return replace(REPORT, cells=tuple(cell if each.row == row else each for each in REPORT.cells))


def reword(words: str) -> Report:
    """Return the report with other words and the same figures."""
    return replace(REPORT, sections=make_report(words=words).sections)


EDITED = edit("new_requests", 6)
POORER = make_report(make_cell("new_requests", 5), make_cell("granted", None, status="missing"))
"""The report on a page that lost some of its cells."""
STORED = ("captures", "readings", "documents", "reports", "locations", "versions", "sightings", "figures", "cell_names",
          "changes", "findings", "search_words", "search_past", "search_characters")  # fmt: skip


def count_rows(path: Path) -> dict[str, int]:
    """Return how many rows each table holds."""
    return {table: select(path, f"SELECT count(*) FROM {table}")[0][0] for table in STORED}  # noqa: S608


def tell_spans(path: Path) -> list[tuple[Any, ...]]:
    """Return the versions as (number, first seen, last seen) in days."""
    rows = select(path, "SELECT number, first_seen, last_seen FROM versions ORDER BY report_id, number")
    return [(number, int(first[8:10]), int(last[8:10])) for number, first, last in rows]


def changed_cells(archive: Archive) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Return the change log as kinds with (row, old, new)."""
    return [
        (change.kind, [(cell["row"], cell["old"], cell["new"]) for cell in change.cells])
        for change in archive.list_changes()
    ]


def teller(path: Path) -> list[str]:
    """Return the page that tells the history of each report."""
    return [
        row[0] for row in select(path, "SELECT url FROM reports JOIN pages ON pages.id = page_id ORDER BY reports.id")
    ]


def test_a_report_met_for_the_first_time_is_version_1(archive: Archive, path: Path) -> None:
    """A new report has version 1, one change `new`, its figures, and its failed checks as findings."""
    checks = (
        Check("requests.row_sum", "granted", "fail", 1, 2, "1 is not 2"),
        Check("requests.balance", "total", "pass", 1, 1, ""),
    )

    filed = crawl(archive, 1, {PAGE: replace(REPORT, checks=checks)})[PAGE]

    assert filed == Filed(1, PAGE, KEY, "new", None)
    assert changed_cells(archive) == [("new", [])]
    assert tell_spans(path) == [(1, 1, 1)]
    assert select(path, 'SELECT "table", "row", "column", raw, value, unit, status, at FROM cells ORDER BY "row"') == [
        ("requests", "granted", "total", "0", 0, None, "reported", "line 1"),
        ("requests", "new_requests", "total", "5", 5, None, "reported", "line 1"),
        ("requests", "total", "total", "", None, None, "blank", "line 1"),
    ]
    assert select(path, "SELECT rule, place, left_sum, right_sum, text FROM findings") == [
        ("requests.row_sum", "granted", 1, 2, "1 is not 2")
    ]


def test_the_same_content_moves_last_seen(archive: Archive, path: Path) -> None:
    """A report that stays the same has one version, seen later, and nothing in the log."""
    for day in (1, 2, 5):
        crawl(archive, day, {PAGE: REPORT})

    assert (list_kinds(archive), tell_spans(path)) == (["new"], [(1, 1, 5)])


def test_surroundings_are_no_change(archive: Archive, path: Path) -> None:
    """Other bytes around the same report, or its figures at another place of the page, are no change."""
    crawl(archive, 1, {PAGE: REPORT})
    moved = replace(
        REPORT, cells=tuple(c._replace(at="line 77") for c in REPORT.cells), warnings=("a counter was left out",)
    )

    filed = crawl(archive, 2, {PAGE: moved})[PAGE]

    assert filed == Filed(2, PAGE, KEY, None, None)
    assert (list_kinds(archive), tell_spans(path)) == (["new"], [(1, 1, 2)])


@pytest.mark.parametrize(
    ("edited", "cell"),
    [
        (EDITED, ("new_requests", 5, 6)),
        (edit("granted", 1.5), ("granted", 0, 1.5)),
        (edit("total", 0), ("total", None, 0)),
        (edit("total", 5), ("total", None, 5)),
        (edit("granted", None), ("granted", 0, None)),
        (edit("new_requests", None, status="missing"), ("new_requests", 5, None)),
        (edit("total", None, status="missing"), ("total", None, None)),
    ],
    ids=["figure", "decimal", "blank to 0", "blank to 5", "0 to blank", "reported to missing", "blank to missing"],
)
def test_one_edited_figure_is_one_change_of_figures(
    archive: Archive, path: Path, edited: Report, cell: tuple[Any, ...]
) -> None:
    """One cell that is edited gives one change that names this cell with its value before and after."""
    crawl(archive, 1, {PAGE: REPORT})

    filed = crawl(archive, 2, {PAGE: edited})[PAGE]
    crawl(archive, 3, {PAGE: edited})

    assert filed.change == "figures"
    assert changed_cells(archive) == [("new", []), ("figures", [cell])]
    assert tell_spans(path) == [(1, 1, 1), (2, 2, 3)]


def test_other_words_are_a_change_of_text(archive: Archive, path: Path) -> None:
    """Words that differ beside figures that do not are one change `text` without cells."""
    crawl(archive, 1, {PAGE: REPORT})

    filed = crawl(archive, 2, {PAGE: reword("本街道这一年更加认真。")})[PAGE]

    assert filed.change == "text"
    assert changed_cells(archive) == [("new", []), ("text", [])]
    assert tell_spans(path) == [(1, 1, 1), (2, 2, 2)]


def test_going_back_is_a_version_of_its_own(archive: Archive, path: Path) -> None:
    """A report that returns to what it was has a third version, and the log says both ways."""
    for day, report in enumerate((REPORT, EDITED, REPORT), 1):
        crawl(archive, day, {PAGE: report})

    assert changed_cells(archive)[1:] == [("figures", [("new_requests", 5, 6)]), ("figures", [("new_requests", 6, 5)])]
    assert tell_spans(path) == [(1, 1, 1), (2, 2, 2), (3, 3, 3)]


def test_a_change_names_both_captures(archive: Archive, path: Path) -> None:
    """The evidence of a change is the capture that showed it and the one that first showed what was before."""
    for day, report in enumerate((REPORT, REPORT, EDITED), 1):
        crawl(archive, day, {PAGE: report})

    assert select(path, "SELECT kind, capture_id, previous_capture_id, seen_at FROM changes ORDER BY id") == [
        ("new", 1, None, "2026-01-01T08:00:00Z"),
        ("figures", 3, 1, "2026-01-03T08:00:00Z"),
    ]


def test_last_seen_does_not_go_back(archive: Archive, path: Path) -> None:
    """A visit that is older than one already filed does not move last_seen before first_seen."""
    crawl(archive, 5, {PAGE: REPORT})
    crawl(archive, 3, {PAGE: REPORT})

    assert tell_spans(path)[0][2] == 5


def test_the_order_of_cells_is_no_change(archive: Archive) -> None:
    """The same figures listed in another order are the same report."""
    crawl(archive, 1, {PAGE: REPORT})
    crawl(archive, 2, {PAGE: replace(REPORT, cells=tuple(reversed(REPORT.cells)))})

    assert list_kinds(archive) == ["new"]


# Which of a report's pages tells its history


def test_the_first_page_tells_and_a_second_is_a_location(archive: Archive, path: Path) -> None:
    """A second page with the same report is another location of it and no change, in the same crawl or a later one."""
    crawl(archive, 1, {PAGE: REPORT, MIRROR: REPORT})
    filed = crawl(archive, 2, {PAGE: REPORT, MIRROR: REPORT, THIRD: REPORT})

    assert {url: (one.report, one.change, one.note) for url, one in filed.items()} == dict.fromkeys(
        (PAGE, MIRROR, THIRD), (KEY, None, None)
    )
    assert (list_kinds(archive), teller(path)) == (["new"], [PAGE])
    assert archive.list_reports()[0].urls == (PAGE, MIRROR, THIRD)


def test_a_second_page_with_other_figures_is_noted(archive: Archive, path: Path) -> None:
    """A page of the same agency and year that prints other figures changes nothing and is said, by count and cell."""
    crawl(archive, 1, {PAGE: REPORT})

    filed = crawl(archive, 2, {PAGE: REPORT, MIRROR: EDITED})

    note = f"1 figures differ from those at {PAGE}, which has the same agency and year (requests.new_requests.total)"
    assert filed[MIRROR] == Filed(3, MIRROR, KEY, None, note)
    assert select(path, "SELECT note FROM sightings WHERE capture_id = 3") == [(note,)]
    assert (list_kinds(archive), teller(path)) == (["new"], [PAGE])


def test_a_second_page_without_a_figure_is_not_noted(archive: Archive) -> None:
    """A page that lacks figures, or has some that the other lacks, does not contradict it."""
    richer = make_report(*REPORT.cells[:2], make_cell("total", 9))

    filed = crawl(archive, 1, {PAGE: REPORT, MIRROR: POORER, THIRD: richer})

    assert [one.note for one in filed.values()] == [None, None, None]


def test_a_new_page_that_holds_more_tells_from_then_on(archive: Archive, path: Path) -> None:
    """A page met for the first time that holds more takes the history over, and its edits are the report's."""
    crawl(archive, 1, {PAGE: POORER})
    crawl(archive, 2, {PAGE: POORER, MIRROR: REPORT})
    crawl(archive, 3, {PAGE: POORER, MIRROR: EDITED})

    assert teller(path) == [MIRROR]
    assert changed_cells(archive)[1:] == [("figures", [("new_requests", 5, 6)])]
    assert [number for number, *_ in tell_spans(path)] == [1, 2, 3]


def test_a_new_page_that_holds_as_much_does_not_tell(archive: Archive, path: Path) -> None:
    """A page met for the first time that holds no more leaves the history where it is, and its edits are noted."""
    crawl(archive, 1, {PAGE: REPORT})
    crawl(archive, 2, {PAGE: REPORT, MIRROR: reword("别处的话。")})
    filed = crawl(archive, 3, {PAGE: REPORT, MIRROR: EDITED})

    assert (list_kinds(archive), teller(path)) == (["new"], [PAGE])
    assert filed[MIRROR].note


def test_an_old_page_that_comes_to_hold_more_does_not_tell(archive: Archive, path: Path) -> None:
    """Holding more counts on the first visit alone; while the other page answers, the history stays there."""
    crawl(archive, 1, {PAGE: REPORT, MIRROR: POORER})
    crawl(archive, 2, {PAGE: REPORT, MIRROR: make_report(*REPORT.cells, make_cell("repeated", 1))})

    assert (list_kinds(archive), teller(path)) == (["new"], [PAGE])


def test_the_telling_page_tells_though_it_comes_to_hold_less(archive: Archive, path: Path) -> None:
    """The page that tells goes on telling: figures that it loses are a change."""
    crawl(archive, 1, {PAGE: REPORT, MIRROR: REPORT})
    crawl(archive, 2, {PAGE: POORER, MIRROR: REPORT})

    assert (teller(path), list_kinds(archive)) == ([PAGE], ["new", "figures"])


def test_a_mirror_that_stays_while_the_page_fails_is_no_change(archive: Archive, path: Path) -> None:
    """A mirror with other words and figures that did not change tells nothing while the other page does not answer."""
    mirror = replace(EDITED, sections=reword("别处的话。").sections)
    crawl(archive, 1, {PAGE: REPORT, MIRROR: mirror})
    crawl(archive, 2, {PAGE: None, MIRROR: mirror})
    crawl(archive, 3, {PAGE: REPORT, MIRROR: mirror})

    assert (list_kinds(archive), teller(path), tell_spans(path)) == (["new"], [PAGE], [(1, 1, 3)])


def test_a_mirror_that_changes_while_the_page_fails_tells(archive: Archive, path: Path) -> None:
    """Where the telling page brought nothing, a mirror that shows something else than before takes over."""
    crawl(archive, 1, {PAGE: REPORT, MIRROR: REPORT})
    crawl(archive, 2, {PAGE: None, MIRROR: EDITED})

    assert teller(path) == [MIRROR]
    assert changed_cells(archive) == [("new", []), ("figures", [("new_requests", 5, 6)])]


def test_a_mirror_that_changes_while_the_page_was_not_visited_tells(archive: Archive, path: Path) -> None:
    """A telling page that a crawl does not come to any more brought nothing either."""
    crawl(archive, 1, {PAGE: REPORT, MIRROR: REPORT})
    crawl(archive, 2, {MIRROR: EDITED})

    assert (teller(path), list_kinds(archive)) == ([MIRROR], ["new", "figures"])


def test_a_new_page_tells_while_the_page_fails(archive: Archive, path: Path) -> None:
    """A report that moved is followed to its new page without a change, and its edits there are versions."""
    crawl(archive, 1, {PAGE: REPORT})
    crawl(archive, 2, {PAGE: None, MIRROR: REPORT})
    crawl(archive, 3, {PAGE: None, MIRROR: EDITED})

    assert (teller(path), list_kinds(archive)) == ([MIRROR], ["new", "figures"])
    assert tell_spans(path) == [(1, 1, 2), (2, 3, 3)]


ERROR_PAGE = make_report(kind="other", words="系统维护中", agency=None, year=None)


@pytest.mark.parametrize(
    "instead",
    [
        pytest.param(ERROR_PAGE, id="an error page with status 200"),
        pytest.param(make_report(make_cell("new_requests", 9), year=2021), id="the report of the next year"),
    ],
)
@pytest.mark.parametrize(
    "first", [pytest.param({MIRROR: REPORT}, id="a mirror known"), pytest.param({}, id="a new page")]
)
def test_a_page_that_shows_another_thing_brings_nothing(
    archive: Archive, path: Path, instead: Report, first: Mapping[str, Report]
) -> None:
    """Where the telling page answers and the report is not there, it moved; an edit elsewhere is still a version."""
    crawl(archive, 1, {PAGE: REPORT, **first})
    for day in (2, 3):
        crawl(archive, day, {PAGE: instead, MIRROR: EDITED})

    kinds = select(path, "SELECT kind FROM changes JOIN reports ON reports.id = report_id WHERE year = 2020")
    assert kinds == [("new",), ("moved",), ("figures",)]


def test_a_mirror_that_recovers_shows_nothing_else(archive: Archive) -> None:
    """A mirror that shows an error page and then what it always showed is no change while the other page fails."""
    mirror = replace(REPORT, sections=reword("别处的话。").sections)
    crawl(archive, 1, {PAGE: REPORT, MIRROR: mirror})
    crawl(archive, 2, {PAGE: REPORT, MIRROR: ERROR_PAGE})
    crawl(archive, 3, {PAGE: None, MIRROR: mirror})

    assert list_kinds(archive) == ["new"]


def test_what_our_own_crawl_missed_is_no_change_of_the_report(archive: Archive) -> None:
    """A file that did not answer in the first crawl and holds the table adds no figures to the change log."""
    crawl(archive, 1, {PAGE: make_report(), MIRROR: None})
    crawl(archive, 2, {PAGE: make_report(), MIRROR: REPORT})

    assert list_kinds(archive) == ["new"]


def test_a_mirror_that_takes_over_brings_its_own_edit_alone(archive: Archive) -> None:
    """The figures in which a mirror always differed are no change when one of its words is edited."""
    crawl(archive, 1, {PAGE: REPORT, MIRROR: EDITED})
    crawl(archive, 2, {PAGE: None, MIRROR: replace(EDITED, preamble="又一句。")})

    assert changed_cells(archive)[1:] in ([], [("text", [])])


# Our reading of the source


@pytest.mark.parametrize("body", [b"same", b"same, and a counter"], ids=["the same bytes", "other surroundings"])
def test_a_better_parser_is_no_change_of_the_report(archive: Archive, path: Path, body: bytes) -> None:
    """A cell that only a newer parser reads is a re-reading of the same version and nothing in the log."""
    file_report(archive, archive.save_capture(make_capture(body=b"same")), POORER)
    (outdated,) = archive.iter_outdated("2")
    archive.file_rereading(Reading(outdated.capture_id, "2", REPORT))
    number = archive.save_capture(make_capture(body=body, day=2))
    archive.file_reading(Reading(number, "2", REPORT, None, REPORT.agency, REPORT.district, REPORT.year))

    assert (list_kinds(archive), tell_spans(path)) == (["new"], [(1, 1, 2)])
    assert archive.show_report(KEY).report.cells == REPORT.cells
    assert list(archive.iter_outdated("2")) == []
    assert select(path, "SELECT parser FROM readings ORDER BY id")[:2] == [("1",), ("2",)]


def test_words_of_an_earlier_reading_are_not_found(archive: Archive) -> None:
    """What only an earlier reading of a version held is not found any more, and what the newer one holds is."""
    file_report(archive, archive.save_capture(make_capture()), reword("旧读法"))
    (outdated,) = archive.iter_outdated("2")
    archive.file_rereading(Reading(outdated.capture_id, "2", reword("新读法")))

    assert [[match.id for match in archive.search(words).matches] for words in ("旧读", "新读")] == [[], [KEY]]


def test_a_worse_reading_leaves_the_version_as_it_was(archive: Archive) -> None:
    """A newer parser that finds no report in the bytes of a version is kept aside, and is not tried again."""
    file_report(archive, archive.save_capture(make_capture()), REPORT)
    (outdated,) = archive.iter_outdated("2")
    archive.file_rereading(Reading(outdated.capture_id, "2", None, "not read"))

    assert archive.show_report(KEY).report.cells == REPORT.cells
    assert list(archive.iter_outdated("2")) == []


# What is kept aside


def test_a_report_without_a_year_is_kept_and_noted(archive: Archive, path: Path) -> None:
    """A report that says its year nowhere is a reading with a note, under no report."""
    filed = crawl(archive, 1, {PAGE: replace(REPORT, year=None)})[PAGE]

    note = "a report whose year is nowhere stated; it is kept, and filed under no report"
    assert filed == Filed(1, PAGE, None, None, note)
    assert select(path, "SELECT version_id, note FROM sightings") == [(None, note)]
    assert [count_rows(path)[table] for table in ("readings", "documents", "reports", "changes")] == [1, 1, 0, 0]
    assert list(archive.iter_unread()) == []


def test_a_page_that_is_no_report_is_kept_under_none(archive: Archive, path: Path) -> None:
    """A page of another kind is a reading and a sighting, without a report, a change or a note."""
    filed = crawl(archive, 1, {PAGE: ERROR_PAGE})[PAGE]

    assert filed == Filed(1, PAGE, None, None, None)
    assert [count_rows(path)[table] for table in ("readings", "sightings", "reports")] == [1, 1, 0]


def test_reports_that_name_no_agency_are_kept_apart(archive: Archive) -> None:
    """Two pages that nobody signed are two reports, and each goes on being itself."""
    unsigned = replace(REPORT, agency=None, district=None)
    for day in (1, 2):
        crawl(archive, day, {PAGE: unsigned, MIRROR: replace(unsigned, preamble="又")})

    assert sorted((row.id, row.url) for row in archive.list_reports()) == sorted(
        [(f"990101-未署名{sha256(url.encode()).hexdigest()[:8]}-2020", url) for url in (MIRROR, PAGE)]
    )
    assert list_kinds(archive) == ["new", "new"]


# Which report a page holds


def test_the_ways_to_name_an_agency_lead_to_one_report(archive: Archive, path: Path) -> None:
    """An agency is the same with and without its district and its suffix, and the first id stays."""
    for day, agency in enumerate(("听松街道办事处", "听松街道", "云汀区听松街道办事处", "宁州市云汀区听松街道"), 1):
        crawl(archive, day, {PAGE: replace(REPORT, agency=agency)})

    assert (list_kinds(archive), tell_spans(path)) == (["new"], [(1, 1, 4)])
    assert [row.id for row in archive.list_reports()] == [KEY]


def test_agency_year_and_division_make_a_report(archive: Archive) -> None:
    """Another street, another year or another division is another report."""
    archive.save_site(SiteIdentity("nowhere"))
    crawl(archive, 1, {MIRROR: replace(REPORT, year=2021), PAGE: REPORT})
    crawl(archive, 2, {THIRD: replace(REPORT, agency="云汀区望舒街道办事处")})
    elsewhere = archive.save_capture(replace(make_capture(f"{HOST}/other", b"other", day=3), site="nowhere"))
    file_report(archive, elsewhere, EDITED)

    assert [row.id for row in archive.list_reports()] == [
        "nowhere-听松街道办事处-2020",
        KEY,
        "990101-听松街道办事处-2021",
        "990101-望舒街道办事处-2020",
    ]
    assert list_kinds(archive) == ["new"] * 4


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(("甲县教育局", "甲县"), ("乙县教育局", "乙县"), id="two districts of a city"),
        pytest.param(("宁州市教育局", "宁州市"), ("宁州市云汀区教育局", "云汀区"), id="a city and its district"),
        pytest.param(("公安局云汀区分局", "云汀区"), ("规划局云汀区分局", "云汀区"), id="two branches"),
    ],
)
def test_two_agencies_are_never_merged(archive: Archive, one: tuple[str, str], other: tuple[str, str]) -> None:
    """Agencies of two places on one site, and branches of two bodies in one place, have a report each."""
    crawl(
        archive,
        1,
        {
            PAGE: make_report(agency=one[0], district=one[1], words="甲"),
            MIRROR: make_report(agency=other[0], district=other[1], words="乙"),
        },
    )

    assert list_kinds(archive) == ["new", "new"]


def test_a_name_with_white_space_stops_nothing(archive: Archive) -> None:
    """An agency that one page writes with a space is filed like any other."""
    crawl(archive, 1, {PAGE: REPORT})
    crawl(archive, 2, {MIRROR: replace(REPORT, agency="云汀区听松 街道办事处")})

    assert [row.id for row in archive.list_reports()][:1] == [KEY]


def test_a_site_that_learns_its_division_does_not_begin_again(archive: Archive) -> None:
    """A division code added to sites.toml later does not make every report new."""
    archive.save_site(SiteIdentity("yunting", "云汀区人民政府"))
    crawl(archive, 1, {PAGE: REPORT})
    archive.save_site(SiteIdentity("yunting", "云汀区人民政府", "990101"))
    crawl(archive, 2, {PAGE: REPORT})

    assert list_kinds(archive) == ["new"]


# One transaction


@pytest.mark.parametrize("first", [True, False], ids=["a new report", "a new version"])
@pytest.mark.parametrize("step", ["_write_locations", "add_content", "_write_changes", "_write_states"])
def test_a_history_is_told_in_one_transaction(
    archive: Archive, path: Path, monkeypatch: pytest.MonkeyPatch, step: str, *, first: bool
) -> None:
    """An error in the middle of telling leaves nothing of it, and the next to file anything tells it."""
    if not first:
        crawl(archive, 1, {PAGE: REPORT})
    number = archive.save_capture(make_capture(body=b"edited", day=2))
    told = ("versions", "figures", "changes", "search_words", "search_past", "search_characters")
    before = {table: count_rows(path)[table] for table in told}

    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(telling_module, step, fail)
        with pytest.raises(KeyboardInterrupt):
            file_report(archive, number, EDITED)

    assert {table: count_rows(path)[table] for table in told} == before
    archive.file_readings([])
    assert [change.kind for change in archive.list_changes()] == (["new"] if first else ["new", "figures"])


@pytest.mark.parametrize("error", [KeyboardInterrupt, BusyError("locked")])
def test_recording_is_one_transaction(
    archive: Archive, path: Path, monkeypatch: pytest.MonkeyPatch, error: Any
) -> None:
    """An interruption at one of several readings leaves none of them recorded, and all can be filed again."""
    numbers = [archive.save_capture(make_capture(url, url.encode())) for url in (PAGE, MIRROR)]
    before = count_rows(path)

    with monkeypatch.context() as patch:
        patch.setattr(filing_module, "assign_sighting", fail_at(numbers[1], error))
        with pytest.raises(type(error) if isinstance(error, Exception) else error):
            archive.file_readings([make_reading(number, REPORT) for number in numbers])

    assert count_rows(path) == before
    assert [unread.capture_id for unread in archive.iter_unread()] == numbers


def test_a_reading_that_cannot_be_recorded_keeps_no_other(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """One reading that trips the archive is noted beside its capture, and the others are filed."""
    numbers = [archive.save_capture(make_capture(url, url.encode())) for url in (PAGE, MIRROR)]
    monkeypatch.setattr(filing_module, "assign_sighting", fail_at(numbers[1], ZeroDivisionError("so it is")))

    filed = archive.file_readings([make_reading(number, REPORT) for number in numbers])

    assert [(one.report, one.note) for one in filed] == [
        (KEY, None),
        (None, "it cannot be filed (ZeroDivisionError: so it is)"),
    ]
    assert list(archive.iter_unread()) == []


def fail_at(number: int, error: BaseException | type[BaseException]) -> Any:
    """Return what assigns captures to reports, but fails at one that was read as a report."""
    assign = filing_module.assign_sighting

    def assign_or_fail(connection: Any, capture_id: int, identity: Any, hashes: Any) -> None:
        if capture_id == number and identity is not None:
            raise error
        assign(connection, capture_id, identity, hashes)

    return assign_or_fail


def test_a_report_that_cannot_be_told_keeps_no_other(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """One report whose history fails is noted beside its capture, and the others are told."""
    other = replace(EDITED, agency="云汀区望舒街道办事处")
    numbers = {
        archive.save_capture(make_capture(url, url.encode())): report
        for url, report in ((PAGE, REPORT), (MIRROR, other))
    }
    write = telling_module._write_changes

    def fail_for_the_first(connection: Any, report_id: int, *rest: Any) -> None:
        if report_id == 1:
            raise ZeroDivisionError("so it is")
        write(connection, report_id, *rest)

    monkeypatch.setattr(telling_module, "_write_changes", fail_for_the_first)
    filed = archive.file_readings([make_reading(number, report) for number, report in numbers.items()])

    assert [one.note for one in filed] == ["it cannot be filed (ZeroDivisionError: so it is)", None]
    assert [row.id for row in archive.list_reports()] == [KEY.replace("听松", "望舒")]


def test_readings_are_filed_in_the_order_asked(archive: Archive) -> None:
    """What became of each reading comes back in the order in which they were given."""
    streets = {PAGE: REPORT, MIRROR: replace(EDITED, agency="云汀区望舒街道办事处")}
    numbers = [archive.save_capture(make_capture(url, url.encode())) for url in streets]
    readings = [make_reading(number, report) for number, report in zip(numbers, streets.values(), strict=True)]

    filed = archive.file_readings(readings[::-1])

    other = KEY.replace("听松", "望舒")
    assert filed == [Filed(2, MIRROR, other, "new", None), Filed(1, PAGE, KEY, "new", None)]
    assert archive.file_readings([]) == []


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(edit("total", 10**20), id="a figure of 21 digits"),
        pytest.param(
            replace(REPORT, checks=(Check("report.x", "y", "fail", 2**63, 1, ""),)), id="a sum that is too large"
        ),
        pytest.param(
            replace(REPORT, checks=(Check("report.x", "y", "fail", 1, 2, ""),) * 2), id="a check that stands twice"
        ),
        pytest.param(replace(REPORT, preamble="\ud800"), id="half a character"),
    ],
)
def test_no_report_is_too_strange_to_be_filed(archive: Archive, report: Report) -> None:
    """What a parser can make can be filed: a capture that trips the archive would stop every crawl after it."""
    assert crawl(archive, 1, {PAGE: report})[PAGE].report == KEY


def test_a_change_keeps_its_cells_as_json(archive: Archive, path: Path) -> None:
    """The cells of a change are read by any tool, with the names of the contract."""
    crawl(archive, 1, {PAGE: REPORT})
    crawl(archive, 2, {PAGE: EDITED})

    (cells,) = select(path, "SELECT cells FROM changes WHERE kind = 'figures'")[0]

    assert json.loads(cells) == [{"table": "requests", "row": "new_requests", "column": "total", "old": 5, "new": 6}]
    assert archive.list_changes(since=at_day(2).date().isoformat())[0].cells == tuple(json.loads(cells))


@pytest.mark.parametrize("count", [1, 100, 101, 250])
def test_every_figure_of_a_version_is_kept(archive: Archive, path: Path, count: int) -> None:
    """However many cells a report has, each is a row under its own name."""
    cells = [make_cell(f"row{number}", number) for number in range(count)]
    crawl(archive, 1, {PAGE: make_report(*cells)})

    rows = select(path, 'SELECT "row", raw, value, status, at FROM cells')

    assert sorted(rows) == sorted((cell.row, cell.raw, cell.value, cell.status, cell.at) for cell in cells)


def test_the_same_bytes_cost_no_second_look_at_the_report(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that was confirmed shows what it showed, and its report is not read from the archive to see that."""
    crawl(archive, 1, {PAGE: REPORT})

    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(looks_module, "load_document", fail)
    shown = file_report(archive, archive.save_capture(make_capture(PAGE, None, day=2)), REPORT)

    assert (shown.report, shown.change) == (KEY, None)
    assert [(row.version, row.last_seen) for row in archive.list_reports()] == [(1, "2026-01-02T08:00:00Z")]
