import ssl
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.address import IPv4Address

from crawler.results import SiteResult
from crawler.run import run_crawl
from crawler.sites import Site
from tests.crawler import faults
from tests.crawler.faults import Answer, FaultServer, serve_faults
from tests.crawler.served import MemoryArchive, link, page, report

TITLE = "青石区{}街道办事处2020年政府信息公开工作年度报告"
QUICK: dict[str, Any] = {
    "GONGKAI_RETRY_PAUSE": 0.01,
    "GONGKAI_FIRST_BACKOFF": 0.06,
    "DOWNLOAD_TIMEOUT": 0.6,
    "DOWNLOAD_MAXSIZE": 1_000_000,
}


def report_of(name: str) -> bytes:
    """Make the report of a street, long enough to be cut."""
    return report(TITLE.format(name), "<p>本年度工作情况如下。</p>" * 200).body


def _after_cookie(body: bytes) -> Answer:
    """Send on to itself with a cookie, until it comes back."""

    def answer(exchange: faults.Exchange) -> None:
        is_known = "seen=yes" in exchange.headers.get("cookie", "")
        ask = faults.moved(exchange.path, "Set-Cookie: seen=yes; Path=/")
        (faults.good(body) if is_known else ask)(exchange)

    return answer


def _after_move(body: bytes) -> Answer:
    """Send on to the same path with a query."""
    return lambda exchange: (faults.good(body) if "?" in exchange.path else faults.moved("?v=2"))(exchange)


GOOD = {
    "overloaded": lambda body: faults.after(1, faults.status("503 Service Unavailable"), faults.good(body)),
    "limited": lambda body: faults.after(2, faults.status("429 Too Many Requests"), faults.good(body)),
    "failing": lambda body: faults.after(1, faults.status("500 Internal Server Error"), faults.good(body)),
    "gateway": lambda body: faults.after(3, faults.status("504 Gateway Timeout"), faults.good(body)),
    "reset": lambda body: faults.after(2, faults.reset, faults.good(body)),
    "short": lambda body: faults.after(1, faults.short(body), faults.good(body)),
    "chunks": lambda body: faults.after(1, faults.cut_chunks(body), faults.good(body)),
    "slow": lambda body: faults.slow(0.3, body),
    "slower": lambda body: faults.slow(0.9, body),  # longer than the first try may take, not longer than the second
    "cut gzip": lambda body: faults.after(1, faults.cut_gzip(body), faults.packed_gzip(body)),
    "no gzip": lambda body: faults.good(body, "Content-Encoding: gzip"),
    "charset": lambda body: faults.good(body.decode().encode("gb18030"), "Content-Type: text/html; charset=utf-8"),
    "cookie": _after_cookie,
    "moved": _after_move,
}
"""Ways in which a server fails though the report is there."""

JSL = b"<script>document.cookie=('__jsl_clearance=1;');location.href=location.pathname</script>"
"""The wall of 加速乐: a script that would set a cookie. It is recognised, and left alone."""

RS = b"<html><head><meta id='x' content='y'><script>$_ts=window['$_ts'];</script></head><body></body></html>"
"""The wall of 瑞数."""

