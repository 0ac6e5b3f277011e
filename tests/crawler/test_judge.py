from dataclasses import replace

import pytest

from archive import PageKind
from crawler.answers import Answer
from crawler.html import parse_page
from crawler.judge import HomePage, Verdict, judge_answer, judge_data, make_home
from crawler.links import Link, Page
from tests.crawler.served import REPORT_TEXT, link

SITE = "http://www.example.gov.cn"
URL = f"{SITE}/nb/1.html"
TITLE = "青石区白杨街道办事处2020年政府信息公开工作年度报告"
MENU = "".join(f'<a href="/m{n}/">栏目{name}</a>' for n, name in enumerate("甲乙丙丁戊己庚辛壬癸子丑"))
SENTENCE = "本街道坚持以公开为常态，按时回应群众关切，不断完善工作机制。"


def html(title: str, *inner: str) -> str:
    """Make a page."""
    return f"<!doctype html><html><head><title>{title}</title></head><body>{''.join(inner)}</body></html>"


def answer(body: str | bytes, *, status: int = 200, asked: str = URL, url: str = "", kind: str = "text/html") -> Answer:
    """Make an answer; `url` is where it was led, if elsewhere."""
    data = body.encode() if isinstance(body, str) else body
    return Answer(url or asked, status, (("Content-Type", kind),), data, asked)


def page_of(one: Answer) -> Page:
    """Read the page of an answer."""
    return parse_page(one.body, one.url, one.content_type)


def judge(one: Answer, kind: PageKind = "report", home: HomePage | None = None) -> Verdict:
    """Judge an answer by its own page."""
    return judge_answer(one, kind, page_of(one), home)


def seen(one: Answer, kind: PageKind = "report", home: HomePage | None = None) -> tuple[str, str | None]:
    """Return what an answer looks like, and the reason why it is not believed."""
    verdict = judge(one, kind, home)
    return verdict.looks, verdict.failure


def home_of(body: str, url: str = f"{SITE}/") -> HomePage:
    """Remember a home page."""
    return make_home(page_of(answer(body, asked=url)), body.encode())


GOOD_REPORTS = {
    "whole": html(TITLE, REPORT_TEXT),
    "quotes an error": html(TITLE, REPORT_TEXT, "<p>申请人所要的文件无法找到，页面不存在的投诉2件。</p>"),
    "quotes an error, without a title": html("青石区", REPORT_TEXT, "<p>您访问的页面打不开时请来电</p>"),
    "narrative": html("白杨镇2010年政府信息公开报告", f"<p>{SENTENCE * 8}该信息不存在的答复1件。网站维护2次。</p>"),
    "only a file": html(TITLE, link("1.doc", "附件"), "<p>如果找不到该附件，请致电。</p>"),
    "a picture": html("白杨街道", "<img src='1.png'><script>$.ajax('/hits')</script>"),
    "in a frame": html(TITLE, "<iframe src='/r/1.html'></iframe><script>$.ajax('/hits')</script>"),
    "in the data of a script": html(TITLE, "<div id='app'></div>", f"<script>D={{content:'{REPORT_TEXT}'}}</script>"),
    "with a login box in its head": html(TITLE, "<form>请登录<input type='password'></form>", REPORT_TEXT),
    "with a link that speaks of an error": html(TITLE, f"<p>{SENTENCE}</p><a href='/h'>页面不存在怎么办</a>"),
    "that moves on": "<script>$.ajax('/hits');location.href='/nb/2.html'</script>",
}


@pytest.mark.parametrize("body", GOOD_REPORTS.values(), ids=GOOD_REPORTS)
def test_a_report_is_believed_whatever_else_stands_on_it(body: str) -> None:
    """Signs of a report outweigh words, forms and scripts that bad pages have as well."""
    assert judge(answer(body)).failure is None


