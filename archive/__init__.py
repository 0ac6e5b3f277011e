"""The memory: captures, readings, versions, changes, search. The only room that knows SQLite.

The route, in order; `Archive` (`archive`) is the front door:

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
  `facts_of_reports` ─▶ `agencies`, `coverage` ─▶ `summaries`, answered with `pictures`; `sample_queries`
* is it whole, and proof of it: `checking`, `checks_of_file`, `checks_of_evidence`, `checks_of_worked_out`,
  `checks_of_search`, `checks_of_readings` ─▶ `verifying`; `evidence`
* copies, and room: `copies`; `training`, `repacking` ─▶ `compaction`
* archives joined: `places`, `imports`; `sources`, `union`, `union_places`, `union_captures`, `union_readings`
  ─▶ `merging`
* for other tools, and from them: `warc`, `warc_writing`, `warc_export`; `warc_source`, `warc_reading`
"""

from archive.answers import ChangeRow, FindingRow, Found, Match, ReportRow, ShownReport
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
from archive.reading import Filed, Outdated, Reading, Rereading, Unparsed, Unread
from archive.search_plan import match_expression
from archive.version_sources import VersionFacts, VersionSource
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
    "FindingRow",
    "Found",
    "KnownPage",
    "Match",
    "Outdated",
    "PageKind",
    "PastCapture",
    "PastVisit",
    "QueryError",
    "Reading",
    "ReportRow",
    "Rereading",
    "ShownReport",
    "SiteIdentity",
    "StoredBody",
    "UnknownReportError",
    "Unparsed",
    "Unread",
    "Validators",
    "VersionFacts",
    "VersionSource",
    "VisitFindings",
    "VisitMode",
    "VisitOutcome",
    "VisitStart",
    "compare_reports",
    "match_expression",
    "utc_now",
]