BAD: dict[str, tuple[Answer, str]] = {
    "always down": (faults.status("503 Service Unavailable"), "http 503"),
    "always reset": (faults.reset, "connection lost"),
    "always short": (faults.short(report_of("短")), "incomplete"),
    "always cut": (faults.cut_gzip(report_of("断")), "broken gzip"),
    "garbage": (faults.good(b"\x1f\x8b\x08" + bytes(range(256)) * 9, "Content-Encoding: gzip"), "broken gzip"),
    "loop": (faults.moved("/bad/loop.html"), "too many redirects"),
    "drip": (faults.dripping, "timeout"),
    "endless": (faults.flooding, "too large"),
    "headers": (faults.header_flood, "headers too large"),
    "babble": (lambda exchange: exchange.send(b"SSH-2.0-server\r\n\r\n"), "not http"),
    "jsl": (faults.status("521 ", JSL, "Set-Cookie: __jsluid_h=1; path=/"), "blocked:jsl"),
    "rs": (faults.status("412 Precondition Failed", RS, "Set-Cookie: FSSBBIl1UgzbN7N80S=1; path=/"), "blocked:rs"),
    "soft": (
        faults.good(page("页面不存在", "<p>抱歉，您访问的页面不存在或已被删除。</p>").body),
        "gone, the page says so",
    ),
    "gone": (faults.status("404 Not Found", "没有这个页面".encode()), "http 404"),
    "inside": (faults.moved("http://10.0.0.1/"), "private address"),
    "mapped": (faults.moved("http://[::ffff:10.0.0.1]/"), "private address"),
    "decimal": (faults.moved("http://167772161/"), "private address"),
    "octal": (faults.moved("http://012.0.0.1/"), "private address"),
    "metadata": (faults.moved("http://169.254.169.254/latest/"), "private address"),
    "other port": (faults.moved("http://127.0.0.1:9/"), "private address"),
    "elsewhere": (faults.moved("https://www.example.com/"), "off site"),
    "scheme": (faults.moved("ftp://127.0.0.1/report.doc"), "redirect to another scheme"),
    "local file": (faults.moved("file:///etc/hostname"), "redirect to another scheme"),
    "nowhere": (faults.moved("http://[broken/"), "redirect to nowhere"),
    "around the rules": (faults.moved("/hidden/report.html"), "robots"),
}
"""Ways in which there is no report, and what is said of each."""

