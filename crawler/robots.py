"""robots.txt, as RFC 9309 has it: what a site forbids is not asked for, nor is anything while its rules are unknown.

Scrapy's own middleware lets everything through when robots.txt cannot be had, and knows a host by its name alone.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser

from crawler.answers import Answer
from crawler.blocks import find_block
from crawler.failures import (
    REASON_KEY,
    REDIRECT_TO_NOWHERE,
    REDIRECT_TO_SCHEME,
    ROBOTS,
    ROBOTS_TOO_SLOW,
    ROBOTS_UNREACHABLE,
    TOO_MANY_REDIRECTS,
    RefusedRequestError,
    describe_failure,
    is_about_host,
)
from crawler.guard import SITE_KEY
from crawler.hosts import OFF_SITE, PRIVATE_ADDRESS, netloc_of
from crawler.links import is_html_body
from crawler.politeness import MAX_CRAWL_DELAY
from crawler.troubles import BLOCKED

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

EXEMPT_KEY = "dont_obey_robotstxt"
"""Key in `Request.meta` of a request for robots.txt itself."""

MAX_BYTES = 500 * 1024
"""What of a robots.txt is read, at least and at most; RFC 9309 asks for no more."""

FETCH_TIMEOUT = 30.0
"""Seconds for a robots.txt: it is small, and a dead host should be known for one soon."""

_LED_ASTRAY = frozenset({OFF_SITE, PRIVATE_ADDRESS, TOO_MANY_REDIRECTS, REDIRECT_TO_NOWHERE, REDIRECT_TO_SCHEME})
"""A robots.txt that is a redirect to nowhere of ours: there is none."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host allows: all of it, nothing (with the `reason`), or what its robots.txt says (`parser`)."""

    parser: RobotParser | None = None
    reason: str | None = None


ALLOW_ALL = Rules()


def find_verdict(status: int) -> str | None:
    """Return the reason for which an answer with this status forbids everything, or None.

    429 is not among the statuses that allow: who has no time for his rules has none for his pages.
    """
    return f"{ROBOTS_UNREACHABLE}, http {status}" if status >= 500 or status == 429 else None


def find_rules_text(status: int, body: bytes) -> bytes:
    """Return the part of an answer that is rules; empty where it has none (a page in their place, a 404)."""
    if not 200 <= status < 300 or is_html_body(body):
        return b""
    if len(body) <= MAX_BYTES:
        return body
    return body[:MAX_BYTES].rpartition(b"\n")[0]


def find_wall(response: Response) -> str | None:
    """Return `blocked:<kind>` where a wall before the site answered in the place of its robots.txt."""
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
    kind = find_block(Answer(response.url, response.status, headers, response.body))
    return f"{BLOCKED}{kind}" if kind else None


def describe_robots_failure(error: BaseException) -> str | None:
    """Return the reason for which everything is forbidden when robots.txt brought this error; None: nothing is."""
    reason = describe_failure(error)
    if reason in _LED_ASTRAY:
        return None
    if isinstance(error, IgnoreRequest) or is_about_host(reason):
        return reason
    return f"{ROBOTS_UNREACHABLE}, {reason}"


class RobotsMiddleware:
    """Refuses what robots.txt forbids, redirected requests included: each hop comes by here."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler = crawler
        # The product alone: a contact in the User-Agent may hold another crawler's name.
        self._name: str = crawler.settings["BOT_NAME"]
        self._rules: dict[str, asyncio.Future[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Return the middleware of a crawl."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Refuse a request that the rules of its host forbid."""
        if request.meta.get(EXEMPT_KEY):
            return
        rules = await self._rules_for(request)
        if rules.reason is not None:
            raise RefusedRequestError(rules.reason)
        if rules.parser is not None and not rules.parser.allowed(request.url, self._name):
            raise RefusedRequestError(ROBOTS)

    async def _rules_for(self, request: Request) -> Rules:
        """Return the rules of a host, port and scheme; the first to ask fetches, all others wait for it."""
        key = f"{request.url.partition(':')[0]}://{netloc_of(request.url)}"
        known = self._rules.get(key)
        if known is not None:
            return known.result() if known.done() else await asyncio.shield(known)
        promise: asyncio.Future[Rules] = asyncio.get_running_loop().create_future()
        self._rules[key] = promise
        promise.set_result(await self._fetch(request))
        return promise.result()

    async def _fetch(self, request: Request) -> Rules:
        asked = Request(
            urljoin(request.url, "/robots.txt"),
            callback=NO_CALLBACK,
            meta={EXEMPT_KEY: True, SITE_KEY: request.meta.get(SITE_KEY), "download_timeout": FETCH_TIMEOUT},
            dont_filter=True,
        )
        try:
            response = await self._crawler.engine.download_async(asked)
        except Exception as error:  # whatever it was, the rules are not known
            reason = describe_robots_failure(error)
            return ALLOW_ALL if reason is None else Rules(reason=reason)
        return self._read(response, request)

    def _read(self, response: Response, request: Request) -> Rules:
        verdict = find_verdict(response.status)
        if verdict is not None:
            said = response.request.meta.get(REASON_KEY) if response.request is not None else None
            wall = find_wall(response)
            return Rules(reason=wall or (f"{ROBOTS_UNREACHABLE}, {said}" if said else verdict))
        text = find_rules_text(response.status, response.body)
        if not text.strip():
            return ALLOW_ALL
        parser = ProtegoRobotParser(text, self._crawler.spider)
        delay = parser.crawl_delay(self._name) or 0.0
        if delay > MAX_CRAWL_DELAY or math.isnan(delay):
            return Rules(reason=ROBOTS_TOO_SLOW)
        self._crawler.signals.send_catch_log(signals.robots_parsed, robotparser=parser, request=request)
        return Rules(parser)
