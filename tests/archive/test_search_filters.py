from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from archive import Archive, QueryError, SiteIdentity
from parsers import Cell, Check
from tests.archive.made_reports import HOST, SITE, at_day, crawl, make_capture, make_cell, make_reading, make_report

OTHER = SiteIdentity("songyuan", "松原镇人民政府", None)
UNSUMMED = Check("requests.row_sum", "granted", "fail", 3, 4, "3 and 4 differ")
FEE = Cell("proactive_disclosure", "fees", "fee_amount", "12.5", 12.5, "万元", "reported", "line 9")


def make_reports() -> dict[str, Any]:
    """Make reports that differ in all that can be asked for, by the names of their pages."""
    return {
        "first": replace(
            make_report(
                make_cell(value=60),
                make_cell("granted", None),
                make_cell("granted", 4, column="natural_person"),
                FEE,
                agency="云汀区听松街道办事处",
                year=2018,
                words="第一份，公开。",
            ),
            published=date(2019, 1, 20),
        ),
        "second": replace(
            make_report(
                make_cell(value=5),
                make_cell("granted", 0),
                replace_cell(FEE, raw="300000", value=300_000, unit="元"),
                agency="云汀区白杨街道办事处",
                year=2020,
                words="第二份，公开。",
                checks=(UNSUMMED,),
            ),
            published=date(2021, 3, 1),
        ),
        "third": make_report(
            make_cell(value=None, status="ambiguous", raw="5?"),
            make_cell("other.total", 2, column="business"),
            make_cell("granted", 1, status="inferred"),
            agency="青石区档案局",
            district="青石区",
            year=2021,
            title="年度报告",
            words="第三份，电梯。",
        ),
        "told": make_report(agency="云汀区望舒街道办事处", year=2021, words="第四份，公开电梯。"),
    }


def replace_cell(cell: Cell, **fields: Any) -> Cell:
    """Return a cell with other fields."""
    return cell._replace(**fields)


