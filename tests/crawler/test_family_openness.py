import pytest

from crawler.families.openness import FAMILY
from crawler.html import parse_page
from crawler.links import Page
from crawler.paging import PAGES_LIMIT

HOST = "http://www.example.gov.cn"
LIST = "/OpennessContent/showList/1/98/page_"


def page_of(path: str, body: str) -> Page:
    """Read a page of the family."""
    return parse_page(body.encode(), HOST + path)


def pages_of(path: str, body: str) -> list[str]:
    """Return the paths of the other pages of a list, a guess marked."""
    more = FAMILY.expand(page_of(path, body)).more
    return [link.url.removeprefix(HOST) + ("?" if link.rel == "guess" else "") for link in more]


def test_a_page_of_the_family_is_known_by_addresses() -> None:
    """Its own address or those of its links tell the family."""
    assert FAMILY.recognises(page_of("/", '<a href="/BranchOpennessContent/showList/700/12/page_1.html">年报</a>'))
    assert FAMILY.recognises(page_of("/OpennessContent/show/12.html", "<p>一"))
    assert not FAMILY.recognises(page_of("/", '<a href="/content/show.html">年报</a>'))


@pytest.mark.parametrize(
    "pager", ["共4页", "第1页 共4页", "1/4页", "<script>var totalPage = 4</script>", f'<a href="{LIST}4.html">尾页</a>']
)
@pytest.mark.parametrize(
    "first", [LIST, "/BranchOpennessContent/showList/7/98/page_", "/openness/Content/showList/JA2/9/1/page_"]
)
def test_pages_are_spelled_out(first: str, pager: str) -> None:
    """The pager's count, in words, script or links, names all pages."""
    assert pages_of(f"{first}1.html", pager.replace(LIST, first)) == [f"{first}{number}.html" for number in (2, 3, 4)]


def test_the_next_page_is_guessed_where_no_count_is_said() -> None:
    """A pager that only calls a script gives one page, which may not be there."""
    assert pages_of(f"{LIST}3.html", '<a href="javascript:next()">下一页</a>') == [f"{LIST}4.html?"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{LIST}1.html", "<p>青石区"),
        (f"{LIST}1.html", "共1页"),
        (f"{LIST}1.html", '<a href="/OpennessContent/showList/1/99/page_4.html">指南</a>'),
        ("/OpennessContent/show/5.html", "共4页"),
    ],
)
def test_a_page_without_more_has_no_others(path: str, body: str) -> None:
    """A list of one page, one beside another list, and an article lead to nothing."""
    assert pages_of(path, body) == []


def test_a_count_gone_mad_is_bounded() -> None:
    """No list has more pages than the limit."""
    assert len(pages_of(f"{LIST}1.html", "共99999页")) == PAGES_LIMIT - 1
