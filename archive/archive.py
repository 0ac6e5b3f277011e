"""The front door: one archive file, opened to write (by one process) or to read (by any number)."""

import os
import sqlite3
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from archive import (
    agencies,
    captures,
    compaction,
    coverage,
    filing,
    imports,
    known,
    queries,
    refiling,
    rereading,
    searching,
    summaries,
    unread,
    version_sources,
    visits,
    warc_export,
)
from archive.answers import ChangeRow, FindingRow, Found, ReportRow, ShownReport
from archive.bodies import load_body
from archive.capture import Capture, SiteIdentity, StoredBody, Validators
from archive.compaction import CompactionSummary
from archive.connection import WriterLock, open_for_joining, open_for_reading, open_for_writing
from archive.database import raise_damage
from archive.imports import Import, ImportSummary
from archive.known import KnownPage, PastCapture
from archive.pictures import (
    AgencyHistory,
    ChangeCounts,
    DistrictCount,
    DistrictCoverage,
    FindingCounts,
    Measure,
    Overview,
    Publication,
)
from archive.reading import Filed, Outdated, Reading, Rereading, Unparsed, Unread
from archive.version_sources import VersionFacts, VersionSource
from archive.visits import OpenVisit, PastVisit, VisitFindings, VisitMode, VisitOutcome, VisitStart
from archive.warc_export import Selection
from archive.warc_writing import FILE_SIZE, WarcExport
from parsers.report import Report

Answer = TypeVar("Answer")
_REMEMBERED = 24
"""Answers about much of the file that are remembered at most, some hundred kilobytes each."""


