"""How long a host is left alone between two requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import signals

from crawler.hosts import netloc_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

SLOT_KEY = "download_slot"

MAX_CRAWL_DELAY = 600.0
"""Seconds. A `Crawl-delay` beyond this is taken as a wish not to be crawled (`crawler.robots`)."""


def raise_slot_delay(crawler: Crawler, key: str, delay: float, *, concurrency: int = 1) -> None:
    """Make a host's slot wait at least that many seconds, from now on.

    The setting serves slots made later (Scrapy drops idle ones after a minute), the live slot the one in use. Of
    two sites that share a host the lower `concurrency` counts.
    """
    downloader = crawler.engine.downloader
    fresh = {"concurrency": concurrency, "delay": delay, "jitter": 0.0}
    known = downloader.per_slot_settings.setdefault(key, fresh)
    known["delay"] = max(known["delay"], delay)
    known["concurrency"] = min(known["concurrency"], concurrency)
    slot = downloader.slots.get(key)
    if slot is not None:
        slot.delay = max(slot.delay, delay)
        slot.concurrency = min(slot.concurrency, concurrency)


def find_slot_delay(crawler: Crawler, key: str) -> float:
    """Find the seconds that a host is left alone at least: its site's own delay, or a longer `Crawl-delay`."""
    known = crawler.engine.downloader.per_slot_settings.get(key)
    return float(known["delay"]) if known else 0.0


class CrawlDelayExtension:
    """Honours `Crawl-delay`, which Scrapy reads but does not apply."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CrawlDelayExtension:
        """Return the extension, listening."""
        extension = cls(crawler)
        crawler.signals.connect(extension.robots_parsed, signal=signals.robots_parsed)
        return extension

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Raise the delay of the host whose robots.txt was read."""
        delay = robotparser.crawl_delay(self._crawler.settings["BOT_NAME"]) or 0.0
        if 0 < delay <= MAX_CRAWL_DELAY:
            raise_slot_delay(self._crawler, netloc_of(request.url), delay)
