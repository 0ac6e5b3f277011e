"""The memory: captures, readings, versions, changes, search. The only room that knows SQLite.

The route, in order; `Archive` (`archive`) is the front door, in sides (`front`, `front_crawling`, `front_filing`,
`front_asking`, `front_judging`):

* the file: `errors`, `moments`, `database`, `migrations` (with `schema/`), `connection`
* a visit comes in: `capture` ─▶ `packing`, `dictionaries`, `bodies` ─▶ `headers` ─▶ `ledger` ─▶ `captures`, `pages`;
  `records` (whole captures out again); `visits` (of whole sites), `known` (what is known of their pages)
* a parser reads it: `unread` (what waits) ─▶ `reading` ─▶ `documents` ─▶ `naming`, `identifying` (whose report it is)
  ─▶ `readings` (kept once) ─▶ `filing`
* histories are told: `looks` (what the pages of a report showed) ─▶ `compare`, `history`, `histories` (a pure fold)
  ─▶ `told` (its rows) ─▶ `telling`, `versions`, `search_index` (of `search_text`, `simplified`); `refiling` (all of it
  anew), `rereading` (by a newer parser)
* people search: `search_query` (with `search_numerals`) ─▶ `search_plan` (with `search_filters`) ─▶ `searching`,
  `search_ranking`, `search_snippets`
* people ask: `queries`, answered with `answers`; `version_sources` (what each version was read from);
  `figures_of_reports` (cells of many, and of two years); `presences`, `absences` (when a report was
  there, and the looks that did not find it); `facts_of_reports` ─▶ `agencies`, `coverage` ─▶ `summaries`,
  answered with `pictures`; `sample_queries`
* people judge: `review` (as a value) ─▶ `reviews`; `resemblances` (reports whose words are alike)
* is it whole, and proof of it: `checking`, `checks_of_file`, `checks_of_evidence`, `checks_of_worked_out`,
  `checks_of_search`, `checks_of_readings`, `checks_of_reviews` ─▶ `verifying`; `evidence`
* people are told: `alerts` (what was told to whom)
* copies, and room: `copies`; `training`, `repacking` ─▶ `compaction`
* archives joined: `places`, `imports`; `sources`, `union`, `union_places`, `union_captures`, `union_readings`,
  `union_reviews` ─▶ `merging`
* for other tools, and from them: `tidy` (figures, streamed); `warc`, `warc_writing`, `warc_export`; `warc_source`,
  `warc_reading`
"""

from archive.alerts import AlertBook, Delivery, DeliveryState, NewAlert, ToldEvent
from archive.answers import CaptureRef, ChangeRow, FindingRow, Found, Match, ReportRow, ShownReport
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
    ReviewError,
    UnknownReportError,
)
from archive.figures_of_reports import CellScope, ReportCells, YearPair, YearSum
from archive.known import KnownPage, PastCapture
from archive.reading import Filed, Outdated, Reading, Rereading, Unparsed, Unread
from archive.resemblances import Pair, Passage, ReadFrom, Resemblance, ResemblanceKind, Resembling, StandingText
from archive.review import Figure, FindingKey, Review, Said, Verdict, make_review, name_subject
from archive.reviews import Correction
from archive.search_plan import match_expression
from archive.version_sources import VersionFacts, VersionSource
from archive.visits import PastVisit, VisitFindings, VisitMode, VisitOutcome, VisitStart

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
    "make_review",
    "match_expression",
    "name_subject",
    "utc_now",
]
