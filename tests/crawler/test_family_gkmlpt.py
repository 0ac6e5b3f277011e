import json

import pytest

from crawler.families.gkmlpt import FAMILY
from crawler.html import parse_page
from crawler.links import Link, Page

INDEX = "http://www.example.gov.cn/gkmlpt/index"
ANNUAL = "政府信息公开年报"


def shell(config: str, url: str = INDEX) -> Page:
    """Return a page of the platform with this configuration."""
    return parse_page(
        f"<div id='app'></div><script>window._CONFIG = {config};</script>".encode() + b"<!-- gkmlpt -->", url
    )


def node(number: int, name: str, *children: object, jump_url: str = "") -> dict[str, object]:
    """Return a node of the tree."""
    return {"id": number, "name": name, "jump_url": jump_url, "children": list(children)}


def expand(*nodes: object, url: str = INDEX) -> list[tuple[str, str, str | None]]:
    """Return address, words and family of the links found in a tree."""
    page = shell(f"{{SID: '755041', TREE: {json.dumps(nodes, ensure_ascii=False)}, AREA: top.x || 1}}", url)
    assert FAMILY.recognises(page)
    return [(link.url.partition(".cn")[2], link.text, link.family) for link in FAMILY.expand(page).links]


def read(total: object, articles: int, page: str = "1") -> list[str]:
    """Return which further pages an answer leads to."""
    rows = [{"title": f"第{number}篇", "url": f"/post_{number}.html"} for number in range(articles)]
    url = f"http://www.example.gov.cn/gkmlpt/api/all/2629?page={page}&sid=7"
    source = json.dumps({"articles": rows, "classify": {"post_count": total}})
    assert FAMILY.read is not None
    return [link.url.partition("page=")[2] for link in FAMILY.read(Page(url, source=source), Link(url)).more]


def test_the_columns_of_annual_reports_are_asked_of_the_interface() -> None:
    """Of the whole tree only the annual reports, and all columns under them, are asked for."""
    tree = [node(1, "法定主动公开内容", node(2, "规划计划")), node(2629, ANNUAL, node(2630, "2021年"))]

    assert expand(*tree) == [
        ("/gkmlpt/api/all/2629?page=1&sid=755041", ANNUAL, "gkmlpt"),
        ("/gkmlpt/api/all/2630?page=1&sid=755041", ANNUAL, "gkmlpt"),
    ]


def test_a_column_that_jumps_is_a_page_like_any_other() -> None:
    """What has an address of its own is judged by its words, whatever it is."""
    assert expand(node(1, "政府信息公开指南", jump_url="/zn/"), node(2, "年报解读")) == []
    assert expand(node(1, "规划计划", jump_url="/gh/"), node(2629, ANNUAL, jump_url="/nb/")) == [
        ("/gh/", "规划计划", None),
        ("/nb/", ANNUAL, None),
    ]


def test_a_department_has_the_platform_under_its_own_path() -> None:
    """The interface lies where the page lies."""
    found = expand(node(9, ANNUAL), url="http://www.example.gov.cn/bydj/gkmlpt/index")

    assert found == [("/bydj/gkmlpt/api/all/9?page=1&sid=755041", ANNUAL, "gkmlpt")]


def test_the_column_behind_the_number_sign_is_asked_for() -> None:
    """A link to `annualreport#2629` names the column, which no request ever does."""
    page = shell("{SID: 755041}")
    linked = parse_page(page.source.encode() + b'<a href="/gkmlpt/annualreport#2629">x</a>', INDEX)

    assert [link.url for link in FAMILY.expand(linked).links] == [
        "http://www.example.gov.cn/gkmlpt/api/all/2629?page=1&sid=755041"
    ]


def test_the_files_of_an_article_are_found_in_its_text_and_beside_it() -> None:
    """An article stands in the script: its files are links in its HTML, or entries of a list."""
    detail = {"title": "年报", "content": '<p><a href="/attachment/1.pdf">甲</a><a href="/x/">乙</a></p>'}
    detail["attachment"] = [
        {"name": "丙.docx", "url": "/attachment/2.docx"},
        {"name": "图", "url": "/attachment/3.jpg"},
    ]

    links = FAMILY.expand(shell(f"{{DETAIL: {json.dumps(detail)}}}")).links

    assert [(link.url.rpartition("/")[2], link.text) for link in links] == [("1.pdf", "甲"), ("2.docx", "丙.docx")]


@pytest.mark.parametrize(
    ("total", "articles", "page", "more"),
    [
        (250, 100, "1", ["2&sid=7", "3&sid=7"]),
        ("250", 100, "0", ["2&sid=7", "3&sid=7"]),  # 0 and 1 are the same page
        (250, 100, "2", ["3&sid=7"]),
        (250, 50, "3", []),
        (100, 100, "1", []),
        (58, 20, "1", ["2&sid=7", "3&sid=7"]),
        (0, 0, "1", []),
        (None, 100, "1", []),
    ],
)
def test_a_list_ends_where_its_count_says(total: object, articles: int, page: str, more: list[str]) -> None:
    """Pages are as many as the column's count and the rows of its first page make them."""
    assert read(total, articles, page) == more


def test_an_inflated_count_is_bounded() -> None:
    """No list has more pages than the limit."""
    assert len(read(10_000_000, 1)) == 499


def test_an_article_is_a_link_with_its_title_and_day() -> None:
    """Titles, absolute addresses and days, also where these are moments; files keep their own names."""
    url = "http://www.example.gov.cn/gkmlpt/api/all/1?page=1"
    row = {"title": "甲街道<b>2021</b>年年报", "url": "//www.example.gov.cn/post_1.html", "date": 1611900000}
    row["attachment"] = [{"name": "表.xls", "url": "/attachment/9.xls"}]
    assert FAMILY.read is not None

    found = FAMILY.read(Page(url, source=json.dumps({"articles": [row]})), Link(url)).links

    assert [(link.url, link.text, link.context) for link in found] == [
        ("http://www.example.gov.cn/post_1.html", "甲街道2021年年报", "甲街道2021年年报 2021-01-29"),
        ("http://www.example.gov.cn/attachment/9.xls", "表.xls", "表.xls"),
    ]


@pytest.mark.parametrize("source", ["", "<html>", "[]", '{"articles": 7}', '{"articles": [1, null, {"title": 3}]}'])
def test_an_answer_that_is_no_list_brings_nothing(source: str) -> None:
    """Whatever comes instead of a list, nothing is made up."""
    assert FAMILY.read is not None

    found = FAMILY.read(Page(INDEX, source=source), Link(INDEX + "?page=1"))

    assert (found.links, found.more) == ((), ())


def test_other_pages_are_not_of_this_family() -> None:
    """A configuration alone, or the name alone, is no fingerprint."""
    assert not FAMILY.recognises(parse_page(b"<script>var _CONFIG = {}</script>", INDEX))
    assert not FAMILY.recognises(parse_page(b"<a href='/gkmlpt/index'>x</a>", INDEX))
