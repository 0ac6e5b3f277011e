"""A hostile site that would have this machine ask its own neighbours: by addresses, by names, by whatever leads on."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from scrapy import Request
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.web.client import URI

from crawler.families.sitemap import read_sitemap
from crawler.hosts import PRIVATE_ADDRESS, WITH_USER, find_refusal, host_of, is_private_host
from crawler.links import Link, Page
from crawler.resolver import GuardedResolver
from crawler.run import run_crawl
from crawler.sites import Site
from tests.attacks.trap import Trap, set_trap
from tests.crawler.served import MemoryArchive, Served, link, page, report, serve

PUBLIC = ("http://www.example.gov.cn/",)
QUICK: dict[str, Any] = {"GONGKAI_RETRY_PAUSE": 0.01, "GONGKAI_FIRST_BACKOFF": 0.01, "RETRY_TIMES": 1}
TITLE = "青石区白杨街道办事处{}年政府信息公开工作年度报告"

CARRIED = (
    *("64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:c0a8:101::1"),
    *("::127.0.0.1", "::ffff:0:10.0.0.1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "2001:0:0:0:0:0:80ff:fffe"),
)
INNER = ("::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fd00::1", "ff02::1", "192.0.0.8", "100.64.0.1", "0", "0x0")

REDIRECTS = (301, 302, 303, 307, 308)
LEADING = """<base href="http://{0}/base/"><link rel="canonical" href="http://{0}/canonical">
<link rel="alternate" href="http://{0}/feed"><meta http-equiv="refresh" content="9;url=http://{0}/refresh">
<iframe src="http://{0}/frame.html"></iframe><embed src="http://{0}/a.pdf"><object data="http://{0}/b.pdf"></object>
<form action="http://{0}/form" method="get"><input type="submit" value="下一页"></form>
<script>var url = "http://{0}/nb/list.json"; window.location.href = "http://{0}/script";</script>
<script src="http://{0}/page.js"></script><area href="http://{0}/area">
<a href="//{0}/no-scheme.html">政府信息公开年报</a><a href="/\\{0}/backslash.html">政府信息公开年报</a>
<a href="http:\\\\{0}\\b.html">政府信息公开年报</a><a href="{1}@{0}/user.html">政府信息公开年报</a>
<a href="http://2130706434:{2}/decimal.html">政府信息公开年报</a><a href="http://0x7f.2:{2}/hex.html">下一页</a>
<a href="http://[::ffff:127.0.0.2]:{2}/mapped.html">政府信息公开年报</a>"""
"""Every way in which a page leads on: `{0}` is the trap, `{1}` the site itself, `{2}` the port of the trap."""


def names_to(*addresses: str) -> Any:
    """Make a resolver that knows every name by these addresses."""

    class Names:
        def resolveHostName(self, receiver: Any, name: str, port: int = 0, **_: Any) -> None:  # noqa: N802
            """Answer at once."""
            receiver.resolutionBegan(name)
            for one in addresses:
                receiver.addressResolved((IPv6Address if ":" in one else IPv4Address)("TCP", one, port))
            receiver.resolutionComplete()

    return Names()


class Heard(list[str]):
    """Keeps the addresses that it hears of."""

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        """Wait."""

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        """Keep one."""
        self.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        """End."""


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Hold what a test opens."""
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def trap(stack: ExitStack) -> Trap:
    """Set a trap."""
    return stack.enter_context(set_trap())


@pytest.mark.parametrize("address", [*CARRIED, *INNER])
def test_no_spelling_of_an_inner_address_is_public(address: str) -> None:
    """An address within, and one of IPv6 that a gateway would lead on to such, is private in every form."""
    host = f"[{address}]" if ":" in address else address

    assert is_private_host(address)
    assert find_refusal(f"http://{host}/", PUBLIC) == PRIVATE_ADDRESS


@pytest.mark.parametrize("address", ["64:ff9b::808:808", "2002:808:808::1", "::ffff:8.8.8.8", "2400:3200::1"])
def test_a_public_address_stays_public(address: str) -> None:
    """What carries a public address is no neighbour of ours."""
    assert not is_private_host(address)


@pytest.mark.parametrize("inner", [*CARRIED, "::1", "10.0.0.1", "169.254.169.254", "fec0::1"])
def test_of_several_addresses_of_a_name_only_public_ones_are_used(inner: str) -> None:
    """Whichever stands first: a name keeps its public addresses, and one without any has none."""
    heard = Heard(), Heard()

    GuardedResolver(names_to(inner, "8.8.8.8", inner)).resolveHostName(heard[0], "www.example.gov.cn", 80)
    GuardedResolver(names_to(inner)).resolveHostName(heard[1], "www.example.gov.cn", 80)

    assert heard == (["8.8.8.8"], [])


def test_a_name_that_answers_otherwise_the_second_time_gains_nothing() -> None:
    """Each look-up is sieved, also those of a name that was public a moment before, in any spelling of it."""
    resolver = GuardedResolver(names_to("8.8.8.8"))
    heard = Heard()

    resolver.resolveHostName(heard, "www.example.gov.cn", 80)
    resolver.inner = names_to("127.0.0.1")
    for name in ("www.example.gov.cn", "WWW.example.gov.cn", "www.example.gov.cn."):
        resolver.resolveHostName(heard, name, 80)

    assert heard == ["8.8.8.8"]


