"""A crawl from end to end: the sites are walked, then what they brought is read and filed."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from archive import Archive, Capture, SiteIdentity, StoredBody, Validators
from crawler import Failure, Progress, Site, SiteResult
from gongkai.reading import SiteReadings, read_captures


@dataclass(frozen=True, slots=True)
class SiteSummary:
    """What a crawl did at one site. `reports` counts the reports met, `captures` the good visits."""

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

    def to_json(self) -> dict[str, Any]:
        """Return the object of the contract."""
        names = ("site", "requests", "captures", "reports", "new", "changed", "withdrawn")
        failed = [{"url": failure.url, "reason": failure.reason} for failure in self.failed]
        return {**{name: getattr(self, name) for name in names}, "failed": failed, "complete": self.complete}


class LentArchive:
    """An archive as the crawler sees it, which stays open when the crawler is done with it."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def save_site(self, site: SiteIdentity, /) -> None:
        """Hand on."""
        self._archive.save_site(site)

    def save_capture(self, capture: Capture, /) -> int:
        """Hand on."""
        return self._archive.save_capture(capture)

    def find_validators(self, site: str, url: str, /) -> Validators | None:
        """Hand on."""
        return self._archive.find_validators(site, url)

    def find_body(self, site: str, url: str, /) -> StoredBody | None:
        """Hand on."""
        return self._archive.find_body(site, url)


class ReadingArchive(LentArchive):
    """An archive that reads what it was given before it closes: what `scrapy crawl` writes to."""

    def close(self) -> None:
        """Read and file the captures, then close the archive."""
        with self._archive:
            read_captures(self._archive)


def crawl_sites(
    sites: Sequence[Site],
    archive: Archive,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    log_handler: logging.Handler | None = None,
) -> tuple[SiteSummary, ...]:
    """Crawl these sites once into an archive that is open to write, and return what came of each, in order."""
    from crawler.run import run_crawl  # noqa: PLC0415 - Scrapy takes half a second to import

    archive.begin_run()
    results = run_crawl(
        sites, open_archive=lambda: LentArchive(archive), on_progress=on_progress, log_handler=log_handler
    )
    readings = read_captures(archive)
    return tuple(
        _summarise(site, results[site.name], readings.get(site.name, SiteReadings()), _list_known(archive, site))
        for site in sites
    )


def _list_known(archive: Archive, site: Site) -> dict[str, str]:
    """Return the address of every report known of a site, by its id."""
    return {row.id: row.url for row in archive.list_reports(site.name)}


def _summarise(site: Site, result: SiteResult, readings: SiteReadings, known: dict[str, str]) -> SiteSummary:
    failed = [*result.failed, *readings.failed]
    said = {failure.url for failure in failed}
    if not result.interrupted and result.complete:
        missed = [url for key, url in known.items() if key not in readings.reports and url not in said]
        failed += [Failure(url, "known from an earlier crawl, and not met in this one") for url in missed]
    if not result.interrupted and len(readings.reports) < site.min_reports:
        reason = f"{len(readings.reports)} reports, fewer than the {site.min_reports} of min_reports"
        failed.append(Failure(site.start_urls[0], reason))
    return SiteSummary(
        site=site.name,
        requests=result.requests,
        captures=result.captures,
        reports=len(readings.reports),
        new=readings.new,
        changed=readings.changed,
        withdrawn=0,
        failed=tuple(failed),
        complete=result.complete and not failed,
        interrupted=result.interrupted,
    )
