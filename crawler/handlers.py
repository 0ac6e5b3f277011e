"""The connection to a site: its certificate checked as its entry says, its name looked up safely, its headers bounded.

Scrapy knows one way of connecting for a whole crawl. Here each way (verified or not, modern or legacy TLS) has a
handler of Scrapy's with its own pool, made when first wanted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import CannotResolveHostError
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped] # no stubs

from crawler.failures import HeadersTooLargeError, RefusedRequestError
from crawler.guard import LEGACY_TLS_KEY, SITE_KEY, VERIFY_TLS_KEY
from crawler.hosts import PRIVATE_ADDRESS, host_of
from crawler.resolver import install_resolver, remove_resolver

if TYPE_CHECKING:
    from OpenSSL import SSL
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.interfaces import IAddress

MAX_HEADER_BYTES = 256 * 1024
"""What the headers of one answer may take, with all that comes before them."""

KEPT_CONNECTIONS = 8
"""Connections to one host that are kept for the next request."""

KEPT_SECONDS = 60
"""Seconds for which they are kept: longer than most delays, shorter than a crawl of a thousand hosts."""

LEGACY_CIPHERS = b"ALL:!aNULL:!eNULL:@SECLEVEL=0"
"""What OpenSSL otherwise leaves out: short keys, SHA-1, TLS 1.0 and 1.1."""

_LEGACY_OPTIONS = 0x4 | 0x40000
"""OP_LEGACY_SERVER_CONNECT and OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION, which pyOpenSSL does not name."""


class _ChangedCrawler:
    """A crawler as a handler sees it, with some settings changed: Scrapy knows them for a whole crawl only."""

    def __init__(self, crawler: Crawler, changes: dict[str, Any]) -> None:
        self._crawler = crawler
        self.settings = crawler.settings.copy()
        self.settings.frozen = False  # a copy keeps the lock of a crawl that has begun
        self.settings.setdict(changes, priority="cmdline")

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - hands on whatever a crawler has
        return getattr(self._crawler, name)


@implementer(IPolicyForHTTPS)
class _LegacyPolicy:
    """Connects as another policy does, with all that old servers need allowed."""

    def __init__(self, inner: Any) -> None:  # noqa: ANN401 - a policy of Scrapy's
        self._inner = inner

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: ANN401, N802 - Twisted's name and type
        creator = self._inner.creatorForNetloc(hostname, port)
        context: SSL.Context = creator._createConnection.__self__.getContext()
        # Scrapy's own setting takes the names of ciphers alone: the security level is lost on the way.
        context.set_cipher_list(LEGACY_CIPHERS)
        context.set_options(_LEGACY_OPTIONS)
        return creator


def _bound_headers(protocol: Any) -> Any:  # noqa: ANN401 - Twisted's protocol is untyped
    """Make a connection end an answer whose headers do not: Twisted bounds a line, not their number."""
    receive = protocol.dataReceived
    taken = 0

    def data_received(data: bytes) -> None:
        nonlocal taken
        taken += len(data)
        if is_in_headers() and taken > MAX_HEADER_BYTES + len(data):
            protocol._giveUp(Failure(HeadersTooLargeError()))  # type: ignore[no-untyped-call]
            return
        receive(data)
        if not is_in_headers():  # the next answer on this connection begins anew
            taken = 0

    def is_in_headers() -> bool:
        parser = protocol._parser
        return parser is not None and parser.state in {STATUS, HEADER}

    protocol.dataReceived = data_received
    return protocol


class SiteHandler(HTTP11DownloadHandler):
    """Sends each request the way that its site wants."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._prepare_pool()
        self._others: dict[tuple[bool, bool], _SiteVariant] = {}

    def _prepare_pool(self) -> None:
        self._pool.maxPersistentPerHost = KEPT_CONNECTIONS
        self._pool.cachedConnectionTimeout = KEPT_SECONDS
        base: Any = self._pool._factory

        class BoundedFactory(base):  # type: ignore[misc] # a class of Scrapy's that it does not export
            def buildProtocol(self, addr: IAddress | None) -> Any:  # noqa: ANN401, N802 - Twisted's name and type
                return _bound_headers(super().buildProtocol(addr))

        self._pool._factory = BoundedFactory

    async def download_request(self, request: Request) -> Response:
        """Send a request; a public name that leads to a private address is refused before anything is sent."""
        resolver = install_resolver()
        proxy = request.meta.get("proxy")
        site = request.meta.get(SITE_KEY)
        if proxy:
            resolver.trusted.add((urlsplit(proxy if "//" in proxy else f"//{proxy}").hostname or "").lower())
        elif site is not None and site.is_local:
            resolver.trusted.add(host_of(request.url))
        try:
            return await self._send(request)
        except CannotResolveHostError as error:
            if host_of(request.url) in resolver.refused:
                raise RefusedRequestError(PRIVATE_ADDRESS) from error
            raise

    async def _send(self, request: Request) -> Response:
        way = (bool(request.meta.get(VERIFY_TLS_KEY, True)), bool(request.meta.get(LEGACY_TLS_KEY, False)))
        if way == (True, False) or request.url.startswith("http:"):
            return await super().download_request(request)
        other = self._others.get(way)
        if other is None:
            other = self._others[way] = _SiteVariant(self._crawler, verified=way[0], legacy=way[1])
        return await other.download_plainly(request)

    async def close(self) -> None:
        """Close all pools, and look names up as before."""
        await super().close()
        for other in self._others.values():
            await other.close()
        remove_resolver()


class _SiteVariant(SiteHandler):
    """One other way of connecting."""

    def __init__(self, crawler: Crawler, *, verified: bool, legacy: bool) -> None:
        changes: dict[str, Any] = {"DOWNLOAD_VERIFY_CERTIFICATES": verified}
        if legacy:
            changes["DOWNLOAD_TLS_MIN_VERSION"] = "TLSv1.0"
        super().__init__(_ChangedCrawler(crawler, changes))  # type: ignore[arg-type] # by its shape
        if legacy:
            self._contextFactory: Any = _LegacyPolicy(self._contextFactory)

    async def download_plainly(self, request: Request) -> Response:
        """Send a request this way."""
        return await HTTP11DownloadHandler.download_request(self, request)
