"""HTTPS with certificates verified, but for a site whose entry says `verify_tls = false`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler

from crawler.guard import VERIFY_TLS_KEY

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class _UnverifyingCrawler:
    """A crawler as a handler sees it, with one setting changed: Scrapy knows it for a whole crawl only."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self.settings = crawler.settings.copy()
        self.settings.frozen = False  # a copy keeps the lock of a crawl that has begun
        self.settings.set("DOWNLOAD_VERIFY_CERTIFICATES", value=False, priority="cmdline")

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - hands on whatever a crawler has
        return getattr(self._crawler, name)


class SiteTlsHandler(HTTP11DownloadHandler):
    """Keeps two ways of connecting, each with its own pool, and takes the one that a request's site wants."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unverified = HTTP11DownloadHandler(_UnverifyingCrawler(crawler))  # type: ignore[arg-type] # by its shape

    async def download_request(self, request: Request) -> Response:
        """Send a request, verified unless its site says otherwise."""
        if request.meta.get(VERIFY_TLS_KEY, True):
            return await super().download_request(request)
        return await self._unverified.download_request(request)

    async def close(self) -> None:
        """Close both pools."""
        await super().close()
        await self._unverified.close()
