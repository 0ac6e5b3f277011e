"""What a search is tried on: an archive of made reports, and the same texts folded as plain rows, with other indexes.

Rows of the archive are written by its own functions in large transactions, without locations, sightings and changes: it
can be searched, and no more.
"""

import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from archive import Capture, Reading, SiteIdentity  # noqa: E402 - the path comes first
from archive.captures.captures import add_capture  # noqa: E402
from archive.file.connection import open_for_writing  # noqa: E402
from archive.file.database import atomic  # noqa: E402
from archive.readings.readings import PackedReading, pack_reading, save_reading  # noqa: E402
from archive.search.index import TABLES, IndexedVersion, index_words, join_parts  # noqa: E402
from archive.search.text import searchable_text  # noqa: E402
from benchmarks.words import make_text  # noqa: E402
from parsers.report import Report, Section  # noqa: E402

DISTRICTS = 20
YEARS = range(2014, 2025)
_BATCH, _CHUNK = 2_000, 200
_START = datetime(2025, 1, 6, 8, tzinfo=UTC)


class Made(NamedTuple):
    """A report ready to be written: packed, and as it is indexed; `printed` is the bytes of what it prints."""

    number: int
    reading: PackedReading
    version: IndexedVersion
    printed: int


def is_built(plain: sqlite3.Connection) -> bool:
    """Whether the archive beside the plain rows was made to its end."""
    return plain.execute("SELECT count(*) FROM sqlite_master WHERE name = 'built'").fetchone()[0] > 0


def build_archive(path: Path, plain: sqlite3.Connection, reports: int) -> None:
    """Write the archive and, beside it, what is searched of it as plain rows; note what that took."""
    plain.executescript("DROP TABLE IF EXISTS texts; CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT);")
    start, indexing, printed, folded = time.perf_counter(), 0.0, 0, 0
    with closing(open_for_writing(path)) as connection, ProcessPoolExecutor(1) as pool:
        connection.execute("PRAGMA synchronous = OFF")
        add_sites(connection)
        for some in iter_made(pool, reports):
            indexing += add_reports(connection, some)
            texts = [(one.version.id, "\n".join(one.version.segments)) for one in some]
            plain.executemany("INSERT INTO texts VALUES (?, ?)", texts)
            plain.commit()
            printed += sum(one.printed for one in some)
            folded += sum(len(text.encode()) for _, text in texts)
        indexing += join_index(connection)
        size = measure_tables(connection, TABLES)
    rows = [("whole archive", time.perf_counter() - start, path.stat().st_size), ("archive", indexing, size)]
    plain.execute("CREATE TABLE built (name TEXT PRIMARY KEY, seconds REAL, bytes INTEGER)")
    plain.executemany("INSERT INTO built VALUES (?, ?, ?)", [*rows, ("printed", 0, printed), ("folded", 0, folded)])
    plain.commit()


def iter_made(pool: ProcessPoolExecutor, reports: int) -> Iterator[list[Made]]:
    """Yield the reports some at a time; another process makes the next ones meanwhile."""
    ahead: Iterator[Made] = iter(())
    for first in range(0, reports, _BATCH):
        some = list(ahead)
        ahead = pool.map(make_ready, range(first, min(first + _BATCH, reports)), chunksize=_CHUNK)
        if some:
            yield some
    yield list(ahead)


def make_ready(number: int) -> Made:
    """Make a report and what is kept of it."""
    report = make_report(number)
    reading = Reading(number + 1, "made", report, None, report.agency, report.district, report.year)
    version = IndexedVersion(number + 1, report.year or 0, searchable_text(report, report.agency))
    parts = [report.title or "", report.agency or "", *(f"{one.heading}{one.text}" for one in report.sections)]
    return Made(number, pack_reading(reading), version, len("".join(parts).encode()))


def make_report(number: int) -> Report:
    """Return a report of made prose: eleven years of an agency follow each other, agencies go round the districts."""
    agency_number, year = number // len(YEARS), YEARS[number % len(YEARS)]
    district = f"青石{agency_number % DISTRICTS}区"
    agency = f"{district}第{agency_number}街道办事处"
    return Report(
        "annual_report", "narrative", f"{agency}{year}年政府信息公开工作年度报告", agency, district, None, year,
        date(year + 1, 1 + number % 3, 1 + number % 28),
        sections=(Section("overview", "一、总体情况", make_text(number)),),
    )  # fmt: skip


def add_reports(connection: sqlite3.Connection, some: Sequence[Made]) -> float:
    """Add reports in one transaction; return the seconds that the index took."""
    with atomic(connection):
        for made in some:
            add_report(connection, made)
        start = time.perf_counter()
        for made in some:
            index_words(connection, made.version, stands=True)
    return time.perf_counter() - start


