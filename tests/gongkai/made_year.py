"""A made-up district of 40 agencies through a year: what its site shows on each visit, and how each agency stands.

`iter_steps` yields the visits in order; `step.save(archive)` puts one on record as a crawl does. `CASES` says of each
agency when its report for `YEAR` came, and `TRUTH` how the calendar is to have it in the end.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from unittest.mock import patch

from archive import Archive, Capture, PageKind, Reading, SiteIdentity, VisitMode, VisitOutcome
from parsers import Report, Section

YEAR = 2025
DISTRICT = "青石区"
DIVISION = "990303"
SITE = SiteIdentity("qingshi", "青石区人民政府", DIVISION)
HOST = "http://127.0.0.1:9"
HOME = f"{HOST}/"
LIST = f"{HOST}/nb/"
BLOCKED = "blocked:jsl"
HOUR = time(2, tzinfo=UTC)
"""Ten in the morning in China."""
_ON_THE_WAY = timedelta(minutes=1)
"""How long after its list a report is read."""
STREETS_DUE = "02-15"

SITES_TOML = f"""
[[site]]
name = "{SITE.name}"
title = "{SITE.title}"
division = "{DIVISION}"
start_urls = ["{HOME}"]
agencies = ["青石区档案局"]
streets_due = "{STREETS_DUE}"

[[site.agency]]
name = "青石区气象局"
since = {YEAR}

[[site.agency]]
name = "青石区统计局"
due = "03-10"

