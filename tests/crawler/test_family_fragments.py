"""Lists that grow by pieces of HTML: 加载更多 behind an address that the script spells out."""

from crawler.families.embedded import FAMILY
from crawler.html import parse_page
from crawler.links import Link, Page

HOST = "http://www.example.gov.cn"
SCRIPT = '<script>$.get("/nb/ajaxList.do?id=5&pageNo="+page,function(d){$("#list").append(d)});</script>'
ROW = '<li><a href="/nb/1.html">白杨街道2020年政府信息公开年报</a></li>'


def asked_by(body: str) -> list[str]:
    """Return the addresses that a page's family asks."""
    page = parse_page(f"<html><body>{body}</body></html>".encode(), HOST + "/nb/")
    return [link.url.removeprefix(HOST) for link in FAMILY.expand(page).more]


def test_a_page_that_shows_rows_asks_for_the_second_piece_as_well() -> None:
    """The first piece may be what the page shows, and then brings nothing new."""
    assert asked_by(SCRIPT) == ["/nb/ajaxList.do?id=5&pageNo=1"]
    assert asked_by(ROW + SCRIPT) == ["/nb/ajaxList.do?id=5&pageNo=1", "/nb/ajaxList.do?id=5&pageNo=2"]


def test_a_piece_of_html_is_read_as_rows() -> None:
    """Its links are entries, and the next piece is guessed; an empty piece ends the list."""
    asked = Link(HOST + "/nb/ajaxList.do?id=5&pageNo=2", family="embedded")
    assert FAMILY.read is not None

    found = FAMILY.read(Page(asked.url, source=f"\n {ROW}"), asked)
    ended = FAMILY.read(Page(asked.url, source=" "), asked)

    assert [link.words for link in found.links] == ["白杨街道2020年政府信息公开年报"]
    assert [(link.url, link.rel) for link in found.more] == [(HOST + "/nb/ajaxList.do?id=5&pageNo=3", "guess")]
    assert (ended.links, ended.more) == ((), ())
