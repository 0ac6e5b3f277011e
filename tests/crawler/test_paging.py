import pytest

from crawler.html import parse_page
from crawler.links import Link, Page
from crawler.paging import (
    GUESSES_LIMIT,
    PAGES_LIMIT,
    count_pages,
    find_current,
    is_page_of,
    next_pages,
    order_pages,
    shows_more,
)

HOST = "http://www.example.gov.cn"
CALLED = '<a href="javascript:next(2)">下一页</a>'


def page_of(path: str, body: str) -> Page:
    """Read a page."""
    return parse_page(body.encode(), HOST + path)


def pages_of(path: str, body: str) -> list[str]:
    """Return the paths of the other pages of a list."""
    return [link.url.removeprefix(HOST) for link in next_pages(page_of(path, body)) if link.rel != "guess"]


def guesses_of(path: str, body: str = CALLED) -> list[str]:
    """Return the paths at which a further page is guessed."""
    return [link.url.removeprefix(HOST) for link in next_pages(page_of(path, body)) if link.rel == "guess"]


def test_numbers_gone_mad_are_bounded() -> None:
    """No list has more pages than the limit."""
    numbered = "".join(f'<a href="index_{number}.html">{number}</a>' for number in range(1, 700))

    assert len(pages_of("/nb/", numbered)) == PAGES_LIMIT


@pytest.mark.parametrize(
    ("path", "link", "target"),
    [
        ("/nb/", '<a href="index_2.html">下一页</a>', "/nb/index_2.html"),
        ("/nb/index.html", '<a href="index_1.html">下一页 &gt;</a>', "/nb/index_1.html"),
        ("/nb/index.html", '<a href="index_1.html">下页</a>', "/nb/index_1.html"),
        ("/nb/index.html", '<a href="index_1.html">›</a>', "/nb/index_1.html"),
        ("/nb/index.html", '<a href="index_1.html" rel="next">more</a>', "/nb/index_1.html"),
        ("/nb/", '<link rel="next" href="/nb/2/">', "/nb/2/"),
        ("/list.jsp?id=7", '<a href="?id=7&page=2">Next</a>', "/list.jsp?id=7&page=2"),
        ("/list.jsp?id=7", '<a href="?id=7&totalPage=5&PageIndex=2">2</a>', "/list.jsp?id=7&totalPage=5&PageIndex=2"),
        ("/nb.htm", '<a href="nb/3.htm">下页</a>', "/nb/3.htm"),
        ("/nb/3.htm", '<a href="2.htm">下页</a>', "/nb/2.htm"),
        ("/nb/page_1.html", '<a href="page_2.html">2</a>', "/nb/page_2.html"),
        ("/nb/column-index-1.shtml", '<a href="column-index-2.shtml">2</a>', "/nb/column-index-2.shtml"),
        ("/class/XXGK/", '<a href="/class/XXGK/2">下一页</a>', "/class/XXGK/2"),
    ],
)
def test_a_link_to_the_next_page_is_followed(path: str, link: str, target: str) -> None:
    """A link that says next, or a page's number, leads on where its address is another page of the list."""
    assert pages_of(path, link) == [target]


@pytest.mark.parametrize(
    "link",
    [
        '<a href="http://elsewhere.example/nb/index_1.html">下一页</a>',
        '<a href="/news/index_1.html">下一页</a>',
        '<a href="t20210101_7.html">下一页</a>',
        '<a href="/nb/index.html">下一页</a>',
        '<a href="/nb/2020/">2020</a>',
        '<a href="/nb/7.pdf">7</a>',
        '<a href="index_1.html">下一篇</a>',
        '<a href="index_0.html">1</a>',
    ],
)
def test_a_link_off_the_list_is_no_page_of_it(link: str) -> None:
    """Another host, another path, an article, the page itself and its first page are no further pages."""
    assert pages_of("/nb/index.html", link) == []


def test_another_list_of_the_same_program_is_no_page() -> None:
    """Where a program serves many lists, what else stands in the query keeps them apart."""
    assert not is_page_of(HOST + "/list.jsp?id=8&page=2", HOST + "/list.jsp?id=7")
    assert is_page_of(HOST + "/list.jsp?page=3&id=7", HOST + "/list.jsp?id=7&page=2")


@pytest.mark.parametrize(
    ("body", "count", "current"),
    [
        ("共4页 第2页", 4, 2),
        ("共 4 页 第 2 页", 4, 2),
        ("页次：2/4", 4, 2),
        ("共41条&nbsp;&nbsp;2/4&nbsp;", 4, 2),
        ("2/4页", 4, 2),
        ("总页数：4", 4, None),
        ("<script>var page = {totalPage: 4, size: 10}</script>", 4, None),
        ("2021/02/14 共有41条", None, None),
        ("1/2的居民", None, None),
    ],
)
def test_a_pager_says_how_many_pages_there_are(body: str, count: int | None, current: int | None) -> None:
    """Counts in words and in scripts are read; dates and fractions are none."""
    page = page_of("/nb/", f"<p>{body}</p>")

    assert (count_pages(page), find_current(page)) == (count, current)


