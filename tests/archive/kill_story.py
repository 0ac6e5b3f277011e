"""What a district's archive lives through, step by step, so that whoever ends in the middle can go on with it.

The tests that kill a process run it in a child, and compare with a run that nobody disturbed.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from archive import Archive, Capture, SiteIdentity, VisitOutcome
from archive.captures.capture import PageKind
from archive.captures.records import Run
from archive.joining.imports import import_captures
from parsers import Report
from tests.archive.made_reports import HOST, SITE, make_capture, make_cell, make_reading, make_report

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
OTHER_SITE = SiteIdentity("baiyang", "白杨街道办事处", None, 1, 2)
STREETS = ("听松", "望舒", "白杨")
SURROUNDINGS = "".join(f"<li>第{number}号文件 {number * number}</li>" for number in range(60))
Say = Callable[[int], None]


class Shown(NamedTuple):
    """What a page of the site shows on a day: a report, a failure, or (None, None) a 304."""

    url: str
    report: Report | None = None
    failure: str | None = None
    kind: PageKind = "report"


def report_of(street: str, granted: int | None, words: str = "认真公开。", other: int = 1) -> Report:
    """Return a street's report."""
    cells = (make_cell("granted", granted), make_cell("other", other))
    return make_report(*cells, agency=f"云汀区{street}街道办事处", words=words)


def page(street: str) -> str:
    """Return the address of a street's report."""
    return f"{HOST}/nb/{street}.html"


FIRST = [report_of(street, number) for number, street in enumerate(STREETS)]
CHANGED = [report_of(STREETS[0], 7), report_of(STREETS[1], 1, "改了一句。"), FIRST[2]]
MIRROR = f"{HOST}/zt/mirror.html"
DAYS: dict[int, list[Shown]] = {
    1: [*(Shown(page(*pair), one) for *pair, one in zip(STREETS, FIRST, strict=True)), Shown(MIRROR, FIRST[0])],
    2: [*(Shown(page(*pair), one) for *pair, one in zip(STREETS, CHANGED, strict=True)), Shown(MIRROR, FIRST[0])],
    3: [Shown(page(STREETS[0])), Shown(page(STREETS[1]), failure="http 404"), Shown(f"{HOST}/xin.html", CHANGED[1])],
    20: [Shown(page(STREETS[0])), Shown(page(STREETS[2]), failure="http 404"), Shown(f"{HOST}/xin.html")],
    30: [Shown(page(STREETS[0]), FIRST[0]), Shown(page(STREETS[2]), failure="http 404"), Shown(MIRROR)],
    40: [Shown(page(STREETS[0])), Shown(page(STREETS[2]), failure="http 404"), Shown(f"{HOST}/xin.html")],
}
IMPORTED = [
    make_capture(page(STREETS[0]), b"<p>" + SURROUNDINGS.encode(), day=day, headers=(("ETag", f'"{day}"'),))
    for day in (-9, -8)
] + [make_capture(page(STREETS[0]), None, day=-7)]
READ_AGAIN = report_of(STREETS[0], 0, other=9)


def body_of(report: Report, day: int) -> bytes:
    """Return the bytes that show a report among the surroundings of a day."""
    return f"<html>{SURROUNDINGS}{report!r}<i>{day}</i></html>".encode()


REPORTS = {body_of(one.report, day): one.report for day, shown in DAYS.items() for one in shown if one.report}


def live(path: Path, say: Say = lambda _: None) -> None:
    """Live through all of it, or through what is left of it, saying the number of each capture once it is saved."""
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        archive.save_site(OTHER_SITE)
        ended = sum(visit.ended_at is not None for visit in archive.list_visits(SITE.name))
        for day, shown in list(DAYS.items())[ended:]:
            visit(archive, day, shown, say)
        read_again(archive)
        take_in(archive)


def visit(archive: Archive, day: int, shown: list[Shown], say: Say) -> None:
    """Visit the site on a day, or go on with that."""
    archive.begin_visit(SITE.name, "full", resume_after=LONG_AGO)
    for one in shown:
        if archive.find_capture(SITE.name, one.url) is None:
            say(archive.save_capture(to_capture(one, day)))
    readings = [
        make_reading(unread.capture_id, REPORTS[archive.load_capture_body(unread.capture_id)])
        for unread in archive.iter_unread()
    ]
    archive.file_readings(readings)
    archive.tell_stale()
    found = archive.sum_up_visit(SITE.name)
    counts = (len(shown), len(shown), len(found.reports), found.new, found.changed)
    archive.end_visit(SITE.name, VisitOutcome(*counts, (), complete=True, withdrawn=found.withdrawn))


def to_capture(one: Shown, day: int) -> Capture:
    """Return what a page answers on a day."""
    headers = (("Server", "nginx"), ("Date", f"2026-{day}"))
    if one.failure:
        return make_capture(one.url, None, day=day, status=404, failure=one.failure, headers=headers)
    body = body_of(one.report, day) if one.report else None
    return make_capture(one.url, body, one.kind, day, headers=headers, facts={"tries": day % 2})


def read_again(archive: Archive) -> None:
    """Read all with a newer parser, which reads one report otherwise, and accept that."""
    for outdated in archive.iter_outdated("2", whole=True):
        report = REPORTS[archive.load_capture_body(outdated.capture_id)]
        report = READ_AGAIN if report == FIRST[0] else report
        archive.file_rereading(make_reading(outdated.capture_id, report, "2"))
    archive.accept_rereadings("2")


def take_in(archive: Archive) -> None:
    """Take in what another program once captured, and work it into the histories."""
    runs = [Run("a" * 32, "2025-12-01T00:00:00Z", "wget"), Run("b" * 32, "2025-12-02T00:00:00Z", "wget")]
    connection = archive._connection  # noqa: SLF001,RUF100 - below the command that imports files
    if import_captures(connection, _iter_imported(runs)).added:
        archive.work_out()  # else that was done, or the opening did it


def _iter_imported(runs: list[Run]) -> Iterator[tuple[Run, Capture, str | None]]:
    for number, capture in enumerate(IMPORTED):
        yield runs[number % 2], replace(capture, site=OTHER_SITE.name), None
