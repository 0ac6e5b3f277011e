"""Captures to the archive: each at once, each in its own durable transaction, in the order of the visits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem
from scrapy.utils.misc import load_object

from archive import Capture, SiteIdentity, utc_now
from crawler.errors import SettingsError
from crawler.ground import Ground
from crawler.schedule import is_page_due
from crawler.spiders.annual_reports import AnnualReportsSpider

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import Crawler

    from crawler.frontdoor import FrontDoor

RESUME_WITHIN = timedelta(hours=24)
"""An interrupted crawl is gone on with for so long; after that its pages may have changed, and it begins anew."""

OPENER_SETTING = "GONGKAI_ARCHIVE_OPENER"


class ArchivePipeline:
    """Holds the archive open for the length of a crawl, and lends it to the spider for conditional requests.

    An archive that cannot store stops the crawl: `spider.storage_error` is set, no site gets a
    further request, and whoever started the crawl raises the error. What was stored stays stored.
    """

    def __init__(self, crawler: Crawler, opener: Callable[[], FrontDoor]) -> None:
        self._crawler = crawler
        self._opener = opener
        self._archive: FrontDoor | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchivePipeline:
        """Return the pipeline; the settings must say how an archive is opened."""
        opener = crawler.settings[OPENER_SETTING]
        if opener is None:
            raise SettingsError(f"{OPENER_SETTING} is not set: name a callable that returns an archive")
        return cls(crawler, load_object(opener))

    def open_spider(self) -> None:
        """Open the archive, make the sites known, and tell each walk what is known of its site."""
        self._archive = archive = self._opener()
        now = utc_now()
        for name, walk in self._spider.walks.items():
            site = walk.site
            rule = (site.withdrawn_after_days, site.withdrawn_after_visits)
            archive.save_site(SiteIdentity(name, site.title, site.division, *rule))
            start = archive.begin_visit(name, walk.mode, resume_after=now - RESUME_WITHIN)
            known = archive.list_known_pages(name)
            ground = Ground.of(start.mode, known, lambda page: is_page_due(page, now))
            began = start.started_at if start.is_resumed else None
            ground = replace(ground, wants_reports=self._spider.wants_reports, began=began)
            walk.begin(ground, is_resumed=start.is_resumed)
        self._spider.archive = archive

    def process_item(self, item: Capture) -> Capture:
        """Store one capture."""
        if self._archive is None or self._spider.storage_error is not None:
            raise DropItem("the archive takes nothing more", log_level="DEBUG")
        try:
            self._archive.save_capture(item)
        except Exception as error:  # whatever an archive raises must end the crawl, not be logged and left
            self._spider.storage_error = error
            raise DropItem(f"not stored: {item.url}: {error}", log_level="ERROR") from error
        return item

    def close_spider(self) -> None:
        """Close what was opened, where it can be closed."""
        self._spider.archive = None
        close = getattr(self._archive, "close", None)
        self._archive = None
        if close is not None:
            close()

    @property
    def _spider(self) -> AnnualReportsSpider:
        spider = self._crawler.spider
        if not isinstance(spider, AnnualReportsSpider):
            raise SettingsError(f"{type(spider).__name__} is not a spider of this room")
        return spider
