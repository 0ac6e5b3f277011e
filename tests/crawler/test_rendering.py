import asyncio
import json
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from scrapy import Request

from archive import Capture
from crawler import browser
from crawler.answers import Answer
from crawler.browser import NO_BROWSER, Browser, find_browser
from crawler.filling import Asked, Filling, FillOptions, Loaded, Loader, NotLoadedError, Rendered, RenderError
from crawler.rendering import LOADS_LIMIT, QUIET_SETTING, SHELL_KEY, find_facts, is_worth_rendering, make_shell
from crawler.results import SiteResult
from crawler.run import run_crawl
from crawler.sites import Site
from crawler.step import Step
from tests.crawler.served import MemoryArchive, Served, Server, link, page, report, serve

needs_browser = pytest.mark.skipif(find_browser() is None, reason=f"a browser is optional: {NO_BROWSER}")

TITLE = "青石区{}街道办事处2020年政府信息公开工作年度报告"
STREETS = ("白杨", "柏树", "青松", "梧桐", "银杏", "槐荫", "柳溪", "桃园", "杏林", "榆关", "枫桥", "桂岭")
PER_PAGE = 5
QUICK: dict[str, Any] = {QUIET_SETTING: 0.3, "GONGKAI_RETRY_PAUSE": 0.01, "GONGKAI_FIRST_BACKOFF": 0.01}

SCRIPT = """
(function () {
  var n = 1, call = window[atob('ZmV0Y2g=')], where = atob('L3MvcQ==');
  function fill() {
    call(where + '?k=' + btoa('p' + n), {headers: {'X-Sign': 's' + n * 7}}).then(function (r) { return r.text() })
      .then(function (t) {
        var rows = JSON.parse(decodeURIComponent(atob(t.split('').reverse().join(''))));
        document.getElementById('rows').innerHTML = rows.map(function (row) {
          return '<li><a href="' + row[0] + '">' + row[1] + '</a><span>2021-01-20</span></li>' }).join('');
        document.getElementById('next').className = n < 3 ? '' : 'disabled';
      });
  }
  document.getElementById('next').onclick = function () { n += 1; fill() };
  fill();
})();
"""
"""Asks a disguised address for rows that nobody but itself can read, and turns the page without an address."""

SHELL = (
    "<p>当前位置 &gt; 年报</p><ul id='rows'></ul><img src='/seal.png'><span id='next'>下一页</span>"
    "<script src='/s/app.js'></script>"
)


def api_path(number: int) -> str:
    """Return the address at which the script asks for a page of the list."""
    return f"/s/q?k={b64encode(f'p{number}'.encode()).decode()}"


def api_answer(rows: list[tuple[str, str]]) -> Served:
    """Make the answer that only the script can read."""
    text = b64encode(quote(json.dumps(rows)).encode()).decode()[::-1]
    return Served(text.encode(), headers=(("Content-Type", "text/plain"),))


