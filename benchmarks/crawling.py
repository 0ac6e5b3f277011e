"""How fast the whole route is (fetch, judge, store, read, file) against a bare Scrapy spider on the same local server.

    .venv/bin/python benchmarks/crawling.py [PAGES]

Politeness is off, and the requests under way at once are Scrapy's default for one host. The pages have 30 KB, no two
alike, a report each. Server, spider and reader share this machine; what counts is the ratio within one run, of which
several are made in turn. The goal is 0.75.
"""

import asyncio
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scrapy import Request, Spider  # noqa: E402 - the path comes first
from scrapy.crawler import CrawlerProcess  # noqa: E402
from scrapy.http import Response  # noqa: E402

import crawler.run  # noqa: F401, E402 - what Scrapy needs is imported before the clock starts, for both
from archive import Archive  # noqa: E402
from crawler import Site  # noqa: E402
from gongkai.crawling import crawl_sites  # noqa: E402
from tests.parsers.fillings import consistent, dice  # noqa: E402
from tests.parsers.made import report_to_html, table_to_html  # noqa: E402

PAGES, ROUNDS, SHOWN, UNDER_WAY = 1000, 3, 50, 8
SITE = "qingshi"
SIZE, LINKS = 30_000, 90
STYLE = "font-size:12.0pt;mso-bidi-font-size:10.5pt;font-family:仿宋_GB2312;border:solid windowtext 1.0pt;" * 4


def main(pages: int) -> None:
    """Measure in turn and print."""
    with _served(pages) as address:
        rounds = [(_run("bare", address, pages), _run("whole", address, pages)) for _ in range(ROUNDS)]
    for bare, whole in rounds:
        print(f"bare Scrapy {bare:6.1f} pages/s   whole route {whole:6.1f} pages/s   {whole / bare:.2f}")
    share = statistics.median(whole / bare for bare, whole in rounds)
    print(f"{pages} pages, Python {sys.version.split()[0]}: the median of {ROUNDS} ratios is {share:.2f}")


def serve(pages: int) -> None:
    """Serve lists and pages from memory until killed; print the port first."""
    answers = dict(_make_answers(pages))
    missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                writer.write(answers.get(head.split(b" ", 2)[1].decode(), missing))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    asyncio.run(run())


def _make_answers(pages: int) -> Iterator[tuple[str, bytes]]:
    count = -(-pages // SHOWN)
    for number in range(count):
        shown = range(number * SHOWN, min(pages, (number + 1) * SHOWN))
        rows = "".join(
            f'<li><a href="/nb/t{one}.html">青石区第{one}街道2023年政府信息公开工作年度报告</a>2024-01-20</li>'
            for one in shown
        )
        script = f'<script>createPageHTML({count}, {number}, "index", "html")</script>'
        yield f"/nb/index{f'_{number}' if number else ''}.html", _make_page("政府信息公开年报", rows + script)
    yield "/", _make_page("青石区人民政府", '<a href="/nb/index.html">政府信息公开年报</a>')
    for number in range(pages):
        yield f"/nb/t{number}.html", _make_report(number)


def _make_report(number: int) -> bytes:
    """Make the page of one street's report as sites have them: most of its bytes are what Word left behind."""
    figures = {key: str(raw) for key, raw in consistent("2021", dice(f"crawl {number}")).items()}
    page = report_to_html("2021", figures, table_to_html).replace("白杨街道", f"第{number}街道")
    links = "".join(f'<li><a href="/col/col{number}x{link}.html">政务栏目{link}</a></li>' for link in range(LINKS))
    page = page.replace("</body>", f"<ul>{links}</ul></body>")
    room = (SIZE - len(page.encode())) // page.count("<td") - len(" style=''")
    return _respond(page.replace("<td", f"<td style='{STYLE[: max(0, room)]}'"))


def _make_page(title: str, inner: str) -> bytes:
    return _respond(f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{inner}</body></html>")


def _respond(page: str) -> bytes:
    body = page.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class BareSpider(Spider):
    """Scrapy as it comes: the list pages, then every page, one small item each."""

    name = "bare"
    address, pages = "", 0
    custom_settings: ClassVar[dict[Any, Any]] = {
        "LOG_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": UNDER_WAY,
    }

    async def start(self) -> AsyncIterator[Request]:
        """Ask for all lists."""
        for number in range(-(-self.pages // SHOWN)):
            name = f"index{f'_{number}' if number else ''}.html"
            yield Request(f"{self.address}/nb/{name}", callback=self.parse_list)

    def parse_list(self, response: Response) -> Iterator[Request]:
        """Ask for all pages of a list."""
        for path in re.findall(rb'href="(/nb/t\d+\.html)"', response.body):
            yield Request(self.address + path.decode())

    def parse(self, response: Response) -> Iterator[dict[str, object]]:
        """Take a page."""
        yield {"url": response.url, "size": len(response.body)}


def crawl_bare(address: str, pages: int) -> float:
    """Return pages a second of a bare spider."""
    process = CrawlerProcess()
    spider = process.create_crawler(BareSpider)
    process.crawl(spider, address=address, pages=pages)
    start = time.perf_counter()
    process.start()
    seconds = time.perf_counter() - start
    assert spider.stats is not None
    assert spider.stats.get_value("item_scraped_count") == pages
    return pages / seconds


def crawl_whole(address: str, pages: int) -> float:
    """Return pages a second of gongkai, from the home page to the search index."""
    with TemporaryDirectory() as folder, Archive.create(Path(folder) / "a.db") as archive:
        site = Site(SITE, (f"{address}/",), delay=0.0, max_requests=1_000_000, concurrency=UNDER_WAY)
        start = time.perf_counter()
        (summary,) = crawl_sites([site], archive)
        seconds = time.perf_counter() - start
    assert summary.reports == pages, (summary.reports, summary.failed[:3])
    return pages / seconds


@contextmanager
def _served(pages: int) -> Iterator[str]:
    command = [sys.executable, __file__, "serve", str(pages)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - this very file
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.kill()


def _run(name: str, address: str, pages: int) -> float:
    command = [sys.executable, __file__, name, address, str(pages)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - this very file
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return float(json.loads(done.stdout.splitlines()[-1]))


CRAWLS: dict[str, Callable[[str, int], float]] = {"bare": crawl_bare, "whole": crawl_whole}

if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(int(sys.argv[2]))
    elif sys.argv[1:2] and sys.argv[1] in CRAWLS:
        print(json.dumps(CRAWLS[sys.argv[1]](sys.argv[2], int(sys.argv[3]))))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else PAGES)