GONE = ("soft_404", "gone, the page says so")
BAD_PAGES = [
    (html("提示", "您访问的页面不存在"), GONE),
    (html("404", MENU, f"<p>{SENTENCE * 80}</p>"), GONE),
    (html("页面未找到", "<a href='/'>返回首页</a>"), GONE),
    (html("青石区人民政府", MENU * 9, "<p>抱歉，您要查看的网页已被删除</p>"), GONE),
    (html("", "对不起，该信息不存在或者已被删除！"), GONE),
    (html(TITLE, "您访问的页面不存在"), GONE),
    ("<script>alert('x')</script><p>找不到该页面</p>", GONE),
    (html("提示", "网站正在维护，请稍后再试"), ("error", "out of order, the page says so")),
    (html("用户登录", "<input name=u><input type='password' name=p>"), ("login", "login page")),
    (html("青石区", "<p>请先登录</p><input type=password>"), ("login", "login page")),
    (html("青石区", f"<p>{SENTENCE * 12}会话已过期，请重新登录</p><input type=password>"), ("login", "login page")),
    (html("统一身份认证平台", "<div>扫码登录</div>"), ("login", "login page")),
    (html("安全验证", "<p>请输入验证码</p><input name=c>"), ("blocked", "blocked:captcha")),
    (html("年报", "<div id='app'></div><script src='/app.js'></script>"), ("shell", "filled by a script")),
    (html("年报", "<p>加载中</p><script>$.ajax('/api/1')</script>"), ("shell", "filled by a script")),
    (html(TITLE), ("empty", "empty")),
    (" \r\n ", ("empty", "empty")),
    ('{"code": 404, "msg": "不存在"}', ("page", "not a page")),
]


@pytest.mark.parametrize(("body", "expected"), BAD_PAGES)
def test_a_page_that_is_no_report_is_told_by_its_reason(body: str, expected: tuple[str, str]) -> None:
    """Error pages, logins, walls, pages without content and data are failures, each with its own reason."""
    assert seen(answer(body)) == expected


@pytest.mark.parametrize("status", [301, 403, 404, 410, 500, 503])
def test_a_bad_status_is_the_reason(status: int) -> None:
    """A status that is not good is the reason, whatever the body says."""
    assert seen(answer(html(TITLE, REPORT_TEXT), status=status)) == ("error", f"http {status}")


def test_a_wall_is_named() -> None:
    """The page of a wall is recorded by its kind, whatever its status."""
    assert judge(answer("<script>document.cookie='a'</script>", status=521)) == Verdict("blocked", 0.0, "blocked:jsl")


def test_what_was_judged_before_is_believed_again() -> None:
    """A 304 speaks of bytes that were believed when they came."""
    assert judge(answer("", status=304)).failure is None
    assert judge_data(answer("", status=304), Page(URL)).failure is None


def test_the_score_says_how_sure_it_is() -> None:
    """A whole report scores above a bare page, that above a quoted error, and that above an error page."""
    bodies = (
        html(TITLE, REPORT_TEXT),
        html("青石区", f"<p>{SENTENCE}</p>"),
        html(TITLE, link("1.doc", "附件"), "<p>无法找到时请致电</p>"),
        html("提示", f"<p>{SENTENCE * 12}您访问的页面不存在</p>"),
        html("404", "您访问的页面不存在"),
    )

    scores = [judge(answer(body)).score for body in bodies]

    assert scores == sorted(scores, reverse=True)
    assert (scores[0], scores[-1]) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b"%PDF-1.4 made up", "text/html", ("file", None)),
        (b"\xd0\xcf\x11\xe0 made up", "application/msword", ("file", None)),
        ("青石区白杨街道 2020年 年度报告", "text/plain", ("file", None)),
        (html(TITLE, REPORT_TEXT), "text/html", ("report", None)),
        ("<script>location.href='/f/1.pdf'</script>", "text/html", ("shell", None)),
        (
            '<html xmlns:o="urn:schemas-microsoft-com:office:office"><body>表</body></html>',
            "application/msword",
            ("file", None),
        ),
        ("<?xml version='1.0'?><w:wordDocument/>", "application/msword", ("file", None)),
        (
            '<html xmlns:o="urn:schemas-microsoft-com:office:office"><body>表</body></html>',
            "text/html",
            ("page", "not a file"),
        ),
        (html("请登录"), "text/html", ("login", "not a file")),
        (html("提示", "您要下载的文件不存在"), "text/html", ("soft_404", "not a file")),
        (html(TITLE, f"<p>{SENTENCE}</p>"), "text/html", ("page", "not a file")),
        ("<script>alert('文件不存在')</script>", "text/html", ("page", "not a file")),
        ("文件不存在", "text/plain", ("soft_404", "not a file")),
        ('{"code": 404}', "application/json", ("page", "not a file")),
        (html("安全验证", "<p>请输入验证码</p><input name=c>"), "text/html", ("blocked", "blocked:captcha")),
    ],
)
def test_a_file_is_judged_by_its_bytes(body: str | bytes, kind: str, expected: tuple[str, str | None]) -> None:
    """For a document a page is believed only if it is the report, moves on to the file, or was saved by Word."""
    assert seen(answer(body, asked=f"{SITE}/f/1.doc", kind=kind), "attachment") == expected