[[site.agency]]
name = "青石区外事局"
until = {YEAR - 1}
"""
"""The register: two agencies that never publish, one with a date of its own, one that is no more."""

WALLED_FROM, WALLED_UNTIL = date(2026, 1, 20), date(2026, 2, 2)
"""The two weeks in which a wall stands before the site, both days among them."""
VISITS = (
    *(date(2025, 12, 15), date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 18)),
    *(date(2026, 1, 21), date(2026, 1, 28), date(2026, 2, 1)),
    *(date(2026, 2, 3), date(2026, 2, 10), date(2026, 2, 17), date(2026, 3, 3), date(2026, 3, 17), date(2026, 4, 1)),
    *(date(2026, month, day) for month in (4, 5, 6, 7, 8, 9, 10, 11, 12) for day in (10, 20)),
)


@dataclass(frozen=True)
class Case:
    """What one agency does: the day on which its report appears on the site, and the date that stands on it.

    `gone` and `back` are the days from which it is not there, and there again. `is_found` says whether a report on the
    year before stands there.
    """

    agency: str
    appears: date | None = None
    printed: date | None = None
    gone: date | None = None
    back: date | None = None
    is_found: bool = True

    def is_shown(self, day: date) -> bool:
        """Whether the report on the year stands on the site on that day."""
        if self.appears is None or day < self.appears:
            return False
        return self.gone is None or day < self.gone or (self.back is not None and day >= self.back)


@dataclass(frozen=True)
class Truth:
    """How an agency stands in the year: state, reason, days late, the day on which it was due."""

    state: str
    reason: str
    days_late: int | None = None
    due: date = date(2026, 1, 31)


ON_TIME = Truth("in_time", "on_time")
MISSING = Truth("missing", "never_seen")
JANUARY_8 = date(2026, 1, 8)
GONE, BACK = date(2026, 4, 10), date(2026, 7, 10)


def _bureaus(names: str) -> tuple[str, ...]:
    return tuple(f"{DISTRICT}{name}局" for name in names.split())


def _on(names: str, appears: date, printed: date | None, truth: Truth) -> dict[Case, Truth]:
    return {Case(name, appears, printed): truth for name in _bureaus(names)}


STORY: dict[Case, Truth] = {
    **_on("教育 财政 民政 司法 水务 农业 商务 审计", JANUARY_8, JANUARY_8, ON_TIME),
    **_on("林业 交通 体育 信访 医保 住建", date(2026, 1, 16), date(2026, 1, 16), ON_TIME),
    **_on("文旅 应急 卫健", date(2026, 1, 28), date(2026, 1, 28), ON_TIME),
    **_on("税务 粮食", date(2026, 1, 27), None, Truth("unknown", "date_unknown")),
    **_on("园林", JANUARY_8, None, Truth("in_time", "seen_in_time")),
    **_on("海洋", date(2026, 2, 12), None, Truth("late", "late_undated", 10)),
    **_on("地震", date(2026, 2, 12), date(2026, 1, 29), Truth("in_time", "date_contradicted")),
    **_on("人社 公安 环保 城管", date(2026, 2, 8), date(2026, 2, 8), Truth("late", "late", 8)),
    **_on("统计", date(2026, 3, 9), date(2026, 3, 9), Truth("in_time", "on_time", due=date(2026, 3, 10))),
    **{Case(name): MISSING for name in _bureaus("乡村振兴 大数据 金融")},
    **{Case(name, is_found=False): MISSING for name in _bureaus("档案 气象")},
    **{
        Case(name, JANUARY_8, JANUARY_8, gone=GONE): Truth("withdrawn", "withdrawn")
        for name in _bureaus("科技 投资促进")
    },
    Case("青石区机关事务局", JANUARY_8, JANUARY_8, gone=GONE, back=BACK): Truth("republished", "republished"),
    Case("青石区人民政府", date(2026, 3, 25), date(2026, 3, 25)): replace(ON_TIME, due=date(2026, 3, 31)),
    Case("青石区白杨街道办事处", date(2026, 2, 8), date(2026, 2, 8)): replace(ON_TIME, due=date(2026, 2, 15)),
    Case("青石区听松街道办事处", date(2026, 2, 20), date(2026, 2, 20)): Truth(
        "late", "late_by_local_date", 5, date(2026, 2, 15)
    ),
    Case("青石区望舒镇人民政府"): replace(MISSING, due=date(2026, 2, 15)),
}
"""Every agency that is expected in the year, and how it stands in the end."""
ENDED = Case("青石区外事局")
"""An agency that reported on the year before and is no more."""
CASES = (*STORY, ENDED)
TRUTH = {case.agency: truth for case, truth in STORY.items()}


@dataclass(frozen=True)
class Step:
    """One visit of the site, on a day."""

    number: int
    day: date

    @property
    def moment(self) -> datetime:
        """When it begins."""
        return datetime.combine(self.day, HOUR)

    @property
    def is_walled(self) -> bool:
        """Whether a wall stands before the site."""
        return WALLED_FROM <= self.day <= WALLED_UNTIL

    @property
    def mode(self) -> VisitMode:
        """The first visit reads all, the others what is new."""
        return "light" if self.number else "full"

    def save(self, archive: Archive) -> None:
        """Put the visit on record: its captures, what was read of them, how it ended."""
        with at_moment(self.moment):
            archive.save_site(SITE)
            archive.begin_run()
            archive.begin_visit(SITE.name, self.mode)
            if self.is_walled:
                self._save(archive, HOME, "home", None, BLOCKED)
            else:
                self._save_pages(archive)
            archive.tell_stale()
        with at_moment(self.moment + timedelta(minutes=5)):
            archive.end_visit(SITE.name, self._to_outcome(archive))

    def _save_pages(self, archive: Archive) -> None:
        listed = sorted(case.agency for case in CASES if case.is_shown(self.day))
        self._save(archive, HOME, "home", b"<a href=/nb/>nb</a>")
        self._save(archive, LIST, "list", "\n".join(listed).encode())
        shown: dict[int, Report] = {}
        for number, case in enumerate(CASES):
            if self.number == 0 and case.is_found:
                last = write_report(case.agency, YEAR - 1, date(2025, 1, 20))
                shown[self._save(archive, page_of(number, YEAR - 1), "report", repr(last).encode())] = last
            if self._asks_for(case) and case.is_shown(self.day):
                own = write_report(case.agency, YEAR, case.printed)
                shown[self._save(archive, page_of(number, YEAR), "report", repr(own).encode())] = own
            elif self._asks_for(case):
                self._save(archive, page_of(number, YEAR), "report", None, "http 404")
        archive.file_readings([to_reading(capture, report) for capture, report in shown.items()])

    def _asks_for(self, case: Case) -> bool:
        """Whether the visit asks for the report: it is new to it, or something becomes of it."""
        if case.appears is None or self.day < case.appears:
            return False
        before = [day for day in VISITS[: self.number] if not WALLED_FROM <= day <= WALLED_UNTIL]
        is_new = not any(case.is_shown(day) for day in before)
        return is_new or (case.gone is not None and self.day >= case.gone)

    def _save(self, archive: Archive, url: str, kind: PageKind, body: bytes | None, failure: str | None = None) -> int:
        status = 200 if body is not None else 404 if failure == "http 404" else 521
        moment = self.moment + (_ON_THE_WAY if kind == "report" else timedelta())
        return archive.save_capture(Capture(SITE.name, url, kind, moment, status=status, body=body, failure=failure))

    def _to_outcome(self, archive: Archive) -> VisitOutcome:
        met = archive.sum_up_visit(SITE.name)
        failed = ((HOME, BLOCKED),) if self.is_walled else ()
        good = 0 if self.is_walled else 2 + len(met.reports)
        counts = (good, good, len(met.reports), met.new, met.changed)
        return VisitOutcome(*counts, failed, complete=not failed, withdrawn=met.withdrawn)


def iter_steps() -> Iterator[Step]:
    """Yield the visits of the year, in order; nothing is saved by that."""
    return (Step(number, day) for number, day in enumerate(VISITS))


@contextmanager
def at_moment(moment: datetime) -> Iterator[None]:
    """Let the archive take it to be that moment."""
    with (
        patch("archive.captures.visits.utc_now", return_value=moment),
        patch("archive.captures.captures.utc_now", return_value=moment),
    ):
        yield


def page_of(number: int, year: int) -> str:
    """Return where the report of an agency on a year stands; `number` is its place in `CASES`."""
    return f"{HOST}/nb/{year}/{number}.html"


def write_report(agency: str, year: int, printed: date | None) -> Report:
    """Write a report that says next to nothing."""
    return Report(
        kind="annual_report",
        form="narrative",
        title=f"{agency}{year}年政府信息公开工作年度报告",
        agency=agency,
        district=DISTRICT,
        division=None,
        year=year,
        published=printed,
        sections=(Section("overview", "一、总体情况", f"{agency}在{year}年公开了信息。"),),
    )


def to_reading(capture_id: int, report: Report) -> Reading:
    """Return what a parser made of a capture."""
    return Reading(capture_id, "1", report, agency=report.agency, district=report.district, year=report.year)
