import asyncio
import gzip
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from crawler.errors import MissingContactError
from crawler.results import Failure, Progress, SiteResult
from crawler.run import run_crawl
from crawler.sites import Site
from tests.crawler.served import MemoryArchive, Served, Server, link, moved, page, report, serve

TITLE = "青石区白杨街道办事处2020年政府信息公开工作年度报告"
OTHER_TITLE = "青石区柏树街道办事处2020年政府信息公开工作年度报告"


def crawl(server: Server, archive: MemoryArchive, start: str = "/", **fields: Any) -> SiteResult:
    """Crawl one served site, without pauses and second tries."""
    """Crawl one served site, without pauses and second tries."""
    site = Site("qingshi", (server.url + start,), **{"delay": 0.0, **fields})
    return run_crawl([site], open_archive=lambda: archive, settings_overrides={"RETRY_TIMES": 0})["qingshi"]


def small_site() -> dict[str, Served]:
    """Make a site with one report, two clicks behind its start page, and things beside the way."""
    """Make a site with one report, two clicks behind its start page, and things beside the way."""
    return {
        "/": page(
            "青石区",
            link("/news/", "新闻动态"),
            link("/zwgk/", "政府信息公开"),
            link("/lxwm/", "联系我们"),
            link("#", "政务公开"),
        ),
        "/zwgk/": page("政府信息公开", link("/zwgk/zn/", "政府信息公开指南"), link("/zwgk/nb/", "政府信息公开年报")),
        "/zwgk/nb/": page("政府信息公开年报", link("./t1.html", TITLE), link("./t2.html", f"{TITLE}解读")),
        "/zwgk/nb/t1.html": report(TITLE, link("./t1.doc", "附件：年度报告.doc"), link("/zwgk/sqb.doc", "申请表.doc")),
        "/zwgk/nb/t1.doc": Served(b"\xd0\xcf\x11\xe0 a document", headers=(("Content-Type", "application/msword"),)),
    }


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Hold what a test opens."""
    """Hold what a test opens."""
    with ExitStack() as opened:
        yield opened


def test_the_whole_route_is_walked_and_nothing_beside_it(stack: ExitStack) -> None:
    """Home, column, list, report and file are visited in order, handed on as received; nothing else is."""
    server = stack.enter_context(serve(small_site()))
    archive = MemoryArchive()

    result = crawl(server, archive)

    assert archive.seen() == [
        ("/", "home", 200, None),
        ("/zwgk/", "column", 200, None),
        ("/zwgk/nb/", "list", 200, None),
        ("/zwgk/nb/t1.html", "report", 200, None),
        ("/zwgk/nb/t1.doc", "attachment", 200, None),
    ]
    assert result == SiteResult("qingshi", 6, 5, (), complete=True, reports_met=2)
    assert archive.captures[-1].body == server.pages["/zwgk/nb/t1.doc"].body
    assert archive.captures[-2].link_text == TITLE
    assert archive.captures[-2].found_on == server.url + "/zwgk/nb/"
    assert archive.times_closed == 1


def test_the_crawler_names_itself_and_asks_for_chinese(stack: ExitStack) -> None:
    """Every request, that for robots.txt as well, carries one User-Agent with a contact."""
    server = stack.enter_context(serve(small_site()))

    crawl(server, MemoryArchive(), contact="crawl@example.org")

    agents = {headers["User-Agent"] for _, headers in server.asked}
    assert len(agents) == 1
    assert agents.pop().endswith("(+crawl@example.org)")
    assert {headers["Accept-Language"] for _, headers in server.asked} == {"zh-CN,zh;q=0.9"}


def test_a_second_visit_asks_only_for_what_changed(stack: ExitStack) -> None:
    """A known page is asked for conditionally; a 304 has no bytes, and its links are still followed."""
    pages = small_site()
    tagged = (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"one"'))
    dated = (("Content-Type", "text/html; charset=utf-8"), ("Last-Modified", "Wed, 20 Jan 2021 08:00:00 GMT"))
    pages["/zwgk/nb/"] = Served(pages["/zwgk/nb/"].body, headers=tagged)
    pages["/zwgk/nb/t1.html"] = Served(pages["/zwgk/nb/t1.html"].body, headers=dated)
    server = stack.enter_context(serve(pages))
    archive = MemoryArchive()
    crawl(server, archive)

    result = crawl(server, archive)

    assert archive.seen()[5:] == [
        ("/", "home", 200, None),
        ("/zwgk/", "column", 200, None),
        ("/zwgk/nb/", "list", 304, None),
        ("/zwgk/nb/t1.html", "report", 304, None),
        ("/zwgk/nb/t1.doc", "attachment", 200, None),
    ]
    assert [capture.body is None for capture in archive.captures[5:]] == [False, False, True, True, False]
    assert result.complete
    assert result.reports_met == 2


def test_robots_txt_is_obeyed_and_said(stack: ExitStack) -> None:
    """What robots.txt forbids is not asked for, and is recorded as `robots`."""
    pages = small_site() | {"/robots.txt": Served(b"User-agent: *\nDisallow: /zwgk/nb/\n", headers=())}
    server = stack.enter_context(serve(pages))
    archive = MemoryArchive()

    result = crawl(server, archive)

    assert server.paths == ["/", "/zwgk/"]
    assert archive.seen()[-1] == ("/zwgk/nb/", "list", None, "robots")
    assert Failure(server.url + "/zwgk/nb/", "robots") in result.failed
    assert not result.complete


def test_a_crawl_delay_is_kept(stack: ExitStack) -> None:
    """The Crawl-delay of robots.txt counts where it is longer than the site's own delay."""
    pages = small_site() | {"/robots.txt": Served(b"User-agent: *\nCrawl-delay: 0.2\n", headers=())}
    server = stack.enter_context(serve(pages))
    archive = MemoryArchive()

    crawl(server, archive)

    first, *_, last = (capture.fetched_at for capture in archive.captures)
    assert (last - first).total_seconds() > 4 * 0.2 - 0.1


