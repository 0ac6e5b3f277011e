"""The memory: captures, readings, versions, changes, search. The only room that knows SQLite.

`Archive` (`archive.archive`) is the front door. Each folder says in its `__init__` what it holds, in the order of the
route; `errors` and `moments` are for all:

* `front`: the sides of the front door
* `file` (with `schema`): the file, its transactions and migrations
* `captures`: a visit comes in
* `readings`: a parser has read it
* `histories`: what was shown becomes versions and changes
* `search`: people search
* `questions`: people ask
* `judgements`: people judge and are told
* `proof`: is it whole, and proof of it for a stranger
* `upkeep`: copies, and room
* `joining`: archives joined, captures from elsewhere
* `warc`: other tools' files
"""

from archive.archive import Archive
from archive.captures.capture import Capture, PageKind, SiteIdentity, StoredBody, Validators, utc_now
from archive.captures.headers import drop_cookies
from archive.captures.known import KnownPage, PastCapture
from archive.captures.visits import PastVisit, VisitFindings, VisitMode, VisitOutcome, VisitStart
from archive.errors import (
    AmbiguousReportError,
    ArchiveError,
    BusyError,
    CannotOpenError,
    DamagedError,
    QueryError,
    ReviewError,
    UnknownReportError,
)
from archive.histories.compare import CellChange, ChangeKind, compare_reports
from archive.histories.version_sources import VersionFacts, VersionSource
from archive.judgements.alerts import AlertBook, Delivery, DeliveryState, NewAlert, ToldEvent
from archive.judgements.resemblances import (
    Pair,
    Passage,
    ReadFrom,
    Resemblance,
    ResemblanceKind,
    Resembling,
    StandingText,
)
from archive.judgements.review import Figure, FindingKey, Review, Said, Verdict, make_review, name_subject
from archive.judgements.reviews import Correction
from archive.questions.answers import CaptureRef, ChangeRow, FindingRow, Found, Match, ReportRow, ShownReport
from archive.questions.figures_of_reports import CellScope, ReportCells, YearPair, YearSum
from archive.readings.reading import Filed, Outdated, Reading, Rereading, Unparsed, Unread
from archive.search.plan import match_expression

__all__ = [
    "AlertBook",
    "AmbiguousReportError",
    "Archive",
    "ArchiveError",
    "BusyError",
    "CannotOpenError",
    "Capture",
    "CaptureRef",
    "CellChange",
    "CellScope",
    "ChangeKind",
    "ChangeRow",
    "Correction",
    "DamagedError",
    "Delivery",
    "DeliveryState",
    "Figure",
    "Filed",
    "FindingKey",
    "FindingRow",
    "Found",
    "KnownPage",
    "Match",
    "NewAlert",
    "Outdated",
    "PageKind",
    "Pair",
    "Passage",
    "PastCapture",
    "PastVisit",
    "QueryError",
    "ReadFrom",
    "Reading",
    "ReportCells",
    "ReportRow",
    "Rereading",
    "Resemblance",
    "ResemblanceKind",
    "Resembling",
    "Review",
    "ReviewError",
    "Said",
    "ShownReport",
    "SiteIdentity",
    "StandingText",
    "StoredBody",
    "ToldEvent",
    "UnknownReportError",
    "Unparsed",
    "Unread",
    "Validators",
    "Verdict",
    "VersionFacts",
    "VersionSource",
    "VisitFindings",
    "VisitMode",
    "VisitOutcome",
    "VisitStart",
    "YearPair",
    "YearSum",
    "compare_reports",
    "drop_cookies",
    "make_review",
    "match_expression",
    "name_subject",
    "utc_now",
]
