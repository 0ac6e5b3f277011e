import json
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.families.truecms import FAMILY
from crawler.html import parse_page
from crawler.links import Link, Page

COLUMN = "http://www.example.gov.cn/qsq/nb/nb.html"
PAGER = "$('#l').jpage({{ {} proxyUrl:'/truecms/messageController/getMessage.do', ajaxParam:{{ columnId:'c-7' }} }})"


def records(count: int) -> str:
    """Return rows as XML."""
    return "".join(
        f'<record><![CDATA[<li><a href="/qsq/content/{n}.html">第{n}篇</a><span>2022-01-09</span></li>]]></record>'
        for n in range(count)
    )


def windows(links: tuple[Link, ...]) -> list[tuple[int, ...]]:
    """Return first row, last row and rows a page of each request."""
    found = [parse_qs(urlsplit(link.url).query) for link in links]
    return [tuple(int(one[name][0]) for name in ("startrecord", "endrecord", "perpage")) for one in found]


def expand(numbers: str, shown: int = 0) -> tuple[int, list[tuple[int, ...]]]:
    """Return how many rows a page brings, and what it leads to."""
    data = f'<script type="text/xml"><datastore>{records(shown)}</datastore></script>' if shown else ""
    page = parse_page(f"<script>{PAGER.format(numbers)}</script>{data}".encode(), COLUMN)
    assert FAMILY.recognises(page)
    found = FAMILY.expand(page)
    return len(found.links), windows(found.more)


def read(source: str, window: tuple[int, int, int]) -> tuple[int, list[tuple[int, ...]], list[str]]:
    """Return how many rows an answer has, what it leads to, and how certain that is."""
    first, last, size = window
    url = f"http://www.example.gov.cn/truecms/x.do?startrecord={first}&endrecord={last}&perpage={size}"
    assert FAMILY.read is not None
    found = FAMILY.read(Page(url, source=source), Link(url))
    return len(found.links), windows(found.more), [link.rel for link in found.more]


def jsonp(xml: str) -> str:
    """Wrap XML as the service does."""
    return f"cb({json.dumps({'result': xml})});"


@pytest.mark.parametrize(
    ("numbers", "shown", "found"),
    [
        ("totalRecord:58, perPage:10, groupSize:2,", 10, (10, [(1, 20, 10), (21, 40, 10), (41, 60, 10)])),
        ("totalRecord:58, perPage:10,", 0, (0, [(1, 30, 10), (31, 60, 10)])),
        ("totalRecord:8, perPage:10,", 8, (8, [])),
        ("perPage:15, groupSize:1,", 0, (0, [(1, 15, 15)])),
        ("", 0, (0, [(1, 50, 50)])),
    ],
)
def test_rows_are_asked_as_the_page_asks(numbers: str, shown: int, found: tuple[int, list[tuple[int, ...]]]) -> None:
    """As many at once as the page's own script asks for, up to its total; 50 where it says nothing; none twice."""
    assert expand(numbers, shown) == found


def test_a_request_names_the_column() -> None:
    """The column's number and the path of the service are those of the page."""
    page = parse_page(f"<script>{PAGER.format('')}</script>".encode(), COLUMN)

    (link,) = FAMILY.expand(page).more

    assert link.url.partition("?")[0] == "http://www.example.gov.cn/truecms/messageController/getMessage.do"
    assert "columnId=c-7&callback=cb" in link.url


@pytest.mark.parametrize("source", ["", jsonp(""), jsonp("<datastore></datastore>"), "<html>404</html>"])
def test_too_many_rows_at_once_are_asked_again_as_fewer(source: str) -> None:
    """An empty answer, or an error, to 50 rows means 20, then 10, and then that there are none."""
    assert read(source, (1, 50, 50)) == (0, [(1, 20, 20)], [""])
    assert read(source, (1, 20, 20)) == (0, [(1, 10, 10)], ["guess"])
    assert read(source, (1, 10, 10)) == (0, [], [])
    assert read(source, (51, 100, 50)) == (0, [], [])


@pytest.mark.parametrize(
    ("xml", "window", "more"),
    [
        (records(20), (1, 20, 20), [(21, 40, 20)]),
        (records(19), (21, 40, 20), []),
        ("<totalrecord>58</totalrecord>" + records(20), (1, 20, 10), [(21, 40, 10), (41, 60, 10)]),
        ("<totalrecord>58</totalrecord>" + records(20), (21, 40, 10), [(41, 60, 10)]),
        ("<totalrecord>58</totalrecord>" + records(18), (41, 60, 10), []),
    ],
)
def test_an_answer_leads_on_by_its_total_or_while_it_is_full(
    xml: str, window: tuple[int, int, int], more: list[tuple[int, ...]]
) -> None:
    """Rows go on behind the last that was asked for."""
    assert read(jsonp(xml), window)[1] == more


def test_rows_are_read_from_xml_without_its_wrapper() -> None:
    """Some services give the XML itself."""
    assert read(f"<datastore>{records(3)}</datastore>", (1, 20, 20))[0] == 3


def test_an_endless_total_is_bounded() -> None:
    """No list is asked for in more pieces than the limit."""
    assert len(read(jsonp("<totalrecord>9999999</totalrecord>" + records(1)), (1, 1, 1))[1]) == 500
