"""Crawlers that are compared, a process each: `python -m benchmarks.crawl_spiders NAME ADDRESS PAGES`.

It prints what the crawl took as JSON. Politeness is off in all, and the requests under way at once are Scrapy's
default for one host. What Scrapy needs is imported before the clock starts.
"""

import hashlib
import json
import re
import resource
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response, TextResponse

from archive import Archive
from benchmarks.crawl_server import count_lists, name_list
from crawler import Site
from crawler.run import run_crawl
from crawler.spiders import annual_reports
from gongkai import crawling, reader
from gongkai.crawling import crawl_sites

SITE = "qingshi"
UNDER_WAY = 8
REQUESTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Took:
    """What a crawl took: seconds by the clock, CPU seconds of its process and of the second one, and of some steps."""

    seconds: float
    cpu: float
    helper_cpu: float
    steps: Mapping[str, float] = field(default_factory=dict)


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
        for number in range(count_lists(self.pages)):
            yield Request(self.address + name_list(number), callback=self.parse_list)

    def parse_list(self, response: Response) -> Iterator[Request]:
        """Ask for all pages of a list."""
        for path in re.findall(rb'href="(/nb/t\d+\.html)"', response.body):
            yield Request(self.address + path.decode())

    def parse(self, response: Response) -> Iterator[dict[str, object]]:
        """Take a page."""
        yield {"url": response.url, "size": len(response.body)}


class FeedSpider(BareSpider):
    """Scrapy with its own feed of items, which keep each page as text."""

    def parse(self, response: Response) -> Iterator[dict[str, object]]:
        """Take a page with its text."""
        yield {"url": response.url, "body": response.text}


class TableSpider(BareSpider):
    """Scrapy reading each cell of each table as it stands, and keeping page and cells in SQLite."""

    def parse(self, response: Response) -> Iterator[dict[str, object]]:
        """Take a page with the text of its cells."""
        assert isinstance(response, TextResponse)
        rows = [["".join(cell.css("::text").getall()) for cell in row.css("td")] for row in response.css("tr")]
        yield {"url": response.url, "content": response.body, "rows": json.dumps(rows, ensure_ascii=False)}


class StoreSpider(BareSpider):
    """Scrapy with a pipeline that keeps each page in SQLite."""

    def parse(self, response: Response) -> Iterator[dict[str, object]]:
        """Take a page with its bytes."""
        yield {"url": response.url, "content": response.body}


class SqlitePipeline:
    """Keep each page with its hash: one transaction a page, on the disk before the next, as the archive does it."""

    @classmethod
    def from_crawler(cls, crawler: Any) -> "SqlitePipeline":  # noqa: ANN401 - Scrapy's own
        """Make a pipeline that writes to the file that the settings name."""
        return cls(crawler.settings["SQLITE_PATH"])

    def __init__(self, path: str) -> None:
        self.path = path

    def open_spider(self) -> None:
        """Make the file."""
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute("CREATE TABLE pages (url TEXT, sha256 TEXT, content BLOB, rows TEXT)")

    def close_spider(self) -> None:
        """Close the file."""
        self.connection.close()

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        """Keep a page."""
        content = item["content"]
        row = (item["url"], hashlib.sha256(content).hexdigest(), content, item.get("rows"))
        self.connection.execute("INSERT INTO pages VALUES (?, ?, ?, ?)", row)
        return item


def crawl_bare(address: str, pages: int, folder: Path) -> Took:
    """Crawl and store nothing."""
    return _crawl_by_scrapy(BareSpider, {}, address, pages, folder)


def crawl_feed(address: str, pages: int, folder: Path) -> Took:
    """Crawl and write a feed of lines of JSON."""
    feeds = {str(folder / "pages.jsonl"): {"format": "jsonlines", "encoding": "utf-8"}}
    return _crawl_by_scrapy(FeedSpider, {"FEEDS": feeds}, address, pages, folder)


def crawl_store(address: str, pages: int, folder: Path) -> Took:
    """Crawl and store in SQLite."""
    return _crawl_by_scrapy(StoreSpider, {"ITEM_PIPELINES": {SqlitePipeline: 100}}, address, pages, folder)


