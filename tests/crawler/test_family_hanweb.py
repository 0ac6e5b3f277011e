"""The Hanweb adapters alone: a page or an answer in, links and further requests out."""

from collections.abc import Sequence

import pytest

from crawler.families import find_families, hanweb_jpage, hanweb_xxgk
from crawler.families._hanweb import mend_dates, query_of, split_query
from crawler.html import parse_page
from crawler.links import Link, Page, Post
from tests.crawler.hanweb_site import ADDRESSES, article_address
from tests.crawler.jpage_site import Habit, build_jpage, by_own_size, by_page, by_range
from tests.crawler.list_reader import HOST, read_list
from tests.crawler.sites import hanweb_xxgk as xxgk_site
from tests.crawler.world import ANNUAL, make_world

PROXY = "/module/web/jpage/dataproxy.jsp"
COLUMN = f"{HOST}/col/col88/index.html"
WORLD = make_world(reports=48, news=30)
REPORTS = {article_address(item) for item in WORLD.reports}


def record(number: int, date: str = "2021-01-20") -> str:
    """Write a record of jpage."""
    link = f'<a href="/art/2021/1/20/art_88_{number}.html">第{number}号</a>'
    return f"<record><![CDATA[<li>{link}<b>{date}</b></li>]]></record>"


def store(numbers: Sequence[int], head: str = "") -> str:
    """Write a store of records."""
    return f"<datastore>{head}<recordset>{''.join(map(record, numbers))}</recordset></datastore>"


def column_page(call: str, numbers: Sequence[int] = range(1, 16), *, unit: str = "7", column: str = "88") -> str:
    """Write the list of a column page."""
    group = f'<nextgroup><![CDATA[<a href="{PROXY}?page=1&webid=3&columnid={column}&unitid={unit}"></a>]]></nextgroup>'
    return f'<div id="{unit}"><script type="text/xml">{store(numbers, group)}</script></div><script>{call}</script>'


def make_page(body: str, url: str = COLUMN) -> Page:
    """Read a page."""
    return parse_page(f"<html><body>{body}</body></html>".encode(), url, "text/html; charset=utf-8")


def asked_range(link: Link) -> tuple[str, ...]:
    """Return what a request says of itself: first and last record, size, page."""
    query = query_of(link.url)
    return tuple(query[name] for name in ("startrecord", "endrecord", "perpage", "page"))


def jpage_request(paging: str, text: str = "", post: str | None = None) -> Link:
    """Write a request as this family does."""
    query = f"webid=3&columnid=88&unitid=7&{paging}" if post is None else paging
    body = None if post is None else Post(post)
    return Link(f"{HOST}{PROXY}?{query}", text=text, family="hanweb_jpage", post=body)


def test_a_column_of_jpage_gives_its_records_and_asks_for_those_that_are_not_there() -> None:
    """Records in the page are links with the text of their row; the nearest page begins behind the last of them."""
    page = make_page(column_page("$('#7').jpage({totalRecord:48, perPage:5});"))

    found = hanweb_jpage.expand(page)

    assert [family.name for family in find_families(page)] == ["hanweb_jpage"]
    assert len(found.links) == 15
    assert found.links[0] == Link(
        f"{HOST}/art/2021/1/20/art_88_1.html", text="第1号", context="第1号 2021-01-20", tag="a"
    )
    assert [asked_range(link) for link in found.more] == [("16", "30", "15", "2")]
    assert query_of(found.more[0].url)["unitid"] == "7"
    assert found.more[0].family == "hanweb_jpage"
    assert found.more[0].rel == ""


def test_a_column_of_jpage_that_is_all_there_asks_for_nothing() -> None:
    """Where the page holds as many records as the list has, there is no further page."""
    page = make_page(column_page("$('#7').jpage({totalRecord:15, perPage:5});"))

    assert hanweb_jpage.expand(page).more == ()


def test_where_nobody_counts_the_records_the_next_page_is_a_guess() -> None:
    """Without a total the page behind the records at hand need not exist."""
    page = make_page(column_page(""))

    assert [(asked_range(link), link.rel) for link in hanweb_jpage.expand(page).more] == [
        (("16", "30", "15", "2"), "guess")
    ]


