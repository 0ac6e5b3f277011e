"""What goes to a parser and comes back from it."""

from dataclasses import dataclass
from datetime import date

from archive.captures.capture import PageKind
from archive.histories.compare import CellChange, ChangeKind, measure_quality
from parsers.report import Report


@dataclass(frozen=True, slots=True)
class Unread:
    """A capture of a report page or attachment that this parser version has not filed yet.

    `found_on` is the page with the link to it and `link_text` how that called it; `parent_link_text` is how that page
    was called itself. `division` is the site's; `tells` says whether the page tells the history of a report,
    `lost_files` whether a file that hangs on it failed in the same crawl.
    """

    capture_id: int
    run_id: int
    site: str
    site_title: str | None
    division: str | None
    url: str
    kind: PageKind
    found_on: str | None
    link_text: str | None
    parent_link_text: str | None
    tells: bool
    lost_files: bool
    content_type: str | None


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A capture that is not filed yet and whose bytes this parser version has not read yet."""

    capture_id: int
    body_id: int
    content_type: str | None


@dataclass(frozen=True, slots=True)
class Outdated:
    """Bytes of reports that this parser version has not read yet, and a capture that has them."""

    body_id: int
    capture_id: int
    content_type: str | None


@dataclass(frozen=True, slots=True)
class Rereading:
    """What a newer parser made of bytes that an older one had read.

    `reports` are the ids of the reports that they tell; `cells` those that read otherwise, `reported` those of them
    that said `reported` before. `accepted` says whether the new reading stands; `note` why it cannot.
    """

    reports: tuple[str, ...]
    url: str
    old_parser: str
    cells: tuple[CellChange, ...]
    reported: tuple[CellChange, ...]
    accepted: bool
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The outcome of one parse: a report, or an error.

    `agency`, `district` and `year` are those to file it by, which may come from how the page was called; `published`
    is a date that the page with the link to it gives, for a document that gives none.
    """

    capture_id: int
    parser: str
    report: Report | None
    error: str | None = None
    agency: str | None = None
    district: str | None = None
    year: int | None = None
    published: date | None = None

    @property
    def quality(self) -> int:
        """How much of a report it holds; the place that holds the most tells the report's history."""
        return measure_quality(self.report) if self.report is not None else 0


@dataclass(frozen=True, slots=True)
class Filed:
    """What a reading led to: the report it is of, the change it brought, or the reason why it was not filed."""

    capture_id: int
    url: str
    report: str | None
    change: ChangeKind | None
    note: str | None
