"""The one spider: from a site's start page to its columns of reports, their lists, and the files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from scrapy import Request, Spider, signals

from crawler.contact import make_user_agent
from crawler.failures import describe_failure
from crawler.guard import SITE_KEY
from crawler.signals import site_progress
from crawler.sites import Site, load_sites, select_sites
from crawler.visits import conditional_headers, failed_capture, read_answer
from crawler.walk import SiteWalk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from archive import Capture, StoredBody
    from crawler.frontdoor import FrontDoor
    from crawler.plan import Step
    from crawler.results import SiteResult

STEP_KEY = "gongkai_step"
CONDITIONAL_KEY = "gongkai_conditional"

Answer = TypeVar("Answer")


class AnnualReportsSpider(Spider):
    """Walks all sites side by side, each with one request under way, and yields a `Capture` for every visit.

    `scrapy crawl annual_reports -a sites=FILE -a site=NAME,NAME`; from Python `targets` holds the
    sites themselves. `results` is filled when the spider closes.
    """

    name = "annual_reports"

    def __init__(
        self,
        sites: str = "sites.toml",
        site: str = "",
        targets: Sequence[Site] | None = None,
        **kwargs: Any,  # noqa: ANN401 - Scrapy's own
    ) -> None:
        super().__init__(**kwargs)
        chosen = tuple(targets) if targets is not None else _load_targets(Path(sites), site)
        self.walks = {target.name: SiteWalk(target) for target in chosen}
        self.archive: FrontDoor | None = None
        self.storage_error: Exception | None = None
        self.results: dict[str, SiteResult] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> AnnualReportsSpider:  # noqa: ANN401 - Scrapy's own
        """Return the spider, named to the sites by its operator's contact."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        user_agent = make_user_agent(walk.site for walk in spider.walks.values())
        crawler.settings.set("USER_AGENT", user_agent, priority="spider")
        crawler.signals.connect(spider.count_request, signal=signals.request_reached_downloader)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Begin every site at its start page."""
        for walk in self.walks.values():
            for request in self._next_requests(walk):
                yield request

    def count_request(self, request: Request) -> None:
        """Count what is really sent to a site: retries, redirects and robots.txt as well."""
        site: Site | None = request.meta.get(SITE_KEY)
        if site is not None:
            self.walks[site.name].requests += 1

    def answered(self, response: Response) -> Iterator[Capture | Request]:
        """Record an answer, take in where it leads, and go on."""
        request = response.request
        if request is None:
            raise ValueError("a response without its request")
        step: Step = request.meta[STEP_KEY]
        walk = self._walk_of(request)
        stored: StoredBody | None = None
        if response.status == 304:
            stored = self._ask_archive(lambda archive: archive.find_body(walk.site.name, step.url))
        try:
            visit = read_answer(walk.site, step, response, stored)
        except Exception as error:  # a page that trips this program must not end its site
            self.logger.exception("cannot read %s", response.url)
            yield from self._give_up(walk, step, describe_failure(error), request)
            return
        yield visit.capture
        if response.status == 304 and stored is None and request.meta[CONDITIONAL_KEY]:
            # The bytes that this answer speaks of are not there: ask for them.
            yield from self._requests_for(walk, step, is_conditional=False)
            return
        if visit.capture.failure is not None:
            walk.note_failure(step, visit.capture.failure)
        else:
            walk.note_good(visit.capture.kind, step, response.url, is_list=visit.is_list)
        for refused, reason in walk.offer(visit.steps):
            walk.note_failure(refused, reason)
            yield failed_capture(walk.site.name, refused, reason)
        yield from self._next_requests(walk)

    def failed(self, failure: Failure) -> Iterator[Capture | Request]:
        """Record why no answer came, and go on."""
        request: Request = failure.request  # type: ignore[attr-defined] # set by Scrapy's scraper
        step: Step = request.meta[STEP_KEY]
        walk = self._walk_of(request)
        yield from self._give_up(walk, step, describe_failure(failure.value or RuntimeError()), request)

    def closed(self, reason: str) -> None:
        """Say what came of every site; those not finished were interrupted."""
        self.logger.info("closed: %s", reason)
        self.results = {name: walk.result() for name, walk in self.walks.items()}

    def _walk_of(self, request: Request) -> SiteWalk:
        site: Site = request.meta[SITE_KEY]
        return self.walks[site.name]

    def _give_up(self, walk: SiteWalk, step: Step, reason: str, request: Request) -> Iterator[Capture | Request]:
        walk.note_failure(step, reason)
        yield failed_capture(walk.site.name, step, reason, request)
        yield from self._next_requests(walk)

    def _ask_archive(self, question: Callable[[FrontDoor], Answer]) -> Answer | None:
        """Ask the archive something; one that cannot answer ends the crawl, as one that cannot store."""
        if self.archive is None or self.storage_error is not None:
            return None
        try:
            return question(self.archive)
        except Exception as error:  # whatever an archive raises
            self.storage_error = error
            return None

    def _next_requests(self, walk: SiteWalk) -> Iterator[Request]:
        """Yield the request for the next step, if there is one, and tell how far the site is."""
        step = walk.next_step() if self.storage_error is None else None
        self.crawler.signals.send_catch_log(site_progress, progress=walk.progress())
        if step is not None:
            yield from self._requests_for(walk, step)

    def _requests_for(self, walk: SiteWalk, step: Step, *, is_conditional: bool = True) -> Iterator[Request]:
        """Make the request for a step. The walk knows what was seen: Scrapy's filter stays out."""
        name = walk.site.name
        found = self._ask_archive(lambda archive: archive.find_validators(name, step.url))
        if self.storage_error is not None:
            return
        yield Request(
            step.url,
            callback=self.answered,
            errback=self.failed,
            headers=conditional_headers(found if is_conditional else None),
            meta={SITE_KEY: walk.site, STEP_KEY: step, CONDITIONAL_KEY: is_conditional},
            dont_filter=True,
        )


def _load_targets(path: Path, names: str) -> tuple[Site, ...]:
    wanted = tuple(name.strip() for name in names.split(",") if name.strip())
    return select_sites(load_sites(path).sites, wanted)
