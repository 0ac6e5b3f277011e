"""What a crawl says about a site: how far it is, and what came of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """A URL that could not be had, and why: `http 404`, `timeout`, `robots`, `off site`, and so on."""

    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class Progress:
    """A site while it is walked, sent after every visit; `finished` on the last one."""

    site: str
    requests: int
    captures: int
    reports_met: int
    failed: int
    finished: bool = False


@dataclass(frozen=True, slots=True)
class SiteResult:
    """What came of a site.

    `captures` counts good visits (new bytes, or a 304); `reports_met` the reports and files that answered.
    `complete` is true when the start page and a list of reports answered, nothing failed, and enough reports
    were met. `interrupted` is true when the crawl was stopped before this site was done.
    """

    site: str
    requests: int
    captures: int
    failed: tuple[Failure, ...]
    complete: bool
    reports_met: int
    interrupted: bool = False