def join_index(connection: sqlite3.Connection) -> float:
    """Leave the index as a compaction leaves it, and all of it in the file; return the seconds."""
    start = time.perf_counter()
    with atomic(connection):
        join_parts(connection)
    took = time.perf_counter() - start
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return took


def add_sites(connection: sqlite3.Connection) -> None:
    """Add a site for each district, and the crawl that all captures are of."""
    connection.execute("INSERT INTO runs (uid, started_at, command) VALUES ('made', ?, 'made')", (_START.isoformat(),))
    for number in range(DISTRICTS):
        site = SiteIdentity(f"site{number}", f"青石{number}区", f"99{number:04}")
        connection.execute(
            "INSERT INTO sites (name, title, division, added_at) VALUES (?, ?, ?, '')",
            (site.name, site.title, site.division),
        )


def add_report(connection: sqlite3.Connection, made: Made) -> None:
    """Add a report with its one version, as it stands."""
    row, report = made.version.id, made.reading.reading.report
    assert report is not None
    site = made.number // len(YEARS) % DISTRICTS
    url = f"http://site{site}.example.cn/zwgk/nb/{report.year}/t{made.number:06}.html"
    moment = _START + timedelta(seconds=made.number)
    capture = Capture(f"site{site}", url, "report", moment, 200, (), f"<p>{made.number}</p>".encode())
    capture_id = add_capture(connection, 1, capture)
    page_id, body_id, seen = connection.execute(
        "SELECT page_id, body_id, fetched_at FROM captures WHERE id = ?", (capture_id,)
    ).fetchone()
    reading_id = save_reading(connection, made.reading, body_id)
    connection.execute(
        "INSERT INTO reports (id, key, division, district, agency_key, year, page_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (row, f"99{site:04}-{row}", f"99{site:04}", report.district, report.agency, report.year, page_id),
    )
    told = (report.title, report.agency, report.district, report.form, f"{report.published}", *made.reading.hashes)
    connection.execute(
        "INSERT INTO versions VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (row, row, reading_id, capture_id, seen, seen, *told),
    )
    connection.execute("INSERT INTO states VALUES (?, ?, NULL, ?, ?, ?, 'current')", (row, seen, row, page_id, url))


def measure_tables(connection: sqlite3.Connection, tables: Sequence[str]) -> int:
    """Return the bytes that FTS5 tables take in their file, without a copy of the text."""
    parts = [f"{table}_{part}" for table in tables for part in ("data", "idx", "docsize")]
    statement = "SELECT total(pgsize) FROM dbstat WHERE aggregate = TRUE AND name = ?"
    return sum(int(connection.execute(statement, (part,)).fetchone()[0]) for part in parts)


def build_others(plain: sqlite3.Connection) -> None:
    """Build what the other ways need, where it is not there yet."""
    built = {name for (name,) in plain.execute("SELECT name FROM built")}
    for name, build in (("trigram", build_trigram), ("jieba", build_jieba)):
        if name in built or (name == "jieba" and load_jieba() is None):
            continue
        start = time.perf_counter()
        build(plain)
        plain.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")  # noqa: S608 - words of this file
        plain.commit()
        row = (name, time.perf_counter() - start, measure_tables(plain, (name,)))
        plain.execute("INSERT INTO built VALUES (?, ?, ?)", row)
        plain.commit()


def build_trigram(plain: sqlite3.Connection) -> None:
    """Index the texts by the tokenizer of SQLite that knows no words."""
    plain.execute("CREATE VIRTUAL TABLE trigram USING fts5(text, content=texts, content_rowid=id, tokenize=trigram)")
    plain.execute("INSERT INTO trigram (trigram) VALUES ('rebuild')")


def build_jieba(plain: sqlite3.Connection) -> None:
    """Index the texts by the words that jieba sees in them."""
    cut = load_jieba()
    assert cut is not None
    plain.execute("CREATE VIRTUAL TABLE jieba USING fts5(text, content='')")
    plain.executemany(
        "INSERT INTO jieba (rowid, text) VALUES (?, ?)",
        ((number, " ".join(cut(text))) for number, text in iter_texts(plain)),
    )


def iter_texts(plain: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """Yield number and folded text of each report."""
    yield from plain.execute("SELECT id, text FROM texts ORDER BY id")


def load_jieba() -> Callable[[str], list[str]] | None:
    """Return what cuts a text into words, None where the package is not installed."""
    try:
        import rjieba  # noqa: PLC0415 - it may not be there
    except ImportError:
        return None
    cut: Callable[[str], list[str]] = rjieba.cut
    return cut
