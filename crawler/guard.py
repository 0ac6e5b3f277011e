"""The last look at a request before it leaves: redirected ones and those for robots.txt come by here too."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware

from crawler.cookies import JAR_KEY
from crawler.failures import REDIRECT_TO_NOWHERE, REDIRECT_TO_SCHEME, RefusedRequestError
from crawler.hosts import PRIVATE_ADDRESS, find_refusal, is_private_host, netloc_of, without_user
from crawler.politeness import SLOT_KEY, raise_slot_delay

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.sites import Site

SITE_KEY = "gongkai_site"
"""Key in `Request.meta` under which the spider puts the `Site` that a request is for."""

VERIFY_TLS_KEY = "verify_tls"
LEGACY_TLS_KEY = "legacy_tls"

TLS_KEY = "gongkai_tls"
"""Key in `Request.meta`: how an HTTPS answer came, as `describe_tls` says it; not there over plain HTTP."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


def describe_tls(site: Site) -> str:
    """Return `verified`, `unverified`, `legacy` or `legacy, unverified`, as the entry of a site has it."""
    if site.legacy_tls:
        return "legacy" if site.verify_tls else "legacy, unverified"
    return "verified" if site.verify_tls else "unverified"


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
        """Refuse a request that its site must not send; else say how it is to be sent."""
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
        meta = request.meta
        meta.update({SITE_KEY: site, SLOT_KEY: key, JAR_KEY: site.name})
        meta.update({VERIFY_TLS_KEY: site.verify_tls, LEGACY_TLS_KEY: site.legacy_tls})
        meta.pop(TLS_KEY, None)  # a redirect may lead from one scheme to the other
        if request.url.startswith("https:"):
            meta[TLS_KEY] = describe_tls(site)
        if site.max_bytes is not None:
            meta["download_maxsize"] = site.max_bytes
        raise_slot_delay(self._crawler, key, site.delay, concurrency=site.concurrency)

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


class SiteRedirectMiddleware(RedirectMiddleware):
    """Follows redirects as Scrapy does, and says why one cannot be followed. Sends no `Referer` of its own."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SiteRedirectMiddleware:
        """Return the middleware of a crawl; Scrapy's would complain that nothing here sets a `Referer`."""
        middleware = cls(crawler.settings)
        middleware.crawler = crawler
        return middleware

    def handle_referer(self, request: Request, response: Response) -> None:
        """Keep what the request had, as browsers do."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Return the request that a redirect asks for."""
        location = response.headers.get("Location")
        if response.status not in _REDIRECTS or location is None:
            return response
        try:
            target = urljoin(request.url, location.decode("latin-1").strip())
            if not target.lower().startswith(("http:", "https:")):
                raise RefusedRequestError(REDIRECT_TO_SCHEME)
            followed = super().process_response(request, response)
        except ValueError as error:
            raise RefusedRequestError(REDIRECT_TO_NOWHERE) from error
        return followed.replace(url=without_user(followed.url)) if isinstance(followed, Request) else followed
