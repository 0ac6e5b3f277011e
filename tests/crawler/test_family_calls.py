"""Addresses that a function of the page makes of a number."""

import pytest

from crawler.families.calls import FAMILY, find_makers
from crawler.html import parse_page

HOST = "http://www.example.gov.cn"
VIEW = "<script>function view(id) { var w = 1; window.open('/view.jsp?id=' + id + '&type=nb'); }</script>"


def links_of(body: str) -> list[tuple[str, str]]:
    """Return the links that the family finds, as (address, words)."""
    page = parse_page(f"<html><body>{body}</body></html>".encode(), HOST + "/nb/")
    assert FAMILY.recognises(page)
    return [(link.url.removeprefix(HOST), link.words) for link in FAMILY.expand(page).links]


@pytest.mark.parametrize(
    "attributes",
    [
        """href="javascript:view('7')" """,
        """href="#" onclick="view('7');return false;" """,
        """href="javascript:void(0)" onclick="view(7)" """,
        """href='javascript:;' onclick='view("7")'""",
    ],
)
def test_a_call_becomes_the_address_that_its_function_makes(attributes: str) -> None:
    """However the call is written, the function's literals stand around its argument."""
    assert links_of(f"<li><a {attributes}><span>白杨街道</span>年报</a></li>{VIEW}") == [
        ("/view.jsp?id=7&type=nb", "白杨街道年报")
    ]


@pytest.mark.parametrize(
    ("script", "maker"),
    [
        ("function go(n){location.href='list_'+n+'.html';}", {"go": ("list_", ".html")}),
        ('var go = function (n) { location = "/a/" + n }', {"go": ("/a/", "")}),
        ("function go(n, m) { location.replace('/a/' + n) }", {"go": ("/a/", "")}),
        ("function go(n) { location.href = base + n }", {}),
        ("function go(n) { load('/a/' + n) }", {}),
    ],
)
def test_functions_that_go_somewhere_are_read(script: str, maker: dict[str, tuple[str, str]]) -> None:
    """A literal, the argument and perhaps another literal make an address; anything else is not known."""
    assert find_makers(script) == maker


def test_other_calls_and_other_schemes_lead_nowhere() -> None:
    """A function that is not read, and an address that is none of the web, give no link."""
    script = "<script>function mail(n){location.href='mailto:'+n;}</script>"

    assert links_of(f'<a href="javascript:mail(7)">信箱</a><a href="javascript:login(7)">登录</a>{script}') == []


def test_the_title_of_a_link_is_kept() -> None:
    """The whole title stands in the attribute where the list cuts it."""
    row = """<a title="白杨街道2020年政府信息公开年报" onclick="view('7')">白杨街道2020年…</a>"""

    assert links_of(row + VIEW) == [("/view.jsp?id=7&type=nb", "白杨街道2020年政府信息公开年报")]
