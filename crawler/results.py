"""What a crawl says about a site: how far it is, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from archive import VisitMode

Fate = Literal["fetched", "unchanged", "known", "refused", "failed", "absent", "beside", "left"]
"""What became of a URL that was met: new bytes; a 304; known and not due; not allowed; not had; guessed and not there
(or known, not linked any more and gone); beside the way to the reports, as too many before it were; not asked, since
the crawl of the site ended before."""


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

    `captures` counts good visits (new bytes, or a 304); `reports_met` the reports and files that answered, or that a
    list showed and that were not due. `lost` are addresses known from earlier, no longer linked, that did not answer.
    `complete` is true when the start page and a list of reports answered, nothing failed, and enough reports
    were met. `interrupted` is true when the crawl was stopped before this site was done. `urls` says how many of the
    URLs met had which fate: their sum is the number met.
    """

    site: str
    requests: int
    captures: int
    failed: tuple[Failure, ...]
    complete: bool
    reports_met: int
    interrupted: bool = False
    lost: tuple[Failure, ...] = ()
    mode: VisitMode = "full"
    is_resumed: bool = False
    urls: Mapping[Fate, int] = field(default_factory=lambda: MappingProxyType({}), compare=False)
    notes: tuple[str, ...] = ()
