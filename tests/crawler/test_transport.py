import gzip
import sys
import zlib
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import brotli
import pytest
from OpenSSL import SSL
from scrapy import Request
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionLost
from twisted.python.failure import Failure
from twisted.web._newclient import STATUS
from twisted.web.client import ResponseFailed

from crawler.cookies import JAR_KEY, MAX_COOKIES, CookieMiddleware
from crawler.failures import (
    BROKEN_KEY,
    HeadersTooLargeError,
    RefusedRequestError,
    describe_failure,
    is_about_host,
    is_passing,
)
from crawler.guard import SITE_KEY, TLS_KEY, GuardMiddleware, SiteRedirectMiddleware, describe_tls
from crawler.handlers import MAX_HEADER_BYTES, _bound_headers
from crawler.integrity import BodyTooLargeError, BrokenBodyError, IntegrityMiddleware, decode_body, is_plain
from crawler.resolver import GuardedResolver
from crawler.robots import MAX_BYTES, describe_robots_failure, find_rules_text, find_verdict
from crawler.sites import Site
from crawler.throttle import Pace, PaceOptions, parse_retry_after

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PAGE = "<html><body><p>白杨街道办事处的年度报告，一页接一页。</p></body></html>".encode() * 40
RAW_DEFLATE = zlib.compress(PAGE)[2:-4]
PACKED = {
    "gzip": gzip.compress(PAGE),
    "x-gzip": gzip.compress(PAGE),
    "deflate": zlib.compress(PAGE),
    "br": brotli.compress(PAGE),
    "zstd": zstd.compress(PAGE),
}
NOW = datetime(2026, 2, 1, 8, 0, tzinfo=UTC)


# --- bodies


@pytest.mark.parametrize("encoding", PACKED)
def test_a_whole_body_is_undone(encoding: str) -> None:
    """Every encoding that is asked for is undone, in any case and with white space around its name."""
    assert decode_body(PACKED[encoding], [f" {encoding.upper()} "]) == PAGE


@pytest.mark.parametrize("encoding", PACKED)
@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.99])
def test_a_cut_body_is_broken(encoding: str, kept: float) -> None:
    """A compressed body that ends early is an error, however little is missing: never a shorter page."""
    packed = PACKED[encoding]

    with pytest.raises(BrokenBodyError, match="broken"):
        decode_body(packed[: int(len(packed) * kept)], [encoding])


def test_a_gzip_body_with_a_wrong_sum_is_broken() -> None:
    """What the sum at its end does not vouch for is no page, though it unpacks."""
    packed = bytearray(PACKED["gzip"])
    packed[-6] ^= 0xFF

    with pytest.raises(BrokenBodyError, match="broken gzip"):
        decode_body(bytes(packed), ["gzip"])


@pytest.mark.parametrize("encoding", PACKED)
def test_garbage_is_broken(encoding: str) -> None:
    """Bytes that are neither in the encoding claimed nor plain are an error."""
    garbage = bytes((number * 37 + 11) % 256 for number in range(2000))

    with pytest.raises(BrokenBodyError):
        decode_body(garbage, [encoding])


@pytest.mark.parametrize("encoding", PACKED)
@pytest.mark.parametrize("body", [PAGE, b"%PDF-1.4 \x00\x01", "政府信息公开年报".encode("gb18030"), b'{"rows": []}'])
def test_a_plain_body_with_a_false_claim_is_taken_as_it_is(encoding: str, body: bytes) -> None:
    """A server that claims an encoding and sends a page, a file or a text as it is, is believed by the bytes."""
    assert decode_body(body, [encoding]) == body


def test_other_shapes_of_bodies_are_undone() -> None:
    """Two encodings, several gzip members, padding, bare deflate, an unknown encoding, no bytes at all."""
    assert decode_body(gzip.compress(zlib.compress(PAGE)), ["deflate", "gzip"]) == PAGE
    assert decode_body(gzip.compress(PAGE) + gzip.compress(b"<p>"), ["gzip"]) == PAGE + b"<p>"
    assert decode_body(gzip.compress(PAGE) + b"\x00" * 512, ["gzip"]) == PAGE
    assert decode_body(RAW_DEFLATE, ["deflate"]) == PAGE
    assert decode_body(PAGE, ["utf-8"]) == PAGE
    assert decode_body(zstd.compress(PAGE) + zstd.compress(b"<p>"), ["zstd"]) == PAGE + b"<p>"
    assert decode_body(b"", ["gzip"]) == b""


