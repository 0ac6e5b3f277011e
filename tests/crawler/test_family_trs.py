import pytest

from crawler.families import written
from crawler.families.trs import FAMILY
from crawler.families.written import parse_written_links
from crawler.html import parse_page
from crawler.links import Page
from crawler.paging import PAGES_LIMIT

HOST = "http://www.example.gov.cn"


def page_of(path: str, body: str) -> Page:
    """Read a page of TRS."""
    return parse_page(body.encode(), HOST + path)


def pages_of(path: str, script: str) -> list[str]:
    """Return the paths of the other pages of a list with that script."""
    more = FAMILY.expand(page_of(path, f"<p>年报<script>{script}</script>")).more
    return [link.url.removeprefix(HOST) for link in more]


@pytest.mark.parametrize(
    "mark",
    [
        '<script>createPageHTML(3, 0, "index", "html");</script>',
        "<script>createPage(3, 0, 'index', 'html')</script>",
        "<script>var countPage = 25//共多少页</script>",
        '<div class="TRS_Editor">',
        '<div class="trs_editor_view">',
        '<div class="view TRS_UEDITOR">',
        '<a href="./202101/t20210120_123.shtml">一</a>',
    ],
)
def test_a_page_of_trs_is_known_by_its_marks(mark: str) -> None:
    """The pager's script, the editor's containers and the addresses of articles each tell the family."""
    assert FAMILY.recognises(page_of("/", mark))


def test_any_other_page_is_none_of_trs() -> None:
    """Ordinary scripts and addresses are no mark."""
    assert not FAMILY.recognises(page_of("/", '<script>var page = 3</script><a href="/t2021.html">createPage</a>'))


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
def test_pages_are_spelled_out_nearest_first(call: str) -> None:
    """The script names all pages: the first is index, the k-th index_k; those behind the current one come first."""
    assert pages_of("/nb/index_1.shtml", call) == ["/nb/index_2.shtml", "/nb/index_3.shtml", "/nb/index.shtml"]


def test_pages_are_named_by_the_call() -> None:
    """Where the page is met by its folder, the call of the script says how the other pages end."""
    script = 'var countPage = 2//共多少页\nvar currentPage = 0;createPageHTML(countPage,currentPage,"index","shtml");'

    assert pages_of("/nb/", script) == ["/nb/index_1.shtml"]


@pytest.mark.parametrize(
    "script", ['createPageHTML(1, 0, "index", "html")', 'createPageHTML(0, 0, "index", "html")', "var countPage = 4"]
)
def test_a_list_of_one_page_has_no_others(script: str) -> None:
    """One page is all of it, and a count without a place says nothing."""
    assert pages_of("/nb/", script) == []


def test_a_count_gone_mad_is_bounded() -> None:
    """No list has more pages than the limit."""
    assert len(pages_of("/nb/", 'createPageHTML(999999, 0, "index", "html")')) == PAGES_LIMIT - 1


@pytest.mark.parametrize(
    "script",
    [
        'var url="./202101/t1.html"; title="白杨街道年报";'
        'document.writeln("<li><a href=\'"+url+"\'>"+title+"</a></li>");',
        "document.write('<li><a href=\"./202101/t1.html\">白杨街道年报</a></li>');",
        "document.writeln('<li>');\ndocument.writeln('<a href=\\\"./202101/t1.html\\\">\\u767d杨街道年报<\\/a>')",
        "u='./202101/t1.html';t='白杨街道年报';"
        "document.write('<a title=\"'+t+'\" href=\"'+u+'\">'+t.substring(0,2)+'</a>')",
    ],
)
def test_a_list_written_by_script_is_read(script: str) -> None:
    """What straight code writes into a page is read as if it stood there, variables put in their place."""
    page = page_of("/nb/", f"<ul><script>\n{script}\n</script></ul>")

    assert written.FAMILY.recognises(page)
    assert [(link.url, link.title or link.text) for link in written.FAMILY.expand(page).links] == [
        (f"{HOST}/nb/202101/t1.html", "白杨街道年报")
    ]


def test_each_row_has_its_own_values() -> None:
    """A variable set again has its new value from there on."""
    row = "url='t{0}.html';document.write('<a href=\"'+url+'\">{0}</a>');"

    links = parse_written_links("".join(row.format(number) for number in (1, 2)), HOST + "/nb/")

    assert [link.url for link in links] == [f"{HOST}/nb/t1.html", f"{HOST}/nb/t2.html"]


@pytest.mark.parametrize(
    "script",
    [
        "document.write(unescape('%3Ca href=\"/x\"%3E'))",
        "document.write('<a href=\"'+unknown+'\">x</a>')",
        "document.write('<a href=\"/x\">'",
        "document.write(count * 2); // href",
    ],
)
def test_what_cannot_be_followed_is_left_out(script: str) -> None:
    """A call, an unknown variable, broken code and sums of figures write nothing that is believed."""
    assert parse_written_links(script, HOST) == ()


def test_endless_writing_is_bounded() -> None:
    """A page that writes without end is read to a limit."""
    script = "document.write('<a href=\"/x\">x</a>');" * (written.WRITES_LIMIT + 5)

    assert len(parse_written_links(script, HOST)) == written.WRITES_LIMIT
