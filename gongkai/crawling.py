"""A crawl from end to end: the sites are walked, then what they brought is read and filed."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from archive import (
    Archive,
    CannotOpenError,
    Capture,
    KnownPage,
    PastCapture,
    SiteIdentity,
    StoredBody,
    Validators,
    VisitMode,
    VisitOutcome,
    VisitStart,
)
from crawler import Failure, Fate, Progress, Site, SiteResult
from crawler.schedule import forecast_sites, is_due
from gongkai.demo.mark import holds_demo
from gongkai.expectations import find_shortfalls, note_course
from gongkai.reader import BackgroundReader, background_reader
from gongkai.reading import SiteReadings, read_captures, recall_failures
from parsers import PARSER_VERSION
from parsers.forms import load_forms

_BY_SCRAPY = "crawled by scrapy: what was expected of the site was not checked"
_REPORT_KINDS = frozenset({"report", "attachment"})


@dataclass(frozen=True, slots=True)
class SiteSummary:
    """What a crawl did at one site. `reports` counts the reports met, `captures` the good visits.

    `urls` says how many of the URLs met had which fate; `notes` is what is worth knowing and no failure.
    """

    site: str
    requests: int
    captures: int
    reports: int
    new: int
    changed: int
    withdrawn: int
    failed: tuple[Failure, ...]
    complete: bool
    interrupted: bool = False
    mode: VisitMode = "full"
    resumed: bool = False
    urls: Mapping[Fate, int] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the object of the contract, and what else is known of this crawl."""
        names = ("site", "requests", "captures", "reports", "new", "changed", "withdrawn")
        failed = [{"url": failure.url, "reason": failure.reason} for failure in self.failed]
        more = {"mode": self.mode, "resumed": self.resumed, "urls": dict(self.urls), "notes": list(self.notes)}
        return {
            **{name: getattr(self, name) for name in names},
            "failed": failed,
            "complete": self.complete,
            "interrupted": self.interrupted,
            **more,
        }


class LentArchive:
    """An archive as the crawler sees it, which stays open when the crawler is done with it."""

    def __init__(self, archive: Archive, reader: BackgroundReader | None = None) -> None:
        self._archive = archive
        self._reader = reader

    def save_site(self, site: SiteIdentity, /) -> None:
        """Hand on."""
        self._archive.save_site(site)

    def begin_visit(self, site: str, mode: VisitMode, /, *, resume_after: datetime | None = None) -> VisitStart:
        """Hand on."""
        return self._archive.begin_visit(site, mode, resume_after=resume_after)

    def list_known_pages(self, site: str, /) -> tuple[KnownPage, ...]:
        """Hand on."""
        return self._archive.list_known_pages(site)

    def find_capture(self, site: str, url: str, /) -> PastCapture | None:
        """Hand on."""
        return self._archive.find_capture(site, url)

    def save_capture(self, capture: Capture, /) -> int:
        """Hand on, and wake the reader with the reports."""
        number = self._archive.save_capture(capture)
        if self._reader is not None and capture.body is not None and capture.kind in _REPORT_KINDS:
            self._reader.note_stored()
        return number

    def find_validators(self, site: str, url: str, /) -> Validators | None:
        """Hand on."""
        return self._archive.find_validators(site, url)

    def find_body(self, site: str, url: str, /) -> StoredBody | None:
        """Hand on."""
        return self._archive.find_body(site, url)


class ReadingArchive(LentArchive):
    """An archive that reads what it was given before it closes: what `scrapy crawl` writes to.

    Scrapy says nothing of what came of a site: a visit counts as complete where it met a report and nothing failed.
    """

    def __init__(self, archive: Archive) -> None:
        super().__init__(archive)
        self._good: Counter[str] = Counter()
        self._failed: dict[str, dict[str, str]] = {}

    def begin_visit(self, site: str, mode: VisitMode, /, *, resume_after: datetime | None = None) -> VisitStart:
        """Hand on, and remember the site."""
        self._good[site] = 0
        return super().begin_visit(site, mode, resume_after=resume_after)

    def save_capture(self, capture: Capture, /) -> int:
        """Hand on, and count."""
        self._good[capture.site] += capture.is_good
        failed = self._failed.setdefault(capture.site, {})
        failed.pop(capture.url, None)
        if capture.failure is not None:
            failed[capture.url] = capture.failure
        return super().save_capture(capture)

    def close(self) -> None:
        """Read and file the captures, end the visits, then close the archive."""
        with self._archive as archive:
            readings = read_captures(archive)
            for site, good in self._good.items():
                met = archive.sum_up_visit(site)
                counts = (good, good, len(met.reports), met.new, met.changed)
                unread = readings.get(site, SiteReadings()).failed
                failed = (*self._failed.get(site, {}).items(), *((one.url, one.reason) for one in unread))
                is_complete = bool(met.reports) and not failed
                archive.end_visit(site, VisitOutcome(*counts, failed=failed, complete=is_complete, notes=(_BY_SCRAPY,)))


