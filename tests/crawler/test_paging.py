import pytest

from crawler import paging
from crawler.links import parse_page
from crawler.paging import is_page_of, next_pages

HOST = "http://www.example.gov.cn"


def pages_of(path: str, body: str) -> list[str]:
    """Return the paths of the other pages of a list."""
    return [url.removeprefix(HOST) for url in next_pages(parse_page(body.encode(), HOST + path))]


@pytest.mark.parametrize(
    "call",
    [
        'createPageHTML(4, 1, "index", "shtml");',
        "createPageHTML( 4 ,1 , 'index','shtml' )",
        'createPageHTML(${4}, ${1}, "index", "shtml")',
        "var countPage = 4//共多少页\nvar currentPage = 1;//所在页从0开始",
        'var currentPage = 1;var countPage = 4;createPageHTML(countPage,currentPage,"index","shtml");',
    ],
)
def test_trs_pages_are_spelled_out(call: str) -> None:
    """The script of TRS names all pages: the first is index, the k-th index_k."""
    assert pages_of("/nb/index_1.shtml", f"<script>{call}</script>") == [
        "/nb/index.shtml",
        "/nb/index_2.shtml",
        "/nb/index_3.shtml",
    ]


def test_trs_pages_are_named_by_the_call() -> None:
    """Where the page is met by its folder, the call of the script says how the other pages end."""
    script = 'var countPage = 2//共多少页\nvar currentPage = 0;createPageHTML(countPage,currentPage,"index","shtml");'

    assert pages_of("/nb/", f"<script>{script}</script>") == ["/nb/index_1.shtml"]


def test_a_list_of_one_page_has_no_others() -> None:
    """One page is all of it."""
    assert pages_of("/nb/", '<script>createPageHTML(1, 0, "index", "html")</script>') == []


def test_a_count_gone_mad_is_bounded() -> None:
    """No list has more pages than the limit."""
    numbered = "".join(f'<a href="index_{number}.html">{number}</a>' for number in range(1, 700))

    assert len(pages_of("/nb/", '<script>createPageHTML(999999, 0, "index", "html")</script>')) < 501
    assert len(pages_of("/nb/", numbered)) == 500


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
        ("/list.jsp?t=1", '<a href="?t=1&a1154p=2">2</a>', "/list.jsp?t=1&a1154p=2"),
        ("/nb.htm", '<a href="nb/3.htm">下页</a>', "/nb/3.htm"),
        ("/nb/3.htm", '<a href="2.htm">下页</a>', "/nb/2.htm"),
        ("/nb/page_1.html", '<a href="page_2.html">2</a>', "/nb/page_2.html"),
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
        '<a href="javascript:next(2)">下一页</a>',
        '<a href="/nb/2020/">2020</a>',
        '<a href="/nb/7.pdf">7</a>',
        '<a href="index_1.html">下一篇</a>',
    ],
)
def test_a_link_off_the_list_is_no_page_of_it(link: str) -> None:
    """Another host, another path, an article, the page itself and a script are no further pages."""
    assert pages_of("/nb/index.html", link) == []


def test_another_list_of_the_same_program_is_no_page() -> None:
    """Where a program serves many lists, what else stands in the query keeps them apart."""
    assert not is_page_of(HOST + "/list.jsp?id=8&page=2", HOST + "/list.jsp?id=7")
    assert is_page_of(HOST + "/list.jsp?page=3&id=7", HOST + "/list.jsp?id=7&page=2")


def test_no_strategy_leads_off_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a strategy believes, only pages on the list's own host are pages of it, each once."""
    rogue = [HOST + "/nb/2.html", "http://elsewhere.example/nb/2.html", HOST + "/nb/2.html", HOST + "/nb/"]
    monkeypatch.setattr(paging, "STRATEGIES", (lambda _: rogue,))

    assert pages_of("/nb/", "<p>") == ["/nb/2.html"]
