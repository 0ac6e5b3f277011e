"""How long a host is left alone between two requests: the larger of the site's own delay and Crawl-delay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import signals

from crawler.hosts import netloc_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

SLOT_KEY = "download_slot"


def raise_slot_delay(crawler: Crawler, key: str, delay: float) -> None:
    """Make a host's slot wait at least that long, from now on.

    The setting serves slots made later (Scrapy drops idle ones after a minute), the live slot the one in use.
    """
    downloader = crawler.engine.downloader
    known = downloader.per_slot_settings.setdefault(key, {"concurrency": 1, "delay": 0.0, "jitter": 0.0})
    known["delay"] = max(known["delay"], delay)
    slot = downloader.slots.get(key)
    if slot is not None:
        slot.delay = max(slot.delay, delay)


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
        delay = robotparser.crawl_delay(self._crawler.settings["USER_AGENT"])
        if delay:
            raise_slot_delay(self._crawler, netloc_of(request.url), delay)