def test_parameters_of_the_call_go_before_those_of_the_next_group() -> None:
    """What the page's own script sends is what the service knows."""
    call = "$('#7').jpage({totalRecord:48,perPage:5,ajaxParam:{col:1,columnid:'9a+/=',unitid:'7',path:'/'}});"

    (request,) = hanweb_jpage.expand(make_page(column_page(call))).more

    assert query_of(request.url)["columnid"] == "9a+/="
    assert "columnid=9a%2B%2F%3D" in request.url


def test_parameters_in_a_variable_are_found_by_their_unit() -> None:
    """Some templates keep the parameters in `param_7` and give the call the service alone."""
    call = (
        "var param_7={col:1,columnid:88,unitid:'7',webid:3};"
        f"$('#7').jpage({{totalRecord:48,perPage:15,proxyUrl:'{PROXY}',ajaxParam:param_7}});"
    )

    (request,) = hanweb_jpage.expand(make_page(f"<script>{call}</script>")).more

    assert asked_range(request) == ("1", "90", "90", "1")
    assert query_of(request.url)["webid"] == "3"


def test_lists_beside_that_of_the_column_are_left_alone() -> None:
    """A page with news beside its list asks for its own column's pages."""
    body = column_page("$('#7').jpage({totalRecord:48,perPage:5});") + column_page(
        "$('#8').jpage({totalRecord:5000,perPage:5});", range(100, 105), unit="8", column="91"
    )

    found = hanweb_jpage.expand(make_page(body))

    assert [(query_of(link.url)["columnid"], link.text) for link in found.more] == [("88", "16-30/48")]
    assert len(found.links) == 15


def test_a_service_on_another_host_is_not_asked() -> None:
    """A page cannot send the crawler elsewhere."""
    call = "$('#7').jpage({totalRecord:48,proxyUrl:'http://elsewhere.example/module/web/jpage/dataproxy.jsp'});"

    assert hanweb_jpage.expand(make_page(column_page(call))).more == ()


def test_a_service_of_another_system_is_not_asked() -> None:
    """A call of the plug-in with another service behind it belongs to another family."""
    other = "$('#9').jpage({totalRecord:48,proxyUrl:'/TrueCMS/getMessage.do',ajaxParam:{columnid:88,unitid:'9'}});"

    found = hanweb_jpage.expand(
        make_page(column_page("$('#7').jpage({totalRecord:15});") + f"<script>{other}</script>")
    )

    assert found.more == ()


def test_an_answer_of_jpage_names_the_pages_behind_it() -> None:
    """A full page leads to all that follow, by the newest total, asked in the same way."""
    asked = jpage_request("startrecord=16&endrecord=30&perpage=15&page=2", post="webid=3&columnid=88")

    found = hanweb_jpage.read(Page(asked.url, source=store(range(16, 31), "<totalrecord>48</totalrecord>")), asked)

    assert [link.text for link in found.links] == [f"第{number}号" for number in range(16, 31)]
    assert [asked_range(link) for link in found.more] == [("31", "45", "15", "3"), ("46", "60", "15", "4")]
    assert {link.post for link in found.more} == {Post("webid=3&columnid=88")}


@pytest.mark.parametrize("source", ["", "<html>404</html>", "<datastore><recordset></recordset></datastore>"])
def test_a_get_that_brings_nothing_is_sent_again_as_a_post(source: str) -> None:
    """A refusal and an empty store are the same: the page's own parameters are posted, once."""
    asked = jpage_request("startrecord=16&endrecord=30&perpage=15&page=2", "16-30/48")

    (retry,) = hanweb_jpage.read(Page(asked.url, source=source), asked).more

    assert retry.post == Post("webid=3&columnid=88&unitid=7")
    assert retry.url == f"{HOST}{PROXY}?startrecord=16&endrecord=30&perpage=15&page=2"
    assert retry.rel == ""
    assert hanweb_jpage.read(Page(retry.url, source=source), retry).more == ()


@pytest.mark.parametrize(("text", "rel"), [("16-30/?", "guess"), ("", "")])
def test_what_may_not_be_there_is_no_loss_when_it_is_posted_either(text: str, rel: str) -> None:
    """A second try is a guess where nobody counted the records, and a loss where that is not known."""
    asked = jpage_request("startrecord=16&endrecord=30&perpage=15&page=2", text)

    (retry,) = hanweb_jpage.read(Page(asked.url), asked).more

    assert retry.rel == rel