def test_a_report_that_is_gone_is_a_failure_with_its_status(stack: ExitStack) -> None:
    """A 404 is recorded with its status and no bytes, and the site is not complete."""
    pages = small_site()
    del pages["/zwgk/nb/t1.html"]
    server = stack.enter_context(serve(pages))
    archive = MemoryArchive()

    result = crawl(server, archive)

    assert archive.seen()[-1] == ("/zwgk/nb/t1.html", "report", 404, "http 404")
    assert archive.captures[-1].body is None
    assert Failure(server.url + "/zwgk/nb/t1.html", "http 404") in result.failed
    assert not result.complete


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("http://10.0.0.1/inside", "private address"),
        ("http://localhost:1/", "private address"),
        ("https://www.example.com/", "off site"),
        ("/zwgk/nb/t1.html", "too many redirects"),
        ("/", "gone, led to the start page"),
    ],
)
def test_a_redirect_does_not_lead_astray(stack: ExitStack, target: str, reason: str) -> None:
    """A report that redirects off the site, in a circle or to the start page is a failure that says so."""
    pages = small_site() | {"/zwgk/nb/t1.html": moved(target)}
    server = stack.enter_context(serve(pages))
    archive = MemoryArchive()

    result = crawl(server, archive)

    assert archive.captures[-1].failure == reason
    assert len(server.asked) < 12
    assert Failure(server.url + "/zwgk/nb/t1.html", reason) in result.failed


def test_a_redirect_on_the_site_keeps_both_addresses(stack: ExitStack) -> None:
    """A page that moved within its site is a good visit that names where it was found."""
    pages = small_site()
    pages["/new.html"] = pages["/zwgk/nb/t1.html"]
    pages["/zwgk/nb/t1.html"] = moved("/new.html")
    server = stack.enter_context(serve(pages))
    archive = MemoryArchive()

    crawl(server, archive)

    capture = archive.captures[3]
    assert (capture.url, capture.final_url) == (server.url + "/zwgk/nb/t1.html", server.url + "/new.html")