@pytest.mark.parametrize("encoding", PACKED)
def test_a_bomb_is_stopped(encoding: str) -> None:
    """A body that unpacks to more than allowed is refused; one of just that size is not."""
    assert decode_body(PACKED[encoding], [encoding], len(PAGE)) == PAGE
    with pytest.raises(BodyTooLargeError):
        decode_body(PACKED[encoding], [encoding], len(PAGE) - 1)


def test_a_character_cut_at_the_end_of_the_head_is_still_text() -> None:
    """The head by which a body is judged may end within a character."""
    assert is_plain(("年" * 341).encode() + b"a\xe5\xb9")
    assert not is_plain(b"\x1f\x8b\x08\x00garbage")
    assert not is_plain(b"\xff\xfe\xff\xff")


def test_a_broken_body_is_told_and_a_whole_one_loses_its_header() -> None:
    """The middleware undoes what is whole, marks what is not, and unmarks a request whose second try was."""
    middleware = IntegrityMiddleware(0)
    request = Request("http://127.0.0.1/")
    headers = {"Content-Encoding": "gzip", "Content-Type": "text/html"}

    cut = middleware.process_response(request, Response(request.url, headers=headers, body=PACKED["gzip"][:60]))
    marked = request.meta.get(BROKEN_KEY)
    whole = middleware.process_response(request, Response(request.url, headers=headers, body=PACKED["gzip"]))

    assert (cut.body, marked) == (PACKED["gzip"][:60], "broken gzip")
    assert (whole.body, whole.headers.to_unicode_dict()) == (PAGE, {"Content-Type": "text/html"})
    assert BROKEN_KEY not in request.meta
    small = request.replace(meta={"download_maxsize": 10})
    with pytest.raises(RefusedRequestError, match="too large"):
        middleware.process_response(small, Response(request.url, headers=headers, body=PACKED["gzip"]))


# --- pace


def test_a_quick_host_keeps_its_pace() -> None:
    """Answers within a second, and failures of pages, add nothing to a delay of 0."""
    pace = Pace()

    for _ in range(5):
        pace.note_answer(0.9)

    assert (pace.delay, pace.reserve(10.0), pace.reserve(10.0)) == (0.0, 10.0, 10.0)


def test_a_slow_host_is_given_time() -> None:
    """A slow answer makes the next request wait twice its time, counted from start to start."""
    pace = Pace()

    pace.note_answer(3.0)

    assert pace.delay == 6.0
    assert [pace.reserve(10.0), pace.reserve(11.0), pace.reserve(30.0)] == [10.0, 16.0, 30.0]


def test_too_much_doubles_the_delay_up_to_a_bound() -> None:
    """Each answer that says "too much" doubles the delay, from that of the site or a small one, to a minute at most."""
    quick, site = Pace(), Pace()

    delays = []
    for _ in range(9):
        quick.note_overload(0.0)
        delays.append(quick.delay)
    site.note_overload(2.0)

    assert delays == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    assert site.delay == 4.0


def test_a_delay_falls_slowly_and_to_nothing() -> None:
    """Good answers bring a delay down by a fifth each, and in the end to what it was."""
    pace = Pace(delay=10.0)

    delays = []
    for _ in range(30):
        pace.note_answer(0.1)
        delays.append(pace.delay)

    assert delays[:3] == [8.0, 6.4, pytest.approx(5.12)]
    assert delays[-1] == 0.0
    assert delays == sorted(delays, reverse=True)


def test_the_wait_that_a_host_asks_for_is_bounded_in_all() -> None:
    """Retry-After is waited for until the crawl has spent its bound; then the host is closed for that time."""
    pace = Pace(PaceOptions(max_wait=100.0))

    granted = [pace.accept_wait(60.0, 0.0), pace.accept_wait(60.0, 60.0), pace.accept_wait(40.0, 60.0)]

    assert granted == [True, False, True]
    assert pace.closed_until == 120.0
    assert pace.reserve(61.0) == 100.0


def test_pauses_grow_with_each_try() -> None:
    """The pause before each further try is twice that before the last, up to the longest delay."""
    assert [Pace().pause_before(retry) for retry in (1, 2, 3, 4, 9)] == [1.0, 2.0, 4.0, 8.0, 60.0]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Sun, 01 Feb 2026 08:02:00 GMT", 120.0),
        ("Sun, 01 Feb 2026 16:02:00 +0800", 120.0),
        ("Sun, 01 Feb 2026 07:00:00 GMT", 0.0),
        *((text, None) for text in ("", "soon", "-5", "1.5", "99999999999999", None)),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    """Seconds and dates are read, a date gone by is now, anything else is nothing."""
    assert parse_retry_after(value, NOW) == seconds