def test_a_page_behind_the_end_is_not_asked_for_again() -> None:
    """Where the answer itself says that the list is shorter, nothing is missing."""
    asked = jpage_request("startrecord=16&endrecord=30&perpage=15&page=2", "16-30/16")

    assert hanweb_jpage.read(Page(asked.url, source=store((), "<totalrecord>15</totalrecord>")), asked).more == ()


@pytest.mark.parametrize(
    ("had", "total", "expected"),
    [
        (45, 98, [("91", "135", "45", "3")]),
        (15, 98, [("46", "60", "15", "4"), ("61", "75", "15", "5"), ("76", "90", "15", "6"), ("91", "105", "15", "7")]),
        (60, 98, [("1", "60", "60", "1")]),
        (30, 130, [("61", "90", "30", "3"), ("91", "120", "30", "4"), ("121", "150", "30", "5")]),
        (15, 70, [("46", "60", "15", "4"), ("61", "75", "15", "5")]),
        (20, 50, [("41", "60", "20", "3")]),
        (20, 90, [("41", "60", "20", "3"), ("61", "80", "20", "4"), ("81", "100", "20", "5")]),
        (5, 50, []),
        (44, 90, []),
        (3, 50, []),
        (2, 50, []),
        (45, None, [("91", "135", "45", "3")]),
        (15, None, [("46", "60", "15", "4")]),
        (17, None, []),
    ],
)
def test_a_server_is_followed_in_pages_of_its_own_size(
    had: int, total: int | None, expected: list[tuple[str, ...]]
) -> None:
    """What page 2 of 45 brought says how big the server's pages are; a last page may be a little short."""
    asked = jpage_request("startrecord=46&endrecord=90&perpage=45&page=2")
    head = "" if total is None else f"<totalrecord>{total}</totalrecord>"

    found = hanweb_jpage.read(Page(asked.url, source=store(range(had), head)), asked)

    assert [asked_range(link) for link in found.more] == expected
    assert {link.rel for link in found.more} <= {"guess" if total is None else ""}


def test_a_total_gone_mad_is_bounded() -> None:
    """No list is read further than the limit."""
    asked = jpage_request("startrecord=16&endrecord=30&perpage=15&page=2")

    found = hanweb_jpage.read(Page(asked.url, source=store(range(15), "<totalrecord>99999999</totalrecord>")), asked)

    assert len(found.more) == 498


@pytest.mark.parametrize(
    ("habit", "refuses_get", "requests"),
    [
        pytest.param(Habit(by_page), False, 4, id="pages"),
        pytest.param(Habit(by_range), False, 4, id="ranges"),
        pytest.param(Habit(by_range, says_total=False, has_call=False), False, 4, id="uncounted"),
        pytest.param(Habit(by_own_size), False, 11, id="own size"),
        pytest.param(Habit(by_page, proxy="/module/web/jpage/morecolumndataproxy.jsp"), False, 4, id="more columns"),
        pytest.param(Habit(by_page, at_hand=0), False, 2, id="nothing at hand"),
        pytest.param(Habit(by_page, is_array=True), False, 4, id="array"),
        pytest.param(Habit(by_range), True, 5, id="post"),
        pytest.param(Habit(by_page, encrypted=True), False, 5, id="encrypted"),
    ],
)
def test_every_server_gives_up_all_its_records(habit: Habit, refuses_get: bool, requests: int) -> None:  # noqa: FBT001
    """Whatever a server obeys, all reports are found, in no more requests than its way of paging costs."""
    read = read_list(build_jpage(WORLD, habit, refuses_get=refuses_get), ADDRESSES.column(ANNUAL))

    assert read.targets >= REPORTS
    assert len(read.requests) == requests


def test_dates_broken_over_lines_are_put_together() -> None:
    """A template that breaks a date over lines still dates its row."""
    broken = record(1, "2026-\n01-\n23")

    (link,) = hanweb_jpage.read(Page(COLUMN, source=broken), jpage_request("page=1&perpage=15")).links

    assert link.context == "第1号 2026-01-23"
    assert mend_dates("2026年\n1月\n23日") == "2026年1月23日"


