"""What the archive's writing costs, each step as a ratio to one bare row: the bytes hashed, packed and committed.

    .venv/bin/python benchmarks/archiving.py

The pages have 30 KB, no two alike: a report amid the links of a site. Figures of one machine say little: what counts is
the ratio within one run. Each is the best of a few rounds over all pages, a new archive each round.
"""

import hashlib
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from archive import Archive, Capture, Reading, SiteIdentity  # noqa: E402 - the path comes first
from archive.captures.bodies import pack  # noqa: E402
from parsers import Report, parse  # noqa: E402
from tests.parsers.fillings import consistent, dice  # noqa: E402
from tests.parsers.made import report_to_html, table_to_html  # noqa: E402

PAGES = 300
ROUNDS = 5
SIZE = 30_000
BATCH = 20
IDENTITY = SiteIdentity("qingshi", "青石区人民政府", "990102")
NOW = datetime(2026, 3, 1, tzinfo=UTC)

Item = TypeVar("Item")


def main() -> None:
    """Measure and print."""
    pages = [make_page(number) for number in range(PAGES)]
    reports = [parse(page) for page in pages]
    rounds = [measure_round(pages, reports) for _ in range(ROUNDS)]
    size = sum(map(len, pages)) // PAGES // 1000
    print(f"{PAGES} pages of {size} KB, the best of {ROUNDS} rounds, Python {sys.version.split()[0]}")
    best = {name: min(one[name] for one in rounds) for name in rounds[0]}
    for name, seconds in best.items():
        print(f"{name:34} {seconds * 1000:6.2f} ms   {seconds / best['a bare row']:6.2f} × a bare row")


def make_page(number: int) -> bytes:
    """Make the page of one street's report, with words of its own."""
    street = f"青石区第{number}街道"
    figures = {key: str(raw) for key, raw in consistent("2021", dice(f"archive {number}")).items()}
    page = report_to_html("2021", figures, table_to_html).replace("<title>", f"<title>{street}2021年")
    chance = random.Random(number)  # noqa: S311 - not for secrets
    links = ""
    while len(page.encode()) + len(links.encode()) < SIZE:
        links += f'<li><a href="/col/{chance.getrandbits(48):x}.html">政务栏目{chance.randrange(10_000)}</a></li>\n'
    return page.replace("</body>", f"<ul>{links}</ul></body>").encode()


def measure_round(pages: list[bytes], reports: list[Report]) -> dict[str, float]:
    """Return the seconds that each step takes for a page, in archives made for this round."""
    with TemporaryDirectory() as folder:
        return {
            "a bare row": measure_bare(Path(folder) / "bare.db", pages),
            **measure_alone(Path(folder) / "alone.db", pages, reports),
            **measure_read_ahead(Path(folder) / "ahead.db", pages, reports),
        }


def measure_alone(path: Path, pages: list[bytes], reports: list[Report]) -> dict[str, float]:
    """Return what a first and a second crawl cost where one process does all."""
    times: dict[str, float] = {}
    with Archive.create(path) as archive:
        archive.save_site(IDENTITY)
        captures, numbers = [make_capture(number, page) for number, page in enumerate(pages)], list[int]()
        times["save_capture, a new page"] = measure(captures, lambda one: numbers.append(archive.save_capture(one)))
        readings = [make_reading(*pair) for pair in zip(numbers, reports, strict=True)]
        times["file_reading, a new report"] = measure(readings, archive.file_reading)
        captures, confirmed = [make_capture(number, None) for number in range(PAGES)], list[int]()
        times["save_capture, a 304"] = measure(captures, lambda one: confirmed.append(archive.save_capture(one)))
        readings = [make_reading(*pair) for pair in zip(confirmed, reports, strict=True)]
        times["file_reading, nothing new"] = measure(readings, archive.file_reading)
    return times


def measure_read_ahead(path: Path, pages: list[bytes], reports: list[Report]) -> dict[str, float]:
    """Return what readings cost the process that reads ahead, and what is left to the one that files them."""
    times: dict[str, float] = {}
    with Archive.create(path) as archive:
        archive.save_site(IDENTITY)
        numbers = [archive.save_capture(make_capture(number, page)) for number, page in enumerate(pages)]
        readings = [make_reading(*pair) for pair in zip(numbers, reports, strict=True)]
        batches = [readings[start : start + BATCH] for start in range(0, PAGES, BATCH)]
        with Archive.join(path) as joined:
            times["save_readings, of a batch"] = measure(batches, joined.save_readings) / BATCH
        times["find_reading"] = measure(numbers, lambda number: archive.find_reading(number, "1"))
        times["file_readings, read ahead"] = measure(batches, archive.file_readings) / BATCH
    return times


def make_capture(number: int, body: bytes | None) -> Capture:
    """Make a visit as a crawl brings it."""
    headers = (("Content-Type", "text/html; charset=utf-8"), ("ETag", f'"{number:x}"'), ("Server", "nginx"))
    url = f"http://127.0.0.1/xxgk/nb/art_{number}.html"
    status = 304 if body is None else 200
    return Capture(IDENTITY.name, url, "report", NOW, status, headers, body, found_on="http://127.0.0.1/xxgk/nb/")


def make_reading(capture_id: int, report: Report) -> Reading:
    """Make the reading that files a report."""
    agency = f"青石区第{capture_id % PAGES}街道"
    return Reading(capture_id, "1", report, agency=agency, district="青石区", year=2021)


def measure_bare(path: Path, pages: list[bytes]) -> float:
    """Return the seconds that one row takes with the least that keeps a page: its hash and its packed bytes."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("CREATE TABLE pages (sha256 TEXT, codec TEXT, data BLOB)")
        statement = "INSERT INTO pages VALUES (?, ?, ?)"
        return measure(
            pages, lambda page: connection.execute(statement, (hashlib.sha256(page).hexdigest(), *pack(page)))
        )


def measure(items: Iterable[Item], work: Callable[[Item], object]) -> float:
    """Return the seconds that `work` takes for one item."""
    listed = list(items)
    start = time.perf_counter()
    for item in listed:
        work(item)
    return (time.perf_counter() - start) / len(listed)


if __name__ == "__main__":
    main()
