"""Links to more, called after the headings of their blocks."""

import pytest

from crawler.families.headings import FAMILY, find_heading
from crawler.html import parse_page

HOST = "http://www.example.gov.cn"


def links_of(body: str) -> list[tuple[str, str]]:
    """Return the links that the family finds, as (path, words)."""
    page = parse_page(f"<html><body>{body}</body></html>".encode(), HOST + "/gk/")
    return [(link.url.removeprefix(HOST), link.words) for link in FAMILY.expand(page).links]


@pytest.mark.parametrize(
    "more", ["更多", "更多&gt;&gt;", "查看更多", "<span>更多</span>", "more", "MORE+", "&gt;&gt;", "[更多]", "》"]
)
def test_a_link_to_more_has_the_name_of_its_block(more: str) -> None:
    """However the link spells it, the heading before it says what there is more of."""
    assert links_of(f'<div><h3>信息公开年报</h3><span><a href="/t/6.html">{more}</a></span></div>') == [
        ("/t/6.html", "信息公开年报")
    ]


def test_folders_and_ways_are_taken_news_is_not() -> None:
    """A block of a group of agencies, or on the way, is taken; every other block is left."""
    blocks = ("区政府部门", "政府信息公开", "青石要闻", "通知公告")
    body = "".join(f'<h4>{name}</h4><a href="/{number}/">更多</a>' for number, name in enumerate(blocks))

    assert links_of(body) == [("/0/", "区政府部门"), ("/1/", "政府信息公开")]


def test_rows_between_heading_and_link_hide_the_heading() -> None:
    """A link below the rows of its block has a title before it, which is no column."""
    assert links_of('<h3>信息公开年报</h3><li><a href="/1">春天的公园里人很多</a></li><a href="/2">更多</a>') == []


def test_a_heading_is_short_and_no_script() -> None:
    """Scripts, tags that are cut in two and long sentences are no headings."""
    assert find_heading("class='a'>年报</b><script>var x = '指南'</script>") == "年报"
    assert find_heading("<p>" + "春天的公园里人很多，" * 4 + "</p>") == ""


def test_a_page_without_such_links_is_none_of_this_family() -> None:
    """Ordinary links are ordinary."""
    page = parse_page('<a href="/nb/">政府信息公开年报</a>'.encode(), HOST + "/")

    assert not FAMILY.recognises(page)
