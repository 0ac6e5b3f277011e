"""A crawl from Python: sites in, what came of each out. Any number of crawls a process, one by one.

Scrapy's `CrawlerProcess` may run once, since `reactor.run()` may. Twisted's asyncio reactor lives in
an event loop, though: it is started once, and the loop then runs until each crawl is done, as
`reactor.run()` itself does.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import threading
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor

from crawler.pipelines import OPENER_SETTING
from crawler.signals import site_progress
from crawler.spiders.annual_reports import AnnualReportsSpider

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from archive import VisitMode
    from crawler.frontdoor import FrontDoor
    from crawler.results import Progress, SiteResult
    from crawler.sites import Site

_ASYNCIO_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
_LOGGERS = ("scrapy", "twisted", AnnualReportsSpider.name)


def run_crawl(  # noqa: PLR0913 - a call names what it needs, and most need one or two
    sites: Sequence[Site],
    *,
    open_archive: Callable[[], FrontDoor],
    modes: Mapping[str, VisitMode] | None = None,
    wants_reports: bool = True,
    settings_overrides: Mapping[str, Any] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    log_handler: logging.Handler | None = None,
) -> dict[str, SiteResult]:
    """Crawl these sites once and return what came of each, by name; `modes` says which get a light crawl.

    Without `wants_reports` only the columns are looked for: no report is asked for, and of lists the first page alone.

    Ctrl-C lets the requests under way finish and returns with `interrupted` on the sites that were
    not done; a second one raises KeyboardInterrupt. An error of the archive is raised after the crawl
    has wound down. `open_archive` is called in this thread; what it returns is closed at the end if
    it has `close`. Warnings go to `log_handler`, or nowhere. Must not be called from a running event
    loop.
    """
    loop = _start_reactor()
    asyncio.set_event_loop(loop)  # whoever ran another since has left none behind
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict({OPENER_SETTING: open_archive, **(settings_overrides or {})}, priority="cmdline")
    runner = AsyncCrawlerRunner(settings)
    crawler = runner.create_crawler(AnnualReportsSpider)

    def tell(progress: Progress) -> None:  # PyDispatcher takes functions only, and holds them weakly
        if on_progress is not None:
            on_progress(progress)

    crawler.signals.connect(tell, signal=site_progress)
    with _quiet_logging(log_handler), _graceful_interrupt(loop, crawler):
        task = runner.crawl(crawler, targets=tuple(sites), modes=modes, wants_reports=wants_reports)
        try:
            loop.run_until_complete(task)
        except RuntimeError as error:
            if task.done():
                raise
            raise KeyboardInterrupt from error  # the loop was stopped under the crawl
    spider = crawler.spider
    if not isinstance(spider, AnnualReportsSpider):
        raise TypeError("Scrapy made another spider")
    if spider.storage_error is not None:
        raise spider.storage_error
    return spider.results


@cache
def _start_reactor() -> asyncio.AbstractEventLoop:
    """Install and start the reactor of this process; return the event loop in which it lives.

    The loop is its own: one that somebody else has set would be closed by whoever made it.
    """
    asyncio.set_event_loop(asyncio.new_event_loop())
    install_reactor(_ASYNCIO_REACTOR)
    from twisted.internet import reactor  # noqa: PLC0415 - importing it is what installs it

    # Name look-ups run in its threads, which nothing would stop at exit: the reactor itself is never stopped.
    reactor.getThreadPool().threadFactory = partial(threading.Thread, daemon=True)
    reactor.startRunning(installSignalHandlers=False)
    return asyncio.get_event_loop()


@contextmanager
def _graceful_interrupt(loop: asyncio.AbstractEventLoop, crawler: Crawler) -> Iterator[None]:
    """Stop the crawl at the first Ctrl-C, the loop at the second; other threads get no signals."""
    if threading.current_thread() is not threading.main_thread() or sys.platform == "win32":
        yield
        return
    stopping: list[asyncio.Task[None]] = []

    def interrupt() -> None:
        if stopping:
            loop.stop()
        stopping.append(loop.create_task(crawler.stop_async()))

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        loop.add_signal_handler(number, interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


@contextmanager
def _quiet_logging(handler: logging.Handler | None) -> Iterator[None]:
    """Let through to one handler what it takes, warnings alone but for the spider's, and leave logging as it was."""
    handler = handler or logging.NullHandler(logging.WARNING)
    levels = {name: logging.getLogger(name).level for name in _LOGGERS}
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
        logging.getLogger(name).addHandler(handler)
    logging.getLogger(AnnualReportsSpider.name).setLevel(max(logging.INFO, handler.level))
    try:
        yield
    finally:
        for name in _LOGGERS:
            logging.getLogger(name).removeHandler(handler)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
