"""The state of one site while it is walked: what is still to visit, what was seen, and what came of it."""

import heapq
from collections.abc import Iterable
from itertools import count

from archive import PageKind
from crawler.hosts import OFF_SITE, find_refusal, seen_key
from crawler.plan import Step, is_wanted_elsewhere, start_step
from crawler.results import Failure, Progress, SiteResult
from crawler.sites import Site

NO_COLUMN = "no annual-report column found"
NO_REPORT = "no report found in the annual-report column"
OUT_OF_BUDGET = "max_requests reached"
INTERRUPTED = "interrupted"


class SiteWalk:
    """One site's frontier and tally. One visit is under way at a time: the best step still open comes next.

    Its own frontier, not the scheduler's: Scrapy hands requests on to the host's queue, where a
    better link that is found later can no longer overtake.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.requests = 0
        self.is_finished = False
        self._captures = 0
        self._reports_met = 0
        self._home_answered = False
        self._list_found = False
        self._list_lost = False
        self._failures: list[Failure] = []
        self._open: list[tuple[int, int, Step]] = []
        self._seen: set[str] = set()
        self._order = count()
        self._under_way = 0
        self.offer(start_step(url) for url in site.start_urls)

    def offer(self, steps: Iterable[Step]) -> list[tuple[Step, str]]:
        """Take in steps not seen before; return those refused though they are a loss, with the reason."""
        refused: list[tuple[Step, str]] = []
        for step in steps:
            key = seen_key(step.url)
            if key in self._seen:
                continue
            self._seen.add(key)
            reason = find_refusal(step.url, self.site.start_urls)
            if reason is None:
                heapq.heappush(self._open, (-step.priority, next(self._order), step))
            elif reason != OFF_SITE or is_wanted_elsewhere(step):
                refused.append((step, reason))
        return refused

    def next_step(self) -> Step | None:
        """Return the best step still open; None, for good, when there is none or the budget is spent."""
        if self._open and self.requests >= self.site.max_requests:
            self._add_failure(self.site.start_urls[0], f"{OUT_OF_BUDGET}, {len(self._open)} links not visited")
            self._open.clear()
        if not self._open:
            self.is_finished = True
            return None
        self._under_way = 1
        return heapq.heappop(self._open)[2]

    def note_good(self, kind: PageKind, step: Step, final_url: str, *, is_list: bool) -> None:
        """Count a visit that showed what stands at its URL."""
        self._under_way = 0
        self._captures += 1
        self._seen.add(seen_key(final_url))
        self._home_answered |= step.kind == "home"
        self._list_found |= is_list or step.kind == "list"
        self._reports_met += kind in {"report", "attachment"}

    def note_failure(self, step: Step, reason: str) -> None:
        """Count a visit that failed, or that was not allowed."""
        self._under_way = 0
        self._list_lost |= step.kind == "list"
        self._add_failure(step.url, reason)

    def progress(self) -> Progress:
        """Return how far this site is."""
        return Progress(
            self.site.name,
            self.requests,
            self._captures,
            self._reports_met,
            len(self._failures),
            self.is_finished,
        )

    def result(self) -> SiteResult:
        """Return what came of this site; a walk that is not finished was interrupted."""
        failed = [*self._failures, *self._closing_failures()]
        is_enough = self._reports_met >= self.site.min_reports
        return SiteResult(
            site=self.site.name,
            requests=self.requests,
            captures=self._captures,
            failed=tuple(failed),
            complete=self.is_finished and self._home_answered and not failed and is_enough,
            reports_met=self._reports_met,
            interrupted=not self.is_finished,
        )

    def _add_failure(self, url: str, reason: str) -> None:
        self._failures.append(Failure(url, reason))

    def _closing_failures(self) -> list[Failure]:
        start = self.site.start_urls[0]
        if not self.is_finished:
            return [Failure(start, f"{INTERRUPTED}, {len(self._open) + self._under_way} links not visited")]
        if self._home_answered and not self._list_found and not self._list_lost:
            return [Failure(start, NO_COLUMN)]
        if self._list_found and not self._reports_met:
            return [Failure(start, NO_REPORT)]
        return []
