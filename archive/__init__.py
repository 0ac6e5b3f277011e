"""The memory: captures, readings, versions, changes, search. The only room that knows SQLite.

The route, in order: `capture` (what a crawler hands in) → `bodies` → `captures` → `visits` (of whole sites) → `known`
(what is known of their pages) → `reading` (what a parser made of it) → `filing` → `histories` (which report, which page
tells it) → `compare` → `versions` (figures, change) → `search`, `queries`. `Archive` is the front door.
"""

from archive.archive import Archive
from archive.capture import Capture, PageKind, SiteIdentity, StoredBody, Validators, utc_now
from archive.compare import CellChange, ChangeKind, compare_reports
from archive.errors import (
    AmbiguousReportError,
    ArchiveError,
    BusyError,
    CannotOpenError,
    DamagedError,
    QueryError,
    UnknownReportError,
)
from archive.known import KnownPage, PastCapture
from archive.queries import ChangeRow, Match, ReportRow, ShownReport
from archive.reading import Filed, Outdated, Reading, Unparsed, Unread
from archive.visits import PastVisit, VisitFindings, VisitMode, VisitOutcome, VisitStart

__all__ = [
    "AmbiguousReportError",
    "Archive",
    "ArchiveError",
    "BusyError",
    "CannotOpenError",
    "Capture",
    "CellChange",
    "ChangeKind",
    "ChangeRow",
    "DamagedError",
    "Filed",
    "KnownPage",
    "Match",
    "Outdated",
    "PageKind",
    "PastCapture",
    "PastVisit",
    "QueryError",
    "Reading",
    "ReportRow",
    "ShownReport",
    "SiteIdentity",
    "StoredBody",
    "UnknownReportError",
    "Unparsed",
    "Unread",
    "Validators",
    "VisitFindings",
    "VisitMode",
    "VisitOutcome",
    "VisitStart",
    "compare_reports",
    "utc_now",
]