def scripted_site(streets: tuple[str, ...] = STREETS) -> dict[str, Served]:
    """Make a site whose one list of reports is filled by a script, five rows a page."""
    rows = [(f"/nb/{number}.html", TITLE.format(street)) for number, street in enumerate(streets)]
    pages = {
        "/": page("青石区人民政府", link("/nb/", "政府信息公开年报")),
        "/nb/": page("政府信息公开年报", SHELL),
        "/s/app.js": Served(SCRIPT.encode(), headers=(("Content-Type", "application/javascript"),)),
    }
    for number in range(3):
        pages[api_path(number + 1)] = api_answer(rows[number * PER_PAGE : (number + 1) * PER_PAGE])
    return pages | {path: report(title) for path, title in rows}


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Hold what a test opens."""
    with ExitStack() as opened:
        yield opened


def crawl(server: Server, archive: MemoryArchive, **fields: Any) -> SiteResult:
    """Crawl one served site, its pages rendered."""
    site = Site("qingshi", (server.url + "/",), **{"delay": 0.0, "render": True, **fields})
    return run_crawl([site], open_archive=lambda: archive, settings_overrides=QUICK)["qingshi"]


def capture_of(archive: MemoryArchive, path: str) -> Capture:
    """Return the only capture of a path."""
    (found,) = [one for one in archive.captures if "/" + one.url.split("/", 3)[-1] == path]
    return found


def reports_in(archive: MemoryArchive) -> set[str]:
    """Return the paths at which reports were taken."""
    return {path for path, kind, _, failure in archive.seen() if kind == "report" and failure is None}


@needs_browser
def test_a_list_that_only_a_script_can_read_is_read_to_its_end(stack: ExitStack) -> None:
    """A list filled by a disguised service gives all its reports, though its pages turn without an address."""
    server, archive = stack.enter_context(serve(scripted_site())), MemoryArchive()

    result = crawl(server, archive)

    assert result.complete
    assert reports_in(archive) == {f"/nb/{number}.html" for number in range(len(STREETS))}
    assert (capture_of(archive, "/nb/").facts or {})["turned"] == 2


@needs_browser
def test_the_browser_asks_for_no_more_than_the_list_needs(stack: ExitStack) -> None:
    """The shell is asked for once, its script once, each page of data once, no picture; all of it is counted."""
    server, archive = stack.enter_context(serve(scripted_site())), MemoryArchive()

    result = crawl(server, archive)

    needed = ["/", "/nb/", "/s/app.js", *map(api_path, (1, 2, 3)), *(f"/nb/{n}.html" for n in range(len(STREETS)))]
    assert sorted(set(server.paths) - {"/sitemap.xml"}) == sorted(needed)
    assert len(server.paths) == len(set(server.paths))
    assert result.requests == len(server.asked)


@needs_browser
def test_a_script_file_is_asked_for_once_a_crawl(stack: ExitStack) -> None:
    """Lists that load the same script file share it; its data is asked for anew."""
    pages = scripted_site()
    lists = [link("/nb/", "政府信息公开年报"), link("/nb2/", "政府信息公开工作年度报告")]
    pages |= {"/": page("青石区人民政府", *lists), "/nb2/": pages["/nb/"]}
    server = stack.enter_context(serve(pages))

    crawl(server, MemoryArchive())

    assert server.paths.count("/s/app.js") == 1
    assert server.paths.count(api_path(1)) == 2


@needs_browser
def test_what_scripts_ask_for_is_sent_by_the_crawl(stack: ExitStack) -> None:
    """A script's request has the crawler's own name, and the headers that the script put in."""
    server = stack.enter_context(serve(scripted_site()))

    crawl(server, MemoryArchive(), contact="https://example.org/about")

    sent = dict(server.asked)[api_path(2)]
    names = {headers["User-Agent"] for _, headers in server.asked}
    assert sent["X-Sign"] == "s14"
    assert len(names) == 1
    assert "example.org/about" in names.pop()


@needs_browser
def test_a_rendered_page_is_kept_as_what_it_is(stack: ExitStack) -> None:
    """The capture of a rendered page says so, has what the script wrote, and no validators of the empty page."""
    pages = scripted_site()
    pages["/nb/"] = Served(pages["/nb/"].body, headers=(*pages["/nb/"].headers, ("ETag", '"same"')))
    server, archive = stack.enter_context(serve(pages)), MemoryArchive()

    crawl(server, archive)

    kept = capture_of(archive, "/nb/")
    assert (kept.facts or {})["rendered"] is True
    assert TITLE.format("桂岭").encode() in (kept.body or b"")
    assert kept.header("ETag") is None


@needs_browser
def test_a_new_report_is_found_though_the_empty_page_is_unchanged(stack: ExitStack) -> None:
    """A second crawl fills the list anew."""
    pages = scripted_site(STREETS[:-1])
    server, archive = stack.enter_context(serve(pages)), MemoryArchive()
    crawl(server, archive)
    pages.update(scripted_site())

    crawl(server, archive)

    assert "/nb/11.html" in reports_in(archive)


@needs_browser
def test_a_broken_certificate_is_the_crawl_s_to_accept(stack: ExitStack, certificate: Path) -> None:
    """What scripts load comes by the TLS rules of the site's entry."""
    server, archive = stack.enter_context(serve(scripted_site(), certificate)), MemoryArchive()

    crawl(server, archive, verify_tls=False)

    assert len(reports_in(archive)) == len(STREETS)
    assert (capture_of(archive, "/nb/").facts or {})["tls"] == "unverified"


