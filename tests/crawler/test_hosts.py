from ipaddress import ip_address
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy import Request
from scrapy.http import Response

from crawler.failures import RefusedRequestError
from crawler.guard import SITE_KEY, GuardMiddleware
from crawler.hosts import base_domain, find_refusal, is_private_host, netloc_of, seen_key
from crawler.sites import Site

PUBLIC = Site("public", ("https://www.example.gov.cn/",), delay=3.0)
LOCAL = Site("local", ("http://127.0.0.1:8001/",), delay=0.0)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.9", "169.254.1.1", "0.0.0.0", "224.0.0.1"),  # noqa: S104
        *("127.1", "2130706433", "0x7f000001", "0177.0.0.1"),
        *("::1", "fe80::1%eth0", "::ffff:127.0.0.1", "fd00::1"),
        *("localhost", "a.localhost"),
    ],
)
def test_a_private_address_is_known_in_any_spelling(host: str) -> None:
    """Loopback, private and link-local addresses are private, however they are written."""
    assert is_private_host(host)


@pytest.mark.parametrize(
    "host",
    ["8.8.8.8", "::ffff:8.8.8.8", "www.example.gov.cn", "2400:3200::1", "127.example.com", "10.gov.cn"],
)
def test_a_public_host_is_not_private(host: str) -> None:
    """Public addresses and names are not private."""
    assert not is_private_host(host)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://www.example.gov.cn/a", None),
        ("http://www.example.gov.cn:8080/a", None),
        ("https://example.gov.cn/", None),
        ("https://xxgk.example.gov.cn/", None),
        ("https://WWW.EXAMPLE.GOV.CN./", None),
        ("https://other.gov.cn/", "off site"),
        ("https://badexample.gov.cn/", "off site"),
        ("https://www.example.gov.cn.evil.example/", "off site"),
        ("https://www.example.gov.cn@evil.example/", "off site"),
        ("https://8.8.8.8/", "off site"),
        ("http://10.0.0.1/", "private address"),
        ("http://[::1]/", "private address"),
        ("http://１２７.0.0.1/", "private address"),
        ("http://127。0。0。1/", "private address"),
        ("http://localhost./", "private address"),
    ],
)
def test_a_public_site_stays_on_its_ground(url: str, reason: str | None) -> None:
    """A public site goes to its own name and what ends in it, and never to a private address."""
    assert find_refusal(url, PUBLIC.start_urls) == reason


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:8001/a", None),
        ("http://127.0.0.1:8002/", "private address"),
        ("http://10.0.0.1/", "private address"),
        ("http://localhost:8001/", "private address"),
        ("https://www.example.gov.cn/", "off site"),
    ],
)
def test_a_local_site_stays_on_its_host_and_port(url: str, reason: str | None) -> None:
    """A site at an address goes to that address and port alone."""
    assert find_refusal(url, LOCAL.start_urls) == reason


def test_a_front_label_is_dropped_only_where_a_name_is_left() -> None:
    """`www.` is no part of a site's name, but a public suffix is no site."""
    assert base_domain("www.example.gov.cn") == "example.gov.cn"
    assert base_domain("zwgk.example.gov.cn") == "example.gov.cn"
    assert base_domain("www.gov.cn") == "www.gov.cn"
    assert base_domain("kuan.example.gov.cn") == "kuan.example.gov.cn"
    assert base_domain("www.example.com") == "example.com"
    assert base_domain("www.com") == "www.com"


def test_a_slot_is_named_by_host_and_port() -> None:
    """The port is always said, so that two servers on one address are two hosts."""
    assert netloc_of("http://Example.cn/a") == "example.cn:80"
    assert netloc_of("https://127.0.0.1:8443/") == "127.0.0.1:8443"


def guard() -> GuardMiddleware:
    """Make a guard over a crawler that has just what a guard asks for."""
    downloader = SimpleNamespace(per_slot_settings={}, slots={})
    crawler = SimpleNamespace(spider=None, engine=SimpleNamespace(downloader=downloader))
    return GuardMiddleware(cast("Any", crawler))


def test_the_guard_refuses_a_redirect_of_a_public_site_to_a_private_address() -> None:
    """A redirected request is looked at like any other, and keeps the site that it is for."""
    middleware = guard()
    request = Request("https://www.example.gov.cn/", meta={SITE_KEY: PUBLIC})
    middleware.process_request(request)

    with pytest.raises(RefusedRequestError, match="private address"):
        middleware.process_request(request.replace(url="http://10.0.0.1/"))


def test_the_guard_knows_whom_robots_txt_is_asked_for() -> None:
    """A request for robots.txt belongs to the site let through to that host, redirected or not."""
    middleware = guard()
    middleware.process_request(Request("https://www.example.gov.cn/", meta={SITE_KEY: PUBLIC}))
    robots = Request("https://www.example.gov.cn/robots.txt")

    middleware.process_request(robots)

    assert robots.meta[SITE_KEY] is PUBLIC
    stray = Request("http://127.0.0.1/", meta={"redirect_urls": ["https://www.example.gov.cn/robots.txt"]})
    with pytest.raises(RefusedRequestError, match="private address"):
        middleware.process_request(stray)
    with pytest.raises(RefusedRequestError, match="no site"):
        middleware.process_request(Request("https://unknown.example/robots.txt"))


def test_the_guard_refuses_an_answer_from_inside_under_a_public_name() -> None:
    """A public name that resolves to a private address brings nothing in; a proxy may stand there."""
    middleware = guard()
    request = Request("https://www.example.gov.cn/", meta={SITE_KEY: PUBLIC})
    inside = Response(request.url, ip_address=ip_address("127.0.0.1"))

    with pytest.raises(RefusedRequestError, match="private address"):
        middleware.process_response(request, inside)
    proxied = request.replace(meta={SITE_KEY: PUBLIC, "proxy": "http://127.0.0.1:3128"})
    assert middleware.process_response(proxied, inside) is inside


def test_the_guard_gives_every_host_its_slot_and_delay() -> None:
    """A request is put into the slot of its host and port, with the site's delay and nothing random."""
    middleware = guard()
    request = Request("https://www.example.gov.cn/", meta={SITE_KEY: PUBLIC})

    middleware.process_request(request)

    assert request.meta["download_slot"] == "www.example.gov.cn:443"
    settings = middleware._crawler.engine.downloader.per_slot_settings  # noqa: SLF001,RUF100 - what Scrapy reads
    assert settings == {"www.example.gov.cn:443": {"concurrency": 1, "delay": 3.0, "jitter": 0.0}}


@pytest.mark.parametrize(
    ("address", "is_same"),
    [
        ("http://a.gov.cn/x.jsp?id=1&sid=123456789", True),
        ("http://a.gov.cn/x.jsp?id=1&sid=0123456789abcdef", True),
        ("http://a.gov.cn/x.jsp?JSESSIONID=ab&id=1", True),
        ("http://a.gov.cn/x.jsp?id=1&_=1700000000000", True),
        ("http://a.gov.cn/x.jsp?id=1&rnd=0.123456", True),
        ("http://a.gov.cn/x.jsp?id=1&sid=755041", False),
        ("http://a.gov.cn/x.jsp?id=1&t=3", False),
        ("http://a.gov.cn/x.jsp?id=2", False),
    ],
)
def test_sessions_and_stamps_make_no_other_page(address: str, *, is_same: bool) -> None:
    """What differs from visit to visit is left out of a page's name; the number of a site or a list is not."""
    assert (seen_key(address) == seen_key("http://a.gov.cn/x.jsp?id=1")) is is_same
