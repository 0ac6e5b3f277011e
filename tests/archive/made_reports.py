"""Made reports and visits: what these tests put into an archive, and how they look into its file."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archive import Archive, Capture, Filed, PageKind, Reading, SiteIdentity
from archive.captures.ledger import next_link
from archive.captures.records import iter_records
from archive.file.connection import open_for_reading
from parsers import Cell, Report, Section

SITE = SiteIdentity("yunting", "云汀区人民政府", "990101")
HOST = "http://127.0.0.1:9"
PAGE = f"{HOST}/nb/a.html"
MIRROR = f"{HOST}/zt/b.html"
THIRD = f"{HOST}/zw/c.html"
FIRST_DAY = datetime(2026, 1, 1, 8, tzinfo=UTC)


def at_day(number: int) -> datetime:
    """Return the moment of the crawl of a day."""
    return FIRST_DAY + timedelta(days=number - 1)


def make_cell(
    row: str = "new_requests", value: float | None = 1, *, column: str = "total", raw: str | None = None, **fields: Any
) -> Cell:
    """Make a cell of the table of requests; one without a value is blank unless `status` says otherwise."""
    status = fields.pop("status", "blank" if value is None else "reported")
    printed = raw if raw is not None else "" if value is None else str(value)
    return Cell("requests", row, column, printed, value, fields.get("unit"), status, fields.get("at", "line 1"))


def make_report(
    *cells: Cell, words: str = "本街道这一年认真公开。", agency: str | None = "云汀区听松街道办事处", **fields: Any
) -> Report:
    """Make a report of 2020 with one section."""
    return Report(
        kind=fields.get("kind", "annual_report"),
        form="2019" if cells else "narrative",
        title=fields.get("title", f"{agency}2020年政府信息公开工作年度报告"),
        agency=agency,
        district=fields.get("district", "云汀区"),
        division=None,
        year=fields.get("year", 2020),
        published=None,
        preamble=fields.get("preamble", ""),
        sections=(Section("overview", "一、总体情况", words),),
        cells=cells,
        tables=fields.get("tables", ()),
        checks=fields.get("checks", ()),
    )


def make_capture(
    url: str = PAGE, body: bytes | None = b"<p>one</p>", kind: PageKind = "report", day: int = 1, **fields: Any
) -> Capture:
    """Make a visit of the site; one without a body is a 304 unless `failure` or `status` say otherwise."""
    status = fields.pop("status", 200 if body is not None else 304)
    return Capture(SITE.name, url, kind, at_day(day), status=status, body=body, **fields)


def crawl(archive: Archive, day: int, pages: Mapping[str, Report | None]) -> dict[str, Filed]:
    """Visit these pages in one run and file what they show, in order; a page that shows None does not answer."""
    archive.begin_run()
    shown = {}
    for url, report in pages.items():
        if report is None:
            archive.save_capture(make_capture(url, None, day=day, status=None, failure="timeout"))
        else:
            shown[archive.save_capture(make_capture(url, repr(report).encode(), day=day))] = (url, report)
    readings = [make_reading(number, report) for number, (_, report) in shown.items()]
    filed = archive.file_readings(readings)
    return {url: one for (url, _), one in zip(shown.values(), filed, strict=True)}


def file_report(archive: Archive, capture_id: int, report: Report) -> Filed:
    """File what a capture shows under the agency and year that it names."""
    return archive.file_reading(make_reading(capture_id, report))


def make_reading(capture_id: int, report: Report, parser: str = "1") -> Reading:
    """Make what a parser made of a capture, under the agency and year that it names."""
    return Reading(capture_id, parser, report, agency=report.agency, district=report.district, year=report.year)


def list_kinds(archive: Archive) -> list[str]:
    """Return the kinds of the changes recorded, in order."""
    return [change.kind for change in archive.list_changes()]


def select(path: Path, statement: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
    """Look into the file past the archive, as any other tool does."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement, tuple(values)).fetchall()


def find_broken_links(path: Path) -> list[int]:
    """Return the captures whose chain does not follow from the row before."""
    with closing(open_for_reading(path)) as connection:
        digests = {record.id: record.digest for record in iter_records(connection, with_bodies=False)}
        entries = connection.execute("SELECT id, capture_id, previous_id, link FROM ledger ORDER BY id").fetchall()
    links = {None: "", **{number: link for number, _, _, link in entries}}
    return [capture for _, capture, previous, link in entries if next_link(links[previous], digests[capture]) != link]
