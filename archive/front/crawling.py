"""The front door's side for a crawler: sites, visits, captures, and what is known of pages."""

from datetime import datetime

from archive.captures import captures, known, visits
from archive.captures.capture import Capture, SiteIdentity, StoredBody, Validators
from archive.captures.known import KnownPage, PastCapture
from archive.captures.visits import PastVisit, VisitFindings, VisitMode, VisitOutcome, VisitStart
from archive.front.opened import Front


class CrawlingSide(Front):
    """What a crawler needs."""

    def save_site(self, site: SiteIdentity) -> None:
        """Record a site, or what is newly known of it."""
        captures.save_site(self._connection, site)

    def begin_run(self) -> int:
        """Begin a crawl: captures saved from now on belong to it, but for those of sites whose visit is under way.

        Called by itself with the first visit or capture.
        """
        self._run_id = captures.begin_run(self._connection, self._command)
        return self._run_id

    def begin_visit(self, site: str, mode: VisitMode, *, resume_after: datetime | None = None) -> VisitStart:
        """Begin a visit of a site, or go on with its last one.

        That is taken up again if it never ended and began at `resume_after` or later (None: never); its mode stands
        then, and captures go on belonging to its run. A light one is not taken up where a full one is wanted.
        """
        found = visits.resume_visit(self._connection, site, mode, resume_after) if resume_after else None
        if found is None:
            run_id = self._run_id or self.begin_run()
            if visits.is_visited(self._connection, site, run_id):
                run_id = self.begin_run()
            found = visits.begin_visit(self._connection, site, mode, run_id)
        self._visits[site], start = found
        return start

    def end_visit(self, site: str, outcome: VisitOutcome) -> None:
        """Record what came of the visit of a site that is under way. One that is not ended can be taken up again."""
        visits.end_visit(self._connection, self._visit(site), outcome)
        del self._visits[site]

    def sum_up_visit(self, site: str) -> VisitFindings:
        """Return what the captures of the visit of the site that is under way were filed as so far."""
        return visits.sum_up_visit(self._connection, site, self._visit(site))

    def list_visits(self, site: str | None = None, limit: int | None = None) -> list[PastVisit]:
        """Return the visits on record, of a site or of all, the newest first, `limit` of them at most."""
        return visits.list_visits(self._connection, site, limit)

    def save_capture(self, capture: Capture) -> int:
        """Record one visit to one URL, durable when this returns, and return its number."""
        visit = self._visits.get(capture.site)
        run_id = visit.run_id if visit else self._run_id or self.begin_run()
        return captures.save_capture(self._connection, run_id, capture)

    def find_capture(self, site: str, url: str) -> PastCapture | None:
        """Return the last capture of a URL in the visit of its site that is under way, None where there is none."""
        visit = self._visits.get(site)
        return known.find_capture(self._connection, site, url, visit) if visit else None

    def list_known_pages(self, site: str) -> tuple[KnownPage, ...]:
        """Return what is known of each page of a site, in the order in which they were first met."""
        return known.list_known_pages(self._connection, site)

    def find_validators(self, site: str, url: str) -> Validators | None:
        """Return what makes a request for this URL conditional, None where it was never fetched well."""
        return captures.find_validators(self._connection, site, url)

    def find_body(self, site: str, url: str) -> StoredBody | None:
        """Return the bytes of the URL's last good visit."""
        return captures.find_body(self._connection, site, url)
