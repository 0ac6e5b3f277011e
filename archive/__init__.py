"""The memory: captures, readings, versions, changes, search. The only room that knows SQLite.

The route, in order: `capture` (what a crawler hands in) → `bodies` → `captures` → `reading` (what a parser made of
it) → `filing` → `histories` (which report, which page tells it) → `compare` → `versions` (figures, change) → `search`,
`queries`. `Archive` is the front door.
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
from archive.queries import ChangeRow, Match, ReportRow, ShownReport
from archive.reading import Filed, Outdated, Reading, Unread

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
    "Match",
    "Outdated",
    "PageKind",
    "QueryError",
    "Reading",
    "ReportRow",
    "ShownReport",
    "SiteIdentity",
    "StoredBody",
    "UnknownReportError",
    "Unread",
    "Validators",
    "compare_reports",
    "utc_now",
]
