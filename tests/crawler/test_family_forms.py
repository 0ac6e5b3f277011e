"""Lists that turn by sending a form."""

from urllib.parse import parse_qsl

import pytest

from crawler.families.forms import FAMILY, iter_forms
from crawler.html import parse_page
from crawler.links import Link, Page

HOST = "http://www.example.gov.cn"
CALL = "<script>function goPage(n){document.f.pageNo.value=n;document.f.submit();}</script>"


def page_of(body: str, path: str = "/list.do?cid=7") -> Page:
    """Read a page."""
    return parse_page(f"<html><body>{body}</body></html>".encode(), HOST + path)


def turns_of(page: Page) -> list[dict[str, str]]:
    """Return what is sent for each further page: the form's fields."""
    assert FAMILY.recognises(page)
    return [dict(parse_qsl(sent_by(link), keep_blank_values=True)) for link in FAMILY.expand(page).more]


def sent_by(link: Link) -> str:
    """Return the body of a POST, or the query of a GET."""
    return link.post.body if link.post else link.url.partition("?")[2]


def form(*fields: str, method: str = "post", action: str = "/list.do") -> str:
    """Draw the form of a pager."""
    return f'<form name="f" method="{method}" action="{action}">{"".join(fields)}</form>'


HIDDEN = '<input type="hidden" name="cid" value="7"><input type=hidden name=pageNo value=1>'


def test_a_script_that_sets_a_field_and_submits_is_followed() -> None:
    """Every page that the pager counts is one POST, with all fields of the form in their order."""
    page = page_of(form(HIDDEN) + CALL + '共3页 <a href="javascript:goPage(2)">下一页</a>')

    assert turns_of(page) == [{"cid": "7", "pageNo": "2"}, {"cid": "7", "pageNo": "3"}]
    assert {link.url for link in FAMILY.expand(page).more} == {HOST + "/list.do"}


def test_a_form_that_is_got_becomes_an_address() -> None:
    """A form without a method is an address with a query; what stood in the query gives way to the fields."""
    page = page_of(form(HIDDEN, method="get", action="/list.do?pageNo=1&lang=cn") + CALL + "共2页")

    assert [link.url for link in FAMILY.expand(page).more] == [HOST + "/list.do?lang=cn&cid=7&pageNo=2"]


@pytest.mark.parametrize("name", ["pageNo", "page", "pager.pageNo", "PageIndex", "currentPage", "page[current_page]"])
def test_the_field_of_the_page_has_many_names(name: str) -> None:
    """The field is known by its name, whatever object it belongs to."""
    page = page_of(form(f'<input name="{name}" value="1">') + CALL + "共2页")

    assert turns_of(page) == [{name: "2"}]


def test_the_last_page_is_told_by_the_pager_where_nothing_counts() -> None:
    """The highest number that a link calls is the last page."""
    calls = "".join(f'<a href="javascript:goPage({number})">{number}</a>' for number in (2, 3)) + "<a>尾页</a>"

    assert [turn["pageNo"] for turn in turns_of(page_of(form(HIDDEN) + CALL + calls))] == ["2", "3"]


def test_a_later_page_names_none_again() -> None:
    """The first page has named all: a token in the form of a later one would give each a second name."""
    later = form(HIDDEN.replace("value=1", "value=2"), '<input type="hidden" name="token" value="x9">')

    assert turns_of(page_of(later + CALL + '共3页 第2页 <a href="javascript:goPage(1)">首页</a>')) == []


def test_what_a_browser_would_not_send_is_not_sent() -> None:
    """Buttons, and boxes that are not ticked, stay out."""
    others = '<input type="submit" name="ok" value="查询"><input type="checkbox" name="all" value="1">'

    assert turns_of(page_of(form(HIDDEN, others) + CALL + "共2页")) == [{"cid": "7", "pageNo": "2"}]


STATE = '<input type="hidden" name="__VIEWSTATE" value="/wEP+a==">'


def call_back(target: str, argument: str, text: str) -> str:
    """Draw a link as ASP.NET does."""
    return f"""<a href="javascript:__doPostBack('{target}','{argument}')">{text}</a>"""


def test_a_post_back_sends_the_view_state_and_the_page() -> None:
    """An ASP.NET pager is asked by its name and the page's number."""
    links = "".join(call_back("Pager1", str(number), str(number)) for number in (2, 3))
    page = page_of(form(STATE, action="./List.aspx?ClassID=3") + links, "/List.aspx?ClassID=3")

    assert turns_of(page) == [
        {"__VIEWSTATE": "/wEP+a==", "__EVENTTARGET": "Pager1", "__EVENTARGUMENT": number} for number in ("2", "3")
    ]
    assert {link.url for link in FAMILY.expand(page).more} == {HOST + "/List.aspx?ClassID=3"}


def test_a_grid_names_its_pages_in_its_own_way() -> None:
    """A grid's argument is `Page$2`."""
    page = page_of(form(STATE) + call_back("grid", "Page$2", "2"))

    assert [turn["__EVENTARGUMENT"] for turn in turns_of(page)] == ["Page$2"]


def test_a_pager_of_ten_goes_on_where_its_next_ten_begin() -> None:
    """The page that `…` leads to shows numbers that the first page did not."""
    window = "".join(call_back("P", str(number), str(number)) for number in (10, 12, 13))

    page = page_of(form(STATE) + "第11页" + window)

    assert [turn["__EVENTARGUMENT"] for turn in turns_of(page)] == ["12", "13"]


def test_a_button_without_a_number_leads_to_the_next_page() -> None:
    """Where only 下一页 is called, each page leads to the next."""
    page = page_of(form(STATE) + call_back("lbNext", "", "下一页"))

    assert [turn["__EVENTTARGET"] for turn in turns_of(page)] == ["lbNext"]


@pytest.mark.parametrize(
    "body",
    [
        "共3页",
        form(HIDDEN) + "共3页",
        form('<input name="keyword">') + CALL + "共3页",
        form(HIDDEN) + CALL + '<a href="/list.do?cid=7&page=2">下一页</a>',
    ],
)
def test_a_list_that_turns_otherwise_is_left_to_the_others(body: str) -> None:
    """Without a form, without a script that sends it, or with links of its own a pager is none of this family's."""
    assert not FAMILY.recognises(page_of(body))


def test_a_form_of_others_is_not_sent() -> None:
    """What goes to another host is none of this list's pages."""
    assert turns_of(page_of(form(HIDDEN, action="http://elsewhere.example/list.do") + CALL + "共3页")) == []


def test_a_search_box_beside_the_pager_is_passed_over() -> None:
    """Of several forms the one with a field for the page turns the list."""
    search = form('<input name="keyword">', action="/search.do")

    assert turns_of(page_of(search + form(HIDDEN) + CALL + "共2页")) == [{"cid": "7", "pageNo": "2"}]


def test_a_form_that_never_ends_is_read_to_the_next() -> None:
    """An unclosed form ends where the next one begins."""
    names = [form.fields for form in iter_forms(page_of('<form action="/a"><input name="x"><form action="/b">'))]

    assert names == [(("x", ""),), ()]
