"""The one spider: from a site's start page to its columns of reports, their lists, and the files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from scrapy import Request, Spider, signals

from crawler.answers import Answer
from crawler.contact import make_user_agent
from crawler.failures import INTERRUPTED, REASON_KEY, describe_failure
from crawler.guard import SITE_KEY
from crawler.judge import make_home
from crawler.rendering import SHELL_KEY, find_facts, is_worth_rendering, make_shell
from crawler.retries import RetryMiddleware
from crawler.signals import site_progress
from crawler.sites import Site, load_sites, select_sites
from crawler.troubles import BLOCKED, is_passing
from crawler.visits import NO_STORED_BODY, conditional_headers, failed_capture, read_answer
from crawler.walk import SiteWalk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from archive import Capture, PastCapture, StoredBody, VisitMode
    from crawler.frontdoor import FrontDoor
    from crawler.judge import HomePage
    from crawler.results import SiteResult
    from crawler.step import Step
    from crawler.visits import Visit

STEP_KEY = "gongkai_step"
CONDITIONAL_KEY = "gongkai_conditional"
TLS_KEY = "gongkai_tls"

Value = TypeVar("Value")


class AnnualReportsSpider(Spider):
    """Walks all sites side by side, each with few requests under way, and yields a `Capture` for every visit.

    `scrapy crawl annual_reports -a sites=FILE -a site=NAME,NAME`; from Python `targets` holds the sites themselves
    and `modes` which of them get a light crawl; without `wants_reports` it only looks for the columns. `results` is
    filled when the spider closes.
    """

    name = "annual_reports"

    def __init__(
        self,
        sites: str = "sites.toml",
        site: str = "",
        targets: Sequence[Site] | None = None,
        modes: Mapping[str, VisitMode] | None = None,
        *,
        wants_reports: bool = True,
        **kwargs: Any,  # noqa: ANN401 - Scrapy's own
    ) -> None:
        super().__init__(**kwargs)
        chosen = tuple(targets) if targets is not None else _load_targets(Path(sites), site)
        self.walks = {target.name: SiteWalk(target, (modes or {}).get(target.name, "full")) for target in chosen}
        self.wants_reports = wants_reports
        self.archive: FrontDoor | None = None
        self.storage_error: Exception | None = None
        self.results: dict[str, SiteResult] = {}
        self._homes: dict[str, HomePage] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> AnnualReportsSpider:  # noqa: ANN401 - Scrapy's own
        """Return the spider, named to the sites by its operator's contact."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        user_agent = make_user_agent(walk.site for walk in spider.walks.values())
        crawler.settings.set("USER_AGENT", user_agent, priority="spider")
        crawler.signals.connect(spider.count_request, signal=signals.request_reached_downloader)
        return spider

    async def start(self) -> AsyncIterator[Request | Capture]:
        """Begin every site at its start page, or where an interrupted crawl left it."""
        for walk in self.walks.values():
            for item in self._go_on(walk):
                yield item

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
            stored = self._ask_archive(lambda archive: archive.find_body(walk.site.name, step.key))
            if stored is None and request.meta[CONDITIONAL_KEY]:
                # The bytes that this answer speaks of are not there: ask for them.
                yield from self._requests_for(walk, step, is_conditional=False)
                return
            if stored is None:
                yield from self._give_up(walk, step, NO_STORED_BODY, request)
                return
        for item in self._take(walk, step, _to_answer(response, step, stored), _facts_of(request)):
            failure = None if isinstance(item, Request) else item.failure
            if failure is not None and failure.startswith(BLOCKED):
                self._slow_down(request)
            yield item
        yield from self._go_on(walk)

    def failed(self, failure: Failure) -> Iterator[Capture | Request]:
        """Record why no answer came, and go on."""
        request: Request = failure.request  # type: ignore[attr-defined] # set by Scrapy's scraper
        step: Step = request.meta[STEP_KEY]
        walk = self._walk_of(request)
        reason = describe_failure(failure.value or RuntimeError())
        if reason != INTERRUPTED:  # else the step stays open, for the crawl that goes on with this one
            yield from self._give_up(walk, step, reason, request)

    def closed(self, reason: str) -> None:
        """Say what came of every site; those not finished were interrupted."""
        self.logger.info("closed: %s", reason)
        self.results = {name: walk.result() for name, walk in self.walks.items()}

    def _walk_of(self, request: Request) -> SiteWalk:
        site: Site = request.meta[SITE_KEY]
        return self.walks[site.name]

    def _give_up(self, walk: SiteWalk, step: Step, reason: str, request: Request) -> Iterator[Capture | Request]:
        self.logger.info("%s %s %s", reason, step.kind, step.key)
        walk.note_failure(step, reason)
        final_url = None if step.post else request.url
        yield failed_capture(walk.site.name, step, reason, final_url=final_url, facts=_facts_of(request))
        yield from self._go_on(walk)

    def _take(
        self, walk: SiteWalk, step: Step, answer: Answer, facts: Mapping[str, Any] | None
    ) -> Iterator[Capture | Request]:
        """Read one answer into the walk; yield its capture, and one for each link that may not be followed.

        Without `facts` the answer is from the archive, and is not handed in again. A page that a browser is to fill
        is no answer yet: it goes on as a request, and its step stays open.
        """
        name = walk.site.name
        try:
            visit = read_answer(walk.site, step, answer, home=self._homes.get(name), facts=facts)
        except Exception as error:  # a page that trips this program must not end its site
            self.logger.exception("cannot read %s", answer.url)
            walk.note_failure(step, describe_failure(error))
            if facts is not None:
                yield failed_capture(name, step, describe_failure(error), final_url=answer.url, facts=facts)
            return
        if facts is not None and is_worth_rendering(walk.site, step, visit.capture.failure, facts):
            yield self._render_request(walk, step, answer)
            return
        if facts is not None:
            self.logger.info("%s %s %s", visit.capture.failure or answer.status, visit.capture.kind, step.key)
            yield visit.capture
        self._note(walk, step, answer, visit)
        for refused, reason in walk.offer(visit.steps, step):
            walk.note_refused(refused, reason)
            if not walk.is_resumed or self._find_past(walk, refused) is None:
                yield failed_capture(name, refused, reason)

    def _note(self, walk: SiteWalk, step: Step, answer: Answer, visit: Visit) -> None:
        failure = visit.capture.failure
        if failure is not None:
            walk.note_failure(step, failure, owes_nothing=visit.owes_nothing)
            return
        if step.kind == "home":
            self._homes.setdefault(walk.site.name, make_home(visit.page, answer.body))
        is_unchanged = answer.is_unchanged
        walk.note_good(visit.capture.kind, step, answer.url, is_list=visit.is_list, is_unchanged=is_unchanged)

    def _ask_archive(self, question: Callable[[FrontDoor], Value]) -> Value | None:
        """Ask the archive something; one that cannot answer ends the crawl, as one that cannot store."""
        if self.archive is None or self.storage_error is not None:
            return None
        try:
            return question(self.archive)
        except Exception as error:  # whatever an archive raises
            self.storage_error = error
            return None

    def _find_past(self, walk: SiteWalk, step: Step) -> PastCapture | None:
        return self._ask_archive(lambda archive: archive.find_capture(walk.site.name, step.key))

    def _slow_down(self, request: Request) -> None:
        """Leave a host that blocks this crawler alone for longer."""
        retries = self.crawler.get_downloader_middleware(RetryMiddleware)
        if retries is not None:
            retries.slow_down(request)

    def _go_on(self, walk: SiteWalk) -> Iterator[Capture | Request]:
        """Yield the requests that are next, and tell how far the site is.

        What an interrupted crawl has stored is taken from the archive, as if it came now: the frontier is a function
        of what was captured, so that nothing else has to be saved.
        """
        while self.storage_error is None and (step := walk.next_step()) is not None:
            past = self._find_past(walk, step) if walk.is_resumed else None
            if past is None or (past.failure is not None and (step.family or is_passing(past.failure))):
                yield from self._requests_for(walk, step)
            elif past.failure is not None:
                walk.note_failure(step, past.failure)
            else:
                url = past.final_url or step.url
                answer = Answer(url, past.status or 0, past.headers, past.body or b"", step.url)
                yield from self._take(walk, step, answer, None)
        self.crawler.signals.send_catch_log(site_progress, progress=walk.progress())

    def _requests_for(self, walk: SiteWalk, step: Step, *, is_conditional: bool = True) -> Iterator[Request]:
        """Make the request for a step. The walk knows what was seen: Scrapy's filter stays out."""
        name = walk.site.name
        found = self._ask_archive(lambda archive: archive.find_validators(name, step.key)) if is_conditional else None
        if self.storage_error is not None:
            return
        headers = conditional_headers(found)
        if step.family and step.found_on:
            headers["Referer"] = step.found_on  # some data services answer nobody else
        if step.post:
            headers["Content-Type"] = step.post.content_type
        yield Request(
            step.url,
            method="POST" if step.post else "GET",
            body=step.post.body if step.post else b"",
            callback=self.answered,
            errback=self.failed,
            headers=headers,
            meta={SITE_KEY: walk.site, STEP_KEY: step, CONDITIONAL_KEY: bool(found)},
            dont_filter=True,
        )

    def _render_request(self, walk: SiteWalk, step: Step, answer: Answer) -> Request:
        """Make the request that is answered with a page as its scripts fill it."""
        shell = make_shell(answer, walk.site.max_requests - walk.requests)
        meta = {SITE_KEY: walk.site, STEP_KEY: step, CONDITIONAL_KEY: False, SHELL_KEY: shell}
        return Request(answer.url, callback=self.answered, errback=self.failed, meta=meta, dont_filter=True)


def _to_answer(response: Response, step: Step, stored: StoredBody | None) -> Answer:
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
    body = stored.content if stored else response.body
    request = response.request
    reason = request.meta.get(REASON_KEY) if request is not None else None
    return Answer(response.url, response.status, headers, body, step.url, stored.headers if stored else (), reason)


def _facts_of(request: Request) -> dict[str, Any]:
    """Return how a request went: whether the certificate was verified, how often it was tried, what rendering said."""
    tries = int(request.meta.get("retry_times", 0)) + 1
    tls = request.meta.get(TLS_KEY)
    return {**({"tls": tls} if tls else {}), **({"tries": tries} if tries > 1 else {}), **find_facts(request)}


def _load_targets(path: Path, names: str) -> tuple[Site, ...]:
    wanted = tuple(name.strip() for name in names.split(",") if name.strip())
    return select_sites(load_sites(path).sites, wanted)
