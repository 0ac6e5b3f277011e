import json
import time

import pytest

from crawler.families._json import find_day, find_row, parse_data
from crawler.families._literals import DEPTH_LIMIT, find_literal, iter_literals, read_literal
from crawler.families.embedded import FAMILY
from crawler.html import parse_page
from crawler.links import Link, Page

HOST = "http://www.example.gov.cn"
ROW = "{title: '甲街道2021年年报', url: '/a/1.html', date: '2022-01-09'}"


def expand(script: str) -> list[tuple[str, str]]:
    """Return the rows (address, words) in the script of a page."""
    page = parse_page(f"<p>x</p><script>{script}</script>".encode(), HOST + "/nb/")
    assert FAMILY.recognises(page)
    return [(link.url.removeprefix(HOST), link.words) for link in FAMILY.expand(page).links]


def asked(script: str) -> list[tuple[str, str, str | None]]:
    """Return what a script makes worth asking."""
    page = parse_page(f"<script>{script}</script>".encode(), HOST + "/nb/")
    found = FAMILY.expand(page).more if FAMILY.recognises(page) else ()
    return [(link.url.removeprefix(HOST), link.rel, link.family) for link in found]


@pytest.mark.parametrize(
    "script",
    [
        f"var list = [{ROW}];",
        f"var page = {{total: 1, rows: [{ROW},],}};",
        f"window.__DATA__ = {{a: {{b: [{ROW}]}}, f: function (x) {{ return x[0] }}}}",
        f"new Vue({{el: '#app', data: function () {{ return {{ list: [{ROW}] }} }} }})",
        f"new Vue({{el: '#app', data() {{ return {{ list: [{ROW}] }} }}, n: 1 }})",
        f"$(function () {{ /* rows */ draw([{ROW}], 10); }});",
        f"list.push({ROW}); // one by one",
        "var l = " + json.dumps([{"docTitle": "甲街道2021年年报", "DOC_PUB_URL": "/a/1.html"}]),
        "var l = [{name: `甲街道2021年年报`, id: 7 + 1, href: '\\x2fa\\/1.html'}]",
    ],
)
def test_rows_are_found_wherever_a_script_keeps_them(script: str) -> None:
    """Whatever the variable is called and however it is written, an object with a title and an address is a row."""
    assert expand(script) == [("/a/1.html", "甲街道2021年年报")]


@pytest.mark.parametrize(
    "script",
    [
        "var l = [{title: '年报', url: base + '/1.html'}]",
        "var l = [{title: '年报', url: ''}, {title: '', url: '/1.html'}, {title: '年报', url: '年报'}]",
        "var l = [{title: '年报', url: 'javascript:void(0)'}, {title: '年报', url: '#'}]",
        "if (a) { title: b.url }",
        "var l = [{title: '年报', url: '/1.html'",
    ],
)
def test_what_is_not_known_for_certain_is_no_row(script: str) -> None:
    """An address put together by a script, a word, a call and a cut list lead nowhere."""
    assert expand(script + "; var x = {name: 1, url: 2};") == []


def test_what_a_look_alike_holds_is_left_aside() -> None:
    """The files of a notice are the notice's."""
    notice = "{title: '年报编制通知', url: '/t.html', files: [{name: '甲街道2021年年报.doc', url: '/f.doc'}]}"

    assert expand(f"var l = [{notice}]") == [("/t.html", "年报编制通知")]


@pytest.mark.parametrize(
    ("script", "url"),
    [
        ("get('/api/list?id=7&pageNo=1&size=10')", "/api/list?id=7&pageNo=1&size=10"),
        ("get('/api/list?id=7&pageNo=' + n)", "/api/list?id=7&pageNo=1"),
        ("get('/x/queryArticleList?page=0', f)", "/x/queryArticleList?page=0"),
        (f"get('{HOST}/rest/a?id=7&page=1')", "/rest/a?id=7&page=1"),
    ],
)
def test_an_interface_in_plain_sight_is_asked(script: str, url: str) -> None:
    """A whole address of the same host that is an interface and counts pages is asked; it may not be a list."""
    assert asked(script) == [(url, "guess", "embedded")]


@pytest.mark.parametrize(
    "script",
    [
        "get('/api/list?page=' + n + '&id=' + id)",
        "get('/api/list?id=' + id + '&page=1')",
        "get('http://elsewhere.example/api/list?page=1')",
        "get('/list.jsp?page=1')",
        "get('/api/searchList?page=1')",
        "get('/api/visit?page=1')",
        "get('/nb/?page=1')",
        "get('/api/list?id=7')",
    ],
)
def test_an_address_that_is_not_whole_or_no_interface_is_not_asked(script: str) -> None:
    """Pieces of an address, other hosts, pages, searches and counters are left alone."""
    assert asked(script) == []


def read(answer: object, query: str) -> list[str]:
    """Return the queries of the further pages to which an answer leads."""
    url = f"{HOST}/api/list?{query}"
    assert FAMILY.read is not None
    return [link.url.partition("?")[2] for link in FAMILY.read(Page(url, source=json.dumps(answer)), Link(url)).more]