def test_a_page_behind_the_words_of_a_file_is_a_page() -> None:
    """Where the words of a link alone promised a file, a good page is believed and a bad one is not."""
    asked = f"{SITE}/d?id=7"

    good = answer(html(TITLE, link("/f/1.pdf", "下载")), asked=asked)
    bad = answer(html("提示", "该页面不存在"), asked=asked)

    assert seen(good, "attachment") == ("page", None)
    assert seen(bad, "attachment") == GONE


HOME = html("青石区人民政府", MENU, f"<p>{SENTENCE}</p><p>访问量：1024</p>")


@pytest.mark.parametrize("kind", ["column", "list", "report"])
@pytest.mark.parametrize(
    "body",
    [
        HOME,
        HOME.replace("1024", "1025"),
        HOME.replace("1024", "1025").replace("</body>", "<script>token='x9'</script></body>"),
    ],
    ids=["same", "counter", "token"],
)
def test_the_home_page_under_another_address_is_gone(kind: PageKind, body: str) -> None:
    """The home page served for what is not there is known again, though counters and tokens differ."""
    expected = ("home", "gone, the home page was served")

    assert seen(answer(body, asked=f"{SITE}/nb/gone/7.html"), kind, home_of(HOME)) == expected


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (f"{SITE}/index.html", "column"),
        (f"{SITE}/default.jsp", "list"),
        (f"{SITE}/?from=menu", "column"),
        (f"{SITE}/", "home"),
    ],
)
def test_a_second_name_of_the_home_page_is_not_gone(asked: str, kind: PageKind) -> None:
    """The home page may be the home page."""
    list_home = html("青石区人民政府", MENU, link("1.html", TITLE))

    assert judge(answer(list_home, asked=asked), kind, home_of(list_home)).failure is None


def test_a_report_asked_for_by_its_number_is_gone_where_the_home_page_comes() -> None:
    """A query makes another page of a report's address, though none of a list's."""
    asked = answer(HOME, asked=f"{SITE}/?id=7")

    assert seen(asked, "report", home_of(HOME)) == ("home", "gone, the home page was served")


@pytest.mark.parametrize(
    "body",
    [
        html("青石区人民政府", MENU, f"<p>{SENTENCE}</p><p>访问量：1024</p>", REPORT_TEXT),
        html("青石区人民政府", MENU, f"<h1>{TITLE}</h1>", link("1.pdf", "下载")),
        html("白杨街道", MENU, f"<p>{SENTENCE}</p><p>访问量：1024</p>"),
    ],
    ids=["report", "only a file", "title"],
)
def test_a_page_with_the_same_frame_is_not_the_home_page(body: str) -> None:
    """A page that shares the menu of the home page, and its title, is its own by what else stands on it."""
    assert judge(answer(body), "report", home_of(HOME)).failure is None


def test_the_title_of_the_home_page_is_its_own() -> None:
    """A page with the menu and the text of the home page and another title is another page."""
    full = html("青石区人民政府", MENU * 2, *(f"<p>第{char}句</p>" for char in SENTENCE))

    other = answer(full.replace("青石区人民政府", "白杨街道"))

    assert judge(other, "report", home_of(full)).failure is None


def test_lists_that_differ_in_a_year_alone_are_two() -> None:
    """A site that starts with the list of one year is not served again by the list of another."""
    rows = [f"{name}街道{{0}}年政府信息公开工作年度报告" for name in "甲乙丙丁戊己"]
    lists = [html("政府信息公开年报", *(link("1.html", row.format(year)) for row in rows)) for year in (2019, 2020)]
    few = [html("年报", link("1.html", rows[0].format(year))) for year in (2019, 2020)]

    verdicts = [
        judge(answer(other, asked=f"{SITE}/nb/2020/"), "list", home_of(start, f"{SITE}/nb/2019/"))
        for start, other in (lists, few)
    ]

    assert [(verdict.looks, verdict.failure) for verdict in verdicts] == [("list", None)] * 2


def test_a_small_home_page_is_known_by_its_bytes() -> None:
    """A home page with hardly a link is known again where nothing but digits differs."""
    small = html("青石区", link("/zwgk/", "政务公开"), *(f"<p>{char}</p>" for char in SENTENCE), "<p>第1024位</p>")
    home = home_of(small)

    again, other = small.replace("1024", "1025"), small.replace("第1024位", "第二页")

    assert seen(answer(again), "report", home)[1] == "gone, the home page was served"
    assert seen(answer(other), "report", home)[1] is None