@pytest.mark.parametrize(
    "pager",
    [
        "共4页",
        "共4页 第3页",
        "共45条记录",
        '<a href="javascript:next(2)">下一页</a>',
        '<a href="#" onclick="go(2)"><span>下页</span></a>',
        '<a onclick="go(2)">2</a>',
        '<div class="list-pagination"></div>',
        '<div id="fenye">',
    ],
)
def test_a_list_that_goes_on_is_known_by_its_pager(pager: str) -> None:
    """A count, a script in the place of an address, and an empty pager each say that there is more."""
    assert shows_more(page_of("/nb/", f"<ul><li><a href='/1.html'>一</a>2021-01-02</li></ul>{pager}"))


@pytest.mark.parametrize(
    "pager",
    [
        "",
        "共1页",
        "共4页 第4页 " + CALLED,
        "共1条记录" + CALLED,
        "<span>下一页</span>",
        '<a href="javascript:login()">登录</a>',
        '<div class="page">',
    ],
)
def test_a_list_that_ends_asks_for_nothing_more(pager: str) -> None:
    """Without evidence on the page, and on its last page, no address is guessed."""
    assert guesses_of("/nb/", f"<ul><li><a href='/1.html'>一</a>2021-01-02</li></ul>{pager}") == []


@pytest.mark.parametrize(
    ("path", "first_guesses"),
    [
        ("/nb/", ["/nb/index_1.html", "/nb/index_2.html"]),
        ("/nb/index.shtml", ["/nb/index_1.shtml", "/nb/index_2.shtml"]),
        ("/nb.html", ["/nb_1.html", "/nb_2.html", "/nb/2.html"]),
        ("/list.jsp?id=7", ["/list.jsp?id=7&page=2", "/list.jsp?id=7&pageIndex=2"]),
        ("/list.do", ["/list.do?page=2"]),
        (
            "/class/XXGK",
            [*(f"/class/XXGK?{name}=2" for name in ("page", "pageIndex", "pageNo", "currentPage")), "/class/XXGK/2"],
        ),
    ],
)
def test_a_second_page_is_guessed_by_templates(path: str, first_guesses: list[str]) -> None:
    """The likeliest addresses come first."""
    assert guesses_of(path)[: len(first_guesses)] == first_guesses


def test_guesses_are_few() -> None:
    """However many parameters a page mentions, only so many are tried."""
    fields = "".join(f'<input name="{name}">' for name in ("pageNum", "currPage", "curPage", "pn", "pageNumber"))

    assert len(guesses_of("/list.do", fields + CALLED)) == GUESSES_LIMIT


@pytest.mark.parametrize(
    ("path", "guess"),
    [
        ("/nb/index_1.html", "/nb/index_2.html"),
        ("/nb/column-index-1.shtml", "/nb/column-index-2.shtml"),
        ("/nb/9.html", "/nb/10.html"),
        ("/nb/2/", "/nb/3/"),
        ("/class/XXGK/2", "/class/XXGK/3"),
        ("/list.jsp?id=7&pageNo=2", "/list.jsp?id=7&pageNo=3"),
    ],
)
def test_a_page_with_a_number_goes_on_counting(path: str, guess: str) -> None:
    """Once an address counts, only the next number is guessed."""
    assert guesses_of(path) == [guess]


def test_a_parameter_that_the_page_mentions_is_tried_first() -> None:
    """The script or form of the page spells the name that its program knows."""
    assert guesses_of("/list.do?id=7", f'<input name="currPage">{CALLED}')[0] == "/list.do?id=7&currPage=2"


def test_nothing_is_guessed_where_the_pages_are_known() -> None:
    """Links of the pager, or pages that a family names, leave nothing to guess."""
    page = page_of("/nb/", CALLED)
    named = Page(page.url, source=page.source, is_html=True, more=(Link(HOST + "/nb/2.html"),))

    assert next_pages(named) == []
    assert guesses_of("/nb/", f'{CALLED}<a href="index_2.html">2</a>') == []


def test_pages_are_ordered_nearest_first() -> None:
    """Those behind the current page come first, then those before it; the first page was read."""
    assert order_pages(3, 6) == [4, 5, 6, 2]
    assert order_pages(9, 4) == [4, 3, 2]
    assert len(order_pages(1, 10**9)) == PAGES_LIMIT - 1