def test_a_closed_port_is_refused(stack: ExitStack) -> None:
    """A host that does not answer leaves one capture with the reason, and no complaint about a column."""
    with serve({}) as gone:
        pass
    archive = MemoryArchive()

    result = crawl(gone, archive)

    assert archive.seen() == [("/", "home", None, "refused")]
    assert result.failed == (Failure(gone.url + "/", "refused"),)


def test_a_certificate_that_nobody_vouches_for_is_refused(stack: ExitStack, certificate: Path) -> None:
    """A self-signed server is a failure that names TLS, and nothing of it is kept."""
    server = stack.enter_context(serve(small_site(), certificate))
    archive = MemoryArchive()

    result = crawl(server, archive)

    assert archive.seen() == [("/", "home", None, "tls certificate verify failed")]
    assert server.asked == []
    assert not result.complete


def test_a_site_may_be_taken_without_a_verified_certificate(stack: ExitStack, certificate: Path) -> None:
    """`verify_tls = false` lets that site, and that site alone, go unverified."""
    server = stack.enter_context(serve(small_site(), certificate))
    other = stack.enter_context(serve(small_site(), certificate))
    archive = MemoryArchive()
    sites = [
        Site("trusting", (server.url + "/",), delay=0.0, verify_tls=False),
        Site("careful", (other.url + "/",), delay=0.0),
    ]

    results = run_crawl(sites, open_archive=lambda: archive, settings_overrides={"RETRY_TIMES": 0})

    assert results["trusting"].complete
    assert [failure.reason for failure in results["careful"].failed] == ["tls certificate verify failed"]


def test_a_page_that_says_gb2312_and_is_more_is_read_whole(stack: ExitStack) -> None:
    """A list in GB18030 that calls itself gb2312 keeps the rows behind a character that gb2312 has not."""
    title = "青石区朱镕街道办事处2020年政府信息公开工作年度报告"
    rows = link("a.html", title) + link("b.html", OTHER_TITLE)
    text = f'<html><head><meta charset="gb2312"></head><ul>{rows}</ul>'
    pages = {
        "/nb/": Served(text.encode("gb18030"), headers=(("Content-Type", "text/html"),)),
        "/nb/a.html": report(title),
        "/nb/b.html": report(OTHER_TITLE),
    }
    server = stack.enter_context(serve(pages))
    archive = MemoryArchive()

    result = crawl(server, archive, "/nb/")

    assert server.paths == ["/nb/", "/nb/a.html", "/nb/b.html"]
    assert archive.captures[1].link_text == title
    assert result.complete


def test_pages_that_a_script_writes_are_turned(stack: ExitStack) -> None:
    """A list that TRS pages by `createPageHTML` is read to its end."""
    script = '<script>createPageHTML(3, {}, "index", "html");</script>'
    pages = {
        "/nb/": page("政府信息公开年报", link("a.html", TITLE), script.format(0)),
        "/nb/index_1.html": page("政府信息公开年报", link("b.html", OTHER_TITLE), script.format(1)),
        "/nb/index_2.html": page(
            "政府信息公开年报", link("c.html", "柏树镇2019年政府信息公开工作年度报告"), script.format(2)
        ),
        "/nb/a.html": report(TITLE),
        "/nb/b.html": report(OTHER_TITLE),
        "/nb/c.html": report("柏树镇2019年政府信息公开工作年度报告"),
    }
    server = stack.enter_context(serve(pages))

    result = crawl(server, MemoryArchive(), "/nb/", min_reports=3)

    assert sorted(server.paths) == sorted(pages)
    assert result.complete


def test_next_links_are_followed_to_the_end(stack: ExitStack) -> None:
    """A list with 下一页 is read to its last page, whose link back ends nothing and starts nothing."""
    pages = {
        "/list?page=1": page("政府信息公开年报", link("/a.html", TITLE), link("/list?page=2", "下一页")),
        "/list?page=2": page("政府信息公开年报", link("/b.html", OTHER_TITLE), link("/list?page=1", "1")),
        "/a.html": report(TITLE),
        "/b.html": report(OTHER_TITLE),
    }
    server = stack.enter_context(serve(pages))

    result = crawl(server, MemoryArchive(), "/list?page=1")

    assert sorted(server.paths) == sorted(pages)
    assert result.complete