# --- robots.txt


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        *((status, None) for status in (200, 204, 301, 400, 401, 403, 404, 410)),
        *((status, f"robots unreachable, http {status}") for status in (429, 500, 503, 521)),
    ],
)
def test_the_status_of_robots_txt_decides(status: int, verdict: str | None) -> None:
    """None is permission, an error of the server forbids everything."""
    assert find_verdict(status) == verdict


def test_only_rules_are_read_as_rules() -> None:
    """A page, a 404, and what stands beyond 500 KiB are no rules; a rule that the bound cuts is left out whole."""
    rules = b"User-agent: *\nDisallow: /a\n"
    line = b"Disallow: /abcdefghij\n"

    assert find_rules_text(200, rules) == rules
    assert find_rules_text(404, rules) == b""
    assert find_rules_text(200, b"<!DOCTYPE html><p>Disallow: /") == b""
    cut = find_rules_text(200, line * 30_000)
    assert MAX_BYTES - len(line) < len(cut) <= MAX_BYTES
    assert cut.endswith(b"/abcdefghij")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RefusedRequestError("off site"), None),
        (RefusedRequestError("private address"), None),
        (IgnoreRequest("max redirections reached"), None),
        (RefusedRequestError("archive failed"), "archive failed"),
        (DownloadTimeoutError(), "robots unreachable, timeout"),
        (DownloadFailedError(), "robots unreachable, error DownloadFailedError"),
        (SSL.Error([("", "", "certificate verify failed")]), "tls certificate verify failed"),
    ],
)
def test_a_robots_txt_that_cannot_be_had_forbids(error: Exception, reason: str | None) -> None:
    """Unreachable rules forbid everything; a redirect away from the site is no rules; a dead host is named as such."""
    assert describe_robots_failure(error) == reason


# --- reasons


def test_reasons_look_behind_what_wraps_them() -> None:
    """The cause is found within what Twisted and Scrapy wrap around it."""
    lost = DownloadFailedError()
    lost.__cause__ = ResponseFailed([Failure(ConnectionLost())])
    flood = DownloadFailedError()
    flood.__cause__ = ResponseFailed([Failure(HeadersTooLargeError()), Failure(ConnectionLost())])

    assert describe_failure(lost) == "connection lost"
    assert describe_failure(flood) == "headers too large"


def test_reasons_are_sorted() -> None:
    """What may pass is asked for again; what is about the host is no fault of its robots.txt."""
    assert [is_passing(reason) for reason in ("timeout", "connection lost", "too large", "tls x", "robots")] == [
        *(True, True, False, False, False),
    ]
    assert [is_about_host(reason) for reason in ("dns", "refused", "tls x", "timeout", "http 503")] == [
        *(True, True, True, False, False),
    ]


# --- cookies, guard, names


def test_a_jar_belongs_to_one_site() -> None:
    """What a site sets is sent back to it, and to no other site on the same host."""
    middleware = CookieMiddleware()
    first = Request("http://127.0.0.1:8001/", meta={JAR_KEY: "one"})
    middleware.process_response(first, Response(first.url, headers={"Set-Cookie": "seen=1; Path=/"}))
    again = Request("http://127.0.0.1:8001/a", meta={JAR_KEY: "one"})
    other = Request("http://127.0.0.1:8001/a", meta={JAR_KEY: "two"}, headers={"Cookie": "left=over"})

    for request in (again, other):
        middleware.process_request(request)

    assert again.headers.get("Cookie") == b"seen=1"
    assert "Cookie" not in other.headers


def test_a_jar_that_fills_up_is_emptied() -> None:
    """A site that sets a new cookie with each answer does not make requests grow without end."""
    middleware = CookieMiddleware()
    request = Request("http://127.0.0.1/", meta={JAR_KEY: "one"})
    for number in range(MAX_COOKIES + 1):
        middleware.process_response(request, Response(request.url, headers={"Set-Cookie": f"c{number}=1"}))

    middleware.process_request(request)

    assert "Cookie" not in request.headers


def redirects() -> SiteRedirectMiddleware:
    """Make a redirect middleware over a crawler that has just what it asks for."""
    return SiteRedirectMiddleware.from_crawler(cast("Any", SimpleNamespace(settings=Settings(), spider=None)))


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("ftp://127.0.0.1/a", "redirect to another scheme"),
        ("file:///etc/passwd", "redirect to another scheme"),
        ("javascript:alert(1)", "redirect to another scheme"),
        ("http://[broken/", "redirect to nowhere"),
    ],
)
def test_a_redirect_that_cannot_be_followed_says_why(location: str, reason: str) -> None:
    """Another scheme and a broken address are refused with their reason."""
    request = Request("http://127.0.0.1/")

    with pytest.raises(RefusedRequestError, match=reason):
        redirects().process_response(request, Response(request.url, 302, headers={"Location": location}))


