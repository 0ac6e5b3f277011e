"""The state of one site while it is walked: what is still to visit, what was seen, and what came of it."""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import count
from types import MappingProxyType

from archive import PageKind, VisitMode, utc_now
from crawler.failures import ROBOTS, ROBOTS_TOO_SLOW, is_about_host
from crawler.ground import Ground
from crawler.hosts import OFF_SITE, PRIVATE_ADDRESS, find_refusal, seen_key
from crawler.hours import is_within_hours
from crawler.plan import PAGING_PRIORITY, RESERVE_PRIORITY, is_of_directory, is_wanted_elsewhere, start_step
from crawler.results import Failure, Fate, Progress, SiteResult
from crawler.sites import Site
from crawler.step import Step
from crawler.troubles import Troubles

NO_COLUMN = "no annual-report column found"
NO_REPORT = "no report found in the annual-report column"
OUT_OF_BUDGET = "max_requests reached"
OUT_OF_HOURS = "outside the hours in which this site may be crawled"
INTERRUPTED = "interrupted"

_REFUSALS = frozenset({ROBOTS, ROBOTS_TOO_SLOW, PRIVATE_ADDRESS, OFF_SITE})

BARREN_LIMIT = 2
"""So many pages of a list in a row that bring nothing new end the list: the next ones are made up by the server."""

RESERVE_LIMIT = 60
"""So many pages that only might have to do with disclosure are looked at where no list is found otherwise."""

WAY_LIMIT = 400
"""So many pages are looked at while no list of reports is found: a site that makes up pages must not go on for ever."""

DEAD_ENDS_FREE, DEAD_ENDS_SHARE, DEAD_ENDS_A_PAGE = 5, 0.05, 2
"""Pages on the way that lead nowhere: so many, and this share of the visits, are followed once a list is found; and of
those that one page leads to, so many more than lead on."""


