"""The last look at a request before it leaves: redirected ones and those for robots.txt come by here too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.failures import RefusedRequestError
from crawler.hosts import PRIVATE_ADDRESS, find_refusal, is_private_host, netloc_of
from crawler.politeness import SLOT_KEY, raise_slot_delay

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.sites import Site

SITE_KEY = "gongkai_site"
"""Key in `Request.meta` under which the spider puts the `Site` that a request is for."""

VERIFY_TLS_KEY = "verify_tls"


class GuardMiddleware:
    """Refuses what leads a site off its ground, and puts every request into its host's slot.

    Scrapy makes requests for robots.txt by itself and does not say for whom: they belong to the site that was
    last let through to that host.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._guests: dict[str, Site] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GuardMiddleware:
        """Return the middleware of a crawl."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Refuse a request that its site must not send; else assign its slot and its TLS rule."""
        if getattr(self._crawler.spider, "storage_error", None) is not None:
            raise RefusedRequestError("archive failed")
        site = self._find_site(request)
        if site is None:
            raise RefusedRequestError("no site")
        reason = find_refusal(request.url, site.start_urls)
        if reason is not None:
            raise RefusedRequestError(reason)
        key = netloc_of(request.url)
        self._guests[key] = site
        request.meta[SITE_KEY] = site
        request.meta[SLOT_KEY] = key
        request.meta[VERIFY_TLS_KEY] = site.verify_tls
        raise_slot_delay(self._crawler, key, site.delay)

    def process_response(self, request: Request, response: Response) -> Response:
        """Refuse an answer that a public site's name brought from a private address.

        A proxy is the address that Scrapy sees, and says nothing about the site.
        """
        site = self._find_site(request)
        address = response.ip_address
        is_seen = site is not None and not site.is_local and address is not None and "proxy" not in request.meta
        if is_seen and is_private_host(str(address)):
            raise RefusedRequestError(PRIVATE_ADDRESS)
        return response

    def _find_site(self, request: Request) -> Site | None:
        site: Site | None = request.meta.get(SITE_KEY)
        origin = request.meta.get("redirect_urls", [request.url])[0]
        return site or self._guests.get(netloc_of(origin))