def test_a_file_in_the_list_itself_is_fetched(stack: ExitStack) -> None:
    """A list may lead straight to a document, which must then be one."""
    pages = {
        "/nb/": page("政府信息公开年报", link("a.pdf", TITLE), link("b.pdf", OTHER_TITLE)),
        "/nb/b.pdf": page("请登录"),
        "/nb/a.pdf": Served(b"%PDF-1.4 made up", headers=(("Content-Type", "application/pdf"),)),
    }
    server = stack.enter_context(serve(pages))
    archive = MemoryArchive()

    result = crawl(server, archive, "/nb/")

    assert archive.seen()[1:] == [
        ("/nb/a.pdf", "attachment", 200, None),
        ("/nb/b.pdf", "attachment", 200, "not a file"),
    ]
    assert result.reports_met == 1


def test_a_report_that_is_only_a_file_behind_a_page_is_fetched(stack: ExitStack) -> None:
    """A page with nothing but a download, even one without an ending, hands on the document."""
    pages = {
        "/nb/": page("政府信息公开年报", link("a.html", TITLE)),
        "/nb/a.html": page(TITLE, link("/system/_content/download.jsp?wbfileid=7", "点击下载")),
        "/system/_content/download.jsp?wbfileid=7": Served(b"PK\x03\x04 made up", headers=()),
    }
    server = stack.enter_context(serve(pages))
    archive = MemoryArchive()

    result = crawl(server, archive, "/nb/")

    assert archive.seen()[1:] == [
        ("/nb/a.html", "report", 200, None),
        ("/system/_content/download.jsp?wbfileid=7", "attachment", 200, None),
    ]
    assert result.complete


def test_year_and_agency_folders_are_opened(stack: ExitStack) -> None:
    """Folders by year and by agency are lists, and a folder that turns out to be the report is one."""
    pages = {
        "/nb/": page(
            "政府信息公开年报",
            link("/nb/2020/", "2020年"),
            link("/sitemap/", "网站地图"),
            link("/about/", "财政局"),
        ),
        "/nb/2020/": page("2020年", link("/nb/2020/by/", "白杨街道"), link("/art/7.html", "柏树街道办事处")),
        "/nb/2020/by/": page("白杨街道", link("a.html", TITLE)),
        "/nb/2020/by/a.html": report(TITLE),
        "/art/7.html": report(OTHER_TITLE),
    }
    pages["/nb/"] = Served(pages["/nb/"].body.replace(b'<li><a href="/about/">', b'<p><a href="/about/">'))
    server = stack.enter_context(serve(pages))
    archive = MemoryArchive()

    result = crawl(server, archive, "/nb/")

    assert ("/art/7.html", "report", 200, None) in archive.seen()
    assert ("/nb/2020/by/", "list", 200, None) in archive.seen()
    assert "/about/" not in server.paths
    assert result.reports_met == 2


def test_a_column_in_a_frame_is_read(stack: ExitStack) -> None:
    """A list that stands in a frame of the column is found; the counter beside it is left alone."""
    pages = {
        "/nb/": page(
            "政府信息公开年报",
            '<iframe src="/nb/inner.html"></iframe><iframe src="/visitcount.jsp"></iframe>',
        ),
        "/nb/inner.html": page("", link("a.html", TITLE)),
        "/nb/a.html": report(TITLE),
    }
    server = stack.enter_context(serve(pages))

    result = crawl(server, MemoryArchive(), "/nb/")

    assert server.paths == ["/nb/", "/nb/inner.html", "/nb/a.html"]
    assert result.complete


def test_a_signpost_page_is_followed(stack: ExitStack) -> None:
    """A page that only moves on by script leads to the page behind it; one that renews itself is read."""
    pages = small_site()
    pages["/real/"] = pages["/zwgk/"]
    pages["/zwgk/"] = page("", '<script>location.replace("../real/");</script>')
    again = '<meta http-equiv="refresh" content="5;url=./">'
    pages["/zwgk/nb/"] = Served(again.encode() + pages["/zwgk/nb/"].body)
    server = stack.enter_context(serve(pages))

    result = crawl(server, MemoryArchive())

    assert result.complete


