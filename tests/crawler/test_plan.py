"""What a page makes worth visiting: the ways to the reports that need no more than words, rows and addresses."""

import pytest

from crawler.html import parse_page
from crawler.links import Page
from crawler.plan import (
    AGENCY_PRIORITY,
    CROWD_PRIORITY,
    LIST_PRIORITY,
    PAGING_PRIORITY,
    RESERVE_PRIORITY,
    classify_page,
    is_of_directory,
    is_wanted_elsewhere,
    plan_steps,
    start_step,
)
from crawler.step import Step
from tests.crawler.served import REPORT_TEXT

HOST = "http://www.example.gov.cn"
ARTICLE = "<p>近日，干部们走进社区，与居民交谈，了解大家的需要，把事情一件一件记下来。</p>" * 8


def page_of(path: str, body: str, title: str = "青石区") -> Page:
    """Read a page."""
    return parse_page(f"<html><head><title>{title}</title></head><body>{body}</body></html>".encode(), HOST + path)


def column(text: str, path: str = "/gk/", depth: int = 1) -> Step:
    """Return a step to a page on the way."""
    return Step(HOST + path, "column", 50, depth=depth, link_text=text)


def listing(path: str = "/nb/") -> Step:
    """Return a step to a column of reports."""
    return Step(HOST + path, "list", LIST_PRIORITY, column=HOST + path, link_text="政府信息公开年报")


def led_to(step: Step, page: Page) -> list[tuple[str, str]]:
    """Return where a page leads, as (path, kind), classified as a crawl would; what comes last is left aside."""
    steps = plan_steps(step, classify_page(step, page), page)
    return [(one.url.removeprefix(HOST), one.kind) for one in steps if one.family is None]


def rows(*pairs: tuple[str, str]) -> str:
    """Draw rows of a list, each with a day."""
    return "".join(f'<li><a href="{url}">{text}</a> <span>2021-01-20</span></li>' for url, text in pairs)


# ---- splash pages


def test_a_splash_page_is_gone_through() -> None:
    """A start page with next to no links leads to the home page behind it, by the link that says so."""
    splash = page_of("/", '<a href="/tour.html"><img src="x.jpg"></a><a href="/main.html">进入网站</a>')

    (step,) = [step for step in plan_steps(start_step(HOST + "/"), "home", splash) if step.family is None]

    assert (step.url, step.kind, step.is_guess) == (HOST + "/main.html", "home", True)
    assert not is_wanted_elsewhere(step)


def test_where_no_link_says_so_all_of_a_splash_page_are_tried() -> None:
    """A splash page made of pictures has no words at all."""
    splash = page_of("/", '<a href="/a/"><img src="x.jpg"></a><a href="/b/"><img src="y.jpg"></a>')

    assert led_to(start_step(HOST + "/"), splash) == [("/a/", "home"), ("/b/", "home")]


def test_a_splash_page_leads_to_no_second_one() -> None:
    """Behind a splash page comes the home page, or nothing."""
    splash = page_of("/main.html", '<a href="/more.html">进入网站</a>')
    step = Step(HOST + "/main.html", "home", 101, depth=1)

    assert led_to(step, splash) == []


def test_a_home_page_with_a_way_is_no_splash_page() -> None:
    """Where something leads to disclosure, 首页 and the like are not followed."""
    home = page_of("/", '<a href="/index.jsp">首页</a><a href="/gk/">政务公开</a>')

    assert led_to(start_step(HOST + "/"), home) == [("/gk/", "column")]


# ---- directories


AGENCIES = "".join(f'<a href="/bm/{n}/">白杨{n}街道办事处</a>' for n in range(7))


@pytest.mark.parametrize(
    ("name", "worth"),
    [("部门信息公开目录", AGENCY_PRIORITY), ("镇街之窗", CROWD_PRIORITY), ("信息公开", CROWD_PRIORITY)],
)
def test_agencies_are_followed_from_a_directory_or_a_crowd(name: str, worth: int) -> None:
    """A directory of disclosure vouches for its agencies; any other page with many of them is tried with more care."""
    steps = plan_steps(column(name), "column", page_of("/gk/", AGENCIES, title=name))

    assert [(step.priority, is_of_directory(step)) for step in steps] == [(worth - 1, worth == AGENCY_PRIORITY)] * 7