def test_a_site_that_is_one_script_says_so() -> None:
    """Where every address brings the same unfilled page, that is the reason, and not that the page is gone."""
    app = html("青石区", "<div id='app'></div><script src='/app.js'></script>")

    assert seen(answer(app), "report", home_of(app)) == ("shell", "filled by a script")


def test_a_redirect_to_the_start_page_is_gone() -> None:
    """A request that ended at the start page is gone, whatever stands there today; one for that page is not."""
    home = home_of(HOME)
    elsewhere = answer(html("青石区", MENU, SENTENCE), asked=URL, url=f"{SITE}/index.html")
    same = answer(HOME, asked=f"{SITE}/index.html", url=f"{SITE}/")

    assert seen(elsewhere, "report", home) == ("home", "gone, led to the start page")
    assert judge(elsewhere, "home", home).failure is None
    assert judge(same, "column", home).failure is None


GOOD_LISTS = {
    "reports": html("政府信息公开年报", MENU, link("1.html", TITLE)),
    "reports and a login box": html("年报", "请登录<input type=password>", link("1.html", TITLE)),
    "reports under an error's words": html("年报", link("1.html", TITLE), "<p>找不到该页面时请来电</p>"),
    "folders": html("政府信息公开年报", MENU, '<a href="/nb/2020/">2020年</a>'),
    "files": html("政府信息公开年报", MENU, '<a href="/f/7.xls">汇总</a>'),
    "a frame": html("政府信息公开年报", MENU, '<iframe src="/nb/inner.html"></iframe>'),
    "other rows": html("政府信息公开年报", MENU, link("/art/7.html", "2020年年报解读")),
    "a row without a day": html("年报", MENU, f'<a href="/art/9.html">{TITLE}</a>'),
    "a row that is cut off": html("年报", MENU, '<a href="/art/9.html">青石区白杨街道办事处20…</a>'),
    "the latest report": html("政府信息公开年报", REPORT_TEXT),
    "moves on": "<script>location.replace('./2020/')</script>",
}


@pytest.mark.parametrize("body", GOOD_LISTS.values(), ids=GOOD_LISTS)
def test_a_list_that_leads_somewhere_is_believed(body: str) -> None:
    """A list with reports, folders, files, a frame or rows of its own is read, however poor it is."""
    verdict = judge(answer(body, asked=f"{SITE}/nb/"), "list")

    assert verdict.failure is None
    assert verdict.looks != "empty_list"


def test_a_list_whose_family_knows_more_is_believed() -> None:
    """A column that is filled from elsewhere is a list where its family found out from where."""
    column = answer(html("政府信息公开年报", MENU, "<ul></ul><script>$.ajax('/list')</script>"), asked=f"{SITE}/nb/")
    page = page_of(column)

    found = replace(page, more=(Link(f"{SITE}/api", family="trs"),))

    assert judge_answer(column, "list", found, None).failure is None
    assert judge_answer(column, "list", page, None).failure == "filled by a script"


NEWS = link("/news/1.html", "春天的公园")


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<ul></ul>", ("empty_list", "list without entries")),
        (f"<ul></ul>{NEWS}", ("empty_list", "list without entries")),
        ("<iframe src='/visitcount.jsp'></iframe>", ("empty_list", "list without entries")),
        ("<iframe src='http://other.example.org/'></iframe>", ("empty_list", "list without entries")),
        ("<a href='/bm/7/'>区财政局</a>", ("empty_list", "list without entries")),
        ("<ul><li v-for='r in rows'>{{ r.title }}</li></ul>", ("shell", "filled by a script")),
        ("<div v-if='!rows'>暂无数据</div><ul><li>{{r}}</li></ul>", ("shell", "filled by a script")),
        ("<ul id='l'></ul><script>fetch('/api')</script>", ("shell", "filled by a script")),
        ("<p>暂无相关信息</p>", ("empty_list", None)),
        ("<p>暂无内容！</p><script>$.ajax('/hits')</script>", ("empty_list", None)),
        ("<p>栏目建设中</p>", ("empty_list", None)),
        ("<p>共0条</p>", ("empty_list", None)),
        ("<p>没有找到符合条件的信息</p>", ("empty_list", None)),
        ("<p>您访问的页面不存在</p>", GONE),
    ],
)
def test_an_empty_list_is_told_from_one_that_was_not_filled(inner: str, expected: tuple[str, str | None]) -> None:
    """A list without entries is believed only where it says itself, outside a template, that it has none."""
    body = html("政府信息公开年报", MENU, inner)

    assert seen(answer(body, asked=f"{SITE}/nb/"), "list") == expected


