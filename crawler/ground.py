"""What is known of a site from earlier crawls, and what of it must be asked for again."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from archive import KnownPage, VisitMode
from crawler.hosts import seen_key
from crawler.plan import LIST_PRIORITY, RECHECK_PRIORITY
from crawler.step import Step

_REPORT_KINDS = frozenset({"report", "attachment"})
_LISTED_KINDS = _REPORT_KINDS | {"list"}


@dataclass(frozen=True, slots=True)
class Ground:
    """The pages that a site is known to have, by their `seen_key`.

    In a full crawl every one is asked for again; in a light one lists are read from the top until they show nothing
    new, of the reports only those that `is_due` picks are asked for, and of the pages on the way only `leads`, those
    by which lists were reached. Who only looks for columns wants no reports, and no further pages of lists.
    What a crawl that goes on had itself before it was interrupted, since the moment `began`, is no known ground.
    """

    mode: VisitMode = "full"
    pages: Mapping[str, KnownPage] = field(default_factory=lambda: MappingProxyType({}))
    is_due: Callable[[KnownPage], bool] = lambda _: True
    leads: frozenset[str] = frozenset()
    wants_reports: bool = True
    began: datetime | None = None

    @classmethod
    def of(cls, mode: VisitMode, pages: Iterable[KnownPage], is_due: Callable[[KnownPage], bool]) -> "Ground":
        """Return the ground of a site of which these pages are known."""
        known = {seen_key(page.url): page for page in pages}
        return cls(mode, MappingProxyType(known), is_due, _find_leads(known))

    @property
    def is_light(self) -> bool:
        """Whether known reports that are not due are left alone."""
        return self.mode == "light"

    def knows(self, step: Step) -> bool:
        """Whether a page was had before this crawl."""
        page = self.pages.get(seen_key(step.key))
        return page is not None and page.last_good is not None and not self._is_since(page.first_seen)

    def may_skip(self, step: Step) -> bool:
        """Whether, in a light crawl, a step leads to a report that is not due, or to a page that led nowhere."""
        key = seen_key(step.key)
        page = self.pages.get(key)
        if not self.wants_reports:
            return step.kind in _REPORT_KINDS
        if not self.is_light or page is None or page.last_good is None or self._is_since(page.last_good):
            return False
        if page.kind == "column":
            return key not in self.leads
        return page.kind in _REPORT_KINDS and not self.is_due(page)

    def recheck_steps(self) -> list[Step]:
        """Return the steps to known reports, to be taken where nothing leads to them any more.

        In a light crawl lists are not read to their end: what failed last is asked for though no list shows it.
        """
        return [_recheck(page) for page in self.pages.values() if self._is_rechecked(page)]

    def list_steps(self) -> list[Step]:
        """Return the steps to known lists, to be taken where no list is found from the start page."""
        lists = (page for page in self.pages.values() if page.kind == "list" and "__wb_method=" not in page.url)
        return [
            Step(page.url, "list", LIST_PRIORITY, column=page.url, found_on=page.found_on, is_recheck=True)
            for page in lists
            if page.last_good is not None
        ]

    def _is_rechecked(self, page: KnownPage) -> bool:
        if not self.is_light:
            return page.tells_report
        is_wanted = page.tells_report or (page.kind in _REPORT_KINDS and page.failures > 0)
        return is_wanted and (self._is_since(page.last_good) or self.is_due(page))

    def _is_since(self, moment: datetime | None) -> bool:
        """Whether something was had in this very crawl, before it was interrupted."""
        return self.began is not None and moment is not None and moment >= self.began


def _recheck(page: KnownPage) -> Step:
    return Step(
        page.url, page.kind, RECHECK_PRIORITY, found_on=page.found_on, link_text=page.link_text, is_recheck=True
    )


def _find_leads(pages: Mapping[str, KnownPage]) -> frozenset[str]:
    """Return the pages over which lists and reports were reached, by the page on which each was met."""
    leads: set[str] = set()
    pending = [page.found_on for page in pages.values() if page.kind in _LISTED_KINDS]
    while pending:
        key = seen_key(above) if (above := pending.pop()) else ""
        if key and key not in leads:
            leads.add(key)
            pending += [pages[key].found_on] if key in pages else []
    return frozenset(leads)
