import pytest

from crawler.families.vsb import FAMILY
from crawler.html import parse_page
from crawler.links import Page
from crawler.paging import PAGES_LIMIT

HOST = "http://www.example.gov.cn"
LIST = "/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=1154"


def page_of(path: str, body: str) -> Page:
    """Read a page of VSB."""
    return parse_page(body.encode(), HOST + path)


def pages_of(path: str, body: str) -> list[str]:
    """Return the paths of the other pages of a list."""
    return [link.url.removeprefix(HOST) for link in FAMILY.expand(page_of(path, body)).more]


@pytest.mark.parametrize(
    "mark",
    [
        '<script>_showDynClicks("wbnews", 1, 2)</script>',
        '<script src="/system/resource/js/counter.js"></script>',
        '<div id="vsb_content_4">',
        '<div class="v_news_content">',
        '<a href="list.jsp?urltype=tree.TreeTempUrl&wbtreeid=7">年报</a>',
    ],
)
def test_a_page_of_vsb_is_known_by_its_marks(mark: str) -> None:
    """Scripts, containers and addresses each tell the family."""
    assert FAMILY.recognises(page_of("/", mark))
    assert not FAMILY.recognises(page_of("/", '<a href="list.jsp?id=7">年报</a>'))


@pytest.mark.parametrize(
    ("pager", "form"),
    [
        ("?a1154t=4&a1154p=2&a1154c=12&urltype=tree.TreeTempUrl&wbtreeid=1154", "?a1154t=4&a1154p={}&a1154c=12&"),
        ("list.jsp?totalpage=4&PAGENUM=2&urltype=tree.TreeTempUrl&wbtreeid=1154", "?totalpage=4&PAGENUM={}&"),
    ],
)
def test_pages_of_the_program_are_counted_by_its_pager(pager: str, form: str) -> None:
    """One link of the pager names the parameter and the count; the first page is the list itself."""
    body = f'<a href="{pager}">下页</a>'

    assert pages_of(LIST, body) == [
        f"/list.jsp{form.format(number)}urltype=tree.TreeTempUrl&wbtreeid=1154" for number in (2, 3, 4)
    ]


def test_pages_behind_the_present_one_come_first() -> None:
    """From the third of four pages the last is next."""
    body = '<a href="?a9t=4&a9p=2&wbtreeid=7">上页</a>'

    assert pages_of("/list.jsp?a9t=4&a9p=3&wbtreeid=7", body) == [
        "/list.jsp?a9t=4&a9p=4&wbtreeid=7",
        "/list.jsp?a9t=4&a9p=2&wbtreeid=7",
    ]


@pytest.mark.parametrize(
    "link",
    [
        "?a1154t=4&a1154p=2&urltype=tree.TreeTempUrl&wbtreeid=1155",
        "other.jsp?a1154p=2&urltype=tree.TreeTempUrl&wbtreeid=1154",
        "http://elsewhere.example/list.jsp?a1154p=2&urltype=tree.TreeTempUrl&wbtreeid=1154",
        "?a1154p=x&urltype=tree.TreeTempUrl&wbtreeid=1154",
    ],
)
def test_another_list_is_none_of_its_pages(link: str) -> None:
    """Another column, another program, another host and a page without a number are left alone."""
    assert pages_of(LIST, f'<a href="{link}">下页</a>') == []


@pytest.mark.parametrize(
    "pager",
    [
        '<a href="nb/3.htm">下页</a><a href="nb/1.htm">尾页</a>',
        '<a href="nb/3.htm">2</a><a href="nb/2.htm">3</a>',
        '<a onclick="_simple_list_gotopage_fun(4,&quot;u13_goto&quot;,2)">跳转</a>',
        '<td id="fanye1">共41条&nbsp;&nbsp;1/4&nbsp;</td>',
    ],
)
def test_static_pages_count_down(pager: str) -> None:
    """Of four pages the second is 3.htm and the last 1.htm, in a folder that is named like the first."""
    assert pages_of("/xxgk/nb.htm", pager) == ["/xxgk/nb/3.htm", "/xxgk/nb/2.htm", "/xxgk/nb/1.htm"]


def test_a_static_page_leads_on_to_the_older_ones() -> None:
    """From a page inside, those with smaller numbers come first, then those above."""
    assert pages_of("/nb/3.htm", '<a href="4.htm">上页</a><a href="2.htm">下页</a>') == [
        "/nb/2.htm",
        "/nb/1.htm",
        "/nb/4.htm",
    ]


def test_articles_with_numbers_are_no_pages() -> None:
    """An article beside others in a folder, and rows that lead into the list's folder, are no pager."""
    assert pages_of("/info/1154/30.htm", '<a href="29.htm">白杨街道2020年年报</a>') == []
    assert pages_of("/nb.htm", '<a href="nb/29.htm">白杨街道2020年年报</a>') == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/nb.htm", '<a onclick="_simple_list_gotopage_fun(99999,1,2)">跳转</a>'),
        (LIST, '<a href="?a1t=99999&a1p=2&urltype=tree.TreeTempUrl&wbtreeid=1154">下页</a>'),
    ],
)
def test_a_count_gone_mad_is_bounded(path: str, body: str) -> None:
    """No list has more pages than the limit."""
    assert 0 < len(pages_of(path, body)) <= PAGES_LIMIT