def test_a_few_agencies_make_no_directory() -> None:
    """An agency named on some page on the way is not followed."""
    assert led_to(column("政务公开"), page_of("/gk/", '<a href="/bm/1/">白杨街道办事处</a>')) == []


def test_an_agency_with_its_own_column_has_nothing_else_to_offer() -> None:
    """Of an agency's guide, catalogue and column of reports the column alone is asked for."""
    menu = '<a href="ml/">公开目录</a><a href="nb/">公开年报</a>'

    assert led_to(column("白杨街道办事处", "/bm/1/"), page_of("/bm/1/", menu)) == [("/bm/1/nb/", "list")]
    assert led_to(column("政务公开", "/bm/1/"), page_of("/bm/1/", menu)) == [
        ("/bm/1/nb/", "list"),
        ("/bm/1/ml/", "column"),
    ]


# ---- the reserve


def test_of_two_links_to_one_page_the_better_comes_first() -> None:
    """A picture without words does not hide the name of the column that stands below it."""
    both = '<a href="/xxgk/12.html"><img src="x.png"></a><a href="/xxgk/12.html">政府信息公开工作年度报告</a>'

    steps = plan_steps(column("政务公开"), "column", page_of("/gk/", both))

    assert steps[0].kind == "list"
    assert steps[0].priority == LIST_PRIORITY


def test_what_lists_other_things_is_turned_as_a_last_resort() -> None:
    """Further pages of a list of notices wait in the reserve, on no list's account."""
    notices = rows(*((f"/n/{n}.html", f"道路封闭通告（{n}）") for n in range(5))) + '<a href="/l/12/2.htm">下一页</a>'

    (turn,) = plan_steps(column("公示公告", "/l/12/"), "column", page_of("/l/12/", notices))

    assert (turn.url, turn.kind, turn.turns) == (HOST + "/l/12/2.htm", "column", 1)
    assert turn.priority < RESERVE_PRIORITY


def test_a_page_that_only_might_tell_something_owes_nothing() -> None:
    """A dead link to a site map is no loss."""
    (step,) = plan_steps(column("政务公开"), "column", page_of("/gk/", '<a href="/map.html">网站地图</a>'))

    assert step.priority < RESERVE_PRIORITY
    assert step.is_guess


def test_a_dated_row_is_news_and_no_way() -> None:
    """A piece of news about disclosure is not even held in reserve."""
    assert led_to(column("政务公开"), page_of("/gk/", rows(("/n/1.html", "推进政务公开")))) == []


# ---- lists


def test_a_row_says_what_a_link_called_view_leads_to() -> None:
    """Where the link is called 查看, the title beside it is the report's."""
    cells = "<tr><td>1</td> <td>{}</td> <td>2021-01-20</td> <td><a href='/d?id={}'>查看</a></td></tr>"
    title = "白杨街道2020年政府信息公开工作年度报告"
    table = f"<table>{cells.format(title, 1)}{cells.format(title + '图解', 2)}</table>"

    (step,) = plan_steps(listing(), "list", page_of("/nb/", table))

    assert (step.url, step.kind, step.link_text) == (HOST + "/d?id=1", "report", title)


def test_a_table_of_agencies_and_years_is_read() -> None:
    """Where agencies stand in front of their rows and every cell says 查看, each cell is a report."""
    table = "<table><tr><td>白杨街道办事处</td> <td><a href='/c/1.html'>点击查看</a></td></tr></table>"

    assert led_to(listing(), page_of("/nb/", table)) == [("/c/1.html", "report")]


def test_folders_may_lie_beside_their_column() -> None:
    """Where columns have numbers, years and groups lie beside the column that shows nothing else."""
    folders = '<a href="/col/col20/index.html">2020年</a><a href="/col/col21/index.html">街道（乡镇）</a>'
    report = '<a href="/a/1.html">白杨街道2020年政府信息公开工作年度报告</a>'
    step = listing("/col/col1/index.html")

    assert led_to(step, page_of("/col/col1/index.html", folders)) == [
        ("/col/col20/index.html", "list"),
        ("/col/col21/index.html", "list"),
    ]
    assert led_to(step, page_of("/col/col1/index.html", folders + report)) == [("/a/1.html", "report")]


def test_a_menu_at_the_root_is_no_folder() -> None:
    """Agencies at the root of a site are its menu's; years are not."""
    menu = '<a href="/bm/">区政府部门</a><a href="/art/2021/7.html">2020年</a>'

    assert led_to(listing(), page_of("/nb/", menu)) == [("/art/2021/7.html", "list")]