def rows(count: int) -> list[dict[str, str]]:
    """Return rows of an answer."""
    return [{"TITLE": f"第{n}篇", "URL": f"/{n}.html"} for n in range(count)]


@pytest.mark.parametrize(
    ("answer", "query", "more"),
    [
        ({"data": {"totalPage": 3, "list": rows(10)}}, "page=1", ["page=2", "page=3"]),
        ({"data": {"totalPage": 3, "list": rows(10)}}, "page=0", ["page=1", "page=2"]),
        ({"total": 25, "rows": rows(10)}, "pageNo=1&pageSize=10", ["pageNo=2&pageSize=10", "pageNo=3&pageSize=10"]),
        ({"total": 25, "rows": rows(10)}, "pageNo=2&pageSize=10", ["pageNo=3&pageSize=10"]),
        ({"total": 25, "rows": rows(5)}, "pageNo=3&pageSize=10", []),
        (rows(10), "page=4", ["page=5"]),
        (rows(0), "page=4", []),
    ],
)
def test_an_answer_leads_on_as_far_as_it_says(answer: object, query: str, more: list[str]) -> None:
    """By its count of pages, by its total, or to the next page where it says nothing and had rows."""
    assert read(answer, query) == more


def test_pages_without_data_are_not_of_this_family() -> None:
    """A script without titles and addresses is not looked through."""
    assert not FAMILY.recognises(parse_page(b"<script>var a = {b: 1}; draw('/api/list?id=7')</script>", HOST))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        ("[1, -2.5, 1e3, 'a', \"b\", `c`, true, null, undefined]", [1, -2.5, 1000, "a", "b", "c", True, None, None]),
        ("{'a': 1, b-c: 2, 3: [4,,5,], }", {"a": 1, "b-c": 2, "3": [4, 5]}),
        ("{a: f(1, {b: 2}), c: '}', d: x ? 'y' : \"z,\", e: 5}", {"a": None, "c": "}", "d": None, "e": 5}),
        ('{"a": "\\u4e2d\\n\\"\\ud83d\\ude00\\q"}', {"a": '中\n"😀q'}),
        ("{a /* b */ : // c\n 1}", {"a": 1}),
        ("{a, b() { return ')' }, c: 1}", {"c": 1}),
        ("[1", None),
        ("[1;2]", None),
        ("[1)", None),
        ("{a: }", {"a": None}),
        ("{]", None),
        ("x", None),
        ("", None),
    ],
)
def test_literals_are_read_as_scripts_write_them(text: str, value: object) -> None:
    """What is written out is read, what would have to be worked out is None, and what is broken is nothing."""
    assert read_literal(text) == value


def test_literals_within_literals_are_bounded() -> None:
    """Nothing is read deeper than the limit, and nothing is lost above it."""
    assert read_literal("[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT) is not None
    assert read_literal("[" * (DEPTH_LIMIT + 1) + "]" * (DEPTH_LIMIT + 1)) is None
    assert list(iter_literals("[{a: 1}] [" + "{a: [" * 10_000)) == [[{"a": 1}]]


def test_a_name_is_found_as_variable_and_as_key() -> None:
    """The first object or list given to the whole name counts."""
    assert find_literal("my_list = [0]; list = f(); var list = [1]; list = [2]", "list") == [1]
    assert find_literal('{"list": {"a": 1}}', "list") == {"a": 1}
    assert find_literal("list()", "list") is None


@pytest.mark.parametrize("source", ['/**/jq123_4({"a": 1});', "cb({a: 1})", '\ufeff{"a": 1}', " {a: 1} "])
def test_an_answer_is_read_with_and_without_its_wrapper(source: str) -> None:
    """JSON, JSONP and what only resembles them."""
    assert parse_data(source) == {"a": 1}


def test_the_day_of_a_row_is_that_of_china() -> None:
    """A moment late in the evening, universal time, is the next day there."""
    assert find_day(1611939600) == "2021-01-30"
    assert find_day({"year": 2021}) == find_day("99999999999999") == find_day(9_999_999_999) == ""


def test_a_row_prefers_the_names_that_say_most() -> None:
    """A title before a name, an address of the page before one of a file, the day it was published before another."""
    row = {
        "name": "甲",
        "title": "乙",
        "filePath": "/f.doc",
        "url": "/u.html",
        "time": "2020-01-01",
        "pubDate": "2021-1-2",
    }

    assert find_row(row, HOST) == Link(HOST + "/u.html", text="乙", context="乙 2021-01-02")


@pytest.mark.parametrize("piece", ["[{", "{a:", "{a:[", "'", "{a:function(){", "[{a:`", "/*", "x={a:(", '{"a":"\\'])
def test_time_grows_with_the_size_of_the_script_alone(piece: str) -> None:
    """Brackets and quotes that never close cost no more than their length."""

    def measure(times: int) -> float:
        script = piece * times
        start = time.process_time()
        list(iter_literals(script))
        return time.process_time() - start

    small, large = measure(2_000), measure(16_000)

    assert large < 24 * small + 0.5