ROBOTS = b"User-agent: *\nDisallow: /hidden/\nDisallow: /cal\n"


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Hold what a test opens."""
    with ExitStack() as opened:
        yield opened


def crawl(server: FaultServer, archive: MemoryArchive, **fields: Any) -> SiteResult:
    """Crawl one served site, impatiently."""
    site = Site("qingshi", (server.url + "/",), **{"delay": 0.0, **fields})
    return run_crawl([site], open_archive=lambda: archive, settings_overrides=QUICK)["qingshi"]


def list_of(names: dict[str, str]) -> Answer:
    """Make a list of reports: path to name."""
    return faults.good(page("政府信息公开年报", *(link(path, TITLE.format(name)) for path, name in names.items())).body)


def test_no_good_report_is_lost(stack: ExitStack) -> None:
    """Whatever goes wrong on the way to a report that is there, it is stored whole, and its site is complete."""
    names = {f"/good/{number}.html": name for number, name in enumerate(GOOD)}
    answers = {path: GOOD[name](report_of(name)) for path, name in names.items()}
    answers |= {f"{path}?*": answers[path] for path in answers}
    server = stack.enter_context(serve_faults(answers | {"/": list_of(names)}))
    archive = MemoryArchive()

    result = crawl(server, archive)

    stored = {capture.link_text: capture.body for capture in archive.captures if capture.kind == "report"}
    wanted = {TITLE.format(name): report_of(name) for name in GOOD}
    wanted[TITLE.format("charset")] = report_of("charset").decode().encode("gb18030")
    assert result.failed == ()
    assert stored == wanted


def test_no_bad_report_is_stored(stack: ExitStack) -> None:
    """What is not the report is a failure with its reason, never bytes; what is forbidden is not asked for."""
    names = {f"/bad/{number}.html": name for number, name in enumerate(BAD)}
    answers: dict[str, Answer] = {path: BAD[name][0] for path, name in names.items()}
    answers |= {"/bad/loop.html": faults.moved("/bad/loop.html"), "/robots.txt": faults.good(ROBOTS)}
    server = stack.enter_context(serve_faults(answers | {"/": list_of(names)}))
    archive = MemoryArchive()

    result = crawl(server, archive)

    said = {capture.link_text: capture.failure for capture in archive.captures[1:]}
    assert said == {TITLE.format(name): reason for name, (_, reason) in BAD.items()}
    assert [capture.body for capture in archive.captures[1:]] == [None] * len(BAD)
    assert not [path for path in server.paths if path.startswith("/hidden/")]
    assert not result.complete


def test_a_forbidden_report_is_not_asked_for(stack: ExitStack) -> None:
    """What robots.txt forbids is never asked for, from a list or by a redirect, and is said."""
    names = {"/hidden/a.html": "柏树", "/moved.html": "松林", "/b.html": "白杨"}
    server = stack.enter_context(
        serve_faults(
            {
                "/": list_of(names),
                "/robots.txt": faults.good(ROBOTS),
                "/hidden/a.html": faults.good(report_of("柏树")),
                "/moved.html": faults.moved("/hop.html"),
                "/hop.html": faults.moved("/hidden/a.html"),
                "/b.html": faults.good(report_of("白杨")),
            }
        )
    )
    archive = MemoryArchive()

    crawl(server, archive)

    assert server.times("/hidden/a.html") == 0
    assert [(path, failure) for path, _, _, failure in archive.seen()][1:] == [
        ("/hidden/a.html", "robots"),
        ("/moved.html", "robots"),
        ("/b.html", None),
    ]


@pytest.mark.parametrize(
    ("robots", "reason"),
    [
        (faults.status("500 Internal Server Error"), "robots unreachable, http 500"),
        (faults.status("503 Busy", b"", "Retry-After: 99999"), "robots unreachable, http 503, retry after 99999 s"),
        (faults.reset, "robots unreachable, connection lost"),
        (faults.cut_gzip(ROBOTS * 20), "robots unreachable, broken gzip"),
        (faults.status("521 ", JSL, "Set-Cookie: __jsluid_h=1; path=/"), "blocked:jsl"),
    ],
    ids=["error", "busy", "reset", "cut", "wall"],
)
def test_nothing_is_asked_for_while_the_rules_are_unknown(stack: ExitStack, robots: Answer, reason: str) -> None:
    """A robots.txt that cannot be had forbids everything, which is said."""
    server = stack.enter_context(serve_faults({"/robots.txt": robots, "/": list_of({})}))
    archive = MemoryArchive()

    crawl(server, archive)

    assert server.paths == []
    assert archive.seen() == [("/", "home", None, reason)]


@pytest.mark.parametrize(
    "robots",
    [
        faults.status("404 Not Found"),
        faults.status("403 Forbidden"),
        faults.good(page("青石区", "Disallow: /").body),
        faults.good(b"\xff\xfe\x00 Disallow"),
        faults.moved("https://www.example.com/robots.txt"),
        faults.moved("/robots.txt"),
        faults.after(2, faults.status("503 Service Unavailable"), faults.good(b"User-agent: other\nDisallow: /\n")),
        faults.good(b"User-agent: gongkai\nAllow: /\nUser-agent: *\nDisallow: /\n"),
    ],
    ids=["missing", "denied", "page", "binary", "off site", "circle", "late", "named"],
)
def test_a_site_without_rules_for_us_may_be_crawled(stack: ExitStack, robots: Answer) -> None:
    """No robots.txt, a page in its place, one that leads nowhere, and rules for others forbid nothing."""
    answers = {"/robots.txt": robots, "/": list_of({"/a.html": "白杨"}), "/a.html": faults.good(report_of("白杨"))}
    server = stack.enter_context(serve_faults(answers))

    result = crawl(server, MemoryArchive())

    assert result.reports_met == 1


def test_robots_txt_is_followed_through_redirects_on_the_site(stack: ExitStack) -> None:
    """Rules behind up to five redirects count like any others."""
    answers = {f"/hop{number}": faults.moved(f"/hop{number + 1}") for number in range(1, 5)}
    answers |= {"/robots.txt": faults.moved("/hop1"), "/hop5": faults.good(b"User-agent: *\nDisallow: /\n")}
    server = stack.enter_context(serve_faults(answers))
    archive = MemoryArchive()

    crawl(server, archive)

    assert archive.seen() == [("/", "home", None, "robots")]


def test_a_trap_is_not_walked_into(stack: ExitStack) -> None:
    """A calendar without end costs nothing where nothing in it is worth a visit."""
    days = [link(f"/day?d={number}", f"{number}日") for number in range(1, 40)]
    home = page("政府信息公开年报", link("/a.html", TITLE.format("白杨")), *days).body
    answers = {"/": faults.good(home), "/a.html": faults.good(report_of("白杨"))}
    server = stack.enter_context(serve_faults(answers | {"/day?*": faults.good(page("日历", *days).body)}))

    result = crawl(server, MemoryArchive())

    assert server.paths == ["/", "/a.html"]
    assert result.complete


def test_a_bound_on_bytes_is_a_matter_of_the_site(stack: ExitStack) -> None:
    """`max_bytes` of a site bounds each of its answers, packed or not."""
    packed = faults.packed_gzip(report_of("白杨") * 20)
    answers = {"/": list_of({"/a.html": "白杨", "/b.html": "柏树"}), "/a.html": packed}
    server = stack.enter_context(serve_faults(answers | {"/b.html": faults.good(report_of("柏树"))}))
    archive = MemoryArchive()

    crawl(server, archive, max_bytes=50_000)

    assert [failure for _, _, _, failure in archive.seen()] == [None, "too large", None]


def test_a_certificate_is_checked_unless_the_site_says_otherwise(stack: ExitStack, certificate: Path) -> None:
    """A certificate that nobody vouches for ends a crawl; with `verify_tls = false` it does not."""
    answers = {"/": list_of({"/a.html": "白杨"}), "/a.html": faults.good(report_of("白杨"))}
    server = stack.enter_context(serve_faults(answers, certificate=certificate))
    checked, trusting = MemoryArchive(), MemoryArchive()

    crawl(server, checked)
    result = crawl(server, trusting, verify_tls=False)

    assert checked.seen() == [("/", "home", None, "tls certificate verify failed")]
    assert result.complete


def old_tls(certificate: Path) -> ssl.SSLContext:
    """Make the TLS of an old server: versions 1.0 and 1.1 alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def test_an_old_server_is_reached_where_its_site_says_so(stack: ExitStack, certificate: Path) -> None:
    """TLS 1.0 and 1.1 are refused, but for a site with `legacy_tls`."""
    answers = {"/": list_of({"/a.html": "白杨"}), "/a.html": faults.good(report_of("白杨"))}
    server = stack.enter_context(serve_faults(answers, certificate=old_tls(certificate)))
    modern = MemoryArchive()

    crawl(server, modern, verify_tls=False)
    result = crawl(server, MemoryArchive(), verify_tls=False, legacy_tls=True)

    assert str(modern.seen()[0][3]).startswith("tls ")
    assert result.complete


