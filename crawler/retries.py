"""A host's pace kept, and second tries made of what failed on the way: between Scrapy's downloader and the rest.

A pause is waited out by the requests of that host alone. While one waits, another may be under way in its place:
however many hosts are down, the others go on.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

from scrapy.downloadermiddlewares.retry import get_retry_request

from crawler.failures import (
    BROKEN_KEY,
    INTERRUPTED,
    LEFT_ALONE,
    REASON_KEY,
    TIMEOUT,
    BrokenAnswerError,
    RefusedRequestError,
    describe_failure,
    is_passing,
)
from crawler.politeness import SLOT_KEY, find_slot_delay
from crawler.throttle import Pace, PaceOptions, parse_retry_after

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_SETTINGS = {
    "GONGKAI_RETRY_PAUSE": "first_pause",
    "GONGKAI_FIRST_BACKOFF": "first_backoff",
    "GONGKAI_MAX_WAIT": "max_wait",
}
"""Settings, each with the field of `PaceOptions` that it sets."""

OVERLOADED = frozenset({429, 503, 412, 521})
"""Statuses that say "too much", or that somebody stands before the site who says so."""

ASKED_TWICE = frozenset({"http 500", TIMEOUT})
"""What is more often a lasting fault than a passing one, and costs much: it is tried once more, not longer."""

_GLANCE = 0.25
"""Seconds after which one who waits looks whether the crawl is being stopped."""


class RetryMiddleware:
    """Lets requests through at the pace of their host, learns it from the answers, and asks again where it helps."""

    def __init__(self, crawler: Crawler, options: PaceOptions) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._options = options
        self._tries = settings.getint("RETRY_TIMES")
        self._statuses = {int(code) for code in settings.getlist("RETRY_HTTP_CODES")}
        self._paces: dict[str, Pace] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RetryMiddleware:
        """Return the middleware of a crawl."""
        settings = crawler.settings
        chosen: dict[str, Any] = {
            field: settings.getfloat(name) for name, field in _SETTINGS.items() if settings.get(name) is not None
        }
        return cls(crawler, PaceOptions(**chosen))

    def pace_of(self, request: Request) -> Pace:
        """Return what was learned of the host of a request."""
        return self._paces.setdefault(request.meta.get(SLOT_KEY, ""), Pace(self._options))

    def slow_down(self, request: Request) -> None:
        """Take note of an answer that blocks the crawl although its status does not say so."""
        self.pace_of(request).note_overload(self._floor(request))

    def process_request(self, request: Request) -> Awaitable[None] | None:
        """Let a request through, at once or after its pause."""
        pace = self.pace_of(request)
        now = monotonic()
        if pace.closed_until > now:
            raise RefusedRequestError(LEFT_ALONE)
        start = pace.reserve(now)
        return self._wait(start) if start > now else None

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """Hand on a whole answer; ask again for a broken one, or one whose status says that it may pass."""
        request.meta.pop(REASON_KEY, None)
        pace = self.pace_of(request)
        broken = request.meta.get(BROKEN_KEY)
        if response.status in OVERLOADED and "retry_times" not in request.meta:  # the pauses between tries grow anyway
            pace.note_overload(self._floor(request))
        if broken is not None:
            retry = self._try_again(request, broken)
            if retry is None:
                raise BrokenAnswerError(broken)
            return retry
        if response.status in self._statuses:
            return self._answer_overload(request, response, pace)
        if response.status not in OVERLOADED:
            pace.note_answer(request.meta.get("download_latency", 0.0))
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Ask again after what may have gone wrong by chance."""
        reason = describe_failure(exception)
        return self._try_again(request, reason) if is_passing(reason) else None

    def _answer_overload(self, request: Request, response: Response, pace: Pace) -> Response | Request:
        """Ask again after the pause that the host asks for, or hand the answer on with the reason why not."""
        header = response.headers.get("Retry-After")
        wish = parse_retry_after(header.decode("latin-1") if header else None, datetime.now(UTC))
        if wish and not pace.accept_wait(wish, monotonic()):
            request.meta[REASON_KEY] = f"http {response.status}, retry after {wish:.0f} s"
            return response
        return self._try_again(request, f"http {response.status}") or response

    def _try_again(self, request: Request, reason: str) -> Request | None:
        """Return the request anew, its host left alone for a while; None when it was tried often enough."""
        pace = self.pace_of(request)
        done = int(request.meta.get("retry_times", 0))
        allowed = min(self._tries, 1) if reason in ASKED_TWICE else self._tries
        spider = self._crawler.spider
        if spider is None or done >= allowed or pace.lost >= self._options.lost_in_a_row:
            pace.lost += 1
            return None
        pace.rest(pace.pause_before(done + 1), monotonic())
        retry = get_retry_request(request, spider=spider, reason=reason, max_retry_times=allowed)
        if retry is not None and reason == TIMEOUT:
            # A large file from a slow server is no fault of either: the second try has twice the time.
            retry.meta["download_timeout"] = 2 * request.meta["download_timeout"]
        return retry

    def _floor(self, request: Request) -> float:
        return find_slot_delay(self._crawler, request.meta.get(SLOT_KEY, ""))

    async def _wait(self, start: float) -> None:
        engine = self._crawler.engine
        downloader = engine.downloader
        room = 1 if downloader.total_concurrency else 0  # 0 is room for any number
        downloader.total_concurrency += room
        if engine._slot is not None:
            engine._slot.nextcall.schedule()  # else it would see the room only at its next heartbeat
        try:
            while (left := start - monotonic()) > 0:
                if not engine.running:
                    raise RefusedRequestError(INTERRUPTED)
                await asyncio.sleep(min(left, _GLANCE))
        finally:
            downloader.total_concurrency -= room
