from pathlib import Path

import pytest

from archive import Archive
from archive.front import opened as front
from archive.questions.pictures import FindingCounts, FormCount, Publication, YearCount
from parsers import Check
from tests.archive.made_reports import MIRROR, PAGE, THIRD, at_day, crawl, make_cell, make_report

KEY = "990101-听松街道办事处-2020"


def make_faulty(*rules: str, **fields: object) -> object:
    """Make a report in which a rule fails at a place each."""
    checks = tuple(Check(rule, f"place {number}", "fail", 1, 2, "1 ≠ 2") for number, rule in enumerate(rules))
    return make_report(make_cell(), checks=checks, **fields)


def test_the_archive_is_counted(archive: Archive) -> None:
    """The overview counts what the lists hold, with every year between the first and the last."""
    crawl(archive, 1, {PAGE: make_report(make_cell(value=1)), MIRROR: make_report(year=2022)})
    crawl(archive, 2, {PAGE: make_report(make_cell(value=2))})

    overview = archive.summarise()

    assert (overview.sites, overview.agencies, overview.current, overview.withdrawn) == (1, 1, 2, 0)
    assert (overview.versions, overview.captures) == (3, 3)
    assert overview.years == (YearCount(2020, 1, 0), YearCount(2021, 0, 0), YearCount(2022, 1, 0))
    assert overview.forms == (FormCount("2019", 1), FormCount("narrative", 1))
    assert [one.division for one in overview.districts] == ["990101"]


def test_an_empty_archive_is_counted(archive: Archive) -> None:
    """An archive without a report has no years, and its counts are nought."""
    overview = archive.summarise()

    assert (overview.current, overview.findings, overview.years, overview.forms) == (0, 0, (), ())


def test_an_overview_is_never_out_of_date(archive: Archive) -> None:
    """What was summed up once is summed up again when this process or another has written."""
    with Archive.open(archive.path) as reader:
        before = (archive.summarise().current, reader.summarise().current)
        crawl(archive, 1, {PAGE: make_report()})

        after = (archive.summarise().current, reader.summarise().current)

    assert (before, after) == ((0, 0), (1, 1))


def test_publications_are_those_of_reports_that_stand(archive: Archive) -> None:
    """Agency, year and date of publication of each report; None where no date says."""
    crawl(archive, 1, {PAGE: make_report(), MIRROR: make_report(year=2019)})

    name = "云汀区听松街道办事处"
    assert set(archive.list_publications()) == {Publication(name, 2019, None), Publication(name, 2020, None)}


def test_the_newest_changes_come_first(archive: Archive) -> None:
    """Asked for the newest, the log is the same from its end, page by page."""
    crawl(archive, 1, {PAGE: make_report(make_cell(value=1)), MIRROR: make_report(year=2021)})
    for day in (2, 3):
        crawl(archive, day, {PAGE: make_report(make_cell(value=day))})
    whole = archive.list_changes()

    pages = [archive.list_changes(newest=3, offset=offset) for offset in (0, 3, 6)]

    assert [row for page in pages for row in page] == whole[::-1]
    assert archive.list_changes(kind="figures", newest=1)[0].seen_at == f"{at_day(3):%Y-%m-%dT%H:%M:%SZ}"


def test_changes_of_one_report_are_its_own(archive: Archive) -> None:
    """The log of one report leaves out the other's, whatever part of its id is typed."""
    crawl(archive, 1, {PAGE: make_report(make_cell(value=1)), MIRROR: make_report(year=2021)})
    crawl(archive, 2, {PAGE: make_report(make_cell(value=2))})

    rows = archive.list_changes(report="听松街道办事处-2020")

    assert [(row.id, row.kind) for row in rows] == [(KEY, "new"), (KEY, "figures")]


def test_findings_come_in_pages_the_newest_version_first(archive: Archive) -> None:
    """Pages of findings hold each once; those of the version that was seen last come first."""
    crawl(archive, 1, {PAGE: make_faulty("requests.balance", "requests.row_sum")})
    crawl(archive, 2, {MIRROR: make_faulty("requests.balance", year=2021)})

    pages = [archive.list_findings(limit=2, offset=offset) for offset in (0, 2)]

    told = [(row.id[-4:], row.rule) for page in pages for row in page]
    assert told == [("2021", "requests.balance"), ("2020", "requests.balance"), ("2020", "requests.row_sum")]
    assert [row.id[-4:] for row in archive.list_findings(rule="requests.row_sum", limit=9)] == ["2020"]
    assert [row.id[-4:] for row in archive.list_findings(rule="requests.balance")] == ["2020", "2021"]


def test_findings_are_counted_by_rule_and_site(archive: Archive) -> None:
    """Only what stands now is counted, the most first; an older version's findings are not."""
    crawl(archive, 1, {PAGE: make_faulty("requests.row_sum", "requests.balance", "requests.balance")})
    crawl(archive, 2, {PAGE: make_report(make_cell(value=2)), THIRD: make_faulty("requests.row_sum", year=2021)})

    assert archive.count_findings() == FindingCounts({"requests.row_sum": 1}, {"yunting": 1})
    assert archive.summarise().findings == 1


def test_an_answer_that_took_long_stands_a_while(archive: Archive, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a crawl writes, readers are given an answer that took long again, and the present one after a while."""
    clock = [0.0]
    monkeypatch.setattr(front.time, "monotonic", lambda: clock[0])
    crawl(archive, 1, {PAGE: make_report()})
    asked = []

    def ask(same: Archive) -> int:
        clock[0] += 2.0
        asked.append(len(same.list_changes()))
        return asked[-1]

    with Archive.open(path) as reader:
        told = [reader.remember("changes", ask)]
        crawl(archive, 2, {PAGE: make_report(year=2021)})
        told.append(reader.remember("changes", ask))
        clock[0] += 100.0
        told.append(reader.remember("changes", ask))

    assert told[0] == told[1] == asked[0]
    assert told[2] == asked[1] > asked[0]