@pytest.mark.parametrize(
    "address",
    [
        *("http://www.example.gov.cn\\@127.0.0.1/", "http://127.0.0.1\\.example.gov.cn/", "http://①②⑦.0.0.1/"),
        *("http://www.example.gov.cn#@127.0.0.1/", "http://www.example.gov.cn?@127.0.0.1/", "http://ⓛocalhost/"),
        *("http://127.0.0.1%2f.example.gov.cn/", "http://127.0.0.1%00.example.gov.cn/", "http:///127.0.0.1/"),
        *("http://www.example.gov.cn;127.0.0.1/", "http://www.example.gov.cn,127.0.0.1/", "http://[::1]:80/"),
        *("http://www.example.gov.cn./", "http://例子.example.gov.cn/", "http://127.1.example.gov.cn/"),
        *("http://www.example.gov.cn/\r\nHost: x", "http://localhost。/", "http://0x7f.1:80/", "http://127.1/"),
    ],
)
def test_the_guard_and_the_connection_read_the_same_host(address: str) -> None:
    """The host that is judged is the one that is connected to, or the request is refused."""
    request = Request(address)
    connected = URI.fromBytes(request.url.encode()).host.decode().lower().rstrip(".")

    assert find_refusal(request.url, PUBLIC) is not None or connected == host_of(request.url)
    assert find_refusal(request.url, PUBLIC) is not None or not is_private_host(connected)


@pytest.mark.parametrize(
    "address", ["http://u:p@www.example.gov.cn/", "http://127.0.0.1@www.example.gov.cn/", "http://a:1@127.0.0.1:8001/"]
)
def test_no_address_with_a_user_is_asked_for(address: str) -> None:
    """Names and passwords in an address are sent nowhere."""
    starts = (*PUBLIC, "http://127.0.0.1:8001/")

    assert find_refusal(address, starts) == WITH_USER


def test_a_trap_hears_who_comes(trap: Trap) -> None:
    """The trap of these tests is one: whoever connects is counted."""
    with urlopen(f"http://{trap.host}/x") as answer:
        assert answer.status == 200

    assert [one.split(b"\r\n")[0] for one in trap.heard] == [b"GET /x HTTP/1.1"]


def test_nothing_on_a_page_leads_to_another_host(stack: ExitStack, trap: Trap) -> None:
    """Rows, frames, forms, scripts, bases, redirects of every status, robots.txt and sitemaps: nobody else is asked."""
    rows = [link(f"/to/{status}.html", TITLE.format(2010 + number)) for number, status in enumerate(REDIRECTS)]
    rows += [link(f"http://{trap.host}/r.html", TITLE.format(2020)), link("/header.html", TITLE.format(2021))]
    sitemap = f"<urlset><url><loc>http://{trap.host}/nb/list.html</loc></url></urlset>".encode()
    robots = f"Sitemap: http://{trap.host}/sitemap.xml\n".encode()
    pages = {
        f"/to/{status}.html": Served(status=status, headers=(("Location", f"http://{trap.host}/"),))
        for status in REDIRECTS
    }
    pages |= {"/robots.txt": Served(robots), "/sitemap.xml": Served(sitemap, headers=(("Content-Type", "text/xml"),))}
    pages["/header.html"] = Served(
        b"<p>1</p>", headers=(("Refresh", f"0;url=http://{trap.host}/"), ("Link", f"<http://{trap.host}/>"))
    )
    server = stack.enter_context(serve(pages))
    body = LEADING.format(trap.host, server.url, trap.host.rpartition(":")[2])
    pages["/good.html"] = report(TITLE.format(2022))
    good = link(f"{server.url}/good.html", TITLE.format(2022))
    pages["/"] = page("青石区人民政府", body, good, link(f"{server.url}/nb/", "政府信息公开年报"))
    pages["/nb/"] = page("政府信息公开年报", *(row.replace('href="/', f'href="{server.url}/') for row in rows), body)
    archive = MemoryArchive()

    run_crawl([Site("qingshi", (server.url + "/",), delay=0.0)], open_archive=lambda: archive, settings_overrides=QUICK)

    refused = {capture.failure for capture in archive.captures if capture.failure}
    assert trap.heard == []
    assert ("/good.html", "report", 200, None) in archive.seen()
    assert {f"/to/{status}.html" for status in REDIRECTS} <= set(server.paths)
    assert PRIVATE_ADDRESS in refused


def test_rules_behind_a_redirect_elsewhere_are_not_asked_for(stack: ExitStack, trap: Trap) -> None:
    """A robots.txt that leads to another host is no rules, and nobody is asked there."""
    pages = {"/robots.txt": Served(status=302, headers=(("Location", f"http://{trap.host}/robots.txt"),))}
    server = stack.enter_context(serve(pages | {"/": page("青石区人民政府")}))

    run_crawl([Site("qingshi", (server.url + "/",), delay=0.0)], open_archive=MemoryArchive, settings_overrides=QUICK)

    assert trap.heard == []
    assert server.paths[:1] == ["/"]


def test_a_sitemap_names_addresses_and_nothing_else(tmp_path: Path) -> None:
    """No entity of a list in XML is resolved: not one that grows, and none that is a file of this machine."""
    (tmp_path / "told").write_text("/zfxxgk/gknb/told/", encoding="utf-8")
    grown = "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 12))
    head = f'<!DOCTYPE urlset [<!ENTITY a0 "gknb">{grown}<!ENTITY f SYSTEM "{(tmp_path / "told").as_uri()}">]>'
    places = "".join(
        f"<url><loc>http://www.example.gov.cn/zfxxgk/{name}</loc></url>" for name in ("&a11;", "&f;", "gknb/")
    )

    found = read_sitemap(
        Page("http://www.example.gov.cn/sitemap.xml", source=f"{head}<urlset>{places}</urlset>"), Link("")
    )

    assert "http://www.example.gov.cn/zfxxgk/gknb/" in [link.url for link in found.links]
    assert not [link.url for link in found.links if "told" in link.url or len(link.url) > 200]
