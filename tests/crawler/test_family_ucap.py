import json

import pytest

from crawler.families.ucap import FAMILY
from crawler.html import parse_page
from crawler.links import Link, Page

LIST = "http://www.example.gov.cn/qsq/c100275/list.shtml"
CHANNEL, OTHER = "a" * 32, "b" * 32
QUERY = "?page=1&_pageSize=15&_isAgg=true&_isJson=true&_template=index"


def asked(body: str) -> list[str]:
    """Return what the page of a channel makes worth asking."""
    page = parse_page(body.encode(), LIST)
    assert FAMILY.recognises(page)
    return [link.url.partition(".cn")[2] for link in FAMILY.expand(page).more]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (f'<meta name="channelid" content="{CHANNEL}">', f"/common/search/{CHANNEL}"),
        (f'<meta name="ChannelId" content="{CHANNEL}"><p>x', f"/common/search/{CHANNEL}"),
        (f"<script>var u = '/searchList/{CHANNEL}?x=1'</script>", f"/searchList/{CHANNEL}"),
        (
            f"<script>get('/search/{OTHER}'); get('/search/{CHANNEL}')</script>"
            + f'<meta name="channelid" content="{CHANNEL}">',
            f"/search/{CHANNEL}",
        ),
    ],
)
def test_a_channel_is_asked_by_its_number(body: str, path: str) -> None:
    """The number stands in a meta tag or in the address that the page's script asks, whose path is then taken."""
    assert asked(body) == [path + QUERY]


@pytest.mark.parametrize(
    "body",
    [
        f'<meta name="channelid" content="{CHANNEL}"><UCAPTITLE>年报</UCAPTITLE>',
        f'<meta name="channelid" content="{CHANNEL}"><div id="UCAP-CONTENT">年报</div>',
        f'<meta name="channelid" content="{CHANNEL}"><meta name="ArticleTitle" content="年报">',
        f"<script>get('/search/{OTHER}'); get('/search/{CHANNEL}')</script>",
    ],
)
def test_articles_and_pages_of_many_channels_ask_nothing(body: str) -> None:
    """An article names its channel as well; a page that shows several channels has none of its own."""
    assert asked(body) == []


def read(total: int, rows: int, number: int = 1) -> list[str]:
    """Return which further pages an answer leads to."""
    results = [{"title": f"第{n}篇", "url": f"//www.example.gov.cn/{n}.shtml"} for n in range(rows)]
    url = f"http://www.example.gov.cn/common/search/{CHANNEL}?page={number}&_pageSize=15"
    assert FAMILY.read is not None
    found = FAMILY.read(Page(url, source=json.dumps({"data": {"total": total, "results": results}})), Link(url))
    assert {link.family for link in found.more} <= {"ucap"}
    return [link.url.partition("page=")[2].partition("&")[0] for link in found.more]


@pytest.mark.parametrize(
    ("total", "rows", "number", "more"),
    [(40, 15, 1, ["2", "3"]), (40, 10, 1, ["2", "3", "4"]), (40, 15, 2, ["3"]), (40, 10, 3, []), (0, 0, 1, [])],
)
def test_pages_are_counted_by_the_rows_that_came(total: int, rows: int, number: int, more: list[str]) -> None:
    """Servers give fewer rows than asked for; what the first page holds counts."""
    assert read(total, rows, number) == more


def test_a_result_is_a_link_with_its_title_and_day() -> None:
    """Addresses without a scheme are made whole; files of a result are links of their own."""
    url = "https://www.example.gov.cn/common/search/x?page=1"
    row = {"title": "甲镇2021年年报", "url": "//www.example.gov.cn/1.shtml", "publishedTimeStr": "2022-01-09 08:00:00"}
    row["resList"] = [{"fileName": "年报.docx", "filePath": "/files/1.docx"}]
    row["domainMetaList"] = [{"resultList": [{"key": "syh", "value": "QS-1"}]}]
    assert FAMILY.read is not None

    found = FAMILY.read(Page(url, source=json.dumps({"data": {"results": [row]}})), Link(url)).links

    assert [(link.url, link.text, link.context) for link in found] == [
        ("https://www.example.gov.cn/1.shtml", "甲镇2021年年报", "甲镇2021年年报 2022-01-09"),
        ("https://www.example.gov.cn/files/1.docx", "年报.docx", "年报.docx"),
    ]


def test_other_pages_are_not_of_this_family() -> None:
    """A channel whose number is no such number is another system's."""
    assert not FAMILY.recognises(parse_page(b'<meta name="channelid" content="12">', LIST))