def crawl_sites(
    sites: Sequence[Site],
    archive: Archive,
    *,
    modes: Mapping[str, VisitMode] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    log_handler: logging.Handler | None = None,
) -> tuple[SiteSummary, ...]:
    """Crawl these sites once into an archive that is open to write, and return what came of each, in order.

    `modes` says which get a light crawl. One that was interrupted less than a day ago is gone on with.
    """
    from crawler.run import run_crawl  # noqa: PLC0415 - Scrapy takes half a second to import

    load_forms()  # a form file that contradicts itself stops the crawl here, before anything is asked for
    archive.begin_run()
    with background_reader(archive.path) as reader:
        results = run_crawl(
            sites,
            open_archive=lambda: LentArchive(archive, reader),
            modes=modes,
            on_progress=on_progress,
            log_handler=log_handler,
        )
    readings = read_captures(archive)
    summaries = tuple(
        _summarise(archive, site, results[site.name], readings.get(site.name, SiteReadings())) for site in sites
    )
    for summary in summaries:
        if not summary.interrupted:
            archive.end_visit(summary.site, _to_outcome(summary))
    return summaries


def choose_due(archive: Archive, sites: Sequence[Site], now: datetime) -> dict[str, VisitMode]:
    """Return the sites that are due at a moment, each with the kind of visit that it is due for."""
    forecasts = forecast_sites(sites, archive.list_visits(), now)
    return {name: forecast.mode for name, forecast in forecasts.items() if is_due(forecast, now)}


def crawl_due(
    sites: Sequence[Site], archive_path: Path, now: datetime, *, log_handler: logging.Handler | None = None
) -> tuple[SiteSummary, ...]:
    """Crawl those of the sites that are due into an archive that nobody else is writing."""
    with Archive.create(archive_path, "gongkai watch") as archive:
        require_no_demo(archive, sites)
        modes = choose_due(archive, sites, now)
        due = [site for site in sites if site.name in modes]
        return crawl_sites(due, archive, modes=modes, log_handler=log_handler) if due else ()


def require_no_demo(archive: Archive, sites: Sequence[Site]) -> None:
    """Raise `CannotOpenError` where real sites would be crawled into the archive of a demo."""
    if holds_demo(archive) and not all(site.is_local for site in sites):
        raise CannotOpenError(
            f"{archive.path} holds the made-up sites of the demo; name another file with --archive, or remove it"
        )


def _summarise(archive: Archive, site: Site, result: SiteResult, readings: SiteReadings) -> SiteSummary:
    met = archive.sum_up_visit(site.name)
    known = {row.id: row.urls for row in archive.list_reports(site.name) if row.status != "withdrawn"}
    past = [visit for visit in archive.list_visits(site.name) if visit.ended_at is not None]
    recalled = recall_failures(archive, site.name) if result.is_resumed else ()
    failed = [*result.failed, *dict.fromkeys((*recalled, *readings.failed))]
    if not result.interrupted:
        failed += find_shortfalls(site, result, met, known, past, said={failure.url for failure in failed})
    is_complete = result.complete and not failed
    return SiteSummary(
        site=site.name,
        requests=result.requests,
        captures=result.captures,
        reports=len(met.reports) if result.mode == "full" else len(met.reports | known.keys()),
        new=met.new,
        changed=met.changed,
        withdrawn=met.withdrawn,
        failed=tuple(failed),
        complete=is_complete,
        interrupted=result.interrupted,
        mode=result.mode,
        resumed=result.is_resumed,
        urls=result.urls,
        notes=(
            *_note_rereadings(archive, site.name),
            *result.notes,
            *(() if result.interrupted else note_course(past, result.mode, is_complete=is_complete)),
        ),
    )


def _note_rereadings(archive: Archive, site: str) -> tuple[str, ...]:
    """Say where this parser reads figures otherwise than an older one: a person is to look at that."""
    count = archive.count_rereadings(site, PARSER_VERSION)
    said = f"this gongkai reads figures of {count} stored pages otherwise than before; `gongkai reparse` says which"
    return (said,) if count else ()


def _to_outcome(summary: SiteSummary) -> VisitOutcome:
    return VisitOutcome(
        requests=summary.requests,
        captures=summary.captures,
        reports=summary.reports,
        new=summary.new,
        changed=summary.changed,
        failed=tuple((failure.url, failure.reason) for failure in summary.failed),
        complete=summary.complete,
        notes=summary.notes,
        withdrawn=summary.withdrawn,
    )
