import json
from typing import Any

import pytest

from crawler.families.epoint import FAMILY
from crawler.html import parse_page
from crawler.links import Link, Page, Post

HOST = "http://www.example.gov.cn"
COLUMN = HOST + "/dynamic/zwgk/govInfoPub.html?categorynum=003005&deptcode=12"
SERVICE = HOST + "/EWB-FRONT/rest/lightfrontaction/getgovinfolist"
SHELL = '<script src="/js/webBuilderCommon.js"></script>'
BODY = {"categorynum": "003005", "deptcode": "12", "siteGuid": "g-1", "pageIndex": 0, "pageSize": 50}


def expand(body: str, url: str = COLUMN) -> list[Link]:
    """Return the requests that a column leads to."""
    page = parse_page(body.encode(), url)
    assert FAMILY.recognises(page)
    return list(FAMILY.expand(page).more)


def sent(link: Link) -> Any:
    """Return what a request says."""
    assert link.post is not None
    assert (link.post.content_type, link.family) == ("application/json", "epoint")
    return json.loads(link.post.body)


def read(answer: object, *, body: object = BODY) -> tuple[list[tuple[str, str]], list[tuple[Any, str]]]:
    """Return the entries of an answer (address, words), and the page number and certainty of what is asked next."""
    assert FAMILY.read is not None
    found = FAMILY.read(Page(SERVICE, source=json.dumps(answer)), Link(SERVICE, post=Post(json.dumps(body))))
    numbers = [(said.get("params", said)["pageIndex"], link.rel) for link in found.more for said in [sent(link)]]
    return [(link.url.removeprefix(HOST), link.words) for link in found.links], numbers


def rows(count: int) -> list[dict[str, str]]:
    """Return rows as the service gives them."""
    return [{"title": f"第{n}篇", "infourl": f"/a/{n}.html"} for n in range(count)]


def test_a_column_without_a_site_asks_for_the_common_script_first() -> None:
    """The script file is asked once for each column, which it is told, since the answer must know it."""
    assert [(link.url, link.post) for link in expand(SHELL)] == [
        (HOST + "/js/webBuilderCommon.js?categorynum=003005&deptcode=12", None)
    ]


def test_the_common_script_leads_to_the_list() -> None:
    """The number of the site and the path of the service stand in `siteInfo`."""
    url = HOST + "/js/webBuilderCommon.js?categorynum=003005&deptcode=12"
    script = 'var siteInfo = {"siteGuid": "g-1", "projectName": "/EWB_QS"};\nfunction f() { return 1 }'
    assert FAMILY.read is not None

    (link,) = FAMILY.read(Page(url, source=script), Link(url)).more

    assert link.url == HOST + "/EWB_QS/rest/lightfrontaction/getgovinfolist"
    assert sent(link) == BODY


def test_a_script_without_a_site_leads_nowhere() -> None:
    """Without the number nothing can be asked."""
    assert FAMILY.read is not None

    assert FAMILY.read(Page(HOST, source="var a = 1;"), Link(HOST)).more == ()


@pytest.mark.parametrize(
    "body",
    [
        SHELL + "<script>var siteInfo = {siteGuid: 'g-1'};</script>",
        SHELL + '<input type="hidden" id="siteGuid" value="g-1">',
    ],
)
def test_a_column_that_names_its_site_is_asked_at_once(body: str) -> None:
    """The page's own number makes the script file needless."""
    (link,) = expand(body)

    assert (link.url, sent(link)) == (SERVICE, BODY)


def test_the_column_may_stand_in_the_script() -> None:
    """Where the address does not name the column, the page does."""
    (link,) = expand(SHELL + "<script>var categorynum = '003009', siteGuid = 'g-1';</script>", HOST + "/nb/")

    assert sent(link)["categorynum"] == "003009"


def test_a_page_without_a_column_asks_nothing() -> None:
    """Every page of such a site has the script."""
    assert expand(SHELL, HOST + "/") == []


@pytest.mark.parametrize(
    ("count", "total", "number", "more"),
    [
        (20, 58, 0, [(1, ""), (2, ""), (3, "guess")]),
        (50, 100, 0, [(1, ""), (2, "guess")]),
        (50, 120, 1, [(2, ""), (3, "guess")]),
        (8, 58, 1, [(2, "guess")]),
        (8, 58, 2, []),
        (50, 0, 0, [(1, "guess")]),
        (50, 0, 3, [(4, "guess")]),
        (7, 0, 3, []),
    ],
)
def test_pages_are_asked_whether_the_first_is_0_or_1(
    count: int, total: int, number: int, more: list[tuple[int, str]]
) -> None:
    """From 0 on, and one more than the total needs where pages count from 1; without a total while pages are full."""
    answer = {"custom": {"data": rows(count), "total": total}}

    assert read(answer, body={**BODY, "pageIndex": number})[1] == more


def test_an_empty_first_page_is_asked_again_otherwise() -> None:
    """Nothing on page 0 may mean that pages count from 1, or that the service wants its values in an envelope."""
    assert read({"custom": {"data": [], "total": 0}})[1] == [(1, "guess"), (0, "guess")]
    assert read({"custom": {}}, body={"params": BODY})[1] == [(1, "guess")]
    assert read({}, body={**BODY, "pageIndex": 1})[1] == []


def test_an_entry_has_its_whole_title_and_an_address_from_the_root() -> None:
    """Titles are cut in one field and whole in another; what the service gives may be JSON within JSON."""
    row = {"title": "<font>甲街道</font>…", "realtitle": "甲街道2021年年报", "infourl": "zwgk/003/1.html"}

    assert read({"custom": {"data": [row]}})[0] == [("/zwgk/003/1.html", "甲街道2021年年报")]
    assert read({"custom": json.dumps({"data": json.dumps([row])})})[0] == [("/zwgk/003/1.html", "甲街道2021年年报")]
