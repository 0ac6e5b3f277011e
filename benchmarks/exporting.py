"""What an export takes, each format as a ratio to a bare SELECT of the same figures written by Python's csv.

    .venv/bin/python benchmarks/exporting.py [--reports 10000] [--formats csv,parquet,xlsx,datapackage]

Made reports of the form of 2021 are put into an archive, 200 cells each. Each way runs once, in a process of its own:
its seconds, the most memory that it held, and the size of what it wrote. Figures of one machine say little: what counts
is the ratio within one run.
"""

import argparse
import csv
import os
import resource
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from archive import Archive, Capture, Reading, SiteIdentity  # noqa: E402 - the path comes first
from archive.questions.tidy import TidyScope  # noqa: E402
from gongkai.exports.cells import order_cells  # noqa: E402
from gongkai.exports.export import FORMATS, Format, export_tables  # noqa: E402
from parsers import Cell, Report  # noqa: E402
from tests.archive.made_reports import FIRST_DAY  # noqa: E402
from tests.parsers.fillings import consistent, dice  # noqa: E402

IDENTITY = SiteIdentity("qingshi", "青石区人民政府", "990102")
YEARS = range(2016, 2026)
BATCH = 200
BARE, READ = "bare SELECT", "iter_tidy"
SELECT = """
SELECT reports.key, versions.number, division, versions.district, versions.agency, year, versions.form, "table", "row",
       "column", raw, value, unit, figures.status, at, versions.capture_id
FROM states JOIN reports ON reports.id = states.report_id JOIN versions ON versions.id = states.version_id
CROSS JOIN figures ON figures.version_id = versions.id JOIN cell_names ON cell_names.id = figures.cell_name_id
WHERE states.known_until IS NULL
"""
_MEGABYTE = 2**20


class Took(NamedTuple):
    """What a way of exporting took: seconds of the clock and of the processor, megabytes held and written."""

    seconds: float
    processor: float
    memory: float
    size: float


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--reports", type=int, default=10_000)
    options.add_argument("--formats", default=",".join(FORMATS))
    options.add_argument("--way", help=argparse.SUPPRESS)
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    wanted = options.parse_args()
    if wanted.way:
        print(*run_way(wanted.way, wanted.folder))
        return
    with TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder / "gongkai.db", wanted.reports)
        figures = count_figures(folder / "gongkai.db")
        print(f"{wanted.reports} reports, {figures} figures, Python {sys.version.split()[0]}")
        bare = measure(BARE, folder)
        tell(BARE, bare, bare)
        for way in (READ, *wanted.formats.split(",")):
            tell(way, measure(way, folder), bare)


def fill(path: Path, reports: int) -> None:
    """Put made reports into an archive, ten years of each agency."""
    with Archive.create(path, "benchmark") as archive:
        archive.save_site(IDENTITY)
        archive.begin_run()
        for start in range(0, reports, BATCH):
            readings = []
            for number in range(start, min(start + BATCH, reports)):
                report = make_report(number)
                page = Capture(IDENTITY.name, f"http://127.0.0.1:9/{number}.html", "report", FIRST_DAY, status=200,
                               body=repr(number).encode())  # fmt: skip
                capture = archive.save_capture(page)
                readings.append(
                    Reading(capture, "1", report, agency=report.agency, district=report.district, year=report.year)
                )
            archive.file_readings(readings)


def make_report(number: int) -> Report:
    """Make a report of one street and year that adds up."""
    agency, year = f"青石区第{number // len(YEARS)}街道办事处", YEARS[number % len(YEARS)]
    figures = consistent("2021", dice(f"export {number}"))
    cells = tuple(
        Cell(*key, str(raw), int(raw), None, "reported", f"table 1 row {place}")
        for place, (key, raw) in enumerate(figures.items())
    )
    title = f"{agency}{year}年政府信息公开工作年度报告"
    return Report("annual_report", "2021", title, agency, "青石区", None, year, None, cells=cells)


def count_figures(path: Path) -> int:
    """Return how many figures an archive holds."""
    with Archive.open(path) as archive:
        return archive.count_tidy(TidyScope()).cells


def measure(way: str, folder: Path) -> Took:
    """Run a way in a process of its own."""
    command = [sys.executable, __file__, "--way", way, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own script
    return Took(*map(float, done.stdout.split()))


def run_way(way: str, folder: Path) -> Took:
    """Export in one way and return what it took; the archive is in the folder."""
    source, target = folder / "gongkai.db", folder / f"out-{way.replace(' ', '-')}"
    start = time.perf_counter()
    if way == BARE:
        target.mkdir()
        select_all(source, target / "figures.csv")
    elif way == READ:
        target.mkdir()
        with Archive.open(source) as archive:
            assert sum(len(one.cells) for one in archive.iter_tidy(TidyScope(), order_cells()))
    else:
        with Archive.open(source) as archive:
            export_tables(archive, target, find_format(way), TidyScope())
    seconds = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    size = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
    return Took(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, size / _MEGABYTE)


def find_format(way: str) -> Format:
    """Return the format of that name."""
    return FORMATS[FORMATS.index(way)]  # type: ignore[arg-type] # it raises for any other


def select_all(source: Path, target: Path) -> None:
    """Write what a plain SELECT gives as CSV, as it comes."""
    with closing(sqlite3.connect(source)) as connection, target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(connection.execute(SELECT))
        file.flush()
        os.fsync(file.fileno())


def tell(way: str, took: Took, bare: Took) -> None:
    """Print a line."""
    clock, processor = took.seconds / bare.seconds, took.processor / bare.processor
    print(f"{way:12} {took.seconds:7.1f} s {clock:6.2f} × bare   processor {took.processor:7.1f} s {processor:6.2f} × "
          f"{took.memory:5.0f} MB held   {took.size:7.1f} MB written", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