def test_a_record_that_is_no_row_is_the_context_of_its_link() -> None:
    """The day beside a link stands in the record, whatever element the record is."""
    source = "<record><![CDATA[<a href='/art/1.html'>第1号</a>&nbsp;[2021-01-20]]]></record>"

    (link,) = hanweb_jpage.read(Page(COLUMN, source=source), jpage_request("page=1&perpage=15")).links

    assert link.context == "第1号 [2021-01-20]"


def test_a_query_is_read_as_it_is_written() -> None:
    """A plus is a digit of an encrypted identifier, and `&para` in `&paramJson` is no sign of its own."""
    assert split_query("a=1+2&amp;b=%2B&paramJson=3") == {"a": "1+2", "b": "+", "paramJson": "3"}


SHELL = (
    '<iframe src="/module/xxgk/tree.jsp?area=0024&amp;divid=div88"></iframe>'
    "<script>var jdid='5';"
    "loadDynamic('/module/xxgk/search.jsp?infotypeId='+kind+'&area=0024','div88','','','','5');</script>"
)
LIST = SHELL.replace("infotypeId='+kind+'", "infotypeId=A004")


def xxgk_row(column: int, title: str) -> str:
    """Write a row of a search."""
    return (
        f"<tr class='tr_main_value_odd'><td>1</td><td><a href='/art/2021/1/20/art_{column}_{len(title)}.html' "
        f"title='{title}'>{title[:6]}</a></td><td>2021-01-20</td></tr>"
    )


def xxgk_request(number: int = 1) -> Link:
    """Write a search as this family does."""
    form = {"infotypeId": "A004", "area": "0024", "divid": "div88", "requestUrl": COLUMN}
    return hanweb_xxgk.make_search(f"{HOST}/module/xxgk/search.jsp", form, number)


def test_a_column_with_a_subject_is_searched_by_post() -> None:
    """The search is sent what the page's own script sends, names repeated in the query."""
    page = make_page(LIST)

    (request,) = hanweb_xxgk.expand(page).more

    assert [family.name for family in find_families(page)] == ["hanweb_xxgk"]
    assert request.url.startswith(f"{HOST}/module/xxgk/search.jsp?standardXxgk=0&isAllList=1&")
    assert request.post is not None
    form = split_query(request.post.body)
    assert {name: form[name] for name in ("infotypeId", "jdid", "area", "divid", "currpage", "fbtime")} == {
        "infotypeId": "A004",
        "jdid": "5",
        "area": "0024",
        "divid": "div88",
        "currpage": "1",
        "fbtime": "-1",
    }
    assert form["requestUrl"] == COLUMN


def test_a_column_without_a_subject_asks_for_the_tree() -> None:
    """The tree says which subject is that of annual reports."""
    (request,) = hanweb_xxgk.expand(make_page(SHELL)).more

    assert request.post is None
    assert request.url.startswith(f"{HOST}/module/xxgk/tree.jsp?")
    assert query_of(request.url)["area"] == "0024"


def test_a_tree_leads_to_the_subjects_searches() -> None:
    """Each subject is a link by its name, whose request is its own search."""
    (asked,) = hanweb_xxgk.expand(make_page(SHELL)).more
    nodes = "d.add(1,0,'<a onclick=\"funclick(\\'A001\\',\\'0024\\');\">机构职能</a>');"
    nodes += "d.add(2,0,'<a onclick=\"funclick(\\'A004\\',\\'0024\\');\">政府信息公开年报</a>');"

    found = hanweb_xxgk.read(Page(asked.url, source=nodes), asked)

    assert [link.text for link in found.links] == ["机构职能", "政府信息公开年报"]
    assert found.links[1].post is not None
    assert split_query(found.links[1].post.body)["infotypeId"] == "A004"
    assert found.more == ()


@pytest.mark.parametrize("source", ["", "<html>404</html>", "funclick('A001','0024')\">机构职能<"])
def test_without_a_subject_of_annual_reports_all_is_searched(source: str) -> None:
    """A tree that cannot be had, or does not name the reports, costs the search of everything, not the reports."""
    (asked,) = hanweb_xxgk.expand(make_page(SHELL)).more

    (search,) = hanweb_xxgk.read(Page(asked.url, source=source), asked).more

    assert search.post is not None
    assert split_query(search.post.body)["infotypeId"] == ""
    assert split_query(search.post.body)["jdid"] == "5"


