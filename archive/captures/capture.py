"""What a crawler hands in: one visit to one URL, as received."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

PageKind = Literal["home", "column", "list", "report", "attachment"]
"""What a page is to the crawl: the start, a page on the way, a list of reports, a report, a file behind one."""


@dataclass(frozen=True, slots=True)
class SiteIdentity:
    """A site as the archive knows it: `name` is its key, `division` the 6-digit code of its district.

    A report of it that is gone counts as withdrawn after so many visits, over so many days; None is what is usual.
    """

    name: str
    title: str | None = None
    division: str | None = None
    withdrawn_after_days: int | None = None
    withdrawn_after_visits: int | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """One visit: bytes as received, or the reason why there are none.

    `status` is the HTTP status, None where no answer came. `body` is None for a 304 and for a failure.
    `failure` is None for a good visit, else a short code and detail such as `robots`, `timeout`, `http 404`.
    `final_url` is set where redirects led elsewhere; `found_on` and `link_text` say how the URL was met. `facts` says
    how the visit came about, in whatever JSON can hold under string keys (`tls`, `score`, `tries`, `file_name`, …).
    """

    site: str
    url: str
    kind: PageKind
    fetched_at: datetime
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    final_url: str | None = None
    failure: str | None = None
    found_on: str | None = None
    link_text: str | None = None
    facts: Mapping[str, Any] | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        if self.fetched_at.tzinfo is None:
            raise ValueError("fetched_at must be an aware datetime")
        if self.failure is not None and self.body is not None:
            raise ValueError("a visit that failed has no body")
        if self.facts is not None:
            object.__setattr__(self, "facts", dict(self.facts))  # what was handed in may be written on elsewhere

    @property
    def is_good(self) -> bool:
        """Whether the visit shows what stands at the URL (new bytes, or a 304 for those already held)."""
        return self.failure is None

    def header(self, name: str) -> str | None:
        """Return the first header of that name, whatever its case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional request sends back to the server."""

    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class StoredBody:
    """The bytes of a page's last good visit, with the headers that came with them."""

    content: bytes
    headers: tuple[tuple[str, str], ...]
    fetched_at: datetime


def utc_now() -> datetime:
    """Return this moment, aware and in UTC."""
    return datetime.now(UTC)