def test_a_site_without_a_column_says_so(stack: ExitStack) -> None:
    """A crawl that found nothing is a failure of the start page, never a silent success."""
    server = stack.enter_context(serve({"/": page("青石区", link("/news/", "新闻动态"))}))

    result = crawl(server, MemoryArchive())

    assert result.failed == (Failure(server.url + "/", "no annual-report column found"),)
    assert not result.complete


def test_too_few_reports_are_not_complete(stack: ExitStack) -> None:
    """A site that is known to have more reports than were met is not complete, though nothing failed."""
    server = stack.enter_context(serve(small_site()))

    result = crawl(server, MemoryArchive(), min_reports=3)

    assert result.failed == ()
    assert not result.complete


def test_the_budget_ends_a_crawl_and_is_named(stack: ExitStack) -> None:
    """No more than `max_requests` requests are sent, and what was left is counted in the reason."""
    pages = {"/nb/": page("政府信息公开年报", *(link(f"{n}.html", f"{TITLE[:-9]}第{n}号{TITLE}") for n in range(30)))}
    server = stack.enter_context(serve(pages))

    result = crawl(server, MemoryArchive(), "/nb/", max_requests=5)

    assert len(server.asked) == 5
    assert result.requests == 5
    assert Failure(server.url + "/nb/", "max_requests reached, 27 links not visited") in result.failed


def test_an_error_page_that_calls_itself_good_is_no_report(stack: ExitStack) -> None:
    """A short 200 that says there is no such page is a failure, so that it can never become a version."""
    server = stack.enter_context(serve(small_site() | {"/zwgk/nb/t1.html": page("提示", "您访问的页面不存在")}))
    archive = MemoryArchive()

    crawl(server, archive)

    assert archive.captures[-1].failure == "gone, the page says so"
    assert archive.captures[-1].body is None


def test_a_page_in_the_place_of_a_file_is_no_file(stack: ExitStack) -> None:
    """HTML where a document was promised is a failure."""
    server = stack.enter_context(serve(small_site() | {"/zwgk/nb/t1.doc": page("请输入验证码")}))
    archive = MemoryArchive()

    crawl(server, archive)

    assert archive.seen()[-1] == ("/zwgk/nb/t1.doc", "attachment", 200, "not a file")


@pytest.mark.parametrize("is_packed", [False, True])
def test_what_is_too_large_is_let_go(stack: ExitStack, *, is_packed: bool) -> None:
    """A body over the limit, as sent or as unpacked, is a failure and no shortened document."""
    document = b"\xd0\xcf\x11\xe0" * 5000
    packed = Served(gzip.compress(document), headers=(("Content-Encoding", "gzip"),))
    server = stack.enter_context(serve(small_site() | {"/zwgk/nb/t1.doc": packed if is_packed else Served(document)}))
    archive = MemoryArchive()
    site = Site("qingshi", (server.url + "/",), delay=0.0)

    run_crawl([site], open_archive=lambda: archive, settings_overrides={"DOWNLOAD_MAXSIZE": 9000})

    assert archive.seen()[-1] == ("/zwgk/nb/t1.doc", "attachment", None, "too large")


def test_an_archive_that_cannot_store_ends_the_crawl(stack: ExitStack) -> None:
    """An error of the archive stops every site and reaches the caller."""
    server = stack.enter_context(serve(small_site()))

    def refuse(capture: object) -> None:
        if "nb" in getattr(capture, "url", ""):
            raise OSError("disk full")

    archive = MemoryArchive(refuse)

    with pytest.raises(OSError, match="disk full"):
        crawl(server, archive)

    assert server.paths == ["/", "/zwgk/", "/zwgk/nb/"]
    assert archive.times_closed == 1


