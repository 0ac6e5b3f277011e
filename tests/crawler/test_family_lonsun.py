from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.families.lonsun import FAMILY
from crawler.html import parse_page
from crawler.links import Link, Page

HOST = "http://www.example.gov.cn"
COLUMN = HOST + "/public/column/7001?type=3&action=list"
SCRIPT = (
    '<script>var siteId = "99";{count} $.get("/zwgk/site/label/8888?IsAjax=1&_=0.25&x=" + Math.random() + "&labelName='
    'publicInfoList&siteId=99&pageSize=10&organId=7001&type=3&catId=&file=/c2/list");</script>'
)


def expand(body: str, url: str = COLUMN) -> tuple[list[Link], list[Link]]:
    """Return the columns and the requests for rows that a page leads to."""
    page = parse_page(body.encode(), url)
    assert FAMILY.recognises(page)
    found = FAMILY.expand(page)
    return list(found.links), list(found.more)


def query(link: Link) -> dict[str, str]:
    """Return the query of a link."""
    return {name: values[0] for name, values in parse_qs(urlsplit(link.url).query).items()}


def read(body: str, number: int = 1) -> list[tuple[str, str]]:
    """Return number and certainty of the further pages to which a fragment leads."""
    url = f"{HOST}/site/label/8888?labelName=publicInfoList&pageSize=2&pageIndex={number}"
    assert FAMILY.read is not None
    return [(query(link)["pageIndex"], link.rel) for link in FAMILY.read(Page(url, source=body), Link(url)).more]


def rows(count: int) -> str:
    """Return a fragment with rows."""
    return "".join(
        f'<li><a class="title" href="/public/7001/{n}.html" title="甲镇{n}">甲…</a></li>' for n in range(count)
    )


def test_the_rows_of_a_column_are_asked_as_its_script_asks() -> None:
    """Path, site and template are the script's own, also where it puts its address together of pieces."""
    _, more = expand(SCRIPT.replace("{count}", ""))

    assert [urlsplit(link.url).path for link in more] == ["/zwgk/site/label/8888"]
    found = query(more[0])
    assert (found["siteId"], found["organId"], found["type"], found["pageSize"]) == ("99", "7001", "3", "10")
    assert (found["labelName"], found["file"], found["pageIndex"]) == ("publicInfoList", "/c2/list", "1")
    assert "_" not in found


def test_without_a_script_the_usual_request_is_made() -> None:
    """Agency and type stand in the column's address, the site in a meta tag."""
    _, more = expand('<meta name="SiteId" content="55"><a href="/public/column/7001?type=4">x</a>')

    found = query(more[0])
    assert urlsplit(more[0].url).path == "/site/label/8888"
    assert (found["siteId"], found["organId"], found["type"]) == ("55", "7001", "3")


@pytest.mark.parametrize(
    ("count", "shown", "numbers"),
    [
        ("var pageCount = 3;", "", ["1", "2", "3"]),
        ("pageCount: 3,", rows(2), ["2", "3"]),
        ("", rows(2), ["2"]),
        ("", "", ["1"]),
        ("var pageCount = 0;", "", ["1"]),
        ("var pageCount = 1;", rows(2), []),
    ],
)
def test_what_the_page_shows_is_not_asked_again(count: str, shown: str, numbers: list[str]) -> None:
    """All pages are asked where they are counted; the first only where its rows are not on the page."""
    _, more = expand(SCRIPT.replace("{count}", count) + shown)

    assert [query(link)["pageIndex"] for link in more] == numbers


def test_a_second_page_that_nothing_counts_is_a_guess() -> None:
    """A column may well have no further page."""
    _, more = expand(SCRIPT.replace("{count}", "") + rows(2))

    assert [link.rel for link in more] == ["guess"]


def test_every_agency_has_its_annual_reports_at_the_same_place() -> None:
    """From the links to agencies the columns of their annual reports are known, each once, other links aside."""
    links, _ = expand(
        '<a href="/public/column/11?type=4&action=list">白杨街道</a><a href="/public/column/11">白杨街道</a>'
        '<a href="/zwgk/public/column/12?type=4">财政局</a><a href="/public/column/13?type=2">指南</a>',
        HOST + "/public/",
    )

    assert [(link.url.removeprefix(HOST), link.text) for link in links] == [
        ("/public/column/11?type=3&action=list", "白杨街道政府信息公开年报"),
        ("/zwgk/public/column/12?type=3&action=list", "财政局政府信息公开年报"),
    ]


def test_a_name_too_long_for_a_column_is_left_out() -> None:
    """The words must still be those of a column."""
    links, _ = expand(f'<a href="/public/column/11">{"青石区经济" * 4}开发管理委员会</a>', HOST + "/public/")

    assert [link.text for link in links] == ["政府信息公开年报"]


@pytest.mark.parametrize(
    ("body", "number", "more"),
    [
        (rows(2), 1, [("2", "guess")]),
        (rows(1), 1, []),
        ("暂无相关信息", 4, []),
        (rows(2) + "<script>page({pageCount:4})</script>", 2, [("3", ""), ("4", "")]),
        (rows(2) + "<script>page({pageCount:2})</script>", 2, []),
    ],
)
def test_a_fragment_leads_on_while_it_is_full(body: str, number: int, more: list[tuple[str, str]]) -> None:
    """Where nothing counts the pages, a full one may have another behind it; a short one is the last."""
    assert read(body, number) == more


def test_a_row_keeps_the_whole_title_and_its_day() -> None:
    """A fragment's rows are links like those of a page."""
    body = '<ul><li><a href="/public/7001/9.html" title="甲镇2021年年报">甲镇…</a><span>2022-01-09</span></li></ul>'
    assert FAMILY.read is not None

    found = FAMILY.read(Page(HOST + "/site/label/8888", source=body), Link(HOST)).links

    assert [(one.url, one.words, one.context) for one in found] == [
        (HOST + "/public/7001/9.html", "甲镇2021年年报", "甲镇… 2022-01-09")
    ]


def test_a_page_without_a_column_asks_nothing() -> None:
    """A page that only links to columns is no column itself."""
    assert expand('<a href="/public/column/7001?type=3">政府信息公开年报</a>', HOST + "/")[1] == []