def test_a_redirect_on_the_site_is_followed() -> None:
    """A relative address is followed from where it was given; a 302 without one is an answer like any other."""
    request = Request("http://127.0.0.1/a/", headers={"Referer": "http://127.0.0.1/nb/"})

    followed = redirects().process_response(request, Response(request.url, 302, headers={"Location": "../b"}))
    answer = redirects().process_response(request, Response(request.url, 302))

    assert isinstance(followed, Request)
    assert (followed.url, followed.headers.get("Referer")) == ("http://127.0.0.1/b", b"http://127.0.0.1/nb/")
    assert isinstance(answer, Response)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "verified"),
        ({"verify_tls": False}, "unverified"),
        ({"legacy_tls": True}, "legacy"),
        ({"verify_tls": False, "legacy_tls": True}, "legacy, unverified"),
    ],
)
def test_how_a_connection_was_made_is_told(fields: dict[str, bool], told: str) -> None:
    """What a site's entry allows is put on each HTTPS request, and on no other."""
    site = Site("one", ("https://www.example.gov.cn/",), max_bytes=1000, **fields)  # type: ignore[arg-type] # all bools
    downloader = SimpleNamespace(per_slot_settings={}, slots={})
    middleware = GuardMiddleware(
        cast("Any", SimpleNamespace(spider=None, engine=SimpleNamespace(downloader=downloader)))
    )
    secure = Request("https://www.example.gov.cn/", meta={SITE_KEY: site})
    middleware.process_request(secure)
    plain = secure.replace(url="http://www.example.gov.cn/")
    middleware.process_request(plain)

    assert describe_tls(site) == secure.meta[TLS_KEY] == told
    assert TLS_KEY not in plain.meta
    assert secure.meta["download_maxsize"] == 1000


class _Names:
    """A resolver that knows every name by one address."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses

    def resolveHostName(self, receiver: Any, name: str, port: int = 0, **_: Any) -> None:  # noqa: N802
        """Answer at once."""
        receiver.resolutionBegan(name)
        for address in self._addresses:
            receiver.addressResolved(IPv4Address("TCP", address, port))
        receiver.resolutionComplete()


class _Heard(list[str]):
    """Keeps the addresses that it hears of."""

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        """Wait."""

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        """Keep one."""
        self.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        """End."""


def test_a_public_name_does_not_lead_inside() -> None:
    """Private addresses of a name are kept back before a connection, unless the name is trusted or an address."""
    resolver = GuardedResolver(_Names("10.0.0.1", "8.8.8.8"))
    resolver.trusted.add("proxy.example")
    heard = {name: _Heard() for name in ("www.example.gov.cn", "proxy.example", "10.0.0.1")}

    for name, receiver in heard.items():
        resolver.resolveHostName(receiver, name, 80)

    assert heard == {
        "www.example.gov.cn": ["8.8.8.8"],
        "proxy.example": ["10.0.0.1", "8.8.8.8"],
        "10.0.0.1": ["10.0.0.1", "8.8.8.8"],
    }
    assert resolver.refused == {"www.example.gov.cn"}


class _Connection:
    """A kept connection as Twisted has it: a parser while an answer is awaited, none when it is whole."""

    def __init__(self) -> None:
        self._parser: Any = None
        self.failures: list[Failure] = []

    def _giveUp(self, failure: Failure) -> None:  # noqa: N802 - Twisted's name
        self.failures.append(failure)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Take an answer that came as one piece, or go on waiting for the end of its headers."""
        self._parser = None if b"\r\n\r\n" in data else self._parser


@pytest.mark.parametrize(("piece", "is_bounded"), [(b"x" * 1000 + b"\r\n\r\n", False), (b"x" * 1000, True)])
def test_headers_are_bounded_for_each_answer_by_itself(piece: bytes, *, is_bounded: bool) -> None:
    """Many answers on one connection may together be larger than the headers of one; headers without an end may not."""
    connection = _Connection()
    bounded = _bound_headers(connection)

    for _ in range(2 * MAX_HEADER_BYTES // len(piece)):
        connection._parser = SimpleNamespace(state=STATUS)
        bounded.dataReceived(piece)

    assert bool(connection.failures) is is_bounded
