"""What is asked of a full archive: each measure by name, the calls that it times one by one.

A measure is a generator that opens what it needs and yields calls; the first is told apart, for the system has little
of the file in memory then. A call returns how much it gave.
"""

import asyncio
import random
import resource
import shutil
import sqlite3
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import quote

import httpx

from archive import Archive, Reading, SiteIdentity
from archive.proof.verifying import verify_archive
from archive.questions.tidy import TidyScope
from archive.upkeep.copies import back_up
from benchmarks.scale_filling import PARSER
from benchmarks.scale_world import (
    SITE_REPORTS,
    YEARS,
    count_sites,
    make_capture,
    make_passages,
    make_report,
    make_site,
    visit_moment,
)
from gongkai.coverage import cover
from gongkai.exports.cells import order_cells
from gongkai.exports.export import Format, export_tables
from gongkai.finding import Scope
from gongkai.findings import list_findings
from gongkai.register import Register
from gongkai.web.serving import build_site

TODAY = date(2027, 6, 1)
ROUNDS = 9
MOST_SECONDS = 20.0
"""A measure that took so long so far makes no further call."""
ADDED = 100
"""Reports that are put into the full archive, of a site of their own."""
_ADDED_SITE = 9_000
_PATIENCE = 3_600.0
"""Seconds that a page may take."""
_QUERIES = 20
_FREQUENT = ("公开", "政府信息公开", "工作 群众", "行政复议", "监督保障", "申请")
_FILTERED = ("公开 year:2020", "行政复议 district:青石0区", "公开 finding:yes", "制度 form:2021 -电梯")
_ASKED_OF_CELLS = ("requests.total>50", "公开 requests.total>50 year:2024", "blank:yes", "division:990000")
Call = Callable[[], int]
Calls = Generator[Call, None, None]
Ask = Callable[[Path, int], Calls]


class Measure(NamedTuple):
    """What is measured: in words, the calls, whether a person waits for it, whether its memory is worth a line."""

    title: str
    ask: Ask
    is_awaited: bool = False
    has_memory: bool = False


class Took(NamedTuple):
    """What the calls of a measure took: milliseconds of the clock and of the processor, and megabytes held at most.

    `first` is the first call, `usual` and `worst` the median and the 95th of a hundred of those behind it; `given` is
    how much the first one gave.
    """

    first: float
    usual: float
    worst: float
    processor: float
    memory: float
    given: int


def take(name: str, path: Path, reports: int) -> Took:
    """Make the calls of a measure in this process and return what they took."""
    clock: list[float] = []
    used: list[float] = []
    given = 0
    with closing(MEASURES[name].ask(path, reports)) as calls:
        for call in calls:
            start, start_used = time.perf_counter(), time.process_time()
            count = call()
            clock.append(1000 * (time.perf_counter() - start))
            used.append(1000 * (time.process_time() - start_used))
            given = given if len(clock) > 1 else count
            if sum(clock) > 1000 * MOST_SECONDS:
                break
    rest = sorted(clock[1:] or clock)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Took(
        clock[0], median(rest), rest[int(0.95 * (len(rest) - 1) + 0.5)], median(used[1:] or used), memory, given
    )


def ask_opening(path: Path, _reports: int) -> Calls:
    """Open the archive and count its sites."""

    def open_it() -> int:
        with Archive.open(path) as archive:
            return len(archive.list_commands())

    yield from [open_it] * ROUNDS


def ask_all_reports(path: Path, _reports: int) -> Calls:
    """List every report, as `gongkai reports` does."""
    with Archive.open(path) as archive:
        yield lambda: len(archive.list_reports())


def ask_reports_of_site(path: Path, reports: int) -> Calls:
    """List the reports of one site after another."""
    with Archive.open(path) as archive:
        yield from [lambda name=site.name: len(archive.list_reports(site=name)) for site in _list_sites(reports)]