def test_a_crowd_of_agencies_makes_a_column_a_directory() -> None:
    """In a column that shows no report itself, agencies are followed wherever they lie, if they are many."""
    few = "".join(f'<a href="/c/{n}.html">白杨{n}街道办事处</a>' for n in range(5))
    many = few + '<a href="/c/5.html">财政局</a>'

    assert led_to(listing(), page_of("/nb/", few)) == []
    assert led_to(listing(), page_of("/nb/", many)) == [(f"/c/{n}.html", "list") for n in range(6)]


def test_folders_lie_in_folders() -> None:
    """What lies under a year's folder belongs to the column, wherever the column itself lies."""
    inner = '<a href="b1/index.html">财政局</a>'
    step = Step(HOST + "/gk/c20/index.html", "list", LIST_PRIORITY, depth=1, column=HOST + "/nb/index.html")

    assert led_to(step, page_of("/gk/c20/index.html", inner)) == [("/gk/c20/b1/index.html", "list")]


def test_a_select_box_of_years_is_a_row_of_folders() -> None:
    """Years that a select box leads to are folders."""
    box = '<select><option value="/nb/2020/">2020年</option><option value="/nb/2019/">2019年</option></select>'

    assert led_to(listing(), page_of("/nb/", box)) == [("/nb/2020/", "list"), ("/nb/2019/", "list")]


def test_further_pages_of_a_list_come_after_its_reports() -> None:
    """A list with a pager leads on with the priority of pages to turn."""
    turned = plan_steps(listing(), "list", page_of("/nb/", '<a href="index_2.html">下一页</a>'))

    assert [(step.url, step.priority) for step in turned] == [(HOST + "/nb/index_2.html", PAGING_PRIORITY)]


# ---- reports


def report_step(text: str) -> Step:
    """Return a step to what is listed as a report."""
    return Step(HOST + "/nb/1.html", "report", 95, link_text=text, column=HOST + "/nb/")


def test_careless_words_are_believed_only_of_a_page_that_tells_something() -> None:
    """A page at length about something else is no report, unless its title is a report's or it leads to a file."""
    careless, certain = report_step("2020年政务公开情况"), report_step("2020年白杨街道政府信息公开年报")

    assert classify_page(careless, page_of("/nb/1.html", ARTICLE)) == "column"
    assert classify_page(careless, page_of("/nb/1.html", ARTICLE + "<p>二、依申请公开情况</p>")) == "report"
    assert classify_page(careless, page_of("/nb/1.html", ARTICLE + '<a href="1.doc">1.doc</a>')) == "report"
    assert classify_page(careless, page_of("/nb/1.html", '<img src="1.jpg">')) == "report"
    assert classify_page(certain, page_of("/nb/1.html", ARTICLE)) == "report"


def test_files_of_others_are_left_alone() -> None:
    """A reader to install, help, an application form and a dated row beside a report are not its attachments."""
    beside = (
        '<a href="/soft/ofd.zip">OFD阅读器下载</a><a href="/doc/help.pdf">网站使用帮助</a>'
        '<a href="/doc/s.doc">政府信息公开申请表</a>'
        '<a href="/doc/g.pdf">“十四五”规划纲要</a>' + rows(("/doc/9.pdf", "青石区人民政府第九号令"))
    )
    own = '<a href="/up/1.docx">白杨街道2020年年报.docx</a><a href="/up/2.xlsx">附件2</a><a href="/up/3.pdf"></a>'

    found = led_to(report_step("白杨街道2020年政府信息公开年报"), page_of("/nb/1.html", REPORT_TEXT + beside + own))

    assert found == [("/up/1.docx", "attachment"), ("/up/2.xlsx", "attachment"), ("/up/3.pdf", "attachment")]


def test_a_page_without_the_report_may_lead_to_it_under_any_name() -> None:
    """Where the page does not show the report, a file of another name may be it; tools and look-alikes are not."""
    files = '<a href="/up/1.pdf">白杨的一年</a><a href="/soft/ofd.zip">OFD阅读器下载</a>'

    assert led_to(report_step("白杨街道2020年政府信息公开年报"), page_of("/nb/1.html", files)) == [
        ("/up/1.pdf", "attachment")
    ]