@pytest.mark.parametrize("kind", ["home", "column"])
@pytest.mark.parametrize(
    "body",
    [
        html("青石区", MENU, "<form>您好，请登录<input type='password'></form>", f"<p>{SENTENCE * 60}</p>"),
        html("政务公开", link("/zwgk/nb/", "政府信息公开年报")),
        html("政务公开", MENU, "<script>$.ajax('/hits')</script>"),
        html("政务公开", MENU, link("/n.html", "群众反映的页面不存在问题已解决")),
        "<meta http-equiv='refresh' content='0;url=/portal/'>",
        html("政务公开", MENU, f"<p>{SENTENCE * 60}搬迁后无法找到旧址的群众请来电</p>"),
        html("政务公开", MENU, f"<p>{SENTENCE * 12}</p><p>手机端系统正在升级</p>"),
        html("", "<a href='/f/1.doc'>申请</a><script>$.ajax('/hits')</script>"),
        html("", "<frameset><frame src='/main/'></frameset>"),
    ],
)
def test_a_page_on_the_way_is_believed(kind: PageKind, body: str) -> None:
    """Portals with login boxes, bare menus, signposts and frames lead on, and are believed."""
    assert judge(answer(body), kind).failure is None


@pytest.mark.parametrize(
    ("source", "links", "expected"),
    [
        ('{"rows": [1]}', (Link(URL, TITLE),), ("list", None)),
        ('{"total": 0, "rows": []}', (), ("empty_list", None)),
        ("<datastore><totalrecord>0</totalrecord></datastore>", (), ("empty_list", None)),
        ("<div>暂无相关信息</div>", (), ("empty_list", None)),
        ('{"msg": "\\u6682\\u65e0\\u6570\\u636e"}', (), ("empty_list", None)),
        ("<datastore><recordset></recordset></datastore>", (), ("empty_list", "list without entries")),
        ('{"total": 20, "rows": []}', (), ("empty_list", "list without entries")),
        ("  ", (), ("empty", "empty")),
    ],
)
def test_data_is_judged_by_its_entries(source: str, links: tuple[Link, ...], expected: tuple[str, str | None]) -> None:
    """Data without entries is believed only where it counts none or says so."""
    verdict = judge_data(answer(source, kind="application/json"), Page(URL, source=source, links=links))

    assert (verdict.looks, verdict.failure) == expected


def test_data_behind_a_wall_or_a_bad_status_is_a_failure() -> None:
    """Status and wall count for data as for pages."""
    page = Page(URL, links=(Link(URL, TITLE),))

    assert judge_data(answer("{}", status=500), page).failure == "http 500"
    assert judge_data(answer("$_ts=1", status=412), page).failure == "blocked:rs"


def test_a_picture_or_unknown_bytes_are_kept_for_a_reader() -> None:
    """What came for a report and is no page may still be one that a reader knows."""
    assert seen(answer(b"RIFF made up", kind="image/webp")) == ("file", None)
    assert judge(answer(b"%PDF-1.4 made up")) == Verdict("file", 1.0, None)


def test_data_in_the_place_of_a_page_is_believed_for_what_it_holds() -> None:
    """Data that holds a report, or in which a family found links, is no failure."""
    held = answer(f'{{"content": "{REPORT_TEXT}"}}')
    listed = answer('{"rows": [1]}')
    found = replace(page_of(listed), links=(Link(URL, TITLE),))

    assert seen(held) == ("report", None)
    assert judge_answer(listed, "list", found, None).failure is None


def test_a_page_that_its_family_fills_is_no_shell() -> None:
    """A home page of one script is believed where its family found more."""
    app = answer(html("青石区", "<div id='app'></div>"))
    found = replace(page_of(app), more=(Link(f"{SITE}/api", family="ucap"),))

    assert judge(app, "home").failure == "filled by a script"
    assert judge_answer(app, "home", found, None).failure is None


def test_what_a_report_says_of_a_request_costs_it_nothing() -> None:
    """该信息不存在 speaks against a page only where hardly anything else stands."""
    verdict = judge(answer(html("青石区", f"<p>{SENTENCE * 12}该信息不存在。</p>")))

    assert verdict == Verdict("page", 0.5, None)