def test_sites_are_walked_side_by_side_and_kept_apart(stack: ExitStack) -> None:
    """Each site has its own result, and progress ends with each site finished."""
    servers = [stack.enter_context(serve(small_site())) for _ in range(3)]
    sites = [Site(f"site{n}", (server.url + "/",), delay=0.0) for n, server in enumerate(servers)]
    archive = MemoryArchive()
    met: list[Progress] = []

    results = run_crawl(sites, open_archive=lambda: archive, on_progress=met.append)

    assert {name: (one.requests, one.captures, one.complete) for name, one in results.items()} == {
        f"site{n}": (6, 5, True) for n in range(3)
    }
    assert {one.site for one in met if one.finished} == {"site0", "site1", "site2"}
    assert {capture.site for capture in archive.captures} == {"site0", "site1", "site2"}


def test_an_unchanged_page_whose_bytes_are_lost_is_asked_for_again(stack: ExitStack) -> None:
    """A 304 for bytes that the archive has not is followed by a request without conditions."""

    class Forgetful(MemoryArchive):
        def find_body(self, site: str, url: str) -> None:
            """Find nothing."""

    pages = small_site()
    pages["/zwgk/nb/"] = Served(pages["/zwgk/nb/"].body, headers=(("ETag", '"one"'),))
    server = stack.enter_context(serve(pages))
    archive = Forgetful()
    crawl(server, archive)

    result = crawl(server, archive)

    assert [seen[2] for seen in archive.seen()[5:] if seen[0] == "/zwgk/nb/"] == [200]
    assert result.complete


def test_a_report_elsewhere_is_a_loss_and_a_menu_entry_is_none(stack: ExitStack) -> None:
    """A report on another site is recorded and not asked for; a menu's way out is passed over."""
    pages = small_site()
    pages["/zwgk/nb/"] = page(
        "政府信息公开年报",
        link("http://8.8.8.8/zwgk/", "政府信息公开"),
        link("http://8.8.8.8/t2.html", OTHER_TITLE),
        link("http://10.1.1.1/t3.html", OTHER_TITLE),
        link("t1.html", TITLE),
    )
    server = stack.enter_context(serve(pages))
    archive = MemoryArchive()

    result = crawl(server, archive)

    assert result.failed == (
        Failure("http://8.8.8.8/t2.html", "off site"),
        Failure("http://10.1.1.1/t3.html", "private address"),
    )
    assert [one.url for one in archive.captures if one.failure] == [failure.url for failure in result.failed]


def test_a_folder_named_like_a_report_is_opened(stack: ExitStack) -> None:
    """A link that names a year and no agency may be a folder of reports: the page behind it decides."""
    pages = {
        "/nb/": page("政府信息公开年报", link("2020n/", "2020年政府信息公开年报")),
        "/nb/2020n/": page("2020年政府信息公开年报", link("a.html", TITLE), link("b.html", OTHER_TITLE)),
        "/nb/2020n/a.html": report(TITLE),
        "/nb/2020n/b.html": report(OTHER_TITLE, link("/nb/x.html", TITLE), link("/nb/y.html", OTHER_TITLE)),
    }
    server = stack.enter_context(serve(pages))
    archive = MemoryArchive()

    result = crawl(server, archive, "/nb/")

    assert [kind for _, kind, _, _ in archive.seen()] == ["home", "list", "report", "report"]
    assert result.complete


def test_the_column_is_reached_before_anything_else_is_read(stack: ExitStack) -> None:
    """On a site full of ways, the most telling link is taken first."""
    pages = small_site()
    others = [link(f"/{n}/", f"第{n}街道信息公开") for n in range(20)]
    pages["/"] = page("青石区", link("/gk/", "政务公开"), *others, link("/zwgk/", "政府信息公开"))
    pages |= {f"/{n}/": page("信息公开") for n in range(20)} | {"/gk/": page("政务公开")}
    server = stack.enter_context(serve(pages))

    result = crawl(server, MemoryArchive())

    assert server.paths[:5] == ["/", "/zwgk/", "/zwgk/nb/", "/zwgk/nb/t1.html", "/zwgk/nb/t1.doc"]
    assert result.complete


