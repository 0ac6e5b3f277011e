"""What the crawler asks of an archive: all of it, so that any object with these methods will do."""

from typing import Protocol

from archive import Capture, SiteIdentity, StoredBody, Validators


class FrontDoor(Protocol):
    """The archive as the crawler sees it."""

    def save_site(self, site: SiteIdentity, /) -> None:
        """Make the site known, or bring its title and division up to date."""

    def save_capture(self, capture: Capture, /) -> int:
        """Store one visit in one durable transaction and return its number."""

    def find_validators(self, site: str, url: str, /) -> Validators | None:
        """Find what a conditional request for that URL should send."""

    def find_body(self, site: str, url: str, /) -> StoredBody | None:
        """Find the bytes of the last good visit of that URL."""
