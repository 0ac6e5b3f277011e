"""What the crawler asks of an archive: all of it, so that any object with these methods will do."""

from datetime import datetime
from typing import Protocol

from archive import (
    Capture,
    KnownPage,
    PastCapture,
    SiteIdentity,
    StoredBody,
    Validators,
    VisitMode,
    VisitStart,
)


class FrontDoor(Protocol):
    """The archive as the crawler sees it."""

    def save_site(self, site: SiteIdentity, /) -> None:
        """Make the site known, or bring its title and division up to date."""

    def begin_visit(self, site: str, mode: VisitMode, /, *, resume_after: datetime | None = None) -> VisitStart:
        """Begin a crawl of a site, or go on with one that was interrupted after that moment."""

    def list_known_pages(self, site: str, /) -> tuple[KnownPage, ...]:
        """Return the pages of a site that earlier crawls met."""

    def find_capture(self, site: str, url: str, /) -> PastCapture | None:
        """Find what this crawl of the site, before it was interrupted, brought of that URL."""

    def save_capture(self, capture: Capture, /) -> int:
        """Store one visit in one durable transaction and return its number."""

    def find_validators(self, site: str, url: str, /) -> Validators | None:
        """Find what a conditional request for that URL should send."""

    def find_body(self, site: str, url: str, /) -> StoredBody | None:
        """Find the bytes of the last good visit of that URL."""