def test_a_public_name_that_leads_inside_is_refused_before_a_connection(
    stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A public site whose name is that of a private address is not connected to; the reason is said."""
    server = stack.enter_context(serve_faults({"/": list_of({})}))
    port = server.url.rpartition(":")[2]

    def answer(_: object, receiver: Any, host_name: str, port_number: int = 0, **__: Any) -> None:
        receiver.resolutionBegan(host_name)
        receiver.addressResolved(IPv4Address("TCP", "127.0.0.1", port_number))
        receiver.resolutionComplete()

    monkeypatch.setattr("twisted.internet._resolver.GAIResolver.resolveHostName", answer)
    site = Site("public", (f"http://www.example.gov.cn:{port}/",), delay=0.0, contact="test@example.org")
    archive = MemoryArchive()

    run_crawl([site], open_archive=lambda: archive, settings_overrides=QUICK)

    assert server.asked == []
    assert archive.seen() == [("/", "home", None, "private address")]


def test_a_proxy_may_stand_inside(stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy named by the environment is used for a public site, though its own name is that of a private address."""
    home = "http://www.example.gov.cn/"
    answers = {home: list_of({"/a.html": "白杨"}), f"{home}a.html": faults.good(report_of("白杨"))}
    proxy = stack.enter_context(serve_faults(answers))
    monkeypatch.setenv("http_proxy", f"http://localhost:{proxy.url.rpartition(':')[2]}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    site = Site("public", (home,), delay=0.0, contact="test@example.org")

    result = run_crawl([site], open_archive=MemoryArchive, settings_overrides=QUICK)["public"]

    assert result.reports_met == 1
    assert [path for path, _ in proxy.asked] == [f"{home}robots.txt", home, f"{home}a.html"]
