"""Machines that crawl one world: what each records, and what one would have that made all their visits."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from archive import Archive, Capture, PageKind, Reading, SiteIdentity
from archive.captures.bodies import SavedBody, digest, save_body
from archive.captures.captures import add_capture
from archive.file.database import atomic
from archive.moments import moment
from parsers import Report
from tests.archive.made_reports import FIRST_DAY, HOST, SITE, make_cell, make_report

NEIGHBOUR = SiteIdentity("bihe", "碧禾区人民政府", "990102")
PLAIN = SiteIdentity("qingshi", "青石区信息公开网")
SITES = {site.name: site for site in (SITE, NEIGHBOUR, PLAIN)}


@dataclass(frozen=True, slots=True)
class Step:
    """One page asked for: a report and the page around it, or a failure; `is_304` where the server only confirms it."""

    url: str
    report: Report | None = None
    failure: str | None = None
    is_304: bool = False
    kind: PageKind = "report"
    surroundings: str = ""
    final_url: str | None = None

    @property
    def body(self) -> bytes | None:
        """The bytes that stand at the page, None where it fails."""
        return f"{self.surroundings}{self.report!r}".encode() if self.report else None


@dataclass(frozen=True, slots=True)
class Crawl:
    """One visit of one site by one run, which asks for a page every `pace` seconds."""

    uid: str
    start: datetime
    steps: tuple[Step, ...]
    site: str = SITE.name
    parser: str = "1"
    is_read: bool = True
    pace: int = 1


def at(day: int, hour: int = 8, second: int = 0) -> datetime:
    """Return a moment of a day."""
    return FIRST_DAY + timedelta(days=day - 1, hours=hour - 8, seconds=second)


def record(path: Path, crawls: Iterable[Crawl]) -> Path:
    """Write what these visits saw into an archive, in the order in which they began, each read after it ended."""
    with Archive.create(path) as archive:
        for crawl in sorted(crawls, key=lambda one: (one.start, one.uid, one.site)):
            archive.save_site(SITES[crawl.site])
            readings = _save(archive, crawl)
            if crawl.is_read:
                archive.file_readings(readings)
            archive.tell_stale()
    return path


def _save(archive: Archive, crawl: Crawl) -> list[Reading]:
    connection = archive._connection  # noqa: SLF001,RUF100
    began, ended = moment(crawl.start), moment(crawl.start + timedelta(seconds=len(crawl.steps) * crawl.pace))
    with atomic(connection):
        connection.execute(
            "INSERT INTO runs (uid, started_at, command) VALUES (?, ?, 'gongkai crawl') ON CONFLICT DO NOTHING",
            (crawl.uid, began),
        )
        (run_id,) = connection.execute("SELECT id FROM runs WHERE uid = ?", (crawl.uid,)).fetchone()
        connection.execute(
            """
            INSERT INTO visits (run_id, site_id, mode, started_at, ended_at, captures, failed, complete, notes)
            SELECT ?, id, 'full', ?, ?, ?, '[]', 1, '[]' FROM sites WHERE name = ?
            """,
            (run_id, began, ended, len(crawl.steps), crawl.site),
        )
        readings: list[Reading] = []
        for number, step in enumerate(crawl.steps):
            now = crawl.start + timedelta(seconds=number * crawl.pace)
            readings += _save_step(archive, run_id, crawl, step, now)
        return readings


def _save_step(archive: Archive, run_id: int, crawl: Crawl, step: Step, now: datetime) -> list[Reading]:
    connection = archive._connection  # noqa: SLF001,RUF100
    capture = Capture(
        crawl.site,
        step.url,
        step.kind,
        now,
        status=200,
        headers=(("Server", "nginx"), ("Date", moment(now))),
        body=step.body,
        final_url=step.final_url,
        failure=step.failure,
        link_text="年度报告",
        facts={"tries": 1},
    )
    confirmed = None
    if step.is_304 and step.body is not None:
        found = connection.execute("SELECT id FROM bodies WHERE sha256 = ?", (digest(step.body),)).fetchone()
        confirmed = SavedBody(found["id"], digest(step.body)) if found else save_body(connection, step.body)
        capture = replace(capture, status=304, body=None)
    elif step.failure:
        capture = replace(capture, status=404 if "404" in step.failure else None, headers=())
    number = add_capture(connection, run_id, capture, confirmed)
    report = step.report
    if report is None:
        return []
    return [
        Reading(number, crawl.parser, report, None, agency=report.agency, district=report.district, year=report.year)
    ]


# The world that three machines see.

OWN = f"{HOST}/nb/own.html"
FILE = f"{HOST}/nb/own.docx"
OLD_URL, NEW_URL = f"{HOST}/nb/old.html", f"{HOST}/xxgk/new.html"
UNSIGNED = f"{HOST}/nb/unsigned.html"
GONE = f"{HOST}/nb/gone.html"
COPIED = f"{HOST}/bihe/copied.html"
THERE = f"{HOST}/bihe/there.html"

FIRST = make_report(make_cell(value=3), make_cell("carried_over", None))
CORRECTED = make_report(make_cell(value=5), make_cell("carried_over", 0))
REWORDED = replace(CORRECTED, preamble="本报告经过校对。")
MOVED = make_report(make_cell(value=7), agency="云汀区白杨街道办事处")
LEFT = make_report(make_cell(value=8), agency="云汀区青石街道办事处")
NOBODY = make_report(make_cell(value=9), agency=None, title="2020年年度报告", district=None)
NEAR = make_report(make_cell(value=11), agency="碧禾区柳影街道办事处", district="碧禾区")
NO_YEAR = make_report(make_cell(value=12), agency="云汀区无年街道办事处", year=None)

SHARED = (
    Crawl("01", at(1), (Step(OWN, FIRST), Step(GONE, LEFT), Step(OLD_URL, MOVED), Step(UNSIGNED, NOBODY))),
    Crawl(
        "02", at(2), (Step(OWN, FIRST, is_304=True), Step(GONE, LEFT), Step(OLD_URL, MOVED, surroundings="<!--2-->"))
    ),
)
ON_A = (
    Crawl("03a", at(4), (Step(OWN, CORRECTED), Step(GONE, failure="http 404"), Step(OLD_URL, failure="http 404"))),
    Crawl(
        "05a", at(12), (Step(OWN, CORRECTED), Step(FILE, CORRECTED, kind="attachment"), Step(GONE, failure="timeout"))
    ),
    Crawl("07a", at(20), (Step(OWN, CORRECTED, is_304=True), Step(NEW_URL, MOVED), Step(GONE, failure="http 404"))),
)
ON_B = (
    Crawl("04b", at(9), (Step(OWN, CORRECTED), Step(UNSIGNED, NOBODY), Step(GONE, failure="http 410"))),
    Crawl("06b", at(17), (Step(OWN, REWORDED), Step(OLD_URL, failure="http 404"), Step(f"{HOST}/y.html", NO_YEAR))),
    Crawl("08b", at(25), (Step(OWN, REWORDED, is_304=True), Step(GONE, failure="http 404"))),
)
ON_C = (
    Crawl("02c", at(3), (Step(COPIED, FIRST), Step(THERE, NEAR)), site=NEIGHBOUR.name),
    # The same site at the same time as on A, second for second.
    Crawl("05c", at(12), (Step(OWN, CORRECTED), Step(OLD_URL, failure="http 404"), Step(NEW_URL, MOVED))),
    Crawl("06c", at(18), (Step(f"{HOST}/p.html", replace(NEAR, year=2021)),), site=PLAIN.name),
    Crawl("09c", at(26), (Step(COPIED, CORRECTED), Step(THERE, failure="http 404")), site=NEIGHBOUR.name),
)
ALL = (*SHARED, *ON_A, *ON_B, *ON_C)


def record_three(folder: Path) -> tuple[Path, Path, Path]:
    """Write what three machines saw; the first two began as copies of one archive."""
    return (
        record(folder / "a.db", (*SHARED, *ON_A)),
        record(folder / "b.db", (*SHARED, *ON_B)),
        record(folder / "c.db", ON_C),
    )