class Archive:
    """Captures, readings, versions, changes and search in one SQLite file.

    Use it in a `with`, or call `close`. Writing takes the archive's lock, so that two writers never mix; readers are
    never kept waiting. Errors are `ArchiveError`s whose text is made for people.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: WriterLock | None) -> None:
        self.path = path
        self._connection = connection
        self._lock = lock
        self._run_id: int | None = None
        self._visits: dict[str, OpenVisit] = {}
        self._command = "gongkai"
        self._answered = (0, 0)
        self._answers: dict[Hashable, Any] = {}

    @classmethod
    def create(cls, path: str | os.PathLike[str], command: str = "gongkai") -> Self:
        """Open an archive to write, made where it is not there yet. `command` says who writes."""
        file = Path(path)
        lock = WriterLock(file, command)
        lock.acquire()
        try:
            archive = cls(file, open_for_writing(file), lock)
            refiling.finish(archive._connection)
        except BaseException:
            lock.release()
            raise
        archive._command = command
        return archive

    @classmethod
    def discard(cls, path: str | os.PathLike[str]) -> None:
        """Remove an archive with the files beside it, where nobody is writing it."""
        file = Path(path)
        lock = WriterLock(file, "gongkai")
        lock.acquire()
        try:
            for ending in ("", "-wal", "-shm"):
                Path(f"{file}{ending}").unlink(missing_ok=True)
        finally:
            lock.release()

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Self:
        """Open an archive that is there, to read."""
        return cls(Path(path), open_for_reading(Path(path)), None)

    @classmethod
    def join(cls, path: str | os.PathLike[str]) -> Self:
        """Open an archive to write into it without its lock: for a child of the process that holds that.

        The child is to be spawned, not forked: no connection to SQLite lives through a fork. Each of its writes waits
        for the other process's and makes that wait, so that they are to be short, as `save_readings` is.
        """
        return cls(Path(path), open_for_joining(Path(path)), None)

    def close(self) -> None:
        """Close the file and give the lock back."""
        self._connection.close()
        if self._lock:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if value is not None:
                raise_damage(self._connection, self.path, value)
        finally:
            self.close()

    # What a crawler needs

    def save_site(self, site: SiteIdentity) -> None:
        """Record a site, or what is newly known of it."""
        captures.save_site(self._connection, site)

    def begin_run(self) -> int:
        """Begin a crawl: captures saved from now on belong to it, but for those of sites whose visit is under way.

        Called by itself with the first visit or capture.
        """
        self._run_id = captures.begin_run(self._connection, self._command)
        return self._run_id

    def begin_visit(self, site: str, mode: VisitMode, *, resume_after: datetime | None = None) -> VisitStart:
        """Begin a visit of a site, or go on with its last one.

        That is taken up again if it never ended and began at `resume_after` or later (None: never); its mode stands
        then, and captures go on belonging to its run. A light one is not taken up where a full one is wanted.
        """
        found = visits.resume_visit(self._connection, site, mode, resume_after) if resume_after else None
        if found is None:
            run_id = self._run_id or self.begin_run()
            if visits.is_visited(self._connection, site, run_id):
                run_id = self.begin_run()
            found = visits.begin_visit(self._connection, site, mode, run_id)
        self._visits[site], start = found
        return start

    def end_visit(self, site: str, outcome: VisitOutcome) -> None:
        """Record what came of the visit of a site that is under way. One that is not ended can be taken up again."""
        visits.end_visit(self._connection, self._visit(site), outcome)
        del self._visits[site]

    def sum_up_visit(self, site: str) -> VisitFindings:
        """Return what the captures of the visit of the site that is under way were filed as so far."""
        return visits.sum_up_visit(self._connection, site, self._visit(site))

    def _visit(self, site: str) -> OpenVisit:
        if site not in self._visits:
            raise ValueError(f"no visit of {site!r} is under way")
        return self._visits[site]

    def list_visits(self, site: str | None = None, limit: int | None = None) -> list[PastVisit]:
        """Return the visits on record, of a site or of all, the newest first, `limit` of them at most."""
        return visits.list_visits(self._connection, site, limit)

    def save_capture(self, capture: Capture) -> int:
        """Record one visit to one URL, durable when this returns, and return its number."""
        visit = self._visits.get(capture.site)
        run_id = visit.run_id if visit else self._run_id or self.begin_run()
        return captures.save_capture(self._connection, run_id, capture)

    def find_capture(self, site: str, url: str) -> PastCapture | None:
        """Return the last capture of a URL in the visit of its site that is under way, None where there is none."""
        visit = self._visits.get(site)
        return known.find_capture(self._connection, site, url, visit) if visit else None

    def list_known_pages(self, site: str) -> tuple[KnownPage, ...]:
        """Return what is known of each page of a site, in the order in which they were first met."""
        return known.list_known_pages(self._connection, site)

    def find_validators(self, site: str, url: str) -> Validators | None:
        """Return what makes a request for this URL conditional, None where it was never fetched well."""
        return captures.find_validators(self._connection, site, url)

    def find_body(self, site: str, url: str) -> StoredBody | None:
        """Return the bytes of the URL's last good visit."""
        return captures.find_body(self._connection, site, url)

    # What joins parser and archive

    def iter_unread(self) -> Iterator[Unread]:
        """Yield the captures of reports and attachments that are not filed yet, in order, without their bytes."""
        return unread.iter_unread(self._connection)

    def iter_filed(self, site: str) -> Iterator[tuple[Unread, Filed]]:
        """Yield the captures of the visit of the site that is under way that are filed, in order, and as what."""
        return unread.iter_filed(self._connection, site, self._visit(site).run_id)

    def iter_unparsed(self, parser: str, after: int = 0) -> Iterator[Unparsed]:
        """Yield those of the unread captures after one whose bytes this parser version has not read, each body once."""
        return unread.iter_unparsed(self._connection, parser, after)

    def save_readings(self, readings: Sequence[Reading]) -> None:
        """Keep readings, all or none, without filing them; `find_reading` gives them to whoever files them."""
        filing.save_readings(self._connection, readings)

    def load_capture_body(self, capture_id: int) -> bytes:
        """Return the bytes that a capture brought or confirmed."""
        row = self._connection.execute("SELECT body_id FROM captures WHERE id = ?", (capture_id,)).fetchone()
        return load_body(self._connection, row["body_id"] if row else 0)

    def find_page_report(self, site: str, url: str) -> Report | None:
        """Return what a page was last read as."""
        return unread.find_page_report(self._connection, site, url)

    def iter_outdated(self, parser: str, *, whole: bool = False) -> Iterator[Outdated]:
        """Yield the bytes that stand at the pages of reports and that this parser version has not read yet.

        With `whole` those of all their history as well.
        """
        return unread.iter_outdated(self._connection, parser, whole=whole)

    def file_rereading(self, reading: Reading, *, accept: bool = False) -> Rereading:
        """Record what a newer parser made of bytes that were read before; it is no change of the report.

        It stands from now on, unless it reads other figures where `reported` stood: then only with `accept`.
        """
        return rereading.file_rereading(self._connection, reading, accept=accept)

    def list_rereadings(self, parser: str) -> list[Rereading]:
        """Return what this parser version reads otherwise than stands, and was not accepted yet."""
        return rereading.list_rereadings(self._connection, parser)

    def count_rereadings(self, site: str, parser: str) -> int:
        """Return how many pages of a site this parser version reads otherwise than stands, and was not accepted."""
        return rereading.count_rereadings(self._connection, site, parser)

    def accept_rereadings(self, parser: str) -> list[Rereading]:
        """Let what this parser version reads otherwise stand from now on, and return what that was."""
        return rereading.accept_rereadings(self._connection, parser)

    def holds_body(self, sha256: str) -> bool:
        """Whether bytes of this hash are stored."""
        row = self._connection.execute("SELECT 1 FROM bodies WHERE sha256 = ?", (sha256,)).fetchone()
        return row is not None

    def export_warc(self, folder: Path, chosen: Selection, *, size: int = FILE_SIZE) -> WarcExport:
        """Write captures as WARC files of about `size` bytes into a folder: all of them or none."""
        return warc_export.export_warc(self._connection, folder, chosen, size=size)

    def import_captures(self, captures: Iterable[Import]) -> ImportSummary:
        """Take in captures that were made elsewhere, each once; `work_out` is to follow.

        The text beside each is the SHA-256 of the body that a 304 confirms.
        """
        return imports.import_captures(self._connection, captures)

    def compact(self) -> CompactionSummary:
        """Make the file smaller: bodies packed anew, with dictionaries of their own. Nothing is dropped."""
        return compaction.compact(self._connection, self.path)

    def tell_stale(self) -> None:
        """Work the captures that were not good into the histories of the reports at their pages."""
        for site, visit in self._visits.items():
            visits.mark_visit_stale(self._connection, site, visit)
        filing.tell_stale(self._connection)

    def work_out(self) -> None:
        """Work out anew, from captures and readings, all that can be: reports, versions, changes, search."""
        refiling.work_out(self._connection)

    def find_reading(self, capture_id: int, parser: str) -> tuple[Report | None, str | None] | None:
        """Return what this parser version made of the same bytes before, None if it never read them."""
        return unread.find_reading(self._connection, capture_id, parser)

    def is_read(self, capture_id: int, parser: str) -> bool:
        """Whether this parser version has read the bytes of a capture, filed or not."""
        return unread.is_read(self._connection, capture_id, parser)

    def file_reading(self, reading: Reading) -> Filed:
        """Record a reading with all that it leads to."""
        return filing.file_readings(self._connection, [reading])[0]

    def file_readings(self, readings: Sequence[Reading]) -> list[Filed]:
        """Record readings, and tell the histories that they touch; one that is interrupted is gone on with later.

        Give all those of a visit of a site at once: what its pages show is weighed together.
        """
        return filing.file_readings(self._connection, readings)

    # What people ask

    def list_reports(
        self, site: str | None = None, year: int | None = None, *, as_of: str | None = None
    ) -> list[ReportRow]:
        """Return the reports known, by site, agency and year, now or as of a moment (`2026-03-01T23:59:59Z`)."""
        return queries.list_reports(self._connection, site, year, as_of)

    def show_report(self, name: str, version: int | None = None, *, as_of: str | None = None) -> ShownReport:
        """Return one version of the report that `name` means (id, part of it, or URL).

        If none is named, the newest, or the one that was known at the moment `as_of`.
        """
        return queries.show_report(self._connection, name, version, as_of)

    def list_versions(self, name: str, *, as_of: str | None = None) -> tuple[VersionFacts, ...]:
        """Return the versions of the report that `name` means, in order, each with the capture that first showed it."""
        return version_sources.list_versions(self._connection, name, as_of)

    def load_version_source(self, name: str, number: int) -> VersionSource:
        """Return the bytes that a version of a report was read from, and what the server said that they are."""
        return version_sources.load_version_source(self._connection, name, number)

    def list_changes(  # noqa: PLR0913 - each of them is a filter of its own
        self,
        since: str | None = None,
        kind: str | None = None,
        site: str | None = None,
        *,
        until: str | None = None,
        report: str | None = None,
        newest: int | None = None,
        offset: int = 0,
    ) -> list[ChangeRow]:
        """Return the change log, oldest first; with `newest` so many, the newest first, after the first `offset`."""
        return queries.list_changes(
            self._connection, since, kind, site, until, report=report, newest=newest, offset=offset
        )

    def count_changes(self, since: str | None = None, site: str | None = None) -> ChangeCounts:
        """Return how many changes there were from a date or moment on, by kind and by day."""
        return summaries.count_changes(self._connection, since, site)

    def list_findings(  # noqa: PLR0913 - each of them is a filter of its own
        self,
        site: str | None = None,
        year: int | None = None,
        report: str | None = None,
        *,
        as_of: str | None = None,
        rule: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[FindingRow]:
        """Return what does not add up in the reports as they stand, or as they were known at a moment.

        With `limit` so many, after the first `offset`: those in the versions that were first seen last come first.
        """
        return queries.list_findings(self._connection, site, year, report, as_of, rule=rule, limit=limit, offset=offset)

    def count_findings(self) -> FindingCounts:
        """Return how much does not add up in the reports as they stand, by rule and by site, the most first."""
        return self._remember("findings", summaries.count_findings)

    def summarise(self) -> Overview:
        """Return the whole archive in numbers, worked out again only when the file has changed."""
        return self._remember("overview", summaries.summarise)

    def list_publications(self) -> tuple[Publication, ...]:
        """Return agency, year and date of publication of every report that stands."""
        return self._remember("publications", summaries.list_publications)

    def list_districts(self) -> tuple[DistrictCount, ...]:
        """Return the districts known, by division."""
        return self.summarise().districts

    def tell_district(self, name: str, measures: Sequence[Measure] = ()) -> DistrictCoverage:
        """Return the agencies and years of a district, with figures.

        `name` is its division, its name, or that of one of its sites.
        """
        asked = tuple(measures)
        return self._remember((name, asked), lambda connection: coverage.tell_district(connection, name, asked))

    def tell_agency(self, name: str, measures: Sequence[Measure] = ()) -> AgencyHistory:
        """Return an agency with its reports and their figures; `name` is a report's id, its year may be left off."""
        return agencies.tell_agency(self._connection, name, measures)

    def _remember(self, asked: Hashable, question: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Return the answer to a question about much of the file, the one from before where the file is the same."""
        (seen,) = self._connection.execute("PRAGMA data_version").fetchone()
        state = (seen, self._connection.total_changes)
        if state != self._answered or len(self._answers) >= _REMEMBERED:
            self._answered, self._answers = state, {}
        if asked not in self._answers:
            self._answers[asked] = question(self._connection)
        answer: Answer = self._answers[asked]
        return answer

    def search(
        self,
        query: str,
        limit: int = 20,
        *,
        offset: int = 0,
        all_versions: bool = False,
        as_of: str | None = None,
    ) -> Found:
        """Return the reports that `query` means (docs/search.md), `limit` of them from `offset` on, and how many.

        The closest come first where they are few enough to weigh, else the newest years.
        """
        return searching.search_reports(
            self._connection, query, limit, offset=offset, all_versions=all_versions, as_of=as_of
        )

    def list_commands(self) -> list[str]:
        """Return the commands that ever crawled into this archive, each once."""
        return queries.list_commands(self._connection)

    def list_sites(self) -> list[dict[str, Any]]:
        """Return the sites known, with their last visit."""
        return queries.list_sites(self._connection)
