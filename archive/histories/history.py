"""The values of a report's history: what was looked at, and what it adds up to. Pure."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, Protocol
from urllib.parse import urlsplit

from archive.histories.compare import CellChange, ChangeKind

Showing = Literal["shown", "gone", "silent"]
"""What a visit says of a report at a page: it stands there; it does not; nothing, for the visit was no good one."""
Status = Literal["current", "withdrawn"]


class Look(NamedTuple):
    """One capture of one page, as one report sees it. `body` names the content where it was shown.

    `address` is where the bytes came from: the page's URL, or where a redirect led. `is_file` marks an attachment.
    """

    capture_id: int
    page_id: int
    site_id: int
    moment: str
    showing: Showing
    address: str
    body: int = 0
    quality: int = 0
    is_file: bool = False


class Rule(NamedTuple):
    """When a report that is gone counts as withdrawn: seen to be gone by so many visits, over so many days."""

    days: int = 14
    visits: int = 3


class Comparer(Protocol):
    """What is known of the contents that looks name by their bodies."""

    def is_same(self, one: int, other: int) -> bool:
        """Whether two contents say the same."""
        ...

    def compare(self, old: int, new: int) -> tuple[ChangeKind | None, tuple[CellChange, ...]]:
        """Return what differs between two contents of one page."""
        ...

    def compare_shared(self, old: int, new: int) -> tuple[ChangeKind | None, tuple[CellChange, ...]]:
        """Return what differs in the cells that two pages of one report both print."""
        ...

    def is_alike(self, old: int, new: int) -> bool:
        """Whether two contents of two pages print the same cells, so that all of them can be compared."""
        ...


@dataclass(slots=True)
class Location:
    """A page at which the report was met, the last look at it there, and how long it has been gone since."""

    look: Look
    first_seen: str
    gone_from: str | None = None
    gone_until: str | None = None
    gone_visits: int = 0

    def is_gone(self, rule: Rule) -> bool:
        """Whether it has been gone for as long as the rule asks."""
        if self.gone_from is None or self.gone_until is None:
            return False
        span = datetime.fromisoformat(self.gone_until) - datetime.fromisoformat(self.gone_from)
        return self.gone_visits >= rule.visits and span >= timedelta(days=rule.days)


class Sight(NamedTuple):
    """What a capture showed: which version stood then, whether `body` says the same, and where that was told."""

    version: int
    is_same: bool
    body: int
    told_at: str


@dataclass(slots=True)
class Version:
    """A content while it stayed the same; `look` showed it first."""

    number: int
    look: Look
    last_seen: str


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the change log. `page_id` told the report until then, at `url`; `new_url` is where it moved."""

    kind: ChangeKind
    seen_at: str
    version: int
    page_id: int
    url: str
    capture_id: int
    previous_capture_id: int | None
    new_url: str | None = None
    cells: tuple[CellChange, ...] = ()


class State(NamedTuple):
    """What was known from a moment on: which version, told at which page and address, whether it is still there."""

    known_from: str
    version: int
    page_id: int
    url: str
    status: Status


@dataclass(slots=True)
class History:
    """All that is known of a report; `shown` says by capture what each of them showed."""

    versions: list[Version] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    locations: dict[int, Location] = field(default_factory=dict)
    shown: dict[int, Sight] = field(default_factory=dict)
    status: Status = "current"
    address: str = ""
    teller: int = 0
    last_gone: int | None = None

    @property
    def current(self) -> Version:
        """The newest version."""
        return self.versions[-1]


def is_same_address(one: str, other: str) -> bool:
    """Whether two URLs differ in no more than their scheme and a leading `www.`.

    >>> is_same_address("http://www.a.gov.cn/1.html", "https://a.gov.cn/1.html")
    True
    """
    return one == other or _bare(one) == _bare(other)


def _bare(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return parts.netloc.removeprefix("www.").removesuffix(":80").removesuffix(":443"), parts.path, parts.query