def crawl_tables(address: str, pages: int, folder: Path) -> Took:
    """Crawl, read each cell as it stands, and store in SQLite."""
    return _crawl_by_scrapy(TableSpider, {"ITEM_PIPELINES": {SqlitePipeline: 100}}, address, pages, folder)


def _crawl_by_scrapy(
    spider: type[BareSpider], settings: Mapping[str, object], address: str, pages: int, folder: Path
) -> Took:
    process = CrawlerProcess({**settings, "SQLITE_PATH": str(folder / "pages.db")})
    made = process.create_crawler(spider)
    process.crawl(made, address=address, pages=pages)
    with _clocked() as took:
        process.start()
    assert made.stats is not None
    assert made.stats.get_value("item_scraped_count") == pages
    return took[0]


def crawl_ours(address: str, pages: int, folder: Path) -> Took:
    """Crawl by gongkai, from the home page to the search index."""
    with Archive.create(folder / "a.db") as archive:
        site = Site(SITE, (f"{address}/",), delay=0.0, max_requests=REQUESTS, concurrency=UNDER_WAY)
        with _clocked() as took:
            (summary,) = crawl_sites([site], archive)
    assert summary.reports == pages, (summary.reports, summary.failed[:3])
    return took[0]


def crawl_fetching(address: str, pages: int, folder: Path) -> Took:
    """Crawl by gongkai without reading what was stored: find, judge and store."""
    with Archive.create(folder / "a.db") as archive:
        site = Site(SITE, (f"{address}/",), delay=0.0, max_requests=REQUESTS, concurrency=UNDER_WAY)
        lent = crawling.LentArchive(archive)
        with _clocked() as took:
            result = run_crawl([site], open_archive=lambda: lent)[SITE]
    assert result.reports_met == pages, result
    return took[0]


STEPS: Mapping[str, tuple[object, str]] = {
    "read the page for links and judge it": (annual_reports, "read_answer"),
    "store: hash, pack, one transaction each, on the disk": (Archive, "save_capture"),
    "read the tables, share of the crawling process": (reader, "read_from_the_end"),
    "file: versions, changes, search index": (crawling, "read_captures"),
}
"""Steps of our route in the crawling process, by what they do: where the function is looked up."""


def crawl_dissected(address: str, pages: int, folder: Path) -> Took:
    """Crawl by gongkai, and measure the CPU time of some steps."""
    steps: dict[str, float] = {}
    for name, (place, function) in STEPS.items():
        setattr(place, function, _timed(getattr(place, function), steps, name))
    took = crawl_ours(address, pages, folder)
    return Took(took.seconds, took.cpu, took.helper_cpu, steps)


def _timed(work: Callable[..., Any], steps: dict[str, float], name: str) -> Callable[..., Any]:
    def timed(*arguments: object, **named: object) -> object:
        start = time.process_time()
        try:
            return work(*arguments, **named)
        finally:
            steps[name] = steps.get(name, 0.0) + time.process_time() - start

    return timed


@contextmanager
def _clocked() -> Iterator[list[Took]]:
    """Measure what is inside; the value is in the list afterwards."""
    took: list[Took] = []
    start, cpu, helper = time.perf_counter(), time.process_time(), _helper_cpu()
    yield took
    took.append(Took(time.perf_counter() - start, time.process_time() - cpu, _helper_cpu() - helper))


def _helper_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


CRAWLS: Mapping[str, Callable[[str, int, Path], Took]] = {
    "bare": crawl_bare,
    "feed": crawl_feed,
    "store": crawl_store,
    "tables": crawl_tables,
    "fetching": crawl_fetching,
    "ours": crawl_ours,
    "dissected": crawl_dissected,
}

if __name__ == "__main__":
    with TemporaryDirectory() as _folder:
        print(json.dumps(asdict(CRAWLS[sys.argv[1]](sys.argv[2], int(sys.argv[3]), Path(_folder)))))