def test_entries_of_other_columns_lose_their_words() -> None:
    """A search brings the whole district: of other columns, full titles of reports alone are believed."""
    report = "青石区白杨街道2021年政府信息公开工作年度报告"
    rows = xxgk_row(88, "2021年年报") + xxgk_row(91, "2021年财政年报公开") + xxgk_row(92, report)
    rows += "<tr><td><a href='/col/col88/art/2021/art_0af3.html'>2020年年报</a></td></tr>"

    found = hanweb_xxgk.read(Page(HOST, source=f"<table>{rows}</table>"), xxgk_request())

    assert [link.title for link in found.links] == ["2021年年报", "", report, ""]
    assert [link.text for link in found.links] == ["2021年年报"[:6], "", report[:6], "2020年年报"]


@pytest.mark.parametrize("said", ["共3页", "共 <b>3</b> 页", "&nbsp;共3页&nbsp;第1页"])
def test_the_first_answer_of_a_search_names_the_other_pages(said: str) -> None:
    """Pages are counted from 1, and the number stands in the body and in the query."""
    found = hanweb_xxgk.read(Page(HOST, source=xxgk_row(88, "2021年年报") + said), xxgk_request())

    forms = [split_query(link.post.body) for link in found.more if link.post]
    assert [form["currpage"] for form in forms] == ["2", "3"]
    assert [query_of(link.url)["currpage"] for link in found.more] == ["2", "3"]
    assert forms[0]["requestUrl"] == COLUMN


def test_the_annual_report_page_offers_each_agency_and_year() -> None:
    """Every pair of an agency and a year is a report, though it need not be there."""
    body = (
        '<form action="/module/xxgk/xxgkAnnualReport.jsp"><select><option value="">请选择</option>'
        '<option value="001">白杨街道办事处</option><option value="002">财政局</option></select>'
        '<select><option value="2021">2021年</option><option value="2020" selected>2020年</option></select></form>'
    )

    found = hanweb_xxgk.expand(make_page(body))

    assert [(link.url.partition("?")[2], link.rel) for link in found.links] == [
        ("area=001&fbtime=2021", "guess"),
        ("area=001&fbtime=2020", "guess"),
        ("area=002&fbtime=2021", "guess"),
        ("area=002&fbtime=2020", "guess"),
    ]
    assert found.links[0].words == "白杨街道办事处2021年政府信息公开工作年度报告"
    assert found.more == ()


def test_the_whole_search_is_read_where_it_must_be_and_one_subject_where_it_can() -> None:
    """With a tree the district's other entries cost nothing."""
    alone = read_list(xxgk_site.build_tree(WORLD), ADDRESSES.column(ANNUAL))
    together = read_list(xxgk_site.build(WORLD), ADDRESSES.column(ANNUAL))

    assert alone.targets >= REPORTS
    assert together.targets >= REPORTS
    assert len(alone.requests) < len(together.requests)


@pytest.mark.parametrize(
    "body",
    [
        "<p>政府信息公开年报</p>",
        "<script>var a='messageController/getMessage.do';<datastore><record>1</record></datastore></script>",
        "<script>$('#7').jpage({totalRecord:9,proxyUrl:'/query!result.zf'});</script>",
    ],
)
def test_other_pages_are_not_hanwebs(body: str) -> None:
    """A plug-in of the same name, or XML of another system, is no fingerprint."""
    page = make_page(body)

    assert not hanweb_jpage.recognises(page)
    assert not hanweb_xxgk.recognises(page)


@pytest.mark.parametrize("end", [";", "\n", "\n\n", " \n", "\n;", " ;"])
def test_an_array_of_records_is_ended_by_a_line_or_by_its_sign(end: str) -> None:
    """Nothing behind the array is taken for a record, and no record is lost where no semicolon ends it."""
    rows = f"var store = ['{record(1)}', '{record(2)}']{end} var others = ['{record(3)}'];"

    assert hanweb_jpage._rows_of_array(rows, "dataStore:store") == (record(1), record(2))