def _list_sites(reports: int) -> list[SiteIdentity]:
    """Return some sites, as far apart as may be."""
    sites = count_sites(reports)
    return [make_site(number) for number in range(0, sites, max(1, sites // ROUNDS))]


def ask_report(path: Path, reports: int) -> Calls:
    """Show reports from all over the archive, each by its id."""
    with Archive.open(path) as archive:
        names = [
            archive.search(f"agency:{make_report(number).agency} year:{make_report(number).year}").matches[0].id
            for number in range(0, reports, max(1, reports // ROUNDS))
        ]
        yield from [lambda name=name: len(archive.show_report(name).report.cells) for name in names]


def ask_words(length: int) -> Ask:
    """Return what searches for pieces of so many characters, cut out of the prose at random, frequent and rare."""

    def ask(path: Path, _reports: int) -> Calls:
        chance = random.Random(f"words of {length}")  # noqa: S311 - not for secrets
        passages = [chance.choice(make_passages()) for _ in range(_QUERIES)]
        starts = [chance.randrange(len(passage) - length) for passage in passages]
        pieces = [passage[start : start + length] for passage, start in zip(passages, starts, strict=True)]
        yield from _search(path, [f'"{piece}"' for piece in pieces if '"' not in piece])

    return ask


def ask_queries(*queries: str) -> Ask:
    """Return what searches for these."""
    return lambda path, _reports: _search(path, queries)


def _search(path: Path, queries: "tuple[str, ...] | list[str]") -> Calls:
    with Archive.open(path) as archive:
        yield from [lambda query=query: archive.search(query).total for _ in range(2) for query in queries]


def ask_coverage(*, is_all: bool) -> Ask:
    """Return what works out who has published when: one district in one year, or all."""

    def ask(path: Path, reports: int) -> Calls:
        districts = [None] if is_all else [site.division for site in _list_sites(reports)]
        year = None if is_all else YEARS[-1]
        with Archive.open(path) as archive:
            for name in districts:
                yield lambda name=name: len(cover(archive, Register(), today=TODAY, district=name, year=year))

    return ask


def ask_findings(*, is_all: bool) -> Ask:
    """Return what lists the findings, those between years and offices among them: of one site, or of all."""

    def ask(path: Path, reports: int) -> Calls:
        scopes = [Scope()] if is_all else [Scope(site=site.name) for site in _list_sites(reports)]
        with Archive.open(path) as archive:
            yield from [lambda scope=scope: len(list_findings(archive, scope)) for scope in scopes]

    return ask


def ask_changes(path: Path, _reports: int) -> Calls:
    """List the changes of the quarter of an hour in which the first site was visited: as many at any size."""
    since, until = (f"{visit_moment(site) - timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}" for site in (0, 1))
    with Archive.open(path) as archive:
        yield from [lambda: len(archive.list_changes(since, until=until))] * ROUNDS


def ask_page(page: str) -> Ask:
    """Return what asks for a page of the web in this process, without a network; it gives the bytes of the page."""

    def ask(path: Path, _reports: int) -> Calls:
        site = build_site(path)
        with asyncio.Runner() as runner:
            transport = httpx.ASGITransport(app=site.app)
            client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=_PATIENCE)

            def get() -> int:
                answer = runner.run(client.get(quote(page)))
                answer.raise_for_status()
                return len(answer.content)

            runner.run(site.datasette.invoke_startup())
            yield from [get] * ROUNDS
            runner.run(client.aclose())
        site.close()

    return ask


def ask_export(form: Format) -> Ask:
    """Return what exports one year of ten in a format; it gives the bytes of all files."""

    def ask(path: Path, _reports: int) -> Calls:
        target = path.with_name(f"export-{form}")

        def export() -> int:
            export_tables(archive, target, form, TidyScope(year=YEARS[-1]))
            return sum(file.stat().st_size for file in target.rglob("*") if file.is_file())

        try:
            with Archive.open(path) as archive:
                yield export
        finally:  # whoever measures may ask for no more calls
            shutil.rmtree(target, ignore_errors=True)

    return ask


def ask_figures(path: Path, _reports: int) -> Calls:
    """Read every figure, as exports do, and write nothing."""
    with Archive.open(path) as archive:
        yield lambda: sum(len(one.cells) for one in archive.iter_tidy(TidyScope(), order_cells()))


def ask_verification(*, quick: bool) -> Ask:
    """Return what looks whether everything is as it was written, or, quickly, the file and the chain alone."""

    def ask(path: Path, _reports: int) -> Calls:
        def verify() -> int:
            found = verify_archive(path, quick=quick)
            if not found.is_whole:
                raise RuntimeError(f"{path} is not whole: {found.problems}")
            return found.captures

        yield verify

    return ask


def ask_backup(path: Path, _reports: int) -> Calls:
    """Make a copy, which is checked as well; it gives the bytes."""
    target = path.with_name("copy.db")
    target.unlink(missing_ok=True)
    try:
        yield lambda: back_up(path, target).size
    finally:
        target.unlink(missing_ok=True)


def ask_more(path: Path, reports: int) -> Calls:
    """Put a hundred reports more into the archive, of a site that it does not know yet."""
    site = _ADDED_SITE + len(str(reports))
    numbers = range(site * SITE_REPORTS, site * SITE_REPORTS + ADDED)
    made = [(make_capture(number, make_report(number)), make_report(number)) for number in numbers]

    def add() -> int:
        readings = [
            Reading(archive.save_capture(page), PARSER, report, None, report.agency, report.district, report.year)
            for page, report in made
        ]
        return len(archive.file_readings(readings))

    with Archive.create(path, "benchmark") as archive:
        archive.save_site(make_site(site))
        archive.begin_run()
        yield add


def measure_tables(path: Path) -> dict[str, int]:
    """Return the bytes that each table and index takes in the file, the largest first.

    Counted in pages: the bytes that SQLite sums up for one table run over at 2 GiB.
    """
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        (page,) = connection.execute("PRAGMA page_size").fetchone()
        rows = connection.execute("SELECT name, pageno FROM dbstat WHERE aggregate = TRUE ORDER BY pageno DESC")
        return {name: page * pages for name, pages in rows}


MEASURES: Mapping[str, Measure] = {
    "opening": Measure("open", ask_opening, is_awaited=True),
    "report": Measure("show a report", ask_report, is_awaited=True),
    "site": Measure("list the 1,000 reports of a site", ask_reports_of_site, is_awaited=True),
    "reports": Measure("list all reports", ask_all_reports, has_memory=True),
    "words1": Measure("search one character", ask_words(1), is_awaited=True),
    "words2": Measure("search two characters", ask_words(2), is_awaited=True),
    "words4": Measure("search four characters", ask_words(4), is_awaited=True),
    "words8": Measure("search eight characters", ask_words(8), is_awaited=True),
    "frequent": Measure("search words that nearly all hold", ask_queries(*_FREQUENT), is_awaited=True),
    "filters": Measure("search words, with filters", ask_queries(*_FILTERED), is_awaited=True),
    "cells": Measure("search figures and statuses", ask_queries(*_ASKED_OF_CELLS), is_awaited=True),
    "changes": Measure("changes of a quarter of an hour", ask_changes, is_awaited=True),
    "coverage1": Measure("coverage of a district and year", ask_coverage(is_all=False), is_awaited=True),
    "coverage": Measure("coverage of all", ask_coverage(is_all=True), has_memory=True),
    "findings1": Measure("findings of a site, between years too", ask_findings(is_all=False), is_awaited=True),
    "findings": Measure("findings of all", ask_findings(is_all=True), has_memory=True),
    "front": Measure("web: front page", ask_page("/"), is_awaited=True),
    "overview": Measure("web: overview", ask_page("/overview"), is_awaited=True),
    "district": Measure("web: a district", ask_page("/district/990000"), is_awaited=True),
    "page": Measure("web: a report", ask_page("/report/990000-财政局-2025"), is_awaited=True),
    "found": Measure("web: findings", ask_page("/findings"), is_awaited=True, has_memory=True),
    "tidy": Measure("read every figure", ask_figures, has_memory=True),
    "csv": Measure("export a year of ten as CSV", ask_export("csv"), has_memory=True),
    "parquet": Measure("export a year of ten as Parquet", ask_export("parquet"), has_memory=True),
    "quick": Measure("verify --quick", ask_verification(quick=True), has_memory=True),
    "verify": Measure("verify", ask_verification(quick=False), has_memory=True),
    "backup": Measure("back up", ask_backup, has_memory=True),
    "more": Measure("take in 100 reports more", ask_more),
}
"""What is measured, in the order of the table; what writes comes last."""