def test_what_stops_a_crawl_before_it_begins_reaches_the_caller(stack: ExitStack) -> None:
    """A missing contact, and an archive that does not open, are raised as they are, with nothing sent."""
    server = stack.enter_context(serve(small_site()))

    def refuse() -> MemoryArchive:
        raise OSError("locked")

    with pytest.raises(MissingContactError):
        run_crawl([Site("public", ("https://www.example.gov.cn/",))], open_archive=MemoryArchive)
    with pytest.raises(OSError, match="locked"):
        run_crawl([Site("qingshi", (server.url + "/",))], open_archive=refuse)
    assert server.asked == []


def test_a_crawl_runs_after_another_event_loop(stack: ExitStack) -> None:
    """Whoever ran an event loop of their own leaves none behind; a crawl brings its own."""
    server = stack.enter_context(serve(small_site()))
    crawl(server, MemoryArchive())
    asyncio.run(asyncio.sleep(0))

    assert crawl(server, MemoryArchive()).complete


def test_a_name_can_be_a_local_site(stack: ExitStack) -> None:
    """A site at localhost is crawled there, after a look-up of its name."""
    server = stack.enter_context(serve(small_site()))
    server.url = server.url.replace("127.0.0.1", "localhost")

    assert crawl(server, MemoryArchive()).complete


def test_an_archive_that_cannot_answer_ends_the_crawl(stack: ExitStack) -> None:
    """An error met while asking the archive reaches the caller as one met while storing does."""

    class Broken(MemoryArchive):
        def find_validators(self, site: str, url: str) -> None:
            """Fail for a list."""
            if url.endswith("/nb/"):
                raise OSError(f"{site}: cannot read")

    server = stack.enter_context(serve(small_site()))

    with pytest.raises(OSError, match="cannot read"):
        crawl(server, Broken())

    assert server.paths == ["/", "/zwgk/"]


def test_a_column_that_opens_with_a_report_leads_to_the_other_years(stack: ExitStack) -> None:
    """Where a column opens with its latest report, that is one, and its menu of years is followed."""
    address = "/module/xxgk/xxgkAnnualReport.jsp?area=by"
    years = [link(f"{address}&fbtime={year}", f"{year}年") for year in (2020, 2019)]
    pages = {
        "/": page("白杨街道", link(address, "政府信息公开年报")),
        address: report("白杨街道2020年政府信息公开年报", *years),
        f"{address}&fbtime=2020": report("白杨街道2020年政府信息公开年报", *years),
        f"{address}&fbtime=2019": report("白杨街道2019年政府信息公开年报", *years),
    }
    server = stack.enter_context(serve(pages))
    archive = MemoryArchive()

    result = crawl(server, archive)

    assert [kind for _, kind, _, _ in archive.seen()] == ["home", "report", "report", "report"]
    assert result.complete


def test_a_report_with_others_beside_it_is_still_a_report(stack: ExitStack) -> None:
    """Neither other reports beside it nor its own title, like a column's, make a report a list."""
    title = "白杨镇2020年政府信息公开年报"
    beside = [link(f"/x{n}.html", f"第{n}镇2020年政府信息公开年报") for n in range(4)]
    pages = {"/nb/": page("政府信息公开年报", link("a.html", title)), "/nb/a.html": report(title, *beside)}
    server = stack.enter_context(serve(pages))
    archive = MemoryArchive()

    crawl(server, archive, "/nb/")

    assert archive.seen() == [("/nb/", "home", 200, None), ("/nb/a.html", "report", 200, None)]


def test_a_column_that_fails_is_not_called_missing() -> None:
    """Where the column was found and does not answer, that is what is said, and not that there is none."""
    pages = {"/": page("区政府", link("/nb/", "政府信息公开年报")), "/nb/": Served(b"", 404)}
    with serve(pages) as server:
        result = run_crawl([Site("one", (f"{server.url}/",), delay=0)], open_archive=MemoryArchive)["one"]

    assert [failure.reason for failure in result.failed] == ["http 404"]