@needs_browser
def test_robots_txt_holds_for_scripts(stack: ExitStack) -> None:
    """A service that robots.txt forbids is not asked, and the list that it would fill fails, with what it lacks."""
    pages = scripted_site() | {"/robots.txt": Served(b"User-agent: *\nDisallow: /s/q\n")}
    server, archive = stack.enter_context(serve(pages)), MemoryArchive()

    crawl(server, archive)

    kept = capture_of(archive, "/nb/")
    assert not [path for path in server.paths if path.startswith("/s/q")]
    assert kept.failure is not None
    assert f"robots {server.url}{api_path(1)}" in (kept.facts or {})["not_loaded"]


@contextmanager
def listening() -> Iterator[tuple[str, list[bytes]]]:
    """Listen on another loopback address; yield it, and what anybody who connects says."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.2", 0)) as server:
        server.settimeout(10)

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(1)
                    try:
                        heard.append(connection.recv(100))
                    except OSError:
                        heard.append(b"")

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield f"127.0.0.2:{server.getsockname()[1]}", heard
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


WAYS_OUT = """<link rel="preconnect" href="http://{0}"><link rel="prefetch" href="http://{0}/p">
<script src="http://{0}/x.js"></script><iframe src="http://{0}/frame"></iframe><img src="http://{0}/i.png"><script>
new WebSocket('ws://{0}/w'); navigator.sendBeacon('http://{0}/b', 'x'); fetch('http://{0}/f'); new EventSource('http://{0}/e');
new Worker(URL.createObjectURL(new Blob(["fetch('http://{0}/worker')"])));
new RTCPeerConnection({{iceServers: [{{urls: 'stun:{0}'}}]}}).createDataChannel('a');
window.open('http://{0}/popup'); setTimeout(function () {{ location['hr' + 'ef'] = 'http://{0}/away' }}, 50);
</script>"""


@needs_browser
def test_a_page_reaches_nobody_past_the_crawl(stack: ExitStack) -> None:
    """Whatever a script tries, no connection is made to a place that is not the site's."""
    host, heard = stack.enter_context(listening())
    pages = scripted_site()
    pages["/nb/"] = page("政府信息公开年报", SHELL + WAYS_OUT.format(host))
    server, archive = stack.enter_context(serve(pages)), MemoryArchive()

    crawl(server, archive)

    told = " ".join((capture_of(archive, "/nb/").facts or {})["not_loaded"])
    assert heard == []
    assert len(reports_in(archive)) == len(STREETS)
    assert f"private address http://{host}/f" in told
    assert f"leads on http://{host}/away" in told


@needs_browser
def test_a_wall_in_the_way_of_a_script_is_left_alone(stack: ExitStack) -> None:
    """Where the service answers with a riddle, the page fails as blocked."""
    riddle = b"<script>document.cookie=('__jsl_clearance=1;');location.href=location.pathname</script>"
    wall = Served(riddle, 521, (("Set-Cookie", "__jsluid_h=1; path=/"), ("Content-Type", "text/html")))
    server = stack.enter_context(serve(scripted_site() | {api_path(1): wall}))
    archive = MemoryArchive()

    crawl(server, archive)

    assert capture_of(archive, "/nb/").failure == "blocked:jsl"