@pytest.fixture(scope="module")
def four(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Return an archive of four reports, of which one is withdrawn."""
    with Archive.create(tmp_path_factory.mktemp("filters") / "four.db") as archive:
        archive.save_site(SITE)
        archive.save_site(OTHER)
        reports = make_reports()
        crawl(archive, 1, {f"{HOST}/{name}": report for name, report in reports.items() if name != "third"})
        archive.begin_run()
        page = replace(make_capture(f"{HOST}/third", b"third", day=1), site=OTHER.name)
        archive.file_readings([make_reading(archive.save_capture(page), reports["third"])])
        for day in (4, 9, 25):
            archive.begin_run()
            archive.save_capture(make_capture(HOST, f"day {day}".encode(), "home", day=day))
            archive.save_capture(make_capture(f"{HOST}/told", None, day=day, status=404, failure="http 404"))
            archive.tell_stale()
        yield archive


def find(archive: Archive, query: str, **options: Any) -> set[str]:
    """Return the names of the pages that a search finds."""
    return {match.url.rsplit("/", 1)[1] for match in archive.search(query, **options).matches}


ALL = {"first", "second", "third", "told"}
FOUND = {
    "year:2020": {"second"},
    "year:2018..2020": {"first", "second"},
    "year!=2018..2020": {"third", "told"},
    "year>2020": {"third", "told"},
    "year>=2020": {"second", "third", "told"},
    "year<2020": {"first"},
    "年份：２０２０": {"second"},
    "-year:2021": {"first", "second"},
    "district:云汀": {"first", "second", "told"},
    "district:青石区": {"third"},
    "district:雲汀": {"first", "second", "told"},
    "district:9901": {"first", "second", "told"},
    "division:990101": {"first", "second", "told"},
    "区划:9902": set(),
    "agency:街道": {"first", "second", "told"},
    "机关：檔案局": {"third"},
    "agency!=街道": {"third"},
    "site:yunting": {"first", "second", "told"},
    "site:songyuan": {"third"},
    "form:2019": {"first", "second", "third"},
    "form:narrative": {"told"},
    "form:none": set(),
    "status:withdrawn": {"told"},
    "-status:withdrawn": {"first", "second", "third"},
    "状态：撤下": {"told"},
    "status:current": {"first", "second", "third"},
    "published:2021": {"second"},
    "published:2021-03": {"second"},
    "published:2021-03-01": {"second"},
    "published:2019..2021": {"first", "second"},
    "published<2021": {"first"},
    "published<=2021-03": {"first", "second"},
    "published>2019-01": {"second"},
    "published>=2019-01-20": {"first", "second"},
    "-published:2021": {"first", "third", "told"},
    "blank:yes": {"first"},
    "空白：无": {"second", "third", "told"},
    "ambiguous:yes": {"third"},
    "inferred:yes": {"third"},
    "missing:yes": set(),
    "missing:no": ALL,
    "finding:yes": {"second"},
    "finding:no": {"first", "third", "told"},
    "finding:requests": {"second"},
    "不符：requests.balance": set(),
    "new_requests>50": {"first"},
    "new_requests.total>50": {"first"},
    "requests.new_requests>50": {"first"},
    "requests.new_requests.total>50": {"first"},
    "new_requests>=5": {"first", "second"},
    "new_requests!=5": {"first"},
    "new_requests<60": {"second"},
    "-new_requests>50": {"second", "third", "told"},
    "granted=0": {"second"},
    "granted.natural_person>3": {"first"},
    "other.total>1": {"third"},
    "fee_amount>12": {"first", "second"},
    "fee_amount>=30": {"second"},
    "fees>200000元": {"second"},
    "fees=125000元": {"first"},
    "fees<31": {"first", "second"},
    "fees<0.002亿元": {"first"},
    "公开 year:2021": {"told"},
    "公开 -status:withdrawn": {"first", "second"},
    "公 year>2018": {"second", "told"},
    "电梯 OR year:2018": {"first", "third", "told"},
    "year:2018 OR year:2020": {"first", "second"},
    "-电梯": {"first", "second"},
    "-电梯 year>2018": {"second"},
    "公 -电梯": {"first", "second"},
    "-电梯 OR status:withdrawn": {"first", "second", "told"},
    "公开 -电梯 OR year:2021": {"first", "second", "told"},
    "year:2018 year:2020": set(),
}


@pytest.mark.parametrize("query", FOUND)
def test_filters_choose_reports(four: Archive, query: str) -> None:
    """Each filter means what it says, with words and with others, and the number of those found is right."""
    found = four.search(query)

    assert find(four, query) == FOUND[query]
    assert found.total == len(FOUND[query])


@pytest.mark.parametrize("query", FOUND)
def test_filters_choose_the_same_of_what_was_known(four: Archive, query: str) -> None:
    """As of the last day, and with all versions, nothing else is found where nothing else was known."""
    assert find(four, query, as_of="2026-12-31T23:59:59Z") == FOUND[query]
    assert find(four, query, all_versions=True) == FOUND[query]


def test_filters_know_what_was_known_on_a_day(four: Archive) -> None:
    """A report that is withdrawn now was not on the day before, and none is found before it was met."""
    early, before = "2026-01-02T00:00:00Z", "2025-12-31T00:00:00Z"

    assert find(four, "status:withdrawn", as_of=early) == set()
    assert find(four, "status:current 电梯", as_of=early) == {"third", "told"}
    assert four.search("公开", as_of=before).total == 0


def test_filters_alone_list_by_date(four: Archive) -> None:
    """Without a word there is nothing to weigh: the newest year comes first, and the overview is shown."""
    found = four.search("year>=2018")

    assert found.order == "date"
    assert [match.year for match in found.matches] == [2021, 2021, 2020, 2018]
    assert found.matches[-1].snippet.startswith("第一份，公开。")


REFUSED = {
    "year:abc": "year:abc cannot be understood: year wants a year",
    "year>2018..2020": "year wants a year",
    "published:2021-13": "published wants a day, a month, a year",
    "published:2021-02-30": "published wants a day",
    "form:2020": "form wants one of 2014, 2019, 2021, narrative, none",
    "status:gone": "status wants one of current",
    "blank:perhaps": "blank wants one of yes",
    "status>current": "there is no more or less of it",
    "site:nowhere": r"site wants the name of a site \(.*yunting.*\)",
    "division:云汀": "division wants a division code",
    "district:\u200b": "district wants a name",
    "requests.totl>5": "no cell of this archive is called requests.totl",
    "newrequests>5": "no cell of this archive is called newrequests; perhaps .*new_requests",
    "total>5": "total may mean .*; write one of them",
}


@pytest.mark.parametrize("query", REFUSED)
def test_a_filter_that_means_nothing_says_what_it_could(four: Archive, query: str) -> None:
    """A value or a name that is not known is an error that says which are."""
    with pytest.raises(QueryError, match=REFUSED[query]):
        four.search(query)


@pytest.mark.parametrize(
    "query",
    ["district:'", "agency:');DROP", 'agency:"%"', "site:yunting;--", "finding:'_", "agency:\x00公", "agency:\ud800"],
)
def test_values_are_never_sql(four: Archive, query: str) -> None:
    """Whatever a value holds is compared, and means nothing to SQLite."""
    try:
        found = find(four, query)
    except QueryError:
        found = set()

    assert found == set()
    assert four.search("year>=2018").total == len(ALL)


def test_filters_with_words_use_the_index(four: Archive) -> None:
    """Words lead to the rows, and filters are looked at for these alone: no table is read from end to end."""
    connection = four._connection  # noqa: SLF001,RUF100 - what is asked of SQLite
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    four.search("公开 blank:yes requests.new_requests>5 district:云汀")
    connection.set_trace_callback(None)

    plans = [
        step[3]
        for one in asked
        if "MATCH" in one
        for step in connection.execute(f"EXPLAIN QUERY PLAN {one}").fetchall()
    ]
    assert {plan for plan in plans if plan.startswith("SCAN")} == {"SCAN search_words VIRTUAL TABLE INDEX 0:M2"}


def test_a_day_of_the_world_is_a_day(four: Archive) -> None:
    """The moments at which these reports were met are those that the tests name."""
    assert at_day(1).isoformat() == "2026-01-01T08:00:00+00:00"
    assert four.search("year>2000", as_of="2026-01-01T08:00:00Z").total == len(ALL)
