"""The world of `scale_world` put into an archive as a crawl does it, site by site, and gone on with where it was left.

One crawl visits all sites, each a list and a thousand reports; a second one finds one report in fifty changed. Each
site is a visit that is begun and ended, so that whoever is interrupted goes on with the next one.
"""

import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from archive import Archive, Reading, VisitOutcome
from benchmarks.scale_world import (
    CHANGED,
    count_sites,
    list_numbers,
    make_capture,
    make_chains,
    make_list,
    make_passages,
    make_report,
    make_site,
)

PARSER = "1"
_CHUNK = 200
"""Readings that are filed at once."""
_MEGABYTE = 2**20


class Progress(NamedTuple):
    """One visit of a site: how many reports the file holds since, how many were visited, and what that took.

    Seconds of the clock and of the processor, of which `making` went into making the reports; the most megabytes that
    the process held so far, and those that the file takes.
    """

    reports: int
    visited: int
    is_second: bool
    clock: float
    processor: float
    making: float
    memory: float
    size: float


def fill(path: Path, reports: int, tell: Callable[[Progress], None]) -> None:
    """Fill an archive with so many reports; `tell` is called after each visit."""
    make_passages(), make_chains()
    with Archive.create(path, "benchmark") as archive:
        for is_second in (False, True):
            mode = "light" if is_second else "full"
            done = {visit.site for visit in archive.list_visits() if visit.ended_at and visit.mode == mode}
            archive.begin_run()
            for site in range(count_sites(reports)):
                if make_site(site).name in done:
                    continue
                numbers = list_numbers(site, reports)
                visited = numbers[:: CHANGED if is_second else 1]
                clock, processor = time.perf_counter(), time.process_time()
                making = _visit(archive, site, visited, is_second=is_second)
                spent = time.perf_counter() - clock, time.process_time() - processor
                tell(Progress(numbers.stop, len(visited), is_second, *spent, making, *_measure_room(path)))


def _visit(archive: Archive, site: int, numbers: Sequence[int], *, is_second: bool) -> float:
    """Visit a site and return the seconds that making took."""
    name, making = make_site(site).name, 0.0
    archive.save_site(make_site(site))
    archive.begin_visit(name, "light" if is_second else "full")
    archive.save_capture(make_list(site, is_second=is_second))
    for start in range(0, len(numbers), _CHUNK):
        begun = time.process_time()
        some = [make_report(number, is_changed=is_second) for number in numbers[start : start + _CHUNK]]
        pages = [
            make_capture(number, report, is_changed=is_second)
            for number, report in zip(numbers[start : start + _CHUNK], some, strict=True)
        ]
        making += time.process_time() - begun
        archive.file_readings(
            [
                Reading(archive.save_capture(page), PARSER, report, None, report.agency, report.district, report.year)
                for page, report in zip(pages, some, strict=True)
            ]
        )
    found = archive.sum_up_visit(name)
    counts = (len(numbers) + 1, len(numbers) + 1, len(found.reports), found.new, found.changed)
    archive.end_visit(name, VisitOutcome(*counts, (), complete=True))
    return making


def _measure_room(path: Path) -> tuple[float, float]:
    """Return the most memory that this process held, and the size of the file with what waits beside it, in MB."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    files = (path, path.with_name(f"{path.name}-wal"))
    return memory, sum(file.stat().st_size for file in files if file.exists()) / _MEGABYTE
