"""Archives of few sites and of many, and what a question costs in steps of SQLite: for tests of how costs grow."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from archive import Archive, Capture, Reading, SiteIdentity, VisitOutcome
from parsers import CellKey
from tests.archive.made_reports import FIRST_DAY, make_cell, make_report

FEW, MANY = 3, 12
"""Sites of the two archives that are compared."""
PAGES = 6
KEYS = [CellKey("requests", "new_requests", "total"), CellKey("requests", "carried_over", "total")]
STEPS = 10
"""So many steps of SQLite count as one."""
Ask = Callable[[Archive], object]


def fill(path: Path, sites: int) -> Archive:
    """Make an archive of so many sites of two agencies and three years each, all visited in one run; site1 still is."""
    archive = Archive.create(path)
    archive.begin_run()
    for site in range(sites):
        name = f"site{site}"
        archive.save_site(SiteIdentity(name, f"青石{site}区", f"{990_000 + site}"))
        archive.begin_visit(name, "full")
        page = Capture(name, f"http://127.0.0.1:9/{name}/", "list", FIRST_DAY, 200, body=name.encode())
        archive.save_capture(page)
        archive.file_readings([_read(archive, name, number) for number in range(PAGES)])
        if site != 1:
            archive.end_visit(name, VisitOutcome(PAGES, PAGES, PAGES, PAGES, 0, (), complete=True))
    archive.save_site(SiteIdentity("new", "青石区", "990999"))
    return archive


def _read(archive: Archive, site: str, number: int) -> Reading:
    district, year = f"青石{site[4:]}区", 2018 + number % 3
    agency, cells = f"{district}街道{number // 3}", [make_cell(key.row, number) for key in KEYS]
    report = make_report(*cells, agency=agency, district=district, year=year)
    url, moment = f"http://127.0.0.1:9/{site}/{number}.html", FIRST_DAY + timedelta(seconds=number)
    capture = archive.save_capture(Capture(site, url, "report", moment, 200, body=f"{site} {number}".encode()))
    late = date(year + 1, 6, 1)
    return Reading(capture, "1", report, agency=agency, district=district, year=year, published=late)


def count_steps(archive: Archive, ask: Ask) -> int:
    """Return how many times ten steps SQLite makes to answer."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    archive._connection.set_progress_handler(count, STEPS)
    ask(archive)
    archive._connection.set_progress_handler(None, 0)
    return steps