class SiteWalk:
    """One site's frontier and tally: the best step still open comes next, `site.concurrency` at a time.

    Its own frontier, not the scheduler's: Scrapy hands requests on to the host's queue, where a
    better link that is found later can no longer overtake.
    """

    def __init__(self, site: Site, mode: VisitMode = "full") -> None:
        self.site = site
        self.mode: VisitMode = mode
        self.requests = 0
        self.is_finished = False
        self.is_resumed = False
        self._ground = Ground(mode)
        self._troubles = Troubles()
        self._seen: set[str] = set()
        self._fates: dict[str, Fate] = {}
        self._open: list[tuple[int, int, Step]] = []
        self._reserve: list[tuple[int, int, Step]] = []
        self._order = count()
        self._under_way = self._visits = self._captures = self._reports_met = 0
        self._dead_ends = self._wide_taken = 0
        self._home_answered = self._list_found = self._list_lost = self._was_refilled = False
        self._failures: list[Failure] = []
        self._lost: list[Failure] = []
        self._settled: set[str | None] = set()
        self._led_on: Counter[str | None] = Counter()
        self._led_nowhere: Counter[str | None] = Counter()
        self._reserved: set[str] = set()
        self._end: str | None = None
        self._unlisted: list[str] = []

    def begin(self, ground: Ground | None = None, *, is_resumed: bool = False) -> None:
        """Start from the site's start pages, knowing what earlier crawls left."""
        self._ground = ground or self._ground
        self.mode = self._ground.mode
        self.is_resumed = is_resumed
        self.offer(start_step(url) for url in self.site.start_urls)

    def offer(self, steps: Iterable[Step], origin: Step | None = None) -> list[tuple[Step, str]]:
        """Take in the steps to which a page led; return those refused though they are a loss, with the reason.

        Steps met before are left aside, and so are further pages of a list that brings nothing new.
        """
        refused: list[tuple[Step, str]] = []
        turns: list[Step] = []
        brought, has_news, shows_items = 0, False, False
        for step in steps:
            shows_items |= step.kind in {"report", "attachment"}
            if step.priority == PAGING_PRIORITY:
                turns.append(step)
            elif self._is_new(step):
                brought += 1
                has_news |= not self._ground.knows(step)
                refused += self._take_in(step)
        if origin is not None:
            if not self._ground.wants_reports:  # one page with entries tells what a list is
                turns = [] if shows_items else turns[:1]
            goes_on = has_news or not shows_items  # a shell shows nothing itself: its list is behind the first turn
            for step in self._choose_turns(turns, origin, brought=brought, goes_on=goes_on):
                refused += self._take_in(step)
            if origin.kind == "column":
                self._dead_ends += not brought
                (self._led_on if brought else self._led_nowhere)[origin.found_on] += 1
        return refused

    def next_step(self) -> Step | None:
        """Return the best step still open; None while enough is under way, or, for good, when all is done."""
        if self._under_way >= self.site.concurrency:
            return None
        step = self._pop()
        if step is None and not self._under_way:
            self._refill()
            step = self._pop()
            self.is_finished = step is None
        if step is not None:
            self._under_way += 1
            self._visits += 1
        return step

    def note_good(self, kind: PageKind, step: Step, final_url: str, *, is_list: bool, is_unchanged: bool) -> None:
        """Count a visit that showed what stands at its URL."""
        self._end_visit(step, "unchanged" if is_unchanged else "fetched")
        self._troubles.note_good()
        self._captures += 1
        self._seen.add(seen_key(final_url))
        self._home_answered |= step.kind == "home"
        self._list_found |= is_list or step.kind == "list"
        is_report = kind in {"report", "attachment"}
        self._reports_met += is_report
        if step.is_recheck and is_report and not self._ground.is_light:
            self._unlisted.append(step.key)

    def note_failure(self, step: Step, reason: str, *, owes_nothing: bool = False) -> None:
        """Count a visit that failed. A guess owes nothing, and a page that nothing links is told apart."""
        owes_nothing |= step.is_guess
        self._troubles.note_failure(reason)
        self._was_refilled |= step.kind == "home" and is_about_host(reason)  # whatever is asked of it then fails, too
        is_absent = owes_nothing or step.is_recheck
        self._end_visit(step, "refused" if reason in _REFUSALS else "absent" if is_absent else "failed")
        if step.is_recheck:
            self._lost.append(Failure(step.key, reason))
        elif not owes_nothing:
            self._list_lost |= step.kind == "list"
            self._failures.append(Failure(step.key, reason))

    def note_refused(self, step: Step, reason: str) -> None:
        """Count a step that may not be taken, though it is a loss."""
        self._list_lost |= step.kind == "list"
        self._failures.append(Failure(step.key, reason))

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
        fates = Counter(self._fates.values())
        is_enough = self._reports_met >= self.site.min_reports
        return SiteResult(
            site=self.site.name,
            requests=self.requests,
            captures=self._captures,
            failed=tuple(failed),
            complete=self.is_finished and self._home_answered and not failed and is_enough,
            reports_met=self._reports_met,
            interrupted=not self.is_finished,
            lost=tuple(self._lost),
            mode=self.mode,
            is_resumed=self.is_resumed,
            urls=MappingProxyType(dict(fates)),
            notes=tuple(self._closing_notes(fates)),
        )

    def _take_in(self, step: Step) -> list[tuple[Step, str]]:
        """Put a step among the open ones, once; return it with the reason where it is refused and that is a loss."""
        key = seen_key(step.key)
        if not self._is_new(step):
            return []
        is_reserve = _is_for_reserve(step)
        (self._reserved if is_reserve else self._seen).add(key)
        reason = find_refusal(step.url, self.site.start_urls)
        if reason is not None:
            is_loss = not step.is_guess and (reason != OFF_SITE or is_wanted_elsewhere(step))
            if is_loss:
                self._fates[key] = "refused"
            return [(step, reason)] if is_loss else []
        if self._ground.may_skip(step):
            self._fates[key] = "known"
            self._reports_met += step.kind in {"report", "attachment"}
            return []
        heap = self._reserve if is_reserve else self._open
        if heap is self._open:
            self._fates[key] = "left"
        heapq.heappush(heap, (-step.priority, next(self._order), step))
        return []

    def _is_new(self, step: Step) -> bool:
        """Whether a step was not met before; what only lies in the reserve may be met again with better words."""
        key = seen_key(step.key)
        return key not in self._seen and not (_is_for_reserve(step) and key in self._reserved)

    def _choose_turns(self, turns: list[Step], origin: Step, *, brought: int, goes_on: bool) -> list[Step]:
        """Return the further pages of a list that are worth asking for.

        In a full crawl all of them, until some in a row bring nothing; in a light one the next, where this one
        `goes_on`, and those that are unknown themselves.
        """
        if origin.turns and origin.is_guess:
            if not brought:
                return []
            self._settled.add(origin.found_on)
        barren = origin.barren + 1 if origin.turns and not brought else 0
        if barren >= BARREN_LIMIT:
            return []
        fresh = [replace(step, barren=barren) for step in turns if seen_key(step.key) not in self._seen]
        if not self._ground.is_light:
            return fresh
        return [step for number, step in enumerate(fresh) if (goes_on and not number) or not self._ground.knows(step)]

    def _pop(self) -> Step | None:
        if self._open and (reason := self._find_end(utc_now())) is not None:
            self._stop(reason)
        while self._open:
            step = heapq.heappop(self._open)[2]
            if self._is_settled(step):
                del self._fates[seen_key(step.key)]  # nothing says that it exists: it was never met
            elif self._is_beside_the_way(step):
                self._fates[seen_key(step.key)] = "beside"
            else:
                return step
        return None

    def _is_settled(self, step: Step) -> bool:
        """Whether another guess at the same next page was right: they are ways to spell one address."""
        return step.is_guess and step.turns > 0 and step.family is None and step.found_on in self._settled

    def _is_beside_the_way(self, step: Step) -> bool:
        """Whether too many pages led nowhere already for one more of their kind to be worth a request.

        What stands beside it on the same page counts more than the site: of two directories of agencies one may lead
        to reports, the other to telephone numbers.
        """
        if step.kind != "column" or not self._list_found or is_of_directory(step):
            return step.kind == "column" and not self._list_found and self._visits >= WAY_LIMIT
        dead, good = self._led_nowhere[step.found_on], self._led_on[step.found_on]
        allowed = DEAD_ENDS_FREE + DEAD_ENDS_SHARE * self._visits
        return dead > good + DEAD_ENDS_A_PAGE or (self._dead_ends > allowed and dead > good)

    def _refill(self) -> None:
        """Open what is only looked at last: a wider search where no list was found, then pages known from earlier."""
        is_lost = not self._list_found and not self._list_lost
        entry = self._pop_reserve() if is_lost and self._wide_taken < RESERVE_LIMIT else None
        if entry is not None:
            self._wide_taken += 1
            heapq.heappush(self._open, entry)
        elif not self._was_refilled:
            self._was_refilled = True
            for step in [*([] if self._list_found else self._ground.list_steps()), *self._ground.recheck_steps()]:
                self._take_in(step)

    def _pop_reserve(self) -> tuple[int, int, Step] | None:
        """Take the best step of the reserve that was not met with better words since."""
        while self._reserve:
            entry = heapq.heappop(self._reserve)
            key = seen_key(entry[2].key)
            if key not in self._seen:
                self._seen.add(key)
                self._fates[key] = "left"
                return entry
        return None

    def _find_end(self, now: datetime) -> str | None:
        if self.requests >= self.site.max_requests:
            return OUT_OF_BUDGET
        if self.site.hours is not None and not is_within_hours(self.site.hours, now):
            return OUT_OF_HOURS
        return self._troubles.find_end()

    def _stop(self, reason: str) -> None:
        """Leave all that is still open; what the requests under way lead to then is left as well."""
        self._end = self._end or reason
        self._open.clear()
        self._reserve.clear()
        self._was_refilled = True

    def _end_visit(self, step: Step, fate: Fate) -> None:
        self._under_way -= 1
        self._fates[seen_key(step.key)] = fate

    def _closing_notes(self, fates: Mapping[Fate, int]) -> list[str]:
        """Say what is no failure, and worth knowing."""
        missing = None if self.site.must_have_results else self._find_missing()
        notes = [missing] if missing else []
        if beside := fates.get("beside", 0):
            notes.append(f"{beside} pages beside the way to the reports were not asked for")
        if self._unlisted:
            more = f" and {len(self._unlisted) - 1} more" if self._unlisted[1:] else ""
            notes.append(f"no list leads there any more, but the report still answers: {self._unlisted[0]}{more}")
        return notes

    def _closing_failures(self) -> list[Failure]:
        start = self.site.start_urls[0]
        left = sum(fate == "left" for fate in self._fates.values())
        if not self.is_finished:
            return [Failure(start, f"{INTERRUPTED}, {left} links not visited")]
        reasons = [f"{self._end}, {left} links not visited"] if self._end else []
        if self.site.must_have_results and (missing := self._find_missing()):
            reasons.append(missing)
        return [Failure(start, reason) for reason in reasons]

    def _find_missing(self) -> str | None:
        """Say what every site of this kind has, and this one has not shown."""
        if self._home_answered and not self._list_found and not self._list_lost:
            return NO_COLUMN
        return NO_REPORT if self._list_found and not self._reports_met else None


def _is_for_reserve(step: Step) -> bool:
    return not step.is_recheck and step.priority < RESERVE_PRIORITY