@needs_browser
def test_a_page_may_not_spend_more_than_the_site_s_budget(stack: ExitStack) -> None:
    """A script that asks on and on stops where the site's requests end."""
    pages = scripted_site()
    script = "<script>var n=0;setInterval(function(){fetch('/s/poll'+n++)},20)</script>"
    pages["/nb/"] = page("政府信息公开年报", "<ul></ul>" + script)
    server, archive = stack.enter_context(serve(pages)), MemoryArchive()

    result = crawl(server, archive, max_requests=15)

    polled = [path for path in server.paths if path.startswith("/s/poll")]
    assert polled
    assert result.requests <= 15


@needs_browser
def test_without_leave_no_page_is_rendered(stack: ExitStack) -> None:
    """A site whose entry does not ask for it is not rendered: its list fails as before."""
    server, archive = stack.enter_context(serve(scripted_site())), MemoryArchive()

    crawl(server, archive, render=False)

    kept = capture_of(archive, "/nb/")
    assert kept.failure == "list without entries"
    assert "/s/app.js" not in server.paths


def test_without_a_browser_the_page_fails_with_what_is_missing(
    stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the extra is not installed, the reason says how to install it, and the crawl goes on."""
    monkeypatch.setattr(browser, "find_browser", lambda: None)
    pages = scripted_site()
    pages["/"] = page("青石区人民政府", link("/nb/", "政府信息公开年报"), link("/nb/0.html", TITLE.format("白杨")))
    server, archive = stack.enter_context(serve(pages)), MemoryArchive()

    result = crawl(server, archive)

    assert [(one.url, one.reason) for one in result.failed] == [(server.url + "/nb/", NO_BROWSER)]
    assert reports_in(archive) == {"/nb/0.html"}


# ---- the browser by itself


async def refuse(_: Asked) -> Loaded:
    """Load nothing."""
    raise NotLoadedError("off site")


async def load(_: Asked) -> Loaded:
    """Load a word."""
    return Loaded(200, (), "年报".encode())


def render(source: str, loader: Loader = refuse, *, is_stopped: bool = False, **options: float) -> Rendered:
    """Render a page that may load nothing, or what the loader gives."""

    async def work() -> Rendered:
        one = Browser("gongkai")
        try:
            bounds = FillOptions(**{"quiet": 0.3, **options})  # type: ignore[arg-type] # numbers all
            return await one.render(Filling("http://127.0.0.1:9/", source, loader, lambda: is_stopped, bounds))
        finally:
            await one.close()

    return asyncio.run(work())


@needs_browser
def test_a_script_without_an_end_ends() -> None:
    """A page that never comes to rest is given up after the time that the browser has for an answer."""
    with pytest.raises(RenderError, match="browser failed: TimeoutError"):
        render("<body><script>setTimeout(function () { while (true) {} }, 50)</script></body>", answer=2.0)


@needs_browser
def test_what_is_refused_over_and_over_keeps_no_page_busy() -> None:
    """A page that asks in vain again and again is filled when nothing else comes."""
    rendered = render(
        "<body><p>一</p><script>setInterval(function () { fetch('/x') }, 20)</script></body>", patience=3.0
    )

    assert rendered.is_whole
    assert rendered.not_loaded == ("off site http://127.0.0.1:9/x",)


@needs_browser
def test_what_is_loaded_over_and_over_ends() -> None:
    """A page that loads without an end is left after so many times, or so long, and is not whole if still busy."""
    source = "<body><script>setInterval(function () { fetch('/x') }, 20)</script></body>"

    by_number = render(source, load, asks=20)
    by_time = render(source, load, patience=1.0)

    assert (by_number.is_whole, by_time.is_whole) == (True, False)


@needs_browser
def test_a_list_longer_than_the_bound_says_so() -> None:
    """A list whose pages never end is cut, and is not whole."""
    grows = (
        "<body><ul></ul><a href='javascript:;' onclick='more()'>下一页</a><script>var n = 0; function more() { n += 1;"
        "document.querySelector('ul').innerHTML = '<li><a href=\"/' + n + '\">' + n + '</a></li>' }</script></body>"
    )

    rendered = render(grows, turns=3)

    assert (rendered.turned, rendered.is_whole) == (3, False)
    assert all(f'href="/{number}"' in rendered.html for number in (1, 2, 3))


@needs_browser
def test_a_next_page_with_an_address_is_left_to_the_crawl() -> None:
    """Nothing is clicked where a link, a sign outside a pager or a control that is off stands for the next page."""
    click = "<script>document.body.onclick = function () { document.body.innerHTML += '<a href=/new>新</a>' }</script>"
    controls = (
        "<a href='/2.html'>下一页</a><span>&gt;</span><div class='pages'><b class='disabled'><i>下一页</i></b></div>"
    )

    rendered = render(f"<body>{controls}{click}</body>")

    assert rendered.turned == 0
    assert "/new'" not in rendered.html
    assert rendered.is_whole


@needs_browser
def test_a_page_too_large_is_refused() -> None:
    """A page that its script blows up is refused, as an answer of that size is."""
    with pytest.raises(RenderError, match="too large"):
        render("<body><script>document.body.innerHTML = 'x'.repeat(9999)</script></body>", size=5000)


@needs_browser
def test_a_crawl_that_ends_ends_its_pages() -> None:
    """A page is given up when the crawl is being stopped, so that the next crawl begins with it."""
    with pytest.raises(RenderError, match="interrupted"):
        render("<body></body>", is_stopped=True)


# ---- when


@pytest.mark.parametrize(
    ("site", "failure", "facts", "expected"),
    [
        ({"render": True}, "filled by a script", {}, True),
        ({"render": True}, "list without entries", {}, True),
        ({"render": True}, "filled by a script", {"rendered": True}, False),
        ({"render": True}, "http 404", {}, False),
        ({"render": True}, None, {}, False),
        ({}, "filled by a script", {}, False),
    ],
)
def test_a_page_is_rendered_once_and_only_where_that_can_help(
    site: dict[str, bool],
    failure: str | None,
    facts: dict[str, Any],
    expected: bool,  # noqa: FBT001 - a case's
) -> None:
    """A page is rendered where its site's entry allows it and a script may fill it, once."""
    entry = Site("qingshi", ("http://127.0.0.1/",), **site)  # type: ignore[arg-type] # booleans all

    assert is_worth_rendering(entry, Step("http://127.0.0.1/nb/", "list", 100), failure, facts) is expected


def test_data_is_never_rendered() -> None:
    """An answer that a family asked for is no page."""
    entry = Site("qingshi", ("http://127.0.0.1/",), render=True)
    step = Step("http://127.0.0.1/q", "list", 100, family="jpaas")

    assert not is_worth_rendering(entry, step, "list without entries", {})


def test_a_page_that_was_not_filled_is_not_tried_again() -> None:
    """A request that was to be rendered says so though nothing rendered it; any other says nothing."""
    plainly = Request("http://127.0.0.1/nb/")
    unfilled = plainly.replace(meta={SHELL_KEY: make_shell(Answer(plainly.url, 200, (), b""), 9)})

    assert (find_facts(plainly), find_facts(unfilled)) == ({}, {"rendered": False})


@pytest.mark.parametrize(("left", "expected"), [(1000, LOADS_LIMIT), (7, 7), (-1, 0)])
def test_a_page_may_load_what_the_budget_holds(left: int, expected: int) -> None:
    """A page's requests are bounded by their own limit and by what its site may still send."""
    answer = Answer("http://127.0.0.1/nb/", 200, (), "<p>年报</p>".encode("gb18030"))

    shell = make_shell(answer, left)

    assert (shell.loads, shell.source) == (expected, "<p>年报</p>")
